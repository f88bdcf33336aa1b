// SPDX-License-Identifier: GPL-3.0-or-later
// The first page: what needs attention is there, what is somebody else's is not, how things grew, and it takes four statements.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { sleep, startPanel } from './lib/panel.mjs';

let panel, limited;
const secret = 'a long enough secret 1';

before(async () => {
	panel = await startPanel({ settings: { log_level: 'debug', 'defaults.mailbox.hash_cost': 4 } });
	await panel.signIn();
	const ids = {};
	for (const domain of ['own.example', 'foreign.example']) ids[domain] = (await panel.api('POST', '/domains/add', { domain })).json.id;
	for (const address of ['full@own.example', 'roomy@own.example', 'endless@own.example', 'full@foreign.example']) {
		await panel.api('POST', '/mailboxes/add', { address, password: secret, quota: address.startsWith('endless') ? 0 : 1000 });
	}
	panel.sql(`INSERT INTO dovecot_quota (username, bytes, messages) VALUES ('full@own.example', 950, 1), ('roomy@own.example', 500, 1),
		('endless@own.example', 99999, 1), ('full@foreign.example', 2000, 1)`);
	for (const [address, goto] of [['dead@own.example', 'full@own.example,gone@own.example'], ['alive@own.example', 'full@own.example,who@elsewhere.example'],
		['far@own.example', 'gone@foreign.example'], ['asleep@own.example', 'gone@own.example']]) {
		const r = await panel.api('POST', '/aliases/add', { address, goto });
		if (address.startsWith('asleep')) await panel.api('POST', `/aliases/${r.json.id}/disable`);
	}
	const admin = (await panel.api('POST', '/admins/add', { username: 'dora@own.example', password: secret })).json.id;
	await panel.api('POST', `/domains/${ids['own.example']}/admins/assign`, { admin_id: admin });
	await panel.api('POST', `/domains/${ids['foreign.example']}/disable`);
	limited = await panel.client().signIn('dora@own.example', secret);
});

after(() => panel?.stop());

const todo = (text) => [.../<ul class="todo">(.*?)<\/ul>/s.exec(text)[1].matchAll(/<li>.*?<span>(.*?)<\/span><\/li>/gs)].map((m) => m[1].replace(/<[^>]*>/g, ''));

test('a super sees all of it, in four statements', async () => {
	const { text, status } = await panel.get('/');
	assert.equal(status, 200);
	assert.deepEqual(todo(text), ['Domains without an administrator of their own: 1', 'Domains that are switched off: 1',
		'full@foreign.example is nearly full: 2 KB / 1000 B', 'full@own.example is nearly full: 950 B / 1000 B',
		'dead@own.example leads to an address that nobody has: gone@own.example',
		'far@own.example leads to an address that nobody has: gone@foreign.example']);
	const count = Number([...panel.log().matchAll(/web\.answered[^\n]*statements=(\d+)/g)].at(-1)[1]);
	assert.ok(count > 0 && count <= 4, `${count} statements`);
	assert.match(text, /<rect class="part-of" width="100"/);
});

test('domains without an administrator lead to exactly these, whichever door they go out by', async () => {
	for (const domain of ['lonely.example', 'alone.example']) await panel.api('POST', '/domains/add', { domain });
	const { text } = await panel.get('/');
	const [, href, n] = /<a href="([^"]*)">Domains without an administrator of their own: (\d+)<\/a>/.exec(text);
	const lonely = ['alone.example', 'foreign.example', 'lonely.example'];
	assert.equal(Number(n), lonely.length);
	const list = await panel.get(href);
	assert.deepEqual([...list.text.matchAll(/<th><a id="r\d+" [^>]*><bdi>([^<]*)/g)].map((m) => m[1]), lonely);
	assert.match(list.text, /class="chip">Without an administrator of their own/);
	const query = href.slice(href.indexOf('?'));
	assert.deepEqual((await panel.api('GET', `/domains${query}`)).json.rows.map((row) => row.domain), lonely);
	const csv = /href="([^"]*)"[^>]*>CSV</.exec(list.text)[1].replaceAll('&amp;', '&');
	assert.deepEqual((await panel.get(csv)).text.trim().split('\r\n').slice(1).map((line) => line.split(',')[1].replaceAll('"', '')), lonely);
	// it goes on along pages and sortings, and all that match are these alone
	const page = await panel.api('GET', `/domains${query}&limit=2`);
	assert.deepEqual((await panel.api('GET', `/domains${query}&limit=2&after=${encodeURIComponent(page.json.next)}`)).json.rows.map((row) => row.domain), ['lonely.example']);
	assert.match((await panel.get(`/domains${query}&limit=2`)).text, /href="[^"]*alone=true[^"]*" *[^>]*>Next/);
	const r = await panel.api('POST', '/domains/bulk', { verb: 'disable', all: true, alone: true, confirm: false });
	assert.deepEqual(r.json.rows.map((row) => row.name), lonely);
	assert.deepEqual((await panel.api('GET', `/domains${query}&q=lone`)).json.rows.map((row) => row.domain), ['alone.example', 'lonely.example']);
	assert.equal((await limited.api('GET', `/domains${query}`)).json.rows.length, 0);
	for (const domain of ['lonely.example', 'alone.example']) panel.cli(['domain', 'delete', domain]);
});

