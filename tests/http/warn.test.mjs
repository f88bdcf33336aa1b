// SPDX-License-Identifier: GPL-3.0-or-later
// What is allowed but probably not meant is said before it is saved; a form that two people have open loses nothing.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel } from './lib/panel.mjs';

let panel, limited;
const secret = 'a long enough secret 1';
const ids = {};

before(async () => {
	panel = await startPanel({ settings: { 'defaults.mailbox.hash_cost': 4 } });
	await panel.signIn();
	for (const domain of ['own.example', 'off.example', 'foreign.example']) ids[domain] = (await panel.api('POST', '/domains/add', { domain, quota: 1024 ** 3 })).json.id;
	for (const address of ['anna@own.example', 'idle@own.example', 'ben@off.example']) {
		const r = await panel.api('POST', '/mailboxes/add', { address, password: secret });
		ids[address] = r.json.id;
	}
	for (const { id, address } of (await panel.api('GET', '/aliases?self=true')).json.rows) ids[`alias ${address}`] = id;
	await panel.api('POST', `/mailboxes/${ids['idle@own.example']}/disable`);
	await panel.api('POST', `/aliases/${ids['alias idle@own.example']}/edit`, { goto: 'idle@own.example,x@elsewhere.example' });
	await panel.api('POST', `/aliases/${ids['alias idle@own.example']}/disable`);
	await panel.api('POST', `/domains/${ids['off.example']}/disable`);
	const admin = (await panel.api('POST', '/admins/add', { username: 'dora@own.example', password: secret })).json.id;
	await panel.api('POST', `/domains/${ids['own.example']}/admins/assign`, { admin_id: admin });
	limited = await panel.client().signIn('dora@own.example', secret);
});

after(() => panel?.stop());

const warned = (text) => [...(/id="warnings">(.*?)<\/ul>/s.exec(text)?.[1] ?? '').matchAll(/<li>(.*?)<\/li>/g)].map((m) => m[1]);
const found = async (q) => (await panel.api('GET', `/aliases?q=${q}`)).json.rows;

async function add(client, fields) {
	await client.get('/aliases/add');
	return client.post('/aliases/add', { domain: 'own.example', active: '1', ...fields });
}

test('targets of ours that do not exist, are off or lie in a domain that is off', async () => {
	const targets = ['anna@own.example', 'missing@own.example', 'idle@own.example', 'ben@off.example', 'who@elsewhere.example'].join('\n');
	let r = await add(panel, { local_part: 'team', goto: targets });
	assert.equal(r.status, 422);
	assert.deepEqual(warned(r.text), ['missing@own.example does not exist, though its domain is here.',
		'idle@own.example is switched off.', 'ben@off.example lies in a domain that is switched off.']);
	assert.equal((await found('team')).length, 0, 'nothing was saved');
	assert.match(r.text, /missing@own.example\n/, 'what was typed is kept');
	assert.match(r.text, /Save anyway/);
	r = await add(panel, { local_part: 'team', goto: targets, anyway: '1' });
	assert.equal(r.status, 303);
	assert.equal((await found('team')).length, 1);
});

test('what is fine is saved at once, and programs are not asked', async () => {
	assert.equal((await add(panel, { local_part: 'fine', goto: 'anna@own.example' })).status, 303);
	assert.equal((await panel.api('POST', '/aliases/add', { address: 'prog@own.example', goto: 'missing@own.example' })).status, 201);
});

test('a fault and a warning are said together', async () => {
	const r = await add(panel, { local_part: 'fine', goto: 'missing@own.example' });
	assert.equal(r.status, 409);
	assert.equal(warned(r.text).length, 1);
	assert.match(r.text, /exists already/);
});

test('an alias that takes the mail of its mailbox', async () => {
	const id = ids['alias anna@own.example'];
	await panel.get(`/aliases/${id}/edit`);
	let r = await panel.post(`/aliases/${id}/edit`, { goto: 'who@elsewhere.example', active: '1' });
	assert.equal(r.status, 422);
	assert.match(warned(r.text)[0], /it gets no mail any more/);
	r = await panel.post(`/aliases/${id}/edit`, { goto: 'who@elsewhere.example,anna@own.example', active: '1' });
	assert.equal(r.status, 303);
});

