// SPDX-License-Identifier: GPL-3.0-or-later
// The place in a list where the next page begins is signed: every replica with the same salt takes it, nobody else's is taken.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { startPanel } from './lib/panel.mjs';

let panel, replica, stranger, next;
const list = (p, cursor) => p.api('GET', `/mailboxes?limit=2${cursor ? `&after=${encodeURIComponent(cursor)}` : ''}`);

before(async () => {
	panel = await startPanel();
	await panel.signIn();
	await panel.api('POST', '/domains/add', { domain: 'example.com', active: true });
	for (const name of ['a', 'b', 'c']) await panel.api('POST', '/mailboxes/add', { address: `${name}@example.com`, password: 'long enough secret', active: true });
	next = (await list(panel)).json.next;
	assert.ok(next);
	[replica, stranger] = await Promise.all([startPanel(), startPanel({ settings: { securitysalt: 'b41d7c0e95f23a686d1c4be7f0938a52ce71' } })]);
	await replica.signIn();
	await stranger.signIn();
});
after(() => Promise.all([panel, replica, stranger].map((p) => p?.stop())));

test('a replica goes on where another left off; another installation does not', async () => {
	assert.deepEqual((await list(panel, next)).json.rows.map((r) => r.username), ['c@example.com']);
	assert.equal((await list(replica, next)).status, 200);
	assert.equal((await list(stranger, next)).status, 400);
});

test('what is signed with no key, or with the salt itself, is refused', async () => {
	const [body, signature] = next.split('.');
	const text = Buffer.from(body, 'base64url').toString();
	for (const key of ['', '6f2c81d94be7a03558ce1f74d6b09a2eb3517fc8']) {
		const forged = createHmac('sha256', key).update(`cursor\nmailbox\n${text}`).digest('hex').slice(0, 16);
		assert.notEqual(forged, signature);
		assert.equal((await list(panel, `${body}.${forged}`)).status, 400, key);
	}
});
