// SPDX-License-Identifier: GPL-3.0-or-later
// The whole way from the PHP program: its dump, its application.ini, and then mail. Nothing is done here that the README does not say.
// One engine is enough: it starts the one that the PHP program has.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { binary } from '../http/lib/panel.mjs';
import { code, restOfStep, step } from '../http/lib/totp.mjs';
import { startMailHost } from './lib/host.mjs';
import { smtpSend, imapSubjects, imapWait } from './lib/clients.mjs';

const shared = path.resolve('../shared/data/fork-4.0');
const skip = fs.existsSync(`${shared}/fork-small.sql`) ? false : 'the dumps are not here';
let host, secrets;

before(async () => {
	if (skip) return;
	secrets = JSON.parse(fs.readFileSync(`${shared}/secrets.json`, 'utf8'));
	const conf = execFileSync(binary, ['takeover', 'config', '-c', `${shared}/application.ini`], { encoding: 'utf8' });
	const settings = Object.fromEntries([...conf.matchAll(/^([\w.]+) = (.*)$/gm)].map((m) => [m[1], m[2]]));
	for (const key of ['database', 'identity.siteurl']) delete settings[key];
	host = await startMailHost({ engine: 'mysql', firstRun: true, dump: fs.readFileSync(`${shared}/fork-small.sql`, 'utf8'), settings });
});
after(() => host?.stop());

const boxes = () => Object.entries(secrets.mailboxes);
const arrives = async (to, box, password, subject) => {
	const said = await smtpSend(host.postfix.port, { to, subject });
	assert.equal(said.code, 250, said.text + host.postfix.log());
	assert.ok(await imapWait(host.dovecot.imap, box, password, subject), `"${subject}" to ${to} did not reach ${box}\n${host.postfix.log()}\n${host.dovecot.log()}`);
};

test('mail comes in for every mailbox, and its owner reads it with the old password', { skip }, async () => {
	for (const [box, password] of boxes()) {
		assert.ok((await imapSubjects(host.dovecot.imap, box, password)).ok, box);
		// of example.net this host is a backup, and mail for it goes on elsewhere
		if (box.endsWith('@example.com')) await arrives(box, box, password, `to ${box}`);
	}
	assert.equal((await smtpSend(host.postfix.port, { to: 'carol@example.net', subject: 'for another host' })).code, 250);
	const [alice, bob] = ['alice@example.com', 'bob@example.com'];
	await arrives('info@example.com', alice, secrets.mailboxes[alice], 'to the alias');
	assert.ok(await imapWait(host.dovecot.imap, bob, secrets.mailboxes[bob], 'to the alias'));
	assert.equal((await smtpSend(host.postfix.port, { to: 'nobody@example.com', subject: 'no' })).code, 550);
});

test('the administrator signs in with password and device, and what is changed in the panel is so for mail', { skip }, async () => {
	const c = host.panel.client();
	await c.get('/auth/login');
	await restOfStep(5);
	assert.equal((await c.post('/auth/login', { username: secrets.super_admin, password: secrets.super_password })).headers.get('location'), '/auth/totp');
	await c.get('/auth/totp');
	assert.equal((await c.post('/auth/totp', { code: code(secrets.totp_secret, step()) })).status, 303);
	await c.get('/mailboxes');
	const { rows } = (await c.api('GET', '/mailboxes?q=alice@example.com')).json;
	assert.equal((await c.api('POST', `/mailboxes/${rows[0].id}/edit`, { name: 'Alice Änderung' })).status, 200);
	const fresh = 'another long secret 2';
	assert.equal((await c.api('POST', `/mailboxes/${rows[0].id}/password`, { password: fresh })).status, 200);
	assert.equal((await imapSubjects(host.dovecot.imap, 'alice@example.com', secrets.mailboxes['alice@example.com'])).ok, false);
	await arrives('alice@example.com', 'alice@example.com', fresh, 'after the change');
	const [bob] = (await c.api('GET', '/mailboxes?q=bob@example.com')).json.rows;
	assert.equal((await c.api('POST', `/mailboxes/${bob.id}/disable`, {})).status, 200);
	assert.equal((await imapSubjects(host.dovecot.imap, 'bob@example.com', secrets.mailboxes['bob@example.com'])).ok, false);
	assert.ok((await c.api('GET', '/mailboxes?q=carol@example.net')).json.rows[0].last_login, 'what Dovecot writes is shown');
	const d = host.panel.client();
	await d.get('/auth/login');
	assert.notEqual((await d.post('/auth/login', { username: secrets.domain_admin, password: secrets.domain_admin_password })).status, 422);
	await d.get('/domains');
	assert.deepEqual((await d.api('GET', '/domains')).json.rows.map((x) => x.domain), secrets.domain_admin_domains);
});
