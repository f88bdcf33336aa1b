// SPDX-License-Identifier: GPL-3.0-or-later
// What the command line refuses, with which exit status and which sentence; and that nothing a name, an argument or a row of the database holds gets to
// steer the terminal or break a table.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import test, { after, before } from 'node:test';
import { Cli, engine, run, secret } from './lib/cli.mjs';

let cli, dump;
before(() => {
	cli = new Cli().seed();
	dump = cli.dump();
});
after(() => cli.end());
const unchanged = () => assert.equal(cli.dump(), dump);

// Refused with this status and sentence, in words and as JSON.
function refuses(status, args, text, options) {
	assert.equal(cli.refused(status, args, options), `vimbadmin: ${text}\n`);
	const r = cli.run(['--json', ...args], options);
	assert.deepEqual([r.status, r.out], [status, ''], r.err);
	const { code, errors } = JSON.parse(r.err);
	assert.deepEqual(Object.keys(errors[0]).slice(0, 3), ['code', 'field', 'text']);
	assert.equal(`${errors[0].field ? `${errors[0].field}: ` : ''}${errors[0].text}`.startsWith(text.split(' (')[0]), true, r.err);
	assert.equal(code, { 64: 'malformed', 65: 'invalid', 66: 'not_found', 70: 'internal', 73: 'conflict' }[status]);
	unchanged();
}

const list = (name, cases) => test(name, async (t) => {
	for (const [status, args, text, options] of cases)
		await t.test(args.map((a) => (a.length > 60 ? `${a.slice(0, 60)}...` : a)).join(' '), () => refuses(status, args, text, options));
});
const see = (command) => ` See \`vimbadmin help ${command}\`.`;

list('usage: 64', [
	[64, ['domain', 'list', '--bogus', 'x'], `--bogus: is no option of domain list.${see('domain list')}`],
	[64, ['domain', 'list', '--bogus=x'], `--bogus: is no option of domain list.${see('domain list')}`],
	[64, ['domain', 'list', '--bogus'], `--bogus: is no option of domain list.${see('domain list')}`],
	[64, ['domain', 'show', 'example.com', '--quota', '1'], `--quota: is no option of domain show.${see('domain show')}`],
	[64, ['domain', 'list', '--self', 'yes'], `--self: is no option of domain list.${see('domain list')}`],
	[64, ['domain', 'add', 'x.example', '--domain', 'y.example'], `--domain: is no option of domain add.${see('domain add')}`],
	[64, ['domain', 'edit', 'example.com', '--mailbox-count', '3'], `--mailbox-count: is no option of domain edit.${see('domain edit')}`],
	[64, ['mailbox', 'edit', 'anna@example.com', '--password', secret], `--password: is no option of mailbox edit.${see('mailbox edit')}`],
	[64, ['mailbox', 'passwd', 'anna@example.com', '--quota', '1G', '--generate'], `--quota: is no option of mailbox passwd.${see('mailbox passwd')}`],
	[64, ['admin', 'passwd', 'ann@example.org', '--super', 'yes', '--password', secret], `--super: is no option of admin passwd.${see('admin passwd')}`],
	[64, ['admin', 'add', 'new@example.org', '--generate'], `--generate: is no option of admin add.${see('admin add')}`],
	[64, ['admin', 'assign', 'ann@example.org', '--sort', 'x'], `--sort: is no option of admin assign.${see('admin assign')}`],
	[64, ['domain', 'list', '--limit'], `--limit: needs a value.${see('domain list')}`],
	[64, ['domain', 'add', 'x.example', '--max-aliases'], `--max-aliases: needs a value.${see('domain add')}`],
	[64, ['domain', 'list', '--limit', '1', '--limit', '2'], 'limit: This was given twice.'],
	[64, ['domain', 'list', 'example.com'], `example.com: is one argument too many.${see('domain list')}`],
	[64, ['domain', 'show', 'example.com', 'second.example'], `second.example: is one argument too many.${see('domain show')}`],
	[64, ['domain', 'show'], `domain show: needs DOMAIN.${see('domain show')}`],
	[64, ['mailbox', 'add', '--generate'], `mailbox add: needs ADDRESS.${see('mailbox add')}`],
	[64, ['domain', 'list', '-x'], `-x: is not an option.${see('domain list')}`],
	[64, ['domain', 'list', '-hx'], `-hx: is not an option.${see('domain list')}`],
	[64, ['domain', 'list', '--dry-run'], `domain list: has nothing to run dry.${see('domain list')}`],
	[64, ['domain', 'show', 'example.com', '--password-stdin'], `domain show: takes no password.${see('domain show')}`],
	[64, ['mailbox', 'edit', 'anna@example.com', '--password-stdin'], `mailbox edit: takes no password.${see('mailbox edit')}`],
	[64, ['domain', 'list', '--role', 'web'], `--role: is no option of domain list.${see('domain list')}`],
	[64, ['mailbox', 'show', 'anna@example.com', '--dir', '/tmp'], `--dir: is no option of mailbox show.${see('mailbox show')}`],
	[64, ['domain', 'list', '--json=yes'], `--json: is no option of domain list.${see('domain list')}`],
	[64, ['-o', 'nothing', 'domain', 'list'], `-o: needs KEY=VALUE.${see('domain list')}`],
	[64, ['domain', 'list', '-o'], `-o: needs KEY=VALUE.${see('domain list')}`],
	[64, ['domain', 'list', '-c'], `--config: needs a value.${see('domain list')}`],
	[64, ['-a', 'mailbox.cli-bogus'], 'mailbox.cli-bogus: is not an action of this program. See `vimbadmin help`.'],
]);