test('domains of others are not told of', async () => {
	const r = await add(limited, { local_part: 'out', goto: 'nobody@foreign.example' });
	assert.equal(r.status, 303, r.text);
});

test('mailboxes: a domain that is off, no limit beside limits, a quota below what is there', async () => {
	await panel.get('/mailboxes/add');
	let r = await panel.post('/mailboxes/add', { local_part: 'zoe', domain: 'off.example', password: secret, quota: 'unlimited', access_restriction: 'ALL', sets: 'access_restriction' });
	assert.equal(r.status, 422, r.text);
	assert.deepEqual(warned(r.text), ['The domain off.example is switched off: it takes no mail.',
		'It gets no limit, while other mailboxes of the domain get 1 GB.']);
	assert.doesNotMatch(r.text, new RegExp(secret));
	const id = ids['anna@own.example'];
	await panel.get(`/mailboxes/${id}/edit`);
	r = await panel.post(`/mailboxes/${id}/edit`, { quota: 'unlimited' });
	assert.equal(r.status, 422);
	r = await panel.post(`/mailboxes/${id}/edit`, { quota: 'unlimited', anyway: '1' });
	assert.equal(r.status, 303);
});

test('domains: limits below what is there', async () => {
	const { id } = (await panel.api('POST', '/domains/add', { domain: 'full.example' })).json;
	for (const [local, quota] of [['a', 3 * 1024 ** 3], ['b', 1024 ** 3], ['c', 0]])
		assert.equal((await panel.api('POST', '/mailboxes/add', { address: `${local}@full.example`, password: secret, quota })).status, 201);
	await panel.api('POST', '/aliases/add', { address: 'info@full.example', goto: 'a@full.example,b@full.example' });
	await panel.api('POST', '/aliases/add', { address: 'sales@full.example', goto: 'a@full.example' });
	await panel.get(`/domains/${id}/edit`);
	const fields = { description: 'changed', transport: 'virtual', quota: '1 GB', active: '1', checkboxes: 'active backupmx', max_mailboxes: '2', max_aliases: '1', max_quota: '2 GB' };
	let r = await panel.post(`/domains/${id}/edit`, fields);
	assert.equal(r.status, 422, r.text);
	assert.deepEqual(warned(r.text), ['It has 3 mailboxes already, more than it may have then: none can be added.',
		'It has 2 aliases already, more than it may have then: none can be added.', 'Mailboxes that have more than 2 GB now, or no limit: 2. They keep it.']);
	assert.equal((await panel.api('GET', `/domains/${id}`)).json.description ?? '', '', 'nothing is saved yet');
	r = await panel.post(`/domains/${id}/edit`, { ...fields, anyway: '1' });
	assert.equal(r.status, 303);
	r = await panel.post(`/domains/${id}/edit`, { ...fields, description: 'again' });
	assert.equal(r.status, 303, 'what was so before is no news');
});

test('a domain with mailboxes becomes a backup MX', async () => {
	const { id } = (await panel.api('POST', '/domains/add', { domain: 'elsewhere-too.example' })).json;
	const backup = { transport: 'virtual', active: '1', backupmx: '1', checkboxes: 'active backupmx' };
	await panel.get(`/domains/${id}/edit`);
	assert.equal((await panel.post(`/domains/${id}/edit`, backup)).status, 303, 'without any there is nothing to say');
	assert.equal((await panel.post(`/domains/${id}/edit`, { ...backup, backupmx: '' })).status, 303);
	await panel.api('POST', '/mailboxes/add', { address: 'a@elsewhere-too.example', password: secret });
	const r = await panel.post(`/domains/${id}/edit`, backup);
	assert.equal(r.status, 422, r.text);
	assert.deepEqual(warned(r.text), ['It has 1 mailboxes. A backup MX delivers to none of them: its mail goes on to another server.']);
});

