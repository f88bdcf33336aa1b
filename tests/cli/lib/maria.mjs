// SPDX-License-Identifier: GPL-3.0-or-later
// Databases on a MariaDB of the test's own, or on a MySQL where the environment says TEST_ENGINE=mysql8, to be filled with whatever an operator may have, and the
// program run on them.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execFileSync, spawnSync } from 'node:child_process';
import { binary } from '../../http/lib/panel.mjs';

export const mysql8 = process.env.TEST_ENGINE === 'mysql8';
export const script = `tests/servers/${mysql8 ? 'mysql8' : 'mysql'}`;

export class Maria {
	// options: of mariadbd
	constructor(...options) {
		this.dir = fs.mkdtempSync(path.join(os.tmpdir(), 'vm-'));
		this.count = 0;
		this.server('start', ...options);
	}

	server(verb, ...words) {
		return execFileSync(script, [verb, this.dir, ...words], { encoding: 'utf8' }).trim();
	}

	end() {
		this.server('stop');
		fs.rmSync(this.dir, { recursive: true, force: true });
	}

	sql(name, input) {
		return execFileSync('mariadb', ['--no-defaults', '-uroot', '-N', '-S', `${this.dir}/s`, '--default-character-set=utf8mb4', name], { input, encoding: 'utf8', maxBuffer: 1 << 28 });
	}

	// A database of its own, as a server of old makes them, with these statements run in it.
	fresh(...inputs) {
		const name = `d${this.count++}`, url = this.server('url', name);
		this.sql(name, 'ALTER DATABASE CHARACTER SET latin1');
		for (const input of inputs) this.sql(name, input);
		return new Base(this, name, url);
	}
}

class Base {
	constructor(maria, name, url) {
		Object.assign(this, { maria, name, url });
	}

	run(...args) {
		return spawnSync(binary, args, { encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, VIMBADMIN_DATABASE: this.url } });
	}

	must(...args) {
		const r = this.run(...args);
		assert.equal(r.status, 0, `${args.join(' ')}: ${r.stderr}`);
		return r.stdout;
	}

	sql(text) {
		return this.maria.sql(this.name, text).trim();
	}

	// All of it, structure and rows.
	dump() {
		return execFileSync('mariadb-dump', ['--no-defaults', '-uroot', '-S', `${this.maria.dir}/s`, '--skip-comments', '--routines', this.name], { encoding: 'utf8', maxBuffer: 1 << 28 });
	}
}
