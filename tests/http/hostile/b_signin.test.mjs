// SPDX-License-Identifier: GPL-3.0-or-later
// Signing in: what is told to whom does not get in, what odd passwords and odd stored hashes do, and many at the same instant.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { root, startPanel } from '../lib/panel.mjs';
import { check, json, look, run, same, secret, stage } from './lib/cases.mjs';

const w = stage({ settings: { 'hash.tickets': 1, 'web.threads': 64 } });
const username = 'another@example.org';

async function attempt(panel, fields, headers = {}) {
	const c = panel.client();
	await c.get('/auth/login');
	const r = typeof fields === 'string' ? await c.fetch('POST', '/auth/login', { body: `csrf=${c.csrf}&${fields}`, headers: { 'content-type': 'application/x-www-form-urlencoded', origin: c.url } }) : await c.post('/auth/login', fields, headers);
	return { ...r, client: c };
}
const signIn = (fields) => (s) => attempt(s.panel, fields);
const wrong = { status: 401, row: { action: 'ADMIN_LOGIN_FAILED', door: 'web' } };
const x = (n) => 'x'.repeat(n);

run(w, [
	// passwords that are too much, or none
	['B8', '1 MB', signIn({ username, password: x(1 << 20) }), 413],
	['B8', '1025 bytes', signIn({ username, password: x(1025) }), 422],
	['B8', '1025 bytes for nobody: the same', signIn({ username: 'nobody@example.org', password: x(1025) }), 422],
	['B8', '1024 bytes are wrong, no more', signIn({ username, password: x(1024) }), wrong],
	['B8', '73 bytes where only 72 would count', json('/admins/add', { username: 'long@example.org', password: x(73) }), { status: 422, text: /72 bytes/, db: ["SELECT count(*) FROM admin WHERE username = 'long@example.org'", 0] }],
	['B8', '37 letters of two bytes', json('/admins/add', { username: 'long@example.org', password: 'é'.repeat(37) }), 422],
	['B8', '72 bytes all count', json('/admins/add', { username: 'long@example.org', password: `${x(71)}y` }), { status: 201, row: { action: 'ADMIN_ADD' } }],
	['B8', 'so one that differs in the last is wrong', signIn({ username: 'long@example.org', password: x(72) }), wrong],
	['B8', 'a mailbox with 73 bytes', json('/mailboxes/add', { address: 'long@own.example', password: x(73) }), 422],
	['B9', 'NUL in it', signIn(`username=${username}&password=a%00b`), 400],
	['B9', 'no UTF-8', signIn(`username=${username}&password=a%ff`), 400],
	['B9', 'a control character', signIn({ username, password: 'a\u0007b' }), 422],
	['B9', 'a line break', signIn({ username, password: `${secret}\n` }), 422],
	['B9', 'nothing', signIn({ username, password: '' }), wrong],
	['B9', 'blanks around it are part of it', signIn({ username, password: ` ${secret}` }), wrong],
	['B9', 'a letter with its mark in one', json('/admins/add', { username: 'nfc@example.org', password: 'a long \u00e9 secret' }), { status: 201, row: { action: 'ADMIN_ADD' } }],
	['B9', 'is another than with its mark apart', signIn({ username: 'nfc@example.org', password: 'a long e\u0301 secret' }), wrong],
	['B9', 'no name', signIn({ username: '', password: 'x' }), 422],
	['B9', 'a name of 256 characters', signIn({ username: x(256), password: 'x' }), 422],
	['B9', 'a name that is a password', signIn({ username: secret, password: secret }), wrong],
	// login of somebody else in one's own browser
	['B15', 'a sign-in that another site sends', async (s) => {
		const c = s.panel.client();
		await c.get('/auth/login');
		return c.post('/auth/login', root, { origin: 'http://evil.example' });
	}, 403],
	['B15', 'a sign-in without a page before it', async (s) => s.panel.client().fetch('POST', '/auth/login', { body: new URLSearchParams(root).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded', origin: s.panel.url } }), 403],
]);

// What may stand where a hash should: none of it is a password, whatever is typed.
const stored = ['', '*', '!', '!!', '*LK*', 'x', '{', '{}', '{PLAIN}', '{CLEAR}', '{UNKNOWN}abc', '{UNKNOWN}', '{BLF-CRYPT}', '{CRYPT}', '{CRYPT}*', '$', '$$', '$2y$', '$2y$10$', '$2y$10$short', '$1$', '$5$', '$6$', '$6$$', '$7$', '$y$', '$y$j9T$', '$argon2id$', '$argon2id$v=19$m=1,t=1,p=1$', '%s%n',
	'$2y$31$abcdefghijklmnopqrstuuUzKvLCMXuYY45Y6WyMZaLCf6A1xf85e', '$2y$99$abcdefghijklmnopqrstuuUzKvLCMXuYY45Y6WyMZaLCf6A1xf85e', '$6$rounds=999999999$abcdefghijklmnop$TM3P2DrmPDq8F3f6yEyoJz', '$5$rounds=999999999$a$b', '$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g', '$argon2id$v=19$m=65536,t=4294967295,p=1$c2FsdHNhbHQ$aGFzaGhhc2g', '$y$jFzzzzz$abc$def'];
const sql = (text) => `'${text.replaceAll("'", "''")}'`;

test('B10 B11 a stored value that is no hash, or one that would take a day, lets nobody in and costs nothing', async () => {
	const before = w.panel.sql(`SELECT password FROM admin WHERE username = '${username}'`).trim();
	for (const value of stored) {
		w.panel.sql(`UPDATE admin SET password = ${sql(value)} WHERE username = '${username}'`);
		w.seen = look(w);
		for (const password of [value, secret, 'x', 'abc']) {
			if (password === '') continue;
			const r = await attempt(w.panel, { username, password });
			assert.equal(r.status, 401, `${JSON.stringify(value)} with ${JSON.stringify(password)}`);
			assert.equal(r.client.cookies.has('VIMBADMIN3'), false);
		}
		same(w, { trail: false });
	}
	w.panel.sql(`UPDATE admin SET password = '${before}' WHERE username = '${username}'`);
	assert.equal((await attempt(w.panel, { username, password: secret })).status, 303);
	w.seen = look(w);
});

// How an answer looks when what differs from request to request is taken out.
const bare = (r) => `${r.status} ${[...r.headers.getSetCookie()].map((l) => l.replace(/=[0-9a-f]+/, '=')).join()} ${r.headers.get('cache-control')} ${r.text.replace(/[0-9a-f]{32,64}/g, '').replace(/name="username"[^>]* value="[^"]*"/, '')}`;

test('B1 B2 one answer for whoever is not in: unknown, wrong, off, locked out of his own, with a second factor, with a hash that is none', async () => {
	const { panel } = w;
	const add = (name) => panel.cli(['admin', 'add', name, '--password-stdin'], { input: `${secret}\n` });
	for (const name of ['off@example.org', 'second@example.org', 'broken@example.org', 'forced@example.org']) add(name);
	panel.cli(['admin', 'disable', 'off@example.org']);
	panel.sql(`INSERT INTO admin_pref (attribute, ix, op, value, expire, Admin_id) SELECT 'auth.totp.secret', 0, '=', 'unreadable', 0, id FROM admin WHERE username = 'second@example.org';
		INSERT INTO admin_pref (attribute, ix, op, value, expire, Admin_id) SELECT 'auth.totp.force', 0, '=', '1', 0, id FROM admin WHERE username = 'forced@example.org';
		UPDATE admin SET password = '*' WHERE username = 'broken@example.org';`);
	const answers = new Map();
	for (const [name, password] of [['nobody@example.org', 'wrong'], [username, 'wrong'], ['off@example.org', 'wrong'], ['off@example.org', secret], ['second@example.org', 'wrong'], ['forced@example.org', 'wrong'], ['broken@example.org', secret], ['no address', 'wrong'], ["' OR 1=1", 'wrong'], [root.username, 'wrong']])
		answers.set(`${name} ${password}`, bare(await attempt(panel, { username: name, password })));
	assert.equal(new Set(answers.values()).size, 1, JSON.stringify([...answers]).slice(0, 2000));
	assert.match([...answers.values()][0], /^401 /);
	w.seen = look(w);
});

test('B12 sixty who guess at once: some are told to come back, and a page in between is served', async () => {
	const flood = Promise.all(Array.from({ length: 60 }, (_, i) => attempt(w.panel, { username: `nobody${i}@example.org`, password: 'wrong' })));
	for (let i = 0; i < 20; i++) assert.equal((await w.panel.get('/domains')).status, 200);
	const answers = await flood;
	for (const r of answers) {
		assert.ok([401, 503].includes(r.status), String(r.status));
		if (r.status === 503) assert.ok(Number(r.headers.get('retry-after')) > 0);
	}
	assert.ok(answers.some((r) => r.status === 401));
	assert.equal((await attempt(w.panel, root)).status, 303);
	w.seen = look(w);
	await check(w, { method: 'GET', target: '/domains' }, 200);
});

test('B5 B6 forty at the same instant with one try left of two: two are looked at', async () => {
	const panel = await startPanel({ settings: { 'bruteforce.max_attempts': 2, 'web.threads': 32, 'hash.tickets': 8 } });
	try {
		const clients = await Promise.all(Array.from({ length: 40 }, async () => {
			const c = panel.client();
			await c.get('/auth/login');
			return c;
		}));
		const tries = async (c) => {
			for (let i = 0; i < 50; i++) {
				const r = await c.post('/auth/login', { username: root.username, password: 'wrong' }, { 'x-forwarded-for': '192.0.2.66' });
				if (r.status !== 503) return r.status;
			}
			return 503;
		};
		const answers = await Promise.all(clients.map(tries));
		assert.equal(answers.filter((s) => s === 401).length, 2, `${answers}`);
		assert.equal(answers.filter((s) => s === 429).length, 38, `${answers}`);
		// whoever has the password and not the second factor has not cleared anything: he is refused like all others from there
		const late = await attempt(panel, root, { 'x-forwarded-for': '192.0.2.66' });
		assert.equal(late.status, 429);
	} finally {
		await panel.stop();
	}
});

test('B7 lists of networks that are none do not start the panel', () => {
	for (const [key, value] of [['bruteforce.whitelist', '10.0.0.0/33'], ['bruteforce.whitelist', '2001:db8::/129'], ['bruteforce.whitelist', '10.0.0.1/8'], ['bruteforce.whitelist', '10.0.0.0/-1'], ['bruteforce.whitelist', '10.0.0.0/'], ['bruteforce.whitelist', '10.0.0.0/0x8'], ['trustedproxy.proxies', '300.0.0.0/8'], ['trustedproxy.proxies', 'localhost'], ['trustedproxy.proxies', '10/8'], ['trustedproxy.proxies', '*']])
		assert.throws(() => w.panel.cli(['-o', `${key}=${value}`, 'config', 'check']), (e) => e.status === 78, `${key} = ${value}`);
});

test('B16 two browsers at the same instant make the first administrator: one does; then the page is gone; without the word from the log nobody does', async () => {
	const panel = await startPanel({ firstRun: true, settings: { 'bruteforce.enabled': 'no' } });
	try {
		const token = /#token=([0-9a-f]+)/.exec(panel.setupLink())[1];
		const at = async (fields) => {
			const c = panel.client();
			await c.get('/auth/setup');
			return c.post('/auth/setup', { username: 'first@example.org', password: secret, ...fields });
		};
		for (const bad of ['', 'x', '0'.repeat(token.length), token.slice(1), `${token}0`, token.toUpperCase() === token ? 'y' : token.toUpperCase()]) assert.notEqual((await at({ token: bad })).status, 303, bad);
		assert.equal(panel.sql('SELECT count(*) FROM admin').trim(), '0');
		const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => at({ token, username: `first${i}@example.org` })));
		assert.equal(answers.filter((r) => r.status === 303 && !/auth\/login/.test(r.headers.get('location'))).length, 1, `${answers.map((r) => `${r.status} ${r.headers.get('location')}`)}`);
		assert.equal(panel.sql('SELECT count(*) FROM admin').trim(), '1');
		const again = await panel.client().get('/auth/setup');
		assert.ok([302, 303, 404].includes(again.status), String(again.status));
		assert.notEqual((await at({ token, username: 'second@example.org' })).status, 200);
		assert.equal(panel.sql('SELECT count(*) FROM admin').trim(), '1');
	} finally {
		await panel.stop();
	}
});

test('B20 a host name of the request gets into no link and no cookie', async () => {
	for (const host of [`localhost:${w.panel.port}`, `127.0.0.1:${w.panel.port + 1}`]) {
		const r = await w.panel.client().get('/domains', { host });
		assert.equal(r.status, 302);
		assert.match(r.headers.get('location'), /^\/auth\/login/);
		assert.doesNotMatch(r.headers.getSetCookie().join(), /domain=/i);
		const page = await w.panel.client().get('/auth/login', { host });
		assert.doesNotMatch(page.text, /https?:\/\/(localhost|127)/);
	}
});
