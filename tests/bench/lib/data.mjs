// SPDX-License-Identifier: GPL-3.0-or-later
// Databases to measure on, filled as an operator would: our schema, then domains and mailboxes by `vimbadmin import`. What no file knows, how much
// Dovecot counted, is added by SQL; the server's or SQLite's picture of its tables is brought up to date.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { binary } from '../../http/lib/panel.mjs';

export const hash = '{BLF-CRYPT}$2y$10$abcdefghijklmnopqrstuuO9CTvXgQw1Sx1vJ0p7Zy5V5Vd3mW2he';
const first = 'annabencarldoraemilfritgretahansidajohnkatelenamaxnoraotto';
const last = 'smithjonesbrownwhitegreenblackmoorehallkingwrightscott';
const FILE_ROWS = 250000; // a file may have 64 MB

export const domainName = (i) => `d${String(i).padStart(4, '0')}.example`;

const domainsCsv = (domains) => `domain,description,quota\n${Array.from({ length: domains }, (_, i) => `${domainName(i + 1)},number ${i + 1},1 GB\n`).join('')}`;

// The nth mailbox of domain d.
function mailboxRow(d, n) {
	const local = `${first.substr((n * 7 + d * 3) % 54, 5)}.${last.substr((n * 11 + d) % 48, 6)}${n}`;
	return `${local}@${domainName(d)},${hash},Person ${n * 10000 + d}\n`;
}

// Files with `per` mailboxes in each domain: domain by domain, or mixed, so that those of a domain lie far apart.
function mailboxFiles(dir, domains, per, mixed) {
	const files = [];
	let text = '', rows = 0;
	const end = () => {
		const file = path.join(dir, `mailboxes${files.length}.csv`);
		fs.writeFileSync(file, `address,hash,name\n${text}`);
		files.push(file);
		[text, rows] = ['', 0];
	};
	for (let i = 0; i < domains * per; i++) {
		text += mixed ? mailboxRow(i % domains + 1, Math.floor(i / domains)) : mailboxRow(Math.floor(i / per) + 1, i % per);
		if (++rows === FILE_ROWS) end();
	}
	if (rows) end();
	return files;
}

// The schema and the rows, whatever the engine; seconds the importer took.
export function fill(url, domains, per, mixed) {
	const dir = fs.mkdtempSync('/tmp/vimb-bench-csv-');
	const cli = (...args) => execFileSync(binary, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, VIMBADMIN_DATABASE: url } });
	try {
		cli('schema', 'apply');
		fs.writeFileSync(path.join(dir, 'domains.csv'), domainsCsv(domains));
		const files = mailboxFiles(dir, domains, per, mixed);
		const from = Date.now();
		cli('import', 'domains', path.join(dir, 'domains.csv'));
		for (const file of files) cli('import', 'mailboxes', file);
		return (Date.now() - from) / 1000;
	} finally {
		fs.rmSync(dir, { recursive: true });
	}
}

// Fills `file` unless it is there already; seconds the importer took.
export function makeDatabase(file, domains, per) {
	if (fs.existsSync(file)) return 0;
	const took = fill(`sqlite:${file}.new`, domains, per, true);
	execFileSync('sqlite3', ['-bail', `${file}.new`], { input: `
INSERT INTO dovecot_quota (username, bytes, messages) SELECT username, (id * 7919) % 1073741824, id % 5000 FROM mailbox;
ANALYZE; PRAGMA wal_checkpoint(TRUNCATE);`, stdio: ['pipe', 'ignore', 'inherit'] });
	fs.renameSync(`${file}.new`, file);
	return took;
}
