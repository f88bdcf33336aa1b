// SPDX-License-Identifier: GPL-3.0-or-later
// Lists as CSV: the same rows as the page shows, all of them, piece by piece; who may take which; what a spreadsheet makes of them.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel } from './lib/panel.mjs';

const many = 1203;
const hash = '{SHA512-CRYPT}$6$saltsaltsaltsalt$9bJzQy1kZ1Qe0tJX8d0mYc6q5a3bV2';
let panel, limited;
const must = async (path, fields) => {
	const r = await panel.api('POST', path, fields);
	assert.ok(r.status < 300, `${path}: ${r.text}`);
	return r.json;
};

// RFC 4180, as another program reads it.
function parse(text) {
	const rows = [];
	let row = [];
	for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
		if (quoted === undefined && bare === '' && end === '' && row.length === 0) break;
		row.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
		if (end !== ',') {
			rows.push(row);
			row = [];
		}
	}
	const [names, ...rest] = rows;
	return rest.map((r) => Object.fromEntries(r.map((cell, i) => [names[i], cell])));
}
const csv = (c, path) => c.get(path, { accept: 'text/csv' });

before(async () => {
	panel = await startPanel();
	await panel.signIn();
	const own = await must('/domains/add', { domain: 'own.example', active: true, description: '=1+1' });
	await must('/domains/add', { domain: 'bücher.example', active: true });
	await must('/mailboxes/add', { address: 'box@bücher.example', hash });
	await must('/aliases/add', { address: '@own.example', goto: 'u0001@own.example,out@elsewhere.example' });
	const admin = await must('/admins/add', { username: 'limited@example.org', password: 'a long enough secret 1', active: true });
	await must(`/domains/${own.id}/admins/assign`, { admin_id: admin.id });
	for (let i = 0; i < many; i++)
		await must('/mailboxes/add', { address: `u${String(i).padStart(4, '0')}@own.example`, hash, name: i === 3 ? '=HYPERLINK("http://x.example";"a")' : `Name ${i % 10}`, active: i % 3 !== 0 });
	limited = await panel.client().signIn('limited@example.org', 'a long enough secret 1');
});
after(() => panel?.stop());

test('a file for a spreadsheet: its name, its kind, every row once and in order', async () => {
	const r = await panel.get('/mailboxes/export.csv?domain=own.example');
	assert.equal(r.status, 200);
	assert.equal(r.headers.get('content-type'), 'text/csv; charset=utf-8; header=present');
	assert.match(r.headers.get('content-disposition'), /^attachment; filename="mailboxes-own\.example-\d{4}-\d\d-\d\d\.csv"$/);
	assert.equal(r.headers.get('transfer-encoding'), 'chunked');
	assert.equal(r.headers.get('cache-control'), 'no-store');
	assert.equal(r.headers.get('x-content-type-options'), 'nosniff');
	assert.equal(r.text[0], '\ufeff');
	const rows = parse(r.text.slice(1));
	assert.deepEqual(rows.map((x) => x.username), Array.from({ length: many }, (_, i) => `u${String(i).padStart(4, '0')}@own.example`));
	assert.equal(rows[3].name, '\'=HYPERLINK("http://x.example";"a")');
	assert.equal(rows[1].quota, 'unlimited');
	assert.equal(rows[1].active, 'yes');
	assert.ok(!('password' in rows[0]) && !('hash' in rows[0]));
	assert.ok(!r.text.includes('SHA512'));
});

test('Accept: text/csv on the list itself, for programs', async () => {
	for (const list of ['/domains', '/mailboxes', '/aliases', '/admins', '/log']) {
		const r = await csv(panel, list);
		assert.equal(r.status, 200, list);
		assert.match(r.headers.get('content-type'), /^text\/csv/, list);
		assert.equal(r.text.slice(0, 5), '"id",', `${list}: no byte order mark`);
		const json = (await panel.api('GET', `${list}?limit=5`)).json.rows;
		assert.deepEqual(parse(r.text).slice(0, json.length).map((x) => Number(x.id)), json.map((x) => x.id), list);
	}
	const r = await csv(panel, '/mailboxes?domain=nowhere.example');
	assert.equal(r.status, 400);
	assert.equal(r.json ?? JSON.parse(r.text).errors[0].field, 'domain');
	assert.equal((await csv(panel.client(), '/mailboxes')).status, 401);
	assert.equal((await panel.client().get('/mailboxes/export.csv')).status, 302);
	assert.equal((await csv(panel, '/about')).headers.get('content-type'), 'text/html; charset=utf-8');
});

