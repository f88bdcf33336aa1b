// SPDX-License-Identifier: GPL-3.0-or-later
// Databases of the PHP program as years of operators leave them: other types and collations, other engines, rows that no form ever wrote, what a plugin or a
// copy left behind. Each is taken over and can be worked with, or refused with nothing changed, in sentences that say what to do; where they give
// statements, these are run, and then it is taken over.
// One engine is enough: it starts those it needs.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Maria } from './lib/maria.mjs';
import { upstream, people } from './lib/upstream.mjs';

let maria;
before(() => {
	maria = new Maria();
});
after(() => maria?.end());

const keys = [['admin_pref', '814C1AD19D5DE046'], ['mailbox_pref', 'F9C4B42A29B1361C'], ['alias_pref', '3279E911A72028B4'], ['domain_pref', 'C89B55693AE8C46'], ['domain_admins', 'CD8319C69D5DE046'],
	['domain_admins', 'CD8319C693AE8C46'], ['mailbox', 'A69FE20B93AE8C46'], ['alias', 'E16C6B9493AE8C46'], ['log', '8F3F68C59D5DE046'], ['log', '8F3F68C593AE8C46'], ['archive', 'D5FC5D9C93AE8C46'],
	['archive', 'D5FC5D9C9D5DE046'], ['directory_entry', '6553C92D66EC35CC'], ['remember_me', '7AF2A7289D5DE046']];
const noKeys = keys.map(([table, key]) => `ALTER TABLE ${table} DROP FOREIGN KEY FK_${key};`).join('\n');
const tables = ['admin', 'domain', 'domain_admins', 'mailbox', 'alias', 'admin_pref', 'mailbox_pref', 'alias_pref', 'domain_pref', 'log', 'archive', 'directory_entry', 'remember_me', 'dbversion'];
const each = (names, make) => names.map(make).join('\n');
const owners = [['mailbox', 'Domain_id'], ['alias', 'Domain_id'], ['log', 'Admin_id'], ['log', 'Domain_id'], ['archive', 'Admin_id'], ['archive', 'Domain_id'], ['admin_pref', 'Admin_id'],
	['mailbox_pref', 'Mailbox_id'], ['alias_pref', 'Alias_id'], ['domain_pref', 'Domain_id']];
const ids = (type) => noKeys + each(['admin', 'domain', 'mailbox', 'alias', 'log'], (t) => `ALTER TABLE ${t} MODIFY id ${type} NOT NULL AUTO_INCREMENT;`)
	+ each(owners, ([t, c]) => `ALTER TABLE ${t} MODIFY ${c} ${type} NULL;`) + each(['Admin_id', 'Domain_id'], (c) => `ALTER TABLE domain_admins MODIFY ${c} ${type} NOT NULL;`)
	+ `ALTER TABLE directory_entry MODIFY mailbox_id ${type} NOT NULL;`;
const hung = ids('INT') + `ALTER TABLE mailbox ADD CONSTRAINT k1 FOREIGN KEY (Domain_id) REFERENCES domain (id) ON DELETE CASCADE;
	ALTER TABLE domain_admins ADD CONSTRAINT k2 FOREIGN KEY (Admin_id) REFERENCES admin (id);`;
const alias = (address, goto = 'ann@one.test') => `INSERT INTO alias (address, goto, active, created, Domain_id) VALUES ('${address}', '${goto}', 1, now(), 1);`;

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
	['an order of a newer MariaDB', [people], { collate: 'utf8mb4_uca1400_ai_ci' }],
	['a collation that counts trailing blanks', [people], { collate: 'utf8mb4_unicode_nopad_ci' }],
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

