// SPDX-License-Identifier: GPL-3.0-or-later
// What the PHP program had as plugins, at every door: what the configuration names is offered and kept, what it does not name leaves no trace.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel } from './lib/panel.mjs';

let panel, plain, more;
const password = 'a long enough secret 1';
before(async () => {
	panel = await startPanel({ settings: { 'vimbadmin_plugins.AccessPermissions.type': 'SMTP=Sending mail, IMAP, XMPP=Chat <&> more' } });
	plain = await startPanel({ settings: { 'vimbadmin_plugins.AccessPermissions.enabled': 'no' } });
	more = await startPanel({ settings: { 'vimbadmin_plugins.AdditionalInfo.enabled': 'yes', 'identity.orgname': 'Example Ltd',
		'vimbadmin_plugins.AdditionalInfo.elements': 'First-Name=First <b> name|required, ext_no=Extension|digits|min:4|max:4, grade|choice:A/B, room|off',
		'vimbadmin_plugins.DirectoryEntry.enabled': 'yes', 'vimbadmin_plugins.DirectoryEntry.disabled_elements': 'Pager JpegPhoto' } });
	for (const p of [panel, plain, more]) {
		await p.signIn();
		await p.api('POST', '/domains/add', { domain: 'example.com' });
	}
});
after(() => Promise.all([panel?.stop(), plain?.stop(), more?.stop()]));

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

// ---- fields of the operator's own, and directory entries ----

const entries = async (p) => (await p.api('GET', '/log')).json.total;
const box = (text, name) => new RegExp(`<(?:input|select|textarea)[^>]* name="${name}"[^>]*>`).exec(text)?.[0] ?? '';
const value = (text, name) => /value="([^"]*)"/.exec(box(text, name))?.[1];
const csv = (text) => text.trimEnd().split('\r\n').map((line) => [...line.matchAll(/"((?:[^"]|"")*)"/g)].map(([, cell]) => cell));

test('added fields: boxes in the forms, checked, kept, shown', async () => {
	const page = await more.get('/mailboxes/add');
	assert.match(page.text, /<h2[^>]*>Additional information<\/h2>[\s\S]*<h2[^>]*>Directory entry<\/h2>/);
	assert.match(page.text, /<label class="form-label required" for="f-info_first_name">First &lt;b&gt; name<\/label>/);
	assert.match(page.text, /<select[^>]* name="info_grade"[^>]*><option value="" selected><\/option>\s*<option value="A">A<\/option>|<select[^>]* name="info_grade"/);
	assert.equal(value(page.text, 'directory_o'), 'Example Ltd');
	assert.match(page.text, /<textarea[^>]* name="directory_home_postal_address"/);
	for (const name of ['directory_pager', 'directory_mail', 'directory_jpeg_photo']) assert.equal(box(page.text, name), '', name);

	const fields = { local_part: 'anna', domain: 'example.com', password, info_ext_no: '12x', info_grade: 'A', directory_given_name: 'Anna "A"', directory_o: 'Example Ltd' };
	let r = await more.post('/mailboxes/add', { ...fields, info_first_name: '' });
	assert.equal(r.status, 422);
	for (const name of ['info_first_name', 'info_ext_no']) assert.match(r.text, new RegExp(`id="e-${name}"`), name);
	assert.equal(value(r.text, 'directory_given_name'), 'Anna &quot;A&quot;'.replaceAll('&quot;', /&quot;/.test(r.text) ? '&quot;' : '&#34;'));
	r = await more.post('/mailboxes/add', { ...fields, info_first_name: 'Änne', info_ext_no: '0042' });
	assert.equal(r.status, 303, r.text);
	const id = await idOf(more, 'anna@');
	const row = await object(more, id);
	assert.deepEqual([row.info_first_name, row.info_ext_no, row.info_grade, row.directory_given_name, row.directory_display_name, row.directory_o], ['Änne', '0042', 'A', 'Anna "A"', 'Anna "A"', 'Example Ltd']);
	const shown = await more.get(`/mailboxes/${id}`);
	assert.match(shown.text, /<dt>First &lt;b&gt; name<\/dt><dd><bdi>Änne<\/bdi><\/dd>/);
	const edit = await more.get(`/mailboxes/${id}/edit`);
	assert.equal(value(edit.text, 'info_ext_no'), '0042');
	const n = await entries(more);
	const unchanged = { name: '', quota: '0', alt_email: '', access_restriction: 'ALL', active: '1', rev: value(edit.text, 'rev'), info_first_name: 'Änne', info_ext_no: '0042', info_grade: 'A', directory_given_name: 'Anna "A"' };
	assert.equal((await more.post(`/mailboxes/${id}/edit`, unchanged)).status, 303);
	assert.equal(await entries(more), n, 'what is as it was is no entry');
	assert.equal((await more.post(`/mailboxes/${id}/edit`, { ...unchanged, info_ext_no: '0043' })).status, 303);
	const late = await more.post(`/mailboxes/${id}/edit`, { ...unchanged, info_ext_no: '0044' });
	assert.equal(late.status, 409, 'somebody else changed it meanwhile');
	assert.match(late.text, /<td[^>]*><del><bdi>0043<\/bdi><\/del><\/td><td[^>]*><ins><bdi>0044<\/bdi><\/ins><\/td>/);
});

