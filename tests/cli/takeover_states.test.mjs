// SPDX-License-Identifier: GPL-3.0-or-later
// Taking over databases that are in no dump: each version of upstream's tables as its own program made them, what operators did to them, and the states that
// the fork's two migrators leave behind when they stop half-way. Every one ends in the same tables, with nothing lost that was not named.
// One engine is enough, but MySQL is tried beside MariaDB: it starts those it needs.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execFileSync, spawnSync } from 'node:child_process';
import { binary } from '../http/lib/panel.mjs';
import { script } from './lib/maria.mjs';
import { upstream, people } from './lib/upstream.mjs';

let dir, count = 0;
const server = (...args) => execFileSync(script, args, { encoding: 'utf8' }).trim();
const sql = (name, input) => execFileSync('mariadb', ['--no-defaults', '-uroot', '-N', '-S', `${dir}/s`, '--default-character-set=utf8mb4', name], { input, encoding: 'utf8' });
const fresh = (...inputs) => {
	const name = `s${count++}`;
	const url = server('url', dir, name);
	sql(name, 'ALTER DATABASE CHARACTER SET latin1'); // what a server of old gives new tables that do not say otherwise
	for (const input of inputs) sql(name, input);
	return { name, url };
};
const run = ({ url }, ...args) => spawnSync(binary, args, { encoding: 'utf8', env: { ...process.env, VIMBADMIN_DATABASE: url } });
const must = (db, ...args) => {
	const r = run(db, ...args);
	assert.equal(r.status, 0, `${args.join(' ')}: ${r.stderr}`);
	return r.stdout;
};
const one = (db, text) => sql(db.name, text).trim();
const dumped = ({ name }) => execFileSync('mariadb-dump', ['--no-defaults', '-uroot', '-S', `${dir}/s`, '--skip-comments', name], { encoding: 'utf8' });

before(() => {
	dir = fs.mkdtempSync(path.join(os.tmpdir(), 'vs-'));
	server('start', dir);
});
after(() => {
	server('stop', dir);
	fs.rmSync(dir, { recursive: true, force: true });
});

