// SPDX-License-Identifier: GPL-3.0-or-later
// Databases to measure on: our schema by the binary itself, the rows straight into SQLite in one transaction.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { binary } from '../../http/lib/panel.mjs';

// The texts of the search indexes' triggers: filling row by row through them takes three times as long as one rebuild.
const triggersOf = (file) => execFileSync('sqlite3', [file, "SELECT sql || ';' FROM sqlite_master WHERE type = 'trigger'"], { encoding: 'utf8' });
const namesOf = (file) => execFileSync('sqlite3', [file, "SELECT name FROM sqlite_master WHERE type = 'trigger'"], { encoding: 'utf8' }).trim().split('\n');

const rows = (domains, per) => `
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${domains})
INSERT INTO domain (domain, description, quota, created, mailbox_count, alias_count)
  SELECT printf('d%04d.example', i), 'number ' || i, 1073741824, '2026-01-01 00:00:00', ${per}, 0 FROM n;
WITH RECURSIVE m(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM m WHERE i < ${per - 1})
INSERT INTO mailbox (username, password, name, quota, local_part, active, created, delete_pending, Domain_id)
  SELECT local || '@' || domain, '{BLF-CRYPT}$2y$10$abcdefghijklmnopqrstuuO9CTvXgQw1Sx1vJ0p7Zy5V5Vd3mW2he', name, 1073741824, local, 1,
    '2026-01-01 00:00:00', 0, id FROM (
    SELECT d.id, d.domain, printf('%s.%s%d', substr('annabencarldoraemilfritgretahansidajohnkatelenamaxnoraotto', (m.i * 7 + d.id * 3) % 54 + 1, 5),
      substr('smithjonesbrownwhitegreenblackmoorehallkingwrightscott', (m.i * 11 + d.id) % 48 + 1, 6), m.i) AS local,
      'Person ' || (m.i * 10000 + d.id) AS name FROM domain d CROSS JOIN m ORDER BY m.i, d.id);
INSERT INTO alias (address, goto, active, created, Domain_id) SELECT username, username, 1, created, Domain_id FROM mailbox;
INSERT INTO dovecot_quota (username, bytes, messages) SELECT username, (id * 7919) % 1073741824, id % 5000 FROM mailbox;
INSERT INTO vimb_alias_target (target, alias_id) SELECT goto, id FROM alias;`;

// Fills `file` unless it is there already; seconds it took.
export function makeDatabase(file, domains, per) {
	const started = Date.now();
	if (fs.existsSync(file)) return 0;
	execFileSync(binary, ['-o', `database=sqlite:${file}.new`, 'schema', 'apply'], { stdio: ['ignore', 'ignore', 'inherit'] });
	const triggers = triggersOf(`${file}.new`);
	execFileSync('sqlite3', ['-bail', `${file}.new`], { input: `
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA foreign_keys = OFF;
BEGIN;
${namesOf(`${file}.new`).map((name) => `DROP TRIGGER ${name};`).join('\n')}
${rows(domains, per)}
INSERT INTO vimb_mailbox_search (vimb_mailbox_search) VALUES ('rebuild');
INSERT INTO vimb_alias_search (vimb_alias_search) VALUES ('rebuild');
UPDATE vimb_total SET (mailboxes, aliases) = (SELECT sum(mailbox_count), sum(alias_count) FROM domain);
${triggers}
COMMIT; ANALYZE; PRAGMA journal_mode = WAL;
`, stdio: ['pipe', 'ignore', 'inherit'] });
	fs.renameSync(`${file}.new`, file);
	return (Date.now() - started) / 1000;
}
