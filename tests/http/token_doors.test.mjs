// SPDX-License-Identifier: GPL-3.0-or-later
// API tokens where there is a limiter, and where people come over https: wrong ones are counted, and one that came in clear is told of.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel } from './lib/panel.mjs';

let panel, token;
const ask = (value, headers = {}) => panel.client().get('/api/domains', { authorization: `Bearer ${value}`, host: 'panel.example', ...headers });

before(async () => {
	panel = await startPanel({ settings: { public_url: 'https://panel.example', hosts: '127.0.0.1', 'bruteforce.max_attempts': 4 } });
	token = panel.cli(['token', 'add', 'one', '--scope', '*']).match(/vimb_[0-9a-f]{72}/)[0];
});
after(() => panel?.stop());

test('wrong tokens are refused for guessing after some tries, with word when to come again; the right one goes on', async () => {
	const statuses = [];
	for (let i = 0; i < 6; i++) statuses.push((await ask(`vimb_${String(i).repeat(72)}`)).status);
	assert.deepEqual(statuses, [401, 401, 401, 401, 429, 429]);
	assert.match((await ask('0'.repeat(64))).headers.get('retry-after'), /^\d+$/);
	assert.equal((await ask(token)).status, 200);
	assert.match(panel.cli(['limit', 'list']), /source +127\.0\.0\.1 +API token/);
	panel.cli(['limit', 'clear', '127.0.0.1']);
	assert.equal((await ask('0'.repeat(64))).status, 401);
});

test('asked in clear, says the proxy: refused and written down, whatever the token', async () => {
	for (const headers of [{ 'x-forwarded-proto': 'http' }, { 'x-forwarded-proto': 'https, http' }]) {
		const r = await ask(token, headers);
		assert.equal(r.status, 403, r.text);
		assert.match(r.text, /https only/);
	}
	assert.equal((await ask('1'.repeat(64), { 'x-forwarded-proto': 'http' })).status, 403);
	assert.equal((await ask(token, { 'x-forwarded-proto': 'https' })).status, 200);
	assert.match(panel.log(), /api\.token_in_clear/);
	assert.ok(!panel.log().includes(token));
	const entry = JSON.parse(panel.cli(['log', 'list', '--action', 'TOKEN_LEAKED', '--json']))[0];
	assert.match(entry.data, /token one$/);
});
