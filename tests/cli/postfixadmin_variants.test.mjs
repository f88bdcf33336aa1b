// SPDX-License-Identifier: GPL-3.0-or-later
// Databases of PostfixAdmin as its versions and their operators leave them: what 4.0 added, switches of every kind, passwords of every scheme, lists written by
// hand, units of quotas, rights that are switched off. What comes over is what it meant there, and what cannot is named.
// One engine is enough: it starts those it needs.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execFileSync, spawnSync } from 'node:child_process';
import { binary } from '../http/lib/panel.mjs';
import { BCRYPT, MD5, SHA512, postfixadmin } from './lib/postfixadmin.mjs';

let dir, count = 0;
const server = (engine, ...args) => execFileSync(`tests/servers/${engine}`, args, { encoding: 'utf8' }).trim();
before(() => {
	dir = fs.mkdtempSync(path.join(os.tmpdir(), 'vq-'));
	fs.chmodSync(dir, 0o711); // a server that refuses to be root has to come through
	for (const engine of ['mysql', 'pgsql']) server(engine, 'start', path.join(dir, engine[0]));
});
after(() => {
	for (const engine of ['mysql', 'pgsql']) server(engine, 'stop', path.join(dir, engine[0]));
	fs.rmSync(dir, { recursive: true, force: true });
});

function empty(engine = 'sqlite') {
	const name = `q${count++}`, file = path.join(dir, `${name}.db`);
	if (engine === 'sqlite') return { url: `sqlite:${file}`, sql: (input) => execFileSync('sqlite3', [file], { input, encoding: 'utf8' }).trim() };
	const url = server(engine, 'url', path.join(dir, engine[0]), name);
	const client = engine === 'mysql' ? ['mariadb', ['--no-defaults', '-uroot', '-N', '-S', `${dir}/m/s`, '--default-character-set=utf8mb4', name]]
		: ['psql', ['-qtAX', '-v', 'ON_ERROR_STOP=1', '-h', `${dir}/p`, '-U', 'vimb', '-d', name]];
	return { url, sql: (input) => execFileSync(client[0], client[1], { input, encoding: 'utf8' }).trim() };
}
const run = (url, ...args) => spawnSync(binary, args, { encoding: 'utf8', env: { ...process.env, VIMBADMIN_DATABASE: url } });
function must(url, ...args) {
	const r = run(url, ...args);
	assert.equal(r.status, 0, `${args.join(' ')}: ${r.stderr}`);
	return r.stdout;
}
// Carried over into a fresh database of ours: that, and what was told, a line each.
function moved(from) {
	const to = empty();
	must(to.url, 'schema', 'apply');
	const dry = JSON.parse(must(to.url, 'import', 'postfixadmin', '--from', from.url, '--dry-run', '--json'));
	const done = JSON.parse(must(to.url, 'import', 'postfixadmin', '--from', from.url, '--json'));
	assert.deepEqual({ ...dry, dry_run: false }, done, 'it did something else than it said');
	return { to, done, told: done.notes.map((n) => `${n.what} ${n.object}: ${n.text}`).join('\n') };
}
function made(engine, ...inputs) {
	const from = empty(engine);
	for (const input of inputs) from.sql(input);
	return from;
}
const column = (to, text) => to.sql(text).split('\n').join(' ');

