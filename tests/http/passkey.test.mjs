// SPDX-License-Identifier: GPL-3.0-or-later
// Passkeys through the real binary, cage and all: adding, the second step, alone, removing; every answer that is wrong in one way; questions that are
// answered twice, too late or by somebody else; policies, the operator's way back.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel, freePort, root } from './lib/panel.mjs';
import { Authenticator } from './lib/passkey.mjs';
import { code, step } from './lib/totp.mjs';

const password = 'a long enough secret 1';
let panel, origin;
let made = 0;

// A panel people know as http://localhost:PORT, which is not where the tests' client goes.
async function start(settings = {}) {
	origin = `http://localhost:${await freePort()}`;
	const p = await startPanel({ settings: { 'bruteforce.max_attempts': 1000, public_url: origin, ...settings } });
	return p.signIn();
}
before(async () => { panel = await start({ 'twofactor.passkey_only': 'yes' }); });
after(() => panel?.stop());

const trail = (n = 1, p = panel) => JSON.parse(p.cli(['log', 'list', '--limit', String(n), '--json']));
const questionOf = (r) => JSON.parse(/data-question="([^"]*)"/.exec(r.text)[1].replace(/&quot;/g, '"').replace(/&amp;/g, '&')).publicKey;
const number = (sql, p = panel) => Number(p.sql(sql).trim());

async function somebody(p = panel, more = []) {
	const username = `admin${++made}@example.org`;
	p.cli(['admin', 'add', username, '--password-stdin', ...more], { input: `${password}\n` });
	return { username, password, c: await p.client().signIn(username, password) };
}

async function add(who, options = {}, label = 'Phone') {
	const key = new Authenticator({ origin, ...options });
	await who.c.get('/admin/two-factor/passkeys/add');
	const asked = await who.c.post('/admin/two-factor/passkeys/add', { label });
	assert.equal(asked.status, 200, asked.text);
	const r = await who.c.post('/admin/two-factor/passkeys/confirm', { label, ...key.create(questionOf(asked)) });
	assert.equal(r.status, 303, r.text);
	return key;
}

async function holder(options, p = panel) {
	const who = await somebody(p);
	return { ...who, key: await add(who, options) };
}

async function park(who, p = panel, next = '') {
	const c = p.client();
	await c.get(`/auth/login${next}`);
	const r = await c.post(`/auth/login${next}`, { username: who.username, password: who.password });
	assert.equal(r.status, 303, r.text);
	await c.get(r.headers.get('location'));
	return c;
}
const ask = async (c, where = '/auth/totp/passkey') => {
	const r = await c.fetch('POST', `${where}/ask`, { body: new URLSearchParams({ csrf: c.csrf }).toString(),
		headers: { accept: 'application/json', origin: c.url, 'content-type': 'application/x-www-form-urlencoded' } });
	assert.equal(r.status, 200, r.text);
	return JSON.parse(r.text).publicKey;
};
const isIn = async (c) => (await c.get('/domains')).status === 200;

