// SPDX-License-Identifier: GPL-3.0-or-later
// The same data on MariaDB and PostgreSQL: a server of the measurement's own on a socket, our schema by the binary itself, the rows in one statement
// for each table, through the triggers as they are.
import { execFileSync } from 'node:child_process';
import { binary } from '../../http/lib/panel.mjs';
import { startMysql, startPgsql } from '../../http/lib/servers.mjs';

const hash = '{BLF-CRYPT}$2y$10$abcdefghijklmnopqrstuuO9CTvXgQw1Sx1vJ0p7Zy5V5Vd3mW2he';
const first = 'annabencarldoraemilfritgretahansidajohnkatelenamaxnoraotto';
const last = 'smithjonesbrownwhitegreenblackmoorehallkingwrightscott';

// series(from, to): a table with a column i; mod(a, b): the remainder; four(x): four digits; text(x): a number as text
const rows = ({ series, mod, four, text }, domains, per) => [
	`INSERT INTO domain (domain, description, quota, created, mailbox_count, alias_count)
		SELECT concat('d', ${four('n.i')}, '.example'), concat('number ', n.i), 1073741824, '2026-01-01 00:00:00', ${per}, 0 FROM ${series(1, domains)} n`,
	`INSERT INTO mailbox (username, password, name, quota, local_part, active, created, delete_pending, Domain_id)
		SELECT concat(x.local, '@', x.domain), '${hash}', x.name, 1073741824, x.local, 1, '2026-01-01 00:00:00', 0, x.id FROM (
			SELECT d.id, d.domain, concat(substr('${first}', ${mod('m.i * 7 + d.id * 3', 54)} + 1, 5), '.',
				substr('${last}', ${mod('m.i * 11 + d.id', 48)} + 1, 6), m.i) AS local, concat('Person ', ${text('m.i * 10000 + d.id')}) AS name
			FROM domain d CROSS JOIN ${series(0, per - 1)} m) x ORDER BY x.id, x.local`,
	`INSERT INTO alias (address, goto, active, created, Domain_id) SELECT username, username, 1, created, Domain_id FROM mailbox`,
	`INSERT INTO dovecot_quota (username, bytes, messages) SELECT username, ${mod('id * 7919', 1073741824)}, ${mod('id', 5000)} FROM mailbox`,
];

const dialects = {
	mysql: { series: (a, b) => `(SELECT seq AS i FROM seq_${a}_to_${b})`, mod: (a, b) => `((${a}) MOD ${b})`, four: (x) => `lpad(${x}, 4, '0')`,
		text: (x) => x },
	pgsql: { series: (a, b) => `(SELECT i FROM generate_series(${a}, ${b}) AS i)`, mod: (a, b) => `(((${a}) % ${b})::int)`, four: (x) => `lpad(${x}::text, 4, '0')`,
		text: (x) => `(${x})::text` },
};
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
		const started = Date.now();
		execFileSync(binary, ['-o', `database=${url}`, 'schema', 'apply'], { stdio: ['ignore', 'ignore', 'inherit'] });
		for (const text of rows(dialects[kind], domains, per)) sql(text);
		sql(kind === 'mysql' ? 'ANALYZE TABLE domain, mailbox, alias, vimb_mailbox_suffix' : 'VACUUM ANALYZE');
		return { url, sql, seconds: (Date.now() - started) / 1000 };
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
		for (const text of rows(dialects[kind], domains, per)) sql(text);
		return { url, sql };
	} };
}
