// SPDX-License-Identifier: GPL-3.0-or-later
// The index of hostile cases is whole and true: each case is named once, and what is said to show it is there under that title.
// One engine is enough: it reads files.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { malformed as rows } from '../malformed/requests.mjs';
import { here, index, letters, malformed } from './index.mjs';

const folder = new URL('.', import.meta.url);
const suite = fs.readdirSync(folder).filter((f) => /^[a-o]_\w+\.test\.mjs$/.test(f)).map((f) => fs.readFileSync(new URL(f, folder), 'utf8')).join('\n');
// rows begin with their id, tests with all of theirs
const inSuite = new Set([...suite.matchAll(/\['([A-O]\d+)', |test\(['`]((?:[A-O]\d+ )+)/g)].flatMap(([, row, titles]) => (row ? [row] : titles.trim().split(' '))));

test('each case of the list is in the index, and no other', () => {
	const ids = Object.entries(letters).flatMap(([letter, n]) => Array.from({ length: n }, (_, i) => `${letter}${i + 1}`));
	assert.equal(ids.length, 226);
	assert.deepEqual(Object.keys(index).sort(), ids.sort());
	for (const [id, shown] of Object.entries(index)) assert.ok(shown.length > 0, id);
});

test('what is said to be in this suite is there, and what is there is said', () => {
	for (const [id, shown] of Object.entries(index)) {
		assert.equal(inSuite.has(id), shown.includes(here), `${id}: ${shown.includes(here) ? 'no row or test of it' : 'not marked'}`);
		if (shown.includes(malformed)) assert.ok(rows.some((row) => row.id === id), `${id} is not among the malformed requests`);
	}
});

// Does the file hold a test of that title? In C a title is the function's name; a shell script has it as an argument.
function holds(file, title) {
	const text = fs.readFileSync(file, 'utf8');
	if (file.endsWith('.c')) return new RegExp(`^${title}\\(void \\*\\*state`, 'm').test(text) && new RegExp(`\\W\\w+\\(${title}\\b`).test(text);
	return ["'", '`', '"'].some((q) => text.includes(file.endsWith('.mjs') ? `test(${q}${title}` : ` ${q}${title}${q}`));
}

test('every other test that is named exists', () => {
	for (const [id, shown] of Object.entries(index))
		for (const [file, title] of shown.filter(Array.isArray)) assert.ok(fs.existsSync(file) && holds(file, title), `${id}: ${file} has no "${title}"`);
});

test('what is missing says why, and is little', (t) => {
	const open = Object.entries(index).filter(([, shown]) => shown.every((s) => s.later || s.partly));
	for (const [id, shown] of Object.entries(index)) for (const s of shown) if (s.later ?? s.partly) assert.ok((s.later ?? s.partly).length > 10, id);
	t.diagnostic(`${Object.keys(index).length - open.length} cases shown, ${open.length} not yet: ${open.map(([id]) => id).join(' ')}`);
	assert.ok(open.length <= 16, `${open.map(([id]) => id)}`);
});