// What must be true of any database once it was taken over, whatever it was.
function taken(db) {
	assert.equal(must(db, 'schema', 'plan', '--json').trim(), '[]', 'a second plan is not empty');
	for (const [table, column, index] of [['admin', 'username', 'IX_Username_admin'], ['mailbox', 'username', 'IX_Username_mailbox'], ['alias', 'address', 'IX_Address_1'],
		['domain', 'domain', 'IX_Domain_1'], ['domain', 'active', 'IX_Domain_active'], ['mailbox', 'active', 'IX_Mailbox_active'], ['alias', 'active', 'IX_Alias_active'],
		['log', 'timestamp', 'IX_Log_timestamp'], ['mailbox_task', 'status', 'mailbox_task_status_idx'], ['queue_runner', 'heartbeat_at', 'queue_runner_heartbeat_idx']])
		assert.match(one(db, `SHOW INDEX FROM ${table} WHERE Column_name = '${column}' AND Seq_in_index = 1`), new RegExp(index), `${table}.${column}`);
	assert.equal(one(db, `SELECT count(*) FROM information_schema.referential_constraints WHERE constraint_schema = database() AND delete_rule = 'CASCADE'
		AND update_rule = 'CASCADE' AND table_name IN ('dovecot_quota', 'dovecot_last_login')`), '2');
	assert.equal(one(db, `SELECT count(DISTINCT collation_name) FROM information_schema.columns WHERE table_schema = database() AND column_name = 'username'
		AND table_name IN ('mailbox', 'dovecot_quota', 'dovecot_last_login')`), '1');
	assert.equal(one(db, `SELECT group_concat(table_name) FROM information_schema.tables WHERE table_schema = database() AND table_collation LIKE 'latin1%'
		AND (table_name LIKE 'vimb\\_%' OR table_name LIKE 'dovecot\\_%')`), 'NULL');
	assert.equal(one(db, "SELECT count(*) FROM information_schema.columns WHERE table_schema = database() AND (table_name, column_name) IN (('admin', 'last_login'), ('archive', 'autoprune'))"), '2');
	assert.equal(one(db, 'SELECT count(*) FROM mailbox WHERE delete_pending IS NULL'), '0');
	assert.equal(one(db, 'SELECT count(*) FROM remember_me'), '0');
	assert.equal(one(db, 'SELECT (SELECT count(*) FROM mailbox WHERE quota < 0) + (SELECT count(*) FROM domain WHERE least(quota, max_quota, max_mailboxes, max_aliases) < 0)'), '0');
	assert.equal(one(db, "SELECT count(*) FROM admin_pref WHERE attribute = 'tokens.password_reset'"), '0');
	assert.equal(one(db, `SELECT count(*) FROM domain d WHERE mailbox_count <> (SELECT count(*) FROM mailbox m WHERE m.Domain_id = d.id)
		OR alias_count <> (SELECT count(*) FROM alias a WHERE a.Domain_id = d.id AND address <> goto)`), '0');
	assert.ok(Number(one(db, 'SELECT max(version) FROM dbversion')) > 5);
	// columns without a value are filled by the server, as the PHP code and hand-written statements expect
	sql(db.name, `INSERT INTO domain (domain, created) VALUES ('later.test', now());
		INSERT INTO mailbox (username, password, local_part, created, Domain_id) VALUES ('x@later.test', '*', 'x', now(), last_insert_id());
		INSERT INTO dovecot_quota (username, bytes) VALUES ('x@later.test', 5) ON DUPLICATE KEY UPDATE bytes = 5;
		INSERT INTO dovecot_last_login (username, last_login) VALUES ('x@later.test', 5);`);
	assert.equal(one(db, "SELECT concat_ws('/', quota, active, access_restriction, delete_pending) FROM mailbox WHERE username = 'x@later.test'"), '0/0/ALL/0');
	must(db, 'domain', 'delete', 'later.test');
	assert.equal(one(db, "SELECT count(*) FROM dovecot_quota WHERE username = 'x@later.test'"), '0');
	// and the program itself can work with it
	assert.match(must(db, 'mailbox', 'list'), /ann@one\.test/);
	assert.match(must(db, 'mailbox', 'list', '--search', 'nn@'), /ann@one\.test/);
	assert.match(must(db, 'alias', 'list', '--search', 'ann', '--self'), /info@one\.test/);
	assert.equal(one(db, 'SELECT group_concat(username ORDER BY username) FROM dovecot_quota'), 'ann@one.test,ben@one.test,cid@one.test');
	must(db, 'mailbox', 'delete', 'ben@one.test');
	assert.match(must(db, 'alias', 'list'), /info@one\.test +ann@one\.test /);
}

const operator = `
CREATE TABLE my_table (id INT PRIMARY KEY, note TEXT) ENGINE = MyISAM;
CREATE TABLE my_rights (id INT PRIMARY KEY AUTO_INCREMENT, mailbox BIGINT NOT NULL, CONSTRAINT \`my-key\` FOREIGN KEY (mailbox) REFERENCES mailbox (id));
INSERT INTO my_rights (mailbox) VALUES (1);
ALTER TABLE mailbox ADD my_column VARCHAR(20) DEFAULT 'kept', ADD INDEX my_index (alt_email), ADD INDEX \`my-other\` (quota);
ALTER TABLE domain ADD my_column VARCHAR(20) DEFAULT 'kept';
CREATE TRIGGER my_trigger BEFORE INSERT ON domain FOR EACH ROW SET new.description = new.description;
CREATE VIEW my_view AS SELECT username FROM mailbox;`;
// what the fork's SQL file makes of an upstream database when it stops after its first statements, and what its old triggers looked like
const quota = (collate, extra = '') => `CREATE TABLE dovecot_quota (username VARCHAR(255) NOT NULL PRIMARY KEY, bytes BIGINT NOT NULL, messages BIGINT NOT NULL,
	updated_at TIMESTAMP NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp()${extra}) ENGINE = InnoDB DEFAULT CHARSET ${collate.split('_')[0]} COLLATE ${collate};`;
const triggers = `CREATE TRIGGER trg_dq_ins AFTER INSERT ON dovecot_quota FOR EACH ROW UPDATE mailbox SET maildir_size = NEW.bytes WHERE username = NEW.username;
CREATE TRIGGER trg_dq_upd AFTER UPDATE ON dovecot_quota FOR EACH ROW UPDATE mailbox SET maildir_size = NEW.bytes WHERE username = NEW.username;`;
const orphans = "INSERT INTO dovecot_quota (username, bytes, messages) VALUES ('gone@one.test', 1, 1), ('ann@one.test', 77, 7);";
const lastLogin = (collate) => `CREATE TABLE dovecot_last_login (username VARCHAR(255) NOT NULL PRIMARY KEY, last_login BIGINT NOT NULL) ENGINE = InnoDB
	DEFAULT CHARSET ${collate.split('_')[0]} COLLATE ${collate}; INSERT INTO dovecot_last_login VALUES ('gone@one.test', 9), ('ann@one.test', 10);`;

