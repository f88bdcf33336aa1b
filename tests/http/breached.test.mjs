// SPDX-License-Identifier: GPL-3.0-or-later
// password.breached_file: what stands in it nobody may choose, at any door; a new list counts after a reload; without a list that can be read no password is set.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { binary, root, sleep, startPanel } from './lib/panel.mjs';

const stolen = 'three grey boats 7', later = 'four blue hats 9', fine = 'five red kites 11';
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'vimb-breached-')), file = path.join(dir, 'list.txt');
const sha1 = (text) => crypto.createHash('sha1').update(text).digest('hex').toUpperCase();
// with some thousand others, in order, put in place by renaming
function write(...passwords) {
	const others = Array.from({ length: 5000 }, (_, i) => sha1(`other ${i}`));
	fs.writeFileSync(`${file}.new`, [...others, ...passwords.map(sha1)].sort().map((hash, i) => `${hash}:${i + 1}\r\n`).join(''));
	fs.renameSync(`${file}.new`, file);
}
let panel, id;
const hashes = () => panel.sql('SELECT username, password FROM mailbox ORDER BY username') + panel.sql('SELECT username, password FROM admin ORDER BY username');

before(async () => {
	write(stolen);
	panel = await startPanel({ settings: { 'password.breached_file': file } });
	await panel.signIn();
	await panel.api('POST', '/domains/add', { domain: 'own.example' });
	id = (await panel.api('POST', '/mailboxes/add', { address: 'anna@own.example', password: fine })).json.id;
});
after(async () => {
	await panel?.stop();
	fs.rmSync(dir, { recursive: true });
});

const owner = (password) => ({ username: 'anna@own.example', current_password: fine, new_password: password, confirm_new_password: password });
const doors = (password) => [['/mailboxes/add', { address: 'ben@own.example', password }], [`/mailboxes/${id}/password`, { password }],
	['/admins/add', { username: 'carl@own.example', password }], ['/account/password', { current_password: root.password, password }], ['/auth/change-password', owner(password)]];

test('what is on the list is refused at every door, and changes nothing', async () => {
	const was = hashes();
	for (const [where, fields] of doors(stolen)) {
		const r = await panel.api('POST', where, fields);
		assert.equal(r.status, 422, where);
		assert.match(r.json.errors[0].text, /stolen somewhere else/, where);
	}
	assert.throws(() => panel.cli(['mailbox', 'add', 'ben@own.example', '--password-stdin'], { input: `${stolen}\n` }), /stolen somewhere else/);
	assert.throws(() => panel.cli(['admin', 'passwd', root.username, '--password-stdin'], { input: `${stolen}\n` }), /stolen somewhere else/);
	assert.equal(hashes(), was);
	assert.doesNotMatch(panel.log(), /grey boats/);
	assert.equal((await panel.api('POST', `/mailboxes/${id}/password`, { password: later })).status, 200);
});

test('a new list counts after a reload', async () => {
	write(later);
	panel.child.kill('SIGHUP');
	for (let i = 0; ; i++, await sleep(50)) {
		const r = await panel.api('POST', `/mailboxes/${id}/password`, { password: later });
		if (r.status === 422) break;
		assert.ok(i < 400, `${r.status}: ${panel.log()}`);
	}
	assert.equal((await panel.api('POST', `/mailboxes/${id}/password`, { password: stolen })).status, 200);
});

test('while the list cannot be read no password is set, and the log and `config check` say why', async () => {
	fs.rmSync(file);
	assert.match(spawnSync(binary, ['-c', panel.conf, 'config', 'check'], { encoding: 'utf8' }).stderr, /password\.breached_file: \S+list\.txt cannot be read/);
	panel.child.kill('SIGHUP');
	for (let i = 0; ; i++, await sleep(50)) { // until the new process is there the old one takes it
		const r = await panel.api('POST', `/mailboxes/${id}/password`, { password: stolen });
		if (r.status === 503 && /list of those that were stolen/.test(r.text)) break;
		assert.ok(i < 400, `${r.status}: ${panel.log()}`);
	}
	const was = hashes();
	for (const [where, fields] of doors(fine)) assert.equal((await panel.api('POST', where, fields)).status, 503, where);
	assert.equal((await panel.get('/mailboxes')).status, 200);
	assert.match(panel.log(), /password\.breached_file path=\S+list\.txt why="No such file/);
	assert.throws(() => panel.cli(['mailbox', 'add', 'ben@own.example', '--password-stdin'], { input: `${fine}\n` }), /cannot be read/);
	assert.equal(hashes(), was);
});