test('more than the domain is meant to take together: asked before, said afterwards, and no door refuses it to a super', async () => {
	const domain = await (async () => (await panel.api('POST', '/domains/add', { domain: 'total.example', quota: 1024 ** 3, total_quota: 3 * 1024 ** 3 })).json)();
	assert.equal(domain.total_quota, 3 * 1024 ** 3);
	const box = (local_part, more = {}) => panel.post('/mailboxes/add', { local_part, domain: 'total.example', password: secret, active: '1', ...more });
	await panel.get('/mailboxes/add');
	assert.equal((await box('one', { quota: '2 GB' })).status, 303);
	let r = await box('two', { quota: '2 GB' });
	assert.equal(r.status, 422);
	assert.deepEqual(warned(r.text), ['With it the mailboxes of the domain have 4 GB together, more than the 3 GB they are meant to take.']);
	assert.equal((await box('two', { quota: '2 GB', anyway: '1' })).status, 303);
	r = await panel.get(`/domains/${domain.id}`);
	assert.match(r.text, /<dt>Quota of all mailboxes<\/dt><dd>3 GB <span class="badge[^"]*">more is allotted<\/span>/);
	const home = (await panel.get('/')).text.replace(/<[^>]*>/g, '');
	assert.match(home, /total\.example has allotted more than it may: 4 GB \/ 3 GB/);
	assert.doesNotMatch((await limited.get('/')).text, /total\.example/);
	// programs are not asked
	assert.equal((await panel.api('POST', '/mailboxes/add', { address: 'three@total.example', password: secret })).status, 201);
	// the domain's own form
	const fields = { transport: 'virtual', quota: '1 GB', active: '1', checkboxes: 'active backupmx' };
	await panel.get(`/domains/${domain.id}/edit`);
	r = await panel.post(`/domains/${domain.id}/edit`, { ...fields, total_quota: '4 GB' });
	assert.deepEqual(warned(r.text), ['Its mailboxes have 5 GB together already, more than they are meant to take then.']);
	assert.equal((await panel.post(`/domains/${domain.id}/edit`, { ...fields, total_quota: '5 GB' })).status, 303);
	assert.doesNotMatch((await panel.get(`/domains/${domain.id}`)).text, /more is allotted/);
	// what was exported comes back as it was
	const csv = (await panel.get('/domains/export.csv?q=total.example')).text;
	assert.match(csv, /total_quota/);
	assert.match(csv, /"5 GB"/);
	const back = await panel.api('POST', '/import/run', { kind: 'domains', mode: 'upsert', text: csv.replace('"5 GB"', '"6 GB"') });
	assert.ok(back.status < 300, back.text);
	assert.equal((await panel.api('GET', `/domains/${domain.id}`)).json.total_quota, 6 * 1024 ** 3);
});

test('more than that is refused to whoever administers the domain, at the field and by every door', async () => {
	const GB = 1024 ** 3, domain = (await panel.api('POST', '/domains/add', { domain: 'sum.example', quota: GB, total_quota: 3 * GB })).json;
	const { id: admin } = (await panel.api('GET', '/admins')).json.rows.find((row) => !row.super);
	await panel.api('POST', `/domains/${domain.id}/admins/assign`, { admin_id: admin });
	const add = (name, quota) => limited.api('POST', '/mailboxes/add', { address: `${name}@sum.example`, password: secret, quota });
	const one = await add('one', 2 * GB);
	assert.equal(one.status, 201, one.text);
	let r = await add('two', GB + 1);
	assert.equal(r.status, 422, r.text);
	assert.deepEqual(r.json.errors.map((e) => [e.field, e.text]), [['quota', 'With it the mailboxes of this domain would have more than the 3 GB they may have together.']]);
	assert.match((await add('two', 0)).json.errors[0].text, /^Unlimited is not possible here: the mailboxes of this domain may have at most 3 GB together\./);
	assert.equal((await add('two', GB)).status, 201);
	await limited.get('/mailboxes/add');
	r = await limited.post('/mailboxes/add', { local_part: 'three', domain: 'sum.example', password: secret, quota: '1 MB', active: '1' });
	assert.equal(r.status, 422);
	assert.match(r.text, /id="e-quota">With it the mailboxes/);
	assert.doesNotMatch(r.text, /Save anyway|Is this meant/);
	const edit = (client, quota) => client.api('POST', `/mailboxes/${one.json.id}/edit`, { quota });
	assert.equal((await edit(limited, 2 * GB + 1)).status, 422);
	assert.equal((await edit(limited, 0)).status, 422);
	assert.equal((await edit(limited, GB)).status, 200, 'less is never refused');
	assert.equal((await edit(limited, 2 * GB)).status, 200);
	r = await limited.api('POST', '/mailboxes/bulk', { verb: 'quota', ids: `${one.json.id}`, quota: 3 * GB, confirm: true });
	assert.match(r.text, /With it the mailboxes of this domain would have more/);
	r = await limited.api('POST', '/import/run', { kind: 'mailboxes', generate: true, text: 'address,quota\nfour@sum.example,1 MB\n' });
	assert.match(r.text, /With it the mailboxes of this domain would have more/);
	// a mailbox that was removed has its place only while it is free
	assert.equal((await limited.api('POST', `/mailboxes/${one.json.id}/delete`)).status, 200);
	const gone = (await limited.api('GET', '/log?action=MAILBOX_PURGE&limit=1')).json.rows[0].id;
	assert.equal((await add('five', GB)).status, 201);
	r = await limited.api('POST', `/log/${gone}/undo`);
	assert.match(r.text, /With it the mailboxes of this domain would have more/);
	// a super may, and what is there already may stay and shrink
	assert.equal((await panel.api('POST', `/log/${gone}/undo`)).status, 200);
	const [{ id: back }] = (await limited.api('GET', '/mailboxes?q=one%40sum.example')).json.rows;
	assert.equal((await limited.api('POST', `/mailboxes/${back}/edit`, { quota: 2 * GB - 1, name: 'One' })).status, 200);
	assert.equal((await add('six', 1)).status, 422);
});

