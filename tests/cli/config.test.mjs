// SPDX-License-Identifier: GPL-3.0-or-later
// The configuration: faults name file, line, key and what was expected, and end with 78; what overrides what; secrets from files, and who may touch those.
// One engine is enough: this is not about the database.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { Cli, run, salt } from './lib/cli.mjs';

const root = process.getuid() === 0;
const nobody = 65534;
let cli, conf;
before(() => {
	cli = new Cli();
	fs.chmodSync(cli.dir, 0o755);
	conf = path.join(cli.dir, 'test.conf');
});
after(() => cli.end());

const write = (text, mode = 0o600, file = conf) => {
	fs.rmSync(file, { force: true });
	fs.writeFileSync(file, text);
	fs.chmodSync(file, mode);
	return file;
};
const check = (args = [], options) => run(['-c', conf, ...args, 'config', 'check'], options);
const value = (key, args = [], options) => {
	const r = run(['-c', conf, ...args, 'config', 'dump', '--json'], options);
	assert.equal(r.status, 0, r.err);
	return JSON.parse(r.out)[key];
};

// Faults of a text, each without the name of the file.
function faults(text, args, options) {
	write(text);
	const r = check(args, options);
	assert.deepEqual([r.status, r.out], [78, ''], r.err);
	return r.err.split('\n').slice(0, -1).map((line) => {
		assert.ok(line.startsWith('vimbadmin: '), line);
		return line.slice(11).replace(`${conf}:`, '');
	});
}

test('a configuration without a fault', () => {
	write(`# comment\n; another\n\nsecuritysalt = ${salt}\n  log_level=warn  \nidentity.sitename = "  My panel  "\n`);
	assert.deepEqual(check(), { ...check(), status: 0, out: `${conf}: no fault found.\n`, err: '' });
	assert.deepEqual(JSON.parse(run(['-c', conf, 'config', 'check', '--json']).out), { serve: true, path: conf, warnings: [] });
	assert.equal(value('log_level'), 'warn');
	assert.equal(value('identity.sitename'), '  My panel  ');
});

test('the forms a file may have', () => {
	for (const text of ['\ufefflog_level = warn\n', 'log_level = warn', 'log_level = warn\r\n', '\n\n\n  log_level\t=\twarn\t\n', 'log_level = "warn"\n']) {
		write(text);
		assert.equal(value('log_level'), 'warn', JSON.stringify(text));
	}
	write('');
	assert.equal(value('log_level'), 'info');
});

