// SPDX-License-Identifier: GPL-3.0-or-later
// A mail host of the test's own: panel, Dovecot and Postfix in one folder, the mail servers reading the panel's database with the files the program
// itself prints.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { startPanel } from '../../http/lib/panel.mjs';
import { startDovecot, startPostfix } from './servers.mjs';

const number = (...args) => Number(execFileSync('id', args, { encoding: 'utf8' }));

// More goes to startPanel(). What comes back: panel, dovecot, postfix, stop().
export async function startMailHost(more = {}) {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'vimbadmin-mail-'));
	fs.chmodSync(dir, 0o755);
	const host = { async stop() {
		if (host.postfix) host.postfix.stop();
		if (host.dovecot) await host.dovecot.stop();
		if (host.panel) await host.panel.stop();
		fs.rmSync(dir, { recursive: true, force: true });
	} };
	const at = (name) => path.join(dir, name);
	for (const name of ['mail', 'files', 'db', 'postfix', 'dovecot']) fs.mkdirSync(at(name));
	fs.chownSync(at('mail'), number('-u', 'mail'), number('-g', 'mail'));
	// Postfix's proxymap reads as user and group postfix, without supplementary groups: the folder is that group's
	fs.chownSync(at('db'), 0, number('-g', 'postfix'));
	fs.chmodSync(at('db'), 0o2770);
	try {
		host.panel = await startPanel({ database: `sqlite:${at('db')}/vimbadmin.db`, ...more,
			settings: { 'mail.uid': 'mail', 'mail.gid': 'mail', 'mail.home': `${at('mail')}/%d/%n`, ...more.settings } });
		host.panel.cli(['config', 'postfix', '--dir', at('files')]);
		host.panel.cli(['config', 'dovecot', '--dir', at('files')]);
		host.dovecot = await startDovecot(at('dovecot'), at('files'));
		host.postfix = await startPostfix(at('postfix'), at('files'), host.dovecot.lmtp, host.dovecot.sasl);
		return host;
	} catch (fault) {
		await host.stop();
		throw fault;
	}
}
