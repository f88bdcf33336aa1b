// SPDX-License-Identifier: GPL-3.0-or-later
// The ways to a password: standard input, argument, ready hash, made here, asked for on a terminal; and that none of them shows up anywhere.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import test, { after, before } from 'node:test';
import { Cli, binary, secret } from './lib/cli.mjs';

let cli;
before(() => { cli = new Cli().seed(); });
after(() => cli.end());

const stored = (address) => cli.sql(`SELECT password FROM mailbox WHERE username = '${address}';`).trim();
const storedAdmin = (address) => cli.sql(`SELECT password FROM admin WHERE username = '${address}';`).trim();
const add = (name, args, options) => cli.run(['mailbox', 'add', `${name}@example.com`, ...args], options);
// crypt(3) of the same machine says whether a stored hash is that of a password
const matches = (hash, password) => {
	const r = cli.perl(`my ($h, $p) = @ARGV; $h =~ s/^\\{[^}]*\\}//; exit(crypt($p, $h) eq $h ? 0 : 1);`, [hash, password]);
	return r === 0;
};

test('standard input: one line, with or without its end', () => {
	const cases = { lf: `${secret}\n`, none: secret, crlf: `${secret}\r\n`, more: `${secret}\nanother line\n` };
	for (const [name, input] of Object.entries(cases)) {
		assert.equal(add(name, ['--password-stdin'], { input }).status, 0, name);
		assert.match(stored(`${name}@example.com`), /^\{BLF-CRYPT\}\$2[aby]\$04\$/);
		assert.ok(matches(stored(`${name}@example.com`), secret), name);
	}
});

test('standard input: blanks and text of other scripts are part of a password', () => {
	for (const [name, password] of [['blanks', '  two blanks  '], ['umlaut', 'größer als 8 €'], ['quotes', '"quoted" and \\ back']]) {
		assert.equal(add(name, ['--password-stdin'], { input: `${password}\n` }).status, 0);
		assert.ok(matches(stored(`${name}@example.com`), password), name);
	}
});

test('standard input that is no password', () => {
	const before = cli.dump();
	for (const [input, text] of [
		['', 'No password came from standard input.'],
		['\n', 'No password came from standard input.'],
		['\r\n', 'No password came from standard input.'],
		['short\n', 'A password needs at least 8 characters.'],
		['long enough\0and more\n', 'A password cannot hold a NUL.'],
		['\0\n', 'A password cannot hold a NUL.'],
		['with \x1b[31m escapes\n', 'A password cannot hold control characters.'],
		['with a\ttab in it\n', 'A password cannot hold control characters.'],
		[Buffer.from([...Buffer.from('not text '), 0xff, 0xfe, 0x0a]), 'A password cannot hold control characters.'],
		[`${'x'.repeat(1024)}x\n`, 'A password has at most 1024 bytes.'],
		['x'.repeat(1 << 20), 'A password has at most 1024 bytes.'],
	]) {
		for (const args of [['mailbox', 'add', 'x@example.com'], ['mailbox', 'passwd', 'anna@example.com'], ['admin', 'add', 'x@example.org'], ['admin', 'passwd', 'ann@example.org']])
			assert.equal(cli.refused(65, [...args, '--password-stdin'], { input }), `vimbadmin: password: ${text}\n`);
	}
	assert.match(cli.refused(65, ['mailbox', 'add', 'x@example.com', '--password-stdin'], { input: `${'x'.repeat(73)}\n` }), /^vimbadmin: password: .*72/);
	assert.equal(cli.dump(), before);
});

test('standard input is left alone when nobody says so', () => {
	for (const args of [['mailbox', 'add', 'x@example.com'], ['admin', 'passwd', 'ann@example.org']])
		assert.equal(cli.refused(65, args, { input: `${secret}\n` }), 'vimbadmin: password: Give the password with --password-stdin.\n');
});

test('an argument', () => {
	assert.equal(add('argument', ['--password', secret]).status, 0);
	assert.ok(matches(stored('argument@example.com'), secret));
	assert.equal(add('dashes', ['--password=--dashes--']).status, 0);
	assert.ok(matches(stored('dashes@example.com'), '--dashes--'));
	assert.equal(cli.refused(65, ['mailbox', 'add', 'x@example.com', '--password', '']), 'vimbadmin: password: Please give a password.\n');
});

