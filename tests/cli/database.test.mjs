// SPDX-License-Identifier: GPL-3.0-or-later
// Databases that are not there, not ours, not readable, locked, damaged, too old or too new: the exit status, a sentence that says what to do, no harm done.
// One engine is enough: these are SQLite files.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import test from 'node:test';
import { Cli, binary } from './lib/cli.mjs';

const root = process.getuid() === 0;
const nobody = 65534;
const away = 'The database is not available at the moment. Nothing was changed; try again shortly.';

function withCli(name, options, body) {
	test(name, typeof options === 'function' ? {} : options, async () => {
		const cli = new Cli();
		try {
			await (typeof options === 'function' ? options : body)(cli);
		} finally {
			cli.end();
		}
	});
}
const on = (file) => ['-o', `database=sqlite:${file}`];

withCli('no database yet: nothing but schema apply makes one', (cli) => {
	for (const args of [['domain', 'list'], ['domain', 'add', 'example.com'], ['domain', 'add', 'example.com', '--dry-run'], ['admin', 'list'], ['log', 'list']])
		assert.equal(cli.refused(78, args), `vimbadmin: There is no database ${cli.file} yet; run \`vimbadmin schema apply\`.\n`);
	assert.equal(JSON.parse(cli.run(['domain', 'list', '--json']).err).code, 'config');
	assert.deepEqual(fs.readdirSync(cli.dir), ['vimbadmin.conf']);
	cli.ok(['schema', 'apply']);
	assert.equal((fs.statSync(cli.file).mode & 0o777).toString(8), '660');
	assert.equal(cli.ok(['domain', 'list', '--json']), '[]\n');
});

withCli('a folder that is not there', (cli) => {
	for (const args of [['schema', 'apply'], ['schema', 'status'], ['domain', 'list']])
		assert.equal(cli.refused(69, [...on(`${cli.dir}/missing/x.db`), ...args]), `vimbadmin: ${away} (open: unable to open database file (14))\n`);
	assert.ok(!fs.existsSync(`${cli.dir}/missing`));
	const { code, errors } = JSON.parse(cli.run([...on(`${cli.dir}/missing/x.db`), 'domain', 'list', '--json']).err);
	assert.deepEqual([code, errors[0].detail], ['unavailable', 'open: unable to open database file (14)']);
});

withCli('a folder instead of a file, and a file instead of a folder', (cli) => {
	assert.match(cli.refused(69, [...on(cli.dir), 'domain', 'list']), /unable to open database file/);
	assert.match(cli.refused(69, [...on(`${cli.conf}/x.db`), 'domain', 'list']), /unable to open database file/);
	assert.match(cli.refused(69, [...on(`${cli.conf}/x.db`), 'schema', 'apply']), /unable to open database file/);
});

withCli('not a database', (cli) => {
	fs.writeFileSync(cli.file, 'this is no database, it only looks like a file\n'.repeat(100));
	const before = fs.readFileSync(cli.file);
	for (const args of [['domain', 'list'], ['schema', 'apply'], ['schema', 'status'], ['domain', 'add', 'example.com']])
		assert.equal(cli.refused(69, args), `vimbadmin: ${away} (open: file is not a database (26))\n`);
	assert.deepEqual(fs.readFileSync(cli.file), before);
});

withCli('a damaged database', (cli) => {
	cli.seed();
	const fd = fs.openSync(cli.file, 'r+');
	const pages = fs.fstatSync(fd).size / 4096;
	for (let page = 1; page < pages; page++) fs.writeSync(fd, Buffer.alloc(4096, 0xa5), 0, 4096, page * 4096);
	fs.closeSync(fd);
	assert.match(cli.refused(69, ['domain', 'list']), /malformed|damaged|not available/);
});

withCli('an empty file, or a database without the schema', (cli) => {
	fs.writeFileSync(cli.file, '');
	assert.match(cli.refused(78, ['domain', 'list']), /^vimbadmin: The database lacks \d+ steps of the schema; run `vimbadmin schema apply`\.\n$/);
	cli.sql('CREATE TABLE other (x);');
	assert.match(cli.refused(78, ['domain', 'list']), /lacks/);
	cli.ok(['schema', 'apply']);
	assert.equal(cli.ok(['domain', 'list', '--json']), '[]\n');
	assert.equal(cli.sql('SELECT count(*) FROM other;'), '0\n');
});

withCli('a database with a step missing', (cli) => {
	cli.seed();
	cli.sql('DELETE FROM vimb_schema WHERE name = (SELECT max(name) FROM vimb_schema);');
	assert.match(cli.refused(78, ['domain', 'list']), /lacks one step of the schema/);
	assert.equal(cli.json(['schema', 'plan']).length, 1);
});

withCli('a database of a newer version', (cli) => {
	cli.seed();
	cli.sql(`INSERT INTO vimb_schema (name, checksum, applied_at) VALUES ('999_future', '${'0'.repeat(64)}', 1);`);
	const before = cli.dump();
	for (const args of [['domain', 'list'], ['domain', 'add', 'x.example'], ['schema', 'apply'], ['schema', 'apply', '--dry-run']])
		assert.equal(cli.refused(78, args), 'vimbadmin: The database was made by a newer version of this program; use that version.\n');
	assert.match(cli.ok(['schema', 'status']), /\nThe database is newer than this program\.\n$/);
	assert.equal(cli.dump(), before);
});

withCli('a database of the PHP program is not written over', (cli) => {
	cli.sql('CREATE TABLE mailbox (id INTEGER PRIMARY KEY, username TEXT); INSERT INTO mailbox (username) VALUES (\'anna@example.com\');');
	const before = cli.dump();
	cli.refused(78, ['schema', 'apply']);
	cli.refused(78, ['domain', 'list']);
	assert.equal(cli.dump(), before);
});