const newer = (engine) => {
	const bool = engine === 'pgsql' ? 'BOOLEAN NOT NULL DEFAULT true' : 'INTEGER NOT NULL DEFAULT 1', no = engine === 'pgsql' ? 'false' : '0';
	return `ALTER TABLE mailbox ADD totp_secret VARCHAR(255); ALTER TABLE mailbox ADD smtp_active ${bool}; ALTER TABLE mailbox ADD password_expiry VARCHAR(20);
ALTER TABLE admin ADD totp_secret VARCHAR(255); ALTER TABLE alias ADD description VARCHAR(255) NOT NULL DEFAULT ''; ALTER TABLE alias_domain ADD description VARCHAR(255) NOT NULL DEFAULT '';
ALTER TABLE vacation ADD active ${bool};
CREATE TABLE mailbox_app_password (id INTEGER PRIMARY KEY, username VARCHAR(255), description VARCHAR(255), password_hash VARCHAR(255));
CREATE TABLE totp_exception_address (id INTEGER PRIMARY KEY, ip VARCHAR(46) NOT NULL, username VARCHAR(255));
CREATE TABLE dkim (id INTEGER PRIMARY KEY, domain_name VARCHAR(255) NOT NULL, private_key TEXT);
INSERT INTO mailbox_app_password VALUES (1, 'ann@main.test', 'phone', 'x'); INSERT INTO dkim VALUES (1, 'main.test', 'x');
INSERT INTO vacation (email, active) VALUES ('ben@main.test', ${no});
UPDATE mailbox SET totp_secret = 'JBSWY3DP' WHERE username = 'ann@main.test'; UPDATE mailbox SET smtp_active = ${no} WHERE username = 'ben@main.test';
UPDATE mailbox SET totp_secret = '' WHERE username = 'cid@main.test'; UPDATE admin SET totp_secret = 'JBSWY3DP' WHERE username = 'boss@main.test';
UPDATE alias SET description = 'Reception' WHERE address = 'info@main.test';`;
};
for (const engine of ['mysql', 'pgsql', 'sqlite']) {
	test(`what PostfixAdmin 4.0 added is named, on ${engine}`, () => {
		const { done, told } = moved(made(engine, postfixadmin(engine, false), newer(engine)));
		assert.equal(done.mailboxes, 6);
		for (const words of [/^app password ann@main\.test: /m, /^second factor ann@main\.test: /m, /^second factor boss@main\.test: /m, /^sender ben@main\.test: .*--access-restriction/m,
			/^DKIM key main\.test: /m, /^description info@main\.test: /m, /^vacation ann@main\.test: /m]) assert.match(told, words);
		assert.doesNotMatch(told, /vacation ben|second factor cid|sender ann|JBSWY3DP/);
	});
}

// Of 'off' a mailbox, an alias, a domain and an administrator, all others on.
const switched = (on, off) => `UPDATE mailbox SET active = '${on}'; UPDATE alias SET active = '${on}'; UPDATE domain SET active = '${on}', backupmx = '${off}'; UPDATE admin SET active = '${on}', superadmin = '${off}';
	UPDATE domain_admins SET active = '${on}'; UPDATE alias_domain SET active = '${on}'; UPDATE admin SET superadmin = '${on}' WHERE username = 'boss@main.test';
	UPDATE mailbox SET active = '${off}' WHERE username = 'cid@main.test'; UPDATE alias SET active = '${off}' WHERE address = 'info@main.test';
	UPDATE domain SET active = '${off}', backupmx = '${on}' WHERE domain = 'all.test'; UPDATE admin SET active = '${off}' WHERE username = 'clerk@main.test';`;
const switches = [['admin', 'active'], ['admin', 'superadmin'], ['domain', 'active'], ['domain', 'backupmx'], ['domain_admins', 'active'], ['mailbox', 'active'], ['alias', 'active'], ['alias_domain', 'active']];
const kinds = [
	['mysql', 'TINYINT(1)', '1', '0'], ['mysql', 'CHAR(1)', 'Y', 'N'], ['mysql', "ENUM('t','f')", 't', 'f'], ['mysql', 'VARCHAR(5)', 'true', 'false'],
	['pgsql', 'SMALLINT', '1', '0'], ['pgsql', 'BOOLEAN', 'true', 'false'], ['pgsql', 'CHAR(1)', 't', 'f'], ['sqlite', '', 't', 'f'], ['sqlite', '', 'true', 'false'], ['sqlite', '', '1', '0'],
];
for (const [engine, type, on, off] of kinds) {
	test(`switches on ${engine} that are ${type || 'words'}: ${on} and ${off}`, () => {
		const change = { mysql: ([t, c]) => `ALTER TABLE ${t} MODIFY ${c} VARCHAR(5); UPDATE ${t} SET ${c} = '${off}'; ALTER TABLE ${t} MODIFY ${c} ${type};`,
			pgsql: ([t, c]) => `ALTER TABLE ${t} DROP ${c}; ALTER TABLE ${t} ADD ${c} ${type};`, sqlite: () => '' };
		const { to } = moved(made(engine, postfixadmin(engine, false), switches.map(change[engine]).join('\n'), switched(on, off)));
		assert.equal(column(to, 'SELECT group_concat(active, \'\') FROM (SELECT active FROM mailbox ORDER BY username);'), '110111');
		assert.equal(to.sql("SELECT active FROM alias WHERE address = 'info@main.test';"), '0');
		assert.equal(to.sql("SELECT active FROM alias WHERE address = 'off@main.test';"), '1');
		assert.equal(column(to, 'SELECT domain || active || backupmx FROM domain ORDER BY domain;'), 'alias.test10 all.test01 main.test10');
		assert.equal(column(to, 'SELECT username || super || active FROM admin ORDER BY username;'), 'boss@main.test11 clerk@main.test00');
	});
}