const states = [
	['upstream 3.0 before 3.0.12', [upstream({ version: 1, defaults: false }), people], /3\.0 before 3\.0\.12/],
	['upstream 3.3', [upstream({ version: 1 }), people], /3\.0 to 3\.3/],
	['upstream 3.4.0, version 1 with the keys of 2', [upstream({ version: 1, unique: true }), people], /3\.4/],
	['upstream 3.4.1', [upstream(), people], /3\.4/],
	['upstream in utf8mb4', [upstream({ collate: 'utf8mb4_general_ci' }), people], /3\.4/],
	['upstream with rows of the old format and one wide column', ['SET SESSION innodb_strict_mode = 0;' + upstream({ row: 'ROW_FORMAT = COMPACT' }), people,
		'SET SESSION innodb_strict_mode = 0; ALTER TABLE mailbox MODIFY name VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;'], /3\.4/],
	['an operator\'s own tables, columns, keys and views', [upstream(), people, operator], /3\.4/],
	['no quotas at all', [upstream({ version: 1 }), people, 'ALTER TABLE mailbox DROP COLUMN quota;'], /3\.0 before 3\.0\.12/],
	['quotas and limits below zero', [upstream(), people, "UPDATE mailbox SET quota = -1 WHERE username LIKE 'ann@%'; UPDATE domain SET quota = -1, max_quota = -2, max_mailboxes = -1, max_aliases = -1;"], /3\.4/],
	['both keys on alias.address', [upstream(), people, 'ALTER TABLE alias ADD UNIQUE INDEX UNIQ_E16C6B94D4E6F81 (address);'], /3\.4/],
	['a plain index under the name of a unique one', [upstream({ version: 1 }), people, 'ALTER TABLE mailbox ADD INDEX IX_Username_mailbox (username);'], /3\.0 to 3\.3/],
	['two administrators without a name', [upstream({ version: 1 }), people, "ALTER TABLE admin DROP INDEX IX_Username_1; INSERT INTO admin (password, created) VALUES ('*', now()), ('*', now());"], /3\.0/],
	['the fork\'s file, stopped after its first table', [upstream(), people, quota('utf8mb4_general_ci')], /half-applied/],
	['its triggers, and quota rows of nobody', [upstream(), people, quota('utf8mb3_unicode_ci'), triggers, orphans], /half-applied/],
	['quota in another collation with a key of its own', [upstream(), people, quota('utf8_unicode_ci'), orphans.replace("('gone@one.test', 1, 1), ", ''),
		'ALTER TABLE dovecot_quota ADD CONSTRAINT FK_dovecot_quota_mailbox FOREIGN KEY (username) REFERENCES mailbox (username);'], /half-applied/],
	['quota and last login in binary collations, the same mailbox twice', [upstream(), people, quota('utf8mb4_bin'), lastLogin('utf8mb4_unicode_ci'),
		"INSERT INTO dovecot_quota (username, bytes, messages) VALUES ('ANN@one.test', 1, 1), ('ann@one.test', 2, 2), ('\u{1F4E7}@one.test', 1, 1);"], /half-applied/],
	['the panel\'s migrator, stopped half-way', [upstream(), people, `ALTER TABLE admin ADD last_login DATETIME DEFAULT NULL; ALTER TABLE archive ADD autoprune TINYINT NOT NULL DEFAULT 0;
		CREATE TABLE queue_runner (id BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY, host VARCHAR(255) NOT NULL, pid INT NOT NULL, started_at DATETIME NOT NULL, heartbeat_at DATETIME NOT NULL) COLLATE utf8mb4_general_ci;
		CREATE TABLE mailbox_task (id BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY, type VARCHAR(32) NOT NULL, username VARCHAR(255) NOT NULL, status VARCHAR(32) NOT NULL, priority INT NOT NULL,
			created_at DATETIME NOT NULL, started_at DATETIME, finished_at DATETIME, log LONGTEXT, data LONGTEXT, Domain_id BIGINT, Admin_id BIGINT) CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci;
		CREATE TABLE mcp_token (id INT AUTO_INCREMENT NOT NULL PRIMARY KEY, name VARCHAR(255) NOT NULL, token_hash VARCHAR(64) NOT NULL, scope VARCHAR(255) NOT NULL, allowed_ips LONGTEXT,
			created DATETIME NOT NULL, expires_at DATETIME, last_used_at DATETIME, revoked TINYINT NOT NULL, UNIQUE INDEX UNIQ_9DE4E92AB3BC57DA (token_hash));
		INSERT INTO dbversion (version, name, applied_on) VALUES (3, 'Mailbox-task queue + admin last_login', now()), (5, 'Archive autoprune column + queue-backed archives', now());`], /half-applied/],
];
for (const [what, inputs, kind] of states) {
	test(`${what}: planned without a change, taken over, and then done`, () => {
		const db = fresh(...inputs);
		const before = dumped(db);
		assert.match(must(db, 'schema', 'plan'), /takeover/);
		assert.match(must(db, 'schema', 'status'), /pending/);
		assert.equal(dumped(db), before, 'planning changed something');
		assert.match(must(db, 'schema', 'plan', '--json'), /"step":"takeover"/);
		assert.match(JSON.parse(must(db, 'takeover', 'report', '--json')).found, kind);
		assert.equal(dumped(db), before, 'the report changed something');
		must(db, 'schema', 'apply');
		taken(db);
		assert.match(must(db, 'takeover', 'report'), /took over/);
	});
}

