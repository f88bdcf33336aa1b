// SPDX-License-Identifier: GPL-3.0-or-later
// The log by who, what, where, through which door and when; the same filters for its rows as JSON and CSV.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel } from './lib/panel.mjs';

let panel;

before(async () => {
	panel = await startPanel();
	await panel.signIn();
	for (const domain of ['own.example', 'other.example']) await panel.api('POST', '/domains/add', { domain });
	await panel.api('POST', '/aliases/add', { address: 'info@own.example', goto: 'x@elsewhere.example' });
	panel.cli(['alias', 'add', 'cli@own.example', '--goto', 'x@elsewhere.example']);
	panel.sql(`UPDATE log SET timestamp = '2020-02-29 23:59:59' WHERE data LIKE '%added domain own.example%'`);
});

after(() => panel?.stop());

const objects = async (query) => (await panel.api('GET', `/log?${query}`)).json.rows.map((row) => row.object);

test('each filter alone and together', async () => {
	assert.deepEqual(await objects('door=cli&action=ALIAS_ADD'), ['cli@own.example']);
	assert.deepEqual(await objects('door=api'), ['info@own.example', 'other.example', 'own.example']);
	assert.deepEqual(await objects('object=info%40own.example'), ['info@own.example']);
	assert.deepEqual(await objects('domain=own.example&door=api'), ['info@own.example', 'own.example']);
	assert.deepEqual(await objects('since=2020-02-29&until=2020-02-29'), ['own.example']);
	assert.deepEqual(await objects('until=2020-02-28'), []);
	assert.ok(!(await objects('since=2020-03-01')).includes('own.example'));
	assert.deepEqual(await objects('actor=nobody'), []);
	assert.deepEqual(await objects('actor=root%40example.org&door=api&q=other'), ['other.example']);
	assert.ok((await objects('actor=&object=&domain=&door=&since=&until=&q=')).length >= 4, 'a form sends them empty');
});

test('a total counts the same rows', async () => {
	const { json } = await panel.api('GET', '/log?door=api&limit=2');
	assert.equal(json.total, 3);
	assert.deepEqual(json.rows.map((row) => row.object), ['info@own.example', 'other.example']);
	assert.deepEqual((await panel.api('GET', `/log?door=api&limit=2&after=${json.next}`)).json.rows.map((row) => row.object), ['own.example']);
});

test('the page keeps them in its boxes and links', async () => {
	const { text } = await panel.get('/log?door=api&since=2020-01-01&object=own.example&limit=10');
	assert.match(text, /<option value="api" selected>/);
	assert.match(text, /type="date" name="since" value="2020-01-01"/);
	assert.match(text, /name="object" value="own.example"/);
	assert.match(text, /export\.csv\?object=own\.example&amp;door=api&amp;since=2020-01-01/);
	const csv = await panel.get('/log/export.csv?door=cli&action=ALIAS_ADD');
	assert.equal(csv.status, 200);
	assert.match(csv.text, /cli@own\.example/);
	assert.doesNotMatch(csv.text, /info@own\.example/);
});

test('who did it is said once in a row, and in the sentence of the entry', async () => {
	const [entry] = (await panel.api('GET', '/log?limit=1')).json.rows;
	assert.ok(entry.data.startsWith(`${entry.actor} `), entry.data);
	const row = (await panel.get('/log')).text.split(`href="/log/${entry.id}"`)[1].split('<tr>')[0];
	assert.equal(row.split(`>${entry.actor}`).length, 2, row);
	assert.ok(row.includes(`>${entry.data.slice(entry.actor.length + 1)}<`), row);
	assert.match((await panel.get(`/log/${entry.id}`)).text, new RegExp(`<h1[^>]*><bdi>${entry.actor} `));
});

test('days that are none, doors that there are not', async () => {
	for (const query of ['since=2021-02-30', 'since=yesterday', 'until=2021-13-01', 'until=2021-00-10', 'until=2021-1-1', 'since=0000-01-01', "since=2021-01-01'", 'door=window']) {
		assert.equal((await panel.get(`/log?${query}`)).status, 400, query);
	}
	assert.equal((await panel.get('/log?since=2024-02-29')).status, 200);
});

test('an entry names fields and values as the forms do, and leaves out what was empty and stayed so', async () => {
	const { json } = await panel.api('POST', '/domains/add', { domain: 'words.example', max_mailboxes: 12, quota: '2 GB', active: true });
	const added = (await panel.get(`/log/${(await panel.api('GET', '/log?action=DOMAIN_ADD')).json.rows[0].id}`)).text;
	const row = (text, name) => new RegExp(`<th scope="row"><bdi>${name}</bdi></th><td[^>]*>(?:<del><bdi>([^<]*)</bdi></del>)?</td><td[^>]*>(?:<ins><bdi>([^<]*)</bdi></ins>)?</td>`).exec(text)?.slice(1);
	assert.deepEqual(['Mailbox limit', 'Default quota', 'Largest quota', 'Active', 'Backup MX'].map((name) => row(added, name)?.[1]), ['12', '2 GB', 'unlimited', 'yes', 'no']);
	assert.equal(row(added, 'Description'), undefined);
	assert.doesNotMatch(added, /max_mailboxes|2147483648/);
	await panel.api('POST', `/domains/${json.id}/edit`, { quota: '3 GB', active: false });
	const { id } = (await panel.api('GET', '/log?action=DOMAIN_EDIT')).json.rows[0];
	const edited = (await panel.get(`/log/${id}`)).text;
	assert.deepEqual([row(edited, 'Default quota'), row(edited, 'Active')], [['2 GB', '3 GB'], ['yes', 'no']]);
	assert.match((await panel.get(`/log/${id}`, { 'accept-language': 'de' })).text, /<ins><bdi>nein<\/bdi>/);
	assert.deepEqual(JSON.parse((await panel.api('GET', `/log/${id}`)).json.after), { active: false, quota: 3221225472 }, 'programs get what is stored');
});
