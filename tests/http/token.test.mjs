// SPDX-License-Identifier: GPL-3.0-or-later
// API tokens at the JSON door: what they open, all the ways in which they do not, and that nothing but the header brings one in.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel } from './lib/panel.mjs';
import { routes } from './lib/routes.mjs';

let panel;
const tokens = {};
const invalid = 'This token is not valid.';
const make = (name, ...args) => (tokens[name] = panel.cli(['token', 'add', name, ...args, '--json']).match(/"token":"(vimb_[0-9a-f]{72})"/)[1]);

// As a program asks: a token and nothing else.
async function ask(token, method, target, fields, headers = {}) {
	const client = panel.client();
	const r = await client.fetch(method, target, {
		body: fields === undefined ? undefined : JSON.stringify(fields),
		headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...(fields === undefined ? {} : { 'content-type': 'application/json' }), ...headers } });
	client.agent.destroy(); // one source may have 256 connections
	let json = null;
	try {
		json = JSON.parse(r.text);
	} catch { /* the caller sees null and the text */ }
	return { ...r, json };
}
const names = async (token, list, key) => (await ask(token, 'GET', `/api/${list}`)).json.rows.map((row) => row[key]).sort();

before(async () => {
	panel = await startPanel({ settings: { 'bruteforce.enabled': 'no' } });
	for (const domain of ['own.example', 'other.example']) {
		panel.cli(['domain', 'add', domain]);
		panel.cli(['mailbox', 'add', `box@${domain}`, '--generate']);
	}
	panel.cli(['admin', 'add', 'limited@example.org', '--password-stdin'], { input: 'a long enough secret 1\n' });
	panel.cli(['admin', 'assign', 'limited@example.org', '--domain', 'own.example']);
	make('all', '--scope', '*');
	make('reader');
	make('writer', '--scope', 'write');
	make('limited', '--scope', 'read write', '--owner', 'limited@example.org');
	make('bound', '--scope', '*', '--domains', 'own.example');
	make('revoked', '--scope', '*');
	panel.cli(['token', 'revoke', 'revoked']);
	make('elsewhere', '--scope', '*', '--ip', '198.51.100.0/24');
});
after(() => panel?.stop());