for (const [name, text, expected] of [
	['an unknown key', 'log_level = info\nbogus.key = 1\n', ['2: bogus.key: unknown key; `vimbadmin config doc` lists all']],
	['a misspelt key', '\n\nlisen = 127.0.0.1:80\n', ['3: lisen: unknown key; did you mean listen?']],
	['a key in capitals', 'Listen = 127.0.0.1:80\n', ['1: Listen: unknown key; did you mean listen?']],
	['a key twice', 'log_level = info\nlog_level = warn\n', ['2: log_level: is already set on line 1']],
	['no equals sign', 'log_level\n', ['1: expected `key = value`']],
	['no key', '= x\n', ['1: expected `key = value`']],
	['a colon', 'log_level: info\n', ['1: expected `key = value`']],
	['a section', '[server]\nlog_level = info\n', ['1: sections are not used; expected `key = value`']],
	['an over-long line', `log_level = ${'x'.repeat(5000)}\n`, ['1: the line is longer than 4096 bytes']],
	['not a number', 'db.pool = many\n', ['1: db.pool: expected a whole number from 1 to 256']],
	['a number too large', 'db.pool = 257\n', ['1: db.pool: expected a whole number from 1 to 256']],
	['a number beyond all integers', 'db.pool = 99999999999999999999\n', ['1: db.pool: expected a whole number from 1 to 256']],
	['a number below', 'db.pool = 0\n', ['1: db.pool: expected a whole number from 1 to 256']],
	['a number with a unit', 'db.lock_ms = 3s\n', ['1: db.lock_ms: expected a whole number from 10 to 600000']],
	['an empty number', 'db.pool =\n', ['1: db.pool: expected a whole number from 1 to 256']],
	['not a size', 'http.body_limit = big\n', ['1: http.body_limit: expected a size from 1 KB to 64 MB']],
	['not yes or no', 'mailboxAliases = perhaps\n', ['1: mailboxAliases: expected yes or no']],
	['not a level', 'log_level = loud\n', ['1: log_level: expected error, warn, info or debug']],
	['not an address', 'listen = localhost\n', ['1: listen: expected addresses such as 127.0.0.1:8080, [::1]:8080 or unix:/run/vimbadmin/http.sock']],
	['no address', 'listen =\n', null],
	['not a URL', 'public_url = mail.example.com/\n', ['1: public_url: expected http(s)://host[:port][/base] without a slash at the end, or nothing']],
	['not a database', 'database = /var/lib/x.db\n', ['1: database: expected sqlite:/path, mysql://user:password@host:port/name or postgresql://user:password@host:port/name']],
	['not a scheme', 'defaults.mailbox.password_scheme = PLAIN\n', ['1: defaults.mailbox.password_scheme: expected BLF-CRYPT, SHA512-CRYPT, SHA256-CRYPT or ARGON2ID']],
	['not a time zone', 'timezone = Europe/Nowhere\n', ['1: timezone: expected a time zone that /usr/share/zoneinfo has']],
	['a time zone that is a path', 'timezone = ../../etc/passwd\n', null],
	['not a unit', 'defaults.quota.multiplier = KiB\n', ['1: defaults.quota.multiplier: expected B, KB, MB, GB or TB']],
	['control characters', 'identity.sitename = a\x07b\n', ['1: identity.sitename: expected text without control characters']],
	['text too long', `identity.sitename = ${'x'.repeat(101)}\n`, ['1: identity.sitename: expected text of 1 to 100 bytes']],
	['values that do not fit each other', 'http.max_connections = 10\nhttp.max_connections_per_source = 20\n',
		['http.max_connections_per_source: is more than http.max_connections = 10']],
	['a cost that does not fit its scheme', 'defaults.mailbox.hash_cost = 40\n',
		['defaults.mailbox.hash_cost: 40 does not fit defaults.mailbox.password_scheme = BLF-CRYPT, which takes 4 to 20, or 0 for its default']],
	['all faults at once', 'bogus = 1\nlog_level = info\ndb.pool = x\n\nlisten = y\n',
		['1: bogus: unknown key; `vimbadmin config doc` lists all', '3: db.pool: expected a whole number from 1 to 256',
			'5: listen: expected addresses such as 127.0.0.1:8080, [::1]:8080 or unix:/run/vimbadmin/http.sock']],
]) {
	test(`fault: ${name}`, () => {
		const found = faults(text);
		if (expected) assert.deepEqual(found, expected);
		else assert.match(found.join('\n'), /^1: \w+: expected [^\n]+$/);
	});
}

test('every command that needs the configuration says the same and ends the same', () => {
	const [fault] = faults('db.pool = many\n');
	for (const args of [['config', 'check'], ['config', 'dump'], ['config', 'postfix'], ['config', 'dovecot'], ['domain', 'list'], ['schema', 'status'], ['schema', 'apply'], ['serve']]) {
		const r = run(['-c', conf, ...args]);
		assert.deepEqual([r.status, r.out], [78, ''], args.join(' '));
		assert.ok(r.err.includes(`${conf}:${fault}`), r.err);
	}
	const r = run(['-c', conf, 'domain', 'list', '--json']);
	assert.deepEqual(JSON.parse(r.err), { code: 'config', errors: [{ code: 'config', field: null, text: `${conf}:${fault}` }] });
});

test('a fault never shows the value: it could be a secret', () => {
	for (const text of ['database = mysqli://root:hunter2hunter2@localhost/x\n', 'securitysalt = hunter2hunter2\x01\n', 'hunter2hunter2\n', 'password: hunter2hunter2\n'])
		assert.ok(!faults(text).join('\n').includes('hunter2'), text);
});

test('hostile files', () => {
	for (const bytes of [Buffer.from([0]), Buffer.from('log_level = info\0warn\n'), Buffer.alloc(300000, 0x0a), Buffer.from('\x1b[31mkey = 1\n'), Buffer.from([0xff, 0x3d, 0x31]),
		Buffer.from(`${'k'.repeat(4000)} = 1\n`)]) {
		fs.rmSync(conf, { force: true });
		fs.writeFileSync(conf, bytes, { mode: 0o600 });
		const r = check();
		assert.equal(r.status, 78);
		assert.doesNotMatch(r.err, /[\0-\x09\x0b-\x1f\x7f-\x9f]/);
		assert.ok(r.err.length < 1000);
	}
	write(Array.from({ length: 500 }, (_, i) => `bogus${i} = 1\n`).join(''));
	assert.equal(check().err.split('\n').length, 501);
});