test('a list of targets is found by each of its parts, whatever its length, and leaves nothing behind', () => {
	const db = fresh(upstream({ collate: 'utf8mb4_general_ci' }), people);
	must(db, 'schema', 'apply');
	const kept = () => one(db, "SELECT suffix FROM vimb_alias_suffix s JOIN alias a ON a.id = s.alias_id WHERE a.address = 'list@one.test' ORDER BY suffix").split('\n').filter(Boolean);
	const parts = (text, last) => Array.from({ length: Math.max(last, 0) }, (_, i) => [...text].slice(i, i + 24).join('').toLowerCase());
	const wanted = (goto) => [...new Set([...parts('list@one.test', 4), ...parts(goto, [...goto].length - 2)])].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
	const lists = ['a@b.c', 'Jürg@ELSEWHERE.test', 'x'.repeat(255), 'y'.repeat(257), `${'ä'.repeat(254)}\u{1F4E7}@b.c,${'z'.repeat(300)}`,
		Array.from({ length: 60 }, (_, i) => `user${i}@Elsewhere.test`).join(',')];
	sql(db.name, `INSERT INTO alias (address, goto, active, created, Domain_id) VALUES ('list@one.test', '${lists[0]}', 1, now(), 1)`);
	for (const list of [...lists, lists[0]]) {
		sql(db.name, `UPDATE alias SET goto = '${list}' WHERE address = 'list@one.test'`);
		assert.deepEqual(kept(), wanted(list), list);
	}
	sql(db.name, "UPDATE alias SET goto = address WHERE address = 'list@one.test'");
	assert.deepEqual(kept(), []);
	sql(db.name, `UPDATE alias SET goto = '${lists[5]}' WHERE address = 'list@one.test'`);
	const before = one(db, 'SELECT count(*) FROM vimb_alias_suffix');
	sql(db.name, `INSERT INTO alias (address, goto, active, created, Domain_id) VALUES ('more@one.test', '${lists[5]}', 1, now(), 1)`);
	assert.notEqual(one(db, 'SELECT count(*) FROM vimb_alias_suffix'), before);
	sql(db.name, "DELETE FROM alias WHERE address = 'more@one.test'");
	assert.equal(one(db, 'SELECT count(*) FROM vimb_alias_suffix'), before);
});