test('a token opens the JSON door without a cookie, a form token or an Origin, and leaves no cookie behind', async () => {
	const r = await ask(tokens.all, 'GET', '/api/domains');
	assert.equal(r.status, 200, r.text);
	assert.deepEqual(r.json.rows.map((d) => d.domain), ['other.example', 'own.example']);
	assert.deepEqual(r.headers.getSetCookie(), []);
	const made = await ask(tokens.all, 'POST', '/api/aliases/add', { address: 'one@own.example', goto: 'box@own.example' });
	assert.equal(made.status, 201, made.text);
	assert.deepEqual(made.headers.getSetCookie(), []);
	const entry = (await ask(tokens.all, 'GET', '/api/log?action=ALIAS_ADD')).json.rows[0];
	assert.deepEqual([entry.actor, entry.door, entry.source], ['token all', 'api', '127.0.0.1']);
	assert.equal((await ask(tokens.all, 'GET', '/api/mailboxes/export.csv')).status, 200);
	assert.match(panel.cli(['token', 'list', '--json']), /"name":"all".*"last_used_at":"2/);
});

test('scopes: reading is GET, writing is POST, and neither is the other', async () => {
	assert.equal((await ask(tokens.reader, 'GET', '/api/domains')).status, 200);
	const r = await ask(tokens.reader, 'POST', '/api/aliases/add', { address: 'two@own.example', goto: 'box@own.example' });
	assert.equal(r.status, 403, r.text);
	assert.match(r.headers.get('www-authenticate'), /insufficient_scope/);
	assert.equal((await ask(tokens.writer, 'GET', '/api/domains')).status, 403);
	assert.equal((await ask(tokens.writer, 'POST', '/api/aliases/add', { address: 'two@own.example', goto: 'box@own.example' })).status, 201);
});

test('an owner\'s token is that owner', async () => {
	assert.deepEqual(await names(tokens.limited, 'domains', 'domain'), ['own.example']);
	assert.equal((await ask(tokens.limited, 'GET', '/api/admins')).status, 403);
	assert.equal((await ask(tokens.limited, 'POST', '/api/aliases/add', { address: 'three@own.example', goto: 'box@own.example' })).status, 201);
	assert.equal((await ask(tokens.limited, 'POST', '/api/aliases/add', { address: 'three@other.example', goto: 'box@own.example' })).status, 422);
	const entry = (await ask(tokens.limited, 'GET', '/api/log?action=ALIAS_ADD')).json.rows[0];
	assert.equal(entry.actor, 'limited@example.org (token limited)');
});

test('bound to a domain: rows of others are not there, on any list or by number', async () => {
	assert.deepEqual(await names(tokens.bound, 'domains', 'domain'), ['own.example']);
	assert.deepEqual(await names(tokens.bound, 'mailboxes', 'username'), ['box@own.example']);
	assert.ok((await names(tokens.bound, 'aliases?self=true', 'address')).every((a) => a.endsWith('@own.example')));
	assert.ok((await ask(tokens.bound, 'GET', '/api/search?q=box')).text.includes('box@own.example'));
	assert.ok(!(await ask(tokens.bound, 'GET', '/api/search?q=box')).text.includes('other.example'));
	assert.ok(!(await ask(tokens.bound, 'GET', '/api/mailboxes/export.csv')).text.includes('other.example'));
	const all = (await ask(tokens.all, 'GET', '/api/mailboxes')).json.rows;
	for (const { id, username } of all) {
		const there = username === 'box@own.example';
		assert.equal((await ask(tokens.bound, 'GET', `/api/mailboxes/${id}`)).status, there ? 200 : 404, username);
		assert.equal((await ask(tokens.bound, 'POST', `/api/mailboxes/${id}/edit`, { name: 'x' })).status, there ? 200 : 404, username);
	}
	const foreign = (await ask(tokens.all, 'GET', '/api/domains')).json.rows.find((d) => d.domain === 'other.example').id;
	assert.equal((await ask(tokens.bound, 'GET', `/api/domains/${foreign}`)).status, 404);
	assert.equal((await ask(tokens.bound, 'GET', '/api/mailboxes?domain=other.example')).text, (await ask(tokens.bound, 'GET', '/api/mailboxes?domain=missing.example')).text);
	assert.equal((await ask(tokens.bound, 'GET', '/api/admins')).status, 403);
});

test('unknown, revoked, from elsewhere, cut short: one answer', async () => {
	const answers = [];
	for (const token of [`vimb_${'0'.repeat(72)}`, 'e5bf72f957669b73101f3e42e291952eff02048199adb7cd0ba4de62340e6411', tokens.revoked, tokens.elsewhere, tokens.all.slice(0, -1), `${tokens.all}=`]) {
		for (const [method, fields] of [['GET'], ['POST', { address: 'never@own.example', goto: 'box@own.example' }]]) {
			const r = await ask(token, method, method === 'GET' ? '/api/aliases' : '/api/aliases/add', fields);
			assert.equal(r.status, 401, r.text);
			assert.equal(r.json.text, invalid);
			assert.equal(r.headers.get('www-authenticate'), 'Bearer realm="api", error="invalid_token"');
			answers.push(r.text);
		}
	}
	assert.equal(new Set(answers).size, 1);
	assert.ok(!(await names(tokens.all, 'aliases', 'address')).includes('never@own.example'));
	const log = (await ask(tokens.all, 'GET', '/api/log?action=TOKEN_REFUSED')).json.rows.map((row) => row.data);
	for (const words of ['(not known)', '(revoked): token revoked', '(used from another network): token elsewhere'])
		assert.ok(log.some((data) => data.includes(words)), words);
});

test('who asks is looked at before the body: what is wrong with one is told to nobody else', async () => {
	const path = '/api/aliases/add', cookie = { cookie: `${[...panel.cookies.keys()][0]}=${'0'.repeat(64)}`, origin: panel.url };
	const send = async (token, body, headers = {}) => {
		const client = panel.client();
		const r = await client.fetch('POST', path, { body, headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers } });
		client.agent.destroy();
		return r;
	};
	const deep = `{"address":${'['.repeat(30000)}`;
	for (const body of ['{"address":', deep, '{"address":"a@own.example","address":"b@own.example"}', '{"never":1}', '[]']) {
		assert.equal((await send(tokens.all, body)).status, 400, body.slice(0, 40));
		for (const [who, status, headers] of [[`vimb_${'0'.repeat(72)}`, 401], [tokens.revoked, 401], [tokens.elsewhere, 401], [tokens.reader, 403], [null, 401, { origin: panel.url }],
			[null, 401, cookie], [null, 403, {}], [null, 403, { origin: 'https://other.example' }]]) {
			const r = await send(who, body, headers);
			assert.equal(r.status, status, `${who} ${body.slice(0, 40)}: ${r.text}`);
			assert.ok(!/address|never|JSON/.test(r.text), r.text);
		}
	}
	// the key against doing it twice is in the part that is read late, and counts all the same
	const made = JSON.stringify({ address: 'late@own.example', goto: 'box@own.example', request: 'late-1' });
	assert.equal((await send(tokens.all, made)).status, 201);
	assert.equal((await send(tokens.all, made)).status, 201);
	const rows = (await ask(tokens.all, 'GET', '/api/log?action=ALIAS_ADD')).json.rows.filter((row) => row.object === 'late@own.example');
	assert.equal(rows.length, 1);
});

