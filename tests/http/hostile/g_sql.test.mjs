// SPDX-License-Identifier: GPL-3.0-or-later
// Text that means something to a database, on the engine that is tested: it is stored, found and compared as what it is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { root } from '../lib/panel.mjs';
import { check, form, get, json, look, run, same, secret, stage } from './lib/cases.mjs';

const w = stage();
const q = (text) => encodeURIComponent(text);

const texts = ["'", '"', '\\', "\\'", "''", '--', '-- x', '#', ';', '/*', "' OR '1'='1", "'; DROP TABLE admin; --", "') UNION SELECT password FROM admin --", '%', '_', '%_%', '!%', '[a-z]', '*', '%27', '\\x27', '$1', ':name', '?', '@@version', '{fn now()}',
	"x' AND sleep(5) AND '1", '$$', 'NULL', 'null', '0x27', '¿\'', '縗\'', '\u{1F4EB}', 'ﬁ', 'İ', '\u00a0x', 'a\u0301', '1e309', 'true', '=1', "N'x'", 'E\'\\\'\''];

test('G1 each text in each field: kept to the letter, found by a search, found in no other row', async () => {
	for (const text of texts) {
		const r = await w.panel.api('POST', `/mailboxes/${w.ids.own.mailboxes}/edit`, { name: `n${text}n` });
		assert.equal(r.status, 200, `${text}: ${r.text}`);
		assert.equal((await w.panel.api('POST', `/domains/${w.ids.own.domains}/edit`, { description: `d${text}d` })).status, 200, text);
		assert.equal((await w.panel.api('GET', `/mailboxes/${w.ids.own.mailboxes}/edit`)).json.name, `n${text}n`);
		for (const [list, asked] of [['mailboxes', `n${text}n`], ['domains', `d${text}d`]]) {
			const found = await w.panel.api('GET', `/${list}?q=${q(asked)}`);
			assert.equal(found.status, 200, `${text}: ${found.text}`);
			assert.deepEqual(found.json.rows.map((row) => row.id), [w.ids.own[list]], `${list}: ${asked}`);
		}
		const [told] = (await w.panel.api('GET', '/log?limit=1')).json.rows;
		assert.equal(JSON.parse((await w.panel.api('GET', `/log/${told.id}`)).json.after).description, `d${text}d`, text);
	}
	w.seen = look(w);
});

test('G1 each text where something is looked up: nothing is found, nothing breaks, nothing changes', async () => {
	for (const text of texts) {
		for (const target of [`/log?actor=${q(text)}`, `/log?object=${q(text)}`, `/log?action=${q(text)}`, `/search?q=${q(text)}`, `/admins?q=${q(`zz${text}`)}`, `/aliases?q=${q(`zz${text}`)}`]) {
			const r = await w.panel.api('GET', target);
			assert.ok(r.status === 200 || (r.status === 400 && /search/.test(target)), `${target}: ${r.text}`);
			if (r.json.rows && !target.startsWith('/search')) assert.equal(r.json.rows.length, 0, target);
		}
		assert.ok([400, 404].includes((await w.panel.api('GET', `/mailboxes?domain=${q(text)}`)).status), text);
		assert.ok([404, 422].includes((await w.panel.api('POST', '/limits/clear', { name: text })).status), text);
		assert.ok([404, 422].includes((await w.panel.api('POST', '/account/sessions/end', { session: text })).status), text);
		assert.equal((await w.panel.api('POST', `/admins/${w.ids.own.admins}/domains/assign`, { domain: text })).status, 422, text);
	}
	same(w);
});

test('G1 each text as a name to sign in with: wrong, and no more than that', async () => {
	for (const text of texts) {
		const c = w.panel.client();
		await c.get('/auth/login');
		assert.equal((await c.post('/auth/login', { username: text, password: text })).status, 401, text);
	}
	same(w, { trail: false });
});

const equal = (username) => async (s) => {
	const c = s.panel.client();
	await c.get('/auth/login');
	return c.post('/auth/login', { username, password: root.password });
};
const refused = { status: 401, row: { action: 'ADMIN_LOGIN_FAILED' } };
const long = 'x'.repeat(255);

