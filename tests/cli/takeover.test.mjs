// SPDX-License-Identifier: GPL-3.0-or-later
// Taking over living databases of the PHP program on a real MariaDB: the fork's own dump where it is at hand, upstream's two versions made of it, every
// state in between that a kill can leave, and what must be refused with nothing changed.
// One engine is enough, but MySQL is tried beside MariaDB: it starts those it needs.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { binary, sleep } from '../http/lib/panel.mjs';
import { script } from './lib/maria.mjs';

const shared = path.resolve('../shared/data');
const dump = path.join(shared, 'fork-4.0/fork-small.sql');
const skip = fs.existsSync(dump) ? false : 'the dumps are not here';
let dir, count = 0;

const server = (...args) => execFileSync(script, args, { encoding: 'utf8' }).trim();
const sql = (name, input) => execFileSync('mariadb', ['--no-defaults', '-uroot', '-N', '-S', `${dir}/s`, name], { input, encoding: 'utf8' });
const fresh = (...inputs) => {
	const name = `t${count++}`;
	const url = server('url', dir, name);
	for (const input of inputs) sql(name, input);
	return { name, url };
};
const run = ({ url }, ...args) => spawnSync(binary, args, { encoding: 'utf8', env: { ...process.env, VIMBADMIN_DATABASE: url } });
const must = (db, ...args) => {
	const r = run(db, ...args);
	assert.equal(r.status, 0, `${args.join(' ')}: ${r.stderr}`);
	return r.stdout;
};
// The structure, without what differs from run to run, or only in how it was said (MySQL shows a character set where it was named).
const structure = ({ name }) => execFileSync('mariadb-dump', ['--no-defaults', '-uroot', '-S', `${dir}/s`, '--no-data', '--skip-comments', name],
	{ encoding: 'utf8' }).replace(/ AUTO_INCREMENT=\d+| CHARACTER SET utf8mb4(?= COLLATE)/g, '');
const rows = ({ name }) => ['admin', 'domain', 'mailbox', 'alias', 'log', 'archive', 'mcp_token']
	.map((t) => sql(name, `SELECT '${t}', count(*), coalesce(sum(crc32(id)), 0) FROM ${t}`)).join('');

// Upstream 3.4.1 as its own setup leaves it, made of the fork's dump.
const upstream2 = `
DROP TABLE dovecot_quota, dovecot_last_login, mailbox_task, queue_runner, mcp_token, setting;
ALTER TABLE admin DROP COLUMN last_login, RENAME INDEX IX_Username_admin TO IX_Username_1;
ALTER TABLE archive DROP COLUMN autoprune;
ALTER TABLE mailbox RENAME INDEX IX_Username_mailbox TO IX_Username_1, DROP INDEX IX_Mailbox_active, ADD homedir VARCHAR(255), ADD maildir VARCHAR(255),
  ADD uid BIGINT, ADD gid BIGINT, ADD homedir_size BIGINT, ADD maildir_size BIGINT, ADD size_at DATETIME;
UPDATE mailbox SET maildir = '/srv/vmail/x', maildir_size = 1000 * id;
ALTER TABLE alias DROP INDEX IX_Alias_active;
ALTER TABLE domain DROP INDEX IX_Domain_active;
ALTER TABLE log DROP INDEX IX_Log_timestamp;
DELETE FROM dbversion; INSERT INTO dbversion (version, name, applied_on) VALUES (2, 'Earth', now());
CREATE TRIGGER trg_dq_ins AFTER INSERT ON log FOR EACH ROW SET @x = 1;
CREATE TABLE my_own (id INT PRIMARY KEY, note TEXT);
ALTER TABLE domain ADD my_column VARCHAR(10) DEFAULT 'kept';`;
// ... and before 3.4: no unique index on mailbox.username, no defaults, another name on alias.address
const upstream1 = `${upstream2}
ALTER TABLE mailbox DROP INDEX IX_Username_1, ALTER quota DROP DEFAULT, ALTER access_restriction DROP DEFAULT, MODIFY delete_pending TINYINT NULL;
ALTER TABLE alias RENAME INDEX IX_Address_1 TO UNIQ_E16C6B94D4E6F81;
UPDATE mailbox SET delete_pending = NULL WHERE id = 1;
UPDATE dbversion SET version = 1, name = 'Venus';`;

before(() => {
	dir = fs.mkdtempSync(path.join(os.tmpdir(), 'vb-'));
	server('start', dir);
});
after(() => {
	server('stop', dir);
	fs.rmSync(dir, { recursive: true, force: true });
});

const states = skip ? [] : [['the fork 4.0', ''], ['upstream 3.4.1', upstream2], ['upstream before 3.4', upstream1]];
for (const [what, change] of states) {
	test(`${what} is taken over, and a second time there is nothing to do`, () => {
		const db = fresh(fs.readFileSync(dump), change);
		const before = structure(db);
		const plan = must(db, 'schema', 'plan');
		assert.match(plan, /takeover/);
		assert.equal(structure(db), before, 'the plan changed something');
		must(db, 'schema', 'apply');
		assert.doesNotMatch(must(db, 'schema', 'plan'), /takeover|pending/);
		assert.equal(must(db, 'schema', 'plan', '--json').trim(), '[]');
		assert.match(must(db, 'mailbox', 'list'), /3 of 3 mailboxes/);
		assert.match(must(db, 'mailbox', 'list', '--search', 'lic'), /alice@example\.com/);
		assert.match(must(db, 'alias', 'list'), /info@example\.com +alice@example\.com,bob@example\.com/);
		must(db, 'mailbox', 'edit', 'alice@example.com', '--quota', '1G');
		must(db, 'mailbox', 'delete', 'bob@example.com');
		assert.match(must(db, 'alias', 'list'), /info@example\.com +alice@example\.com /);
		must(db, 'domain', 'delete', 'example.net');
	});
}

