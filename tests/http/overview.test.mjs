// SPDX-License-Identifier: GPL-3.0-or-later
// The first page: what needs attention is there, what is somebody else's is not, and it takes four statements.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel } from './lib/panel.mjs';

let panel, limited;
const secret = 'a long enough secret 1';

before(async () => {
	panel = await startPanel({ settings: { log_level: 'debug', 'defaults.mailbox.hash_cost': 4 } });
	await panel.signIn();
	const ids = {};
	for (const domain of ['own.example', 'foreign.example']) ids[domain] = (await panel.api('POST', '/domains/add', { domain })).json.id;
	for (const address of ['full@own.example', 'roomy@own.example', 'endless@own.example', 'full@foreign.example']) {
		await panel.api('POST', '/mailboxes/add', { address, password: secret, quota: address.startsWith('endless') ? 0 : 1000 });
	}
	panel.sql(`INSERT INTO dovecot_quota (username, bytes, messages) VALUES ('full@own.example', 950, 1), ('roomy@own.example', 500, 1),
		('endless@own.example', 99999, 1), ('full@foreign.example', 2000, 1)`);
	for (const [address, goto] of [['dead@own.example', 'full@own.example,gone@own.example'], ['alive@own.example', 'full@own.example,who@elsewhere.example'],
		['far@own.example', 'gone@foreign.example'], ['asleep@own.example', 'gone@own.example']]) {
		const r = await panel.api('POST', '/aliases/add', { address, goto });
		if (address.startsWith('asleep')) await panel.api('POST', `/aliases/${r.json.id}/disable`);
	}
	const admin = (await panel.api('POST', '/admins/add', { username: 'dora@own.example', password: secret })).json.id;
	await panel.api('POST', `/domains/${ids['own.example']}/admins/assign`, { admin_id: admin });
	await panel.api('POST', `/domains/${ids['foreign.example']}/disable`);
	limited = await panel.client().signIn('dora@own.example', secret);
});

after(() => panel?.stop());

const todo = (text) => [.../<ul class="todo">(.*?)<\/ul>/s.exec(text)[1].matchAll(/<li>.*?<span>(.*?)<\/span><\/li>/gs)].map((m) => m[1].replace(/<[^>]*>/g, ''));

test('a super sees all of it, in four statements', async () => {
	const { text, status } = await panel.get('/');
	assert.equal(status, 200);
	assert.deepEqual(todo(text), ['Domains without an administrator of their own: 1', 'Domains that are switched off: 1',
		'full@foreign.example is nearly full: 2 KB / 1000 B', 'full@own.example is nearly full: 950 B / 1000 B',
		'dead@own.example leads to an address that nobody has: gone@own.example',
		'far@own.example leads to an address that nobody has: gone@foreign.example']);
	const count = Number([...panel.log().matchAll(/web\.answered[^\n]*statements=(\d+)/g)].at(-1)[1]);
	assert.ok(count > 0 && count <= 4, `${count} statements`);
	assert.match(text, /<rect class="part-of" width="100"/);
});

test('a domain administrator sees what is its own', async () => {
	const { text } = await limited.get('/');
	assert.deepEqual(todo(text), ['full@own.example is nearly full: 950 B / 1000 B',
		'dead@own.example leads to an address that nobody has: gone@own.example']);
	assert.doesNotMatch(text, /foreign|Administrators/);
	assert.doesNotMatch(text.slice(text.indexOf('<main')), /sessions/); // those of others; its own are in the menu of the account
});

test('nobody is asked to sign in', async () => {
	const r = await panel.client().get('/');
	assert.equal(r.status, 303);
	assert.match(r.headers.get('location'), /\/auth\/login/);
});