// What cannot be taken over as it is: each thing in the way named at once, with what to do, and nothing changed.
const refusals = [
	['one table in another collation', [upstream(), people, 'ALTER TABLE alias CONVERT TO CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci;'], 78,
		[/alias\.address has the collation utf8mb3_general_ci and mailbox\.username utf8mb3_unicode_ci.*ALTER TABLE alias MODIFY address VARCHAR\(255\)/]],
	['domains in another collation', [upstream(), people, 'ALTER TABLE domain CONVERT TO CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci;'], 78,
		[/domain\.domain has the collation utf8mb3_general_ci and mailbox\.username utf8mb3_unicode_ci/]],
	['an engine and duplicates at once', [upstream({ version: 1 }), people, `INSERT INTO mailbox (username, password, local_part, created, Domain_id)
		VALUES ('ANN@one.test', '*', 'ann', now(), 1); ALTER TABLE log DROP FOREIGN KEY FK_8F3F68C59D5DE046, DROP FOREIGN KEY FK_8F3F68C593AE8C46; ALTER TABLE log ENGINE = MyISAM;`], 78,
	[/log is stored by MyISAM; convert it first/, /ann@one\.test stands 2 times in table mailbox/i]],
	['a table of quotas that keys cannot hang on', [upstream(), people, quota('utf8mb3_unicode_ci').replace('InnoDB', 'MyISAM')], 78, [/dovecot_quota is stored by MyISAM/]],
];
for (const [what, inputs, status, sentences] of refusals) {
	test(`refused with nothing changed: ${what}`, () => {
		const db = fresh(...inputs);
		const before = dumped(db);
		for (const verb of ['plan', 'apply']) {
			const r = run(db, 'schema', verb);
			assert.equal(r.status, status, r.stderr);
			for (const sentence of sentences) assert.match(r.stderr, sentence);
		}
		const report = run(db, 'takeover', 'report');
		assert.equal(report.status, status, report.stderr);
		assert.match(report.stderr, /in the way of the takeover/);
		for (const sentence of sentences) assert.match(report.stdout, sentence);
		assert.match(report.stdout, /Rows in flight: 2/, 'the rest is reported all the same');
		assert.equal(dumped(db), before);
	});
}

test('columns of two character sets can be compared', () => {
	const db = fresh(upstream(), people, 'ALTER TABLE alias MODIFY address VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL;');
	must(db, 'schema', 'apply');
	taken(db);
});

test('what an operator added is there afterwards', () => {
	const db = fresh(upstream(), people, operator);
	must(db, 'schema', 'apply');
	must(db, 'schema', 'apply', '--drop-legacy');
	assert.equal(one(db, 'SELECT count(*) FROM my_rights JOIN my_view ON 1 = 1'), '3');
	assert.equal(one(db, 'SELECT group_concat(DISTINCT my_column) FROM mailbox'), 'kept');
	assert.equal(one(db, 'SELECT group_concat(DISTINCT my_column) FROM domain'), 'kept');
	assert.match(one(db, 'SHOW INDEX FROM mailbox'), /my_index[\s\S]*my-other/);
	assert.match(one(db, 'SHOW TRIGGERS'), /my_trigger/);
	assert.match(one(db, "SELECT engine FROM information_schema.tables WHERE table_schema = database() AND table_name = 'my_table'"), /MyISAM/);
	assert.doesNotMatch(one(db, 'SHOW COLUMNS FROM mailbox'), /^(maildir|homedir|uid|gid|size_at)/m);
	assert.match(one(db, 'SHOW COLUMNS FROM domain'), /^maildir/m, "the domain's own, which the fork has too");
});

// ---- the report ----

const report = (db, ...args) => {
	const r = JSON.parse(must(db, 'takeover', 'report', '--json', ...args));
	return Object.fromEntries(r.sections.map((x) => [x.name, x]));
};
const lines = (section) => section.rows.map((r) => `${r.object} ${r.what}`.trim());

test('counters that somebody has taken for superfluous are made and counted', () => {
	const db = fresh(upstream(), people, 'ALTER TABLE domain DROP COLUMN mailbox_count, DROP COLUMN alias_count;');
	assert.match(must(db, 'schema', 'plan'), /Count the mailboxes and aliases of 2 domains anew/);
	must(db, 'schema', 'apply');
	taken(db);
});

test('the report counts quotas and limits below zero, and the plan says how many rows it writes', () => {
	const db = fresh(upstream(), people, "UPDATE mailbox SET quota = -1 WHERE username = 'ann@one.test'; UPDATE domain SET max_mailboxes = -1;");
	const { limits_below_zero } = report(db);
	assert.equal(limits_below_zero.count, 3);
	assert.deepEqual(lines(limits_below_zero), ['ann@one.test mailbox.quota', 'one.test domain.max_mailboxes', 'two.test domain.max_mailboxes']);
	const plan = must(db, 'schema', 'plan');
	assert.match(plan, /mailbox\.quota is less \(rows: 1\)/);
	assert.match(plan, /domain\.max_mailboxes is less \(rows: 2\)/);
});