test('headers that hold no token', async () => {
	for (const value of ['Bearer', 'Bearer ', 'bearer a b', 'Bearer "x"', 'Bearer ü', `Bearer ${'a'.repeat(3000)}`]) {
		const r = await ask(null, 'GET', '/api/domains', undefined, { authorization: Buffer.from(value).toString('latin1') });
		assert.equal(r.status, 401, `${value}: ${r.text}`);
		assert.match(r.headers.get('www-authenticate'), /^Bearer /);
	}
	const none = await ask(null, 'GET', '/api/domains');
	assert.equal(none.status, 401);
	assert.equal(none.headers.get('www-authenticate'), 'Bearer realm="api"');
	assert.equal((await ask(null, 'GET', '/api/domains', undefined, { authorization: `bEaReR  ${tokens.all} ` })).status, 200);
});

test('a token counts in the header only: not in the address, not in the body, not outside of /api', async () => {
	for (const name of ['access_token', 'token', 'authorization', 'q'])
		assert.notEqual((await ask(null, 'GET', `/api/domains?${name}=${tokens.all}`)).status, 200, name);
	assert.equal((await ask(tokens.all, 'GET', `/api/domains?access_token=${tokens.all}`)).status, 400);
	assert.notEqual((await ask(null, 'POST', '/api/aliases/add', { access_token: tokens.all, address: 'never@own.example', goto: 'box@own.example' })).status, 201);
	const page = await ask(tokens.all, 'GET', '/domains');
	assert.equal(page.status, 302);
	assert.equal((await ask(tokens.all, 'GET', '/domains', undefined, { accept: 'application/json' })).status, 401);
	assert.doesNotMatch(panel.log(), /vimb_[0-9a-f]{8}/);
});

test('from a page of somebody else it opens nothing; from one of ours it does', async () => {
	for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }]) {
		for (const [method, target, fields] of [['GET', '/api/domains'], ['POST', '/api/aliases/add', { address: 'never@own.example', goto: 'box@own.example' }]]) {
			const r = await ask(tokens.all, method, target, fields, headers);
			assert.equal(r.status, 403, JSON.stringify(headers));
			assert.equal(r.headers.get('access-control-allow-origin'), null);
		}
	}
	assert.equal((await ask(tokens.all, 'GET', '/api/domains', undefined, { origin: panel.url, 'sec-fetch-site': 'same-origin' })).status, 200);
	assert.equal((await ask(tokens.all, 'OPTIONS', '/api/domains')).status, 405);
});

test('a token beside a session is the token alone', async () => {
	const c = await panel.client().signIn();
	const r = await c.fetch('POST', '/api/aliases/add', { body: JSON.stringify({ address: 'never@own.example', goto: 'box@own.example' }),
		headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.reader}`, 'x-csrf-token': c.csrf, origin: panel.url } });
	assert.equal(r.status, 403, r.text);
	assert.equal((await c.fetch('GET', '/api/domains', { headers: { authorization: `Bearer ${tokens.revoked}` } })).status, 401);
	// somebody else's kind of Authorization is a proxy's
	assert.equal((await c.fetch('GET', '/api/domains', { headers: { authorization: 'Basic cHJveHk6cHJveHk=' } })).status, 200);
});

test('what needs a person no token does: every such row of the table, and every row with reading alone', async () => {
	const text = (await import('node:fs')).readFileSync(new URL('../../src/web/routes.c', import.meta.url), 'utf8');
	const row = (id) => text.slice(text.indexOf(`{ ROUTE_${id},`)).split('\n\t{ ROUTE_')[0];
	let persons = 0;
	for (const route of routes.filter((r) => r.json && !r.rest)) {
		const target = `/api${route.path.replace('{id}', '1')}`, person = route.who === 'ANYONE' || /ROUTE_PERSON/.test(row(route.id));
		persons += person;
		if (route.get && person) assert.equal((await ask(tokens.all, 'GET', target)).status, 403, target);
		if (!route.post) continue;
		const read = await ask(tokens.reader, 'POST', target, {});
		assert.ok([403, 400, 422].includes(read.status), `${target}: ${read.status} ${read.text}`);
		const all = await ask(tokens.all, 'POST', target, {});
		if (person || /ROUTE_STEP_UP/.test(row(route.id))) assert.ok([403, 400].includes(all.status), `${target}: ${all.status} ${all.text}`);
		if (person) assert.deepEqual(all.headers.getSetCookie(), []);
	}
	assert.ok(persons > 15);
	assert.equal((await ask(tokens.all, 'POST', '/api/admins/add', { username: 'new@example.org', password: 'a long enough secret 1', super: true })).status, 403);
	assert.ok(!(await names(tokens.all, 'admins', 'username')).includes('new@example.org'));
});

test('what is revoked opens nothing from then on', async () => {
	const token = make('going', '--scope', 'read');
	assert.equal((await ask(token, 'GET', '/api/log/export.csv')).status, 200);
	panel.cli(['token', 'revoke', 'going']);
	assert.equal((await ask(token, 'GET', '/api/log/export.csv')).status, 401);
});
