// SPDX-License-Identifier: GPL-3.0-or-later
// Who must have a second factor may set up a passkey instead of a program before being let in; and whoever has nothing but passkeys has backup codes for
// when they are lost.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel, freePort } from './lib/panel.mjs';
import { Authenticator } from './lib/passkey.mjs';

const password = 'a long enough secret 1';
let panel, origin, made = 0;

before(async () => {
	origin = `http://localhost:${await freePort()}`;
	panel = await startPanel({ settings: { 'bruteforce.max_attempts': 1000, public_url: origin } });
});
after(() => panel?.stop());

const trail = () => JSON.parse(panel.cli(['log', 'list', '--limit', '2', '--json']));
const isIn = async (c) => (await c.get('/domains')).status === 200;
const codesOf = (r) => [...r.text.matchAll(/<li><code>([2-9A-HJ-NP-Z]{4}(?:-[2-9A-HJ-NP-Z]{4}){5})<\/code>/g)].map((m) => m[1]);
const number = (sql) => Number(panel.sql(sql).trim());
const force = (who) => panel.sql(`INSERT INTO admin_pref (Admin_id, attribute, ix, op, value, expire) SELECT id, 'auth.totp.force', 0, '=', '1', 0 FROM admin WHERE username = '${who.username}'`);

// An administrator who must set something up; parked.
async function somebody() {
	const who = { username: `admin${++made}@example.org` };
	panel.cli(['admin', 'add', who.username, '--password-stdin'], { input: `${password}\n` });
	force(who);
	return { ...who, c: await park(who, '/auth/totp-setup') };
}
async function park(who, want) {
	const c = panel.client();
	await c.get('/auth/login');
	const r = await c.post('/auth/login', { username: who.username, password });
	assert.equal(r.status, 303, r.text);
	assert.equal(r.headers.get('location'), want);
	await c.get(want);
	return c;
}
async function ask(c, where = '/auth/totp-setup/passkey') {
	const r = await c.fetch('POST', `${where}/ask`, { body: new URLSearchParams({ csrf: c.csrf }).toString(),
		headers: { accept: 'application/json', origin: c.url, 'content-type': 'application/x-www-form-urlencoded' } });
	return { status: r.status, question: r.status === 200 ? JSON.parse(r.text).publicKey : null };
}
async function enrol(who, options = {}) {
	const key = new Authenticator({ origin, ...options });
	const { question } = await ask(who.c);
	return { key, question, r: await who.c.post('/auth/totp-setup/passkey', { label: 'Phone', ...key.create(question) }) };
}

test('the page offers both ways; a passkey lets in and comes with backup codes', async () => {
	const who = await somebody();
	assert.equal(await isIn(who.c), false);
	const page = await who.c.get('/auth/totp-setup');
	assert.match(page.text, /class="qr"/);
	assert.match(page.text, /data-ask="\/auth\/totp-setup\/passkey\/ask"/);
	assert.match(page.text, /Set up a passkey/);
	const { key, question, r } = await enrol(who);
	assert.equal(question.user.name, who.username);
	assert.equal(r.status, 200, r.text);
	const codes = codesOf(r);
	assert.equal(codes.length, 8);
	assert.equal(await isIn(who.c), true);
	assert.deepEqual(trail().map((t) => t.action).sort(), ['ADMIN_LOGIN', 'ADMIN_PASSKEY_ADD']);
	assert.match((await who.c.get('/admin/two-factor')).text, /Backup codes left<\/dt><dd>8/);
	assert.equal(number(`SELECT count(*) FROM admin_pref WHERE attribute = 'auth.totp.force'`), 0);
	assert.ok(codes.every((code) => !panel.dump().includes(code)));

	const c = await park(who, '/auth/totp');
	assert.match((await c.get('/auth/totp')).text, /one-time-code/);
	const in2 = await c.post('/auth/totp/passkey', key.get((await ask(c, '/auth/totp/passkey')).question));
	assert.equal(in2.status, 303, in2.text);

	const d = await park(who, '/auth/totp');
	assert.equal((await d.post('/auth/totp', { code: '123456' })).status, 422);
	assert.equal((await d.post('/auth/totp', { code: 'ABCDEFGHJK' })).status, 422);
	assert.equal((await d.post('/auth/totp', { code: codes[3].toLowerCase() })).status, 303);
	assert.equal(await isIn(d), true);
	const e = await park(who, '/auth/totp');
	assert.equal((await e.post('/auth/totp', { code: codes[3] })).status, 422, 'good for once');
	assert.equal(await isIn(e), false);
});