test('files that are not there, no files, or another\'s', () => {
	for (const [file, text] of [[path.join(cli.dir, 'missing'), 'No such file or directory'], [cli.dir, 'is not a file'], ['', 'No such file or directory']]) {
		const r = run(['-c', file, 'config', 'check']);
		assert.deepEqual([r.status, r.err], [78, `vimbadmin: ${file}: ${text}\n`]);
	}
	write('log_level = warn\n', 0o602);
	assert.deepEqual([check().status, check().err], [78, `vimbadmin: ${conf}: can be changed by everybody (chmod o-w)\n`]);
});

test('a file of another user is not obeyed', { skip: !root && 'needs root' }, () => {
	write('log_level = warn\n', 0o644);
	assert.equal(check([], { as: nobody }).status, 0);
	fs.chownSync(conf, nobody, nobody);
	assert.deepEqual([check().status, check().err], [78, `vimbadmin: ${conf}: belongs to another user (chown it, or give a copy of your own)\n`]);
	write('log_level = warn\n', 0o664);
	fs.chownSync(conf, 0, nobody);
	assert.match(check().err, /can be changed by another group/);
	write('log_level = warn\n', 0o600);
	assert.deepEqual([check([], { as: nobody }).status, check([], { as: nobody }).err], [78, `vimbadmin: ${conf}: Permission denied\n`]);
	const link = path.join(cli.dir, 'link.conf');
	fs.symlinkSync(conf, link);
	fs.lchownSync(link, nobody, nobody);
	assert.match(run(['-c', link, 'config', 'check']).err, /is a symbolic link of another user/);
});

// ---- what overrides what ----

test('the file, over it the environment, over it -o', () => {
	write('log_level = warn\nresources.session.name = FILE\n');
	assert.equal(value('log_level'), 'warn');
	assert.equal(value('log_level', [], { env: { VIMBADMIN_LOG_LEVEL: 'error' } }), 'error');
	assert.equal(value('log_level', ['-o', 'log_level=debug'], { env: { VIMBADMIN_LOG_LEVEL: 'error' } }), 'debug');
	assert.equal(value('log_level', ['-o', 'log_level=debug', '--set', 'log_level=info', '--set=log_level=error']), 'error');
	assert.equal(value('resources.session.name', [], { env: { VIMBADMIN_RESOURCES__SESSION__NAME: 'ENV' } }), 'ENV');
	assert.equal(value('resources.session.name', ['-oresources.session.name=SET']), 'SET');
	assert.equal(value('identity.sitename', ['-o', 'identity.sitename=a=b']), 'a=b');
	assert.equal(value('public_url', ['-o', 'public_url=']), '');
});

test('faults in the environment and in -o', () => {
	write('log_level = warn\n');
	assert.deepEqual([check([], { env: { VIMBADMIN_DB__POOL: 'x' } }).status, check([], { env: { VIMBADMIN_DB__POOL: 'x' } }).err],
		[78, 'vimbadmin: VIMBADMIN_DB__POOL: db.pool: expected a whole number from 1 to 256\n']);
	assert.deepEqual([check(['-o', 'db.pool=x']).status, check(['-o', 'db.pool=x']).err], [78, 'vimbadmin: -o db.pool: expected a whole number from 1 to 256\n']);
	assert.equal(check(['-o', 'db.poll=1']).err, 'vimbadmin: -o db.poll: unknown key; did you mean db.pool?\n');
	assert.equal(check(['-o', '=1']).status, 64);
	assert.equal(check(['-o', 'db.pool']).status, 64);
	assert.equal(check(['-o', `${'x'.repeat(100000)}=1`]).err.length < 200, true);
});

