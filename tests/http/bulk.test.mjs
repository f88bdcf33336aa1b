// SPDX-License-Identifier: GPL-3.0-or-later
// Many rows at once: asked first, done row by row, told by reason; by a form without a script and in JSON; never beyond one's own rights.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel } from './lib/panel.mjs';

let panel, limited;
const secret = 'a long enough secret 1';

before(async () => {
	panel = await startPanel({ settings: { 'defaults.mailbox.hash_cost': 4 } });
	await panel.signIn();
	for (const domain of ['own.example', 'foreign.example']) await panel.api('POST', '/domains/add', { domain });
	const [own] = (await panel.api('GET', '/domains?q=own')).json.rows;
	await panel.api('POST', `/domains/${own.id}/edit`, { max_quota: 10 * 1024 ** 3, quota: 1024 ** 3 });
	for (let i = 0; i < 6; i++) await panel.api('POST', '/mailboxes/add', { address: `box${i}@own.example`, password: secret });
	await panel.api('POST', '/mailboxes/add', { address: 'zoe@foreign.example', password: secret });
	for (let i = 0; i < 3; i++) await panel.api('POST', '/aliases/add', { address: `alias${i}@own.example`, goto: 'box0@own.example' });
	const admin = (await panel.api('POST', '/admins/add', { username: 'dora@own.example', password: secret })).json.id;
	await panel.api('POST', `/domains/${own.id}/admins/assign`, { admin_id: admin });
	limited = await panel.client().signIn('dora@own.example', secret);
});

after(() => panel?.stop());

const rows = async (what, query = '') => (await panel.api('GET', `/${what}${query}`)).json.rows;
const form = (client, target, pairs) => client.fetch('POST', target, { body: new URLSearchParams([['csrf', client.csrf], ...pairs]).toString(),
	headers: { 'content-type': 'application/x-www-form-urlencoded', origin: client.url } });