test('two requests at once with one backup code: one gets in', async () => {
	const who = await somebody();
	const codes = codesOf((await enrol(who)).r);
	const browsers = await Promise.all([1, 2, 3, 4].map(() => park(who, '/auth/totp')));
	const got = await Promise.all(browsers.map((c) => c.post('/auth/totp', { code: codes[0] })));
	assert.deepEqual(got.map((r) => r.status).sort(), [303, 422, 422, 422]);
});

test('new codes void the old ones; with the last passkey they go', async () => {
	const who = await somebody();
	const old = codesOf((await enrol(who)).r);
	assert.match((await who.c.get('/admin/two-factor')).text, /two-factor\/passkeys\/codes/);
	await who.c.get('/admin/two-factor/passkeys/codes');
	const r = await who.c.post('/admin/two-factor/passkeys/codes');
	assert.equal(r.status, 200, r.text);
	const fresh = codesOf(r);
	assert.equal(fresh.length, 8);
	assert.equal(trail()[0].action, 'ADMIN_2FA_CODES');
	const c = await park(who, '/auth/totp');
	assert.equal((await c.post('/auth/totp', { code: old[0] })).status, 422);
	assert.equal((await c.post('/auth/totp', { code: fresh[0] })).status, 303);
	const { id } = (await who.c.api('GET', '/admin/two-factor/passkeys')).json.rows[0];
	assert.equal((await who.c.post('/admin/two-factor/passkeys/remove', { id })).status, 303);
	assert.equal(number(`SELECT count(*) FROM admin_pref p JOIN admin a ON a.id = p.Admin_id WHERE a.username = '${who.username}'`), 0);
	await park(who, '/domains');
});

test('who has no passkey, or a program besides, makes no codes this way', async () => {
	const c = await panel.client().signIn();
	await c.get('/admin/two-factor');
	const r = await c.api('POST', '/admin/two-factor/passkeys/codes', {});
	assert.equal(r.status, 409, r.text);
});

test('an answer that is none: the page again, nothing stored, and five of them end the sign-in', async () => {
	const who = await somebody();
	for (const options of [{ origin: 'http://localhost:1' }, { rpId: 'example.org' }, { origin: 'http://evil.example', rpId: 'localhost' }]) {
		const { r } = await enrol(who, options);
		assert.equal(r.status, 422, r.text);
		assert.match(r.text, /The passkey was not added/);
	}
	assert.equal((await who.c.post('/auth/totp-setup/passkey', { label: 'x', client_data: '', attestation: '', transports: '' })).status, 422);
	assert.equal((await who.c.post('/auth/totp-setup/passkey', { label: 'x', client_data: 'e30', attestation: 'oA', transports: '' })).status, 303);
	assert.equal((await ask(who.c)).status, 401);
	assert.equal(number(`SELECT count(*) FROM vimb_passkey k JOIN admin a ON a.id = k.admin_id WHERE a.username = '${who.username}'`), 0);
	assert.equal(await isIn(who.c), false);
});

test('a question belongs to its sign-in, and makes one passkey', async () => {
	const [one, two] = [await somebody(), await somebody()];
	const { question } = await ask(one.c);
	await ask(two.c);
	const key = new Authenticator({ origin });
	const stolen = await two.c.post('/auth/totp-setup/passkey', { label: 'x', ...key.create(question) });
	assert.equal(stolen.status, 409, stolen.text);
	const again = await one.c.post('/auth/totp-setup/passkey', { label: 'x', ...key.create(question) });
	assert.equal(again.status, 200, again.text);
	const twice = panel.client();
	twice.cookies = new Map(one.c.cookies);
	assert.equal((await ask(one.c)).status, 401, 'this sign-in is over');
});

test('nobody gets a question who stands at another step, or at none', async () => {
	const nobody = panel.client();
	await nobody.get('/auth/login');
	assert.equal((await ask(nobody)).status, 401);
	const who = await somebody();
	await enrol(who);
	const c = await park(who, '/auth/totp');
	assert.equal((await ask(c)).status, 401);
	const key = new Authenticator({ origin });
	const r = await c.post('/auth/totp-setup/passkey', { label: 'x', ...key.create((await ask(c, '/auth/totp/passkey')).question) });
	assert.equal(r.status, 303);
	assert.equal(number(`SELECT count(*) FROM vimb_passkey k JOIN admin a ON a.id = k.admin_id WHERE a.username = '${who.username}'`), 1);
});
