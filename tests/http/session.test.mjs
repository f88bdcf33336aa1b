// SPDX-License-Identifier: GPL-3.0-or-later
// Signing in and out, and what a session is worth: fixation, logout, password change, the page wanted before, the first run.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel, root } from './lib/panel.mjs';

let panel;
before(async () => { panel = await startPanel({ settings: { 'bruteforce.max_attempts': 1000 } }); });
after(() => panel?.stop());

const session = (c) => [...c.cookies].find(([k]) => !/_(visitor|flash)$/.test(k));

test('who signs in is told of tries from elsewhere that failed, and not of his own', async () => {
	const name = 'watched@example.org', password = 'a long enough secret 9';
	await panel.signIn();
	assert.equal((await panel.api('POST', '/admins/add', { username: name, password, super: false, active: true })).status, 201);
	const enter = async (source, secret) => {
		const c = panel.client();
		await c.get('/auth/login');
		const { status } = await c.post('/auth/login', { username: name, password: secret }, { 'x-forwarded-for': source });
		return status === 303 ? (await c.get('/domains', { 'x-forwarded-for': source })).text : status;
	};
	assert.equal(await enter('192.0.2.51', 'wrong'), 401);
	assert.doesNotMatch(await enter('192.0.2.51', password), /from elsewhere/);
	for (const source of ['192.0.2.52', '192.0.2.53']) assert.equal(await enter(source, 'wrong'), 401);
	assert.match(await enter('192.0.2.51', password), /Failed tries to sign in as you, from elsewhere, since you did last: 2\. The log has them\./);
	assert.doesNotMatch(await enter('192.0.2.51', password), /from elsewhere/, 'said once');
});

test('a strange id is never adopted, and the id changes at sign-in', async () => {
	const c = panel.client();
	const fixed = 'a'.repeat(64);
	c.cookies.set('VIMBADMIN3', fixed);
	const page = await c.get('/auth/login');
	assert.equal(page.status, 200);
	await c.post('/auth/login', root);
	const [, first] = session(c);
	assert.notEqual(first, fixed);
	assert.match(first, /^[0-9a-f]{64}$/);
	const d = panel.client();
	d.cookies.set('VIMBADMIN3', fixed);
	assert.equal((await d.get('/domains')).status, 302);
	await c.get('/about');
	c.csrf = (await c.get('/about')).text.match(/name="csrf" value="(\w+)"/)[1];
	await c.post('/auth/login', root);
	const [, second] = session(c);
	assert.notEqual(second, first);
	d.cookies.set('VIMBADMIN3', first);
	assert.equal((await d.get('/domains')).status, 302, 'the session before ended');
});

test('cookies: HttpOnly, SameSite, path; Secure and __Host- over https', async () => {
	const c = panel.client();
	const login = await c.get('/auth/login');
	const r = await c.post('/auth/login', root);
	for (const line of [...login.headers.getSetCookie(), ...r.headers.getSetCookie()]) {
		assert.match(line, /; Path=\/; HttpOnly; SameSite=Lax/);
		assert.doesNotMatch(line, /Domain=|Secure/);
	}
	const secure = await startPanel({ settings: { public_url: 'https://mail.example.org', hosts: '127.0.0.1' } });
	try {
		const page = await secure.client().get('/auth/login');
		assert.ok(page.headers.getSetCookie().length > 0);
		for (const line of page.headers.getSetCookie()) assert.match(line, /^__Host-VIMBADMIN3.*; Secure/);
		assert.match(page.headers.get('strict-transport-security'), /max-age=\d{7,}/);
	} finally {
		await secure.stop();
	}
});

test('signing out ends the session where it is kept', async () => {
	const c = await panel.client().signIn();
	const [name, value] = session(c);
	const r = await c.post('/auth/logout');
	assert.equal(r.status, 303);
	assert.ok(r.headers.get('clear-site-data'));
	assert.equal(session(c), undefined);
	const token = c.csrf;
	c.cookies.set(name, value);
	assert.equal((await c.get('/domains')).status, 302);
	c.cookies.set(name, value);
	const late = await c.fetch('POST', '/domains/add', { body: `domain=late.example&csrf=${token}`,
		headers: { 'content-type': 'application/x-www-form-urlencoded', origin: panel.url } });
	assert.equal(late.status, 303);
	assert.match(late.headers.get('location'), /^\/auth\/login/);
});

test('wrong password, unknown and disabled name get one and the same answer', async () => {
	panel.cli(['admin', 'add', 'off@example.org', '--password-stdin'], { input: 'a long enough secret 1\n' });
	panel.cli(['admin', 'disable', 'off@example.org']);
	const answers = [];
	for (const [username, password] of [[root.username, 'wrong'], ['nobody@example.org', 'wrong'], ['off@example.org', 'a long enough secret 1'], ['off@example.org', 'wrong'], ['no address', 'x']]) {
		const c = panel.client();
		await c.get('/auth/login');
		const r = await c.post('/auth/login', { username, password });
		assert.equal(session(c), undefined);
		answers.push(`${r.status} ${r.text.replace(/[0-9a-f]{32,64}/g, '').replace(/value="[^"]*"/g, '')}`);
	}
	assert.equal(new Set(answers).size, 1);
	assert.match(answers[0], /^401/);
});

