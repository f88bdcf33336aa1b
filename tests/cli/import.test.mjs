// SPDX-License-Identifier: GPL-3.0-or-later
// CSV in by the command: what is printed where, what stays, and that every list that was written can be taken in again.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { Cli } from './lib/cli.mjs';

const hash = '{SHA512-CRYPT}$6$saltsaltsaltsalt$9bJzQy1kZ1Qe0tJX8d0mYc6q5a3bV2';

function withCli(name, body) {
	test(name, () => {
		const cli = new Cli();
		try {
			cli.seed();
			body(cli, (text) => {
				const file = path.join(cli.dir, 'in.csv');
				fs.writeFileSync(file, text);
				return file;
			});
		} finally {
			cli.end();
		}
	});
}
const rows = (cli) => JSON.parse(cli.run(['log', 'list', '--json', '--limit', '1000']).out).length;

withCli('all or nothing: every fault is named, nothing stays', (cli, file) => {
	const before = rows(cli);
	const r = cli.run(['import', 'mailboxes', file(`address,hash\nnew@example.com,${hash}\nbad,${hash}\nnew@example.com,${hash}\n`)]);
	assert.equal(r.status, 65);
	assert.equal(r.out, '');
	assert.equal(r.err, 'vimbadmin: line 3, bad: address: An address looks like name@example.com.\n'
		+ 'vimbadmin: line 4, new@example.com: address: This mailbox exists already.\n'
		+ '3 rows: 1 added, 0 changed, 0 as they were, 2 refused.\nNothing was changed; --on-error skip leaves the bad rows out.\n');
	assert.equal(rows(cli), before);
});

withCli('the good rows of a bad file; the same file again', (cli, file) => {
	const text = `address;hash;quota\r\nnew@example.com;${hash};5 GB\r\nbad;;\r\n`;
	assert.equal(cli.run(['import', 'mailboxes', file(text), '--on-error', 'skip', '--dry-run']).status, 65);
	assert.equal(cli.run(['mailbox', 'show', 'new@example.com']).status, 66);
	assert.equal(cli.run(['import', 'mailboxes', file(text), '--on-error', 'skip']).status, 65);
	assert.equal(JSON.parse(cli.run(['mailbox', 'show', 'new@example.com', '--json']).out).quota, 5 * 2 ** 30);
	const again = JSON.parse(cli.run(['import', 'mailboxes', file(text.replace('bad;;\r\n', '')), '--mode', 'upsert', '--json']).out);
	assert.deepEqual(again, { rows: 1, done: 1, added: 0, changed: 0, unchanged: 1, failed: 0, kept: true, errors: [], made: [] });
});

withCli('passwords that are made: once, as CSV, and they are the right ones', (cli, file) => {
	const r = cli.run(['import', 'mailboxes', file(`address,hash\np@example.com,\nq@example.com,${hash}\n`), '--generate']);
	assert.equal(r.status, 0, r.err);
	assert.match(r.out, /^"address","password"\r\n"p@example\.com","[A-Za-z0-9]{23}"\r\n$/);
	assert.equal(r.err, '2 rows: 2 added, 0 changed, 0 as they were, 0 refused.\n');
	const j = JSON.parse(cli.run(['import', 'mailboxes', file('address\ns@example.com\n'), '--generate', '--json']).out);
	assert.deepEqual(j.made.map((m) => m.address), ['s@example.com']);
	assert.equal(cli.run(['import', 'mailboxes', file('address\nt@example.com\n'), '--generate', '--dry-run']).out, '');
});