const hidden = (text) => [...text.slice(text.indexOf('<main')).matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map((m) => [m[1], m[2].replaceAll('&amp;', '&')]).filter(([name]) => name !== 'csrf');

test('boxes of a list, a page that asks, a page that tells, without a script', async () => {
	const list = await panel.get('/mailboxes?domain=own.example');
	assert.equal([...list.text.matchAll(/name="ids" value="\d+"/g)].length, 6);
	const ids = (await rows('mailboxes', '?domain=own.example')).slice(0, 3).map((row) => row.id);
	const picked = [['sets', 'ids'], ['back', '/mailboxes?domain=own.example'], ...ids.map((id) => ['ids', id])];
	let r = await form(panel, '/mailboxes/bulk', [...picked, ['verb', 'disable']]);
	assert.equal(r.status, 200, r.text);
	assert.match(r.text, /Switch off: 3</);
	assert.match(r.text, /<li><bdi>box0@own.example/);
	assert.equal((await rows('mailboxes', '?active=no')).length, 0, 'asking changes nothing');
	r = await form(panel, '/mailboxes/bulk', hidden(r.text));
	assert.equal(r.status, 200, r.text);
	assert.match(r.text, /Done: 3/);
	assert.match(r.text, /href="\/mailboxes\?domain=own.example"/);
	assert.deepEqual((await rows('mailboxes', '?active=no')).map((row) => row.id), ids);
	assert.equal((await rows('log', '?action=MAILBOX_DEACTIVATE')).length, 3, 'each row has its entry');
});

test('no row at all is said on the list', async () => {
	const r = await form(panel, '/mailboxes/bulk', [['sets', 'ids'], ['verb', 'enable'], ['back', '/mailboxes']]);
	assert.equal(r.status, 303);
	assert.match((await panel.get('/mailboxes')).text, /Please choose at least one row/);
});

test('all that match go by the filters, and refused rows are told under their reason', async () => {
	let r = await form(panel, '/mailboxes/bulk', [['verb', 'quota'], ['all', '1'], ['sets', 'ids'], ['q', 'box'], ['back', '/mailboxes']]);
	assert.match(r.text, /Set quota: 6</);
	assert.match(r.text, /box5@own.example/);
	const asked = hidden(r.text);
	r = await form(panel, '/mailboxes/bulk', [...asked, ['quota', 'lots']]);
	assert.equal(r.status, 422, r.text);
	assert.match(r.text, /name="quota"/);
	r = await form(panel, '/mailboxes/bulk', asked);
	assert.equal(r.status, 422);
	assert.match(r.text, /Please give the new quota/);
	r = await form(panel, '/mailboxes/bulk', [...asked, ['quota', '20 GB']]);
	assert.match(r.text, /Done: 0/);
	assert.match(r.text, /at most 10 GB\.<\/strong>/);
	r = await form(panel, '/mailboxes/bulk', [...asked, ['quota', '2 GB']]);
	assert.match(r.text, /Done: 6/);
	assert.ok((await rows('mailboxes', '?q=box')).every((row) => row.quota === 2 * 1024 ** 3));
	assert.equal((await rows('mailboxes', '?q=zoe'))[0].quota, 0);
});

test('access of many', async () => {
	let r = await form(panel, '/mailboxes/bulk', [['verb', 'access'], ['all', '1'], ['sets', 'ids'], ['domain', 'own.example']]);
	const asked = hidden(r.text);
	assert.ok(asked.some(([name, value]) => name === 'sets' && value === 'access_restriction'));
	r = await form(panel, '/mailboxes/bulk', [...asked, ['access_restriction', 'IMAP'], ['access_restriction', 'SMTP']]);
	assert.match(r.text, /Done: 6/);
	assert.equal((await rows('mailboxes', '?q=box1'))[0].access_restriction, 'SMTP,IMAP', 'in the order of the configuration');
	r = await form(panel, '/mailboxes/bulk', asked);
	assert.equal(r.status, 422);
});

test('JSON: counted first, then done; the outcome of each row', async () => {
	const found = await rows('aliases', '?q=alias');
	const ids = [...found.map((row) => String(row.id)), '999999'];
	let r = await panel.api('POST', '/aliases/bulk', { verb: 'delete', ids });
	assert.equal(r.status, 200, r.text);
	assert.deepEqual([r.json.total, r.json.done, r.json.failed], [4, 0, 0]);
	r = await panel.api('POST', '/aliases/bulk', { verb: 'delete', ids, confirm: true });
	assert.deepEqual([r.json.done, r.json.failed], [3, 1]);
	assert.deepEqual(r.json.rows.map((row) => row.code), ['ok', 'ok', 'ok', 'not_found']);
	assert.equal((await rows('aliases', '?q=alias')).length, 0);
	/* and each can be taken back from the log */
	const [entry] = await rows('log', '?action=ALIAS_DELETE');
	assert.equal((await panel.api('POST', `/log/${entry.id}/undo`)).status, 200);
});

test('what cannot be', async () => {
	for (const [target, body, status] of [
		['/aliases/bulk', { verb: 'quota', ids: '1', quota: 5 }, 400],
		['/aliases/bulk', { verb: 'access', ids: '1' }, 422],
		['/domains/bulk', { verb: 'delete', ids: '1', confirm: true }, 422],
		['/mailboxes/bulk', { verb: 'explode', ids: '1' }, 422],
		['/mailboxes/bulk', { ids: '1' }, 422],
		['/mailboxes/bulk', { verb: 'enable', ids: '1;2', confirm: true }, 422],
		['/mailboxes/bulk', { verb: 'enable', ids: '0', confirm: true }, 422],
		['/mailboxes/bulk', { verb: 'enable', ids: Array.from({ length: 501 }, (_, i) => i + 1).join(), confirm: true }, 422],
		['/mailboxes/bulk', { verb: 'enable', all: true, domain: 'nowhere.example' }, 422],
	]) {
		const r = await panel.api('POST', target, body);
		assert.equal(r.status, status, `${JSON.stringify(body).slice(0, 80)}: ${r.text}`);
	}
});

test('a domain administrator reaches its own rows only', async () => {
	const [zoe] = await rows('mailboxes', '?q=zoe');
	let r = await limited.api('POST', '/mailboxes/bulk', { verb: 'delete', ids: String(zoe.id), confirm: true });
	assert.deepEqual(r.json.rows, [{ id: zoe.id, name: '', code: 'not_found', text: 'There is no such mailbox.', warning: null }]);
	r = await limited.api('POST', '/mailboxes/bulk', { verb: 'disable', all: true, confirm: true });
	assert.equal(r.json.done, 6);
	assert.equal((await rows('mailboxes', '?q=zoe'))[0].active, true);
});