test('a variable that names no key is a warning only', () => {
	write(`securitysalt = ${salt}\n`);
	const r = check([], { env: { VIMBADMIN_PORT: 'tcp://10.0.0.1:80', VIMBADMIN_X: '\x1b[31m' } });
	assert.equal(r.status, 0);
	assert.deepEqual(r.err.split('\n').sort(), ['', 'warning: VIMBADMIN_PORT: environment variable that names no key', 'warning: VIMBADMIN_X: environment variable that names no key']);
});

// ---- secrets ----

test('secrets are masked in the dump, of a URL the password only', () => {
	write(`securitysalt = ${salt}\ndatabase = mysql://panel:hunter2@db.example:3306/vimbadmin\n`);
	assert.equal(value('securitysalt'), '******');
	assert.equal(value('database'), 'mysql://panel:******@db.example:3306/vimbadmin');
	assert.ok(!run(['-c', conf, 'config', 'dump']).out.includes('hunter2'));
	write('');
	assert.equal(value('securitysalt'), '');
});

test('a secret from a file of its own', () => {
	const file = path.join(cli.dir, 'salt');
	const warned = (r) => r.err.split('\n').filter((l) => l.includes('can be read by everybody'));
	const starts = (r) => !r.err.includes('serve would not start');
	for (const text of [salt, `${salt}\n`, `${salt}\r\n`]) {
		write(text, 0o600, file);
		write(`securitysalt_file = ${file}\n`);
		assert.deepEqual([check().status, check().err], [0, ''], JSON.stringify(text));
	}
	write('log_level = info\n');
	assert.ok(starts(check(['-o', `securitysalt_file=${file}`])));
	assert.ok(starts(check([], { env: { VIMBADMIN_SECURITYSALT_FILE: file } })));
	assert.ok(!starts(check()));
	write(`${salt}\n`, 0o644, file);
	assert.equal(warned(check(['-o', `securitysalt_file=${file}`])).length, 1);
	write(`${salt}\n`, 0o640, file);
	assert.equal(warned(check(['-o', `securitysalt_file=${file}`])).length, 0);
	write(`sqlite:${cli.dir}/from-file.db\n`, 0o600, file);
	assert.equal(value('database', ['-o', `database_file=${file}`]), `sqlite:${cli.dir}/from-file.db`);
});

test('faults of a secret\'s file', () => {
	const file = path.join(cli.dir, 'secret');
	const at = (expected) => assert.deepEqual(faults(`securitysalt_file = ${file}\n`), [expected]);
	fs.rmSync(file, { force: true });
	at(`1: ${file}: No such file or directory`);
	write('one\ntwo\n', 0o600, file);
	at('1: securitysalt_file: expected a file of one line');
	write(`${salt}\n`, 0o606, file);
	at(`1: ${file}: can be changed by everybody (chmod o-w)`);
	write('x\0y\n', 0o600, file);
	at(`1: ${file}: holds a NUL`);
	write('x'.repeat(100000), 0o600, file);
	at(`1: ${file}: is too long`);
	write('x'.repeat(2000), 0o600, file);
	assert.match(faults(`securitysalt_file = ${file}\n`)[0], /^1: securitysalt: expected text of 0 to 1024 bytes$/);
	assert.deepEqual(faults(`securitysalt_file = ${file}\nsecuritysalt = ${salt}\n`).at(-1), '2: securitysalt: is already set on line 1');
	// only secrets have such a key
	assert.match(faults('log_level_file = /etc/hostname\n')[0], /^1: log_level_file: unknown key/);
	if (root) {
		write(`${salt}\n`, 0o600, file);
		fs.chownSync(file, nobody, nobody);
		at(`1: ${file}: belongs to another user (chown it, or give a copy of your own)`);
	}
});

test('a secret on the command line is refused', () => {
	write('log_level = info\n');
	for (const set of [`securitysalt=${salt}`, 'database=mysql://panel:hunter2@db/x', 'database=postgresql://panel@db/x?password=hunter2']) {
		const r = check(['-o', set]);
		assert.equal(r.status, 78);
		assert.match(r.err, /every user of this machine could read it there; use \w+_file, the configuration file or the environment/);
		assert.ok(!r.err.includes('hunter2') && !r.err.includes(salt));
	}
	assert.equal(check(['-o', 'database=mysql://panel@db/x']).status, 0);
});