test('what a command without a database cannot do is refused too', () => {
	for (const args of [['serve', '--json'], ['config', 'doc', '--json'], ['config', 'postfix', '--tab'], ['config', 'check', '--tab'], ['salt', 'generate', '--json'],
		['config', 'check', '--dry-run'], ['config', 'dump', '--dir', '/tmp'], ['domain', 'list', '--tab', '--json']]) {
		const r = cli.run(args);
		assert.deepEqual([r.status, r.out], [64, ''], args.join(' '));
	}
});

test('more options than there is room for', () => {
	refuses(64, ['domain', 'list', ...Array(70).fill('--limit=1')], `--limit: is one option too many.${see('domain list')}`);
});

test('the old tool\'s way to the schema still works', () => {
	assert.match(cli.ok(['-a', 'maintenance.cli-schema-update']), /up to date/);
	assert.match(cli.ok(['--action', 'maintenance.cli-schema-update']), /up to date/);
});

list('input: 65', [
	[65, ['domain', 'add', 'no domain'], 'domain: This is not a domain name.'],
	[65, ['domain', 'add', 'example..com'], 'domain: This is not a domain name.'],
	[65, ['domain', 'add', 'exa_mple.com'], 'domain: This is not a domain name.'],
	[65, ['domain', 'add', '*.example'], 'domain: This is not a domain name.'],
	[65, ['domain', 'add', ''], 'domain: This is required.'],
	[65, ['domain', 'add', '--', '-dash.example'], 'domain: This is not a domain name.'],
	[65, ['domain', 'add', 'x.example', '--max-mailboxes', '-1'], 'max_mailboxes: Enter a number from 0 to 2147483647.'],
	[65, ['domain', 'add', 'x.example', '--max-mailboxes', '2147483648'], 'max_mailboxes: Enter a number from 0 to 2147483647.'],
	[65, ['domain', 'add', 'x.example', '--max-mailboxes', '99999999999999999999'], 'max_mailboxes: Enter a whole number.'],
	[65, ['domain', 'add', 'x.example', '--max-mailboxes', 'Unlimited?'], 'max_mailboxes: Enter a whole number.'],
	[65, ['domain', 'add', 'x.example', '--max-mailboxes', '1e3'], 'max_mailboxes: Enter a whole number.'],
	[65, ['domain', 'add', 'x.example', '--active', 'maybe'], 'active: Enter yes or no.'],
	[65, ['domain', 'add', 'x.example', '--transport', 'lmtp:inet 1'], 'transport: A transport holds no blanks and only ASCII characters.'],
	[65, ['domain', 'list', '--sort', 'password'], 'sort: This list can be sorted by domain, mailbox_count, alias_count, quota, created.'],
	[65, ['domain', 'list', '--dir', 'up'], 'dir: This is not one of the choices.'],
	[65, ['domain', 'list', '--limit', '0'], 'limit: Enter a number from 1 to 1000.'],
	[65, ['domain', 'list', '--limit', '1001'], 'limit: Enter a number from 1 to 1000.'],
	[65, ['domain', 'list', '--after', 'made-up'], 'after: This page is not known any more. Please start from the first one.'],
	[65, ['mailbox', 'list', '--domain', 'unknown.example'], 'domain: There is no such domain.'],
	[65, ['mailbox', 'add', 'x@example.com', '--generate', '--access-restriction', 'FTP'], 'access_restriction: Access is ALL, or a list out of SMTP, IMAP, POP3, SIEVE.'],
	[65, ['alias', 'add', 'x@example.com'], 'goto: This is required.'],
	[65, ['alias', 'add', 'x@example.com', '--goto', 'x@example.com'], 'goto: x@example.com names itself, but there is no such mailbox.'],
	[65, ['admin', 'assign', 'ann@example.org'], 'domain: Name the domain with --domain.'],
]);