for (const [name, options] of [['ES256', {}], ['ES256, signing for itself', { format: 'packed' }], ['EdDSA', { alg: -8 }],
	['RS256, which never counts', { alg: -257, counts: false, backedUp: true }]])
	test(`added, listed, used as the second step, removed: ${name}`, async () => {
		const who = await somebody();
		const key = await add(who, options, 'My "phone" & <so>');
		const page = await who.c.get('/admin/two-factor');
		assert.match(page.text, /My &quot;phone&quot; &amp; &lt;so&gt;/);
		assert.match(page.text, /not yet/);
		assert.equal(/on several devices/.test(page.text), !!options.backedUp);
		const c = await park(who, panel, '?next=%2Faliases');
		assert.equal(await isIn(c), false);
		const totp = await c.get('/auth/totp?next=%2Faliases');
		assert.doesNotMatch(totp.text, /one-time-code/, 'there is no program to give a code');
		assert.match(totp.text, /Passkeys need JavaScript/);
		const question = await ask(c);
		assert.deepEqual(question.allowCredentials, [{ type: 'public-key', id: key.id.toString('base64url'), transports: ['hybrid', 'internal'] }]);
		assert.equal(question.rpId, 'localhost');
		const parked = c.cookies.get('VIMBADMIN3_second');
		const r = await c.post('/auth/totp/passkey?next=%2Faliases', key.get(question));
		assert.equal(r.status, 303, r.text);
		assert.equal(r.headers.get('location'), '/aliases');
		assert.notEqual(c.cookies.get('VIMBADMIN3'), parked);
		assert.equal(await isIn(c), true);
		assert.match(trail()[0].data, /signed in with the passkey My "phone"/);
		assert.doesNotMatch((await c.get('/admin/two-factor')).text, /not yet/);
		const { id } = (await c.api('GET', '/admin/two-factor/passkeys')).json.rows[0];
		assert.match((await c.get(`/admin/two-factor/passkeys/remove?id=${id}`)).text, /My &quot;phone&quot;/);
		const gone = await c.post('/admin/two-factor/passkeys/remove', { id });
		assert.equal(gone.status, 303, gone.text);
		assert.equal(trail()[0].action, 'ADMIN_PASSKEY_REMOVE');
		const again = panel.client();
		await again.get('/auth/login');
		assert.equal((await again.post('/auth/login', { username: who.username, password })).status, 303);
		assert.equal(await isIn(again), true, 'the password is enough again');
	});

test('alone: the authenticator knows its owner, and no name is typed', async () => {
	const who = await holder();
	const c = panel.client();
	const page = await c.get('/auth/login?next=%2Faliases');
	assert.match(page.text, /Sign in with a passkey/);
	const question = await ask(c, '/auth/passkey');
	assert.deepEqual([question.allowCredentials, question.userVerification, question.rpId], [[], 'required', 'localhost']);
	const r = await c.post('/auth/passkey?next=%2Faliases', who.key.get(question));
	assert.equal(r.status, 303, r.text);
	assert.equal(r.headers.get('location'), '/aliases');
	assert.equal(await isIn(c), true);
	assert.match(trail()[0].data, /signed in with the passkey Phone alone/);
	assert.equal(trail()[0].actor ?? trail()[0].admin ?? who.username, who.username);
});

// ---- what is refused, and leaves nothing behind ----

const wrongGets = {
	'another question': (key, q) => key.get({ challenge: 'IAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8' }),
	'no question': (key) => key.get({ challenge: '' }),
	'made, not used': (key, q) => key.get(q, { type: 'webauthn.create' }),
	'another origin': (key, q) => key.get(q, { client: { origin: 'https://evil.example' } }),
	'the origin that the panel was asked at': (key, q) => key.get(q, { client: { origin: panel.url } }),
	'within another site': (key, q) => key.get(q, { client: { crossOrigin: true } }),
	'below another site': (key, q) => key.get(q, { client: { topOrigin: 'https://evil.example' } }),
	'of another site': (key, q) => key.get(q, { rpId: 'evil.example' }),
	'nobody there': (key, q) => key.get(q, { flags: 4 }),
	'backed up, but cannot be': (key, q) => key.get(q, { flags: 0x15 }),
	'extensions nobody asked for': (key, q) => key.get(q, { flags: 0x85, tail: Buffer.from([0xa0]) }),
	'a list of 2^64 extensions': (key, q) => key.get(q, { flags: 0x85, tail: Buffer.from('9bffffffffffffffff', 'hex') }),
	'a wrong signature': (key, q) => ({ ...key.get(q), signature: key.get(q).signature }),
	'no signature': (key, q) => ({ ...key.get(q), signature: '' }),
	'the signature of another key': (key, q) => ({ ...new Authenticator({ origin }).get(q), credential: key.id.toString('base64url') }),
	'a passkey nobody knows': (key, q) => new Authenticator({ origin }).get(q),
	'nothing': () => ({}),
	'bytes that are none': (key, q) => ({ ...key.get(q), client_data: 'AAAA', authenticator_data: 'AAAA' }),
};

