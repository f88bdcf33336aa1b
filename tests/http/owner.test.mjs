// SPDX-License-Identifier: GPL-3.0-or-later
// The mailbox owner's page: a new password without a session, one answer for everybody who may not.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel, root, sleep } from './lib/panel.mjs';
import { read, startSink } from './lib/smtp.mjs';

let panel;
const old = 'a long enough secret 1', fresh = 'another long secret 2';
const fields = { username: 'anna@own.example', current_password: old, new_password: fresh, confirm_new_password: fresh };
before(async () => {
	panel = await startPanel({ settings: { 'bruteforce.max_attempts': 4 } });
	await panel.signIn();
	assert.equal((await panel.api('POST', '/domains/add', { domain: 'own.example' })).status, 201);
	for (const name of ['anna', 'off']) assert.equal((await panel.api('POST', '/mailboxes/add', { address: `${name}@own.example`, password: old })).status, 201);
	panel.cli(['mailbox', 'disable', 'off@own.example']);
});
after(() => panel?.stop());

const ask = async (given, source = '192.0.2.1') => {
	const c = panel.client();
	const page = await c.get('/auth/change-password');
	assert.equal(page.status, 200);
	return [await c.post('/auth/change-password', { ...fields, ...given }, { 'x-forwarded-for': source }), c];
};

test('one answer for wrong, unknown and switched off; secrets are not shown again', async () => {
	const answers = new Set();
	for (const [i, given] of [{ current_password: 'wrong' }, { username: 'nobody@own.example' }, { username: 'off@own.example' }, { username: 'x' }].entries()) {
		const [r] = await ask(given, `192.0.2.${10 + i}`);
		assert.equal(r.status, 401);
		assert.match(r.text, /The address or the password is wrong/);
		assert.doesNotMatch(r.text, /long enough|another long/);
		answers.add(r.text.replace(/value="[^"]*"/g, ''));
	}
	assert.equal(answers.size, 1);
});

test('faults of the new password stand at their fields', async () => {
	for (const [given, text] of [[{ new_password: 'short', confirm_new_password: 'short' }, /at least 8/], [{ confirm_new_password: 'other' }, /not what you typed/],
		[{ new_password: old, confirm_new_password: old }, /other than the current/]]) {
		const [r] = await ask(given);
		assert.equal(r.status, 422);
		assert.match(r.text, text);
	}
});

test('the right one is taken, without a session before or after', async () => {
	const [r, c] = await ask({});
	assert.equal(r.status, 303);
	assert.match((await c.get(r.headers.get('location'))).text, /was changed/);
	assert.equal((await c.get('/domains')).status, 302);
	const json = panel.client();
	await json.get('/auth/change-password');
	const back = await json.api('POST', '/auth/change-password', { ...fields, current_password: fresh, new_password: old, confirm_new_password: old });
	assert.equal(back.status, 200, back.text);
	const [row] = JSON.parse(panel.cli(['log', 'list', '--action', 'MAILBOX_PW_CHANGE', '--limit', '1', '--json']));
	assert.equal(row.actor, 'anna@own.example');
	assert.equal(row.object, 'anna@own.example');
});

test('no token, no origin, no other field', async () => {
	const c = panel.client();
	await c.get('/auth/change-password');
	assert.equal((await c.post('/auth/change-password', { ...fields, csrf: 'x' })).status, 403);
	assert.equal((await c.post('/auth/change-password', fields, { origin: 'http://evil.example' })).status, 403);
	assert.equal((await c.post('/auth/change-password', { ...fields, active: '1' })).status, 400);
});

test('guesses are refused after a few, with the time to wait', async () => {
	let r;
	for (let i = 0; i < 5; i++) [r] = await ask({ current_password: 'wrong' }, '192.0.2.99');
	assert.equal(r.status, 429);
	assert.ok(Number(r.headers.get('retry-after')) > 0);
	assert.equal((await panel.client().signIn()).url, panel.url, 'signing in is counted apart');
});

test('it can be switched off', async () => {
	const none = await startPanel({ settings: { 'resources.auth.oss.disabled.change-password': 'yes' } });
	try {
		assert.equal((await none.get('/auth/change-password')).status, 404);
		const c = none.client();
		await c.get('/auth/login');
		assert.equal((await c.post('/auth/change-password', fields)).status, 404);
	} finally {
		await none.stop();
	}
});

test('the owner is mailed that the password was changed: from where, when it was on this page; by whom, when it was not', async () => {
	const sink = await startSink();
	const p = await startPanel({ settings: { 'resources.mail.transport.host': '127.0.0.1', 'resources.mail.transport.port': sink.port,
		'resources.mail.transport.ssl': 'none', 'identity.mailer.email': 'panel@example.com' } });
	try {
		await p.signIn();
		await p.api('POST', '/domains/add', { domain: 'own.example' });
		const { id } = (await p.api('POST', '/mailboxes/add', { address: 'anna@own.example', password: old })).json;
		const mails = () => sink.mails.map(read).filter((m) => m.to.includes('anna@own.example') && /password was changed/.test(m.text));
		const next = async (n) => {
			for (let i = 0; mails().length < n && i < 400; i++) await sleep(50);
			return mails()[n - 1].text;
		};
		assert.equal((await p.api('POST', `/mailboxes/${id}/password`, { password: fresh })).status, 200);
		const told = await next(1);
		assert.match(told, new RegExp(root.username));
		assert.doesNotMatch(told, /from the address/);
		const c = p.client();
		await c.get('/auth/change-password');
		assert.equal((await c.post('/auth/change-password', { ...fields, current_password: fresh, new_password: old, confirm_new_password: old },
			{ 'x-forwarded-for': '192.0.2.77' })).status, 303);
		assert.match(await next(2), /from the address\s+192\.0\.2\.77/);
	} finally {
		await p.stop();
		await sink.stop?.();
	}
});
