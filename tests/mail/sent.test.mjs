// SPDX-License-Identifier: GPL-3.0-or-later
// Mail that the panel sends itself, through a real Postfix with TLS and sign-in, into a real mailbox.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { startMailHost } from './lib/host.mjs';
import { imapWait } from './lib/clients.mjs';
import { sleep } from './lib/servers.mjs';
import { certificate } from '../http/lib/smtp.mjs';

const password = 'a long enough secret 1';
const pair = certificate('localhost');
let host, panel, dovecot, postfix;

const must = async (route, fields) => {
	const r = await panel.api('POST', route, fields);
	assert.ok(r.status === 200 || r.status === 201, `${route}: ${r.status} ${r.text}`);
	return r.json;
};
const logs = () => `${panel.log()}\n${postfix.log()}`;
const arrives = async (box, subject) => assert.ok(await imapWait(dovecot.imap, box, password, subject), `"${subject}" did not reach ${box}\n${logs()}`);
// All mails of a box as they lie there.
function stored(box) {
	const [local, domain] = box.split('@');
	const all = (dir) => fs.readdirSync(dir, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? all(path.join(dir, e.name)) : [path.join(dir, e.name)]));
	return all(path.join(host.dir ?? path.dirname(path.dirname(postfix.etc)), 'mail', domain, local)).map((f) => fs.readFileSync(f, 'utf8')).filter((t) => /^Message-ID:/m.test(t));
}

before(async () => {
	host = await startMailHost();
	({ panel, dovecot, postfix } = host);
	await panel.signIn();
	await must('/domains/add', { domain: 'example.com', active: true });
	await must('/mailboxes/add', { address: 'panel@example.com', password, active: true });
	const set = (...lines) => execFileSync('/usr/sbin/postconf', ['-c', postfix.etc, '-e', ...lines]);
	set('smtpd_tls_security_level = encrypt', 'smtpd_tls_auth_only = yes', `smtpd_tls_cert_file = ${pair.cert}`, `smtpd_tls_key_file = ${pair.key}`);
	execFileSync('/usr/sbin/postfix', ['-c', postfix.etc, 'reload'], { stdio: 'ignore' });
	fs.appendFileSync(panel.conf, Object.entries({ 'resources.mail.transport.host': 'localhost', 'resources.mail.transport.port': postfix.port,
		'resources.mail.transport.username': 'panel@example.com', 'resources.mail.transport.password': password, 'mail.ca_file': pair.cert,
		'identity.mailer.email': 'panel@example.com', 'server.imap.enabled': 'yes' }).map(([k, v]) => `${k} = ${v}\n`).join(''));
	panel.child.kill('SIGHUP');
	for (let i = 0; !/reloaded/.test(panel.log()) && i < 200; i++) await sleep(50);
	panel.csrf = '';
	await panel.get('/domains');
});
after(async () => {
	await host?.stop();
	pair.remove();
});

test('the transport works', () => {
	assert.match(panel.cli(['check', 'mail', 'panel@example.com']), /taken by the mail server, which said: 250 2\.0\.0 Ok/);
});

test('a welcome mail is the first in its mailbox, and settings follow', async () => {
	const anna = await must('/mailboxes/add', { address: 'anna@example.com', name: 'Änna', password, active: true, welcome_email: true });
	await arrives('anna@example.com', 'Welcome to your new mailbox on example.com');
	await must(`/mailboxes/${anna.id}/settings-mail`, { type: 'username' });
	await arrives('anna@example.com', 'Settings for your mailbox on example.com');
	for (const text of stored('anna@example.com')) {
		assert.match(text, /^From: ViMbAdmin Administrator <panel@example\.com>$/m);
		assert.match(text, /^Auto-Submitted: auto-generated$/m);
		assert.match(text, /^Content-Type: multipart\/alternative; boundary=/m);
		assert.match(text, /with ESMTPSA/);
		assert.doesNotMatch(text, new RegExp(password));
	}
	assert.equal(stored('anna@example.com').length, 2);
});

test('an address that Postfix refuses is given up at once', async () => {
	const ben = await must('/mailboxes/add', { address: 'ben@example.com', password, active: true });
	await must(`/mailboxes/${ben.id}/settings-mail`, { type: 'other', email: 'nobody@example.com' });
	let log;
	for (let i = 0; !log?.json.rows.length && i < 200; i++) {
		await sleep(100);
		log = await panel.api('GET', '/log?action=MAIL_FAILED');
	}
	assert.match(log.json.rows[0].data, /nobody@example\.com: .*answered RCPT TO: 550 5\.1\.1/);
});