test('sizes upstream measured are carried over; its columns stay until they are dropped by name', { skip }, () => {
	const db = fresh(fs.readFileSync(dump), upstream1);
	must(db, 'schema', 'apply');
	assert.equal(sql(db.name, 'SELECT group_concat(bytes ORDER BY bytes) FROM dovecot_quota').trim(), '1000,2000,3000');
	assert.equal(sql(db.name, 'SELECT maildir FROM mailbox LIMIT 1').trim(), '/srv/vmail/x');
	assert.equal(sql(db.name, 'SELECT my_column FROM domain LIMIT 1').trim(), 'kept');
	assert.equal(sql(db.name, 'SELECT count(*) FROM mailbox WHERE delete_pending IS NULL').trim(), '0');
	must(db, 'schema', 'apply', '--drop-legacy');
	assert.doesNotMatch(sql(db.name, 'SHOW COLUMNS FROM mailbox'), /maildir|homedir|uid|gid|size_at/);
	assert.match(structure(db), /CREATE TABLE `my_own`/);
});

test('killed at any moment, it goes on where it was', { skip }, async () => {
	const whole = fresh(fs.readFileSync(dump), upstream1), db = fresh(fs.readFileSync(dump), upstream1);
	must(whole, 'schema', 'apply');
	let kills = 0;
	for (let ms = 15; ; ms += 12) {
		const child = spawn(binary, ['schema', 'apply'], { stdio: 'ignore', env: { ...process.env, VIMBADMIN_DATABASE: db.url } });
		const ended = new Promise((done) => child.once('exit', (code) => done(code)));
		const code = await Promise.race([ended, sleep(ms)]);
		if (code === 0) break;
		child.kill('SIGKILL');
		await ended;
		kills++;
		await sleep(50);
	}
	assert.ok(kills > 0);
	assert.equal(structure(db), structure(whole));
	assert.equal(rows(db), rows(whole));
});

test('two at once take turns', { skip }, async () => {
	const db = fresh(fs.readFileSync(dump), upstream2);
	const one = () => new Promise((done) => spawn(binary, ['schema', 'apply'], { stdio: 'ignore', env: { ...process.env, VIMBADMIN_DATABASE: db.url } })
		.once('exit', done));
	assert.deepEqual(await Promise.all([one(), one(), one()]), [0, 0, 0]);
	assert.match(must(db, 'mailbox', 'list'), /3 of 3 mailboxes/);
});

// A new database: the list of steps is there, and some of the first step's tables.
test('a schema whose making was cut off after any of its tables is finished', () => {
	const whole = fresh();
	must(whole, 'schema', 'apply');
	const list = sql(whole.name, 'SHOW CREATE TABLE vimb_schema').split('\t')[1].replaceAll('\\n', '\n');
	const tables = fs.readFileSync('schema/001_fork.mysql.sql', 'utf8').split(/(?=^CREATE TABLE )/m).filter((t) => t.startsWith('CREATE TABLE '));
	for (let n = 1; n < tables.length; n += 3) {
		const cut = fresh(`${list};`, ...tables.slice(0, n));
		must(cut, 'schema', 'apply');
		assert.equal(sql(cut.name, 'SHOW TABLES'), sql(whole.name, 'SHOW TABLES'), `after ${n} tables`);
		// from the log on it looks like a database of the PHP program's, and is completed as one is
		if (n < 10) assert.equal(structure(cut), structure(whole), `after ${n} tables`);
	}
});

// What must be refused: exit status, a sentence, and nothing changed.
const refusals = skip ? [] : [
	['duplicate addresses, each named', [fs.readFileSync(dump), upstream1, `INSERT INTO mailbox (username, password, local_part, created, quota,
		access_restriction) SELECT username, 'x', local_part, now(), 0, 'ALL' FROM mailbox WHERE id < 3;`], 73,
	/alice@example\.com stands 2 times in table mailbox[\s\S]*bob@example\.com stands 2 times/],
	['a database of something newer', [fs.readFileSync(dump), "INSERT INTO dbversion (version, name, applied_on) VALUES (9, 'x', now());"], 78, /version 9/],
	['tables of an engine without foreign keys', [fs.readFileSync(dump), 'ALTER TABLE mailbox_pref DROP FOREIGN KEY FK_F9C4B42A29B1361C; ALTER TABLE mailbox_pref ENGINE = MyISAM;'],
		78, /mailbox_pref is stored by MyISAM/],
	['PostfixAdmin', [fs.readFileSync(path.join(shared, 'postfixadmin-3.3/postfixadmin-small.sql'))], 78, /no ViMbAdmin database.*PostfixAdmin/],
	['some other program', ['CREATE TABLE wp_posts (id INT PRIMARY KEY);'], 78, /wp_posts/],
];
for (const [what, inputs, status, sentence] of refusals) {
	test(`refused with nothing changed: ${what}`, () => {
		const db = fresh(...inputs);
		const before = structure(db);
		for (const verb of ['plan', 'apply']) {
			const r = run(db, 'schema', verb);
			assert.equal(r.status, status, r.stderr);
			assert.match(r.stderr, sentence);
		}
		assert.equal(structure(db), before);
	});
}