test('the report names lists of targets that make the search slow to build', () => {
	const list = (n) => `(SELECT group_concat(concat('user', seq, '@elsewhere.test')) FROM seq_1_to_${n})`;
	const db = fresh(upstream(), people, `SET SESSION group_concat_max_len = 1000000; INSERT INTO alias (address, goto, active, created, Domain_id) VALUES
		('long@one.test', ${list(6000)}, 1, now(), 1), ('short@one.test', ${list(1000)}, 1, now(), 1);`);
	const { alias_long } = report(db);
	assert.deepEqual([alias_long.count, alias_long.rows], [1, [{ object: 'long@one.test', what: '142 KB' }]]);
});

test('the report names what needs somebody\'s eye, on upstream\'s tables as they are', () => {
	const db = fresh(upstream({ version: 1, collate: 'utf8_bin' }), people, `
		INSERT INTO mailbox (id, username, password, local_part, created, Domain_id) VALUES (10, 'Dora@one.test', '{PLAIN}!orphan-backup-no-login!', 'Dora', now(), 1),
			(11, 'dora@one.test', '*0', 'dora', now(), 1), (12, 'eve@one.test', '{CRAM-MD5}x', 'adam', now(), 1), (13, 'fay@nine.test', '{SSHA}giisFcQOJouGx0OjEJlazACvIl28LrOZ', 'fay', now(), NULL);
		INSERT INTO alias (address, goto, active, created, Domain_id) VALUES ('a@one.test', 'b@one.test', 1, now(), 1), ('b@one.test', ' A@one.test,x@elsewhere.test', 1, now(), 1),
			('c@one.test', 'nobody@one.test,root', 1, now(), 1), ('off@one.test', 'nobody@one.test', 0, now(), 1), ('@two.test', '@one.test', 1, now(), 2), ('d@one.test', '', 1, now(), 1),
			('e@one.test', 'c@one.test', 1, now(), 1), ('any thing@one.test', 'ann@one.test', 1, now(), 1);
		INSERT INTO archive (username, status, archived_at, status_changed_at, maildir_file, data) VALUES ('broken@one.test', 'ARCHIVED', now(), now(), 'maildir:/b', '{"username":'),
			('odd@one.test', 'ARCHIVED', now(), now(), '/a/maildir-9.tar.bz2', 'O:8:"stdClass":0:{}');`);
	const r = report(db);
	assert.deepEqual(lines(r.rows_in_flight), ['ben@one.test mailbox delete_pending', 'soon@one.test archive PENDING_ARCHIVE']);
	assert.deepEqual(lines(r.hashes_weak).sort(), ['Dora@one.test mailbox, PLAIN', 'ben@one.test mailbox, PLAIN-MD5', 'dom@one.test administrator, MD5-CRYPT',
		'fay@nine.test mailbox, SSHA', 'root@one.test administrator, BLF-CRYPT']);
	assert.deepEqual(lines(r.hashes_unreadable), ['cid@one.test mailbox, unknown', 'eve@one.test mailbox, CRAM-MD5']);
	assert.equal(r.hashes.count, 9);
	assert.ok(lines(r.hashes).includes('locked mailboxes: 1'));
	assert.deepEqual(lines(r.clashes), ['dora@one.test mailbox, and Dora@one.test']);
	assert.deepEqual(r.addresses.rows.map((x) => x.object).sort(), ['Dora@one.test', 'any thing@one.test', 'eve@one.test']);
	assert.deepEqual(lines(r.without_domain), ['fay@nine.test mailbox']);
	assert.deepEqual(r.alias_loops.rows.map((x) => x.object), ['a@one.test', 'b@one.test']);
	assert.match(r.alias_loops.rows[0].what, /a@one\.test → b@one\.test → a@one\.test/);
	assert.deepEqual(r.alias_nowhere.rows.map((x) => [x.object, x.what.split(':')[0]]), [['c@one.test', 'nobody@one.test'], ['c@one.test', 'root'], ['d@one.test', 'it has no targets']]);
	assert.deepEqual(lines(r.counters).map((x) => x.split(' ')[0]), ['one.test', 'two.test']);
	assert.deepEqual(lines(r.archives_upstream), ['odd@one.test /a/maildir-9.tar.bz2', 'old@one.test /archive/maildir-7.tar']);
	assert.deepEqual(r.archives_unreadable.rows.map((x) => x.object), ['broken@one.test', 'odd@one.test']);
	assert.match(r.archives_unreadable.rows[0].what, /^It is neither JSON nor serialized PHP data .* maildir:\/b$/);
	assert.deepEqual(lines(r.archives_restorable), []);
	const short = report(db, '--limit', '1');
	assert.equal(short.hashes_weak.rows.length, 1);
	assert.equal(short.hashes_weak.count, 5);
	assert.match(must(db, 'takeover', 'report', '--limit', '1'), /Weak password hashes: 5\n  \S+  administrator, \S+\n  \.\.\. and 4 more/);
});