for (const [name, make] of Object.entries(wrongGets))
	test(`refused at both doors: ${name}`, async () => {
		const who = await holder();
		const c = await park(who);
		const r = await c.post('/auth/totp/passkey', make(who.key, await ask(c)));
		assert.equal(r.status, 422, r.text);
		assert.match(r.text, /not accepted/);
		assert.equal(c.cookies.has('VIMBADMIN3'), false);
		assert.equal(trail()[0].action, 'ADMIN_2FA_FAILED');
		assert.equal(trail()[0].object, who.username);
		const d = panel.client();
		await d.get('/auth/login');
		const alone = await d.post('/auth/passkey', make(who.key, await ask(d, '/auth/passkey')));
		assert.equal(alone.status, 401, alone.text);
		assert.match(alone.text, /not accepted/);
		assert.equal(d.cookies.has('VIMBADMIN3'), false);
		assert.equal(trail()[0].action, 'ADMIN_LOGIN_FAILED');
	});

test('what is not base64url is refused before any query', async () => {
	const who = await holder();
	const c = await park(who);
	const sent = who.key.get(await ask(c));
	for (const name of Object.keys(sent)) {
		const r = await c.post('/auth/totp/passkey', { ...sent, [name]: 'a b' });
		assert.equal(r.status, 422, name);
		assert.equal((await c.post('/auth/totp/passkey', { ...sent, [name]: 'x'.repeat(9000) })).status, 422, name);
	}
	assert.equal((await c.post('/auth/totp/passkey', { ...sent, more: '1' })).status, 400);
	assert.equal((await c.post('/auth/totp/passkey', sent)).status, 303, 'none of that used the question up');
});

test('a question is answered once: twice, at the same instant, after a wrong answer, too late', async () => {
	const who = await holder({ counts: false });
	const [a, b] = [await park(who), await park(who)];
	const q = await ask(a);
	assert.equal((await b.post('/auth/totp/passkey', who.key.get(q))).status, 422, 'put to another sign-in');
	assert.equal((await a.post('/auth/totp/passkey', who.key.get(q))).status, 303, 'and still good where it was put');
	const c = await park(who);
	assert.equal((await c.post('/auth/totp/passkey', who.key.get(q))).status, 422);
	const late = await ask(c);
	panel.sql("UPDATE vimb_once SET expires_at = 1 WHERE purpose LIKE 'passkey.%'");
	assert.equal((await c.post('/auth/totp/passkey', who.key.get(late))).status, 422);
	const burnt = await ask(c);
	assert.equal((await c.post('/auth/totp/passkey', { ...who.key.get(burnt), signature: 'AAAA' })).status, 422);
	assert.equal((await c.post('/auth/totp/passkey', who.key.get(burnt))).status, 422);
	const d = panel.client();
	await d.get('/auth/login');
	const alone = await ask(d, '/auth/passkey');
	const answers = await Promise.all(Array.from({ length: 6 }, () => d.post('/auth/passkey', who.key.get(alone))));
	assert.deepEqual(answers.map((r) => r.status).sort(), [303, 401, 401, 401, 401, 401]);
	const [e, f] = [panel.client(), panel.client()];
	await e.get('/auth/login');
	await f.get('/auth/login');
	const theirs = await ask(e, '/auth/passkey');
	assert.equal((await f.post('/auth/passkey', who.key.get(theirs))).status, 401, 'put to another browser');
	assert.equal((await f.post('/auth/passkey', who.key.get(await ask(await park(who))))).status, 401, 'put at another door');
});

test('a count that went back is a copy: refused and in the trail', async () => {
	const who = await holder();
	for (const count of [7, 7, 6, 0, 8]) {
		const c = await park(who);
		const r = await c.post('/auth/totp/passkey', who.key.get(await ask(c), { count }));
		assert.equal(r.status, count === 8 || number(`SELECT sign_count FROM vimb_passkey ORDER BY id DESC LIMIT 1`) === 7 && r.status === 303 ? 303 : 422, `${count}`);
		if (r.status === 422) assert.match(trail()[0].data, /whose count went back/);
	}
	assert.equal(number('SELECT sign_count FROM vimb_passkey ORDER BY id DESC LIMIT 1'), 8);
});

