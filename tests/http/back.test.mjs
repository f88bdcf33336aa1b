// SPDX-License-Identifier: GPL-3.0-or-later
// A form leads back to the list it was opened from as it was filtered, sorted and paged, by Cancel and when it is saved; and to nowhere else.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { root, startPanel } from './lib/panel.mjs';

let panel;
const ids = {};
const secret = 'a long enough secret 1';
const unescaped = (text) => text.replaceAll('&amp;', '&');
const cancel = (text) => unescaped(/<a class="btn btn-link" href="([^"]*)" data-close>/.exec(text)[1]);
const hidden = (text) => unescaped(/<form class="card"[^]*<input type="hidden" name="back" value="([^"]*)">/.exec(text)?.[1] ?? '') || undefined;
// a page that is opened from another one, as a browser says it
const open = async (target, from) => {
	const r = await panel.get(target, from ? { referer: panel.url + from } : {});
	assert.equal(r.status, 200, `${target} from ${from}: ${r.text}`);
	return r.text;
};

before(async () => {
	panel = await startPanel();
	await panel.signIn();
	const must = async (path, fields) => {
		const r = await panel.api('POST', path, fields);
		assert.equal(r.status, 201, r.text);
		return r.json.id;
	};
	ids.domain = await must('/domains/add', { domain: 'example.com', active: true });
	ids.box = await must('/mailboxes/add', { address: 'anna@example.com', password: secret, active: true });
	ids.spare = await must('/mailboxes/add', { address: 'spare@example.com', password: secret, active: true });
	ids.alias = await must('/aliases/add', { address: 'info@example.com', goto: 'anna@example.com', active: true });
	ids.admin = await must('/admins/add', { username: 'second@example.com', password: secret, super: true });
});
after(() => panel?.stop());

test('editing leads back to the part of the list it was opened from', async () => {
	for (const [form, list, fields] of [[`/mailboxes/${ids.box}/edit`, '/mailboxes?q=an&domain=example.com&active=yes&sort=name&dir=desc&limit=50', { name: 'Anna' }],
		[`/mailboxes/${ids.box}/password`, '/mailboxes?active=yes', { password: 'another long secret 2' }],
		[`/aliases/${ids.alias}/edit`, '/aliases?q=info&self=true&limit=100', { goto: 'anna@example.com, spare@example.com' }],
		[`/domains/${ids.domain}/edit`, '/domains?sort=mailbox_count&dir=desc', { description: 'Office' }],
		[`/admins/${ids.admin}/edit`, '/admins?active=yes', { active: 'true' }],
		['/mailboxes/add', '/mailboxes?domain=example.com', { local_part: 'berta', domain: 'example.com', password: secret }],
		['/aliases/add', '/aliases?domain=example.com', { local_part: 'sales', domain: 'example.com', goto: 'anna@example.com' }]]) {
		const text = await open(form, list);
		assert.equal(cancel(text), list);
		assert.equal(hidden(text), list);
		const r = await panel.post(form, { ...fields, back: list });
		assert.equal(r.status, 303, `${form}: ${r.text}`);
		assert.equal(r.headers.get('location'), list, form);
	}
});

test('deleting too, and a second page', async () => {
	const page = '/mailboxes?limit=1&after=';
	const next = unescaped(/rel="next" id="next" href="([^"]*)"/.exec((await panel.get('/mailboxes?limit=1')).text)[1]);
	assert.ok(next.startsWith(page), next);
	const text = await open(`/mailboxes/${ids.spare}/delete`, next);
	assert.equal(cancel(text), next);
	const r = await panel.post(`/mailboxes/${ids.spare}/delete`, { back: hidden(text) });
	assert.equal(r.headers.get('location'), next);
	assert.equal((await panel.get(next)).status, 200);
});

