// SPDX-License-Identifier: GPL-3.0-or-later
// docs/asvs.md: every requirement of ASVS 5.0 once, with its level; whatever a row names is there; the sums are right (UPDATE_GOLDEN=1 writes them). And the
// inventory of cryptography in docs/security.md is whole.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';

const file = 'docs/asvs.md';
// The levels of each section's requirements, in order: V1.1.1 and V1.1.2 have level 2.
const levels = `1.1:22 1.2:1111122223 1.3:112222222223 1.4:222 1.5:123 2.1:122 2.2:112 2.3:12223 2.4:23 3.1:3 3.2:113 3.3:12223 3.4:11222233
	3.5:11122333 3.6:3 3.7:22333 4.1:12233 4.2:23333 4.3:22 4.4:1222 5.1:2 5.2:112333 5.3:113 5.4:222 6.1:122 6.2:111111112222 6.3:11223333 6.4:112233
	6.5:22222333 6.6:2223 6.7:33 6.8:2222 7.1:222 7.2:1111 7.3:22 7.4:11222 7.5:223 7.6:22 8.1:1233 8.2:1123 8.3:133 8.4:23 9.1:111 9.2:1222 10.1:22
	10.2:223 10.3:22223 10.4:1111122222233333 10.5:22222 10.6:22 10.7:222 11.1:2233 11.2:22233 11.3:11233 11.4:1222 11.5:23 11.6:23 11.7:33 12.1:12233
	12.2:11 12.3:22223 13.1:2333 13.2:222223 13.3:2233 13.4:1222233 14.1:22 14.2:12223333 14.3:122 15.1:12233 15.2:12233 15.3:1222222 15.4:3333 16.1:2
	16.2:22222 16.3:2222 16.4:222 16.5:2223 17.1:23 17.2:22223333 17.3:22`;
const wanted = levels.split(/\s+/).flatMap((s) => {
	const [section, each] = s.split(':');
	return [...each].map((level, i) => ({ id: `V${section}.${i + 1}`, level }));
});
const state = (text) => (/^not (met|applicable): \S/.exec(text)?.[0].slice(0, -3) ?? 'met');

let text;
const rows = []; // {ids, level, asked, how}
before(() => {
	text = fs.readFileSync(file, 'utf8');
	for (const line of text.split('\n')) {
		const m = /^\| (V[\d.]+)(?:–(V[\d.]+))? \| (\d?) ?\| (.+?) \| (.+) \|$/.exec(line);
		assert.equal(line.startsWith('| V'), m !== null, `no row of the table: ${line}`);
		if (!m) continue;
		const [from, to] = [m[1], m[2] ?? m[1]].map((id) => wanted.findIndex((w) => w.id === id));
		assert.ok(from >= 0 && to >= from, line);
		rows.push({ ids: wanted.slice(from, to + 1), level: m[3], asked: m[4], how: m[5] });
	}
});

test('every requirement stands there once, in order, with its level', () => {
	assert.equal(wanted.length, 345);
	assert.deepEqual(rows.flatMap((r) => r.ids.map((w) => w.id)), wanted.map((w) => w.id));
	for (const r of rows) {
		assert.equal(r.level, r.ids.length === 1 ? r.ids[0].level : '', r.ids[0].id);
		if (r.ids.length > 1) assert.match(state(r.how), /^not applicable$/, `${r.ids[0].id}: only what does not apply is told of together`);
	}
});

test('every file that is named is there, and every test in its file', () => {
	let titles = 0;
	for (const { ids, how } of rows) {
		for (const [, name] of how.matchAll(/`((?:tests|src|docs|contrib|assets|scripts|tools)\/[^`]+|Makefile|package-lock\.json)`/g))
			assert.ok(fs.existsSync(name), `${ids[0].id}: ${name}`);
		for (const [, name, list] of how.matchAll(/`(tests\/[^`]+)`((?:,? "[^"]+")*)/g)) {
			const code = fs.readFileSync(name, 'utf8');
			for (const [, title] of list.matchAll(/"([^"]+)"/g)) {
				assert.ok([`'${title}'`, `"${title}"`, `\n${title}(`].some((t) => code.includes(t)), `${ids[0].id}: ${name} "${title}"`);
				titles++;
			}
		}
		// a title without a file in front of it would be looked for nowhere
		assert.doesNotMatch(how.replaceAll(/`tests\/[^`]+`(?:,? "[^"]+")*/g, ''), /"/, ids[0].id);
	}
	assert.ok(titles > 100, `${titles} titles`);
});

test('what is met says by what', () => {
	const bare = rows.filter((r) => state(r.how) === 'met' && !/[`(]/.test(r.how)).map((r) => r.ids[0].id);
	assert.deepEqual(bare, ['V6.2.10', 'V6.4.2', 'V11.2.3'], 'these have nothing that could be pointed at');
	for (const { ids, how } of rows) {
		const chapter = /`docs\/security\.md`, ([A-Z][a-z ]+)/.exec(how)?.[1];
		if (chapter) assert.match(fs.readFileSync('docs/security.md', 'utf8'), new RegExp(`^## ${chapter}`, 'm'), ids[0].id);
	}
});

test('the sums are right', () => {
	const sum = (level) => {
		const n = (what) => rows.filter((r) => state(r.how) === what).flatMap((r) => r.ids).filter((w) => level === 'all' || w.level === level).length;
		const each = ['met', 'not applicable', 'not met'].map(n);
		return `| ${level} | ${each.reduce((a, b) => a + b)} | ${each.join(' | ')} |`;
	};
	const sums = ['1', '2', '3', 'all'].map(sum);
	if (process.env.UPDATE_GOLDEN) fs.writeFileSync(file, text.replace(/\| 1 \|.*\n\| 2 \|.*\n\| 3 \|.*\n\| all \|.*/, sums.join('\n')));
	else for (const line of sums) assert.ok(text.includes(`\n${line}\n`), line);
});

test('every file with cryptography is in the inventory', () => {
	const inventory = fs.readFileSync('docs/security.md', 'utf8');
	const named = [...inventory.matchAll(/`(src\/[^`]+\.c)`/g)].map((m) => new RegExp(`^${m[1].replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`));
	const uses = fs.readdirSync('src', { recursive: true }).map((f) => path.join('src', f)).filter((f) => f.endsWith('.c') &&
		/^#include <(sodium|crypt|fido|curl\/curl|(fido|nettle|liboath|openssl|gnutls)\/\w+)\.h>/m.test(fs.readFileSync(f, 'utf8')));
	assert.ok(uses.length > 20, `${uses.length} files`);
	assert.deepEqual(uses.filter((f) => !named.some((n) => n.test(f))), []);
	assert.deepEqual([...inventory.matchAll(/`(src\/[^`*]+)`/g)].map((m) => m[1]).filter((f) => !fs.existsSync(f)), []);
});