// ---- who may write ----

withCli('a database that cannot be written', (cli) => {
	cli.seed();
	const before = cli.dump();
	fs.chmodSync(cli.dir, 0o755);
	fs.chmodSync(cli.conf, 0o644);
	fs.chmodSync(cli.file, 0o444);
	const as = root ? { as: nobody } : {};
	if (!root) fs.chmodSync(cli.dir, 0o555);
	for (const args of [['domain', 'add', 'x.example'], ['mailbox', 'delete', 'anna@example.com']]) {
		const r = cli.run(args, as);
		assert.equal(r.status, 69, r.err);
		assert.match(r.err, /^vimbadmin: .*(readonly|unable to open)/);
		assert.equal(r.out, '');
	}
	fs.chmodSync(cli.dir, 0o755);
	assert.equal(cli.dump(), before);
});

withCli('a database that cannot be read', { skip: !root && 'needs root' }, (cli) => {
	cli.seed();
	fs.chmodSync(cli.dir, 0o755);
	fs.chmodSync(cli.conf, 0o644);
	fs.chmodSync(cli.file, 0o600);
	const r = cli.run(['domain', 'list'], { as: nobody });
	assert.deepEqual([r.status, r.out, r.err], [69, '', `vimbadmin: ${away} (open: unable to open database file (14))\n`]);
	fs.chmodSync(cli.dir, 0o700);
	assert.equal(cli.run(['domain', 'list'], { as: nobody }).status, 78, 'the configuration is out of reach too');
});

withCli('a folder where the database cannot be made', { skip: !root && 'needs root' }, (cli) => {
	fs.chmodSync(cli.dir, 0o755);
	fs.chmodSync(cli.conf, 0o644);
	const r = cli.run(['schema', 'apply'], { as: nobody });
	assert.deepEqual([r.status, r.out], [69, '']);
	assert.match(r.err, /unable to open database file/);
});

// ---- somebody else at it ----

// Another program that holds the database's write lock until the body is through.
async function locked(cli, body) {
	const holder = spawn('sqlite3', [cli.file], { stdio: ['pipe', 'pipe', 'inherit'] });
	await new Promise((done) => {
		holder.stdout.once('data', done);
		holder.stdin.write('BEGIN IMMEDIATE;\nSELECT 1;\n');
	});
	try {
		await body();
	} finally {
		const gone = new Promise((done) => holder.once('close', done));
		holder.stdin.end('ROLLBACK;\n');
		await gone;
	}
}

withCli('a database that another program has locked', async (cli) => {
	cli.seed();
	const before = cli.dump();
	await locked(cli, () => {
		const started = Date.now();
		const r = cli.run(['-o', 'db.lock_ms=200', 'domain', 'add', 'x.example']);
		assert.equal(r.status, 69, r.err);
		assert.match(r.err, /^vimbadmin: The database [^(]+ \(.*locked.*\)\n$/);
		assert.ok(Date.now() - started < 5000, 'within the time that the configuration gives');
		assert.equal(cli.run(['-o', 'db.lock_ms=200', 'schema', 'apply']).status, 69);
		// reading goes on
		assert.equal(cli.json(['domain', 'list']).length, 1);
	});
	assert.equal(cli.dump(), before);
	cli.ok(['domain', 'add', 'x.example']);
});

withCli('commands side by side take turns', async (cli) => {
	cli.seed();
	const runs = Array.from({ length: 8 }, (_, i) => new Promise((done) => {
		const child = spawn(binary, ['-c', cli.conf, 'domain', 'add', `d${i % 4}.example`], { stdio: 'ignore' });
		child.once('exit', done);
	}));
	assert.deepEqual((await Promise.all(runs)).sort(), [0, 0, 0, 0, 73, 73, 73, 73]);
	assert.equal(cli.json(['domain', 'list']).length, 5);
	assert.equal(cli.json(['log', 'list', '--action', 'DOMAIN_ADD']).length, 5);
});

withCli('two that make the schema at the same time', async (cli) => {
	const runs = Array.from({ length: 4 }, () => new Promise((done) => {
		const child = spawn(binary, ['-c', cli.conf, 'schema', 'apply'], { stdio: 'ignore' });
		child.once('exit', done);
	}));
	assert.deepEqual(await Promise.all(runs), [0, 0, 0, 0]);
	assert.match(cli.ok(['schema', 'status']), /up to date/);
});

withCli('databases of engines that cannot be reached', (cli) => {
	for (const url of ['mysql://panel@127.0.0.1:1/vimbadmin', 'postgresql://panel@127.0.0.1:1/vimbadmin']) {
		const r = cli.run(['-o', `database=${url}`, 'domain', 'list']);
		assert.ok([69, 78].includes(r.status), r.err);
		assert.equal(r.out, '');
	}
});

// 20,000 mailboxes enter the index of letters by one statement, which takes longer than a page's may.
withCli('a long import may take longer than a statement of a page', (cli) => {
	const file = `${cli.dir}/in.csv`;
	fs.writeFileSync(file, `address,hash,name\n${Array.from({ length: 20000 },
		(_, i) => `mailbox${i}@example.com,{SHA512-CRYPT}$6$saltsaltsaltsalt$9bJzQy1kZ1Qe0tJX8d0mYc6q5a3bV2,Person with the number ${i}\n`).join('')}`);
	cli.seed();
	const r = cli.run(['-o', 'db.statement_ms=100', 'import', 'mailboxes', file]);
	assert.equal(r.status, 0, r.err);
	assert.match(r.err, /^20000 rows: 20000 added/);
});
