// SPDX-License-Identifier: GPL-3.0-or-later
// What a browser that has style and script already fetches for one more page: at most 15 KB, in every language, of lists full of names as they are.
// Dynamic answers are not compressed (they hold secrets), so the markup is what counts. Sizes, not times: they do not depend on the machine.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel } from './lib/panel.mjs';

const most = 15 * 1024;
const lists = ['/domains', '/mailboxes', '/mailboxes?domain=example.com&active=yes&sort=name&dir=desc', '/aliases', '/admins', '/log'];
const pages = ['/', '/domains/1', '/domains/1/edit', '/domains/1/admins', '/mailboxes/1', '/mailboxes/1/edit', '/mailboxes/1/aliases', '/mailboxes/1/delete', '/aliases/add', '/admins/2/edit', '/admins/2/domains',
	'/log/5', '/log/5/undo', '/search?q=example', '/import?kind=aliases', '/account/password', '/account/sessions', '/admin/two-factor', '/about', '/nowhere'];
const languages = ['en', 'de', 'nl', 'fr'];
const given = ['Dora', 'Emil', 'Fatima', 'Maximilian', 'Anna-Lena', 'Jean-Pierre'];
const family = ['Eckstein', 'Fernandez y Gomez', 'van der Meer', 'Haddad', 'Schulze-Boysen', 'Lefebvre', 'Berg'];
const hash = '{SHA512-CRYPT}$6$saltsaltsaltsalt$9bJzQy1kZ1Qe0tJX8d0mYc6q5a3bV2';
let panel;

const must = async (path, fields) => {
	const r = await panel.api('POST', path, { active: true, ...fields });
	assert.equal(r.status, 201, `${path}: ${r.text}`);
	return r.json;
};
const person = (i) => `${given[i % given.length]} ${family[i % family.length]}`;
const local = (i) => `${person(i).toLowerCase().replaceAll(' ', '.')}${i}`;

before(async () => {
	panel = await startPanel();
	await panel.signIn();
	await must('/domains/add', { domain: 'example.com', description: 'Head office, everybody who is employed', max_mailboxes: 500, max_aliases: 1000, quota: '2G', max_quota: '10G' });
	for (let i = 0; i < 60; i++) {
		await must('/domains/add', { domain: `branch-office-${i}.example.org`, description: i % 3 ? '' : 'Branch office, staff only', max_mailboxes: i % 2 * 50, max_quota: '10G', quota: '1G', backupmx: i % 9 === 0 });
		await must('/mailboxes/add', { address: `${local(i)}@example.com`, name: person(i), hash, quota: i % 4 ? '5G' : '10G', active: i % 7 !== 0 });
		await must('/aliases/add', { address: `department.${i}@example.com`, goto: Array.from({ length: 1 + i % 3 }, (_, k) => `${local(Math.max(i - k, 0))}@example.com`).join(',') });
		await must('/admins/add', { username: `${local(i)}@example.com`, password: 'a long enough secret 1', super: i % 5 === 0 });
	}
	panel.sql('INSERT INTO dovecot_quota (username, bytes, messages) SELECT username, id * 71234567, id * 331 FROM mailbox');
	panel.sql('INSERT INTO dovecot_last_login (username, last_login) SELECT username, 1795000000 - id * 7411 FROM mailbox');
});
after(() => panel?.stop());

const weigh = (r) => Buffer.byteLength(r.text);

for (const language of languages) {
	test(`a page of every list, whole and as the script swaps it, ${language}`, async () => {
		const sizes = {}, head = { 'accept-language': language };
		for (const list of lists) {
			const whole = await panel.get(list, head), part = await panel.get(list, { ...head, 'hx-request': 'true', 'hx-target': 'list' });
			assert.match(whole.text, new RegExp(`<html lang="${language}">`));
			assert.doesNotMatch(part.text, /<html|<header|<h1/);
			assert.equal(part.text.match(/<tr>|<tr /g).length, whole.text.match(/<tr>|<tr /g).length, `${list}: the same rows`);
			assert.ok(whole.text.match(/<tr>|<tr /g).length > 20, `${list}: a full page`);
			Object.assign(sizes, { [list]: weigh(whole), [`${list} swapped`]: weigh(part) });
		}
		for (const page of pages) sizes[page] = weigh(await panel.get(page, head));
		assert.deepEqual(Object.entries(sizes).filter(([, bytes]) => bytes > most), [], JSON.stringify(sizes, null, 1));
	});
}

test('what the script says is a file of its own, kept for a year, in each language', async () => {
	for (const language of languages) {
		const [, path] = /<script src="(\/words\/[^"]+)">/.exec((await panel.get('/domains', { 'accept-language': language })).text);
		const r = await panel.client().get(path);
		assert.equal(r.status, 200, path);
		assert.equal(r.headers.get('cache-control'), 'public, max-age=31536000, immutable');
		assert.match(r.headers.get('content-type'), /^text\/javascript/);
		assert.match(r.text, { en: /As the system/, de: /Wie das System/, nl: /systeem/, fr: /système/ }[language]);
	}
	for (const path of ['/words/', '/words/de.js', '/words/../s/', '/words/de.0000000000.js']) assert.equal((await panel.client().get(path)).status, 404, path);
});

test('a message comes with the part that is swapped', async () => {
	const head = { 'hx-request': 'true', 'hx-target': 'list' };
	assert.equal((await panel.post('/mailboxes/1/disable', { back: '/mailboxes' }, head)).status, 303);
	const r = await panel.get('/mailboxes', head);
	assert.match(r.text, /^<div id="flash" hx-swap-oob="innerHTML">\s*<div class="alert alert-success">/);
	assert.doesNotMatch((await panel.get('/mailboxes', head)).text, /id="flash"/, 'once');
	assert.match(r.headers.get('vary'), /HX-Target/);
});
