// SPDX-License-Identifier: GPL-3.0-or-later
// A fresh database of the engine that the tests run on: SQLite, or what TEST_ENGINE says (mysql, mysql8, pgsql) on the server that tests/run has started in the
// folder TEST_SERVER.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const engine = process.env.TEST_ENGINE || 'sqlite';
const server = process.env.TEST_SERVER;
const scripts = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../servers');

// What a program prints, given text; it must go well.
function says(program, args, input = '') {
	const r = spawnSync(program, args, { input, encoding: 'utf8', maxBuffer: 1 << 28 });
	if (r.error || r.status !== 0) throw new Error(`${program}: ${r.error ?? r.stderr}`);
	return r.stdout;
}

// url: as an administrator of the database; sql(text): runs it there, a line for each row, cells with | between; dump(): all there is, as text that
// is equal only when nothing changed; missing: what its driver says of a table that is not there.
function sqlite(file) {
	const sql = (text) => says('sqlite3', ['-bail', '-cmd', '.timeout 5000', file], text);
	return { name: path.basename(file), url: `sqlite:${file}`, sql, dump: () => sql('.dump'), missing: /no such table/, text: (hex) => `CAST(x'${hex}' AS TEXT)`, remove() {} };
}

let made = 0;
function onServer() {
	const name = `t${process.pid}_${made++}`;
	const url = execFileSync(path.join(scripts, engine), ['url', server, name], { encoding: 'utf8' }).trim();
	const mysql = engine !== 'pgsql';
	const at = mysql ? ['--no-defaults', '--user=root', `--socket=${server}/s`] : ['-h', server, '-U', 'vimb'];
	const sql = (text) => mysql ? says('mariadb', [...at, '--batch', '--skip-column-names', '--default-character-set=utf8mb4', name], text).replaceAll('\t', '|').replace(/(?<=^|\|)NULL(?=\||$)/gm, '')
		: says('psql', ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', ...at, '-d', name], text);
	// numbers that were handed out are gone, whatever became of the row
	const dump = () => mysql ? says('mariadb-dump', [...at, '--skip-comments', '--skip-extended-insert', name]).replace(/ AUTO_INCREMENT=\d+/g, '')
		: says('pg_dump', [...at, '--inserts', name]).replace(/^(?:SELECT pg_catalog\.setval|\\(?:un)?restrict).*\n/gm, '');
	return { name, url, sql, dump, missing: mysql ? /doesn't exist/ : /does not exist/,
		text: (hex) => mysql ? `x'${hex}'` : `convert_from('\\x${hex}', 'UTF8')`,
		remove: () => (mysql ? says('mariadb', at, `DROP DATABASE IF EXISTS ${name}`) : says('psql', ['-X', '-q', ...at, '-d', 'postgres', '-c', `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`])) };
}

// file: where it is to be if it is a file
export function freshDatabase(file) {
	return engine === 'sqlite' ? sqlite(file) : onServer();
}