test('input: 65, whatever the sentence', () => {
	for (const [args, field] of [
		[['domain', 'edit', 'example.com', '--quota', '9999999999 GB'], 'quota'],
		[['domain', 'edit', 'example.com', '--quota', '-5'], 'quota'],
		[['domain', 'edit', 'example.com', '--quota', '5 XB'], 'quota'],
		[['mailbox', 'add', 'nobody', '--generate'], 'address'],
		[['mailbox', 'add', 'a b@example.com', '--generate'], 'address'],
		[['mailbox', 'add', '@example.com', '--generate'], 'address'],
		[['mailbox', 'add', 'x@unknown.example', '--generate'], 'address'],
		[['mailbox', 'add', 'x@example.com', '--generate', '--alt-email', 'x'], 'alt_email'],
		[['alias', 'add', 'x@example.com', '--goto', ', ,'], 'goto'],
		[['alias', 'add', 'x@example.com', '--goto', 'nobody'], 'goto'],
		[['alias', 'edit', 'info@example.com', '--goto', ''], 'goto'],
		[['admin', 'add', 'nobody', '--password', secret], 'username'],
	]) {
		assert.match(cli.refused(65, args), new RegExp(`^vimbadmin: ${field}: `), args.join(' '));
	}
	unchanged();
});

test('input: every fault at once', () => {
	const lines = cli.refused(65, ['domain', 'add', 'no domain', '--quota', 'x', '--active', 'maybe']).split('\n').slice(0, -1);
	assert.deepEqual(lines.map((l) => l.split(': ')[1]).sort(), ['active', 'domain', 'quota']);
});

