// SPDX-License-Identifier: GPL-3.0-or-later
// Invitations: an administrator is added without a password and chooses one with a link, by mail from page and API, shown by the command where no mail can be sent.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { binary, startPanel } from './lib/panel.mjs';
import { startSink } from './lib/smtp.mjs';

let sink, panel, mute, made = 0;
const chosen = 'a password of one\'s own';
const sql = (text) => panel.sql(text).trim();
const name = () => `invited${++made}@example.org`;
const trail = () => JSON.parse(panel.cli(['log', 'list', '--limit', '1', '--json']))[0];
const linkIn = (text, p = panel) => {
	const m = new RegExp(`${p.url}/auth/invitation#username=([^\\s&]+)&token=(\\w{40})`).exec(text);
	assert.ok(m, text);
	return { username: decodeURIComponent(m[1]), token: m[2] };
};
async function take(fields, p = panel) {
	const c = p.client();
	assert.equal((await c.get('/auth/invitation')).status, 200);
	return c.post('/auth/invitation', fields);
}
const signIn = async (username, password, p = panel) => {
	const c = p.client();
	await c.get('/auth/login');
	return (await c.post('/auth/login', { username, password })).status;
};
// The next mail with a link.
async function mailed(run) {
	const n = sink.mails.length;
	await run();
	for (let i = n + 1; ; i++) {
		const mail = await sink.wait(i);
		if (/auth\/invitation/.test(mail.text)) return mail;
	}
}

before(async () => {
	sink = await startSink();
	panel = await startPanel({ settings: { 'resources.mail.transport.host': '127.0.0.1', 'resources.mail.transport.port': sink.port, 'resources.mail.transport.ssl': 'none',
		'identity.mailer.email': 'panel@example.com', 'bruteforce.max_attempts': 60, 'resources.auth.oss.disabled.lost-password': 'yes' } });
	mute = await startPanel({});
	await panel.signIn();
	await mute.signIn();
});
after(async () => {
	await panel?.stop();
	await mute?.stop();
	await sink?.stop();
});

