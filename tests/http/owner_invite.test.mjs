// SPDX-License-Identifier: GPL-3.0-or-later
// The owner of a mailbox chooses the password with a link: a new mailbox of a password that nobody knows, or one that is there; the link goes to the other address, works once,
// and not any more when the password was changed otherwise.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel } from './lib/panel.mjs';
import { startSink } from './lib/smtp.mjs';

let sink, panel, mute, made = 0;
const chosen = "a password of one's own", other = 'another long password';
const mailKeys = () => ({ 'resources.mail.transport.host': '127.0.0.1', 'resources.mail.transport.port': sink.port, 'resources.mail.transport.ssl': 'none', 'identity.mailer.email': 'panel@example.com',
	'server.email.address': 'help@example.com', 'bruteforce.max_attempts': 60, 'defaults.mailbox.hash_cost': 4 });
const address = () => `new${++made}@own.example`;
const entries = (action) => JSON.parse(panel.cli(['log', 'list', '--action', action, '--json']));
const linkIn = (mail) => {
	const m = new RegExp(`${panel.url}/auth/mailbox-invitation#username=([^\\s&]+)&token=(\\w{40})`).exec(mail.text);
	assert.ok(m, mail.text);
	return { username: decodeURIComponent(m[1]), token: m[2] };
};
async function mailed(run) {
	const n = sink.mails.length;
	await run();
	for (let i = n + 1; ; i++) {
		const mail = await sink.wait(i);
		if (/mailbox-invitation/.test(mail.text)) return mail;
	}
}
async function take(fields, p = panel) {
	const c = p.client();
	assert.equal((await c.get('/auth/mailbox-invitation')).status, 200);
	return c.post('/auth/mailbox-invitation', fields);
}
// Is that the mailbox's password? Its owner's page says so, without a change.
async function is(username, current) {
	const c = panel.client();
	await c.get('/auth/change-password');
	const r = await c.post('/auth/change-password', { username, current_password: current, new_password: `${current} x`, confirm_new_password: `${current} x` });
	if (r.status !== 303) return false;
	assert.equal((await c.post('/auth/change-password', { username, current_password: `${current} x`, new_password: current, confirm_new_password: current })).status, 303);
	return true;
}
// A mailbox with a password, and its number.
async function box(username, more = { alt_email: 'out@elsewhere.example' }) {
	const r = await panel.api('POST', '/mailboxes/add', { address: username, password: other, ...more });
	assert.equal(r.status, 201, r.text);
	return r.json.id;
}

before(async () => {
	sink = await startSink();
	panel = await startPanel({ settings: mailKeys() });
	mute = await startPanel({});
	await panel.signIn();
	await mute.signIn();
	for (const p of [panel, mute]) assert.equal((await p.api('POST', '/domains/add', { domain: 'own.example', active: true })).status, 201);
});
after(async () => {
	await panel?.stop();
	await mute?.stop();
	await sink?.stop();
});