run(w, [
	// lists
	...['sort=password', 'sort=id;', 'sort=1', 'sort=username,password', "sort=username'", 'sort=', 'sort=USERNAME', 'sort=m.username', 'sort=(select 1)', 'dir=ASC', 'dir=asc;', 'dir=', 'dir=desc nulls first', 'limit=0', 'limit=-1', 'limit=501000', 'limit=9223372036854775808',
		'limit=1e1', 'limit=0x10', 'limit=1 or 1', 'limit=%EF%BC%91', 'offset=1000000000000', 'page=2', 'active=1', 'active=yes or 1', 'filter=1', 'fields=password', 'order=id', 'after=1', 'after=eyJhIjoxfQ', 'before=-1', 'after=x&before=y', 'id=1', 'domain_id=1', 'domain=%25', 'domain=own.exampl_']
		.map((query) => ['G2', `a list by ${query}`, get(`/mailboxes?${query.replaceAll(' ', '+').replaceAll(';', '%3B')}`), /=$/.test(query) ? [200, 400] : 400]),
	['G2', 'a log by a column that is none', get('/log?sort=before'), 400],
	['G2', 'an export by a column that is none', get('/admins/export.csv?sort=password'), 400],
	['G3', 'a search for what stands for all', (s) => count(s, '%'), {}],
	['G3', 'a search for what stands for one', (s) => count(s, '_'), {}],
	['G3', 'a search for the sign that escapes', (s) => count(s, '!'), {}],
	['G3', 'a search for what escapes in other places', (s) => count(s, '\\'), {}],
	['G4', 'a search of 255 signs that stand for all', get(`/mailboxes?q=${'%25'.repeat(255)}`), 200],
	['G4', 'a search of 256', get(`/mailboxes?q=${'%25'.repeat(256)}`), 400],
	['G4', 'a search of 120 words', get(`/mailboxes?q=${'a+'.repeat(120)}`), 200],
	['G4', 'a search of quotes and operators of full text', get(`/mailboxes?q=${q('"a" OR NEAR(b) ^c* -d AND (e')}`), 200],
	['G5', 'a page far beyond the end', get('/mailboxes?after=999999999999'), 400],
	['G5', 'the page of a number beyond 64 bits', get('/log/18446744073709551617'), 404],
	['G5', 'the page of the largest number', get('/log/9223372036854775807'), 404],
	// who is who
	['G6', 'the same mailbox in capitals', json('/mailboxes/add', { address: 'BOX@OWN.Example', password: secret }), 409],
	['G6', 'the same mailbox with blanks around it', json('/mailboxes/add', { address: ' box@own.example ', password: secret }), 409],
	['G6', 'the same mailbox with a blank inside', json('/mailboxes/add', { address: 'box @own.example', password: secret }), 422],
	['G6', 'the same mailbox with a mark on a letter', json('/mailboxes/add', { address: 'bóx@own.example', password: secret }), 422],
	['G6', 'the same mailbox in full-width letters', json('/mailboxes/add', { address: 'ｂｏｘ@own.example', password: secret }), 422],
	['G6', 'the same domain in capitals', json('/domains/add', { domain: 'OWN.EXAMPLE' }), 409],
	['G6', 'the same domain in full-width letters', json('/domains/add', { domain: 'ｏｗｎ.example' }), 409],
	['G6', 'the same domain with a dot of another script', json('/domains/add', { domain: 'own。example' }), [409, 422]],
	['G6', 'the same alias in capitals', json('/aliases/add', { address: 'INFO@own.example', goto: 'x@y.example' }), 409],
	['G6', 'the same administrator in capitals', json('/admins/add', { username: 'LIMITED@EXAMPLE.ORG', password: secret }), 409],
	['G6', 'signing in in capitals is signing in', equal('ROOT@Example.ORG'), { status: 303, changes: true }],
	['G6', 'signing in with marks on letters', equal('röot@example.org'), refused],
	['G6', 'signing in with a letter of another script', equal('rооt@example.org'), refused],
	['G6', 'signing in in full-width letters', equal('ｒｏｏｔ@example.org'), refused],
	['G6', 'signing in with a blank of another kind behind', equal('root@example.org\u00a0'), refused],
	['G6', 'signing in with a sign of no width in the name', equal('ro\u200bot@example.org'), refused],
	['G6', 'a sign of no width in a domain is nothing, as IDNA says', equal('root@exam\u200bple.org'), { status: 303, changes: true }],
	['G6', 'signing in with what stands for all', equal('%@example.org'), refused],
	['G7', '255 characters are kept', json('/mailboxes/{own.mailboxes}/edit', { name: long }), { status: 200, db: ["SELECT count(*) FROM mailbox WHERE name = '" + long + "'", 1], changes: true }],
	['G7', '256 characters', json('/mailboxes/{own.mailboxes}/edit', { name: `${long}x` }), 422],
	['G7', '64 letters of four bytes and a little', json('/mailboxes/{own.mailboxes}/edit', { name: '\u{1F4EB}'.repeat(64) }), 422],
	['G7', '63 of them are kept', json('/mailboxes/{own.mailboxes}/edit', { name: '\u{1F4EB}'.repeat(63) }), { status: 200, changes: true }],
	['G7', 'a description of 256 characters', json('/domains/{own.domains}/edit', { description: `${long}x` }), 422],
	['G7', 'a transport of 256 characters', json('/domains/{own.domains}/edit', { transport: `${long}x` }), 422],
	// numbers that are not quite
	...['1abc', '1e1', '0x1', ' 1', '1 ', '+1', '1.0', '-1', '', '1,2', '1;2', "1'", '１', '99999999999999999999', '1 OR 1=1'].flatMap((id) => [
		['G11', `an administrator by ${JSON.stringify(id)}`, form('/domains/{own.domains}/admins/assign', { admin_id: id }), 422],
		...(['1 ', ' 1', '1,2', ''].includes(id) ? [] : [['G11', `rows by ${JSON.stringify(id)}`, json('/mailboxes/bulk', { verb: 'disable', ids: id, confirm: true }), id === '99999999999999999999' ? [200, 422] : 422]]),
	]),
	['G11', 'an administrator by yes', json('/domains/{own.domains}/admins/assign', { admin_id: true }), 422],
	['G11', 'an administrator by nothing', json('/domains/{own.domains}/admins/assign', { admin_id: null }), 422],
	['G11', 'an administrator by a list', json('/domains/{own.domains}/admins/assign', { admin_id: [1] }), 400],
	['G11', 'an administrator by an object', json('/domains/{own.domains}/admins/assign', { admin_id: { id: 1 } }), 400],
	['G11', 'an administrator by 0', json('/domains/{own.domains}/admins/assign', { admin_id: 0 }), 422],
	['G11', 'an administrator by a fraction', json('/domains/{own.domains}/admins/assign', '{"admin_id":1.0}'), 400],
	...['1abc', '1e1', '0x1', '%201', '+1', '1.0', '-1', '01', '0', '1%00', '１'].map((id) => ['G11', `a path by ${id}`, get(`/mailboxes/${id === '１' ? '%EF%BC%91' : id}/edit`), [400, 404]]),
]);