test('filters and sorting are those of the list', async () => {
	for (const query of ['q=u00', 'domain=own.example&active=no', 'q=name+7&sort=name&dir=desc', 'sort=created&dir=desc', 'q=nothing+like+that', 'sort=quota&active=yes&q=u1']) {
		const want = [];
		let after = '';
		do {
			const page = (await panel.api('GET', `/mailboxes?${query}&limit=1000${after}`)).json;
			want.push(...page.rows.map((x) => x.username));
			after = page.next ? `&after=${encodeURIComponent(page.next)}` : null;
		} while (after);
		assert.deepEqual(parse((await csv(panel, `/mailboxes?${query}`)).text).map((x) => x.username), want, query);
	}
	const self = parse((await csv(panel, '/aliases?self=true')).text).length, without = parse((await csv(panel, '/aliases')).text);
	assert.equal(self, many + 2);
	assert.deepEqual(without.map((x) => [x.address, x.goto]), [['\'@own.example', 'u0001@own.example,out@elsewhere.example']]);
	for (const query of ['limit=5', 'after=x', 'hashes=maybe', 'nonsense=1', 'active=maybe', 'sort=password'])
		assert.equal((await csv(panel, `/mailboxes?${query}`)).status, 400, query);
	assert.equal((await csv(panel, '/aliases?hashes=1')).status, 400);
	assert.equal((await panel.get('/mailboxes?hashes=1')).status, 400);
	assert.equal((await panel.post('/mailboxes/export.csv')).status, 405);
	assert.equal((await panel.fetch('HEAD', '/mailboxes/export.csv')).text, '');
	assert.match((await panel.get('/mailboxes?q=u00&sort=name&dir=desc')).text, /href="\/mailboxes\/export\.csv\?q=u00&amp;sort=name&amp;dir=desc"/);
});

test('a name outside ASCII', async () => {
	const r = await panel.get('/mailboxes/export.csv?domain=b%C3%BCcher.example');
	assert.match(r.headers.get('content-disposition'),
		/^attachment; filename="mailboxes-xn--bcher-kva\.example-([\d-]{10})\.csv"; filename\*=UTF-8''mailboxes-b%C3%BCcher\.example-\1\.csv$/);
	const bad = await panel.get('/mailboxes/export.csv?domain=x%22%0d%0aSet-Cookie:y.example');
	assert.equal(bad.status, 400);
	assert.equal(bad.headers.get('content-disposition'), null);
});

test('a domain administrator: own rows and no hashes', async () => {
	const own = parse((await csv(limited, '/mailboxes')).text);
	assert.equal(own.length, many);
	assert.ok(own.every((x) => x.domain === 'own.example'));
	assert.deepEqual(parse((await csv(limited, '/domains')).text).map((x) => [x.domain, x.description]), [['own.example', '\'=1+1']]);
	assert.equal((await csv(limited, '/admins')).status, 403);
	const before = (await panel.api('GET', '/log?action=MAILBOX_EXPORT')).json.total;
	const r = await csv(limited, '/mailboxes?hashes=1');
	assert.equal(r.status, 403);
	assert.ok(!r.text.includes('SHA512'));
	assert.equal((await panel.api('GET', '/log?action=MAILBOX_EXPORT')).json.total, before);
});

test('a super takes the hashes along, and the log says so once', async () => {
	const rows = parse((await csv(panel, '/mailboxes?hashes=1&domain=own.example')).text);
	assert.equal(rows.length, many);
	assert.ok(rows.every((x) => x.hash === hash));
	const log = (await panel.api('GET', '/log?action=MAILBOX_EXPORT')).json;
	assert.equal(log.total, 1);
	assert.equal(log.rows[0].data, 'root@example.org exported mailboxes with their password hashes (own.example)');
	assert.ok(!JSON.stringify(log).includes('SHA512'));
});