const shared = path.resolve('../shared/data/fork-4.0');
const skip = fs.existsSync(shared) ? false : 'the dumps are not here';
test('second factors of the fork open with the salt of its application.ini, and a wrong one is a sentence', { skip }, () => {
	const db = fresh(fs.readFileSync(path.join(shared, 'fork-small.sql')));
	const ini = path.join(shared, 'application.ini');
	const good = run(db, 'takeover', 'report', '-c', ini, '--json');
	assert.equal(good.status, 0, good.stderr);
	const sections = Object.fromEntries(JSON.parse(good.stdout).sections.map((x) => [x.name, x]));
	assert.deepEqual(lines(sections.second_factors), ['super@example.org']);
	assert.equal(sections.second_factors_shut.count, 0);
	assert.equal(sections.archives_unreadable.count, 0, 'JSON snapshots of the fork are read');
	assert.deepEqual(lines(sections.archives_restorable), ['dave@example.net maildir:/backups/example.net/dave@example.net']);
	assert.deepEqual(lines(sections.archives_stuck), ['bob@example.com There is a mailbox of that address.']);
	must(db, 'schema', 'apply');
	assert.match(must(db, 'archive', 'list'), /dave@example\.net +ARCHIVED +DELETE +yes/);
	const shown = JSON.parse(must(db, 'archive', 'show', 'dave@example.net', '--json'));
	assert.deepEqual([shown.made_by, shown.name, shown.quota, shown.password_scheme, shown.restorable, shown.why], ['its PHP fork', "Dave O'Test", 524288000, 'BLF-CRYPT', true, null]);
	assert.ok(!JSON.stringify(shown).includes('$2y$'));
	const wrong = path.join(dir, 'application.ini');
	fs.writeFileSync(wrong, fs.readFileSync(ini, 'utf8').replace('cHVX', 'cHVY'), { mode: 0o600 });
	const bad = run(db, 'takeover', 'report', '-c', wrong);
	assert.equal(bad.status, 78);
	assert.match(bad.stderr, /securitysalt is not the one this database was written with/);
	assert.match(bad.stdout, /do not open with securitysalt: 1\n  super@example\.org/);
	const none = run(db, 'takeover', 'report');
	assert.equal(none.status, 78);
	assert.match(none.stderr, /securitysalt is not set/);
	assert.doesNotMatch(good.stdout + bad.stdout, /BYMNFY|cHVX|\$2a\$/);
});

test('nothing to report on', () => {
	const empty = run(fresh(), 'takeover', 'report');
	assert.equal(empty.status, 78);
	assert.match(empty.stderr, /empty: there is nothing to take over/);
	const foreign = run(fresh('CREATE TABLE wp_posts (id INT PRIMARY KEY);'), 'takeover', 'report');
	assert.equal(foreign.status, 78);
	assert.match(foreign.stderr, /belongs to another program/);
	assert.equal(foreign.stdout, '');
	const newer = run(fresh(upstream(), people, "INSERT INTO dbversion (version, name, applied_on) VALUES (7, 'x', now());"), 'takeover', 'report');
	assert.equal(newer.status, 78);
	assert.match(newer.stderr, /version 7/);
	const broken = path.join(dir, 'broken.ini');
	fs.writeFileSync(broken, 'securitysalt = abc!\n', { mode: 0o600 });
	const ini = run(fresh(), 'takeover', 'report', '-c', broken);
	assert.equal(ini.status, 78);
	assert.match(ini.stderr, /broken\.ini:1: /);
});
