// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the tools named and says what came of each. A tool is a file NAME.mjs beside this one; its default export takes a folder for what it
// writes and answers {findings: [text ...], figures: text}.
import fs from 'node:fs';
import path from 'node:path';

const known = ['slow', 'sqlmap', 'wapiti', 'crs'];
const named = process.argv.slice(2);
const wrong = named.filter((name) => !known.includes(name));
if (wrong.length) {
	console.error(`usage: tests/attack/run [${known.join('|')} ...]`);
	process.exit(2);
}

let found = 0;
for (const name of named.length ? named : known) {
	const dir = path.join(process.env.LOGS, name);
	fs.rmSync(dir, { recursive: true, force: true });
	fs.mkdirSync(dir, { recursive: true });
	const began = Date.now();
	const { default: attack } = await import(`./${name}.mjs`);
	const { findings, figures } = await attack(dir);
	found += findings.length;
	for (const text of findings) console.log(`  ${text}`);
	console.log(`${findings.length ? 'finding' : 'ok'} ${name}: ${figures}, ${Math.round((Date.now() - began) / 1000)} s`);
}
process.exit(found ? 1 : 0);