test('two people with one form: both versions side by side, and the second save is meant', async () => {
	const id = ids['own.example'];
	const page = (await panel.get(`/domains/${id}/edit`)).text;
	const rev = (text) => /name="rev" value="(\w+)"/.exec(text)[1];
	await panel.api('POST', `/domains/${id}/edit`, { description: 'Theirs <b>', max_aliases: 7 });
	const mine = { description: 'Mine', max_aliases: '0', transport: 'virtual', active: '1', checkboxes: 'active backupmx' };
	let r = await panel.post(`/domains/${id}/edit`, { ...mine, rev: rev(page) });
	assert.equal(r.status, 409);
	const clash = /class="table diff clash">(.*?)<\/table>/s.exec(r.text)[1];
	assert.match(clash, /Theirs &lt;b&gt;.*Mine/);
	assert.match(clash, />7<|>7 /);
	assert.doesNotMatch(clash, /Transport/, 'only what differs');
	assert.equal((await panel.api('GET', `/domains/${id}/edit`)).json.description, 'Theirs <b>');
	assert.notEqual(rev(r.text), rev(page));
	r = await panel.post(`/domains/${id}/edit`, { ...mine, rev: rev(r.text) });
	assert.equal(r.status, 303);
	assert.equal((await panel.api('GET', `/domains/${id}/edit`)).json.description, 'Mine');
});

test('programs are told with the answer', async () => {
	const post = async (path, fields, client = panel) => {
		const r = await client.api('POST', path, fields);
		assert.ok(r.status < 300, r.text);
		return r.json;
	};
	const made = await post('/aliases/add', { address: 'told@own.example', goto: 'missing@own.example,anna@own.example' });
	assert.deepEqual(made.warnings, ['missing@own.example does not exist, though its domain is here.']);
	assert.equal('warnings' in await post(`/aliases/${made.id}/edit`, { goto: 'anna@own.example' }), false, 'nothing to be warned of');
	assert.deepEqual((await post(`/aliases/${made.id}/edit`, { goto: 'idle@own.example' })).warnings, ['idle@own.example is switched off.']);
	const box = await post('/mailboxes/add', { address: 'told@off.example', generate: true });
	assert.deepEqual(box.warnings, ['The domain off.example is switched off: it takes no mail.']);
	assert.match(box.password, /^\w{23}$/);
	assert.deepEqual((await post(`/mailboxes/${box.id}/edit`, { quota: 0 })).warnings, ['It gets no limit, while other mailboxes of the domain get 1 GB.']);
	assert.deepEqual((await post(`/domains/${ids['own.example']}/edit`, { max_mailboxes: 1 })).warnings, ['It has 2 mailboxes already, more than it may have then: none can be added.']);
	await post(`/domains/${ids['own.example']}/edit`, { max_mailboxes: 0 });
});

test('a program that administers one domain is told nothing of others', async () => {
	const r = await limited.api('POST', '/aliases/add', { address: 'quiet@own.example', goto: 'ben@off.example,missing@foreign.example' });
	assert.equal(r.status, 201, r.text);
	assert.equal('warnings' in r.json, false, r.text);
});
