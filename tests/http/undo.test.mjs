// SPDX-License-Identifier: GPL-3.0-or-later
// Deleting without regret: what the page says before, the message that offers to take it back, the entry's own page, and the same in JSON.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel } from './lib/panel.mjs';

let panel;
const made = {};
const secret = 'a long enough secret 1';

before(async () => {
	panel = await startPanel();
	await panel.signIn();
	for (const domain of ['example.com', 'other.example']) await panel.api('POST', '/domains/add', { domain });
	for (const [address, goto] of [['info@example.com', 'anna@example.com'], ['all@other.example', 'anna@example.com,ben@elsewhere.example']]) {
		made[address] = (await panel.api('POST', '/aliases/add', { address, goto })).json.id;
	}
});

after(() => panel?.stop());

async function box(local) {
	const r = await panel.api('POST', '/mailboxes/add', { address: `${local}@example.com`, password: secret });
	assert.equal(r.status, 201, r.text);
	return r.json.id;
}

const offered = (text) => /<form method="post" action="\/log\/(\d+)\/undo">/.exec(text)?.[1];
const find = async (address) => (await panel.api('GET', `/mailboxes?q=${address}`)).json.rows;

test('the page before a deletion lists the aliases it cuts and what they lead to afterwards', async () => {
	const id = await box('anna');
	const { text } = await panel.get(`/mailboxes/${id}/delete`);
	const rows = [...text.matchAll(/<tr><td class="name"><bdi>(.*?)<\/bdi>.*?<\/tr>/gs)].map((m) => [m[1], m[0]]);
	assert.deepEqual(rows.map(([name]) => name), ['all@other.example', 'info@example.com']);
	assert.match(rows[0][1], /Afterwards"><bdi class="long">ben@elsewhere.example/);
	assert.match(rows[1][1], /it goes too/);
	assert.match(text, /refused then/);
	assert.match(text, /brought back from the log for 30 days/);
	await panel.api('POST', '/aliases/add', { address: '@example.com', goto: 'post@elsewhere.example' });
	assert.match((await panel.get(`/mailboxes/${id}/delete`)).text, /goes to the catch-all: post@elsewhere.example/);
});

test('an alias tells which others lead to it, and who gets the mail then', async () => {
	const { json } = await panel.api('POST', '/aliases/add', { address: 'team@example.com', goto: 'info@example.com' });
	const { text } = await panel.get(`/aliases/${made['info@example.com']}/delete`);
	assert.match(text, /team@example.com/);
	assert.match(text, /catch-all/);
	await panel.api('POST', `/aliases/${json.id}/delete`);
});

test('the message of a deletion takes it back, without a script, and returns to where one was', async () => {
	const [{ id }] = await find('anna@example.com');
	const hash = panel.cli(['mailbox', 'show', 'anna@example.com', '--json']);
	await panel.get(`/mailboxes/${id}/delete`);
	assert.equal((await panel.post(`/mailboxes/${id}/delete`)).status, 303);
	let r = await panel.get('/mailboxes?domain=example.com');
	const entry = offered(r.text);
	assert.ok(entry, r.text);
	assert.match(r.text, /name="back" value="\/mailboxes\?domain=example.com"/);
	assert.equal((await find('anna@example.com')).length, 0);
	r = await panel.post(`/log/${entry}/undo`, { back: '/mailboxes?domain=example.com' });
	assert.equal(r.status, 303);
	assert.equal(r.headers.get('location'), '/mailboxes?domain=example.com');
	assert.equal((await find('anna@example.com')).length, 1);
	assert.equal(JSON.parse(panel.cli(['mailbox', 'show', 'anna@example.com', '--json'])).username, JSON.parse(hash).username);
	assert.equal(JSON.parse(panel.cli(['alias', 'show', 'all@other.example', '--json'])).goto, 'anna@example.com,ben@elsewhere.example');
	/* again: refused with the reason, on the page one came from */
	r = await panel.post(`/log/${entry}/undo`, { back: '/aliases' });
	assert.equal(r.status, 303);
	r = await panel.get('/aliases');
	assert.match(r.text, /alert-danger">This was not undone\. .*brought back already/);
	assert.equal(offered(r.text), undefined);
});

test('a switch and an edit offer it too; what cannot be taken back does not', async () => {
	const [{ id }] = await find('anna@example.com');
	await panel.post(`/mailboxes/${id}/disable`, { back: '/mailboxes' });
	const entry = offered((await panel.get('/mailboxes')).text);
	assert.ok(entry);
	await panel.post(`/log/${entry}/undo`);
	assert.equal((await find('anna@example.com'))[0].active, true);
	await panel.get('/mailboxes');
	await panel.post(`/mailboxes/${id}/password`, { password: 'another long secret 2' });
	assert.equal(offered((await panel.get('/mailboxes')).text), undefined);
});

test('the number in the message cannot be forged', async () => {
	const [{ id }] = await find('anna@example.com');
	await panel.post(`/mailboxes/${id}/disable`, {});
	const name = [...panel.cookies.keys()].find((k) => k.endsWith('_flash'));
	panel.cookies.set(name, panel.cookies.get(name).replace(/:1\d+/, ':199'));
	const { text } = await panel.get('/mailboxes');
	assert.equal(offered(text), undefined);
	assert.doesNotMatch(text, /class="alert/);
	await panel.post(`/mailboxes/${id}/enable`, {});
});

test('an entry shows what taking it back would change, changes nothing by showing, and says why it cannot', async () => {
	const [row] = await find('anna@example.com');
	await panel.api('POST', `/mailboxes/${row.id}/edit`, { name: 'Anna <b>B</b>' });
	const entry = (await panel.api('GET', '/log')).json.rows[0];
	assert.match((await panel.get(`/log/${entry.id}`)).text, new RegExp(`href="/log/${entry.id}/undo"`));
	let r = await panel.get(`/log/${entry.id}/undo`);
	assert.match(r.text, /<del><bdi>Anna &lt;b&gt;B&lt;\/b&gt;/);
	assert.match(r.text, /btn-primary">Undo</);
	assert.equal((await find('anna@example.com'))[0].name, 'Anna <b>B</b>');
	const dry = (await panel.api('GET', `/log/${entry.id}/undo`)).json;
	assert.equal(dry.length, 1);
	assert.deepEqual(dry[0].before, { name: 'Anna <b>B</b>' });
	await panel.api('POST', `/mailboxes/${row.id}/edit`, { name: 'Someone else' });
	r = await panel.get(`/log/${entry.id}/undo`);
	assert.match(r.text, /changed since/);
	assert.doesNotMatch(r.text, /btn-primary">Undo</);
	r = await panel.api('POST', `/log/${entry.id}/undo`);
	assert.equal(r.status, 409);
	assert.equal(r.json.code, 'conflict');
});

test('what a deletion did to aliases stands in its entry', async () => {
	const [{ id }] = await find('anna@example.com');
	await panel.api('POST', `/mailboxes/${id}/delete`);
	const entry = (await panel.api('GET', '/log')).json.rows[0];
	const { text } = await panel.get(`/log/${entry.id}`);
	assert.match(text, /all@other.example<\/bdi><\/th><td[^>]*><del><bdi>anna@example.com, ben@elsewhere.example<\/bdi><\/del><\/td><td[^>]*><ins><bdi>ben@elsewhere.example/);
	assert.doesNotMatch(text, /\$2y\$|BLF-CRYPT/);
	const r = await panel.api('POST', `/log/${entry.id}/undo`);
	assert.equal(r.status, 200);
	assert.equal(r.json[0].action, 'MAILBOX_RESTORE');
});

test('an alias with many targets: the first are named, the rest counted', async () => {
	const targets = Array.from({ length: 12 }, (_, i) => `someone${i}@elsewhere.example`);
	const { json } = await panel.api('POST', '/aliases/add', { address: 'crowd@example.com', goto: targets.join() });
	const { text } = await panel.get(`/aliases/${json.id}/delete`);
	assert.match(text, /leads to someone0@elsewhere\.example, someone1@elsewhere\.example, someone2@elsewhere\.example and 9 more now\. /);
	assert.doesNotMatch(text, /someone3/);
	const two = (await panel.api('POST', '/aliases/add', { address: 'pair@example.com', goto: targets.slice(0, 2).join() })).json.id;
	assert.match((await panel.get(`/aliases/${two}/delete`)).text, /leads to someone0@elsewhere\.example, someone1@elsewhere\.example now\. /);
	const kept = await panel.get(`/aliases/${two}/delete`, { 'accept-language': 'de' });
	assert.match(kept.text, /führt jetzt zu someone0@elsewhere\.example, someone1/);
	// one that shares its address with a mailbox
	await box('shared');
	const [self] = (await panel.api('GET', '/aliases?self=true&q=shared%40example.com')).json.rows;
	assert.match((await panel.get(`/aliases/${self.id}/delete`, { 'accept-language': 'de' })).text, /Dann bleibt sie im/, 'no English within German');
});
