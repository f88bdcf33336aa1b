// SPDX-License-Identifier: GPL-3.0-or-later
// Databases of the PHP program as years of operators leave them: other types and collations, other engines, rows that no form ever wrote, what a plugin or a
// copy left behind. Each is taken over, and can be worked with. What is refused: takeover_refused.test.mjs.
// One engine is enough, but MySQL is tried beside MariaDB: it starts those it needs.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Maria, mysql8 } from './lib/maria.mjs';
import { alias, each, noKeys } from './lib/damage.mjs';
import { upstream, people } from './lib/upstream.mjs';

let maria;
before(() => {
	maria = new Maria();
});
after(() => maria?.end());

// What can be done with it afterwards, in the way of a day at work.
function works(db) {
	assert.equal(db.must('schema', 'plan', '--json').trim(), '[]', 'a second plan is not empty');
	for (const args of [['mailbox', 'list'], ['mailbox', 'list', '--search', 'ann'], ['alias', 'list'], ['domain', 'list'], ['admin', 'list'], ['log', 'list'], ['archive', 'list'],
		['takeover', 'report'], ['mailbox', 'edit', 'ann@one.test', '--name', 'Annä'], ['mailbox', 'edit', 'ben@one.test', '--quota', '1G'], ['mailbox', 'disable', 'ann@one.test'],
		['mailbox', 'passwd', 'ann@one.test', '--generate'], ['mailbox', 'add', 'new@one.test', '--generate'], ['alias', 'add', 'newer@one.test', '--goto', 'new@one.test'],
		['alias', 'edit', 'info@one.test', '--goto', 'ann@one.test'], ['domain', 'edit', 'one.test', '--description', 'x'], ['domain', 'add', 'three.test'], ['admin', 'disable', 'dom@one.test'],
		['mailbox', 'delete', 'new@one.test'], ['mailbox', 'delete', 'ben@one.test'], ['domain', 'delete', 'three.test']]) db.must(...args);
	assert.match(db.must('mailbox', 'show', 'ann@one.test'), /Annä/);
	assert.match(db.must('mailbox', 'list', '--search', 'ann@'), /1 of 1 mailboxes/);
	db.must('log', 'undo', db.sql('SELECT max(id) FROM log WHERE action = "MAILBOX_PURGE"'));
	db.must('domain', 'delete', 'one.test');
	db.must('log', 'undo', db.sql('SELECT max(id) FROM log'));
	assert.match(db.must('mailbox', 'show', 'ann@one.test'), /Annä/);
}

function planned(db) {
	const before = db.dump();
	assert.match(db.must('schema', 'plan'), /takeover/);
	db.must('takeover', 'report');
	assert.equal(db.dump(), before, 'planning changed something');
	db.must('schema', 'apply');
	works(db);
}