test('a ready hash is stored as it is', () => {
	const hash = '{SHA512-CRYPT}$6$abcdefgh$0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ./0123456789abcdefghijklmn';
	assert.equal(add('hash', ['--hash', hash]).status, 0);
	assert.equal(stored('hash@example.com'), hash);
	cli.ok(['mailbox', 'passwd', 'hash@example.com', '--hash', '{BLF-CRYPT}$2y$04$abcdefghijklmnopqrstuv']);
	assert.equal(stored('hash@example.com'), '{BLF-CRYPT}$2y$04$abcdefghijklmnopqrstuv');
	for (const bad of ['$2y$04$abcdefghijklmnopqrstuv', '{PLAIN}password1', '{CLEAR}password1', '{BLF-CRYPT}x', '{BLF-CRYPT}$6$abcdefghijklmnop', '{}', '{', 'x', ''])
		assert.equal(cli.run(['mailbox', 'passwd', 'hash@example.com', '--hash', bad]).status, 65, bad);
	assert.equal(cli.run(['mailbox', 'passwd', 'hash@example.com', '--hash', '{BLF-CRYPT}$2y$04$abc\ndefghijklmnop']).status, 65);
});

test('a password that is made is printed once, works, and is another one each time', () => {
	const made = [1, 2, 3].map((i) => {
		const r = add(`made${i}`, ['--generate']);
		assert.equal(r.status, 0, r.err);
		const password = r.out.trimEnd().split('\n').at(-1);
		assert.match(password, /^[A-Za-z0-9]{23}$/);
		assert.ok(matches(stored(`made${i}@example.com`), password));
		return password;
	});
	made.push(JSON.parse(add('made4', ['--generate', '--json']).out).password, cli.ok(['mailbox', 'passwd', 'made1@example.com', '--generate']).trimEnd());
	assert.ok(matches(stored('made4@example.com'), made[3]));
	assert.ok(matches(stored('made1@example.com'), made[4]));
	assert.equal(new Set(made).size, made.length);
	assert.match(cli.run(['-o', 'defaults.mailbox.min_password_length=40', 'mailbox', 'passwd', 'made1@example.com', '--generate']).out, /^[A-Za-z0-9]{40}\n$/);
});

test('one way, not two', () => {
	const before = cli.dump();
	for (const args of [['--password', secret, '--generate'], ['--password', secret, '--hash', '{SSHA512}abcdefghijklmnop'], ['--hash', '{SSHA512}abcdefghijklmnop', '--generate']])
		assert.match(cli.refused(65, ['mailbox', 'add', 'x@example.com', ...args]), /^vimbadmin: password: Please give a password or have one made, not both\.\n$/);
	for (const args of [['--password', secret], ['--generate'], ['--hash', '{SSHA512}abcdefghijklmnop']])
		assert.match(cli.refused(64, ['mailbox', 'passwd', 'anna@example.com', '--password-stdin', ...args], { input: `${secret}\n` }), /^vimbadmin: password: Give one of /);
	assert.match(cli.refused(64, ['admin', 'add', 'x@example.org', '--password-stdin', '--password', secret], { input: `${secret}\n` }), /^vimbadmin: password: Give one of /);
	assert.equal(cli.dump(), before);
});

test('administrators\' passwords are hashed as the configuration says', () => {
	cli.ok(['admin', 'add', 'a@example.org', '--password-stdin'], { input: `${secret}\n` });
	assert.match(storedAdmin('a@example.org'), /\$2[aby]\$04\$/);
	cli.ok(['-o', 'resources.auth.oss.pwhash=argon2id', '-o', 'resources.auth.oss.hash_cost=1', 'admin', 'passwd', 'a@example.org', '--password-stdin'], { input: `${secret}\n` });
	assert.match(storedAdmin('a@example.org'), /\$argon2id\$/);
	for (const [scheme, start] of [['SHA512-CRYPT', '{SHA512-CRYPT}$6$'], ['SHA256-CRYPT', '{SHA256-CRYPT}$5$'], ['ARGON2ID', '{ARGON2ID}$argon2id$'], ['BLF-CRYPT', '{BLF-CRYPT}$2']]) {
		cli.ok(['-o', `defaults.mailbox.password_scheme=${scheme}`, '-o', 'defaults.mailbox.hash_cost=0', 'mailbox', 'passwd', 'anna@example.com', '--password-stdin'], { input: `${secret}\n` });
		assert.ok(stored('anna@example.com').startsWith(start), stored('anna@example.com'));
	}
});