test('the page that was wanted comes after signing in; only pages of this panel', async () => {
	const c = panel.client();
	const refused = await c.get('/mailboxes?q=anna');
	const login = refused.headers.get('location');
	assert.equal(login, `/auth/login?next=${encodeURIComponent('/mailboxes?q=anna')}`);
	await c.get(login);
	assert.equal((await c.post(login, root)).headers.get('location'), '/mailboxes?q=anna');
	for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example', '/%5cevil.example', '/nowhere', '/auth/logout', '\thttps://evil.example', '/domains/1/enable']) {
		const d = panel.client();
		const path = `/auth/login?next=${encodeURIComponent(next)}`;
		const page = await d.get(path);
		if (page.status !== 200) continue;
		assert.equal((await d.post(path, root)).headers.get('location'), '/domains', next);
	}
});

test('a message cannot come from outside', async () => {
	const c = await panel.client().signIn();
	for (const value of ['0'.repeat(64) + ':1You+are+hacked', `1You%20are%20hacked`, 'x']) {
		c.cookies.set('VIMBADMIN3_flash', value);
		assert.doesNotMatch((await c.get('/domains')).text, /hacked/);
	}
	assert.equal((await c.get('/domains?flash=hacked')).status, 400);
});

test('strangers leave nothing behind', async () => {
	for (let i = 0; i < 20; i++) await panel.client().get(i % 2 ? '/domains' : '/auth/login');
	const c = await panel.client().signIn();
	assert.equal((await c.api('GET', '/log?q=stranger')).json.total, 0);
});

test('a new password ends the other sessions', async () => {
	panel.cli(['admin', 'add', 'two@example.org', '--super', 'yes', '--password-stdin'], { input: 'a long enough secret 1\n' });
	const [a, b] = [await panel.client().signIn('two@example.org', 'a long enough secret 1'), await panel.client().signIn('two@example.org', 'a long enough secret 1')];
	await a.get('/account/password');
	assert.equal((await a.post('/account/password', { current_password: 'a long enough secret 1', password: 'another long secret 2' })).status, 303);
	assert.equal((await a.get('/domains')).status, 200);
	assert.equal((await b.get('/domains')).status, 302);
});

test('script requests without a session are told where to go', async () => {
	const r = await panel.client().get('/domains', { 'hx-request': 'true' });
	assert.equal(r.status, 401);
	assert.equal(r.headers.get('hx-redirect'), '/auth/login');
});

test('JSON: sign in, see, sign out', async () => {
	const c = panel.client();
	await c.get('/auth/login');
	const r = await c.api('POST', '/auth/login', root);
	assert.equal(r.status, 200, r.text);
	c.csrf = r.json.csrf;
	assert.equal((await c.api('GET', '/domains')).status, 200);
	assert.equal((await c.api('POST', '/auth/logout')).status, 200);
	assert.equal((await c.api('GET', '/domains')).status, 401);
});

test('too many attempts are refused for a while, with the time to wait', async () => {
	const strict = await startPanel({ settings: { 'bruteforce.max_attempts': 3 } });
	try {
		const c = strict.client();
		await c.get('/auth/login');
		let last;
		for (let i = 0; i < 5; i++) last = await c.post('/auth/login', { username: root.username, password: 'wrong' });
		assert.equal(last.status, 429);
		assert.ok(Number(last.headers.get('retry-after')) > 0);
		assert.equal((await c.post('/auth/login', root)).status, 429);
	} finally {
		await strict.stop();
	}
});

test('a second factor enrolled in the PHP program is not got round; the operator can remove it', async () => {
	panel.sql("INSERT INTO admin_pref (attribute, ix, op, value, expire, Admin_id) " +
		`SELECT 'auth.totp.secret', 0, '=', 'unreadable', 0, id FROM admin WHERE username = '${root.username}';`);
	const c = panel.client();
	await c.get('/auth/login');
	const wrong = await c.post('/auth/login', { ...root, password: 'wrong' });
	assert.doesNotMatch(wrong.text, /second factor/i);
	const r = await c.post('/auth/login', root);
	assert.equal(r.status, 303);
	assert.equal(r.headers.get('location'), '/auth/totp');
	assert.equal(c.cookies.has('VIMBADMIN3'), false);
	await c.get('/auth/totp');
	const refused = await c.post('/auth/totp', { code: '123456' });
	assert.equal(refused.status, 422);
	assert.match(panel.cli(['log', 'list', '--limit', '1', '--json']), /secret cannot be read/);
	assert.match(panel.cli(['admin', 'reset-2fa', root.username]), /second factor is gone/);
	await panel.client().signIn();
	assert.match(panel.cli(['log', 'list', '--limit', '2', '--json']), /ADMIN_2FA_RESET/);
});
