// SPDX-License-Identifier: GPL-3.0-or-later
// The whole way from PostfixAdmin: its dump, what docs/takeover.md says, and then mail under the passwords of before.
// One engine is enough: where it is read from is PostfixAdmin's own, and tests/cli carries it over into each.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { startMysql } from '../http/lib/servers.mjs';
import { startMailHost } from './lib/host.mjs';
import { smtpSend, imapSubjects, imapWait } from './lib/clients.mjs';

const shared = path.resolve('../shared/data/postfixadmin-3.3');
const skip = fs.existsSync(`${shared}/postfixadmin-small.sql`) ? false : 'the dumps are not here';
let server, host, secrets;

before(async () => {
	if (skip) return;
	secrets = JSON.parse(fs.readFileSync(`${shared}/secrets.json`, 'utf8'));
	server = await startMysql();
	const from = server.database('postfix');
	server.sql(fs.readFileSync(`${shared}/postfixadmin-small.sql`, 'utf8'), 'postfix');
	host = await startMailHost({ firstRun: true });
	host.panel.cli(['import', 'postfixadmin', '--from-file', '-'], { input: `${from}\n` });
});
after(async () => {
	await host?.stop();
	server?.remove();
});

const arrives = async (to, box, subject) => {
	const said = await smtpSend(host.postfix.port, { to, subject });
	assert.equal(said.code, 250, said.text + host.postfix.log());
	assert.ok(await imapWait(host.dovecot.imap, box, secrets.mailboxes[box], subject), `"${subject}" to ${to} did not reach ${box}\n${host.postfix.log()}\n${host.dovecot.log()}`);
};

test('mail comes in for every mailbox, and its owner reads it with the old password', { skip }, async () => {
	for (const box of Object.keys(secrets.mailboxes)) {
		await arrives(box, box, `to ${box}`);
		assert.equal((await imapSubjects(host.dovecot.imap, box, `${secrets.mailboxes[box]}x`)).ok, false, box);
	}
});

test('its aliases and its catch-all lead where they led', { skip }, async () => {
	const [alice, bob, carol] = Object.keys(secrets.mailboxes);
	await arrives('info@example.com', alice, 'to the alias');
	assert.ok(await imapWait(host.dovecot.imap, bob, secrets.mailboxes[bob], 'to the alias'));
	await arrives('whoever@example.net', carol, 'to the catch-all');
	assert.equal((await smtpSend(host.postfix.port, { to: 'nobody@example.com', subject: 'no' })).code, 550);
});

test('its administrators sign in, each to what was theirs', { skip }, async () => {
	const signIn = async (username, password) => {
		const c = host.panel.client();
		await c.get('/auth/login');
		assert.equal((await c.post('/auth/login', { username, password })).status, 303, username);
		await c.get('/domains');
		return (await c.api('GET', '/domains')).json.rows.map((x) => x.domain);
	};
	assert.deepEqual(await signIn(secrets.super_admin, secrets.super_password), ['example.com', 'example.net']);
	assert.deepEqual(await signIn(secrets.domain_admin, secrets.domain_admin_password), ['example.com']);
});
