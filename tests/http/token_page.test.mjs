// SPDX-License-Identifier: GPL-3.0-or-later
// The pages of API tokens: seen, made, replaced and revoked by supers who prove who they are, never by a token.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { startPanel } from './lib/panel.mjs';

let panel, limited;
const secret = 'a long enough secret 1';
const shown = (text) => /<code class="password"[^>]*>(vimb_[0-9a-f]{72})</.exec(text)?.[1];
const ask = (token, target = '/api/domains') => panel.client().fetch('GET', target, { headers: { authorization: `Bearer ${token}` } });
const list = async () => (await panel.api('GET', '/tokens')).json.rows;
const row = async (name, state = 'active') => (await list()).find((t) => t.name === name && t.state === state);
const request = () => randomBytes(16).toString('hex');

before(async () => {
	panel = await startPanel({ settings: { 'bruteforce.enabled': 'no' } });
	panel.cli(['domain', 'add', 'own.example']);
	panel.cli(['admin', 'add', 'limited@example.org', '--password-stdin'], { input: `${secret}\n` });
	limited = await panel.client().signIn('limited@example.org', secret);
	await panel.signIn();
});
after(() => panel?.stop());

test('made on the page, shown once, and seen in the list with its last use', async () => {
	assert.match((await panel.get('/admins')).text, /href="\/tokens"/);
	assert.match((await panel.get('/tokens')).text, /No tokens yet/);
	const page = await panel.get('/tokens/add');
	const scopes = /<select[^>]* name="scope"[^>]*>(.*?)<\/select>/s.exec(page.text)[1];
	assert.deepEqual([...scopes.matchAll(/<option value="([^"]*)"( selected)?>([^<]*)/g)].map(([, value, chosen, text]) => [value, Boolean(chosen), text]),
		[['read', true, 'Read'], ['read write', false, 'Read and change'], ['write', false, 'Change'], ['*', false, 'Everything']]);
	const sent = { name: 'Backup', scope: 'read', domains: 'own.example', ip: '127.0.0.0/8', days: '10', owner: '', request: request() };
	const made = await panel.post('/tokens/add', sent);
	assert.equal(made.status, 200, made.text);
	const token = shown(made.text);
	assert.ok(token, made.text);
	assert.ok(!panel.dump().includes(token), 'the token lies in the database');
	assert.equal((await ask(token)).status, 200);
	const t = await row('Backup');
	assert.deepEqual([t.scope, t.allowed_domains, t.allowed_ips, t.made_by, t.used_from], ['read', 'own.example', '127.0.0.0/8', 'root@example.org', '127.0.0.1']);
	assert.ok(Math.abs(Date.parse(t.expires_at) - Date.now() - 10 * 86400e3) < 120e3, t.expires_at);
	const seen = (await panel.get('/tokens')).text;
	for (const words of [/Backup/, /own\.example/, /127\.0\.0\.0\/8/, />127\.0\.0\.1</, /root@example\.org/]) assert.match(seen, words);
	assert.ok(!seen.includes(token));
	// sent again, nothing is made, and no token shown that opens nothing
	const again = await panel.post('/tokens/add', sent);
	assert.equal(shown(again.text), undefined);
	assert.equal(again.status, 409);
	assert.equal((await list()).length, 1);
	assert.equal((await panel.post('/tokens/add', { name: 'Wrong', scope: 'all' })).status, 422);
	assert.equal((await panel.post('/tokens/add', { name: 'Backup', scope: 'read' })).status, 409);
});

test('replaced: the new one works, the old one for so long', async () => {
	const first = (await panel.api('POST', '/tokens/add', { name: 'sync', scope: 'write,read', days: 100 })).json;
	assert.match((await panel.get('/tokens')).text, />Read and change</, 'people read words');
	assert.equal((await row('sync')).scope, 'write read', 'programs read the scope');
	assert.match(first.token, /^vimb_/);
	assert.match((await panel.get(`/tokens/${first.id}/rotate`)).text, /name="overlap"/);
	const made = await panel.post(`/tokens/${first.id}/rotate`, { overlap: '2', request: request() });
	const token = shown(made.text);
	assert.equal((await ask(token)).status, 200);
	assert.equal((await ask(first.token)).status, 200);
	const both = (await list()).filter((t) => t.name === 'sync');
	assert.equal(both.length, 2);
	const old = both.find((t) => t.id === first.id), fresh = both.find((t) => t.id !== first.id);
	assert.ok(Math.abs(Date.parse(old.expires_at) - Date.now() - 2 * 3600e3) < 120e3, old.expires_at);
	assert.ok(Math.abs(Date.parse(fresh.expires_at) - Date.now() - 100 * 86400e3) < 120e3, fresh.expires_at);
	assert.equal(fresh.scope, 'write read');
	const at_once = (await panel.api('POST', `/tokens/${fresh.id}/rotate`, { overlap: 0 })).json;
	assert.equal((await ask(token)).status, 401);
	assert.equal((await ask(at_once.token)).status, 200);
	const late = await panel.api('POST', `/tokens/${fresh.id}/rotate`, { overlap: 0 });
	assert.equal(late.status, 409);
	assert.deepEqual((await panel.api('GET', '/log?action=TOKEN_ROTATE')).json.rows.map((e) => e.object), ['sync', 'sync']);
	const said = panel.cli(['token', 'rotate', String(at_once.id), '--overlap', '0', '--json']).match(/"token":"(vimb_[0-9a-f]{72})"/)[1];
	assert.equal((await ask(said)).status, 200);
	assert.equal((await ask(at_once.token)).status, 401);
});

test('revoked: void at once', async () => {
	const { id, token } = (await panel.api('POST', '/tokens/add', { name: 'going' })).json;
	assert.equal((await ask(token)).status, 200);
	assert.match((await panel.get(`/tokens/${id}/revoke`)).text, /refused at once/);
	assert.equal((await panel.post(`/tokens/${id}/revoke`)).status, 303);
	assert.equal((await ask(token)).status, 401);
	assert.match((await panel.get('/tokens')).text, /going<\/bdi> <span class="badge[^>]*>revoked</);
	assert.equal((await panel.api('POST', '/tokens/99999/revoke', {})).status, 404);
	assert.equal((await panel.api('GET', '/tokens/99999/rotate')).status, 404);
});

test('neither an administrator of domains nor a token, and not without a proof', async () => {
	for (const target of ['/tokens', '/tokens/add', '/tokens/1/rotate', '/tokens/1/revoke']) assert.equal((await limited.get(target)).status, 403, target);
	for (const target of ['/tokens/add', '/tokens/1/rotate', '/tokens/1/revoke']) assert.equal((await limited.api('POST', target, target === '/tokens/add' ? { name: 'x' } : {})).status, 403, target);
	const { token } = (await panel.api('POST', '/tokens/add', { name: 'all', scope: '*' })).json;
	assert.equal((await ask(token, '/api/tokens')).status, 403);
	panel.sql('UPDATE vimb_session SET proved_at = 1');
	const rows = (await list()).length;
	for (const target of ['/tokens/add', '/tokens/1/rotate', '/tokens/1/revoke']) {
		const r = await panel.api('POST', target, target === '/tokens/add' ? { name: 'unproven' } : {});
		assert.equal(r.status, 428, `${target}: ${r.text}`);
	}
	assert.equal((await list()).length, rows);
});