test('a domain administrator sees what is its own', async () => {
	const { text } = await limited.get('/');
	assert.deepEqual(todo(text), ['full@own.example is nearly full: 950 B / 1000 B',
		'dead@own.example leads to an address that nobody has: gone@own.example']);
	assert.doesNotMatch(text, /foreign|Administrators/);
	assert.doesNotMatch(text.slice(text.indexOf('<main')), /sessions/); // those of others; its own are in the menu of the account
});

test('nobody is asked to sign in', async () => {
	const r = await panel.client().get('/');
	assert.equal(r.status, 303);
	assert.match(r.headers.get('location'), /\/auth\/login/);
});

const statements = () => Number([...panel.log().matchAll(/web\.answered[^\n]*statements=(\d+)/g)].at(-1)[1]);
const growth = (text) => text.slice(text.indexOf('<div class="card growth">'));
const today = Math.floor(Date.now() / 864e5);

test('growth: no picture of one day', async () => {
	panel.sql(`INSERT INTO vimb_growth (day, domains, mailboxes, aliases, used, allotted) VALUES (${today}, 2, 4, 4, 3450, 3000)`);
	for (const target of ['/', '/domains/1']) {
		const { text } = await panel.get(target);
		assert.match(growth(text), /^<div class="card growth">\s*<h2[^>]*>Growth<\/h2>\s*<p [^>]*>Pictures come when/);
		assert.doesNotMatch(growth(text), /<svg|<details/);
	}
});

test('growth: two pictures and a table, of what is seen, in four statements', async () => {
	const own = (await panel.api('GET', '/domains?q=own.example')).json.rows[0].id, foreign = (await panel.api('GET', '/domains?q=foreign.example')).json.rows[0].id;
	const values = [];
	for (let day = today - 399; day < today; day++) values.push(`(${day}, 2, ${day - today + 400}, 20, ${(day - today + 400) * 1e6}, 5000000000)`);
	panel.sql(`INSERT INTO vimb_growth (day, domains, mailboxes, aliases, used, allotted) VALUES ${values.join()}`);
	for (const [id, n] of [[own, 3], [foreign, 70]])
		panel.sql(`INSERT INTO vimb_growth_domain (domain_id, day, mailboxes, aliases, used, allotted) VALUES (${id}, ${today - 10}, ${n}, 1, 0, 0), (${id}, ${today}, ${n + 1}, 2, 1000, 2000)`);
	const all = growth((await panel.get('/')).text);
	assert.ok(statements() <= 4, `${statements()} statements`);
	assert.equal([...all.matchAll(/<svg /g)].length, 2);
	for (const [, points] of all.matchAll(/<polyline[^>]* points="([^"]*)"/g)) {
		const at = points.split(' ').map((p) => p.split(',').map(Number));
		assert.ok(at.length > 50 && at.length <= 61, `${at.length} points`);
		assert.deepEqual([at[0][0], at.at(-1)[0]], [0, 600]);
		for (const [x, y] of at) assert.ok(x >= 0 && x <= 600 && y >= 2 && y <= 120);
		for (let i = 1; i < at.length; i++) assert.ok(at[i][0] > at[i - 1][0]);
	}
	const first = new Date((today - 365) * 864e5).toISOString().slice(0, 10), last = new Date(today * 864e5).toISOString().slice(0, 10);
	assert.match(all, new RegExp(`<desc [^>]*>From ${first} to ${last}: mailboxes from 35 to 4, aliases from 20 to 4\\.</desc>`));
	assert.match(all, /<small[^>]*>399<\/small>/, 'the largest of both lines is the upper edge');
	const rows = [...all.matchAll(/<tr><td class="name">([^<]*)<\/td>/g)].map((m) => m[1]);
	assert.ok(rows.length > 10 && rows.length <= 13);
	assert.deepEqual([rows[0], rows.at(-1)], [first, last]);
	assert.doesNotMatch(all, /style=/);
	// hers alone
	const hers = growth((await limited.get('/')).text);
	assert.ok(statements() <= 4, `${statements()} statements`);
	assert.match(hers, /mailboxes from 3 to 4, aliases from 1 to 2/);
	assert.doesNotMatch(hers, /7[01]/);
	await panel.get(`/domains/${own}`);
	assert.ok(statements() <= 4, `${statements()} statements`);
	const page = growth((await limited.get(`/domains/${own}`)).text);
	assert.match(page, /mailboxes from 3 to 4/);
	assert.doesNotMatch(page, /<th scope="col" class="num">Domains/);
	assert.equal((await limited.get(`/domains/${foreign}`)).status, 404);
});