test('from the page to the first sign-in', async () => {
	const username = name();
	assert.match((await panel.get('/admins/add')).text, /name="invite"/);
	const mail = await mailed(async () => {
		const r = await panel.post('/admins/add', { username, invite: '1', active: '1', checkboxes: 'invite super active' });
		assert.equal(r.status, 303, r.text);
	});
	assert.match((await panel.get('/admins')).text, /a mail with a link is on its way/);
	assert.match(mail.text, /root@example\.org made you an administrator/);
	assert.match(mail.text, /within 3 days/);
	assert.deepEqual([mail.to].flat().join(), username);
	const link = linkIn(mail.text);
	assert.equal(link.username, username);
	assert.ok(!panel.dump().includes(link.token), 'the token lies in the database');
	const life = Number(sql("SELECT expires_at FROM vimb_once WHERE purpose LIKE 'invite:%'")) - Date.now() / 1000;
	assert.ok(life > 2.9 * 86400 && life <= 3 * 86400, `${life}`);
	assert.match((await panel.get('/admins')).text, /invited1@example\.org<\/bdi><\/a> <span class="badge[^>]*>invited</);
	let entry = trail();
	assert.equal(entry.action, 'ADMIN_ADD');
	assert.match(entry.data, /added and invited admin invited1/);

	const weak = await take({ ...link, password: 'short' });
	assert.equal(weak.status, 422);
	assert.match(weak.text, /characters/);
	const r = await take({ ...link, password: chosen });
	assert.equal(r.status, 303, r.text);
	assert.equal(r.headers.get('location'), '/auth/login');
	assert.equal(await signIn(username, chosen), 303);
	entry = JSON.parse(panel.cli(['log', 'list', '--action', 'ADMIN_INVITE_TAKEN', '--json']))[0];
	assert.equal(entry.object, username);
	assert.equal(entry.source, '127.0.0.1');
	assert.equal(entry.door, 'web');
	assert.ok(!JSON.stringify(entry).includes('$2'));
	assert.doesNotMatch((await panel.get('/admins')).text, />invited</);
	const again = await take({ ...link, password: 'yet another password' });
	assert.equal(again.status, 422);
	assert.match(again.text, /not valid any more\. Please ask whoever invited you/);
	assert.equal(await signIn(username, chosen), 303);
});

test('one must choose: a password or a link', async () => {
	let r = await panel.post('/admins/add', { username: name(), invite: '1', password: chosen, checkboxes: 'invite super active' });
	assert.equal(r.status, 422);
	assert.match(r.text, /either give a password or have a link sent/);
	r = await panel.api('POST', '/admins/add', { username: name() });
	assert.equal(r.status, 422);
	assert.equal(r.json.errors[0].field, 'password');
});

test('from programs: sent again, the link before is void; who has a password is not invited again', async () => {
	const username = name();
	let row;
	const first = linkIn((await mailed(async () => {
		row = (await panel.api('POST', '/admins/add', { username, invite: true })).json;
		assert.equal(row.invited, true);
	})).text);
	const second = linkIn((await mailed(async () => {
		const r = await panel.api('POST', `/admins/${row.id}/invite`, {});
		assert.equal(r.status, 201, r.text);
	})).text);
	assert.equal(trail().action, 'ADMIN_INVITE');
	assert.equal(sql("SELECT count(*) FROM vimb_once WHERE purpose LIKE 'invite:%'"), '1');
	assert.equal((await take({ ...first, password: chosen })).status, 422);
	assert.equal((await take({ username: 'root@example.org', token: second.token, password: chosen })).status, 422);
	assert.equal((await take({ ...second, password: chosen })).status, 303);
	const late = await panel.api('POST', `/admins/${row.id}/invite`, {});
	assert.equal(late.status, 409);
	assert.match(late.json.text, /has chosen a password already/);
	assert.equal((await panel.api('POST', '/admins/99999/invite', {})).status, 404);
});

test('from the page of the administrator, once more', async () => {
	const username = name();
	let row;
	await mailed(async () => { row = (await panel.api('POST', '/admins/add', { username, invite: true })).json; });
	assert.match((await panel.get(`/admins/${row.id}/edit`)).text, new RegExp(`href="/admins/${row.id}/invite"`));
	assert.match((await panel.get(`/admins/${row.id}/invite`)).text, /the one before is void/);
	await mailed(async () => assert.equal((await panel.post(`/admins/${row.id}/invite`)).status, 303));
	assert.doesNotMatch((await panel.get('/admins/1/edit')).text, /\/invite"/);
});

test('an expired link, one of who was switched off, removed, or given a password by somebody', async () => {
	const invite = async () => {
		const username = name();
		return { ...linkIn((await mailed(() => panel.cli(['admin', 'add', username, '--invite']))).text), password: chosen };
	};
	const late = await invite();
	sql('UPDATE vimb_once SET expires_at = 1');
	assert.equal((await take(late)).status, 422);
	const off = await invite();
	panel.cli(['admin', 'disable', off.username]);
	assert.equal((await take(off)).status, 422);
	const set = await invite();
	panel.cli(['admin', 'passwd', set.username, '--password-stdin'], { input: 'set by the operator\n' });
	assert.equal((await take(set)).status, 422);
	assert.equal(JSON.parse(panel.cli(['admin', 'show', set.username, '--json'])).invited, false);
	const gone = await invite();
	const { id } = JSON.parse(panel.cli(['admin', 'show', gone.username, '--json']));
	const links = () => sql(`SELECT count(*) FROM vimb_once WHERE purpose = 'invite:${id}'`);
	assert.equal(links(), '1');
	panel.cli(['admin', 'delete', gone.username]);
	assert.equal(links(), '0'); // a number may be given again
	assert.equal((await take(gone)).status, 422);
});

test('guesses count, and are refused after so many', async () => {
	const c = mute.client();
	const answers = [];
	for (let i = 0; i < 8; i++) {
		await c.get('/auth/invitation');
		answers.push((await c.post('/auth/invitation', { username: 'root@example.org', token: `x${i}`, password: chosen })).status);
	}
	assert.equal(answers[0], 422);
	assert.equal(answers.at(-1), 429);
	assert.equal(mute.sql("SELECT count(*) FROM log WHERE action = 'ADMIN_LOCKOUT'").trim(), '1');
	for (const n of ['127.0.0.1', 'root@example.org']) mute.cli(['limit', 'clear', n]);
});

test('without mail: neither page nor program offers it, the command shows the link once', async () => {
	assert.doesNotMatch((await mute.get('/admins/add')).text, /name="invite"/);
	const r = await mute.api('POST', '/admins/add', { username: name(), invite: true });
	assert.equal(r.status, 422);
	assert.equal(r.json.errors[0].field, 'invite');
	const username = name();
	const link = linkIn(mute.cli(['admin', 'add', username, '--invite']), mute);
	const dry = mute.cli(['admin', 'invite', username, '--dry-run']);
	assert.doesNotMatch(dry, /token=/);
	const said = JSON.parse(mute.cli(['admin', 'invite', username, '--json']));
	const second = linkIn(said.link, mute);
	assert.equal(said.invited, true);
	assert.equal((await take({ ...link, password: chosen }, mute)).status, 422);
	assert.equal((await take({ ...second, password: chosen }, mute)).status, 303);
	assert.equal(await signIn(username, chosen, mute), 303);
	assert.throws(() => mute.cli(['admin', 'invite', username]), /has chosen a password already/);
	assert.throws(() => mute.cli(['admin', 'add', name(), '--invite', '--password-stdin'], { input: `${chosen}\n` }), /either give a password|Give one of/);
});

test('without public_url there is no link', () => {
	assert.throws(() => execFileSync(binary, ['-c', mute.conf, '-o', 'public_url=', '-o', `listen=unix:${mute.dir}/x.sock`, 'admin', 'add', name(), '--invite'], { encoding: 'utf8', stdio: 'pipe' }),
		/public_url is set/);
});