test('of somebody else: as the second step refused, alone only for its owner', async () => {
	const [one, two] = [await holder(), await holder()];
	const c = await park(one);
	assert.equal((await c.post('/auth/totp/passkey', two.key.get(await ask(c)))).status, 422);
	assert.match(trail()[0].data, /a passkey of somebody else/);
	const d = panel.client();
	await d.get('/auth/login');
	const sent = { ...two.key.get(await ask(d, '/auth/passkey')), user_handle: one.key.user };
	assert.equal((await d.post('/auth/passkey', sent)).status, 401);
	const { user_handle, ...without } = two.key.get(await ask(d, '/auth/passkey'));
	assert.ok(user_handle);
	assert.equal((await d.post('/auth/passkey', without)).status, 401);
	const blind = await holder({ verified: true });
	blind.key.verified = false;
	assert.equal((await d.post('/auth/passkey', blind.key.get(await ask(d, '/auth/passkey')))).status, 401, 'alone wants its owner known');
	panel.cli(['admin', 'edit', two.username, '--active', 'no']);
	assert.equal((await d.post('/auth/passkey', two.key.get(await ask(d, '/auth/passkey')))).status, 401);
	assert.match(trail()[0].data, /a passkey of a disabled account/);
});

const wrongCreates = {
	'another question': (key) => key.create({ challenge: 'IAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8' }),
	'used, not made': (key, q) => key.create(q, { type: 'webauthn.get' }),
	'another origin': (key, q) => key.create(q, { client: { origin: 'https://evil.example' } }),
	'within another site': (key, q) => key.create(q, { client: { crossOrigin: true } }),
	'of another site': (key, q) => key.create(q, { rpId: 'evil.example' }),
	'nobody there': (key, q) => key.create(q, { flags: 0x44 }),
	'its owner not known': (key, q) => key.create(q, { flags: 0x41 }),
	'no key': (key, q) => key.create(q, { flags: 5 }),
	'a statement nobody asked for': (key, q) => key.create(q, { format: 'fido-u2f' }),
	'none, with a statement': (key, q) => key.create(q, { statement: new Map([['x', 1]]) }),
	'for itself, wrongly': (key, q) => key.create(q, { format: 'packed', statement: new Map([['alg', -7], ['sig', Buffer.alloc(70)]]) }),
	'for itself, by another algorithm': (key, q) => key.create(q, { format: 'packed', statement: new Map([['alg', -8], ['sig', Buffer.alloc(64)]]) }),
	'with certificates': (key, q) => key.create(q, { format: 'packed', statement: new Map([['alg', -7], ['sig', Buffer.alloc(70)], ['x5c', [Buffer.alloc(9)]]]) }),
	'nothing': () => ({}),
	'a map of 2^63': (key, q) => ({ ...key.create(q), attestation: Buffer.from('bb8000000000000000', 'hex').toString('base64url') }),
};

for (const [name, make] of Object.entries(wrongCreates))
	test(`not added: ${name}`, async () => {
		const who = await somebody();
		await who.c.get('/admin/two-factor/passkeys/add');
		const asked = await who.c.post('/admin/two-factor/passkeys/add', { label: 'x' });
		const r = await who.c.post('/admin/two-factor/passkeys/confirm', { label: 'x', ...make(new Authenticator({ origin }), questionOf(asked)) });
		const unknown = name === 'another question';
		assert.equal(r.status, unknown ? 409 : 422, r.text);
		assert.match(r.text, unknown ? /took too long/ : /was not added/);
		assert.ok(questionOf(r), 'and asked again');
		assert.equal((await who.c.api('GET', '/admin/two-factor/passkeys')).json.rows.length, 0);
	});

