// SPDX-License-Identifier: GPL-3.0-or-later
// A lost password, from the link on the sign-in page to the new password: the mail comes from the keeper, the answer is the same for every name, a
// token works once and not for long, and what is guessed is counted.
// One engine is enough for now: some of its statements are SQLite's own.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { startPanel, root, sleep } from './lib/panel.mjs';
import { startSink } from './lib/smtp.mjs';

let sink, panel;
const fresh = 'a brand new secret';
const sql = (text, p = panel) => p.sql(text).trim();
const mailKeys = () => ({ 'resources.mail.transport.host': '127.0.0.1', 'resources.mail.transport.port': sink.port, 'resources.mail.transport.ssl': 'none',
	'identity.mailer.email': 'panel@example.com' });

function prove(challenge, name) {
	for (let n = 0; ; n++) if (createHash('sha256').update(`${challenge}:${name}:${n}`).digest('hex').startsWith('0000')) return String(n);
}

// Asks for a mail as a browser with a script does; the answer.
async function ask(username, { proof, who = panel.client() } = {}) {
	const page = await who.get('/auth/lost-password');
	const challenge = /data-proof="([0-9a-f]{64})"/.exec(page.text)[1];
	return who.post('/auth/lost-password', { username, proof: proof ?? prove(challenge, username) });
}

const linkOf = (mail) => {
	const m = /^http:\/\/127\.0\.0\.1:\d+\/auth\/reset-password#username=(\S+)&token=(\w+)$/m.exec(mail.text);
	assert.ok(m, mail.text);
	return { username: decodeURIComponent(m[1]), token: m[2] };
};
async function reset(fields, who = panel.client()) {
	await who.get('/auth/reset-password');
	return who.post('/auth/reset-password', fields);
}
const settled = async () => {
	for (let i = 0; sql("SELECT count(*) FROM vimb_job WHERE kind = 'mail' AND state = 'waiting'") !== '0' && i < 300; i++) await sleep(50);
};
// Asks and waits for the mail.
async function link(username = root.username) {
	await settled();
	const n = sink.mails.length;
	assert.equal((await ask(username)).status, 303);
	return linkOf(await sink.wait(n + 1));
}
const signIn = async (password) => {
	const c = panel.client();
	await c.get('/auth/login');
	return (await c.post('/auth/login', { username: root.username, password })).status;
};

before(async () => {
	sink = await startSink();
	panel = await startPanel({ settings: { ...mailKeys(), 'bruteforce.max_attempts': 40 } });
	panel.cli(['admin', 'add', 'off@example.org', '--password-stdin'], { input: 'another password\n' });
	panel.cli(['admin', 'disable', 'off@example.org']);
	panel.cli(['admin', 'add', 'other@example.org', '--password-stdin'], { input: 'another password\n' });
	await settled();
});
after(async () => {
	await panel?.stop();
	await sink?.stop();
});

test('from the sign-in page to the new password', async () => {
	const elsewhere = await panel.client().signIn();
	assert.match((await panel.client().get('/auth/login')).text, /href="\/auth\/lost-password"/);
	const { username, token } = await link();
	assert.equal(username, root.username);
	assert.match(token, /^\w{40}$/);
	assert.ok(!panel.dump().includes(token), 'the token lies in the database');
	assert.ok(!panel.log().includes(token));
	await settled();
	const n = sink.mails.length;
	const r = await reset({ username, token, password: fresh });
	assert.equal(r.status, 303, r.text);
	assert.equal(r.headers.get('location'), '/auth/login');
	assert.equal((await elsewhere.get('/domains')).status, 302, 'other sessions have ended');
	assert.equal(await signIn(root.password), 401);
	assert.equal(await signIn(fresh), 303);
	const notice = await sink.wait(n + 1);
	assert.match(notice.text, /new password was set/);
	assert.doesNotMatch(notice.text, new RegExp(fresh));
	const actions = sql("SELECT group_concat(action, ' ') FROM log WHERE action LIKE 'ADMIN_RESET%' OR action LIKE 'ADMIN_PW%'");
	assert.equal(actions, 'ADMIN_RESET_ASKED ADMIN_PW_RESET');
	assert.ok(!sql('SELECT coalesce(detail_before, 0) || coalesce(detail_after, 0) FROM vimb_audit').includes('$2'));
	// once used, void
	const again = await reset({ username, token, password: 'yet another one' });
	assert.equal(again.status, 422);
	assert.match(again.text, /not valid any more/);
});

