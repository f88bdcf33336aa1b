// SPDX-License-Identifier: GPL-3.0-or-later
// What is probably not meant, said of many rows: before a file is taken in (page, JSON, keeper), and before one verb is done with many rows of a list.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { sleep, startPanel } from './lib/panel.mjs';

let panel, limited;
const secret = 'a long enough secret 1', hash = '{SHA512-CRYPT}$6$saltsaltsaltsalt$9bJzQy1kZ1Qe0tJX8d0mYc6q5a3bV2', GB = 1024 ** 3;
const ids = {};
const must = async (path, fields, client = panel) => {
	const r = await client.api('POST', path, fields);
	assert.ok(r.status < 300, `${path}: ${r.text}`);
	return r.json;
};
const check = (kind, text, more = {}, client = panel) => must('/import', { kind, text, ...more }, client);
const said = (r) => r.warnings.map((w) => `${w.line} ${w.key}: ${w.text}`);

before(async () => {
	panel = await startPanel({ settings: { 'defaults.mailbox.hash_cost': 4, 'alias.outside': 'warn' } });
	await panel.signIn();
	for (const domain of ['own.example', 'off.example', 'foreign.example', 'sum.example'])
		ids[domain] = (await must('/domains/add', { domain, quota: GB, total_quota: domain === 'sum.example' ? 4 * GB : 0 })).id;
	for (const address of ['anna@own.example', 'idle@own.example', 'ben@off.example', 'a@sum.example', 'b@sum.example'])
		ids[address] = (await must('/mailboxes/add', { address, password: secret })).id;
	await must(`/mailboxes/${ids['idle@own.example']}/disable`);
	for (const { id, address } of (await panel.api('GET', '/aliases?self=true')).json.rows) ids[`alias ${address}`] = id;
	await must(`/aliases/${ids['alias idle@own.example']}/edit`, { goto: 'idle@own.example,x@elsewhere.example' });
	await must(`/aliases/${ids['alias idle@own.example']}/disable`);
	await must(`/domains/${ids['off.example']}/disable`);
	const admin = (await must('/admins/add', { username: 'dora@own.example', password: secret })).id;
	await must(`/domains/${ids['own.example']}/admins/assign`, { admin_id: admin });
	limited = await panel.client().signIn('dora@own.example', secret);
});
after(() => panel?.stop());

const text = ['address,goto', 'one@own.example,anna@own.example', 'two@own.example,missing@own.example', 'three@own.example,"idle@own.example,ben@off.example"',
	'four@own.example,five@own.example', 'five@own.example,anna@own.example', 'bad address,x@own.example', 'six@own.example,gone@own.example', ''].join('\n');

test('aliases of a file know of each other; what leads nowhere is said row by row', async () => {
	const r = await check('aliases', text, { on_error: 'skip' });
	assert.deepEqual(said(r), ['3 two@own.example: missing@own.example does not exist, though its domain is here.', '4 three@own.example: idle@own.example is switched off.',
		'4 three@own.example: ben@off.example lies in a domain that is switched off.', '8 six@own.example: gone@own.example does not exist, though its domain is here.']);
	assert.deepEqual([r.warned, r.added, r.failed, r.kept], [4, 6, 1, false]);
	const done = await must('/import/run', { kind: 'aliases', text: 'address,goto\nlate@own.example,missing@own.example\n' });
	assert.equal(done.warnings, undefined, 'what is done is not asked about');
	const again = await check('aliases', 'address,goto\nlate@own.example,missing@own.example\nlate2@own.example,@foreign.example\n', { mode: 'upsert' });
	assert.deepEqual(said(again), [], 'what was so before is no news');
	const edited = await check('aliases', 'address,goto\nlate@own.example,missing2@own.example\nanna@own.example,one.more@own.example\n', { mode: 'update' });
	assert.deepEqual(said(edited).map((s) => s.slice(0, 50)), ['2 late@own.example: missing2@own.example does not ', '3 anna@own.example: There is a mailbox anna@own.ex', '3 anna@own.example: one.more@own.example does not ']);
});

test('a domain administrator is told nothing of domains of others, and of other servers as the policy has it', async () => {
	const r = await check('aliases', 'address,goto\nout@own.example,"nobody@foreign.example,ben@off.example,x@elsewhere.example"\n', {}, limited);
	assert.deepEqual(said(r), ['2 out@own.example: x@elsewhere.example is not on this server: mail is forwarded to another one.']);
});

test('mailboxes: a domain that is off, extensions, limits, and once what a domain has with all of them', async () => {
	const rows = ['address,hash,quota', `x@off.example,${hash},1G`, `anna+shop@own.example,${hash},1G`, `y@own.example,${hash},unlimited`, ...[1, 2, 3].map((i) => `n${i}@sum.example,${hash},1G`), `z@sum.example,${hash},unlimited`, ''];
	assert.deepEqual(said(await check('mailboxes', rows.join('\n'))), ['2 x@off.example: The domain off.example is switched off: it takes no mail.',
		'3 anna+shop@own.example: What follows "+" in an address is an extension for the mail server: anna+shop@own.example may be taken for one of anna@own.example.',
		'4 y@own.example: It gets no limit, while other mailboxes of the domain get 1 GB.',
		'5 n1@sum.example: With all these rows the mailboxes of sum.example have 5 GB together, more than the 4 GB they are meant to take.',
		'8 z@sum.example: It gets no limit, while other mailboxes of the domain get 1 GB.',
		'8 z@sum.example: It gets no limit, while the mailboxes of the domain are meant to take 4 GB together.']);
	assert.deepEqual(said(await check('mailboxes', 'address,name\na@sum.example,Other\n', { mode: 'update' })), []);
	assert.deepEqual(said(await check('mailboxes', 'address,quota\na@sum.example,5G\n', { mode: 'update' })).map((s) => s.slice(0, 40)), ['2 a@sum.example: With all these rows the']);
});

