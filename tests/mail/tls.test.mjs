// SPDX-License-Identifier: GPL-3.0-or-later
// Postfix and Dovecot reach a server that lets nobody in unencrypted: what the panel's URL says of TLS is in their files.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { startMailHost } from './lib/host.mjs';
import { imapWait, smtpSend } from './lib/clients.mjs';

let root;
try {
	root = execFileSync('tests/servers/trixie', { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
} catch { /* without 2.4 then */ }
const password = 'a long enough secret 1';

for (const [what, where] of [['MariaDB, Dovecot 2.3', { engine: 'mysql', host: '127.0.0.1' }], ['PostgreSQL, Dovecot 2.3', { engine: 'pgsql', host: '127.0.0.1' }],
	['MariaDB, Dovecot 2.4', { engine: 'mysql', host: '127.0.0.1', root }], ['PostgreSQL, Dovecot 2.4', { engine: 'pgsql', host: '127.0.0.1', root }]]) {
	test(`${what}: mail arrives and is read over TLS`, { skip: 'root' in where && !root ? 'no Debian 13 here' : false, timeout: 240000 }, async () => {
		const host = await startMailHost({ ...where, tls: true });
		try {
			const { panel, postfix, dovecot } = host;
			panel.cli(['domain', 'add', 'example.com']);
			panel.cli(['mailbox', 'add', 'anna@example.com', '--password-stdin'], { input: `${password}\n` });
			const said = await smtpSend(postfix.port, { to: 'anna@example.com', subject: 'sealed' });
			assert.equal(said.code, 250, said.text + postfix.log());
			assert.ok(await imapWait(dovecot.imap, 'anna@example.com', password, 'sealed'), `${postfix.log()}\n${dovecot.log()}`);
			// a server whose certificate is another's is not asked
			const file = `${host.dir}/lookup/vimbadmin-mailboxes.cf`;
			const ask = (conf) => spawnSync('/usr/sbin/postmap', ['-c', postfix.etc, '-q', 'anna@example.com', `${where.engine}:${conf}`], { encoding: 'utf8' });
			assert.equal(ask(file).stdout.trim(), 'anna@example.com');
			execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=other',
				'-keyout', `${host.dir}/other.key`, '-out', `${host.dir}/other.pem`], { stdio: 'pipe' });
			fs.writeFileSync(`${host.dir}/other.cf`, fs.readFileSync(file, 'utf8').replaceAll(`${host.dir}/db/ca.pem`, `${host.dir}/other.pem`)
				.replaceAll(encodeURIComponent(`${host.dir}/db/ca.pem`), encodeURIComponent(`${host.dir}/other.pem`)));
			assert.notEqual(fs.readFileSync(`${host.dir}/other.cf`, 'utf8'), fs.readFileSync(file, 'utf8'));
			assert.notEqual(ask(`${host.dir}/other.cf`).stdout.trim(), 'anna@example.com');
		} finally {
			await host.stop();
		}
	});
}
