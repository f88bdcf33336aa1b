// SPDX-License-Identifier: GPL-3.0-or-later
// Every row of the route table as each role: who is sent to sign in, who is refused, who sees a page. What belongs to others is 404, as if it were not there.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { sleep, startPanel } from './lib/panel.mjs';
import { routes } from './lib/routes.mjs';

let panel, limited, ids, foreign;
const must = async (path, fields) => {
	const r = await panel.api('POST', path, fields);
	assert.ok(r.status < 300, `${path}: ${r.text}`);
	return r.json;
};

// Rows that the keeper has checked for whoever sent them: more passwords than a request makes.
async function imported(client) {
	const r = await client.api('POST', '/import', { kind: 'mailboxes', text: `address\n${Array.from({ length: 21 }, (_, i) => `n${i}@missing.example\n`).join('')}`, generate: true });
	assert.ok(r.status < 300, r.text);
	while (/waiting|running/.test((await client.api('GET', `/import/${r.json.id}`)).json.state)) await sleep(5);
	return r.json.id;
}

before(async () => {
	// with a mail server, though nothing listens there: some pages are only there where mail can be sent
	panel = await startPanel({ settings: { 'resources.mail.transport.host': '127.0.0.1', 'resources.mail.transport.port': 9, 'identity.mailer.email': 'panel@example.com' } });
	panel.cli(['token', 'add', 'first']);
	await panel.signIn();
	const own = await must('/domains/add', { domain: 'own.example', active: true });
	const other = await must('/domains/add', { domain: 'other.example', active: true });
	const admin = await must('/admins/add', { username: 'limited@example.org', password: 'a long enough secret 1', active: true });
	const mailbox = (d) => must('/mailboxes/add', { address: `box@${d}`, password: 'a long enough secret 1' });
	const alias = (d) => must('/aliases/add', { address: `info@${d}`, goto: `box@${d}` });
	ids = { domains: own.id, mailboxes: (await mailbox('own.example')).id, aliases: (await alias('own.example')).id, admins: admin.id };
	foreign = { domains: other.id, mailboxes: (await mailbox('other.example')).id, aliases: (await alias('other.example')).id, admins: 1 };
	await must(`/domains/${own.id}/admins/assign`, { admin_id: admin.id });
	limited = await panel.client().signIn('limited@example.org', 'a long enough secret 1');
	[ids.import, foreign.import] = [await imported(limited), await imported(panel)];
	const trail = (await panel.api('GET', '/log?domain=own.example')).json.rows;
	ids.log = trail[0].id;
	foreign.log = (await panel.api('GET', '/log?domain=other.example')).json.rows[0].id;
});
after(() => panel?.stop());

const at = (route, from) => route.path.replace('{id}', from[route.path.split('/')[1]] ?? 1);

test('anonymous: pages lead to signing in, JSON is 401, open pages are open', async () => {
	for (const route of routes.filter((r) => r.get && !r.rest)) {
		const anonymous = panel.client();
		const path = at(route, ids);
		const page = await anonymous.get(path);
		if (route.who === 'ANYONE') {
			assert.ok([200, 303].includes(page.status), `${path} ${page.status}`);
			continue;
		}
		assert.equal(page.status, 302, path);
		assert.match(page.headers.get('location'), /^\/auth\/login/, path);
		const json = await anonymous.api('GET', path);
		assert.equal(json.status, route.json ? 401 : 404, path);
		if (route.json) assert.equal(json.json.code, 'unauthenticated');
		assert.equal(anonymous.cookies.size, 0, 'no cookie for a stranger');
	}
});

test('anonymous: no change gets through', async () => {
	for (const route of routes.filter((r) => r.post && r.who !== 'ANYONE')) {
		const anonymous = panel.client();
		await anonymous.get('/auth/login');
		const path = at(route, ids);
		const page = await anonymous.post(path);
		assert.equal(page.status, 303, path);
		assert.match(page.headers.get('location'), /^\/auth\/login/, path);
		assert.equal((await anonymous.api('POST', path, {})).status, 401, path);
	}
	assert.equal((await panel.api('GET', '/domains')).json.total, 2);
});