test('growth: a super has it of any number of domains, in sums; who administers too many is told so', async () => {
	const big = await startPanel({ settings: { log_level: 'debug' } });
	try {
		await big.signIn();
		const n = 520, { id } = (await big.api('POST', '/admins/add', { username: 'dora@own.example', password: secret })).json;
		for (let i = 0; i < n; i++) await big.api('POST', '/domains/add', { domain: `d${i}.example` });
		const put = (day) => big.sql(`INSERT INTO vimb_growth_domain (domain_id, day, mailboxes, aliases, used, allotted) SELECT id, ${day}, 2, 1, 1000000, 3000000 FROM domain;
			INSERT INTO vimb_growth (day, domains, mailboxes, aliases, used, allotted) SELECT ${day}, count(*), 2 * count(*), count(*), 1000000 * count(*), 3000000 * count(*) FROM domain`);
		for (const day of [today - 7, today]) put(day);
		const seen = () => Number([...big.log().matchAll(/web\.answered[^\n]*statements=(\d+)/g)].at(-1)[1]);
		const all = (await big.get('/')).text;
		assert.ok(seen() <= 4, `${seen()} statements`);
		assert.match(growth(all), /mailboxes from 1,040 to 1,040, aliases from 520 to 520/);
		assert.match(all, /<strong>495\.9 MB <small>\/ 1\.5 GB<\/small><\/strong> used \/ allotted</);
		big.sql(`INSERT INTO domain_admins (Admin_id, Domain_id) SELECT ${id}, id FROM domain`);
		const dora = await big.client().signIn('dora@own.example', secret);
		const hers = growth((await dora.get('/')).text);
		assert.ok(seen() <= 4, `${seen()} statements`);
		assert.match(hers, /more domains than are added up here/);
		assert.doesNotMatch(hers, /Pictures come|<svg/);
		big.sql("DELETE FROM domain_admins WHERE Domain_id IN (SELECT id FROM domain WHERE domain LIKE 'd___.example')");
		assert.match(growth((await dora.get('/')).text), /mailboxes from 200 to 200/);
	} finally {
		await big.stop();
	}
});

test('a panel without domains names the first step, to who can take it', async () => {
	const fresh = await startPanel();
	try {
		await fresh.signIn();
		await fresh.api('POST', '/admins/add', { username: 'dora@own.example', password: secret });
		const main = (text) => text.slice(text.indexOf('<main'));
		const first = main((await fresh.get('/')).text);
		assert.match(first, /<a class="btn btn-primary" href="\/domains\/add">/);
		assert.doesNotMatch(first, /class="card growth"|Nothing\. No box/);
		const hers = main((await (await fresh.client().signIn('dora@own.example', secret)).get('/')).text);
		assert.match(hers, /No domain is assigned to you/);
		assert.doesNotMatch(hers, /domains\/add/);
	} finally {
		await fresh.stop();
	}
});

test('growth: the keeper takes the day down', async () => {
	const fresh = await startPanel({ settings: { log_level: 'debug' } });
	try {
		await fresh.signIn();
		for (const domain of ['a.example', 'b.example']) await fresh.api('POST', '/domains/add', { domain });
		fresh.sql("UPDATE vimb_job SET run_at = 0 WHERE kind = 'growth'");
		for (let i = 0; i < 1500 && !/job\.growth/.test(fresh.log()); i++) await sleep(20);
		assert.match(fresh.dump(), new RegExp(`vimb_growth_domain\\D*\\d+,\\s*${today}`));
		// the first sample is the picture's first day: tomorrow there is one
		assert.match(growth((await fresh.get('/')).text), /Pictures come when/);
	} finally {
		await fresh.stop();
	}
});
