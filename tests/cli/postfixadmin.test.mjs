// SPDX-License-Identifier: GPL-3.0-or-later
// Moving in from PostfixAdmin: the dump of a real one where it is at hand, and its tables as versions 2.3 and 3.3 made them on each of its three engines,
// with all that cannot be carried over.
// One engine is enough: it starts those it needs.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import net from 'node:net';
import { once } from 'node:events';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { binary } from '../http/lib/panel.mjs';
import { BCRYPT, MD5, SHA512, postfixadmin } from './lib/postfixadmin.mjs';

let dir, count = 0;
const engines = ['mysql', 'pgsql', 'sqlite'];
const server = (engine, ...args) => execFileSync(`tests/servers/${engine}`, args, { encoding: 'utf8' }).trim();
before(() => {
	dir = fs.mkdtempSync(path.join(os.tmpdir(), 'vp-'));
	fs.chmodSync(dir, 0o711); // a server that refuses to be root has to come through
	for (const engine of ['mysql', 'pgsql']) server(engine, 'start', path.join(dir, engine[0]));
});
after(() => {
	for (const engine of ['mysql', 'pgsql']) server(engine, 'stop', path.join(dir, engine[0]));
	fs.rmSync(dir, { recursive: true, force: true });
});

// An empty database, and a way to give it statements.
function empty(engine) {
	const name = `p${count++}`;
	if (engine === 'sqlite') {
		const file = path.join(dir, `${name}.db`);
		return { engine, url: `sqlite:${file}`, sql: (input) => execFileSync('sqlite3', [file], { input, encoding: 'utf8' }) };
	}
	const url = server(engine, 'url', path.join(dir, engine[0]), name);
	const client = engine === 'mysql' ? ['mariadb', ['--no-defaults', '-uroot', '-N', '-S', `${dir}/m/s`, '--default-character-set=utf8mb4', name]]
		: ['psql', ['-qtAX', '-v', 'ON_ERROR_STOP=1', '-h', `${dir}/p`, '-U', 'vimb', '-d', name]];
	return { engine, url, sql: (input) => execFileSync(client[0], client[1], { input, encoding: 'utf8' }) };
}
const run = (url, ...args) => spawnSync(binary, args, { encoding: 'utf8', env: { ...process.env, VIMBADMIN_DATABASE: url } });
const must = (url, ...args) => {
	const r = run(url, ...args);
	assert.equal(r.status, 0, `${args.join(' ')}: ${r.stderr}`);
	return r.stdout;
};
// A database of ours to move into.
function home(engine = 'sqlite') {
	const db = empty(engine);
	must(db.url, 'schema', 'apply');
	return db;
}
const all = (db) => ['domain', 'mailbox', 'alias', 'admin', 'log'].map((t) => db.sql(`SELECT count(*) FROM ${t};`)).join('');