test('adding: the same twice, somebody else\'s, too late, another session; the other sessions end', async () => {
	const who = await somebody();
	const other = await panel.client().signIn(who.username, password);
	const asked = await who.c.post('/admin/two-factor/passkeys/add', { label: 'x' });
	const key = new Authenticator({ origin });
	const sent = { label: 'x', ...key.create(questionOf(asked)) };
	await other.get('/admin/two-factor/passkeys/add');
	assert.equal((await other.post('/admin/two-factor/passkeys/confirm', sent)).status, 409, 'asked in another session');
	assert.equal((await who.c.post('/admin/two-factor/passkeys/confirm', sent)).status, 303);
	assert.equal((await who.c.post('/admin/two-factor/passkeys/confirm', sent)).status, 409, 'the question is over');
	assert.equal(await isIn(other), false);
	assert.equal(await isIn(who.c), true);
	assert.equal(trail()[0].action, 'ADMIN_PASSKEY_ADD');
	const again = await who.c.post('/admin/two-factor/passkeys/add', { label: 'x' });
	assert.equal(questionOf(again).excludeCredentials[0].id, key.id.toString('base64url'));
	const twice = await who.c.post('/admin/two-factor/passkeys/confirm', { label: 'x', ...key.create(questionOf(again)) });
	assert.equal(twice.status, 409, twice.text);
	const thief = await somebody();
	const theirs = await thief.c.post('/admin/two-factor/passkeys/add', { label: 'x' });
	assert.equal((await thief.c.post('/admin/two-factor/passkeys/confirm', { label: 'x', ...key.create(questionOf(theirs)) })).status, 409);
	const { id } = (await who.c.api('GET', '/admin/two-factor/passkeys')).json.rows[0];
	for (const other of [id, 999999]) {
		assert.equal((await thief.c.get(`/admin/two-factor/passkeys/remove?id=${other}`)).status, 404);
		assert.equal((await thief.c.post('/admin/two-factor/passkeys/remove', { id: other })).status, 404);
	}
	assert.equal((await thief.c.post('/admin/two-factor/passkeys/remove')).status, 422);
	assert.equal((await thief.c.get('/admin/two-factor/passkeys/remove?id=x')).status, 400);
	assert.equal((await who.c.api('GET', '/admin/two-factor/passkeys')).json.rows.length, 1);
});

test('adding and removing want a fresh proof of who it is', async () => {
	const who = await holder();
	const { id } = (await who.c.api('GET', '/admin/two-factor/passkeys')).json.rows[0];
	const asked = await who.c.post('/admin/two-factor/passkeys/add', { label: 'x' });
	const sent = { label: 'x', ...new Authenticator({ origin }).create(questionOf(asked)) };
	panel.sql('UPDATE vimb_session SET proved_at = proved_at - 300');
	for (const [target, fields] of [['add', { label: 'x' }], ['confirm', sent], ['remove', { id }]])
		assert.equal((await who.c.post(`/admin/two-factor/passkeys/${target}`, fields)).status, 428, target);
	assert.equal((await who.c.post('/admin/two-factor/passkeys/remove', { id, proof: 'wrong' })).status, 422);
	assert.equal((await who.c.post('/admin/two-factor/passkeys/remove', { id, proof: password })).status, 303);
});

test('the proof of who it is may be a passkey: one\'s own, once', async () => {
	const [who, other] = [await holder(), await holder()];
	const asProof = (a) => `passkey:${a.credential}.${a.client_data}.${a.authenticator_data}.${a.signature}`;
	const later = () => panel.sql('UPDATE vimb_session SET proved_at = proved_at - 300');
	const send = (proof) => who.c.post('/admin/two-factor/passkeys/add', { label: 'x', proof });
	later();
	const page = await who.c.post('/admin/two-factor/passkeys/add', { label: 'x' });
	assert.equal(page.status, 428);
	assert.match(page.text, /data-proof-key/);
	const theirs = other.key.get(await ask(who.c, '/account/proof'));
	assert.equal((await send(asProof(theirs))).status, 422, 'of somebody else');
	assert.equal(trail()[0].action, 'ADMIN_PROOF_FAILED');
	const elsewhere = await ask(other.c, '/account/proof');
	assert.equal((await send(asProof(who.key.get(elsewhere)))).status, 422, 'put to another session');
	const answer = asProof(who.key.get(await ask(who.c, '/account/proof')));
	const wrong = await send(`${answer.slice(0, -8)}AAAAAAAA`);
	assert.equal(wrong.status, 422, 'a wrong signature');
	assert.match(wrong.text, /not accepted/);
	assert.equal((await send(answer)).status, 422, 'its question is gone');
	assert.match((await send('passkey:a.b.c')).text, /not your password/);
	const old = who.c.cookies.get('VIMBADMIN3');
	const right = asProof(who.key.get(await ask(who.c, '/account/proof')));
	assert.equal((await send(right)).status, 200);
	assert.notEqual(who.c.cookies.get('VIMBADMIN3'), old, 'a new id');
	later();
	assert.equal((await send(right)).status, 422, 'a second time');
	const none = await somebody();
	assert.equal((await none.c.api('POST', '/account/proof/ask', {})).status, 409);
});