const zero = each(['admin', 'domain', 'mailbox', 'alias'], (t) => `UPDATE ${t} SET created = 0, modified = 0;`);
const taken = [
	['dates of zero', [people, `SET sql_mode = ''; ${zero} UPDATE log SET timestamp = 0; UPDATE archive SET archived_at = 0, status_changed_at = 0; UPDATE dbversion SET applied_on = 0;
		UPDATE mailbox SET size_at = '2020-00-00';`]],
	['nothing where the program writes zeros and empty texts', [people, `ALTER TABLE mailbox MODIFY local_part VARCHAR(255), MODIFY password VARCHAR(255), MODIFY quota BIGINT, MODIFY active TINYINT(1),
		MODIFY access_restriction VARCHAR(100), MODIFY created DATETIME, MODIFY username VARCHAR(255);
		ALTER TABLE domain MODIFY transport VARCHAR(255), MODIFY max_quota BIGINT, MODIFY quota BIGINT, MODIFY max_aliases INT, MODIFY max_mailboxes INT, MODIFY alias_count BIGINT,
			MODIFY mailbox_count BIGINT, MODIFY backupmx TINYINT(1), MODIFY active TINYINT(1), MODIFY created DATETIME;
		ALTER TABLE alias MODIFY goto LONGTEXT, MODIFY active TINYINT(1); ALTER TABLE admin MODIFY password VARCHAR(255), MODIFY super TINYINT(1), MODIFY active TINYINT(1);
		UPDATE mailbox SET local_part = NULL, password = NULL, quota = NULL, access_restriction = NULL, created = NULL WHERE id <> 2;
		UPDATE domain SET transport = NULL, max_quota = NULL, quota = NULL, max_aliases = NULL, max_mailboxes = NULL, alias_count = NULL, mailbox_count = NULL, backupmx = NULL, created = NULL;
		INSERT INTO alias (address, created, Domain_id) VALUES ('null@one.test', now(), 1); INSERT INTO admin (created) VALUES (now());`]],
	['Latin 1', [people], { collate: 'latin1_swedish_ci' }],
	['the order of a newer server', [people], { collate: mysql8 ? 'utf8mb4_0900_ai_ci' : 'utf8mb4_uca1400_ai_ci' }],
	['a collation that counts trailing blanks', [people], { collate: mysql8 ? 'utf8mb4_0900_as_cs' : 'utf8mb4_unicode_nopad_ci' }],
	['no key anywhere, and rows that belong to nothing', [people, `${noKeys} INSERT INTO domain_admins VALUES (77, 1), (1, 78); UPDATE mailbox SET Domain_id = 99 WHERE id = 3;
		INSERT INTO alias (address, goto, active, created, Domain_id) VALUES ('x@gone.test', 'ann@one.test', 1, now(), 98); INSERT INTO log (action, timestamp, Admin_id, Domain_id) VALUES ('X', now(), 77, 78);
		UPDATE archive SET Admin_id = 77, Domain_id = 78; INSERT INTO mailbox_pref (attribute, ix, op, value, expire, Mailbox_id) VALUES ('a', 0, '=', '', 0, 777);`]],
	['a column that fills itself', [people, 'ALTER TABLE mailbox ADD shown VARCHAR(255) AS (upper(username)) STORED, ADD hidden INT NOT NULL DEFAULT 3;']],
	['the tables of Doctrine\'s migrations', [people, `CREATE TABLE doctrine_migration_versions (version VARCHAR(191) NOT NULL PRIMARY KEY, executed_at DATETIME) CHARSET utf8;
		CREATE TABLE migration_versions (version VARCHAR(255) PRIMARY KEY) ENGINE = MyISAM;`]],
	['no table of versions', [people, 'DROP TABLE dbversion;']],
	['a table of versions with nothing in it', [people, 'DELETE FROM dbversion;']],
	['addresses in capitals', [people, `UPDATE domain SET domain = 'One.Test' WHERE id = 1; UPDATE mailbox SET username = 'Ann@One.Test', local_part = 'Ann' WHERE id = 1;
		UPDATE alias SET address = 'Info@One.Test', goto = 'Ann@One.Test, BEN@one.test' WHERE address = 'info@one.test'; UPDATE admin SET username = 'Root@One.Test' WHERE id = 1;`]],
	['blanks at the end', [people, `UPDATE mailbox SET username = 'ann@one.test ' WHERE id = 1; UPDATE alias SET address = 'info@one.test ', goto = ' ann@one.test , ben@one.test ' WHERE address = 'info@one.test';`]],
	['addresses that are none', [people, each(["o''brien@one.test", 'back\\\\slash@one.test', '', 'nodomain', 'a@b@one.test'], (a) => alias(a))]],
	['times of other kinds', [people, `ALTER TABLE mailbox MODIFY created TIMESTAMP NOT NULL DEFAULT current_timestamp(), MODIFY modified DATETIME(6) NULL;
		UPDATE mailbox SET modified = '2020-01-02 03:04:05.678901'; ALTER TABLE log MODIFY timestamp TIMESTAMP(3) NOT NULL DEFAULT current_timestamp(3);`]],
	['targets in a short column', [people, 'ALTER TABLE alias MODIFY goto VARCHAR(4000) NOT NULL;']],
	['addresses in a short column, with keys on their beginning', [people, `ALTER TABLE mailbox MODIFY username VARCHAR(191) NOT NULL, DROP INDEX IX_Username_1, ADD UNIQUE INDEX IX_Username_1 (username(100));
		ALTER TABLE alias DROP INDEX IX_Address_1, ADD UNIQUE INDEX u (address(191));`]],
	['switches as other numbers', [people, 'ALTER TABLE mailbox MODIFY active SMALLINT UNSIGNED NOT NULL DEFAULT 0, MODIFY quota BIGINT UNSIGNED NOT NULL DEFAULT 0; ALTER TABLE admin MODIFY super INT NOT NULL DEFAULT 0;']],
	['preferences of administrators without their key', [people, 'ALTER TABLE admin_pref DROP FOREIGN KEY FK_814C1AD19D5DE046, DROP INDEX IX_AdminPreference_1;']],
	['columns that somebody thought superfluous', [people, 'ALTER TABLE domain DROP max_quota; ALTER TABLE mailbox DROP alt_email; ALTER TABLE archive DROP homedir_orig_size;']],
	['tables that somebody thought superfluous', [people, 'DROP TABLE directory_entry, archive, remember_me, domain_pref, alias_pref;']],
	['triggers of the operator', [people, 'CREATE TRIGGER op_a AFTER INSERT ON alias FOR EACH ROW SET @n = 1; CREATE TRIGGER op_b BEFORE UPDATE ON mailbox FOR EACH ROW SET NEW.modified = now();']],
	['compressed rows', [people], { row: 'ROW_FORMAT = COMPRESSED' }],
	['a cascade of the operator', [people, `ALTER TABLE mailbox DROP FOREIGN KEY FK_A69FE20B93AE8C46, ADD CONSTRAINT mine FOREIGN KEY (Domain_id) REFERENCES domain (id) ON DELETE CASCADE;`]],
	['bytes of two character sets in one column', [people, "UPDATE mailbox SET name = _latin1 0x42F6C3A9 WHERE id = 2; UPDATE domain SET description = _latin1 0xFCE9;"], { collate: 'latin1_swedish_ci' }],
	['a list of hundreds of targets', [people, "INSERT INTO alias (address, goto, active, created, Domain_id) SELECT 'huge@one.test', repeat('ann@one.test,', 900), 1, now(), 1;"]],
	['an event and a routine of the operator', [people, 'CREATE PROCEDURE mine() SELECT 1; CREATE EVENT mine ON SCHEDULE EVERY 1 DAY DO DELETE FROM log WHERE timestamp < now() - INTERVAL 1 YEAR;']],
];
for (const [what, inputs, of] of taken)
	test(`taken over: ${what}`, () => planned(maria.fresh(`SET SESSION innodb_strict_mode = 0; ${upstream(of)}`, ...inputs)));