test('domains: limits below what is there', async () => {
	const r = await check('domains', 'domain,max_mailboxes,quota,max_quota,total_quota\nown.example,1,100M,500M,1G\nsum.example,5,,,\nnew.example,1,1M,1M,1M\n', { mode: 'upsert' });
	assert.deepEqual(said(r), ['2 own.example: It has 2 mailboxes already, more than it may have then: none can be added.', '2 own.example: Mailboxes that have more than 500 MB now, or no limit: 2. They keep it.',
		'2 own.example: Its mailboxes have 2 GB together already, more than they are meant to take then.']);
});

test('the page of a check shows which rows, and of how many the same is said, in the language of who looks', async () => {
	await panel.get('/import');
	const page = async (headers) => (await panel.post('/import', { kind: 'aliases', text, mode: 'insert', on_error: 'skip', map: '', checkboxes: 'generate' }, headers)).text;
	const en = await page({});
	const table = /<div class="card" id="warned">.*?<\/div>/s.exec(en)[0];
	assert.match(table, /missing@own\.example does not exist, though its domain is here\.<\/td><td[^>]*>2<\/td><td[^>]*>3<\/td>/);
	assert.match(table, /<td[^>]*>8<\/td><td[^>]*><bdi class="long">six@own\.example<\/bdi>/);
	assert.match(await page({ 'accept-language': 'de' }), /missing@own\.example gibt es nicht/);
});

test('what the keeper checks is warned of as well, however many rows there are', async () => {
	const many = `address,goto\n${Array.from({ length: 2500 }, (_, i) => `k${i}@own.example,${i % 5 ? 'anna' : 'nowhere'}@own.example\n`).join('')}`;
	const { id } = await must('/import', { kind: 'aliases', text: many });
	let t;
	while (/waiting|running/.test((t = (await panel.api('GET', `/import/${id}`)).json).state)) await sleep(20);
	assert.deepEqual([t.state, t.added, t.warned, t.warnings.length], ['checked', 2500, 500, 100]);
	assert.deepEqual(t.warnings[1], { line: 7, key: 'k5@own.example', field: null, text: 'nowhere@own.example does not exist, though its domain is here.' });
	const de = (await panel.get(`/import/${id}`, { 'accept-language': 'de' })).text;
	assert.match(/<div class="card" id="warned">.*?<\/div>/s.exec(de)[0], /nowhere@own\.example gibt es nicht[^<]*<\/td><td[^>]*>500<\/td><td[^>]*>2<\/td>/);
	await must(`/import/${id}/take`, {});
	while (/waiting|running/.test((t = (await panel.api('GET', `/import/${id}`)).json).state)) await sleep(20);
	assert.deepEqual([t.state, t.warned, t.warnings], ['done', 0, []]);
});

test('one verb for many rows: what is probably not meant stands in the preview, with the rows', async () => {
	const box = (...names) => names.map((n) => ids[n]).join(',');
	let r = await must('/mailboxes/bulk', { verb: 'enable', ids: box('ben@off.example', 'idle@own.example') });
	assert.deepEqual(r.rows.map((w) => [w.name, w.warning]), [['ben@off.example', 'The domain off.example is switched off: it takes no mail.'], ['idle@own.example', null]]);
	r = await must('/mailboxes/bulk', { verb: 'quota', ids: box('a@sum.example', 'b@sum.example', 'anna@own.example'), quota: 3 * GB });
	assert.deepEqual(r.rows.map((w) => w.warning), ['With all these rows the mailboxes of sum.example have 6 GB together, more than the 4 GB they are meant to take.', null, null]);
	assert.equal((await panel.api('GET', `/mailboxes/${ids['a@sum.example']}`)).json.quota, GB);
	await panel.get('/mailboxes');
	let page = await panel.post('/mailboxes/bulk', { verb: 'quota', ids: box('a@sum.example', 'anna@own.example') });
	assert.equal(page.status, 200);
	assert.doesNotMatch(page.text, /id="warnings"/, 'no quota is known yet');
	page = await panel.post('/mailboxes/bulk', { verb: 'quota', confirm: '1', ids: box('a@sum.example', 'anna@own.example'), quota: 'unlimited' });
	assert.equal(page.status, 422);
	assert.match(page.text, /It gets no limit, while other mailboxes of the domain get 1 GB\.<\/strong>.*<bdi>anna@own\.example/s);
	assert.match(page.text, /name="quota" value="unlimited"/);
	assert.match(page.text, /name="anyway" value="1"/);
	page = await panel.post('/mailboxes/bulk', { verb: 'quota', confirm: '1', anyway: '1', ids: box('a@sum.example', 'anna@own.example'), quota: 'unlimited' });
	assert.equal(page.status, 200);
	assert.equal((await panel.api('GET', `/mailboxes/${ids['anna@own.example']}`)).json.quota, 0);
});

test('rows of others have no name in a preview and no warning', async () => {
	const r = await must('/mailboxes/bulk', { verb: 'enable', ids: `${ids['ben@off.example']},${ids['idle@own.example']}` }, limited);
	assert.deepEqual(r.rows.map((w) => [w.name, w.warning]), [['', null], ['idle@own.example', null]]);
});