// ---- beside a program, and policies ----

test('with an authenticator program, too: each of code, backup code and passkey lets in; switching the program off leaves the passkey', async () => {
	const who = await holder();
	await who.c.get('/admin/two-factor/setup');
	await who.c.post('/admin/two-factor/setup', { password });
	const secret = /<code class="password"[^>]*>([A-Z2-7 ]+)</.exec((await who.c.get('/admin/two-factor/confirm')).text)[1].replaceAll(' ', '');
	const used = step();
	const done = await who.c.post('/admin/two-factor/confirm', { code: code(secret, used) });
	const codes = [...done.text.matchAll(/<li><code>([2-9A-Z]{4}(?:-[2-9A-Z]{4}){5})<\/code>/g)].map((m) => m[1]);
	for (const send of [(c) => c.post('/auth/totp', { code: codes[0] }), (c) => c.post('/auth/totp', { code: code(secret, used + 1) }),
		async (c) => c.post('/auth/totp/passkey', who.key.get(await ask(c)))]) {
		const c = await park(who);
		const page = await c.get('/auth/totp');
		assert.match(page.text, /one-time-code/);
		assert.match(page.text, /Use a passkey/);
		assert.equal((await send(c)).status, 303);
		assert.equal(await isIn(c), true);
	}
	assert.equal((await who.c.post('/admin/two-factor/disable', { password, code: codes[1] })).status, 303);
	const c = await park(who);
	assert.doesNotMatch((await c.get('/auth/totp')).text, /one-time-code/);
	assert.equal((await c.post('/auth/totp/passkey', who.key.get(await ask(c)))).status, 303);
});

test('five wrong answers, then the password again; the limiter counts them', async () => {
	const who = await holder();
	const c = await park(who);
	for (let i = 0; i < 4; i++) assert.equal((await c.post('/auth/totp/passkey', {})).status, 422);
	const last = await c.post('/auth/totp/passkey', {});
	assert.equal(last.headers.get('location'), '/auth/login');
	assert.ok(number(`SELECT failures FROM vimb_attempt WHERE subject = 'account:${who.username}'`) >= 5);
	const d = await park(who);
	assert.equal((await d.post('/auth/totp/passkey', who.key.get(await ask(d)))).status, 303);
	assert.equal(number(`SELECT count(*) FROM vimb_attempt WHERE subject = 'account:${who.username}' AND failures > 0`), 0, 'forgotten with the success');
});

test('admin reset-2fa, and a super on the page of others, remove passkeys; so does twofactor.force_disable', async () => {
	const who = await holder();
	panel.cli(['admin', 'reset-2fa', who.username]);
	assert.equal(await isIn(who.c), false);
	assert.equal(await isIn(await panel.client().signIn(who.username, password)), true);
	const two = await holder();
	const id = number(`SELECT id FROM admin WHERE username = '${two.username}'`);
	await panel.get('/auth/login');
	const page = await panel.get(`/admins/${id}/two-factor`);
	assert.match(page.text, /Passkeys<\/dt><dd>1</);
	assert.equal((await panel.post(`/admins/${id}/two-factor/reset`, { password: root.password })).status, 303);
	assert.equal(number(`SELECT count(*) FROM vimb_passkey WHERE admin_id = ${id}`), 0);
	const three = await holder();
	panel.cli(['-a', 'admin.cli-reset-totp', `--username=${three.username}`]); // as the PHP program's command line spells it
	assert.equal(await isIn(three.c), false);
	await holder();
	panel.cli(['-a', 'admin.cli-reset-totp', '--all']);
	assert.equal(number('SELECT count(*) FROM vimb_passkey'), 0);
});