list('not found: 66', [
	[66, ['domain', 'show', 'unknown.example'], 'There is no such domain.'],
	[66, ['domain', 'edit', 'unknown.example', '--quota', '1G'], 'There is no such domain.'],
	[66, ['domain', 'enable', 'not a domain'], 'There is no such domain.'],
	[66, ['domain', 'disable', ''], 'There is no such domain.'],
	[66, ['domain', 'delete', 'unknown.example'], 'There is no such domain.'],
	[66, ['mailbox', 'show', 'nobody@example.com'], 'There is no such mailbox.'],
	[66, ['mailbox', 'edit', 'nobody', '--name', 'x'], 'There is no such mailbox.'],
	[66, ['mailbox', 'passwd', 'nobody@example.com', '--generate'], 'There is no such mailbox.'],
	[66, ['mailbox', 'delete', 'info@example.com'], 'There is no such mailbox.'],
	[66, ['alias', 'show', 'nobody@example.com'], 'There is no such alias.'],
	[66, ['alias', 'enable', '@example.com'], 'There is no such alias.'],
	[66, ['alias', 'delete', '@'], 'There is no such alias.'],
	[66, ['admin', 'show', 'nobody@example.org'], 'There is no such administrator.'],
	[66, ['admin', 'passwd', 'nobody@example.org', '--password', secret], 'There is no such administrator.'],
	[66, ['admin', 'delete', 'nobody@example.org'], 'There is no such administrator.'],
	[66, ['admin', 'assign', 'nobody@example.org', '--domain', 'example.com'], 'There is no such administrator.'],
	[66, ['admin', 'assign', 'ann@example.org', '--domain', 'unknown.example'], 'There is no such domain.'],
]);

list('conflict: 73', [
	[73, ['domain', 'add', 'example.com'], 'domain: This domain exists already.'],
	[73, ['domain', 'add', 'EXAMPLE.com'], 'domain: This domain exists already.'],
	[73, ['admin', 'disable', 'chief@example.org'], 'This is the last active super administrator.'],
	[73, ['admin', 'edit', 'chief@example.org', '--super', 'no'], 'This is the last active super administrator.'],
	[73, ['admin', 'delete', 'chief@example.org'], 'This is the last active super administrator.'],
]);

test('conflict: addresses and administrators that are taken', () => {
	for (const [args, field] of [
		[['mailbox', 'add', 'anna@example.com', '--generate'], 'local_part'],
		[['mailbox', 'add', 'ANNA@example.com', '--generate'], 'local_part'],
		[['mailbox', 'add', 'info@example.com', '--generate'], 'local_part'],
		[['alias', 'add', 'info@example.com', '--goto', 'x@other.example'], 'local_part'],
		[['alias', 'add', 'anna@example.com', '--goto', 'x@other.example'], 'local_part'],
		[['admin', 'add', 'ann@example.org', '--password', secret], 'username'],
	]) {
		assert.match(cli.refused(73, args), new RegExp(`^vimbadmin: (?:${field}|address): [^(]*\\.\\n$`), args.join(' '));
	}
	unchanged();
});

test('the command line goes past the limits of a domain, which are for its administrators, but not past its largest quota', () => {
	const own = new Cli().seed();
	own.ok(['domain', 'add', 'small.example', '--max-mailboxes', '1', '--max-aliases', '1', '--max-quota', '1G', '--quota', '500 MB']);
	own.ok(['mailbox', 'add', 'a@small.example', '--generate']);
	own.ok(['mailbox', 'add', 'b@small.example', '--generate']);
	assert.equal(own.refused(65, ['mailbox', 'edit', 'a@small.example', '--quota', '2G']), 'vimbadmin: quota: A mailbox of this domain may have at most 1 GB.\n');
	own.end();
});

// ---- bytes that are no text, and too many of them ----

test('bytes that are not UTF-8 are refused, wherever they stand', () => {
	const bad = (text) => Buffer.concat([Buffer.from(text), Buffer.from([0xff, 0xc3, 0x28])]);
	for (const [status, args] of [
		[65, ['domain', 'add', bad('x')]],
		[65, ['domain', 'add', 'x.example', '--description', bad('x')]],
		[65, ['mailbox', 'add', 'x@example.com', '--generate', '--name', bad('x')]],
		[65, ['mailbox', 'add', bad('x@example.com'), '--generate']],
		[65, ['mailbox', 'add', 'x@example.com', '--password', bad('long enough')]],
		[65, ['alias', 'add', 'x@example.com', '--goto', bad('x@example.com')]],
		[65, ['domain', 'list', '--search', bad('x')]],
		[66, ['domain', 'show', bad('x')]],
		[64, [bad('x'), 'list']],
		[64, ['domain', bad('x')]],
		[64, ['domain', 'list', bad('--x'), '1']],
		[64, ['domain', 'list', bad('x')]],
	]) {
		const r = cli.run(args.map((a) => Buffer.from(a)));
		assert.equal(r.status, status, r.err);
		assert.equal(r.out, '');
		assert.ok(Buffer.from(r.errBytes.toString('utf8')).equals(r.errBytes), 'the fault itself is UTF-8');
		JSON.parse(cli.run([...args, '--json'].map((a) => Buffer.from(a))).err);
	}
	unchanged();
});

