// SPDX-License-Identifier: GPL-3.0-or-later
// The same data on MariaDB and PostgreSQL: a server of the measurement's own on a socket, filled by the importer as the SQLite file is. The PHP
// program's database has no importer of ours, so its rows come by one statement for each table.
import { execFileSync } from 'node:child_process';
import { binary } from '../../http/lib/panel.mjs';
import { startMysql, startPgsql } from '../../http/lib/servers.mjs';
import { fill, hash } from './data.mjs';

const quota = `INSERT INTO dovecot_quota (username, bytes, messages) SELECT username, mod(id * 7919, 1073741824), mod(id, 5000) FROM mailbox`;
const first = 'annabencarldoraemilfritgretahansidajohnkatelenamaxnoraotto';
const last = 'smithjonesbrownwhitegreenblackmoorehallkingwrightscott';

// MariaDB's
const forkRows = (domains, per) => [
	`INSERT INTO domain (domain, description, quota, created, mailbox_count, alias_count)
		SELECT concat('d', lpad(n.seq, 4, '0'), '.example'), concat('number ', n.seq), 1073741824, '2026-01-01 00:00:00', ${per}, 0 FROM seq_1_to_${domains} n`,
	`INSERT INTO mailbox (username, password, name, quota, local_part, active, created, delete_pending, Domain_id)
		SELECT concat(x.local, '@', x.domain), '${hash}', x.name, 1073741824, x.local, 1, '2026-01-01 00:00:00', 0, x.id FROM (
			SELECT d.id, d.domain, concat(substr('${first}', (m.seq * 7 + d.id * 3) MOD 54 + 1, 5), '.',
				substr('${last}', (m.seq * 11 + d.id) MOD 48 + 1, 6), m.seq) AS local, concat('Person ', m.seq * 10000 + d.id) AS name
			FROM domain d CROSS JOIN seq_0_to_${per - 1} m) x ORDER BY x.id, x.local`,
	`INSERT INTO alias (address, goto, active, created, Domain_id) SELECT username, username, 1, created, Domain_id FROM mailbox`,
	quota,
];

const more = {
	mysql: ['--innodb-buffer-pool-size=3G', '--innodb-log-file-size=1G'],
	pgsql: ['-c', 'shared_buffers=1GB', '-c', 'maintenance_work_mem=512MB', '-c', 'max_wal_size=8GB'],
};

// kind: mysql or pgsql. database(domains, per): { url, sql(text), seconds } of a filled one.
export async function startEngine(kind) {
	const server = await (kind === 'mysql' ? startMysql : startPgsql)(more[kind]);
	let n = 0;
	return { kind, remove: () => server.remove(), database(domains, per) {
		const name = `bench${n++}`;
		const url = server.database(name);
		const sql = (text) => server.sql(text, name);
		const seconds = fill(url, domains, per);
		sql(quota);
		sql(kind === 'mysql' ? 'ANALYZE TABLE domain, mailbox, alias, vimb_mailbox_suffix' : 'VACUUM ANALYZE');
		return { url, sql, seconds };
	}, fork(domains, per) { // MariaDB only: the same rows as the PHP fork would have them, with nothing of ours
		const name = `bench${n++}`;
		const url = server.database(name);
		const sql = (text) => server.sql(text, name);
		execFileSync(binary, ['-o', `database=${url}`, 'schema', 'apply'], { stdio: ['ignore', 'ignore', 'inherit'] });
		const lines = (text) => sql(text).trim().split('\n').filter(Boolean);
		for (const t of lines('SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = database()')) sql(`DROP TRIGGER ${t}`);
		const ours = lines("SELECT table_name FROM information_schema.tables WHERE table_schema = database() AND table_name LIKE 'vimb\\_%'");
		sql(`SET foreign_key_checks = 0; DROP TABLE ${ours.join(', ')}; DELETE FROM dbversion;
			INSERT INTO dbversion (version, name, applied_on) VALUES (4, 'ViMbAdmin fork schema', now())`);
		for (const text of forkRows(domains, per)) sql(text);
		return { url, sql };
	} };
}