test('also by way of the page of the mailbox or the domain, and from the form that is edited to the one that deletes', async () => {
	const list = '/mailboxes?q=anna&limit=50', domains = '/domains?q=exam';
	let text = await open(`/mailboxes/${ids.box}`, list);
	for (const form of ['edit', 'password', 'delete']) {
		const [, to] = new RegExp(`href="(/mailboxes/${ids.box}/${form}[^"]*)"`).exec(text);
		assert.equal(cancel(await open(unescaped(to), `/mailboxes/${ids.box}`)), list, form);
	}
	text = await open(`/domains/${ids.domain}`, domains);
	const [, to] = new RegExp(`href="(/domains/${ids.domain}/edit[^"]*)"`).exec(text);
	assert.equal(cancel(await open(unescaped(to))), domains);
	text = await open(`/aliases/${ids.alias}/edit`, '/aliases?q=info');
	const [, gone] = new RegExp(`href="(/aliases/${ids.alias}/delete[^"]*)"`).exec(text);
	assert.equal(cancel(await open(unescaped(gone), `/aliases/${ids.alias}/edit`)), '/aliases?q=info');
});

test('a form that is shown again, for a fault or a warning, has not forgotten it', async () => {
	const list = '/mailboxes?q=anna', form = `/mailboxes/${ids.box}/edit`;
	let r = await panel.post(form, { quota: 'very much', back: list });
	assert.equal(r.status, 422);
	assert.equal(hidden(r.text), list);
	assert.equal(cancel(r.text), list);
	r = await panel.post(`${form}?back=${encodeURIComponent(list)}`, { name: 'Anna again' });
	assert.equal(r.headers.get('location'), list, 'out of the address of the form');
});

test('a made password is shown, and then the list', async () => {
	const r = await panel.post(`/mailboxes/${ids.box}/password`, { generate: 'true', back: '/mailboxes?q=anna' });
	assert.equal(r.status, 200);
	assert.match(r.text, /href="\/mailboxes\?q=anna">Done/);
});

test('asking for the password in between keeps it', async () => {
	const c = await panel.client().signIn(root.username, root.password);
	panel.sql('UPDATE vimb_session SET proved_at = 0');
	const r = await c.post(`/admins/${ids.admin}/edit`, { active: 'true', back: '/admins?active=yes' });
	assert.match(r.text, /<input type="hidden" name="back" value="\/admins\?active=yes">/);
});

test('the way back is a list of this panel, the one the form belongs to, and nothing else', async () => {
	const form = `/mailboxes/${ids.box}/edit`;
	for (const back of ['https://evil.example/mailboxes', '//evil.example/mailboxes', '/\\evil.example', '/mailboxes/../auth/logout', 'mailboxes?q=a', '/auth/login', '/domains?q=a', `/mailboxes/${ids.box}`,
		'/mailboxes/export.csv', '/mailboxes\r\nset-cookie: a=b', '/mailboxes?q=é', '/mailboxes#there', '/mailboxesx?q=a', 'javascript:alert(1)', '', `/mailboxes?q=${'a'.repeat(2000)}`]) {
		const r = await panel.post(form, { name: 'Anna', back });
		assert.equal(r.status, 303, `${back}: ${r.text}`);
		assert.equal(r.headers.get('location'), '/mailboxes', back);
		assert.equal(cancel((await panel.get(`${form}?back=${encodeURIComponent(back)}`)).text), '/mailboxes', back);
	}
	for (const referer of ['https://evil.example/auth/login', 'https://evil.example', 'nonsense', 'about:blank', `${panel.url}/mailboxes/export.csv`])
		assert.equal(cancel((await panel.get(form, { referer })).text), '/mailboxes', referer);
});

test('what is no form of a row takes no way back, and neither does the API', async () => {
	for (const path of ['/mailboxes?back=%2Fmailboxes', `/mailboxes/${ids.box}/aliases?back=%2Fmailboxes`]) assert.equal((await panel.get(path)).status, 400, path);
	assert.equal((await panel.api('POST', `/mailboxes/${ids.box}/edit`, { name: 'x', back: '/mailboxes' })).status, 400);
	assert.equal((await panel.api('GET', `/mailboxes/${ids.box}/edit?back=/mailboxes`)).status, 400);
	assert.equal((await panel.post(`/mailboxes/${ids.box}/edit?back=%2Fmailboxes&back=%2Fmailboxes`, { name: 'x' })).status, 400, 'twice');
});
