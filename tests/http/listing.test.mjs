// SPDX-License-Identifier: GPL-3.0-or-later
// How many rows a page has is chosen below the list, and stands in the URL with the rest of what says how the list looks.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel } from './lib/panel.mjs';

let panel;

before(async () => {
	panel = await startPanel();
	await panel.signIn();
	const must = async (path, fields) => assert.equal((await panel.api('POST', path, fields)).status, 201, path);
	await must('/domains/add', { domain: 'example.com', active: true });
	for (let i = 0; i < 60; i++) {
		await must('/mailboxes/add', { address: `box${i}@example.com`, password: 'a long enough secret 1', active: true });
		await must('/aliases/add', { address: `other${i}@example.com`, goto: 'box1@example.com', active: true });
		await must('/domains/add', { domain: `branch${i}.example.org`, active: true });
		await must('/admins/add', { username: `admin${i}@example.com`, password: 'a long enough secret 1', super: true });
	}
});
after(() => panel?.stop());

const rows = (text) => (text.match(/<tbody>[^]*<\/tbody>/)?.[0].match(/<tr/g) ?? []).length;
// [how many, where it leads; nowhere: it is the size in force]
const sizes = (text) => [...(/<span class="sizes">[^]*?<\/span>/.exec(text)?.[0] ?? '').matchAll(/<b>(\d+)<\/b>|<a href="([^"]*)">(\d+)<\/a>/g)]
	.map(([, now, to, n]) => [Number(now ?? n), to?.replaceAll('&amp;', '&')]);
const now = (text) => sizes(text).filter(([, to]) => !to).map(([n]) => n);

for (const list of ['/domains', '/mailboxes', '/aliases', '/admins', '/log']) {
	test(`${list} offers sizes, and each link has as many rows`, async () => {
		const first = (await panel.get(list)).text;
		assert.equal(rows(first), 20);
		const offered = sizes(first);
		assert.deepEqual(offered.map(([n]) => n), list === '/log' ? [20, 50, 100, 200] : [20, 50, 100]);
		assert.deepEqual(now(first), [20]);
		for (const [n, to] of offered.slice(1)) {
			const { status, text } = await panel.get(to);
			assert.equal(status, 200, to);
			assert.ok(list === '/log' ? rows(text) === n : rows(text) === Math.min(n, list === '/mailboxes' || list === '/aliases' ? 60 : 61), `${to}: ${rows(text)}`);
			assert.deepEqual(now(text), [n]);
		}
	});
}

test('the size keeps filters and sorting, and is kept by search, sorting and paging', async () => {
	const { text } = await panel.get('/mailboxes?domain=example.com&q=box&active=yes&sort=name&dir=desc&limit=5');
	const [, to] = sizes(text).find(([n]) => n === 50);
	const asked = Object.fromEntries(new URL(to, panel.url).searchParams);
	assert.deepEqual(asked, { domain: 'example.com', q: 'box', active: 'yes', sort: 'name', dir: 'desc', limit: '50' });
	assert.deepEqual(sizes(text).map(([n]) => n), [5, 20, 50, 100], 'the size in force stands among the usual ones');
	const big = (await panel.get(to)).text;
	assert.match(big, /<input type="hidden" form="s" name="limit" value="50">/, 'the search keeps it');
	assert.match(big, /rel="next"[^>]*href="[^"]*limit=50/);
	assert.match(big, /<th[^>]*>\s*<a href="[^"]*limit=50/);
	assert.match((await panel.get('/log?door=api&limit=50')).text, /<input type="hidden" form="s" name="limit" value="50">/);
});

test('where all rows fit on the smallest page there is nothing to choose', async () => {
	assert.deepEqual(sizes((await panel.get('/mailboxes?q=box12%40')).text), []);
	assert.deepEqual(sizes((await panel.get('/mailboxes?q=box1&limit=20')).text), []);
	assert.deepEqual(sizes((await panel.get('/mailboxes?q=nobody')).text), []);
});

test('how full a mailbox is can be read, above its quota too', async () => {
	const used = (text) => /<td>([^<]*)<progress value="(\.\d\d)"/.exec(text);
	panel.sql("UPDATE mailbox SET quota = 1000000 WHERE username = 'box7@example.com'");
	for (const [bytes, shown, bar] of [[0, '0%', '.00'], [421000, '42%', '.42'], [999999, '99%', '.99'], [1000000, '100%', '.99'], [2500000, '250%', '.99']]) {
		panel.sql("DELETE FROM dovecot_quota WHERE username = 'box7@example.com'");
		panel.sql(`INSERT INTO dovecot_quota (username, bytes, messages) VALUES ('box7@example.com', ${bytes}, 1)`);
		const [, text, value] = used((await panel.get('/mailboxes?q=box7')).text);
		assert.ok(text.endsWith(`, ${shown}`), text);
		assert.equal(value, bar);
	}
	assert.match((await panel.get('/mailboxes?q=box7', { 'accept-language': 'de' })).text, /, 250\u00a0%</);
	assert.doesNotMatch((await panel.get('/mailboxes?q=box8')).text, /, \d+%/, 'without a quota there is nothing to compare with');
});
