// SPDX-License-Identifier: GPL-3.0-or-later
// Forms as a browser without script uses them: every verb of every entity, faults at their fields, values kept, passwords never sent back, conflicts, and
// hostile values shown as text.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel, root } from './lib/panel.mjs';

let panel;
const secret = 'a long enough secret 1';
before(async () => {
	panel = await startPanel();
	await panel.signIn();
});
after(() => panel?.stop());

const box = (text, name) => new RegExp(`<(?:input|select|textarea)[^>]* name="${name}"[^>]*>`).exec(text)?.[0] ?? '';
const value = (text, name) => /value="([^"]*)"/.exec(box(text, name))?.[1];
const summary = (text) => /id="faults">([\s\S]*?)<\/div>/.exec(text)?.[1] ?? '';
const fault = (text, name) => new RegExp(`id="e-${name}">([^<]*)<`).exec(text)?.[1];
// Opens a form and posts it with what it holds, changed as said; the way a browser does.
async function submit(path, changes = {}) {
	const page = await panel.get(path);
	assert.equal(page.status, 200, path);
	const fields = new URLSearchParams();
	for (const [tag, name] of page.text.slice(page.text.indexOf('id="form"')).matchAll(/<(?:input|textarea|select)[^>]* name="([^"]+)"[^>]*>/g)) {
		if (/type="checkbox"/.test(tag) && !/ checked/.test(tag)) continue;
		if (tag.startsWith('<textarea')) fields.append(name, new RegExp(`name="${name}"[^>]*>\\n?([^<]*)<`).exec(page.text)[1]);
		else if (tag.startsWith('<select')) fields.append(name, /<option value="([^"]*)" selected/.exec(page.text)?.[1] ?? '');
		else fields.append(name, /value="([^"]*)"/.exec(tag)?.[1] ?? '');
	}
	for (const [name, v] of Object.entries(changes)) {
		fields.delete(name);
		for (const one of [v].flat()) if (one !== null) fields.append(name, one);
	}
	return panel.fetch('POST', path, { body: fields.toString(), headers: { 'content-type': 'application/x-www-form-urlencoded', origin: panel.url } });
}
const idOf = async (kind, q) => (await panel.api('GET', `/${kind}?q=${encodeURIComponent(q)}`)).json.rows[0]?.id;
const object = async (kind, id) => (await panel.api('GET', `/${kind}/${id}/edit`)).json;