for (const engine of engines) {
	test(`tables with a prefix on ${engine}: said, and read through views with the plain names`, () => {
		const from = empty(engine), to = home();
		const tables = ['admin', 'domain', 'domain_admins', 'mailbox', 'alias', 'alias_domain', 'fetchmail', 'vacation'];
		const words = { mysql: (n) => `RENAME TABLE ${n} TO pre_${n};`, pgsql: (n) => `ALTER TABLE ${n} RENAME TO pre_${n};`, sqlite: (n) => `ALTER TABLE ${n} RENAME TO pre_${n};` };
		from.sql(postfixadmin(engine, false) + tables.map(words[engine]).join('\n'));
		const r = run(to.url, 'import', 'postfixadmin', '--from', from.url);
		assert.equal(r.status, 78);
		assert.match(r.stderr, /have a prefix: it has pre_domain where domain is looked for/);
		from.sql(tables.map((n) => `CREATE VIEW ${n} AS SELECT * FROM pre_${n};`).join('\n'));
		const done = JSON.parse(must(to.url, 'import', 'postfixadmin', '--from', from.url, '--json'));
		assert.equal(done.mailboxes, 6);
	});

	for (const old of [false, true]) {
		test(`PostfixAdmin ${old ? '2.3' : '3.3'} on ${engine}: what would come, then what came`, () => {
			const from = empty(engine), to = home();
			from.sql(postfixadmin(engine, old));
			must(to.url, 'domain', 'add', 'other.test');
			const before = all(to);
			const dry = JSON.parse(must(to.url, 'import', 'postfixadmin', '--from', from.url, '--dry-run', '--json'));
			assert.equal(all(to), before, 'a dry run changed something');
			const done = JSON.parse(must(to.url, 'import', 'postfixadmin', '--from', from.url, '--json'));
			assert.deepEqual({ ...dry, dry_run: false }, done, 'it did something else than it said');
			const { notes, ...numbers } = done;
			assert.deepEqual(numbers, { dry_run: false, domains: 3, mailboxes: 6, aliases: 5, alias_domains: old ? 0 : 1, admins: 2, assignments: 2 });
			const told = notes.map((n) => `${n.what} ${n.object}: ${n.text}`).join('\n');
			for (const words of [/domain nodot: /, /domain all\.test: .*no mailboxes at all/, /mailbox o%x@main\.test: /, /alias o%x@main\.test: Its mailbox was left out/,
				/mailbox ben@main\.test: Its quota is above/, /mailbox cid@main\.test: Its password is stored in a way/, /mailbox dee@main\.test: Its password stands there in clear text/,
				/alias y@main\.test: Mail would go round in circles/, /alias pipe@main\.test: /, /administrator lost@main\.test: /, /assignment ghost@main\.test, main\.test: /, /vacation ann@main\.test: /])
				assert.match(told, words);
			if (!old) for (const words of [/alias domain @all\.test: This alias exists already/, /fetchmail ann@main\.test/]) assert.match(told, words);
			const stored = (name) => to.sql(`SELECT password FROM mailbox WHERE username = '${name}@main.test';`).trim();
			assert.equal(stored('ann'), `{MD5-CRYPT}${MD5}`);
			assert.equal(stored('ben'), `{SHA512-CRYPT}${SHA512}`);
			assert.match(stored('eve'), /^\{CRAM-MD5\}ee7a/);
			assert.match(stored('dee'), /^\{BLF-CRYPT\}\$2y\$/);
			assert.equal(to.sql("SELECT group_concat(address || '>' || goto || active, ' ') FROM (SELECT * FROM alias ORDER BY address);").trim(), [
				...(old ? [] : ['@alias.test>@main.test1']), '@all.test>ann@main.test1', 'ann@main.test>ann@main.test,away@elsewhere.test1', 'ben@main.test>ben@main.test1', 'cid@main.test>cid@main.test1',
				'dee@main.test>dee@main.test1', 'eve@main.test>eve@main.test1', 'info@main.test>ann@main.test,ben@main.test1', 'off@main.test>x@elsewhere.test0', 'there@main.test>there@main.test1',
				'x@main.test>y@main.test1'].join(' '));
			assert.equal(to.sql("SELECT group_concat(username || super || active || password, ' ') FROM (SELECT * FROM admin ORDER BY username);").trim(), `boss@main.test11${BCRYPT} clerk@main.test01${MD5}`);
			assert.equal(to.sql("SELECT quota || ' ' || name FROM mailbox WHERE username = 'ann@main.test';").trim(), '51200000 Ann Grün');
			assert.equal(to.sql("SELECT quota FROM mailbox WHERE username = 'ben@main.test';").trim(), String(100 * 1024 * 1024));
			assert.equal(to.sql("SELECT active FROM mailbox WHERE username = 'cid@main.test';").trim(), '0');
			assert.equal(to.sql("SELECT mailbox_count || ' ' || max_mailboxes || ' ' || max_aliases || ' ' || description FROM domain WHERE domain = 'main.test';").trim(), '6 20 10 Größe');
			assert.equal(to.sql("SELECT d.domain || ' ' || t.total FROM vimb_domain_total t JOIN domain d ON d.id = t.domain_id;").trim(), `main.test ${500 * 1024 * 1024}`);
			assert.equal(to.sql("SELECT backupmx || ' ' || active || ' ' || transport FROM domain WHERE domain = 'all.test';").trim(), '1 0 lmtp:unix:/x');
			assert.match(must(to.url, 'log', 'list', '--action', 'IMPORT', '--json'), /imported 3 domains, 6 mailboxes/);
			assert.match(must(to.url, 'log', 'list', '--action', 'MAILBOX_ADD'), /ann@main\.test/);
			assert.doesNotMatch(told, /secret|\$1\$|\$2y/);
		});
	}
}

test('what is there already stays as it is, and is named', () => {
	const from = empty('sqlite'), to = home();
	from.sql(postfixadmin('sqlite', false));
	must(to.url, 'domain', 'add', 'main.test');
	must(to.url, 'mailbox', 'add', 'there@main.test', '--name', 'Ours', '--hash', `{BLF-CRYPT}${BCRYPT}`);
	must(to.url, 'alias', 'edit', 'there@main.test', '--goto', 'there@main.test,kept@elsewhere.test');
	const said = must(to.url, 'import', 'postfixadmin', '--from', from.url);
	for (const words of [/Carried over: 2 domains, 5 mailboxes/, /domain main\.test: This domain exists already/, /mailbox there@main\.test: /, /alias there@main\.test: Its mailbox was left out/])
		assert.match(said, words);
	assert.equal(to.sql("SELECT name FROM mailbox WHERE username = 'there@main.test';").trim(), 'Ours');
	assert.equal(to.sql("SELECT goto FROM alias WHERE address = 'there@main.test';").trim(), 'there@main.test,kept@elsewhere.test');
	const before = all(to);
	must(to.url, 'import', 'postfixadmin', '--from', from.url, '--dry-run');
	assert.equal(all(to), before);
});