test('no password and no hash is ever printed, listed or logged', () => {
	let seen = '';
	const hash = '{BLF-CRYPT}$2y$04$secretsecretsecretsecre';
	for (const [args, input] of [
		[['mailbox', 'add', 'quiet@example.com', '--password', secret]], [['mailbox', 'passwd', 'quiet@example.com', '--password-stdin'], secret],
		[['mailbox', 'passwd', 'quiet@example.com', '--hash', hash]], [['mailbox', 'passwd', 'quiet@example.com', '--password', secret, '--dry-run']],
		[['mailbox', 'passwd', 'quiet@example.com', '--password', `${secret}\x01`]], [['admin', 'add', 'quiet@example.org', '--password', secret]],
		[['admin', 'passwd', 'quiet@example.org', '--password', secret, '--bogus', 'x']],
		[['mailbox', 'show', 'quiet@example.com']], [['mailbox', 'list']], [['admin', 'list']], [['admin', 'show', 'quiet@example.org']], [['log', 'list', '--limit', '1000']]]) {
		for (const format of [[], ['--json'], ['--tab']]) {
			const r = cli.run([...args, ...format], { input });
			seen += r.out + r.err;
		}
	}
	assert.ok(!seen.includes(secret) && !seen.includes('secretsecret') && !seen.includes('$2') && !/\{[A-Z0-9-]+\}/.test(seen));
	assert.ok(!cli.dump().includes(secret));
});

// ---- the terminal, played by script(1) ----

// Types lines on a terminal, each after the prompt that belongs to it; '' as the last sends the interrupt key. Gives the exit status and the screen.
function typed(args, lines, key = '\n') {
	const command = [binary, '-c', cli.conf, ...args].map((a) => `'${a}'`).join(' ');
	const marker = 'echo-is-$(stty -a | grep -ow -- "-\\?echo")';
	const child = spawn('script', ['-qec', `trap : INT; ${command}; code=$?; echo "${marker}"; exit $code`, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, SHELL: '/bin/sh' } });
	const prompts = ['New password: ', 'Again: '];
	let screen = '', at = 0;
	child.stdout.on('data', (chunk) => {
		screen += chunk;
		if (at < lines.length && screen.includes(prompts[at])) child.stdin.write(`${lines[at++]}${at === lines.length ? key : '\n'}`);
	});
	return new Promise((done) => child.once('close', (code, signal) => done({ code, signal, screen })));
}

test('the terminal is asked twice, without echo', { skip: !fs.existsSync('/usr/bin/script') && 'no script(1)' }, async () => {
	const r = await typed(['mailbox', 'passwd', 'anna@example.com'], [secret, secret]);
	assert.equal(r.code, 0, r.screen);
	assert.match(r.screen, /New password: [\s\S]*Again: [\s\S]*The new password is in force\./);
	assert.ok(!r.screen.includes(secret));
	assert.match(r.screen, /echo-is-echo/);
	assert.ok(matches(stored('anna@example.com'), secret));
});

test('two different entries on the terminal', { skip: !fs.existsSync('/usr/bin/script') && 'no script(1)' }, async () => {
	const before = stored('anna@example.com');
	const r = await typed(['mailbox', 'passwd', 'anna@example.com'], [secret, `${secret}!`]);
	assert.equal(r.code, 65, r.screen);
	assert.match(r.screen, /password: The two entries differ\./);
	assert.equal(stored('anna@example.com'), before);
});

test('an interrupt at the prompt leaves a terminal that echoes', { skip: !fs.existsSync('/usr/bin/script') && 'no script(1)' }, async () => {
	const before = stored('anna@example.com');
	const r = await typed(['mailbox', 'passwd', 'anna@example.com'], ['half a pass'], '\x03');
	assert.equal(stored('anna@example.com'), before);
	assert.equal(r.code, 130, r.screen);
	assert.match(r.screen, /echo-is-echo/, r.screen);
	assert.ok(!r.screen.includes('half a pass'));
});
