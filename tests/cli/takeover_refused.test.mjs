// SPDX-License-Identifier: GPL-3.0-or-later
// Databases of the PHP program that cannot be taken over as they are: refused with nothing changed, in sentences that say what to do. Where they give statements,
// these are run, and then it is taken over.
// One engine is enough, but MySQL is tried beside MariaDB: it starts those it needs.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Maria } from './lib/maria.mjs';
import { each, hung, ids, noKeys, tables } from './lib/damage.mjs';
import { upstream, people } from './lib/upstream.mjs';

let maria;
before(() => {
	maria = new Maria();
});
after(() => maria?.end());

// exit status, what is said, and whether running the statements it gives is all there is to do
const refused = [
	['tables of MyISAM', [people, noKeys + each(tables, (t) => `ALTER TABLE ${t} ENGINE = MyISAM;`)], 78, [/Table admin is stored by MyISAM/, /Table remember_me is stored by MyISAM/], true],
	['ids of four bytes', [people, ids('INT')], 78, [/admin\.id is int(?:\(11\))? and has to be BIGINT/], true],
	['ids of four bytes with keys on them', [people, hung], 78, [/domain\.id is int(?:\(11\))?/], true],
	['ids without a sign', [people, ids('BIGINT UNSIGNED')], 78, [/mailbox\.id is bigint(?:\(20\))? unsigned/], true],
	['a table copied by CREATE TABLE ... SELECT', [people, `${noKeys} CREATE TABLE x AS SELECT * FROM mailbox; DROP TABLE mailbox; RENAME TABLE x TO mailbox;`], 78, [/mailbox\.id does not count up by itself or is no key/], true],
	['ids that do not count', [people, `${noKeys} ALTER TABLE alias MODIFY id BIGINT NOT NULL;`], 78, [/alias\.id does not count up/], true],
	['switches of one bit', [people, 'ALTER TABLE mailbox MODIFY active BIT(1) NOT NULL DEFAULT 0; ALTER TABLE admin MODIFY super BIT(1) NOT NULL DEFAULT 0;'], 78, [/mailbox\.active is bit\(1\)/, /admin\.super is bit\(1\)/], true],
	['switches out of a list', [people, "ALTER TABLE mailbox MODIFY active CHAR(1) NOT NULL; ALTER TABLE mailbox MODIFY active ENUM('0', '1') NOT NULL DEFAULT '0';"], 78, [/mailbox\.active is enum/], true],
	['switches in letters', [people, "ALTER TABLE mailbox MODIFY active CHAR(1) NOT NULL DEFAULT '0';"], 78, [/mailbox\.active is char\(1\)/], true],
	['quotas that are no whole numbers', [people, "ALTER TABLE mailbox MODIFY quota DECIMAL(20,0) NOT NULL DEFAULT 0; ALTER TABLE domain MODIFY max_quota DOUBLE NOT NULL DEFAULT 0, MODIFY quota VARCHAR(20) NOT NULL DEFAULT '0';"],
		78, [/mailbox\.quota is decimal\(20,0\)/, /domain\.max_quota is double/, /domain\.quota is varchar\(20\)/], true],
	['quotas of two gigabytes at most', [people, 'ALTER TABLE mailbox MODIFY quota INT NOT NULL DEFAULT 0;'], 78, [/mailbox\.quota is int(?:\(11\))? and has to be BIGINT/], true],
	['targets that are bytes', [people, 'ALTER TABLE alias MODIFY goto BLOB NOT NULL;'], 78, [/alias\.goto is blob/], true],
	['addresses that are bytes', [people, 'ALTER TABLE mailbox MODIFY username VARBINARY(255) NOT NULL;'], 78, [/mailbox\.username is varbinary\(255\)/], false],
	['passwords in a short column', [people, "UPDATE mailbox SET password = '*'; ALTER TABLE mailbox MODIFY password VARCHAR(100) NOT NULL;"], 78, [/mailbox\.password is varchar\(100\)/], true],
	['a moment that is a number', [people, 'ALTER TABLE mailbox DROP created, ADD created INT NOT NULL DEFAULT 0;'], 78, [/mailbox\.created is int(?:\(11\))? and has to be DATETIME/], false],
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
		db.must('schema', 'apply');
		assert.equal(db.must('schema', 'plan', '--json').trim(), '[]');
		for (const args of [['mailbox', 'add', 'new@one.test', '--generate'], ['alias', 'add', 'newer@one.test', '--goto', 'new@one.test'], ['mailbox', 'delete', 'ben@one.test'],
			['admin', 'disable', 'dom@one.test'], ['domain', 'delete', 'two.test']]) db.must(...args);
		assert.match(db.must('mailbox', 'list', '--search', 'ann@'), /1 of 1 mailboxes/);
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