// How many rows a search finds is how many hold the text.
async function count(s, text) {
	const all = (await s.panel.api('GET', '/aliases?self=true&limit=500')).json.rows;
	const r = await s.panel.api('GET', `/aliases?self=true&q=${q(text)}`);
	assert.equal(r.json.total, all.filter((row) => `${row.address} ${row.goto}`.includes(text)).length);
	return r;
}

test('G8 what was stored and is used again: deleted, brought back, exported, read in', async () => {
	for (const text of ["x'); DELETE FROM admin; --", '\\', "' || (SELECT password FROM admin LIMIT 1) || '", '%s%n']) {
		const { id } = (await w.panel.api('POST', '/mailboxes/add', { address: 'again@own.example', password: secret, name: text })).json;
		assert.equal((await w.panel.api('POST', `/mailboxes/${id}/delete`)).status, 200);
		const [entry] = (await w.panel.api('GET', '/log?action=MAILBOX_PURGE&limit=1')).json.rows;
		assert.equal((await w.panel.api('POST', `/log/${entry.id}/undo`)).status, 200);
		const [row] = (await w.panel.api('GET', '/mailboxes?q=again@own')).json.rows;
		assert.equal(row.name, text);
		const csv = (await w.panel.get('/mailboxes/export.csv?q=again%40own&hashes=1')).text;
		const back = await w.panel.api('POST', '/import/run', { kind: 'mailboxes', mode: 'upsert', text: csv });
		assert.deepEqual([back.json.failed, back.json.changed ?? back.json.updated], [0, 0], back.text);
		assert.equal((await w.panel.api('POST', `/mailboxes/${row.id}/delete`)).status, 200);
	}
	assert.equal(w.panel.sql('SELECT count(*) FROM admin').trim(), '3');
	w.seen = look(w);
	await check(w, get('/mailboxes'), 200);
});
