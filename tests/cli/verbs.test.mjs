// SPDX-License-Identifier: GPL-3.0-or-later
// Every verb of every noun: what it prints as a table, as JSON and TAB-separated, what it does to the database, and that a dry run does nothing.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { Cli, secret } from './lib/cli.mjs';

// A transcript against a golden file.
function transcript(name, commands, { seed = true, tidy = (text) => text } = {}) {
	test(name, () => {
		const cli = new Cli();
		try {
			if (seed) cli.seed();
			for (const [args, options] of commands) cli.step(args, options);
			cli.text = tidy(cli.text);
			cli.golden(name);
		} finally {
			cli.end();
		}
	});
}

const password = { input: `${secret}\n` };
const shown = (...list) => list.flatMap((args) => [[args], [[...args, '--json']], [[...args, '--tab']]]);

// One line for all steps of the same state: how many there are is not what is tested here.
const someSteps = (lines) => [...new Set(lines.split('\n').slice(0, -1).map((l) => `<step> ${l.replace(/^.*?\d{3}_\w+/, '').replace(/[\]},\s]+$/, '')
	.replace(/\s+/g, ' ')}\n`))].join('');
transcript('schema', [[['schema', 'plan']], [['schema', 'plan', '--json']], [['schema', 'status']], [['schema', 'apply', '--dry-run']],
	[['domain', 'list']], [['schema', 'apply']], ...shown(['schema', 'status'], ['schema', 'plan']), [['schema', 'apply', '--json']],
	[['schema', 'apply', '--dry-run']]], { seed: false, tidy: (text) => text.replace(/(?:^[[{]*(?:"step":")?\d{3}_\w+.*\n)+/gm, someSteps).replace(/^Step +State +/gm, 'Step  State  ') });

transcript('domain', [
	...shown(['domain', 'list'], ['domain', 'show', 'example.com']),
	[['domain', 'add', 'Third.Example', '--description', 'The third', '--transport', 'lmtp:inet:10.0.0.5:24', '--backupmx', 'yes', '--active', 'no',
		'--max-aliases', '5', '--max-mailboxes', '3', '--max-quota', '2G', '--quota', '500 MB']],
	[['domain', 'add', 'fourth.example', '--json']],
	[['domain', 'add', 'bücher.example', '--quota', '5', '--tab']],
	[['domain', 'edit', 'third.example', '--description=', '--quota', '1G', '--active', 'yes']],
	[['domain', 'edit', 'third.example', '--max-mailboxes', '0', '--json']],
	[['domain', 'edit', 'third.example']],
	[['domain', 'disable', 'fourth.example']],
	[['domain', 'disable', 'fourth.example', '--json']],
	[['domain', 'enable', 'FOURTH.example', '--tab']],
	[['domain', 'list', '--search', 'th']],
	[['domain', 'list', '--sort', 'quota', '--dir', 'desc', '--limit', '2', '--tab']],
	[['domain', 'list', '--active=no']],
	[['domain', 'list', '--search', 'nothing has this']],
	[['domain', 'list', '--search', 'nothing has this', '--json']],
	[['domain', 'list', '--search', 'nothing has this', '--tab']],
	[['domain', 'delete', 'fourth.example']],
	[['domain', 'delete', 'example.com', '--json']],
	[['domain', 'delete', 'third.example', '--tab']],
	[['domain', 'list']],
	[['mailbox', 'list']],
]);

transcript('mailbox', [
	...shown(['mailbox', 'list'], ['mailbox', 'show', 'anna@example.com']),
	[['mailbox', 'add', 'Ben@example.com', '--name', 'Ben Müller', '--alt-email', 'ben@other.example', '--quota', '1 GB', '--access-restriction', 'SMTP,IMAP',
		'--active', 'no', '--password-stdin'], password],
	[['mailbox', 'add', 'cay@example.com', '--password-stdin', '--json'], password],
	[['mailbox', 'add', 'dan@example.com', '--generate']],
	[['mailbox', 'add', 'eve@example.com', '--generate', '--json']],
	[['mailbox', 'edit', 'ben@example.com', '--active', 'yes', '--name', '']],
	[['mailbox', 'edit', 'ben@example.com', '--quota', 'unlimited', '--json']],
	[['mailbox', 'edit', 'ben@example.com', '--access-restriction', 'ALL', '--tab']],
	[['mailbox', 'disable', 'cay@example.com']],
	[['mailbox', 'disable', 'cay@example.com', '--json']],
	[['mailbox', 'enable', 'cay@EXAMPLE.com']],
	[['mailbox', 'passwd', 'anna@example.com', '--password-stdin'], password],
	[['mailbox', 'passwd', 'anna@example.com', '--password-stdin', '--json'], password],
	[['mailbox', 'passwd', 'anna@example.com', '--generate']],
	[['mailbox', 'passwd', 'anna@example.com', '--generate', '--json']],
	[['mailbox', 'list', '--domain', 'example.com', '--search', 'n', '--sort', 'quota', '--dir', 'desc']],
	[['mailbox', 'list', '--limit', '2']],
	[['mailbox', 'list', '--limit', '2', '--json']],
	[['mailbox', 'delete', 'ben@example.com']],
	[['mailbox', 'delete', 'cay@example.com', '--json']],
	[['mailbox', 'list', '--tab']],
]);

transcript('alias', [
	...shown(['alias', 'list'], ['alias', 'list', '--self'], ['alias', 'show', 'info@example.com']),
	[['alias', 'add', 'Team@example.com', '--goto', 'anna@example.com, Ben@Other.Example\nanna@example.com']],
	[['alias', 'add', '@example.com', '--goto', 'anna@example.com', '--active', 'no', '--json']],
	[['alias', 'edit', 'team@example.com', '--goto', 'x@other.example']],
	[['alias', 'edit', '@example.com', '--active', 'yes', '--json']],
	[['alias', 'disable', 'team@example.com']],
	[['alias', 'enable', 'team@example.com', '--json']],
	[['alias', 'list', '--sort', 'address', '--dir=desc']],
	[['alias', 'delete', 'team@example.com']],
	[['alias', 'delete', '@example.com', '--json']],
	[['alias', 'list', '--json']],
]);

transcript('admin', [
	...shown(['admin', 'list'], ['admin', 'show', 'ann@example.org']),
	[['admin', 'add', 'New@Example.org', '--super', 'yes', '--active', 'no', '--password-stdin'], password],
	[['admin', 'add', 'json@example.org', '--password-stdin', '--json'], password],
	[['admin', 'edit', 'new@example.org', '--super', 'no']],
	[['admin', 'enable', 'new@example.org']],
	[['admin', 'disable', 'new@example.org', '--json']],
	[['admin', 'passwd', 'ann@example.org', '--password-stdin'], password],
	[['admin', 'passwd', 'ann@example.org', '--password-stdin', '--json'], password],
	[['admin', 'language', 'ann@example.org', '--language', 'de']],
	[['admin', 'language', 'ann@example.org', '--language', 'xx']],
	[['admin', 'assign', 'ann@example.org', '--domain', 'example.com']],
	[['admin', 'list', '--domain', 'example.com']],
	[['admin', 'unassign', 'ann@example.org', '--domain', 'example.com', '--json']],
	[['admin', 'list', '--active', 'no', '--limit', '1']],
	[['admin', 'delete', 'new@example.org']],
	[['admin', 'delete', 'json@example.org', '--json']],
	[['admin', 'list', '--search', 'example']],
]);

transcript('token', [
	[['token', 'list']],
	[['token', 'add', 'reader']],
	[['token', 'add', 'writer', '--scope', 'read,write', '--ip', '10.0.0.0/8 2001:db8::/32', '--domains', 'Example.com', '--days', '30', '--owner', 'chief@example.org', '--json']],
	[['token', 'add', 'reader']],
	[['token', 'add', 'other', '--owner', 'ann@example.org', '--domains', 'example.com']],
	[['token', 'add', 'other', '--scope', 'all']],
	[['token', 'add']],
	...shown(['token', 'list']),
	[['token', 'revoke', 'reader']],
	[['token', 'revoke', '2', '--json']],
	[['token', 'revoke', 'reader']],
	[['token', 'revoke', 'nothing']],
	[['token', 'list']],
], { tidy: (text) => text.replace(/vimb_[0-9a-f]{72}/g, 'vimb_<token>').replace(/(Made by.*)|"made_by":"[^"]*"/g, (m, line) => line ?? '"made_by":"<who>"') });

transcript('log', [[['log', 'list', '--json']], [['log', 'list', '--action=ADMIN_ADD', '--search', 'ann', '--json']], [['log', 'list', '--domain', 'example.com', '--action', 'ALIAS_ADD', '--json']],
	[['log', 'list', '--limit', '1', '--dir', 'asc', '--json']]]);

test('the log is a table too, with the actor that the command line has', () => {
	const cli = new Cli().seed();
	const lines = cli.ok(['log', 'list']).split('\n');
	assert.match(lines[0], /^id +When +Who +Action +Object +Door +From$/);
	assert.match(lines[1], /^5 +\S+Z +\S+ +ALIAS_ADD +info@example.com +cli$/);
	assert.equal(lines.at(-2), '5 of 5 entries'.replace('5 of 5', `${lines.length - 3} of ${lines.length - 3}`));
	cli.end();
});

test('an entry of the log is taken back, once, and a dry run shows what would change', () => {
	const cli = new Cli().seed();
	cli.ok(['mailbox', 'delete', 'anna@example.com']);
	const [entry] = cli.json(['log', 'list']);
	assert.equal(entry.action, 'MAILBOX_PURGE');
	const dry = cli.run(['log', 'undo', String(entry.id), '--dry-run', '--json']);
	assert.equal(dry.status, 0, dry.err);
	assert.match(dry.out, /MAILBOX_RESTORE/);
	cli.refused(66, ['mailbox', 'show', 'anna@example.com']);
	cli.ok(['log', 'undo', String(entry.id)]);
	assert.equal(cli.json(['mailbox', 'show', 'anna@example.com']).username, 'anna@example.com');
	assert.match(cli.refused(73, ['log', 'undo', String(entry.id)]), /brought back already/);
	assert.match(cli.refused(65, ['log', 'undo', '1e3']), /not the number/);
	assert.match(cli.refused(66, ['log', 'undo', '999']), /no such entry/);
	cli.end();
});

test('pages lead on until the last, in every format, and back', () => {
	const cli = new Cli().seed();
	for (let i = 0; i < 5; i++) cli.ok(['domain', 'add', `d${i}.example`]);
	const all = cli.json(['domain', 'list']).map((d) => d.domain);
	for (const format of [[], ['--json'], ['--tab']]) {
		const seen = [];
		let next = [], pages = 0;
		for (; next; pages++) {
			const r = cli.run(['domain', 'list', '--limit', '2', ...format, ...next]);
			assert.equal(r.status, 0, r.err);
			seen.push(...r.out.match(/\b(?:d\d\.example|example\.com)\b/g));
			const cursor = /(--after) (\S+)$/m.exec(format.length ? r.err : r.out);
			next = cursor && cursor.slice(1);
		}
		assert.deepEqual([seen, pages], [all, 3], format[0]);
	}
	cli.end();
});

// ---- dry runs ----

const changes = [
	[['domain', 'add', 'new.example'], 'DOMAIN_ADD'],
	[['domain', 'edit', 'example.com', '--quota', '1G'], 'DOMAIN_EDIT'],
	[['domain', 'disable', 'example.com'], 'DOMAIN_DEACTIVATE'],
	[['domain', 'enable', 'off.example'], 'DOMAIN_ACTIVATE'],
	[['domain', 'delete', 'example.com'], 'DOMAIN_PURGE'],
	[['mailbox', 'add', 'new@example.com', '--generate'], 'MAILBOX_ADD'],
	[['mailbox', 'edit', 'anna@example.com', '--name', 'Other'], 'MAILBOX_EDIT'],
	[['mailbox', 'passwd', 'anna@example.com', '--password-stdin'], 'MAILBOX_PW_CHANGE'],
	[['mailbox', 'disable', 'anna@example.com'], 'MAILBOX_DEACTIVATE'],
	[['mailbox', 'enable', 'off@example.com'], 'MAILBOX_ACTIVATE'],
	[['mailbox', 'delete', 'anna@example.com'], 'MAILBOX_PURGE'],
	[['mailbox', 'send-settings', 'anna@example.com'], 'MAILBOX_SETTINGS'],
	[['mailbox', 'invite', 'reached@example.com'], 'MAILBOX_INVITE'],
	[['alias', 'add', 'new@example.com', '--goto', 'x@other.example'], 'ALIAS_ADD'],
	[['alias', 'edit', 'info@example.com', '--goto', 'x@other.example'], 'ALIAS_EDIT'],
	[['alias', 'disable', 'info@example.com'], 'ALIAS_DEACTIVATE'],
	[['alias', 'enable', 'off-alias@example.com'], 'ALIAS_ACTIVATE'],
	[['alias', 'delete', 'info@example.com'], 'ALIAS_DELETE'],
	[['admin', 'add', 'new@example.org', '--password-stdin'], 'ADMIN_ADD'],
	[['admin', 'invite', 'invited@example.org'], 'ADMIN_INVITE'],
	[['admin', 'edit', 'ann@example.org', '--super', 'yes'], 'ADMIN_SUPER'],
	[['admin', 'passwd', 'ann@example.org', '--password-stdin'], 'ADMIN_PW_CHANGE'],
	[['admin', 'disable', 'ann@example.org'], 'ADMIN_DEACTIVE'],
	[['admin', 'enable', 'off@example.org'], 'ADMIN_ACTIVE'],
	[['admin', 'reset-2fa', 'off@example.org'], 'ADMIN_2FA_RESET'],
	[['admin', 'reset-2fa', '--all'], 'ADMIN_2FA_RESET'],
	[['admin', 'reseal-2fa'], 'ADMIN_2FA_RESEAL'],
	[['admin', 'language', 'ann@example.org', '--language', 'de'], 'ADMIN_LANGUAGE'],
	[['admin', 'assign', 'ann@example.org', '--domain', 'example.com'], 'ADMIN_TO_DOMAIN_ADD'],
	[['admin', 'unassign', 'ann@example.org', '--domain', 'off.example'], 'ADMIN_TO_DOMAIN_REMOVE'],
	[['token', 'add', 'new', '--scope', '*'], 'TOKEN_ADD'],
	[['token', 'rotate', 'old'], 'TOKEN_ROTATE'],
	[['token', 'revoke', 'old'], 'TOKEN_REVOKE'],
	[['admin', 'delete', 'ann@example.org'], 'ADMIN_PURGE'],
];

test('a dry run says what would change and changes nothing', async (t) => {
	const cli = new Cli({ 'resources.mail.transport.host': 'localhost', 'identity.mailer.email': 'panel@example.org', 'server.email.address': 'help@example.org', public_url: 'https://panel.example.org' }).seed();
	cli.ok(['admin', 'add', 'invited@example.org', '--invite']);
	cli.ok(['domain', 'add', 'off.example', '--active', 'no']);
	cli.ok(['mailbox', 'add', 'reached@example.com', '--alt-email', 'out@other.example', '--password-stdin'], password);
	cli.ok(['mailbox', 'add', 'off@example.com', '--active', 'no', '--password-stdin'], password);
	cli.ok(['alias', 'add', 'off-alias@example.com', '--active', 'no', '--goto', 'x@other.example']);
	cli.ok(['admin', 'add', 'off@example.org', '--active', 'no', '--password-stdin'], password);
	cli.ok(['admin', 'assign', 'ann@example.org', '--domain', 'off.example']);
	cli.ok(['token', 'add', 'old']);
	cli.sql("UPDATE mcp_token SET created = '2026-01-01 00:00:00'"); // made within the second in which it is replaced, it would expire at the same one
	// sealed by the PHP program under this installation's salt
	cli.sql("INSERT INTO admin_pref (attribute, value, Admin_id) SELECT 'auth.totp.secret', " +
		"'cm3kwwITmND/gy5VBOCUq55Tr0KSX2T3bQ/r0t8dPJqGpr+/A+8v88IyDOkBfzjujzIOjWiYDyrlxMDrda5k+j2aDW7yVuiF', id FROM admin WHERE username = 'off@example.org';");
	const before = cli.dump();
	for (const [args, action] of changes) {
		await t.test(args.slice(0, 2).join(' '), () => {
			const r = cli.run([...args, '--dry-run'], password);
			assert.equal(r.status, 0, r.err);
			assert.equal(r.err, 'Dry run: nothing was changed.\n');
			const rows = JSON.parse(r.out);
			assert.ok(rows.some((row) => row.action === action), r.out);
			for (const row of rows) assert.deepEqual(Object.keys(row), ['action', 'type', 'object', 'before', 'after']);
			assert.ok(!r.out.includes(secret));
			assert.equal(cli.dump(), before);
			cli.text += `$ vimbadmin ${args.join(' ')} --dry-run\n${r.out}\n`;
		});
	}
	cli.golden('dry-run');
	const table = cli.ok(['help']);
	for (const noun of ['admin', 'domain', 'mailbox', 'alias', 'token']) {
		for (const [, verb] of table.matchAll(new RegExp(`^  ${noun} (\\S+)`, 'gm')))
			if (!['list', 'show'].includes(verb)) assert.ok(changes.some(([c]) => c[0] === noun && c[1] === verb), `${noun} ${verb} has no dry run here`);
	}
	// and the same for real: what the dry run said is what happens
	for (const [args, action] of changes.filter(([c]) => ['edit', 'disable', 'enable', 'assign', 'unassign'].includes(c[1]))) {
		const said = JSON.parse(cli.run([...args, '--dry-run'], password).out).find((row) => row.action === action);
		cli.ok(args, password);
		const [entry] = cli.json(['log', 'list', '--action', action]);
		assert.deepEqual([JSON.parse(entry.before), JSON.parse(entry.after)], [said.before, said.after], args.join(' '));
	}
	cli.end();
});

test('second factors: removed one by one or all, sealed again; what cannot be read is named', () => {
	const cli = new Cli().seed();
	for (const name of ['one', 'two', 'three']) cli.ok(['admin', 'add', `${name}@example.org`, '--password-stdin'], password);
	cli.sql("INSERT INTO admin_pref (attribute, value, Admin_id) SELECT 'auth.totp.secret', " +
		"CASE username WHEN 'three@example.org' THEN 'broken' ELSE 'cm3kwwITmND/gy5VBOCUq55Tr0KSX2T3bQ/r0t8dPJqGpr+/A+8v88IyDOkBfzjujzIOjWiYDyrlxMDrda5k+j2aDW7yVuiF' END, id FROM admin " +
		"WHERE username IN ('one@example.org', 'two@example.org', 'three@example.org');");
	for (const args of [[], ['one@example.org', '--all'], ['nobody@example.org'], ['chief@example.org']]) {
		const r = cli.run(['admin', 'reset-2fa', ...args]);
		assert.notEqual(r.status, 0, args.join(' '));
		assert.equal(r.out, '');
	}
	assert.equal(cli.ok(['admin', 'reseal-2fa']).trim(), 'Sealed again: 2; as they should be: 0; unreadable: 1: three@example.org.');
	assert.equal(cli.ok(['admin', 'reseal-2fa']).trim(), 'Sealed again: 0; as they should be: 2; unreadable: 1: three@example.org.');
	cli.ok(['admin', 'reset-2fa', 'one@example.org']);
	assert.match(cli.ok(['admin', 'reset-2fa', '--all']), /removed: 2\./);
	assert.equal(cli.json(['log', 'list', '--action', 'ADMIN_2FA_RESET']).length, 3);
	assert.doesNotMatch(cli.dump(), /auth\.totp/);
	cli.end();
});

test('a dry run of something that would be refused is refused the same way', () => {
	const cli = new Cli().seed();
	const before = cli.dump();
	for (const args of [['domain', 'add', 'example.com'], ['domain', 'add', 'no domain'], ['mailbox', 'edit', 'nobody@example.com', '--name', 'x'],
		['admin', 'disable', 'chief@example.org']]) {
		const real = cli.run([...args, '--dry-run']), dry = cli.run(args);
		assert.deepEqual([dry.status, dry.err, dry.out], [real.status, real.err, '']);
		assert.notEqual(dry.status, 0);
	}
	assert.equal(cli.dump(), before);
	cli.end();
});

test('a dry run of the schema makes no database', () => {
	const cli = new Cli();
	assert.equal(cli.run(['schema', 'apply', '--dry-run']).status, 0);
	cli.ok(['schema', 'plan']);
	cli.ok(['schema', 'status']);
	assert.deepEqual(fs.readdirSync(cli.dir), ['vimbadmin.conf']);
	fs.writeFileSync(path.join(cli.dir, 'vimbadmin.db'), '');
	assert.equal(cli.run(['schema', 'apply', '--dry-run']).status, 0);
	assert.equal(cli.dump().includes('CREATE TABLE'), false);
	cli.end();
});