test('over-long values', () => {
	const long = 'x'.repeat(100000);
	for (const [status, args] of [
		[65, ['domain', 'add', `${long}.example`]],
		[65, ['domain', 'add', `${'x'.repeat(64)}.example`]],
		[65, ['domain', 'add', `${'x.'.repeat(125)}example`]],
		[65, ['domain', 'add', 'x.example', '--description', 'x'.repeat(256)]],
		[65, ['mailbox', 'add', `${'x'.repeat(65)}@example.com`, '--generate']],
		[65, ['mailbox', 'add', 'x@example.com', '--generate', '--name', long]],
		[65, ['mailbox', 'add', 'x@example.com', '--password', 'x'.repeat(1025)]],
		[65, ['mailbox', 'add', 'x@example.com', '--password', 'x'.repeat(73)]],
		[65, ['mailbox', 'add', 'x@example.com', '--hash', `{BLF-CRYPT}$2y$${long}`]],
		[65, ['alias', 'add', 'x@example.com', '--goto', long]],
		[65, ['alias', 'add', 'x@example.com', '--goto', Array.from({ length: 1001 }, (_, i) => `a${i}@other.example`).join(',')]],
		[65, ['domain', 'list', '--search', long]],
		[65, ['domain', 'list', '--after', long]],
		[65, ['domain', 'list', '--sort', long]],
		[66, ['mailbox', 'show', long]],
		[64, [long]],
		[64, ['domain', 'list', `--${long}`, '1']],
	]) {
		const r = cli.run(args);
		assert.equal(r.status, status, `${args.join(' ').slice(0, 80)}: ${r.err.slice(0, 200)}`);
		assert.equal(r.out, '');
		assert.ok(r.err.length < 1000, `${args.join(' ').slice(0, 80)}: the fault has ${r.err.length} bytes`);
		assert.ok(!r.err.includes('x'.repeat(1000)));
	}
	unchanged();
	assert.equal(cli.run(['domain', 'add', 'x.example', '--description', 'x'.repeat(255), '--dry-run']).status, 0);
	assert.equal(cli.run(['mailbox', 'add', `${'x'.repeat(64)}@example.com`, '--generate', '--dry-run']).status, 0);
});

// ---- hostile text ----

// What steers a terminal or breaks a line: C0, DEL, C1 (here as UTF-8), marks that turn the direction of text, line separators.
const steering = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/;
const evil = ['\x1b[31m', '\x1b]0;title\x07', '\r', '\b\b\b', '\x7f', '\u009b31m', '\u202eevil', '\u2066', '\u2028', 'a\nb', 'a\tb'];

test('an option or a word with a dash in front', () => {
	cli.ok(['domain', 'add', 'dash.example', '--description', '--json']);
	assert.equal(cli.json(['domain', 'show', 'dash.example']).description, '--json');
	cli.ok(['domain', 'edit', 'dash.example', '--description=-x']);
	assert.equal(JSON.parse(cli.ok(['domain', '--json', 'show', '--', 'dash.example'])).description, '-x');
	assert.match(cli.refused(65, ['mailbox', 'add', '--generate', '--', '-rf@dash.example']), /cannot start with a hyphen/);
	assert.match(cli.refused(66, ['mailbox', 'show', '--', '--help']), /no such mailbox/);
	cli.ok(['domain', 'delete', 'dash.example']);
	dump = cli.dump();
});