test('added fields: what other mailboxes have is suggested, unless the operator says off', async () => {
	await add(more, 'ben', { info_first_name: 'Ben', info_room: 'R2' });
	const { text } = await more.get('/mailboxes/add');
	assert.match(text, /<datalist id="l-info_first_name">[\s\S]*?<option value="Ben">/);
	assert.doesNotMatch(text, /l-info_room/);
});

test('added fields: JSON, the log with before and after, undo', async () => {
	const { id } = (await add(more, 'json', { info_first_name: 'J' })).json;
	let r = await more.api('POST', `/mailboxes/${id}/edit`, { info_grade: 'B', directory_sn: 'Berg', directory_room_number: 'R1' });
	assert.equal(r.status, 200, r.text);
	assert.equal(r.json.directory_initials, 'B');
	const [entry] = (await more.api('GET', '/log?action=MAILBOX_EDIT')).json.rows;
	const whole = (await more.api('GET', `/log/${entry.id}`)).json;
	assert.deepEqual(JSON.parse(whole.before), { info_grade: null, directory_sn: null, directory_display_name: null, directory_initials: null, directory_room_number: null });
	assert.equal(JSON.parse(whole.after).directory_sn, 'Berg');
	assert.equal((await more.api('POST', `/log/${entry.id}/undo`)).status, 200);
	assert.deepEqual([(await object(more, id)).info_grade, (await object(more, id)).directory_sn], [null, null]);
	for (const [field, status] of [['info_nothing', 400], ['directory_pager', 400], ['directory_mail', 400], ['info_ext_no', 422]])
		assert.equal((await more.api('POST', `/mailboxes/${id}/edit`, { [field]: 'x' })).status, status, field);
	r = await more.api('POST', '/mailboxes/add', { address: 'without@example.com', password });
	assert.deepEqual([r.status, r.json.errors[0].field], [422, 'info_first_name']);
});

test('added fields: the command line, CSV out and in', async () => {
	more.cli(['mailbox', 'add', 'cli@example.com', '--generate', '--info-first-name', 'Cli', '--directory-given-name=Clio', '--directory-home-postal-address', 'One\nTwo']);
	more.cli(['mailbox', 'edit', 'cli@example.com', '--info-ext-no', '7777', '--name', 'C']);
	const show = () => JSON.parse(more.cli(['mailbox', 'show', 'cli@example.com', '--json']));
	const row = [show()].flat()[0];
	assert.deepEqual([row.name, row.info_first_name, row.info_ext_no, row.directory_given_name, row.directory_home_postal_address], ['C', 'Cli', '7777', 'Clio', 'One\nTwo']);
	for (const args of [['--info-nothing', 'x'], ['--info-ext-no', 'x'], ['--directory-pager', '1']])
		assert.throws(() => more.cli(['mailbox', 'edit', 'cli@example.com', ...args]), (e) => [64, 65].includes(e.status), args[0]);
	assert.throws(() => more.cli(['alias', 'edit', 'x@example.com', '--info-ext-no', '7777']), (e) => [64, 65].includes(e.status));

	const out = more.cli(['mailbox', 'list', '--csv']);
	const [head, ...rows] = csv(out);
	const cli = rows.find((cells) => cells[0] === 'cli@example.com' || cells.includes('cli@example.com'));
	assert.equal(cli[head.indexOf('info_ext_no')], '7777');
	const n = await entries(more);
	more.cli(['import', 'mailboxes', '-', '--mode', 'update'], { input: out });
	assert.equal(await entries(more), n, 'what was exported changes nothing when it comes back');
	more.cli(['import', 'mailboxes', '-', '--mode', 'update'], { input: 'address,info_ext_no,directory_sn\r\ncli@example.com,8888,Berg\r\n' });
	assert.deepEqual([[show()].flat()[0].info_ext_no, [show()].flat()[0].directory_sn], ['8888', 'Berg']);
	assert.throws(() => more.cli(['import', 'mailboxes', '-', '--mode', 'update'], { input: 'address,info_nothing\r\ncli@example.com,1\r\n' }), (e) => e.status === 65);
});

test('added fields, switched off: no trace, and what is stored stays', async () => {
	const { id } = (await object(plain, await idOf(plain, 'anna@')));
	plain.sql("INSERT INTO mailbox_pref (attribute, ix, op, value, expire, Mailbox_id) SELECT 'xpiInfo.grade', 0, '=', 'A', 0, id FROM mailbox WHERE username = 'anna@example.com'");
	for (const page of ['/mailboxes/add', `/mailboxes/${id}/edit`, `/mailboxes/${id}`]) assert.doesNotMatch((await plain.get(page)).text, /info_|directory_|Directory entry|Additional information/, page);
	assert.doesNotMatch(JSON.stringify(await object(plain, id)), /info_|directory_/);
	assert.doesNotMatch(plain.cli(['mailbox', 'list', '--csv']), /info_|directory_/);
	assert.equal((await plain.api('POST', `/mailboxes/${id}/edit`, { info_grade: 'B' })).status, 400);
	assert.throws(() => plain.cli(['mailbox', 'edit', 'anna@example.com', '--info-grade', 'B']), (e) => e.status === 64);
	assert.equal((await plain.api('POST', `/mailboxes/${id}/edit`, { name: 'Other' })).status, 200);
	assert.equal(plain.sql("SELECT value FROM mailbox_pref WHERE attribute = 'xpiInfo.grade'").trim(), 'A');
});