test('using one link voids the others', async () => {
	const first = await link(), second = await link();
	assert.equal((await reset({ ...second, password: 'the second secret' })).status, 303);
	assert.equal((await reset({ ...first, password: 'the first secret' })).status, 422);
	assert.equal(await signIn('the second secret'), 303);
});

test('a password that was set otherwise voids the link, and so does removing the account', async () => {
	const name = 'third@example.org', add = () => panel.cli(['admin', 'add', name, '--password-stdin'], { input: 'another password\n' });
	add();
	const first = await link(name);
	panel.cli(['admin', 'passwd', name, '--password-stdin'], { input: 'one that was set\n' });
	assert.equal((await reset({ ...first, password: fresh })).status, 422);
	await link(name);
	panel.cli(['admin', 'delete', name]);
	assert.equal(sql("SELECT count(*) FROM vimb_once WHERE purpose LIKE 'reset:%'"), '0');
	sql("DELETE FROM vimb_attempt");
});

test('the path that the PHP program had shows the form filled in', async () => {
	const { username, token } = await link();
	const c = panel.client();
	let r = await c.get(`/auth/reset-password/username/${encodeURIComponent(username)}/token/${token}`);
	assert.equal(r.status, 200);
	assert.match(r.text, new RegExp(`value="${token}"`));
	assert.match(r.text, /action="\/auth\/reset-password"/);
	assert.match(r.headers.get('referrer-policy'), /no-referrer|same-origin/);
	r = await c.post('/auth/reset-password', { username, token, password: 'by the old path' });
	assert.equal(r.status, 303, r.text);
	assert.equal((await c.post(`/auth/reset-password/username/${username}/token/${token}`, {})).status, 405);
	assert.equal((await c.get('/auth/reset-password/token/x')).status, 404);
	r = await c.get('/auth/reset-password/username/%22%3E%3Cscript%3E/token/%3Cb%3E');
	assert.doesNotMatch(r.text, /<script>|<b>/);
});

test('the same answer for known, unknown, disabled and impossible names, and mail for the known one only', async () => {
	await settled();
	const n = sink.mails.length;
	const answers = [];
	for (const name of [root.username, 'nobody@example.org', 'off@example.org', 'not an address', 'a@example.org\u202e']) {
		const r = await ask(name);
		answers.push([r.status, r.headers.get('location'), r.text]);
	}
	for (const a of answers) assert.deepEqual(a, answers[0]);
	await settled();
	assert.equal(sink.mails.length, n + 1);
	// the same statements for each: one row of the trail and one job, whoever it is
	assert.equal(sql("SELECT count(DISTINCT action) FROM (SELECT action FROM log ORDER BY id DESC LIMIT 5)"), '1');
});

test('one live link: another mail voids the one before', async () => {
	await settled();
	sql("DELETE FROM vimb_once");
	const n = sink.mails.length;
	const links = [];
	for (let i = 0; i < 3; i++) links.push(await link('other@example.org'));
	assert.equal(sink.mails.length, n + 3);
	assert.equal(sql("SELECT count(*) FROM vimb_once WHERE purpose LIKE 'reset:%'"), '1');
	assert.equal((await reset({ ...links[0], password: fresh })).status, 422);
	assert.equal((await reset({ ...links[1], password: fresh })).status, 422);
	assert.equal((await reset({ ...links[2], password: fresh })).status, 303);
	panel.cli(['admin', 'passwd', 'other@example.org', '--password-stdin'], { input: 'another password\n' });
	sql("DELETE FROM vimb_attempt");
});

test('a link of somebody else, an expired one, and one of an account that was switched off', async () => {
	sql("DELETE FROM vimb_once");
	const mine = await link();
	assert.equal((await reset({ username: 'other@example.org', token: mine.token, password: fresh })).status, 422);
	sql("UPDATE vimb_once SET expires_at = strftime('%s', 'now') - 1 WHERE purpose LIKE 'reset:%'");
	assert.equal((await reset({ ...mine, password: fresh })).status, 422);
	const late = await link('other@example.org');
	panel.cli(['admin', 'disable', 'other@example.org']);
	assert.equal((await reset({ ...late, password: fresh })).status, 422);
	assert.equal(sql("SELECT count(*) FROM log WHERE action = 'ADMIN_RESET_FAILED'") > 2, true);
});

