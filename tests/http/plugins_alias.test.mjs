// SPDX-License-Identifier: GPL-3.0-or-later
// Fields of the operator's own for aliases, at every door: forms with suggestions, JSON, the command line, CSV, the log, undo; switched off, no trace.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel } from './lib/panel.mjs';

let panel;
before(async () => {
	panel = await startPanel({ settings: { 'vimbadmin_plugins.AdditionalInfo.enabled': 'yes',
		'vimbadmin_plugins.AdditionalInfo.alias.elements': 'Owner=Who <b> owns it|required, ticket|digits|max:6, grade|choice:A/B, note|off' } });
	await panel.signIn();
	await panel.api('POST', '/domains/add', { domain: 'example.com' });
	await panel.api('POST', '/mailboxes/add', { address: 'box@example.com', password: 'a long enough secret 1' });
});
after(() => panel?.stop());

const entries = async () => (await panel.api('GET', '/log')).json.total;
const box = (text, name) => new RegExp(`<(?:input|select|textarea)[^>]* name="${name}"[^>]*>`).exec(text)?.[0] ?? '';
const value = (text, name) => /value="([^"]*)"/.exec(box(text, name))?.[1];
const csv = (text) => text.replace(/^\ufeff/, '').trimEnd().split('\r\n').map((line) => [...line.matchAll(/"((?:[^"]|"")*)"/g)].map(([, cell]) => cell));
const object = async (id) => (await panel.api('GET', `/aliases/${id}/edit`)).json;

test('boxes in the forms, checked, kept; what others have is suggested', async () => {
	const page = await panel.get('/aliases/add');
	assert.match(page.text, /<h2[^>]*>Additional information<\/h2>/);
	assert.match(page.text, /<label class="form-label required" for="f-info_owner">Who &lt;b&gt; owns it<\/label>/);
	assert.doesNotMatch(page.text, /directory_|Directory entry/);
	const fields = { local_part: 'web', domain: 'example.com', goto: 'box@example.com', active: '1', info_grade: 'A' };
	let r = await panel.post('/aliases/add', { ...fields, info_owner: '', info_ticket: '12x' });
	assert.equal(r.status, 422);
	for (const name of ['info_owner', 'info_ticket']) assert.match(r.text, new RegExp(`id="e-${name}"`), name);
	r = await panel.post('/aliases/add', { ...fields, info_owner: 'Änne', info_ticket: '42', info_note: 'once' });
	assert.equal(r.status, 303, r.text);
	const { id } = (await panel.api('GET', '/aliases?q=web@')).json.rows[0];
	const row = await object(id);
	assert.deepEqual([row.info_owner, row.info_ticket, row.info_grade, row.info_note], ['Änne', '42', 'A', 'once']);
	const next = (await panel.get('/aliases/add')).text;
	assert.match(next, /<datalist id="l-info_owner">[\s\S]*?<option value="Änne">/);
	assert.doesNotMatch(next, /l-info_note/);
	const edit = await panel.get(`/aliases/${id}/edit`);
	assert.equal(value(edit.text, 'info_ticket'), '42');
	const n = await entries();
	const same = { goto: 'box@example.com', active: '1', checkboxes: 'active', rev: value(edit.text, 'rev'), info_owner: 'Änne', info_ticket: '42', info_grade: 'A', info_note: 'once' };
	assert.equal((await panel.post(`/aliases/${id}/edit`, same)).status, 303);
	assert.equal(await entries(), n, 'what is as it was is no entry');
	assert.equal((await panel.post(`/aliases/${id}/edit`, { ...same, info_ticket: '43' })).status, 303);
	assert.equal((await panel.post(`/aliases/${id}/edit`, { ...same, info_ticket: '44' })).status, 409, 'somebody else changed it meanwhile');
});