withCli('out and in again changes nothing; into an empty panel it makes the same', (cli, file) => {
	const lists = [['domain', 'domains', []], ['mailbox', 'mailboxes', ['--hashes']], ['alias', 'aliases', ['--self']]];
	const write = (c) => lists.map(([noun, , more]) => c.run([noun, 'list', '--csv', ...more]).out);
	const bare = (text) => text.replace(/"\d+"|"\d{4}-\d\d-\d\dT[\d:]+Z"/g, '""');
	assert.equal(cli.run(['mailbox', 'edit', 'anna@example.com', '--name', '=HYPERLINK("x";"y"), \'z\'']).status, 0);
	assert.equal(cli.run(['alias', 'add', '@example.com', '--goto', 'anna@example.com,x@elsewhere.example']).status, 0);
	const written = write(cli), before = rows(cli);
	lists.forEach(([, name], i) => {
		const r = cli.run(['import', name, file(written[i]), '--mode', 'upsert']);
		assert.equal(r.status, 0, r.err);
		assert.match(r.err, /^(\d+) rows: 0 added, 0 changed, \1 as they were, 0 refused\.\n$/);
	});
	assert.equal(rows(cli), before);
	const other = new Cli();
	try {
		assert.equal(other.run(['schema', 'apply']).status, 0);
		lists.forEach(([, name], i) => assert.equal(other.run(['import', name, '-', '--mode', 'upsert'], { input: written[i] }).status, 0));
		assert.deepEqual(write(other).map(bare).map((t) => t.split('\r\n').sort()), written.map(bare).map((t) => t.split('\r\n').sort()));
	} finally {
		other.end();
	}
});

withCli('what is not a file of rows is refused as a whole', (cli, file) => {
	const refuses = (args, status, text) => {
		const r = cli.run(['import', ...args]);
		assert.equal(r.status, status, r.err);
		assert.match(r.err, text);
	};
	refuses(['mailboxes', path.join(cli.dir, 'none.csv')], 66, /No such file/);
	refuses(['mailboxes', cli.dir], 66, /Is a directory/);
	refuses(['mailboxes', file('')], 65, /empty/);
	refuses(['mailboxes', file('address,hash\nx')], 65, /Line 2 has 1 cells/);
	refuses(['mailboxes', file('address,password\nx@example.com,secret\n')], 65, /clear text/);
	refuses(['mailboxes', file('mail\nx@example.com\n')], 65, /"mail" is no field/);
	refuses(['mailboxes', file('a\n'), '--mode', 'delete'], 65, /mode: This is not one of the choices/);
	refuses(['domains', file('a\n'), '--generate'], 64, /no option/);
	refuses(['mailboxes', file('a\n'), '--tab'], 64, /takes no --tab/);
	refuses(['mailboxes'], 64, /needs FILE/);
});

withCli('a line that steers a terminal is printed as a harmless one', (cli, file) => {
	const r = cli.run(['import', 'mailboxes', file(`address,hash\n\x1b[2J\x1b]0;x\x07@example.com,${hash}\n`)]);
	assert.equal(r.status, 65);
	assert.ok(!/[\x00-\x09\x0b-\x1f]/.test(r.err), JSON.stringify(r.err));
});

withCli('a dry run warns of what is probably not meant, of each row, and of many by sort', (cli, file) => {
	const warnings = (r) => r.err.split('\n').filter((l) => l.startsWith('vimbadmin: warning: '));
	const rows = (n) => `address,goto\n${Array.from({ length: n }, (_, i) => `w${i}@example.com,nobody@example.com\n`).join('')}`;
	let r = cli.run(['--dry-run', 'import', 'aliases', file(rows(2))]);
	assert.equal(r.status, 0, r.err);
	assert.deepEqual(warnings(r), [2, 3].map((line) => `vimbadmin: warning: line ${line}, w${line - 2}@example.com: nobody@example.com does not exist, though its domain is here.`));
	assert.match(r.err, /2 rows: 2 added.*\nDry run: nothing was changed\.\n$/s);
	r = cli.run(['--dry-run', 'import', 'aliases', file(rows(150))]);
	assert.equal(warnings(r).length, 100);
	assert.match(r.err, /150 warnings; the first 100 are shown\. Of each sort:\n {2}150 times, first in line 2: nobody@example\.com does not exist/);
	r = cli.run(['--json', '--dry-run', 'import', 'aliases', file(rows(150))]);
	const out = JSON.parse(r.out);
	assert.deepEqual([out.warned, out.warnings.length, out.warnings[0]], [150, 100, { line: 2, key: 'w0@example.com', field: null, text: 'nobody@example.com does not exist, though its domain is here.' }]);
	r = cli.run(['import', 'aliases', file(rows(2))]);
	assert.deepEqual(warnings(r), [], 'what is done was looked at before');
});