test('too many questions of one sign-in wait', async () => {
	const who = await holder();
	const c = await park(who);
	const before = number("SELECT count(*) FROM vimb_once WHERE purpose LIKE 'passkey.second.%'");
	const send = () => c.fetch('POST', '/auth/totp/passkey/ask', { body: new URLSearchParams({ csrf: c.csrf }).toString(),
		headers: { accept: 'application/json', origin: c.url, 'content-type': 'application/x-www-form-urlencoded' } });
	for (let i = 0; i < 100; i++) assert.equal((await send()).status, 200);
	const r = await send();
	assert.equal(r.status, 429);
	assert.ok(Number(r.headers.get('retry-after')) > 0);
	assert.equal(number("SELECT count(*) FROM vimb_once WHERE purpose LIKE 'passkey.second.%'"), before + 100);
	panel.sql("DELETE FROM vimb_once WHERE purpose LIKE 'passkey.%'");
});

test('required: a passkey is enough, and the last one stays; not alone unless the operator says so', async () => {
	const saved = origin;
	const p = await start({ 'twofactor.required': 'super' });
	try {
		const who = await holder({}, p);
		p.cli(['admin', 'edit', who.username, '--super', 'yes']);
		const c = await park(who, p);
		assert.equal((await c.post('/auth/totp/passkey', who.key.get(await ask(c)))).status, 303);
		assert.equal(await isIn(c), true);
		const { id } = (await c.api('GET', '/admin/two-factor/passkeys')).json.rows[0];
		const kept = await c.post('/admin/two-factor/passkeys/remove', { id });
		assert.equal(kept.status, 403);
		assert.match(kept.text, /your last one/);
		await add({ c }, {}, 'Second');
		assert.equal((await c.post('/admin/two-factor/passkeys/remove', { id })).status, 303);
		const d = p.client();
		assert.doesNotMatch((await d.get('/auth/login')).text, /Sign in with a passkey/);
		for (const target of ['/auth/passkey/ask', '/auth/passkey']) assert.equal((await d.post(target)).status, 404);
	} finally {
		await p.stop();
		origin = saved;
	}
});

test('whoever has a mail address is told of passkeys that come and go', async () => {
	const saved = origin;
	const p = await start({ 'resources.mail.transport.host': '127.0.0.1', 'resources.mail.transport.port': 9, 'identity.mailer.email': 'panel@example.com' });
	try {
		const who = await holder({}, p);
		const told = () => number(`SELECT count(*) FROM vimb_job WHERE args LIKE '%second_factor%' AND args LIKE '%${who.username}%'`, p);
		assert.equal(told(), 1);
		const { id } = (await who.c.api('GET', '/admin/two-factor/passkeys')).json.rows[0];
		assert.equal((await who.c.post('/admin/two-factor/passkeys/remove', { id })).status, 303);
		assert.equal(told(), 2);
	} finally {
		await p.stop();
		origin = saved;
	}
});

test('without a fitting public_url there are none, and the pages say why', async () => {
	const saved = origin;
	for (const [url, why] of [['', /has not set public_url/], ['http://mail.example.org', /https only/]]) {
		const p = await startPanel({ settings: { public_url: url, 'twofactor.passkey_only': 'yes' } });
		try {
			await p.signIn();
			const page = await p.get('/admin/two-factor');
			assert.match(page.text, why);
			assert.doesNotMatch(page.text, /Add a passkey/);
			assert.match((await p.get('/admin/two-factor/passkeys/add')).text, why);
			assert.equal((await p.api('POST', '/admin/two-factor/passkeys/add', { label: 'x' })).status, 409);
			assert.doesNotMatch((await p.client().get('/auth/login')).text, /data-passkey/);
		} finally {
			await p.stop();
		}
	}
	origin = saved;
});