test('JSON, the log with before and after, undo', async () => {
	let r = await panel.api('POST', '/aliases/add', { address: 'json@example.com', goto: 'box@example.com' });
	assert.deepEqual([r.status, r.json.errors[0].field], [422, 'info_owner']);
	r = await panel.api('POST', '/aliases/add', { address: 'json@example.com', goto: 'box@example.com', info_owner: 'J' });
	assert.deepEqual([r.status, r.json.info_owner], [201, 'J']);
	const { id } = r.json;
	assert.equal((await panel.api('POST', `/aliases/${id}/edit`, { info_grade: 'B' })).json.info_grade, 'B');
	const [entry] = (await panel.api('GET', '/log?action=ALIAS_EDIT')).json.rows;
	const whole = (await panel.api('GET', `/log/${entry.id}`)).json;
	assert.deepEqual([JSON.parse(whole.before), JSON.parse(whole.after)], [{ info_grade: null }, { info_grade: 'B' }]);
	assert.equal((await panel.api('POST', `/log/${entry.id}/undo`)).status, 200);
	assert.equal((await object(id)).info_grade, null);
	for (const [field, status] of [['info_nothing', 400], ['directory_sn', 400], ['info_ticket', 422]]) assert.equal((await panel.api('POST', `/aliases/${id}/edit`, { [field]: 'x' })).status, status, field);
	// gone, and back with it
	assert.equal((await panel.api('POST', `/aliases/${id}/delete`)).status, 200);
	const [removed] = (await panel.api('GET', '/log?action=ALIAS_DELETE')).json.rows;
	assert.equal((await panel.api('POST', `/log/${removed.id}/undo`)).status, 200);
	const back = (await panel.api('GET', '/aliases?q=json@')).json.rows[0];
	assert.equal((await object(back.id)).info_owner, 'J');
});

test('the command line, CSV out and in', async () => {
	panel.cli(['alias', 'add', 'cli@example.com', '--goto', 'box@example.com', '--info-owner', 'Cli']);
	panel.cli(['alias', 'edit', 'cli@example.com', '--info-ticket', '7777']);
	const show = () => [JSON.parse(panel.cli(['alias', 'show', 'cli@example.com', '--json']))].flat()[0];
	assert.deepEqual([show().info_owner, show().info_ticket], ['Cli', '7777']);
	for (const args of [['--info-nothing', 'x'], ['--info-ticket', 'x'], ['--directory-sn', '1']])
		assert.throws(() => panel.cli(['alias', 'edit', 'cli@example.com', ...args]), (e) => [64, 65].includes(e.status), args[0]);
	const out = panel.cli(['alias', 'list', '--csv']);
	const [head, ...rows] = csv(out);
	assert.equal(rows.find((cells) => cells.includes('cli@example.com'))[head.indexOf('info_ticket')], '7777');
	const n = await entries();
	panel.cli(['import', 'aliases', '-', '--mode', 'update'], { input: out });
	assert.equal(await entries(), n, 'what was exported changes nothing when it comes back');
	panel.cli(['import', 'aliases', '-', '--mode', 'update'], { input: 'address,info_ticket\r\ncli@example.com,8888\r\n' });
	assert.equal(show().info_ticket, '8888');
	assert.throws(() => panel.cli(['import', 'aliases', '-', '--mode', 'update'], { input: 'address,info_nothing\r\ncli@example.com,1\r\n' }), (e) => e.status === 65);
});

test('without fields for aliases there is no trace, and what is stored stays', async () => {
	const off = (args) => panel.cli(['-o', 'vimbadmin_plugins.AdditionalInfo.alias.elements=', ...args]);
	assert.doesNotMatch(off(['alias', 'show', 'cli@example.com', '--json']), /info_/);
	assert.doesNotMatch(off(['alias', 'list', '--csv']), /info_/);
	assert.throws(() => off(['alias', 'edit', 'cli@example.com', '--info-ticket', '1']), (e) => e.status === 64);
	off(['alias', 'edit', 'cli@example.com', '--goto', 'other@elsewhere.example']);
	assert.match(panel.cli(['alias', 'show', 'cli@example.com', '--json']), /"info_ticket":"8888"/);
});