test('rights that are switched off are not given', () => {
	const { to, told, done } = moved(made('sqlite', postfixadmin('sqlite', true), `UPDATE domain_admins SET active = 0 WHERE domain <> 'main.test';`));
	assert.equal(column(to, 'SELECT username || super FROM admin ORDER BY username;'), 'boss@main.test0 clerk@main.test0');
	assert.equal(done.assignments, 1);
	assert.match(told, /^assignment clerk@main\.test, alias\.test: It is switched off there\.$/m);
});

test('lists of targets that somebody wrote by hand', () => {
	const list = (address, goto) => `INSERT INTO alias (address, goto, domain, active) VALUES ('${address}', '${goto}', 'main.test', 1);`;
	const { to, told } = moved(made('sqlite', postfixadmin('sqlite', false), list('a@main.test', ' ann@main.test ,  ben@main.test,') + list('b@main.test', 'ann@main.test\r\nben@main.test')
		+ list('c@main.test', 'ann@main.test,ann@main.test,ANN@Main.test') + list('d@main.test', 'odd#name@elsewhere.test') + list('e@main.test', 'E#main.test@autoreply.main.test,x@elsewhere.test')
		+ list('@main.test', 'ann@main.test') + list('f@main.test', '') + list('G@MAIN.test', 'ann@main.test') + list('h@nowhere.test', 'ann@main.test')));
	const goto = (address) => to.sql(`SELECT goto FROM alias WHERE address = '${address}';`);
	assert.equal(goto('a@main.test'), 'ann@main.test,ben@main.test');
	assert.equal(goto('b@main.test'), 'ann@main.test,ben@main.test');
	assert.equal(goto('c@main.test'), 'ann@main.test');
	assert.equal(goto('e@main.test'), 'x@elsewhere.test');
	assert.equal(goto('@main.test'), 'ann@main.test');
	assert.equal(goto('g@main.test'), 'ann@main.test');
	assert.match(told, /^alias d@main\.test: .*odd#name/m, 'a # is not yet the vacation program: what cannot come over is named');
	assert.match(told, /^alias f@main\.test: /m);
	assert.match(told, /^alias h@nowhere\.test: /m);
});

test('domains that stand for each other in a circle, for themselves, and for what is not there', () => {
	const { to, told, done } = moved(made('sqlite', postfixadmin('sqlite', false), `DELETE FROM alias_domain; INSERT INTO domain (domain, description, transport, backupmx) VALUES ('c.test', '', '', 0), ('d.test', '', '', 0);
		INSERT INTO alias_domain (alias_domain, target_domain) VALUES ('c.test', 'd.test'), ('d.test', 'c.test'), ('main.test', 'main.test'), ('gone.test', 'main.test'), ('alias.test', 'elsewhere.test');`));
	assert.equal(done.alias_domains, 2);
	assert.equal(column(to, "SELECT address || '>' || goto FROM alias WHERE address IN ('@c.test', '@d.test', '@main.test', '@alias.test') ORDER BY address;"), '@alias.test>@elsewhere.test @c.test>@d.test');
	for (const words of [/^alias domain @d\.test: .*circles/m, /^alias domain @main\.test: /m, /^alias domain @gone\.test: /m]) assert.match(told, words);
});

const schemes = [ // stored there; how it begins here, or null for a password that nobody knows
	[MD5, '{MD5-CRYPT}$1$'], [`{MD5-CRYPT}${MD5}`, '{MD5-CRYPT}$1$'], [`{CRYPT}${SHA512}`, '{CRYPT}$6$'], [`{crypt}${MD5}`, '{crypt}$1$'], [SHA512, '{SHA512-CRYPT}$6$'], [BCRYPT, '{BLF-CRYPT}$2y$'],
	[`{BLF-CRYPT}${BCRYPT}`, '{BLF-CRYPT}$2y$'], ['{SSHA256}q8+Tj6+5bz/b4R/fF+Jz0V7KdCztSAmQ76aiILRCGI9zYWx0', '{SSHA256}'], ['{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=', '{SHA}'],
	['5f4dcc3b5aa765d61d8327deb882cf99', '{PLAIN-MD5}5f4d'], ['{PLAIN-MD5}5f4dcc3b5aa765d61d8327deb882cf99', '{PLAIN-MD5}5f4d'],
	['{PLAIN}secret', null], ['{CLEARTEXT}secret', null], ['secret', null], ['', null], ['{WHAT-IS-THIS}x', null], ['*', null],
];
test('passwords with and without their scheme', () => {
	const from = made('sqlite', postfixadmin('sqlite', false), schemes.map(([stored], i) => `INSERT INTO mailbox (username, password, name, maildir, quota, local_part, domain) VALUES
		('p${i}@main.test', '${stored}', '', 'x', 0, 'p${i}', 'main.test');`).join('\n'), "UPDATE domain SET mailboxes = 0, aliases = 0, maxquota = 0 WHERE domain = 'main.test';");
	const { to, told } = moved(from);
	schemes.forEach(([stored, begins], i) => {
		const is = to.sql(`SELECT password FROM mailbox WHERE username = 'p${i}@main.test';`);
		assert.ok(is.startsWith(begins ?? '{BLF-CRYPT}$2y$'), `${stored}: ${is}`);
		assert.equal(new RegExp(`^mailbox p${i}@main\\.test: Its password`, 'm').test(told), begins === null, stored);
	});
	assert.doesNotMatch(told, /secret/);
});

test('quotas in the units of either multiplier, and what means none', () => {
	const from = made('sqlite', postfixadmin('sqlite', false), `UPDATE domain SET maxquota = 100, mailboxes = 0, quota = -1 WHERE domain = 'main.test';
		UPDATE mailbox SET quota = 102400000 WHERE username = 'ann@main.test'; UPDATE mailbox SET quota = 104857600 WHERE username = 'cid@main.test';
		UPDATE mailbox SET quota = 104857601 WHERE username = 'dee@main.test'; UPDATE mailbox SET quota = -1 WHERE username = 'eve@main.test';`);
	const { to, told } = moved(from);
	assert.equal(column(to, "SELECT quota FROM mailbox WHERE username IN ('ann@main.test', 'cid@main.test', 'dee@main.test', 'eve@main.test') ORDER BY username;"), '102400000 104857600 104857600 104857600');
	assert.match(told, /^mailbox dee@main\.test: Its quota is above/m);
	assert.doesNotMatch(told, /mailbox (ann|cid)@main\.test: Its quota/);
	assert.equal(to.sql('SELECT count(*) FROM vimb_domain_total;'), '0');
	const free = moved(made('sqlite', postfixadmin('sqlite', false), "UPDATE domain SET maxquota = -1 WHERE domain = 'main.test'; UPDATE mailbox SET quota = -1 WHERE username = 'ann@main.test';"));
	assert.equal(free.to.sql("SELECT quota FROM mailbox WHERE username = 'ann@main.test';"), '0');
});

test('names in capitals', () => {
	const { to, done } = moved(made('mysql', postfixadmin('mysql', false), `UPDATE domain SET domain = 'Main.Test' WHERE domain = 'main.test'; UPDATE mailbox SET username = 'Ann@Main.Test' WHERE username = 'ann@main.test';
		UPDATE admin SET username = 'Clerk@Main.Test' WHERE username = 'clerk@main.test';`));
	assert.deepEqual([done.domains, done.mailboxes, done.admins, done.assignments], [3, 6, 2, 2]);
	assert.equal(to.sql("SELECT goto FROM alias WHERE address = 'ann@main.test';"), 'ann@main.test,away@elsewhere.test');
});

// PostgreSQL finds views of another schema when its user looks there first.
test('tables with a prefix and views beside them, as the manual says', () => {
	const tables = ['admin', 'domain', 'domain_admins', 'mailbox', 'alias', 'alias_domain', 'fetchmail', 'vacation'];
	const from = made('pgsql', postfixadmin('pgsql', false) + tables.map((n) => `ALTER TABLE ${n} RENAME TO pre_${n};`).join('\n')
		+ `CREATE SCHEMA pfa; ${tables.map((n) => `CREATE VIEW pfa.${n} AS SELECT * FROM public.pre_${n};`).join('\n')} CREATE USER mover; GRANT USAGE ON SCHEMA pfa TO mover;
		GRANT SELECT ON ALL TABLES IN SCHEMA pfa TO mover; ALTER USER mover SET search_path = pfa;`);
	const { done } = moved({ url: from.url.replace('vimb@', 'mover@') });
	assert.equal(done.mailboxes, 6);
});
