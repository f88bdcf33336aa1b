// SPDX-License-Identifier: GPL-3.0-or-later
// Help: all of it comes out of the command table and the field tables, and says what the manual page says.
// One engine is enough: this is not about the database.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import { compare, mask, run } from './lib/cli.mjs';

const nouns = ['admin', 'alias', 'archive', 'audit', 'check', 'config', 'domain', 'import', 'limit', 'log', 'mailbox', 'schema', 'takeover', 'token'];
const help = (args) => {
	const r = run(args);
	assert.equal(r.status, 0, r.err);
	assert.equal(r.err, '');
	return r.out;
};
const commandsIn = (text) => [...text.matchAll(/^ {2}([a-z]+(?: [a-z]+)?) {2,}\S/gm)].map((m) => m[1]);

test('the list of commands', () => {
	const text = help(['help']);
	compare('help', text);
	assert.equal(help(['--help']), text);
	assert.equal(help(['-h']), text);
	assert.deepEqual([...new Set(commandsIn(text).filter((c) => c.includes(' ') && c !== 'salt generate').map((c) => c.split(' ')[0]))].sort(), nouns);
});

test('without a command: the list, and the status of bad usage', () => {
	const r = run([]);
	assert.equal(r.status, 64);
	assert.equal(r.out, help(['help']));
});

for (const noun of nouns) {
	test(`help of ${noun} and its commands`, () => {
		const list = help([noun, '--help']);
		const commands = commandsIn(list);
		let text = `$ vimbadmin ${noun} --help\n${list}`;
		assert.equal(help(['help', noun]), list);
		assert.equal(help([noun, '-h']), list);
		assert.ok(commands.length > 0);
		for (const command of commands) {
			const one = help([...command.split(' '), '--help']);
			assert.equal(help(['help', ...command.split(' ')]), one);
			assert.equal(help(['help', command]), one);
			text += `\n$ vimbadmin ${command} --help\n${one}`;
		}
		compare(`help-${noun}`, text);
	});
}

test('help of the commands without a noun', () => {
	compare('help-others', ['serve', 'doctor', 'salt generate', 'version', 'help'].map((c) => `$ vimbadmin help ${c}\n${help(['help', ...c.split(' ')])}`).join('\n'));
});

test('help wins over whatever else is wrong', () => {
	assert.equal(help(['mailbox', 'add', '--help', '--bogus', 'x']), help(['help', 'mailbox', 'add']));
	assert.equal(help(['mailbox', 'bogus', '--help']), help(['help', 'mailbox']));
});

test('unknown commands', () => {
	for (const [args, text] of [
		[['bogus'], 'vimbadmin: There is no command "bogus". See `vimbadmin help`.\n'],
		[['bogus', '--help'], 'vimbadmin: There is no command "bogus". See `vimbadmin help`.\n'],
		[['help', 'bogus'], 'vimbadmin: There is no command "bogus". See `vimbadmin help`.\n'],
		[['help', 'mailbox', 'bogus'], 'vimbadmin: There is no command "mailbox bogus". See `vimbadmin help`.\n'],
		[['mail', 'list'], 'vimbadmin: There is no command "mail list". See `vimbadmin help`.\n'],
		[['log'], 'vimbadmin: After log comes one of: list, undo.\n'],
		[['alias', 'bogus'], 'vimbadmin: There is no command "alias bogus". After alias comes one of: add, list, show, edit, enable, disable, delete.\n'],
		[[''], 'vimbadmin: There is no command "". See `vimbadmin help`.\n'],
	]) {
		const r = run(args);
		assert.deepEqual([r.status, r.out, r.err], [64, '', text], args.join(' '));
	}
	assert.deepEqual(JSON.parse(run(['bogus', '--json']).err), { code: 'malformed',
		errors: [{ code: 'malformed', field: null, text: 'There is no command "bogus". See `vimbadmin help`.' }] });
});

test('the version', () => {
	for (const args of [['version'], ['--version'], ['-V']]) assert.equal(mask(help(args), '\0'), 'vimbadmin <version>\n', args[0]);
});

test('a fresh salt is 64 hex digits, another one each time', () => {
	const made = [1, 2].map(() => help(['salt', 'generate']));
	made.forEach((m) => assert.match(m, /^[0-9a-f]{64}\n$/));
	assert.notEqual(made[0], made[1]);
});

test('the manual page lists every command with every option', () => {
	const page = help(['doc', 'commands']);
	for (const command of commandsIn(help(['help']))) {
		const section = page.split(/^\.It Cm /m).find((s) => s.startsWith(`${command} Ar `) || s.startsWith(`${command}\n`));
		assert.ok(section, command);
		for (const [, option] of help(['help', ...command.split(' ')]).matchAll(/^ {2}--([a-z-]+)/gm))
			if (!['json', 'tab', 'csv', 'dry-run', 'password-stdin', 'dir', 'roles'].includes(option) || (option === 'dir' && command.endsWith('list')))
				assert.match(section, new RegExp(`^\\.Fl -${option}\\b`, 'm'), `${command} --${option}`);
	}
});

test('the manual page has every general option and every exit status of the help', () => {
	const page = fs.readFileSync(new URL('../../man/vimbadmin.8', import.meta.url), 'utf8');
	const text = help(['help']);
	for (const [, option] of text.matchAll(/^ {2}(?:-\w,| {3}) --([a-z-]+)/gm)) assert.match(page, new RegExp(`Fl.* -${option}\\b`), option);
	const statuses = (t, re) => [...t.matchAll(re)].map((m) => Number(m[1])).sort((a, b) => a - b);
	assert.deepEqual(statuses(page.split('.Sh EXIT STATUS')[1].split('.Sh')[0], /^\.It (\d+)$/gm),
		statuses(text.split('Exit status:')[1], /(?<![\d-])(\d+) [a-z]/g));
});