test('arguments that steer a terminal are not echoed as they are', () => {
	for (const text of evil) {
		for (const args of [[text], ['domain', text], ['domain', 'list', text], ['domain', 'list', `--${text}`, '1'], ['domain', 'list', `-${text}`],
			['domain', 'show', text], ['domain', 'add', text], ['alias', 'add', 'x@example.com', '--goto', text], ['-o', `${text}=1`, 'domain', 'list'],
			['-o', `listen=${text}`, 'domain', 'list'], ['help', text], ['-a', text], ['domain', 'add', 'x.example', '--description', `x${text}x`],
			['mailbox', 'add', 'x@example.com', '--generate', '--name', `x${text}x`], ['mailbox', 'add', `x${text}x@example.com`, '--generate'],
			['admin', 'add', `x${text}x@example.com`, '--password', secret]]) {
			const r = cli.run(args);
			// white space around a value is trimmed, and marks of direction are text of names: these may be taken, but then never printed as they are
			if (r.status === 0) assert.ok(/[\u2066\u202e]/.test(text), JSON.stringify(args));
			else assert.equal(r.err.split('\n').length, 2, JSON.stringify([args, r.err]));
			assert.doesNotMatch(r.out + r.err, steering, JSON.stringify(args));
		}
	}
	for (const path of ['/no\x1b[31m', '/no\nwhere']) {
		const r = run(['-c', path, 'config', 'check']);
		assert.equal(r.status, 78);
		assert.doesNotMatch(r.err, steering);
		assert.equal(r.err.split('\n').length, 2);
	}
});

test('rows that steer a terminal, from another program, are printed as harmless lines', () => {
	const own = new Cli().seed();
	const hex = (bytes) => own.database.text(Buffer.from(bytes).toString('hex'));
	own.sql(`UPDATE mailbox SET name = ${hex(`A${evil.join('|')}Z`)};
		UPDATE domain SET description = ${hex(Buffer.concat([Buffer.from('bad'), Buffer.from(engine === 'sqlite' ? [0xff, 0xfe, 0xc3] : []), Buffer.from('end')]))};
		UPDATE alias SET goto = ${hex('x@other.example\n\x1b[2J,y@other.example')} WHERE address <> goto;`);
	for (const args of [['mailbox', 'list'], ['mailbox', 'show', 'anna@example.com'], ['alias', 'list'], ['domain', 'show', 'example.com'], ['domain', 'list']]) {
		for (const format of [[], ['--tab'], ['--json']]) {
			const r = own.run([...args, ...format]);
			assert.equal(r.status, 0, r.err);
			assert.doesNotMatch(format[0] === '--tab' ? r.out.replaceAll('\t', '') : r.out, steering, [...args, ...format].join(' '));
			assert.ok(Buffer.from(r.out).equals(r.bytes), 'what is printed is UTF-8');
			if (format[0] === '--json') JSON.parse(r.out);
		}
	}
	assert.equal(own.ok(['mailbox', 'list']).split('\n').length, 4);
	assert.equal(own.ok(['mailbox', 'list', '--tab']).split('\n').length, 2);
	assert.equal(own.ok(['mailbox', 'list', '--tab']).split('\t').length, 6);
	// the whole text is there for programs
	assert.equal(own.json(['mailbox', 'show', 'anna@example.com']).name, `A${evil.join('|')}Z`);
	own.end();
});

test('who runs it cannot put control characters into the log\'s table', () => {
	if (process.getuid() !== 0) return;
	const own = new Cli().seed();
	own.ok(['domain', 'add', 'x.example'], { env: { SUDO_USER: 'me\x1b[31m\nroot' } });
	own.ok(['domain', 'add', 'y.example'], { env: { SUDO_USER: 'carol' } });
	assert.doesNotMatch(own.ok(['log', 'list']), steering);
	assert.equal(own.json(['log', 'list', '--limit', '1000'])[0].actor, 'root (carol)');
	own.end();
});