test('a domain from its form to its end', async () => {
	const r = await submit('/domains/add', { domain: 'Example.COM', description: 'First', quota: '2 GB', max_quota: '5000', max_mailboxes: '3' });
	assert.equal(r.status, 303, r.text);
	assert.equal(r.headers.get('location'), '/domains');
	const list = await panel.get('/domains');
	assert.match(list.text, /alert-success">The domain example\.com was added\./);
	assert.doesNotMatch((await panel.get('/domains')).text, /was added/, 'a message is shown once');
	const id = await idOf('domains', 'example.com');
	const row = await object('domains', id);
	assert.equal(row.quota, 2 * 1024 ** 3);
	assert.equal(row.max_quota, 5000 * 1024 ** 2, 'a bare number is of the unit of defaults.quota.multiplier');
	assert.equal(row.active, true);
	assert.equal(row.backupmx, false);
});

test('sizes survive saving a form that was not changed', async () => {
	const made = await panel.api('POST', '/domains/add', { domain: 'sizes.example', quota: 1000001, max_quota: 5 * 1024 ** 3, active: false });
	assert.equal(made.status, 201, made.text);
	const r = await submit(`/domains/${made.json.id}/edit`);
	assert.equal(r.status, 303, r.text);
	const row = await object('domains', made.json.id);
	assert.equal(row.quota, 1000001);
	assert.equal(row.max_quota, 5 * 1024 ** 3);
	assert.equal(row.active, false);
});

test('boxes that are not ticked are off', async () => {
	const made = await panel.api('POST', '/domains/add', { domain: 'switch.example', backupmx: true, active: true });
	let r = await submit(`/domains/${made.json.id}/edit`, { active: null });
	assert.equal(r.status, 303);
	let row = await object('domains', made.json.id);
	assert.equal(row.active, false);
	assert.equal(row.backupmx, true);
	r = await submit(`/domains/${made.json.id}/edit`, { active: '1', backupmx: null });
	row = await object('domains', made.json.id);
	assert.equal(row.active, true);
	assert.equal(row.backupmx, false);
});

test('a broken form is 422: each fault at its field, values kept, nothing saved', async () => {
	const before = (await panel.api('GET', '/domains')).json.total;
	const r = await submit('/domains/add', { domain: 'not a domain', description: 'kept "as" it <is>', quota: '1,5G', max_mailboxes: '-1', max_aliases: '1e3', transport: 'x\ny', backupmx: '1', active: null });
	assert.equal(r.status, 422);
	for (const name of ['domain', 'quota', 'max_mailboxes', 'max_aliases', 'transport']) {
		assert.ok(fault(r.text, name), `no fault at ${name}`);
		assert.match(box(r.text, name), /aria-invalid="true"/, name);
		assert.match(box(r.text, name), new RegExp(`aria-describedby="e-${name}`), name);
		assert.match(summary(r.text), new RegExp(`href="#f-${name}"`), name);
	}
	assert.equal(fault(r.text, 'description'), undefined);
	assert.equal(value(r.text, 'domain'), 'not a domain');
	assert.match(value(r.text, 'description'), /^kept (&quot;|&#34;)as(&quot;|&#34;) it &lt;is&gt;$/);
	assert.match(box(r.text, 'backupmx'), / checked/);
	assert.doesNotMatch(box(r.text, 'active'), / checked/);
	assert.equal((await panel.api('GET', '/domains')).json.total, before);
});

test('one that exists is 409, at its field, with the form kept', async () => {
	const r = await submit('/domains/add', { domain: 'EXAMPLE.com', description: 'again' });
	assert.equal(r.status, 409);
	assert.ok(fault(r.text, 'domain'));
	assert.equal(value(r.text, 'description'), 'again');
});

test('how hard a password is to guess is said, and asked for where the configuration does', async () => {
	const ask = async (password) => (await panel.api('POST', '/password/strength', { password })).json;
	assert.deepEqual(await ask('password'), { strength: 0, text: 'Guessed at once' });
	assert.equal((await ask('gh7$Kq!v2Zp0xWm')).strength, 4);
	assert.equal((await panel.client().api('POST', '/password/strength', { password: 'x' })).status, 401);
	assert.doesNotMatch(panel.log(), /gh7\$Kq/);
	const strict = await startPanel({ settings: { 'password.min_strength': 3 } });
	await strict.signIn();
	await strict.api('POST', '/domains/add', { domain: 'own.example' });
	const r = await strict.api('POST', '/mailboxes/add', { address: 'anna@own.example', password: 'password1' });
	assert.equal(r.status, 422);
	assert.match(r.json.errors[0].text, /too easy to guess/);
	assert.equal((await strict.api('POST', '/mailboxes/add', { address: 'anna@own.example', password: 'gh7$Kq!v2Zp0xWm' })).status, 201);
	await strict.stop();
});

test('what anybody would try first is no password, at any door; nor is what is known of its owner', async () => {
	const p = await startPanel({ settings: { 'identity.sitename': 'Qwyvern Mail' } });
	try {
		await p.signIn();
		await p.api('POST', '/domains/add', { domain: 'zorbulax.example' });
		const { id } = (await p.api('POST', '/mailboxes/add', { address: 'wilhelmine@zorbulax.example', password: 'three grey boats' })).json;
		const owner = (password) => ({ username: 'wilhelmine@zorbulax.example', current_password: 'three grey boats', new_password: password, confirm_new_password: password });
		const doors = (password) => [['/mailboxes/add', { address: 'wilhelmine.b@zorbulax.example', password }], [`/mailboxes/${id}/password`, { password }],
			['/admins/add', { username: 'wilhelmine@zorbulax.example', password }], ['/account/password', { current_password: root.password, password }], ['/auth/change-password', owner(password)]];
		for (const [path, fields] of doors('Passw0rd!')) {
			const r = await p.api('POST', path, fields);
			assert.equal(r.status, 422, path);
			assert.match(r.json.errors[0].text, /too easy to guess/, path);
		}
		for (const password of ['Wilhelmine1', 'zorbulax.example', 'zorbulax1', 'vimbadmin1', 'qwyvern mail', 'wilhelmine@zorbulax.example'])
			assert.equal((await p.api('POST', `/mailboxes/${id}/password`, { password })).status, 422, password);
		assert.throws(() => p.cli(['mailbox', 'add', 'ben@zorbulax.example', '--password', 'password123']));
		for (const [path, fields] of doors('three small grey boats').slice(0, 2)) assert.ok((await p.api('POST', path, fields)).status < 300, path);
	} finally {
		await p.stop();
	}
});

test('a mailbox from its form to its end', async () => {
	let r = await submit('/mailboxes/add?domain=example.com', { local_part: 'Anna', domain: 'example.com', name: 'Anna', password: secret, quota: '3', access_restriction: ['IMAP', 'SMTP'] });
	assert.equal(r.status, 303, summary(r.text));
	const id = await idOf('mailboxes', 'anna@example.com');
	let row = await object('mailboxes', id);
	assert.equal(row.username, 'anna@example.com');
	assert.equal(row.quota, 3 * 1024 ** 2);
	assert.deepEqual(row.access_restriction.split(',').sort(), ['IMAP', 'SMTP']);
	assert.equal('password' in row, false);
	r = await submit(`/mailboxes/${id}/edit`, { name: 'Anna B.', access_restriction: ['ALL', 'IMAP'] });
	assert.equal(r.status, 303, r.text);
	row = await object('mailboxes', id);
	assert.equal(row.name, 'Anna B.');
	assert.equal(row.access_restriction, 'ALL');
	r = await submit(`/mailboxes/${id}/edit`, { access_restriction: null });
	assert.equal(r.status, 422, 'no protocol at all is not the same as all');
	assert.match(r.text, /id="e-access_restriction"/);
	r = await submit(`/mailboxes/${id}/password`, { password: 'another long secret 2' });
	assert.equal(r.status, 303);
	r = await submit(`/mailboxes/${id}/delete`);
	assert.equal(r.status, 303);
	assert.equal(await idOf('mailboxes', 'anna@example.com'), undefined);
	assert.equal((await panel.get(`/mailboxes/${id}/edit`)).status, 404);
});

test('an empty quota means the default of the domain', async () => {
	const d = await panel.api('POST', '/domains/add', { domain: 'default.example', quota: 7 * 1024 ** 2, max_quota: 9 * 1024 ** 2 });
	assert.equal(d.status, 201, d.text);
	const r = await submit('/mailboxes/add', { local_part: 'a', domain: 'default.example', password: secret });
	assert.equal(r.status, 303, summary(r.text));
	assert.equal((await object('mailboxes', await idOf('mailboxes', 'a@default.example'))).quota, 7 * 1024 ** 2);
	const over = await submit('/mailboxes/add', { local_part: 'b', domain: 'default.example', password: secret, quota: '10 MB' });
	assert.equal(over.status, 422);
	assert.ok(fault(over.text, 'quota'));
});

test('passwords are never sent back, whatever was wrong', async () => {
	const canary = 'canary-Pa55-word';
	for (const [path, fields] of [['/mailboxes/add', { local_part: '..', domain: 'example.com', password: canary }], ['/mailboxes/add', { local_part: 'x', domain: 'nowhere.example', password: canary }],
		['/admins/add', { username: 'no address', password: canary }], ['/account/password', { current_password: canary, password: canary }]]) {
		const r = await submit(path, fields);
		assert.ok([401, 403, 409, 422].includes(r.status), `${path} ${r.status}`);
		assert.doesNotMatch(r.text, /canary/, path);
	}
	const c = panel.client();
	await c.get('/auth/login');
	const r = await c.post('/auth/login', { username: 'someone@example.org', password: canary });
	assert.equal(r.status, 401);
	assert.doesNotMatch(r.text, /canary/);
	assert.doesNotMatch(panel.log(), /canary/);
});

test('a made password is shown once and works as any other', async () => {
	const r = await submit('/mailboxes/add', { local_part: 'made', domain: 'example.com', password: '', generate: '1' });
	assert.equal(r.status, 200, summary(r.text));
	assert.match(r.text, /data-copy>[^<]{12,}</);
	assert.doesNotMatch(r.headers.get('set-cookie') ?? '', /[A-Za-z0-9]{12,}%/);
	const none = await submit('/mailboxes/add', { local_part: 'none', domain: 'example.com', password: '' });
	assert.equal(none.status, 422);
	assert.ok(fault(none.text, 'password'));
});

test('an alias from its form to its end', async () => {
	let r = await submit('/aliases/add', { local_part: 'Info', domain: 'example.com', goto: 'made@example.com\r\nB@Elsewhere.example\r\n\r\nmade@example.com' });
	assert.equal(r.status, 303, summary(r.text));
	const id = await idOf('aliases', 'info@example.com');
	assert.equal((await object('aliases', id)).goto, 'made@example.com,b@elsewhere.example');
	r = await panel.get(`/aliases/${id}/edit`);
	assert.match(r.text, />\n?made@example\.com\nb@elsewhere\.example<\/textarea>/);
	r = await submit(`/aliases/${id}/edit`, { goto: 'not an address' });
	assert.equal(r.status, 422);
	assert.match(r.text, /not an address<\/textarea>/);
	r = await submit(`/aliases/${id}/edit`, { goto: 'c@elsewhere.example' });
	assert.equal(r.status, 303);
	r = await submit('/aliases/add', { local_part: '', domain: 'example.com', goto: 'made@example.com' });
	assert.equal(r.status, 303, summary(r.text));
	assert.ok(await idOf('aliases', '@example.com'));
	r = await submit(`/aliases/${id}/delete`);
	assert.equal(r.status, 303);
	assert.equal((await panel.get(`/aliases/${id}/edit`)).status, 404);
});

test('a row that changed meanwhile is 409, and nothing typed is lost', async () => {
	const made = await panel.api('POST', '/domains/add', { domain: 'race.example', description: 'one' });
	const old = await panel.get(`/domains/${made.json.id}/edit`);
	await panel.api('POST', `/domains/${made.json.id}/edit`, { description: 'two' });
	const r = await panel.post(`/domains/${made.json.id}/edit`, { description: 'three', rev: value(old.text, 'rev'), transport: 'virtual', checkboxes: 'active backupmx', active: '1' });
	assert.equal(r.status, 409);
	assert.equal(value(r.text, 'description'), 'three');
	assert.equal((await object('domains', made.json.id)).description, 'two');
	const api = await panel.api('POST', `/domains/${made.json.id}/edit`, { description: 'four', rev: made.json.rev });
	assert.equal(api.status, 409);
	assert.equal(api.json.code, 'conflict');
});

test('a form sent twice has one effect', async () => {
	const page = await panel.get('/domains/add');
	const fields = { domain: 'twice.example', request: value(page.text, 'request'), checkboxes: 'active backupmx', active: '1' };
	for (let i = 0; i < 2; i++) assert.equal((await panel.post('/domains/add', fields)).status, 303);
	const keyed = () => panel.fetch('POST', '/api/domains/add', { body: '{"domain":"keyed.example"}',
		headers: { 'content-type': 'application/json', origin: panel.url, 'x-csrf-token': panel.csrf, 'idempotency-key': 'some key of mine' } });
	const [one, two] = [await keyed(), await keyed()];
	assert.equal(one.status, 201);
	assert.equal(JSON.parse(two.text).id, JSON.parse(one.text).id);
});

test('switches set a state, and lead back to the list with its filters', async () => {
	const id = await idOf('domains', 'race.example');
	for (let i = 0; i < 2; i++) {
		const r = await panel.post(`/domains/${id}/disable`, { back: '/domains?q=race' });
		assert.equal(r.status, 303);
		assert.equal(r.headers.get('location'), '/domains?q=race');
		assert.equal((await object('domains', id)).active, false);
	}
	for (const back of ['//evil.example/', 'https://evil.example/', '/\\evil.example', '/nowhere', '/auth/login', '/domains?q=\u0001', 'javascript:alert(1)']) {
		const r = await panel.post(`/domains/${id}/enable`, { back });
		assert.ok(r.status === 422 || r.status === 400 || r.headers.get('location') === '/domains', `${back}: ${r.headers.get('location')}`);
	}
});

test('deleting a domain wants its name', async () => {
	const id = await idOf('domains', 'race.example');
	const r = await submit(`/domains/${id}/delete`, { confirm: 'other.example' });
	assert.ok(r.status === 422 || r.status === 409, String(r.status));
	assert.ok(fault(r.text, 'confirm'));
	assert.equal((await submit(`/domains/${id}/delete`, { confirm: 'race.example' })).status, 303);
	assert.equal(await idOf('domains', 'race.example'), undefined);
});

test('administrators: add, assign, edit, own password; never oneself', async () => {
	let r = await submit('/admins/add', { username: 'Second@Example.org', password: secret });
	assert.equal(r.status, 303, summary(r.text));
	const id = await idOf('admins', 'second@example.org');
	assert.equal(r.headers.get('location'), `/admins/${id}/domains`);
	r = await panel.post(`/admins/${id}/domains/assign`, { domain: 'example.com' });
	assert.equal(r.status, 303, r.text);
	assert.match((await panel.get(`/admins/${id}/domains`)).text, /<bdi>example\.com<\/bdi>/);
	r = await panel.post(`/admins/${id}/domains/remove`, { domain: 'example.com' });
	assert.equal(r.status, 303);
	r = await submit(`/admins/${id}/edit`, { super: '1' });
	assert.equal(r.status, 303, r.text);
	assert.equal((await object('admins', id)).super, true);
	const own = await idOf('admins', 'root@example.org');
	for (const verb of ['disable', 'delete']) {
		r = await panel.post(`/admins/${own}/${verb}`);
		assert.ok(r.status === 409 || r.status === 403, `${verb}: ${r.status}`);
	}
	assert.equal((await object('admins', own)).active, true);
	const c = await panel.client().signIn('second@example.org', secret);
	await c.get('/account/password');
	r = await c.post('/account/password', { current_password: 'wrong', password: 'another long secret 2' });
	assert.ok(fault(r.text, 'current_password'), String(r.status));
	r = await c.post('/account/password', { current_password: secret, password: 'another long secret 2' });
	assert.equal(r.status, 303, summary(r.text));
	assert.equal((await c.get('/domains')).status, 200, 'the session in use goes on');
	await panel.client().signIn('second@example.org', 'another long secret 2');
});

test('hostile values are shown as text everywhere', async () => {
	const evil = `"><script>alert(1)</script>' onfocus=x &amp; \u202Eabc\u200B{{7*7}}${'W'.repeat(120)}`;
	const made = await panel.api('POST', '/domains/add', { domain: 'evil.example', description: evil });
	assert.equal(made.status, 201, made.text);
	const m = await panel.api('POST', '/mailboxes/add', { address: 'evil@evil.example', name: evil, password: secret });
	assert.equal(m.status, 201, m.text);
	const entry = (await panel.api('GET', '/log?domain=evil.example')).json.rows[0].id;
	for (const path of ['/domains', `/domains/${made.json.id}/edit`, '/mailboxes', `/mailboxes/${m.json.id}/edit`, '/log', `/log/${entry}`, `/domains?q=${encodeURIComponent(evil)}`,
		`/log?actor=${encodeURIComponent(evil)}`, `/auth/login?next=${encodeURIComponent(evil)}`, `/domains/${encodeURIComponent(evil)}`]) {
		const { text } = await panel.get(path);
		assert.doesNotMatch(text, /<script>|"> ?<script|' onfocus=x &amp; (?!amp)/, path);
		assert.doesNotMatch(text.replace(/="[^"]*"/g, ''), /<[a-z]+[^>]* onfocus=/, path);
	}
	const { text } = await panel.get('/domains');
	assert.match(text, /<bdi>&quot;&gt;&lt;script&gt;|<bdi>&#34;&gt;&lt;script&gt;/);
	const json = await panel.get('/api/domains');
	assert.equal(json.headers.get('content-type'), 'application/json');
	assert.equal(JSON.parse(json.text).rows.find((d) => d.domain === 'evil.example').description, evil);
	const bad = await panel.post('/aliases/add', { local_part: 'x', domain: 'example.com', goto: '<script>alert(1)</script>', checkboxes: 'active' });
	assert.equal(bad.status, 422);
	assert.doesNotMatch(bad.text, /<script>/);
});

test('searches take every character literally', async () => {
	for (const q of ["'", '"', '\\', '--', '%', '_', '%27', '*', 'a b', '!', "' OR 1=1 --", '\u{1F600}'.repeat(20), '%'.repeat(200)]) {
		const r = await panel.api('GET', `/mailboxes?q=${encodeURIComponent(q)}`);
		assert.equal(r.status, 200, q);
		for (const row of r.json.rows) assert.ok(`${row.username} ${row.name}`.toLowerCase().includes(q.toLowerCase()), `${q} found ${row.username}`);
	}
});

test('who has no domain is not told to add one, but whom to ask', async () => {
	for (const [name, settings, words] of [['of a super', {}, /No domain is assigned to you\. A super administrator can do that\./],
		['named', { 'server.email.name': 'The desk', 'server.email.address': 'desk@example.org' }, /No domain is assigned to you\. Please ask The desk for one: desk@example\.org\./]]) {
		const other = await startPanel({ settings });
		try {
			await other.signIn();
			for (const path of ['/mailboxes/add', '/aliases/add']) assert.match((await other.get(path)).text, /There is no domain yet\. Please add one first/, name);
			await other.api('POST', '/admins/add', { username: 'nothing@example.org', password: 'a long enough secret 1' });
			const nothing = await other.client().signIn('nothing@example.org', 'a long enough secret 1');
			for (const path of ['/mailboxes/add', '/aliases/add']) {
				const { text } = await nothing.get(path);
				assert.match(text, words, name);
				assert.doesNotMatch(text, /Please add one/);
			}
		} finally {
			await other.stop();
		}
	}
});
