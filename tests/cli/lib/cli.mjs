// SPDX-License-Identifier: GPL-3.0-or-later
// The command line under test: the real binary on a database of its own (http/lib/engine.mjs), and golden files to compare what it prints with.
// UPDATE_GOLDEN=1 writes the golden files anew; read the difference before you commit it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { engine, freshDatabase } from '../../http/lib/engine.mjs';

export { engine };

export const binary = path.resolve(process.env.VIMBADMIN || 'build/release/vimbadmin');
export const salt = '6f2c81d94be7a03558ce1f74d6b09a2eb3517fc8';
export const secret = 'correct horse battery';
const golden = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'golden');
const user = os.userInfo().username;

// A word for sh(1) that stands for these bytes, whatever they are.
function shellWord(arg) {
	const octal = [...Buffer.from(arg)].map((b) => `\\${b.toString(8).padStart(3, '0')}`).join('');
	return `"$(printf '${octal}')"`;
}

// Runs the binary. args: strings, or Buffers for bytes that are no text. as: the id of a user to run as.
export function run(args, { input = '', env = {}, as, file = binary, cwd } = {}) {
	const options = { input, cwd, uid: as, gid: as, timeout: 60000, maxBuffer: 1 << 28, env: { PATH: process.env.PATH, ...env } };
	const raw = args.some((a) => Buffer.isBuffer(a));
	const r = raw ? spawnSync('/bin/sh', ['-c', `exec "$0" ${args.map(shellWord).join(' ')}`, file], options) : spawnSync(file, args, options);
	if (r.error && r.error.code !== 'EPIPE') throw r.error; // not reading all of its input is the program's right
	return { status: r.status, signal: r.signal, out: r.stdout.toString('utf8'), err: r.stderr.toString('utf8'), bytes: r.stdout, errBytes: r.stderr };
}

// What differs from run to run, as something of the same width.
export function mask(text, dir) {
	return text.replaceAll(dir, '<dir>')
		.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '0000-00-00T00:00:00Z')
		.replace(/"request_id":"[0-9a-f]{32}"/g, '"request_id":"<request>"')
		.replace(/"password":"[A-Za-z0-9]{23}"/g, '"password":"<password>"')
		.replace(/^[A-Za-z0-9]{23}$/gm, '<password>')
		.replaceAll(`"${user}`, '"<user>')
		.replace(/^vimbadmin \S+$/gm, 'vimbadmin <version>');
}

export function compare(name, text) {
	const file = path.join(golden, `${name}.txt`);
	if (process.env.UPDATE_GOLDEN) {
		fs.mkdirSync(golden, { recursive: true });
		fs.writeFileSync(file, text);
	}
	assert.ok(fs.existsSync(file), `${file} is missing; UPDATE_GOLDEN=1 writes it`);
	// SQLite gives a number that a dry run took to the next one, and has steps of its own
	const like = (t) => (engine === 'sqlite' ? t : t.replace(/"id":\d+/g, '"id":0'));
	if (engine !== 'sqlite' && name === 'schema') return;
	assert.equal(like(text), like(fs.readFileSync(file, 'utf8')), `not as in ${file}; UPDATE_GOLDEN=1 writes it anew`);
}

export class Cli {
	constructor(settings = {}) {
		this.dir = fs.mkdtempSync(path.join(os.tmpdir(), 'vimbadmin-cli-'));
		this.conf = path.join(this.dir, 'vimbadmin.conf');
		this.file = path.join(this.dir, 'vimbadmin.db');
		if (!settings.database) this.database = freshDatabase(this.file);
		this.text = '';
		this.configure(settings);
	}

	configure(settings) {
		const keys = { database: this.database?.url, securitysalt: salt, 'resources.auth.oss.pwhash': 'bcrypt',
			'resources.auth.oss.hash_cost': 4, 'defaults.mailbox.hash_cost': 4, ...settings };
		fs.writeFileSync(this.conf, Object.entries(keys).map(([k, v]) => `${k} = ${v}\n`).join(''), { mode: 0o600 });
	}

	run(args, options) {
		return run(['-c', this.conf, ...args], options);
	}

	// With standard output to an open file.
	toFile(args, out) {
		const r = spawnSync(binary, ['-c', this.conf, ...args], { stdio: ['ignore', out, 'pipe'], env: { PATH: process.env.PATH } });
		return { status: r.status, err: r.stderr.toString('utf8') };
	}

	// Must go well and be silent about it.
	ok(args, options) {
		const r = this.run(args, options);
		assert.equal(r.status, 0, `${args.join(' ')}: ${r.err}`);
		assert.equal(r.err, '', args.join(' '));
		return r.out;
	}

	json(args, options) {
		return JSON.parse(this.ok([...args, '--json'], options));
	}

	// Must be refused with this exit status, with nothing on standard output and nothing changed.
	refused(status, args, options) {
		const r = this.run(args, options);
		assert.equal(r.status, status, `${args.map(String).join(' ')}: ${r.status}, ${r.err || r.out}`);
		assert.equal(r.out, '', args.map(String).join(' '));
		assert.match(r.err, /^vimbadmin: /);
		return r.err;
	}

	// One step of a transcript: the command, what it printed and its exit status.
	step(args, options) {
		const r = this.run(args, options);
		const shown = args.map((a) => (/^[\w@.,:=/+-]+$/.test(a) ? a : `'${a}'`)).join(' ');
		const err = r.err.split('\n').slice(0, -1).map((line) => `! ${line}\n`).join('');
		this.text += `$ vimbadmin ${shown}\n${r.out}${err}=> ${r.status}\n\n`;
		return r;
	}

	golden(name) {
		compare(name, mask(this.text, this.dir));
		this.text = '';
	}

	sql(text) {
		return this.database.sql(text);
	}

	dump() {
		return this.database.dump();
	}

	// The exit status of a Perl program (Debian always has one; its crypt() is that of the C library).
	perl(program, args) {
		return spawnSync('perl', ['-e', program, ...args]).status;
	}

	// A domain with a mailbox, an alias and two administrators.
	seed() {
		this.ok(['schema', 'apply']);
		this.ok(['admin', 'add', 'chief@example.org', '--super', 'yes', '--password-stdin'], { input: `${secret}\n` });
		this.ok(['admin', 'add', 'ann@example.org', '--password-stdin'], { input: `${secret}\n` });
		this.ok(['domain', 'add', 'example.com', '--max-mailboxes', '50', '--quota', '5G']);
		this.ok(['mailbox', 'add', 'anna@example.com', '--name', 'Anna', '--password-stdin'], { input: `${secret}\n` });
		this.ok(['alias', 'add', 'info@example.com', '--goto', 'anna@example.com,ben@other.example']);
		return this;
	}

	end() {
		this.database?.remove();
		fs.rmSync(this.dir, { recursive: true, force: true });
	}
}