// ---- the rest of the table of outcomes ----

test('a fault of the program: 70', () => {
	const own = new Cli().seed();
	own.sql('ALTER TABLE alias RENAME TO elsewhere;');
	const err = own.refused(70, ['alias', 'list']);
	assert.match(err, own.database.missing);
	const { code, errors } = JSON.parse(own.run(['alias', 'list', '--json']).err);
	assert.equal(code, 'internal');
	assert.match(errors[0].detail, own.database.missing);
	own.end();
});

test('an output that cannot be written: 74', () => {
	for (const args of [['domain', 'list'], ['help'], ['config', 'dump'], ['version']]) {
		const out = fs.openSync('/dev/full', 'w');
		const r = cli.toFile(args, out);
		fs.closeSync(out);
		assert.deepEqual([r.status, r.err], [74, 'vimbadmin: the output could not be written: No space left on device\n'], args.join(' '));
	}
	const r = cli.run(['config', 'postfix', '--dir', `${cli.dir}/missing`]);
	assert.equal(r.status, 74);
	assert.match(r.err, /^vimbadmin: cannot write .*: No such file or directory\n$/);
});

test('roles: words on SQLite, users on a server, the same by both names', () => {
	const words = new Cli({ database: 'sqlite:/nowhere/x.db' });
	assert.match(words.ok(['config', 'roles']), /^(-- .*\n)+$/);
	assert.equal(words.ok(['config', 'postfix', '--roles']), words.ok(['config', 'roles']));
	words.end();
	assert.match(cli.refused(64, ['domain', 'list', '--roles']), /takes no --roles/);
	for (const scheme of ['mysql', 'postgresql']) {
		const made = new Cli({ database: `${scheme}://boss:it%27s%5Ca@db.example/mail%22s`, 'mail.dict_database': `${scheme}://dict:s3cret@db.example/mail` });
		const text = made.ok(['config', 'dovecot', '--roles']);
		assert.match(text, /^-- {3}database: as it is$/m);
		assert.match(text, scheme === 'mysql' ? /^CREATE USER IF NOT EXISTS 'boss'@'%' IDENTIFIED BY 'it''s\\\\a';$/m : / CREATE ROLE "boss" LOGIN PASSWORD 'it''s\\a';/);
		if (scheme === 'mysql') assert.match(text, /^-- {3}REVOKE ALL PRIVILEGES ON `mail"s`\.\* FROM 'boss'@'%';$/m);
		assert.match(text, scheme === 'mysql' ? /GRANT SELECT, INSERT ON `mail"s`\.vimb_audit TO 'boss'@'%';/ : /GRANT CONNECT ON DATABASE "mail""s" TO "boss";/);
		const [, secret] = /^-- {3}mail\.postfix_database = \w+:\/\/vimbadmin_postfix:(\w{32})@db\.example\/mail%22s$/m.exec(text);
		assert.ok(text.includes(`'${secret}'`));
		assert.doesNotMatch(text, /GRANT .* TO .*root|s3cret@/);
		made.end();
	}
});

test('lookup files are written as they are printed', () => {
	for (const service of ['postfix', 'dovecot']) {
		const dir = `${cli.dir}/${service}`;
		fs.mkdirSync(dir);
		const names = cli.ok(['config', service, '--dir', dir]).split('\n').slice(0, -1);
		assert.deepEqual(names.map((n) => n.replace(`${dir}/`, '')).sort(), fs.readdirSync(dir).sort());
		const printed = cli.ok(['config', service]);
		for (const name of names) assert.ok(printed.includes(`### ${name.replace(`${dir}/`, '')}\n`), name);
		assert.ok(names.some((name) => fs.readFileSync(name, 'utf8').includes(cli.database.name)));
	}
});
