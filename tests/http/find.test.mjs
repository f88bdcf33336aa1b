// SPDX-License-Identifier: GPL-3.0-or-later
// Finding things: the one search, the pages of one mailbox and one domain, and that neither tells a domain administrator of others.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel } from './lib/panel.mjs';

let panel, limited;
const ids = {};
const secret = 'a long enough secret 1';

before(async () => {
	panel = await startPanel({ settings: { log_level: 'debug' } });
	await panel.signIn();
	for (const domain of ['own.example', 'foreign.example']) ids[domain] = (await panel.api('POST', '/domains/add', { domain, description: `The <b>${domain}</b>` })).json.id;
	for (const address of ['anna@own.example', 'zoe@foreign.example']) {
		ids[address] = (await panel.api('POST', '/mailboxes/add', { address, password: secret, name: 'Needle & thread' })).json.id;
	}
	for (const [address, goto] of [['info@own.example', 'anna@own.example'], ['up@own.example', 'info@own.example'],
		['spy@foreign.example', 'info@own.example'], ['far@foreign.example', 'needle@elsewhere.example']]) {
		await panel.api('POST', '/aliases/add', { address, goto });
	}
	const admin = (await panel.api('POST', '/admins/add', { username: 'needle@own.example', password: secret })).json.id;
	await panel.api('POST', `/domains/${ids['own.example']}/admins/assign`, { admin_id: admin });
	limited = await panel.client().signIn('needle@own.example', secret);
});

after(() => panel?.stop());

const names = (r) => Object.fromEntries(Object.entries(r).map(([k, rows]) => [k, rows.map((row) => row.domain && k === 'domains' ? row.domain : row.username ?? row.address)]));

test('any part of a domain, a mailbox, its name, an alias, its target or an administrator is found', async () => {
	let { json } = await panel.api('GET', '/search?q=NEEDLE');
	assert.deepEqual(names(json), { domains: [], mailboxes: ['anna@own.example', 'zoe@foreign.example'], aliases: ['far@foreign.example'],
		admins: ['needle@own.example'] });
	({ json } = await panel.api('GET', '/search?q=foreign'));
	assert.deepEqual(names(json).domains, ['foreign.example']);
	assert.deepEqual(names(json).mailboxes, ['zoe@foreign.example']);
	({ json } = await panel.api('GET', '/search'));
	assert.deepEqual(names(json), { domains: [], mailboxes: [], aliases: [], admins: [] });
	const { text } = await panel.get('/search?q=needle');
	assert.match(text, new RegExp(`href="/mailboxes/${ids['anna@own.example']}"`));
	assert.match(text, /<input type="search" name="q" value="needle"/, 'the box on top keeps it');
	assert.match((await panel.get('/search?q=%3Cb%3E')).text, /The &lt;b&gt;own.example/);
	assert.match((await panel.get('/search?q=nothing-of-that')).text, /Nothing found/);
	assert.equal((await panel.get('/search?sort=x')).status, 400);
});

test('a domain administrator finds only what is its own, and no administrators', async () => {
	const { json } = await limited.api('GET', '/search?q=e');
	assert.deepEqual(names(json), { domains: ['own.example'], mailboxes: ['anna@own.example'], aliases: ['info@own.example', 'up@own.example'], admins: [] });
	const { json: more } = await limited.api('GET', '/search?q=needle');
	assert.deepEqual(names(more), { domains: [], mailboxes: ['anna@own.example'], aliases: [], admins: [] });
});

test('a search that finds more leads on to the list', async () => {
	for (let i = 0; i < 11; i++) await panel.api('POST', '/aliases/add', { address: `many${i}@own.example`, goto: 'x@elsewhere.example' });
	assert.match((await panel.get('/search?q=many')).text, /href="\/aliases\?q=many"/);
	assert.equal((await panel.api('GET', '/search?q=many')).json.aliases.length, 10);
});

// Statements that the answer to the last request took, out of the log.
const statements = () => Number(/web\.answered[^\n]*statements=(\d+)[^\n]*\n[^\n]*$/.exec(`${panel.log().trimEnd()}\n`)?.[1]
	?? [...panel.log().matchAll(/web\.answered[^\n]*statements=(\d+)/g)].at(-1)[1]);

test('the page of a mailbox says what reaches it and what happened, in four statements', async () => {
	const { text, status } = await panel.get(`/mailboxes/${ids['anna@own.example']}`);
	assert.equal(status, 200);
	const count = statements();
	assert.ok(count > 0 && count <= 4, `${count} statements`);
	assert.match(text, /Needle &amp; thread/);
	for (const [name, via] of [['info@own.example', 'directly'], ['spy@foreign.example', 'info@own.example'], ['up@own.example', 'info@own.example']]) {
		assert.match(text, new RegExp(`<bdi>${name}</bdi></td><td data-label="By way of">.*${via}`), name);
	}
	assert.match(text, /added mailbox anna@own.example/);
	const theirs = (await limited.get(`/mailboxes/${ids['anna@own.example']}`)).text;
	assert.doesNotMatch(theirs, /spy@foreign/);
	assert.match(theirs, /up@own.example/);
	assert.equal((await limited.get(`/mailboxes/${ids['zoe@foreign.example']}`)).status, 404);
});

test('the page of a domain counts and sums up, in four statements', async () => {
	await panel.api('POST', `/mailboxes/${ids['anna@own.example']}/edit`, { quota: 5 * 1024 ** 3 });
	const { text } = await panel.get(`/domains/${ids['own.example']}`);
	const count = statements();
	assert.ok(count > 0 && count <= 4, `${count} statements`);
	assert.match(text, /<dt>Allotted<\/dt><dd>5 GB/);
	assert.match(text, /added alias many10@own.example/);
	assert.doesNotMatch(text, /foreign/);
	assert.equal((await limited.get(`/domains/${ids['own.example']}`)).status, 200);
	assert.doesNotMatch((await limited.get(`/domains/${ids['own.example']}`)).text, /\/domains\/\d+\/edit/);
	assert.equal((await limited.get(`/domains/${ids['foreign.example']}`)).status, 404);
});