test('a file with a secret that everybody can read, and a salt that serve would not take, are warnings', () => {
	write(`securitysalt = ${salt}\n`, 0o644);
	assert.equal(check().err, `warning: ${conf}: holds a secret and can be read by everybody (chmod o-r)\n`);
	write('log_level = info\n', 0o644);
	assert.match(check().err, /^warning: serve would not start: securitysalt: is not set; /);
	for (const [text, fault] of [['short', 'expected at least 32 characters'], ['changeme'.repeat(5), 'looks like an example'], ['x'.repeat(40), 'looks like an example']]) {
		write(`securitysalt = ${text}\n`);
		assert.equal(check().status, 0);
		assert.ok(check().err.includes(`serve would not start: securitysalt: ${fault}`), check().err);
		assert.equal(JSON.parse(run(['-c', conf, 'config', 'check', '--json']).out).serve, false);
		assert.equal(run(['-c', conf, 'serve']).status, 78);
		assert.ok(!run(['-c', conf, 'serve']).err.includes(text));
	}
});

test('an application.ini that is read as it is: what is left out of it is said', () => {
	const ini = path.join(cli.dir, 'application.ini');
	fs.writeFileSync(ini, `[production]\nsecuritysalt = "${salt}"\nbruteforce.max_attempts = plenty\nno.such.thing = 1\nappnamespace = ViMbAdmin\n`, { mode: 0o600 });
	const r = run(['-c', ini, 'config', 'check']);
	assert.equal(r.status, 0, r.err);
	assert.ok(r.err.includes(`${ini}: settings that are unknown or do not fit, and are not used: 2. \`vimbadmin takeover config --config ${ini}\` says which and why.`), r.err);
	assert.match(r.err, /application\.ini: bruteforce\.max_attempts: not taken over: expected [^\n]* \(line 3\)\n/);
	assert.match(r.err, /application\.ini: no\.such\.thing: no such setting in this version \(line 4\)\n/);
	assert.ok(!r.err.includes('plenty'), 'a value may be a secret');
	run(['-c', ini, '-o', `database=sqlite:${cli.dir}/ini.db`, 'schema', 'apply']);
	const found = JSON.parse(run(['-c', ini, '-o', `database=sqlite:${cli.dir}/ini.db`, 'doctor', '--json']).out).filter((f) => f.check === 'configuration').map((f) => f.found);
	assert.ok(found.some((t) => /no\.such\.thing: no such setting/.test(t)) && found.some((t) => /max_attempts: not taken over/.test(t)), JSON.stringify(found));
	fs.writeFileSync(ini, `[production]\nsecuritysalt = "${salt}"\nappnamespace = ViMbAdmin\n`, { mode: 0o600 });
	assert.doesNotMatch(run(['-c', ini, 'config', 'check']).err, /not used/);
});

// ---- dump and doc ----

test('the dump is a configuration that says the same', () => {
	write(`database = sqlite:${cli.dir}/x.db\nidentity.sitename = " blanks "\nhttp.body_limit = 2048 KB\ndefaults.quota.multiplier = gb\nmailboxAliases = 0\n`);
	const dump = run(['-c', conf, 'config', 'dump']).out;
	write(dump);
	assert.equal(run(['-c', conf, 'config', 'dump']).out, dump);
	for (const [key, text] of [['identity.sitename', ' blanks '], ['http.body_limit', '2 MB'], ['defaults.quota.multiplier', 'GB'], ['mailboxAliases', 'no']]) assert.equal(value(key), text);
});

test('the reference is a configuration of defaults, and the manual page has every key', () => {
	const doc = run(['config', 'doc']).out;
	write(doc);
	assert.equal(check().status, 0, check().err);
	write(doc.replace(/^#([\w.-]+ = )/gm, '$1'));
	assert.equal(check().status, 0, check().err);
	const keys = [...doc.matchAll(/^#([\w.-]+) = /gm)].map((m) => m[1]);
	write('');
	assert.deepEqual(keys, Object.keys(JSON.parse(run(['-c', conf, 'config', 'dump', '--json']).out)));
	const page = run(['doc', 'keys']).out;
	for (const key of keys) assert.ok(page.includes(`\n.It Ic ${key}`), key);
	assert.doesNotMatch(page, /[a-z)]\. [A-Z]/, 'a sentence, a line');
	assert.ok(Math.max(...doc.split('\n').filter((l) => l.startsWith('# ')).map((l) => l.length)) <= 80);
});