test('a password that is too short costs no token', async () => {
	const it = await link();
	const r = await reset({ ...it, password: 'short' });
	assert.equal(r.status, 422);
	assert.match(r.text, /at least 8 characters/);
	assert.doesNotMatch(r.text, /short"/);
	assert.equal((await reset({ ...it, password: 'long enough now' })).status, 303);
});

test('a proof counts once; without one the mail waits', async () => {
	const who = panel.client();
	const page = await who.get('/auth/lost-password');
	const proof = prove(/data-proof="([0-9a-f]{64})"/.exec(page.text)[1], 'nobody@example.org');
	assert.equal((await ask('nobody@example.org', { proof, who })).status, 303);
	const twice = await ask('nobody@example.org', { proof, who });
	assert.equal(twice.status, 409);
	await settled();
	assert.equal((await ask('nobody@example.org', { proof: '' })).status, 303);
	const delay = Number(sql("SELECT run_at - created_at FROM vimb_job WHERE kind = 'mail' ORDER BY id DESC LIMIT 1"));
	assert.ok(delay >= 60, String(delay));
	for (const wrong of ['0', 'x', '18446744073709551616', "' OR 1", '0:0']) {
		assert.equal((await ask('nobody@example.org', { proof: wrong })).status, 303);
		assert.ok(Number(sql("SELECT run_at - created_at FROM vimb_job WHERE kind = 'mail' ORDER BY id DESC LIMIT 1")) >= 60, wrong);
	}
	sql("DELETE FROM vimb_job WHERE kind = 'mail' AND state = 'waiting'");
});

test('asking and guessing are limited', async () => {
	sql("DELETE FROM vimb_attempt");
	let last;
	for (let i = 0; i < 45; i++) last = await reset({ username: root.username, token: 'x'.repeat(40), password: fresh });
	assert.equal(last.status, 429);
	assert.ok(Number(last.headers.get('retry-after')) > 0);
	assert.equal((await ask('nobody@example.org')).status, 429);
	assert.equal(await signIn('long enough now'), 303, 'signing in is another matter');
	sql("DELETE FROM vimb_attempt");
});

test('as JSON', async () => {
	const c = panel.client();
	const r = await c.api('GET', '/auth/lost-password');
	assert.equal(r.json.bits, 16);
	c.csrf = r.json.csrf;
	await settled();
	const n = sink.mails.length;
	sql("DELETE FROM vimb_once");
	const asked = await c.api('POST', '/auth/lost-password', { username: root.username, proof: prove(r.json.challenge, root.username) });
	assert.deepEqual(asked.json, { ok: true });
	const it = linkOf(await sink.wait(n + 1));
	assert.equal((await c.api('POST', '/auth/reset-password', { ...it, token: 'wrong', password: fresh })).json.errors[0].field, 'token');
	assert.deepEqual((await c.api('POST', '/auth/reset-password', { ...it, password: fresh })).json, { ok: true });
});

test('only from the form, and only fields it has', async () => {
	const c = panel.client();
	await c.get('/auth/lost-password');
	assert.equal((await c.post('/auth/lost-password', { csrf: 'x'.repeat(64), username: root.username })).status, 403);
	assert.equal((await c.post('/auth/lost-password', { username: root.username, host: 'evil.example' })).status, 400);
	assert.equal((await c.fetch('GET', '/auth/lost-password', { headers: { host: 'evil.example' } })).status, 421);
});

test('not offered without public_url, without mail, or when switched off', async () => {
	for (const settings of [{ public_url: '' }, { 'resources.mail.transport.host': '' }, { 'resources.auth.oss.disabled.lost-password': 'yes' }]) {
		const other = await startPanel({ settings: { ...mailKeys(), ...settings } });
		try {
			assert.doesNotMatch((await other.get('/auth/login')).text, /lost-password/);
			for (const path of ['/auth/lost-password', '/auth/reset-password', '/auth/reset-password/username/a/token/b']) assert.equal((await other.get(path)).status, 404, path);
			await other.get('/auth/login');
			assert.equal((await other.post('/auth/lost-password', { username: root.username })).status, 404);
			assert.equal(sql("SELECT count(*) FROM vimb_job WHERE kind = 'mail'", other), '0');
		} finally {
			await other.stop();
		}
	}
});