test('a new mailbox, from the page to its password', async () => {
	const username = address();
	assert.match((await panel.get('/mailboxes/add')).text, /name="invite"/);
	const mail = await mailed(async () => {
		const r = await panel.post('/mailboxes/add', { local_part: username.split('@')[0], domain: 'own.example', alt_email: 'Out@elsewhere.example', invite: '1', active: '1', checkboxes: 'generate invite active welcome_email' });
		assert.equal(r.status, 303, r.text);
	});
	assert.match((await panel.get('/mailboxes')).text, /a mail with a link is on its way/);
	assert.deepEqual([mail.to].flat(), ['out@elsewhere.example']);
	assert.match(mail.text, /root@example\.org sends you a link for the mailbox new1@own\.example/);
	assert.match(mail.text, /within 3 days/);
	const link = linkIn(mail);
	assert.equal(link.username, username);
	assert.ok(!panel.dump().includes(link.token) && !panel.log().includes(link.token), 'the code is in the mail and nowhere else');
	const [added] = entries('MAILBOX_ADD');
	assert.match(added.data, /added and invited the owner of/);
	assert.equal((await take({ ...link, password: 'short' })).status, 422);
	const r = await take({ ...link, password: chosen });
	assert.equal(r.status, 303, r.text);
	const [entry] = entries('MAILBOX_PW_CHANGE');
	assert.deepEqual([entry.actor, entry.object, entry.source, entry.door], [username, username, '127.0.0.1', 'web']);
	assert.match(entry.data, /chose with a link the password for/);
	assert.doesNotMatch(JSON.stringify(entry), /\$2|\{[A-Z]/);
	assert.equal(await is(username, chosen), true);
	const again = await take({ ...link, password: other });
	assert.equal(again.status, 422);
	assert.match(again.text, /not valid any more\. Please ask for another one/);
	assert.equal(await is(username, chosen), true);
	assert.equal(entries('MAILBOX_PW_CHANGE_FAILED')[0].object, username);
});

test('a mailbox that is there: its password stays until the link is used; a second link voids the first', async () => {
	const username = address(), id = await box(username);
	assert.match((await panel.get(`/mailboxes/${id}`)).text, new RegExp(`/mailboxes/${id}/invite`));
	assert.match((await panel.get(`/mailboxes/${id}/invite`)).text, /out@elsewhere\.example/);
	const first = linkIn(await mailed(async () => assert.equal((await panel.post(`/mailboxes/${id}/invite`)).status, 303)));
	const second = linkIn(await mailed(async () => assert.equal((await panel.api('POST', `/mailboxes/${id}/invite`, {})).status, 201)));
	const [entry] = entries('MAILBOX_INVITE');
	assert.equal(entry.object, username);
	assert.match(entry.data, /a link to choose the password, to out@elsewhere\.example/);
	assert.equal(await is(username, other), true);
	assert.equal((await take({ ...first, password: chosen })).status, 422);
	const third = linkIn(await mailed(async () => panel.cli(['mailbox', 'invite', username])));
	assert.equal((await take({ ...second, password: chosen })).status, 422);
	assert.equal((await take({ ...third, password: chosen })).status, 303);
	assert.equal(await is(username, chosen), true);
});

test('void: when the password was changed otherwise, when it is late, when the mailbox is off, gone or another', async () => {
	const send = async (of) => linkIn(await mailed(async () => assert.equal((await panel.api('POST', `/mailboxes/${of}/invite`, {})).status, 201)));
	const a = address(), id = await box(a), b = address(), idB = await box(b);
	const ofA = await send(id);
	assert.equal((await take({ ...ofA, username: b, password: chosen })).status, 422, "another's");
	panel.cli(['mailbox', 'passwd', a, '--password-stdin'], { input: 'set meanwhile by hand\n' });
	assert.equal((await take({ ...ofA, password: chosen })).status, 422, 'changed otherwise');
	const late = await send(id);
	panel.sql('UPDATE vimb_once SET expires_at = 1');
	assert.equal((await take({ ...late, password: chosen })).status, 422, 'late');
	const off = await send(id);
	panel.cli(['mailbox', 'disable', a]);
	assert.equal((await take({ ...off, password: chosen })).status, 422, 'switched off');
	assert.throws(() => panel.cli(['mailbox', 'invite', a]), /is switched off/);
	assert.equal((await panel.api('POST', `/mailboxes/${id}/invite`, {})).status, 409);
	const gone = await send(idB);
	panel.cli(['mailbox', 'delete', b]);
	assert.equal((await take({ ...gone, password: chosen })).status, 422, 'gone');
	await box(b);
	assert.equal((await take({ ...gone, password: chosen })).status, 422, 'another of that name');
});

test('who took the other address away gets no mail there', async () => {
	const username = address(), id = await box(username);
	const r = await panel.api('POST', `/mailboxes/${id}/edit`, { alt_email: '' });
	assert.equal(r.status, 200, r.text);
	// it is said before it is asked for
	const page = (await panel.get(`/mailboxes/${id}`)).text, form = (await panel.get(`/mailboxes/${id}/invite`)).text;
	assert.doesNotMatch(page, new RegExp(`/mailboxes/${id}/invite`));
	assert.match(page, /none, so no link to choose the password can be sent/);
	assert.match(form, /alert-warning[^]*The link goes to the other address of the mailbox, and there is none\./);
	assert.match(form, new RegExp(`href="/mailboxes/${id}/edit`));
	assert.doesNotMatch(form, /btn-primary/);
	const none = await panel.api('POST', `/mailboxes/${id}/invite`, {});
	assert.equal(none.status, 422);
	assert.match(none.text, /there is none/);
	const self = await panel.api('POST', '/mailboxes/add', { address: 'self@own.example', alt_email: 'self@own.example', invite: true });
	assert.equal(self.json.errors[0].field, 'invite');
	for (const bad of [{ invite: true }, { invite: true, alt_email: 'a@elsewhere.example', password: other }, { invite: true, alt_email: 'a@elsewhere.example', generate: true }])
		assert.equal((await panel.api('POST', '/mailboxes/add', { address: address(), ...bad })).status, 422, JSON.stringify(bad));
});

test('guesses count, and are refused after so many', async () => {
	const c = mute.client(), answers = [];
	for (let i = 0; i < 8; i++) {
		await c.get('/auth/mailbox-invitation');
		answers.push((await c.post('/auth/mailbox-invitation', { username: 'box@own.example', token: `x${i}`, password: chosen })).status);
	}
	assert.equal(answers[0], 422);
	assert.equal(answers.at(-1), 429);
});

test('without mail it is not offered', async () => {
	assert.doesNotMatch((await mute.get('/mailboxes/add')).text, /name="invite"/);
	const r = await mute.api('POST', '/mailboxes/add', { address: 'x@own.example', alt_email: 'y@elsewhere.example', invite: true });
	assert.equal(r.json.errors[0].field, 'invite');
});

test('mailbox.owner_chooses: nobody types or makes a password for an owner, at any door', async () => {
	const strict = await startPanel({ settings: { ...mailKeys(), 'mailbox.owner_chooses': 'yes' } });
	try {
		await strict.signIn();
		assert.equal((await strict.api('POST', '/domains/add', { domain: 'own.example', active: true })).status, 201);
		for (const how of [{ password: other }, { generate: true }]) {
			const r = await strict.api('POST', '/mailboxes/add', { address: 'a@own.example', ...how });
			assert.equal(r.status, 422);
			assert.match(r.text, /nobody but the owner chooses/);
		}
		assert.throws(() => strict.cli(['mailbox', 'add', 'a@own.example', '--generate']), /nobody but the owner chooses/);
		assert.throws(() => strict.cli(['import', 'mailboxes', '-', '--generate'], { input: 'address\na@own.example\n' }), /nobody but the owner chooses/);
		const r = await strict.api('POST', '/mailboxes/add', { address: 'a@own.example', alt_email: 'out@elsewhere.example', invite: true });
		assert.equal(r.status, 201, r.text);
		assert.equal((await strict.api('POST', `/mailboxes/${r.json.id}/password`, { password: other })).status, 422);
		assert.equal((await strict.api('POST', '/mailboxes/add', { address: 'b@own.example', hash: '{SHA512-CRYPT}$6$rounds=5000$usesomesillystri$D4IrlXatmP7rx3P3InaxBeoomnAihCKRVQAr/36eYd5kxHXLhXbXtOQxRMpwNU3DzdPHmVNFqIBC0CvaNJPEr.' })).status, 201);
	} finally {
		await strict.stop();
	}
});
