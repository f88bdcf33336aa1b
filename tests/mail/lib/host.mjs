// SPDX-License-Identifier: GPL-3.0-or-later
// A mail host of the test's own: panel, Dovecot and Postfix in one folder, the mail servers reading the panel's database with the files the program
// itself prints.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { startPanel } from '../../http/lib/panel.mjs';
import { makeRoles } from '../../http/lib/roles.mjs';
import { startMysql, startPgsql } from '../../http/lib/servers.mjs';
import { freePort, startDovecot, startPostfix } from './servers.mjs';

const number = (...args) => Number(execFileSync('id', args, { encoding: 'utf8' }));

// The database of an engine, and what vimbadmin.conf is to say of it: on a server everybody has the user of few rights that `config roles` makes.
// host: reach it over TCP, by this name; tls: and only encrypted, its certificate checked.
// dump: what is in the database already, as SQL.
async function startDatabase(engine, dir, host, tls, dump) {
	if (engine === 'sqlite') {
		// Postfix's proxymap reads as user and group postfix, without supplementary groups: the folder is that group's
		fs.chownSync(dir, 0, number('-g', 'postfix'));
		fs.chmodSync(dir, 0o2770);
		return { keys: { database: `sqlite:${dir}/vimbadmin.db` }, remove() {} };
	}
	const server = await (engine === 'mysql' ? startMysql() : startPgsql());
	try {
		fs.chmodSync(server.dir, 0o755);
		server.database('mail');
		if (dump) server.sql(dump, 'mail');
		const { migrate, ...keys } = makeRoles(server.admin('mail', host) + (tls ? guarded(engine, server, dir) : ''), (text) => server.sql(text, 'mail'));
		if (tls) insist(engine, server);
		return { server, keys, migrate, remove: () => server.remove() };
	} catch (fault) {
		server.remove();
		throw fault;
	}
}

// The options of a URL that goes with the server's certificate, laid where the mail servers see it.
function guarded(engine, server, dir) {
	fs.copyFileSync(`${server.dir}/tls.pem`, `${dir}/ca.pem`);
	fs.chmodSync(`${dir}/ca.pem`, 0o644);
	return engine === 'mysql' ? `?ssl_mode=verify&ssl_ca=${dir}/ca.pem` : `?sslmode=verify-full&sslrootcert=${dir}/ca.pem`;
}

// From now on the server lets the users of few rights in encrypted only.
function insist(engine, server) {
	if (engine === 'mysql') {
		for (const name of ['vimbadmin', 'vimbadmin_postfix', 'vimbadmin_dovecot', 'vimbadmin_dict']) server.sql(`ALTER USER ${name}@'127.0.0.1' REQUIRE SSL`);
		return;
	}
	const hba = `${server.dir}/data/pg_hba.conf`;
	fs.writeFileSync(hba, fs.readFileSync(hba, 'utf8').replace(/^host all (vimbadmin\S*) all/m, 'hostssl all $1 all\nhost all $1 all reject #'));
	server.sql('SELECT pg_reload_conf()');
}

// engine: sqlite, mysql or pgsql; host: how to reach its server, a socket if undefined; root: folder with a system whose Dovecot is to be used.
// dump: what the database holds before the schema is applied; settings: further keys. firstRun: without the first administrator; key: of Dovecot's doveadm API, which the panel is then told of.
// What comes back: panel, dovecot, postfix, database, stop().
export async function startMailHost({ engine = 'sqlite', host: by, root, tls = false, firstRun = false, key, dump, settings = {} } = {}) {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'vimbadmin-mail-'));
	fs.chmodSync(dir, 0o755);
	const host = { dir, async stop() {
		if (host.postfix) host.postfix.stop();
		if (host.dovecot) await host.dovecot.stop();
		if (host.panel) await host.panel.stop();
		host.database?.remove();
		fs.rmSync(dir, { recursive: true, force: true });
	} };
	const at = (name) => path.join(dir, name);
	for (const name of ['mail', 'lookup', 'sign-in', 'db', 'postfix', 'dovecot']) fs.mkdirSync(at(name));
	fs.chownSync(at('mail'), number('-u', 'mail'), number('-g', 'mail'));
	// where the files may hold passwords, they are for those who read them, as README says
	for (const [name, group] of [['lookup', 'postfix'], ['sign-in', 'dovecot']]) {
		fs.chownSync(at(name), 0, number('-g', group));
		fs.chmodSync(at(name), 0o2750);
	}
	try {
		host.database = await startDatabase(engine, at('db'), by, tls, dump);
		const { database, ...keys } = host.database.keys;
		const doveadm = key && { key, port: await freePort() };
		host.panel = await startPanel({ database, firstRun,
			settings: { ...settings, ...(key ? { 'doveadm.http.url': `http://127.0.0.1:${doveadm.port}/doveadm/v1`, 'doveadm.http.api_key': key } : {}), 'mail.uid': 'mail', 'mail.gid': 'mail', 'mail.home': `${at('mail')}/%d/%n`, ...keys } });
		host.panel.cli(['config', 'postfix', '--dir', at('lookup')]);
		host.panel.cli(['config', 'dovecot', '--dir', at('sign-in')]);
		host.dovecot = await startDovecot(at('dovecot'), at('sign-in'), dir, root, doveadm);
		host.postfix = await startPostfix(at('postfix'), at('lookup'), host.dovecot.lmtp, host.dovecot.sasl);
		return host;
	} catch (fault) {
		await host.stop();
		throw fault;
	}
}