// exit status, what is said, and whether running the statements it gives is all there is to do
const refused = [
	['tables of MyISAM', [people, noKeys + each(tables, (t) => `ALTER TABLE ${t} ENGINE = MyISAM;`)], 78, [/Table admin is stored by MyISAM/, /Table remember_me is stored by MyISAM/], true],
	['ids of four bytes', [people, ids('INT')], 78, [/admin\.id is int\(11\) and has to be BIGINT/], true],
	['ids of four bytes with keys on them', [people, hung], 78, [/domain\.id is int\(11\)/], true],
	['ids without a sign', [people, ids('BIGINT UNSIGNED')], 78, [/mailbox\.id is bigint\(20\) unsigned/], true],
	['a table copied by CREATE TABLE ... SELECT', [people, `${noKeys} CREATE TABLE x AS SELECT * FROM mailbox; DROP TABLE mailbox; RENAME TABLE x TO mailbox;`], 78, [/mailbox\.id does not count up by itself or is no key/], true],
	['ids that do not count', [people, `${noKeys} ALTER TABLE alias MODIFY id BIGINT NOT NULL;`], 78, [/alias\.id does not count up/], true],
	['switches of one bit', [people, 'ALTER TABLE mailbox MODIFY active BIT(1) NOT NULL DEFAULT 0; ALTER TABLE admin MODIFY super BIT(1) NOT NULL DEFAULT 0;'], 78, [/mailbox\.active is bit\(1\)/, /admin\.super is bit\(1\)/], true],
	['switches out of a list', [people, "ALTER TABLE mailbox MODIFY active CHAR(1) NOT NULL; ALTER TABLE mailbox MODIFY active ENUM('0', '1') NOT NULL DEFAULT '0';"], 78, [/mailbox\.active is enum/], true],
	['switches in letters', [people, "ALTER TABLE mailbox MODIFY active CHAR(1) NOT NULL DEFAULT '0';"], 78, [/mailbox\.active is char\(1\)/], true],
	['quotas that are no whole numbers', [people, "ALTER TABLE mailbox MODIFY quota DECIMAL(20,0) NOT NULL DEFAULT 0; ALTER TABLE domain MODIFY max_quota DOUBLE NOT NULL DEFAULT 0, MODIFY quota VARCHAR(20) NOT NULL DEFAULT '0';"],
		78, [/mailbox\.quota is decimal\(20,0\)/, /domain\.max_quota is double/, /domain\.quota is varchar\(20\)/], true],
	['quotas of two gigabytes at most', [people, 'ALTER TABLE mailbox MODIFY quota INT NOT NULL DEFAULT 0;'], 78, [/mailbox\.quota is int\(11\) and has to be BIGINT/], true],
	['targets that are bytes', [people, 'ALTER TABLE alias MODIFY goto BLOB NOT NULL;'], 78, [/alias\.goto is blob/], true],
	['addresses that are bytes', [people, 'ALTER TABLE mailbox MODIFY username VARBINARY(255) NOT NULL;'], 78, [/mailbox\.username is varbinary\(255\)/], false],
	['passwords in a short column', [people, "UPDATE mailbox SET password = '*'; ALTER TABLE mailbox MODIFY password VARCHAR(100) NOT NULL;"], 78, [/mailbox\.password is varchar\(100\)/], true],
	['a moment that is a number', [people, 'ALTER TABLE mailbox DROP created, ADD created INT NOT NULL DEFAULT 0;'], 78, [/mailbox\.created is int\(11\) and has to be DATETIME/], false],
	['a column of a plugin that nobody fills', [people, 'ALTER TABLE mailbox ADD plugin_id INT NOT NULL;'], 78, [/mailbox\.plugin_id is none of ViMbAdmin's.*ALTER plugin_id SET DEFAULT/], false],
	['a view in place of a table', [people, `${noKeys} RENAME TABLE mailbox TO real_mailbox; CREATE VIEW mailbox AS SELECT * FROM real_mailbox;`], 78, [/mailbox is a view/], false],
	['a table in parts', [people, `${noKeys} ALTER TABLE log PARTITION BY HASH (id) PARTITIONS 2;`], 78, [/Table log is partitioned/], true],
	['a column that nothing can stand for', [people, 'ALTER TABLE archive DROP status_changed_at;'], 78, [/archive lacks the column status_changed_at/], true],
	['a preference twice', [people, `ALTER TABLE admin_pref DROP FOREIGN KEY FK_814C1AD19D5DE046, DROP INDEX IX_AdminPreference_1;
		INSERT INTO admin_pref (attribute, ix, op, value, expire, Admin_id) VALUES ('auth.totp.secret', 0, '=', 'x', 0, 1), ('auth.totp.secret', 0, '=', 'y', 0, 1);`], 73,
	[/auth\.totp\.secret of administrator 1, number 0 stands 2 times in table admin_pref/], false],
	['a mailbox twice but for a blank', [people, "INSERT INTO mailbox (username, password, local_part, created, Domain_id) VALUES ('ann@one.test ', 'x', 'ann', now(), 1);"], 73, [/ann@one\.test ? stands 2 times/], false,
		{ version: 1 }],
	['mailboxes without a name', [people, 'ALTER TABLE mailbox MODIFY username VARCHAR(255); UPDATE mailbox SET username = NULL WHERE id > 1;'], 73, [/mailbox\.username is NULL in 2 rows/], false],
];
const statements = (text) => [...text.matchAll(/(?:ALTER TABLE) [^\n]*?(?=[;.]?\n|$)/g)].map(([s]) => `${s};`).join('\n');
for (const [what, inputs, status, sentences, mends, of] of refused) {
	test(`refused with nothing changed: ${what}`, () => {
		const db = maria.fresh(upstream(of), ...inputs);
		const before = db.dump();
		for (const verb of [['schema', 'plan'], ['schema', 'apply'], ['takeover', 'report']]) {
			const r = db.run(...verb);
			assert.equal(r.status, status, r.stderr);
			for (const sentence of sentences) assert.match(verb[0] === 'takeover' ? r.stdout + r.stderr : r.stderr, sentence);
		}
		assert.equal(db.dump(), before);
		if (!mends) return;
		db.sql(statements(db.run('schema', 'plan').stderr));
		planned(db);
		// what was a switch is the switch it was
		assert.equal(db.sql('SELECT active FROM alias LIMIT 1'), '1');
	});
}
test('what is converted by the statements that are given means what it meant', () => {
	const db = maria.fresh(upstream(), people, `ALTER TABLE mailbox MODIFY active CHAR(1) NOT NULL; ALTER TABLE mailbox MODIFY active ENUM('0', '1') NOT NULL DEFAULT '0'; UPDATE mailbox SET active = '0' WHERE id = 3;
		ALTER TABLE admin MODIFY super BIT(1) NOT NULL DEFAULT 0;`);
	db.sql(statements(db.run('schema', 'plan').stderr));
	db.must('schema', 'apply');
	assert.equal(db.sql('SELECT group_concat(active ORDER BY id) FROM mailbox'), '1,1,0');
	assert.equal(db.sql('SELECT group_concat(super ORDER BY id) FROM admin'), '1,0');
});
