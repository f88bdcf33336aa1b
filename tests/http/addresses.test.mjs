// SPDX-License-Identifier: GPL-3.0-or-later
// Addresses that could not be made here but are there, as the PHP program or upstream let them in: they can be changed, and keep what they have; and the
// switch that lets some of their characters in.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel } from './lib/panel.mjs';

let panel, open;
const secret = 'a long enough secret 1';
const only = "The part before the @ takes letters, digits and . _ - + = ~ ^ ' only.";
const must = async (path, fields, client = panel) => {
	const r = await client.api('POST', path, fields);
	assert.ok(r.status < 300, `${path}: ${r.text}`);
	return r.json;
};
const alias = async (id) => (await panel.api('GET', `/aliases/${id}/edit`)).json;

before(async () => {
	panel = await startPanel({ settings: { 'defaults.mailbox.hash_cost': 4, 'bruteforce.enabled': 'no' } });
	await panel.signIn();
	await must('/domains/add', { domain: 'own.example' });
	open = await startPanel({ settings: { 'defaults.mailbox.hash_cost': 4, 'address.characters': '&#' } });
	await open.signIn();
	await must('/domains/add', { domain: 'own.example' }, open);
});
after(async () => {
	await panel?.stop();
	await open?.stop();
});

test('a target without a dotted domain stays where it is, and comes nowhere else', async () => {
	const { id } = await must('/aliases/add', { address: 'old@own.example', goto: 'a@own.example' });
	panel.sql(`UPDATE alias SET goto = 'root@localhost,postmaster' WHERE id = ${id}`);
	assert.equal((await must(`/aliases/${id}/edit`, { goto: 'root@localhost\npostmaster\nB@own.example' })).goto, 'root@localhost,postmaster,b@own.example');
	// in the form, as its box has it
	const page = (await panel.get(`/aliases/${id}/edit`)).text;
	const box = /<textarea[^>]*name="goto"[^>]*>\n?([^<]*)</.exec(page)[1];
	const r = await panel.post(`/aliases/${id}/edit`, { goto: box.replace('b@own.example', 'c@elsewhere.example'), active: '1', checkboxes: 'active' });
	assert.equal(r.status, 303, r.text);
	assert.equal((await alias(id)).goto, 'root@localhost,postmaster,c@elsewhere.example');
	for (const [path, fields] of [['/aliases/add', { address: 'new@own.example' }], [`/aliases/${id}/edit`, {}]])
		for (const [goto, text] of [['admin@localhost', '"admin@localhost": A domain name has at least one dot, such as example.com.'], ['|/bin/sh', '"|/bin/sh": An address looks like name@example.com.'],
			[':include:/etc/passwd', '":include:/etc/passwd": An address looks like name@example.com.'], ['"|cmd"@own.example', `""|cmd"@own.example": ${only}`], ['?@own.example', `"?@own.example": ${only}`]]) {
			const refused = await panel.api('POST', path, { ...fields, goto: `root@localhost,${goto}`.slice(path.endsWith('add') ? 15 : 0) });
			assert.equal(refused.status, 422, refused.text);
			assert.deepEqual(refused.json.errors.map((e) => [e.field, e.text]), [['goto', text]]);
		}
	assert.equal((await must(`/aliases/${id}/edit`, { goto: 'root@localhost' })).goto, 'root@localhost');
	const gone = await must(`/aliases/${id}/edit`, { goto: 'a@own.example' });
	assert.equal(gone.goto, 'a@own.example');
	assert.equal((await panel.api('POST', `/aliases/${id}/edit`, { goto: 'root@localhost' })).status, 422, 'what went does not come back');
	panel.sql(`UPDATE alias SET goto = 'root@localhost' WHERE id = ${id}`);
	const imported = await must('/import/run', { kind: 'aliases', mode: 'upsert', text: 'address,goto\nold@own.example,"root@localhost,x@own.example"\n' });
	assert.deepEqual([imported.changed, imported.failed], [1, 0]);
});

test('characters that the PHP program allowed: refused for what is new, kept where they are', async () => {
	for (const [path, fields, field] of [['/mailboxes/add', { address: 'r&d@own.example', password: secret }, 'address'], ['/mailboxes/add', { local_part: 'r&d', domain: 'own.example', password: secret }, 'local_part'],
		['/aliases/add', { address: 'r&d@own.example', goto: 'a@own.example' }, 'address'], ['/aliases/add', { address: 'x@own.example', goto: 'r&d@elsewhere.example' }, 'goto']]) {
		const r = await panel.api('POST', path, fields);
		assert.equal(r.status, 422, r.text);
		assert.deepEqual(r.json.errors.map((e) => [e.field, e.text]), [[field, field === 'goto' ? `"r&d@elsewhere.example": ${only}` : only]]);
	}
	const { id } = await must('/mailboxes/add', { address: 'rd@own.example', password: secret });
	const own = (await panel.api('GET', '/aliases?self=true&q=rd%40own')).json.rows[0].id;
	panel.sql(`UPDATE mailbox SET username = 'r&d@own.example', local_part = 'r&d' WHERE id = ${id}; UPDATE alias SET address = 'r&d@own.example', goto = 'r&d@own.example' WHERE id = ${own}`);
	assert.equal((await must(`/mailboxes/${id}/edit`, { name: 'Research' })).name, 'Research');
	assert.equal((await must(`/aliases/${own}/edit`, { goto: 'r&d@own.example,far@elsewhere.example' })).goto, 'r&d@own.example,far@elsewhere.example');
	assert.match(panel.cli(['mailbox', 'show', 'r&d@own.example', '--json']), /"username":"r&d@own\.example"/);
	const owner = panel.client();
	await owner.get('/auth/change-password');
	const changed = await owner.post('/auth/change-password', { username: 'r&d@own.example', current_password: secret, new_password: 'a Long-enough secret 2', confirm_new_password: 'a Long-enough secret 2' });
	assert.ok(changed.status === 303 || changed.status === 200 && !/id="faults"/.test(changed.text), changed.text);
	await must(`/mailboxes/${id}/delete`, {});
});

test('the switch lets in what it names, at every door, and nothing that is a wildcard', async () => {
	assert.equal((await must('/mailboxes/add', { address: 'R&D#1@own.example', password: secret }, open)).username, 'r&d#1@own.example');
	assert.equal((await must('/aliases/add', { address: 'q&a@own.example', goto: 'r&d#1@own.example\nx&y@elsewhere.example' }, open)).goto, 'r&d#1@own.example,x&y@elsewhere.example');
	open.cli(['mailbox', 'add', 'c&a@own.example', '--password-stdin'], { input: `${secret}\n` });
	const imported = await must('/import/run', { kind: 'mailboxes', text: `address,hash\nm&s@own.example,{SHA512-CRYPT}$6$saltsaltsaltsalt$9bJzQy1kZ1Qe0tJX8d0mYc6q5a3bV2\n` }, open);
	assert.equal(imported.added, 1);
	for (const address of ['a!b@own.example', '*@own.example', 'a*@own.example', '?@own.example', 'a|b@own.example', 'a%b@own.example', 'a/b@own.example', 'a b@own.example', 'a`b@own.example', 'a"b@own.example'])
		assert.equal((await open.api('POST', '/mailboxes/add', { address, password: secret })).status, 422, address);
	assert.throws(() => open.cli(['-o', 'address.characters=*', 'config', 'check']), /takes only ! # \$ & \{ \}/);
});