for (const engine of ['mysql', 'pgsql']) {
	test(`into ${engine}`, () => {
		const from = empty('sqlite'), to = home(engine);
		from.sql(postfixadmin('sqlite', false));
		assert.match(must(to.url, 'import', 'postfixadmin', '--from', from.url), /Carried over: 3 domains, 6 mailboxes, 5 aliases, 1 alias domains, 2 administrators with 2 assignments/);
		assert.match(must(to.url, 'mailbox', 'list'), /6 of 6 mailboxes/);
	});
}

test('the address comes out of a file or from standard input, and what is given as an argument is not left in the process list', async () => {
	const from = empty('sqlite'), to = home(), file = path.join(dir, 'from');
	from.sql(postfixadmin('sqlite', true));
	fs.writeFileSync(file, `${from.url}\n`, { mode: 0o600 });
	assert.match(must(to.url, 'import', 'postfixadmin', '--from-file', file, '--dry-run'), /Would come over/);
	const piped = spawnSync(binary, ['import', 'postfixadmin', '--from-file', '-', '--dry-run'], { encoding: 'utf8', input: `${from.url}\n`, env: { ...process.env, VIMBADMIN_DATABASE: to.url } });
	assert.match(piped.stdout, /Would come over/, piped.stderr);
	for (const [args, status] of [[['--from-file', `${dir}/none`], 66], [['--from', from.url, '--from-file', file], 64], [['--from-file', '/dev/null'], 64]])
		assert.equal(run(to.url, 'import', 'postfixadmin', ...args).status, status, args.join(' '));
	// a server that says nothing keeps the program waiting
	const silent = net.createServer(() => {}).listen(0, '127.0.0.1');
	await once(silent, 'listening');
	const child = spawn(binary, ['import', 'postfixadmin', `--from=mysql://root:s3cret-word@127.0.0.1:${silent.address().port}/x`], { stdio: 'ignore', env: { ...process.env, VIMBADMIN_DATABASE: to.url } });
	await once(silent, 'connection');
	const shown = fs.readFileSync(`/proc/${child.pid}/cmdline`, 'utf8');
	child.kill('SIGKILL');
	silent.close();
	assert.match(shown, /--from=\*+/);
	assert.doesNotMatch(shown, /s3cret/);
});

test('nothing to import from: a sentence, and nothing changed', () => {
	const to = home();
	const before = all(to);
	for (const [args, status, words] of [[[], 64, /Say where PostfixAdmin's database is/], [['--from', `sqlite:${dir}/none.db`], 66, /none\.db: No such file/], [['--from', 'oracle://x'], 78, /mysql:\/\//],
		[['--from', to.url], 78, /none of PostfixAdmin's: it lacks domain\.maxquota/], [['--from', empty('mysql').url], 78, /none of PostfixAdmin's/], [['--from', 'mysql://root@127.0.0.1:1/x'], 69, /database/]]) {
		const r = run(to.url, 'import', 'postfixadmin', ...args);
		assert.equal(r.status, status, r.stderr);
		assert.match(r.stderr, words);
	}
	assert.ok(!fs.existsSync(`${dir}/none.db`));
	assert.equal(all(to), before);
});

const dump = path.resolve('../shared/data/postfixadmin-3.3/postfixadmin-small.sql');
test('the dump of a real one', { skip: fs.existsSync(dump) ? false : 'the dumps are not here' }, () => {
	const from = empty('mysql'), to = home();
	from.sql(fs.readFileSync(dump, 'utf8'));
	const r = JSON.parse(must(to.url, 'import', 'postfixadmin', '--from', from.url, '--json'));
	assert.equal(r.domains + r.mailboxes + r.aliases + r.admins + r.assignments, 2 + 3 + 7 + 2 + 1);
	assert.deepEqual(r.notes.map((n) => `${n.what} ${n.object}`), ['alias domain @example.net']);
	assert.equal(to.sql('SELECT count(*) FROM vimb_domain_total;').trim(), '1');
	assert.match(to.sql("SELECT password FROM admin WHERE username = 'super@example.org';"), /^\$2y\$10\$fEDAXWJ9/);
	assert.equal(to.sql("SELECT description FROM domain WHERE domain = 'example.net';").trim(), 'Zweite Domäne');
});
