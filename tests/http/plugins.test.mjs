// SPDX-License-Identifier: GPL-3.0-or-later
// What the PHP program had as plugins, at every door: what the configuration names is offered and kept, what it does not name leaves no trace.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel } from './lib/panel.mjs';

let panel, plain;
const password = 'a long enough secret 1';
before(async () => {
	panel = await startPanel({ settings: { 'vimbadmin_plugins.AccessPermissions.type': 'SMTP=Sending mail, IMAP, XMPP=Chat <&> more' } });
	plain = await startPanel({ settings: { 'vimbadmin_plugins.AccessPermissions.enabled': 'no' } });
	for (const p of [panel, plain]) {
		await p.signIn();
		await p.api('POST', '/domains/add', { domain: 'example.com' });
	}
});
after(() => Promise.all([panel?.stop(), plain?.stop()]));

const idOf = async (p, q) => (await p.api('GET', `/mailboxes?q=${encodeURIComponent(q)}`)).json.rows[0]?.id;
const object = async (p, id) => (await p.api('GET', `/mailboxes/${id}`)).json;
const add = (p, local, fields = {}) => p.api('POST', '/mailboxes/add', { address: `${local}@example.com`, password, ...fields });
const boxes = (text, name) => [...text.matchAll(new RegExp(`<input[^>]* name="${name}" value="([^"]*)"([^>]*)>(?:<span class="form-check-label">([^<]*)<)?`, 'g'))]
	.map(([, value, more, label]) => `${value}${/ checked/.test(more) ? '*' : ''}${label && label !== value ? `=${label}` : ''}`);

test('access: the services of the configuration are offered, in its order and words', async () => {
	let r = await panel.get('/mailboxes/add');
	assert.deepEqual(boxes(r.text, 'access_restriction'), ['ALL*=All', 'SMTP=Sending mail', 'IMAP', 'XMPP=Chat &lt;&amp;&gt; more']);
	r = await add(panel, 'anna', { access_restriction: 'XMPP,SMTP' });
	assert.equal(r.json.access_restriction, 'SMTP,XMPP');
	r = await panel.get(`/mailboxes/${r.json.id}/edit`);
	assert.deepEqual(boxes(r.text, 'access_restriction'), ['ALL=All', 'SMTP*=Sending mail', 'IMAP', 'XMPP*=Chat &lt;&amp;&gt; more']);
	r = await panel.get(`/mailboxes/${await idOf(panel, 'anna@')}`);
	assert.match(r.text, /<dt>Access<\/dt><dd>Sending mail, Chat &lt;&amp;&gt; more<\/dd>/);
	r = await add(panel, 'ben', { access_restriction: 'POP3' });
	assert.equal(r.status, 422);
	assert.deepEqual(r.json.errors.map((e) => [e.field, e.text]), [['access_restriction', 'Access is ALL, or a list out of SMTP, IMAP, XMPP.']]);
});

test('access: what the configuration no longer knows stays until it is taken away', async () => {
	const id = (await add(panel, 'old')).json.id;
	panel.sql("UPDATE mailbox SET access_restriction = 'IMAP,POP3' WHERE username = 'old@example.com'");
	let r = await panel.get(`/mailboxes/${id}/edit`);
	assert.deepEqual(boxes(r.text, 'access_restriction').slice(2), ['IMAP*', 'XMPP=Chat &lt;&amp;&gt; more', 'POP3*']);
	r = await panel.api('POST', `/mailboxes/${id}/edit`, { access_restriction: 'POP3,XMPP' });
	assert.equal(r.json.access_restriction, 'XMPP,POP3');
	const [entry] = (await panel.api('GET', '/log?action=MAILBOX_EDIT')).json.rows;
	const whole = (await panel.api('GET', `/log/${entry.id}`)).json;
	assert.deepEqual([JSON.parse(whole.before), JSON.parse(whole.after)], [{ access_restriction: 'IMAP,POP3' }, { access_restriction: 'XMPP,POP3' }]);
});

test('access, switched off: no trace in forms and lists; what is stored stays, new mailboxes get all', async () => {
	for (const page of ['/mailboxes/add', '/mailboxes']) assert.doesNotMatch((await plain.get(page)).text, /access/i, page);
	const { id, access_restriction } = (await add(plain, 'anna')).json;
	assert.equal(access_restriction, 'ALL');
	assert.doesNotMatch((await plain.get('/mailboxes')).text, /value="access"/);
	assert.doesNotMatch((await plain.get(`/mailboxes/${id}`)).text, /<dt>Access/);
	plain.sql("UPDATE mailbox SET access_restriction = 'IMAP' WHERE username = 'anna@example.com'");
	assert.match((await plain.get(`/mailboxes/${id}`)).text, /<dt>Access<\/dt><dd>IMAP<\/dd>/, 'Dovecot still heeds it');
	const page = await plain.get(`/mailboxes/${id}/edit`);
	assert.doesNotMatch(page.text, /access_restriction/);
	assert.equal((await plain.post(`/mailboxes/${id}/edit`, { name: 'Anna', checkboxes: 'active', active: '1' })).status, 303);
	assert.deepEqual([(await object(plain, id)).name, (await object(plain, id)).access_restriction], ['Anna', 'IMAP']);
	assert.equal((await plain.api('POST', `/mailboxes/${id}/edit`, { access_restriction: 'ALL' })).status, 422);
	assert.equal((await add(plain, 'ben', { access_restriction: 'IMAP' })).status, 422);
	assert.equal((await plain.api('POST', '/mailboxes/bulk', { verb: 'access', ids: [String(id)] })).status, 422);
});

test('access: Dovecot is asked for submission as SMTP, unless the operator tells the two apart', () => {
	const dovecot = (p) => p.cli(['config', 'dovecot']);
	for (const p of [panel, plain]) assert.equal(dovecot(p).match(/WHEN 'SUBMISSION' THEN 'SMTP'/g)?.length, 2);
	const apart = panel.cli(['-o', 'vimbadmin_plugins.AccessPermissions.type=SMTP, SUBMISSION', 'config', 'dovecot']);
	assert.doesNotMatch(apart, /WHEN 'SUBMISSION'/);
	assert.equal(apart.match(/access_restriction = 'ALL' OR/g)?.length, 2);
});