test('a domain administrator: own things are there, those of supers are refused, foreign ones do not exist', async () => {
	for (const route of routes.filter((r) => r.get && !r.rest && r.who !== 'ANYONE')) {
		const page = await limited.get(at(route, ids));
		assert.equal(page.status, route.who === 'SUPER' ? 403 : 200, `${route.path}: ${page.status}`);
		if (route.who === 'SUPER') assert.match(page.text, /<main/);
		if (!route.path.includes('{id}') || route.who === 'SUPER') continue;
		const path = at(route, foreign);
		const theirs = await limited.get(path);
		const nothing = await limited.get(route.path.replace('{id}', 999999));
		assert.equal(theirs.status, 404, path);
		assert.equal(theirs.text.replace(/[0-9a-f]{32,}/g, ''), nothing.text.replace(/[0-9a-f]{32,}/g, ''), `${path} tells that something is there`);
		if (route.json) assert.equal((await limited.api('GET', path)).status, 404, path);
	}
});

test('a domain administrator: no change to what is foreign', async () => {
	const before = (await panel.api('GET', '/log')).json.total;
	for (const route of routes.filter((r) => r.post && r.who !== 'ANYONE' && r.path.includes('{id}'))) {
		const path = at(route, foreign);
		const fields = /(assign|(admins|domains)\/remove)$/.test(path) ? { admin_id: ids.admins } : /password$/.test(path) ? { password: 'a long enough secret 2' } : {};
		const given = route.id.startsWith('ADMIN_DOMAIN') ? { domain: 'other.example' } : route.who === 'SUPER' && !/admins|password/.test(path) ? {} : fields;
		const r = await limited.api('POST', path, given);
		assert.ok(r.status === 404 || r.status === 403, `${path}: ${r.status} ${r.text}`);
	}
	assert.equal((await panel.api('GET', '/log')).json.total, before);
	for (const [path, fields] of [['/mailboxes/add', { address: 'new@other.example', password: 'a long enough secret 1' }], ['/aliases/add', { address: 'new@other.example', goto: 'box@own.example' }],
		['/mailboxes/add', { address: 'new@nowhere.example', password: 'a long enough secret 1' }]]) {
		const r = await limited.api('POST', path, fields);
		assert.equal(r.status, 422, r.text);
	}
});

test('lists and searches hold nothing foreign', async () => {
	for (const path of ['/domains', '/mailboxes', '/aliases', '/aliases?self=true', '/log', '/mailboxes?q=other', '/aliases?q=other', '/domains?q=other']) {
		const { text } = await limited.get(path);
		assert.doesNotMatch(text.replace(/value="other"|q=other/g, ''), /other\.example/, path);
		assert.doesNotMatch((await limited.api('GET', path)).text, /other\.example/, path);
	}
	const named = await limited.api('GET', '/mailboxes?domain=other.example');
	const nothing = await limited.api('GET', '/mailboxes?domain=nowhere.example');
	assert.equal(named.text.replace('other', ''), nothing.text.replace('nowhere', ''));
	assert.equal(named.status, 400);
});

test('a super administrator sees every page', async () => {
	for (const route of routes.filter((r) => r.get && !r.rest)) {
		const r = await panel.get(at(route, ids));
		assert.ok([200, 303].includes(r.status), `${route.path}: ${r.status} ${r.text}`);
		if (route.json) assert.ok([200].includes((await panel.api('GET', at(route, ids))).status) || route.who === 'ANYONE', route.path);
	}
});

test('what somebody may not do is in the journal, with who and from where', async () => {
	const lines = (of) => panel.log().split('\n').filter((l) => l.includes(of));
	const before = lines('web.denied').length;
	assert.equal((await limited.get('/admins')).status, 403);
	assert.ok(lines('web.denied')[before].endsWith('web.denied path=/admins actor=limited@example.org source=127.0.0.1'), lines('web.denied')[before]);
	const foreigners = lines('perm.foreign').length;
	assert.equal((await limited.get(`/mailboxes/${foreign.mailboxes}/edit`)).status, 404);
	assert.ok(lines('perm.foreign')[foreigners].endsWith(`perm.foreign actor=limited@example.org what=mailbox domain=${foreign.domains} source=127.0.0.1`), lines('perm.foreign')[foreigners]);
	assert.equal((await limited.get('/mailboxes/999999/edit')).status, 404);
	assert.equal((await limited.get(`/mailboxes/${ids.mailboxes}/edit`)).status, 200);
	assert.equal(lines('perm.foreign').length, foreigners + 1, 'what is not there and what is one\'s own is no matter');
});

test('rights that shrink count at once', async () => {
	const c = await panel.client().signIn('limited@example.org', 'a long enough secret 1');
	assert.equal((await c.get('/mailboxes')).status, 200);
	await must(`/domains/${ids.domains}/admins/remove`, { admin_id: ids.admins });
	assert.equal((await c.get(`/mailboxes/${ids.mailboxes}/edit`)).status, 404);
	await must(`/admins/${ids.admins}/disable`, {});
	assert.equal((await c.get('/mailboxes')).status, 302);
});
