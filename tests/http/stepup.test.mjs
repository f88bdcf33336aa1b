// SPDX-License-Identifier: GPL-3.0-or-later
// What is dangerous asks for the password again; and the pages on which sessions are seen and ended.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel, root } from './lib/panel.mjs';

let panel;
before(async () => {
	panel = await startPanel({ settings: { 'bruteforce.max_attempts': 1000 } });
	await panel.signIn();
});
after(() => panel?.stop());

const sql = (text) => panel.sql(text).trim();
const later = () => sql('UPDATE vimb_session SET proved_at = proved_at - 300;');
const session = (c) => [...c.cookies].find(([k]) => !/_(visitor|flash)$/.test(k));
const hidden = (text) => Object.fromEntries([...text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map((m) => [m[1], m[2].replace(/&lt;/g, '<').replace(/&quot;/g, '"').replace(/&amp;/g, '&')]));

test('without JavaScript: the page in between keeps what was typed, no secret among it', async () => {
	later();
	await panel.get('/admins/add');
	const typed = { username: 'new@example.org', password: 'a secret "of the new" one', super: 'true', checkboxes: 'super active', request: 'abc123' };
	const asked = await panel.post('/admins/add', typed);
	assert.equal(asked.status, 428);
	assert.match(asked.headers.get('content-type'), /^text\/html/);
	assert.doesNotMatch(asked.text, /a secret/);
	assert.match(asked.text, /type="password" id="f-proof" name="proof"/);
	assert.match(asked.text, /type="password" id="f-password" name="password"/);
	const fields = hidden(asked.text);
	assert.equal(fields.username, 'new@example.org');
	assert.equal(fields.super, 'true');
	assert.equal(fields.active, 'false');
	assert.equal(fields.request, 'abc123');
	assert.equal(sql("SELECT count(*) FROM admin WHERE username = 'new@example.org'"), '0');
	const [name, old] = session(panel);
	const wrong = await panel.post('/admins/add', { ...fields, password: typed.password, proof: 'wrong' });
	assert.equal(wrong.status, 422);
	assert.match(wrong.text, /not your password/);
	assert.equal(hidden(wrong.text).username, 'new@example.org');
	const done = await panel.post('/admins/add', { ...hidden(wrong.text), password: typed.password, proof: root.password });
	assert.equal(done.status, 303);
	assert.equal(sql("SELECT super, active FROM admin WHERE username = 'new@example.org'"), '1|0');
	assert.notEqual(session(panel)[1], old, 'a new id');
	const thief = panel.client();
	thief.cookies.set(name, old);
	assert.equal((await thief.get('/domains')).status, 302);
	assert.equal((await panel.get('/domains')).status, 200);
	// the proof lasts
	assert.equal((await panel.post('/admins/add', { username: 'second@example.org', password: 'a secret of the second' })).status, 303);
});

test('JSON: a status and a code of its own, and the proof goes along with the request', async () => {
	later();
	const fields = { username: 'json@example.org', password: 'a long enough secret 1' };
	const asked = await panel.api('POST', '/admins/add', fields);
	assert.equal(asked.status, 428);
	assert.equal(asked.json.code, 'proof_needed');
	assert.equal(asked.json.errors[0].field, 'proof');
	const wrong = await panel.api('POST', '/admins/add', { ...fields, proof: 'wrong' });
	assert.equal(wrong.status, 422);
	assert.equal((await panel.api('POST', '/admins/add', { ...fields, proof: root.password })).status, 201);
	await panel.get('/domains'); // the token of the new id
});

test('each of the dangerous ones is asked for, and nothing else; not a thing changes before', async () => {
	const one = await panel.api('POST', '/domains/add', { domain: 'doomed.example' });
	const admin = sql("SELECT id FROM admin WHERE username = 'json@example.org'");
	later();
	const rows = sql('SELECT count(*) FROM log');
	for (const [target, fields] of [['/admins/add', { username: 'x@example.org', password: 'a long enough secret 1' }], [`/admins/${admin}/edit`, { super: true }], [`/admins/${admin}/password`, { password: 'another long secret' }],
		[`/admins/${admin}/delete`, {}], [`/domains/${one.json.id}/delete`, { confirm: 'doomed.example' }]]) {
		assert.equal((await panel.api('POST', target, fields)).status, 428, target);
		assert.equal((await panel.get(target)).status, 200, target);
	}
	assert.equal(sql('SELECT count(*) FROM log'), rows);
	assert.equal((await panel.api('POST', '/domains/add', { domain: 'harmless.example' })).status, 201);
	assert.equal((await panel.api('POST', `/admins/${admin}/disable`)).status, 200);
	// where it is not asked for, it is no field
	assert.equal((await panel.api('POST', '/domains/add', { domain: 'more.example', proof: root.password })).status, 400);
});

test('guesses at the proof count, and end in 429', async () => {
	const strict = await startPanel({ settings: { 'bruteforce.max_attempts': 3 } });
	try {
		await strict.signIn();
		strict.sql('UPDATE vimb_session SET proved_at = 1;');
		let r;
		for (let i = 0; i < 4; i++) r = await strict.api('POST', '/admins/add', { username: 'x@example.org', password: 'a long enough secret 1', proof: 'wrong' });
		assert.equal(r.status, 429);
		assert.ok(Number(r.headers.get('retry-after')) > 0);
		r = await strict.api('POST', '/admins/add', { username: 'x@example.org', password: 'a long enough secret 1', proof: root.password });
		assert.equal(r.status, 429);
	} finally {
		await strict.stop();
	}
});

test('one sees where one is signed in, and ends it', async () => {
	const a = await panel.client().signIn();
	const b = panel.client();
	await b.get('/auth/login');
	await b.post('/auth/login', root, { 'user-agent': 'Mozilla/5.0 (X11; Linux) Firefox/128.0 <b>x', 'x-forwarded-for': '192.0.2.44' });
	const page = await a.get('/account/sessions');
	assert.equal(page.status, 200);
	assert.match(page.text, /Firefox, Linux/);
	assert.match(page.text, /192\.0\.2\.44/);
	assert.match(page.text, /this one/);
	assert.doesNotMatch(page.text, /<b>x/);
	const { rows } = (await a.api('GET', '/account/sessions')).json;
	assert.equal(rows.filter((r) => r.current).length, 1);
	const row = rows.find((r) => r.source === '192.0.2.44');
	for (const bad of ['x', '', row.session.slice(1), `${row.session}0`]) assert.equal((await a.api('POST', '/account/sessions/end', { session: bad })).status, 404, bad);
	assert.equal((await a.api('POST', '/account/sessions/end', {})).status, 422);
	assert.equal((await a.post('/account/sessions/end', { session: row.session })).status, 303);
	assert.equal((await b.get('/domains')).status, 302);
	assert.equal((await a.post('/account/sessions/end-others')).status, 303);
	assert.equal((await panel.get('/domains')).status, 302);
	assert.equal((await a.get('/domains')).status, 200);
	await panel.signIn();
});

test('ending own sessions asks for a proof that is not fresh', async () => {
	const a = await panel.client().signIn();
	const b = await panel.client().signIn();
	later();
	assert.equal((await a.api('POST', '/account/sessions/end-others', {})).status, 428);
	const page = await a.post('/account/sessions/end-others');
	assert.equal(page.status, 428);
	assert.match(page.text, /name="proof"/);
	assert.equal((await b.get('/domains')).status, 200);
	const other = (await a.api('GET', '/account/sessions')).json.rows.find((r) => !r.current);
	assert.equal((await a.api('POST', '/account/sessions/end', { session: other.session, proof: 'wrong' })).status, 422);
	assert.equal((await a.api('POST', '/account/sessions/end', { session: other.session, proof: root.password })).status, 200);
	await a.get('/domains'); // the token of the new id
	assert.equal((await a.post('/account/sessions/end-others')).status, 303);
	assert.equal((await b.get('/domains')).status, 302);
	await panel.signIn();
});

test('a super sees and ends those of others; nobody else does', async () => {
	panel.cli(['admin', 'add', 'little@example.org', '--password-stdin'], { input: 'a long enough secret 1\n' });
	const id = sql("SELECT id FROM admin WHERE username = 'little@example.org'");
	const little = await panel.client().signIn('little@example.org', 'a long enough secret 1');
	for (const target of ['', '/end', '/end-all']) {
		const r = target ? await little.api('POST', `/admins/1/sessions${target}`) : await little.api('GET', '/admins/1/sessions');
		assert.equal(r.status, 403, target);
	}
	assert.match((await panel.get(`/admins/${id}/sessions`)).text, /little@example\.org/);
	assert.equal((await panel.get('/admins/999999/sessions')).status, 404);
	assert.equal((await panel.post(`/admins/${id}/sessions/end-all`)).status, 303);
	assert.equal((await little.get('/domains')).status, 302);
	const [row] = JSON.parse(panel.cli(['log', 'list', '--action', 'ADMIN_SESSION_END', '--limit', '1', '--json']));
	assert.equal(row.object, 'little@example.org');
	assert.equal(row.actor, root.username);
});

test('on the command line, too, other rights and passwords end the sessions', async () => {
	const ends = async (args, options) => {
		const c = await panel.client().signIn('little@example.org', 'a long enough secret 1');
		panel.cli(args, options);
		assert.equal((await c.get('/domains')).status, 302, args.join(' '));
	};
	await ends(['admin', 'edit', 'little@example.org', '--super', 'yes']);
	await ends(['admin', 'edit', 'little@example.org', '--super', 'no']);
	await ends(['admin', 'passwd', 'little@example.org', '--password-stdin'], { input: 'a long enough secret 1\n' });
	await ends(['admin', 'disable', 'little@example.org']);
	panel.cli(['admin', 'enable', 'little@example.org']);
	await ends(['admin', 'delete', 'little@example.org']);
});
