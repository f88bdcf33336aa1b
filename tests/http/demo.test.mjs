// SPDX-License-Identifier: GPL-3.0-or-later
// The account of a demonstration: every POST of the route table is refused before its handler runs, every page is there, and the database is the same
// afterwards; nobody takes its password away.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { root, startPanel } from './lib/panel.mjs';
import { routes } from './lib/routes.mjs';

let panel, demo, ids;
const account = 'demo@example.org';
const password = 'look around 1';
const said = /may look at everything and change nothing/;
const moves = new Set(['LOGIN', 'LOGOUT', 'TOTP', 'TOTP_SETUP', 'TOTP_PASSKEY_ASK', 'TOTP_PASSKEY', 'PASSKEY_ASK', 'PASSKEY']);
// Who is signed in, where and since when, is not what they look at.
const dump = () => panel.dump().split('\n').filter((line) => !/INTO [^ ]*(vimb_session|vimb_attempt|vimb_job|vimb_known|vimb_seal|vimb_growth(_domain)?|sqlite_\w+)\b/.test(line)).join('\n');
const at = (route) => route.path.replace('{id}', String(ids[route.path.split('/')[1]] ?? 1));
const must = async (target, fields) => {
	const r = await panel.api('POST', target, fields);
	assert.ok(r.status < 300, `${target}: ${r.status} ${r.text}`);
	return r.json;
};

before(async () => {
	panel = await startPanel({ settings: { 'demo.account': 'Demo@example.org', 'demo.password': password, 'twofactor.required': 'no' } });
	panel.cli(['token', 'add', 'first']);
	panel.cli(['admin', 'add', account, '--super', 'yes', '--password-stdin'], { input: `${password}\n` });
	await panel.signIn();
	const domain = await must('/domains/add', { domain: 'example.com' });
	const mailbox = await must('/mailboxes/add', { address: 'anna@example.com', password });
	const alias = await must('/aliases/add', { address: 'info@example.com', goto: 'anna@example.com' });
	const admin = await must('/admins/add', { username: 'other@example.org', password });
	const [entry] = (await panel.api('GET', '/log?action=ALIAS_ADD')).json.rows;
	ids = { domains: domain.id, mailboxes: mailbox.id, aliases: alias.id, admins: admin.id, log: entry.id };
	demo = await panel.client().signIn(account, password);
});
after(() => panel?.stop());

test('the sign-in page says who everybody may be', async () => {
	const { text } = await panel.client().get('/auth/login');
	assert.match(text, /This is a demonstration\. Sign in as demo@example\.org with the password look around 1\./i);
});

test('every POST route is refused, as a page and as JSON, and nothing is written', async () => {
	const posts = routes.filter((r) => r.post && !moves.has(r.id));
	assert.ok(posts.length > 40, `${posts.length}`);
	const then = dump();
	for (const route of posts) {
		const page = await demo.post(at(route));
		/* what cannot be read as a form of that route at all is refused even earlier */
		assert.ok(page.status === 403 ? said.test(page.text) : page.status === 400, `${route.id}: ${page.status} ${page.text.slice(0, 300)}`);
		if (!route.json) continue;
		const json = await demo.api('POST', at(route), {});
		assert.deepEqual([json.status, said.test(json.json.text)], [403, true], `${route.id}: ${json.text.slice(0, 300)}`);
	}
	assert.equal(dump(), then);
	const r = await demo.api('POST', '/mailboxes/add', { address: 'new@example.com', password });
	assert.deepEqual([r.status, r.json.code], [403, 'denied']);
	assert.equal((await panel.api('GET', '/mailboxes?q=new@')).json.total, 0);
});

test('every page is there, and writes nothing', async () => {
	const then = dump();
	for (const route of routes.filter((r) => r.get && !r.rest)) {
		const r = await demo.get(at(route));
		assert.ok([200, 303].includes(r.status) || (r.status === 404 && (route.who === 'ANYONE' || (route.path.includes('{id}') && !ids[route.path.split('/')[1]]))), `${route.path}: ${r.status}`);
		if (route.id === 'MAILBOXES') assert.match(r.text, /This is a demonstration/);
	}
	assert.equal((await demo.get('/mailboxes/export.csv')).status, 200);
	assert.equal((await demo.get('/mailboxes/export.csv?hashes=yes')).status, 403, 'taking hashes writes into the log, so they are not given');
	assert.equal(dump(), then);
});

test('nobody in the panel changes its password, nor is a second factor asked of it', async () => {
	const [{ id }] = (await panel.api('GET', '/admins?q=demo')).json.rows;
	const r = await panel.api('POST', `/admins/${id}/password`, { password: 'taken away 123' });
	assert.equal(r.status, 403, r.text);
	assert.match(r.json.text, /stays as it is/);
	const guest = panel.client();
	await guest.get('/auth/change-password');
	assert.equal((await guest.post('/auth/change-password', { username: account, current_password: password, new_password: 'taken away 123', confirm_new_password: 'taken away 123' })).status, 403);
	await must(`/admins/${id}/two-factor/force`, { password: root.password });
	await panel.client().signIn(account, password);
	panel.cli(['admin', 'passwd', account, '--password-stdin'], { input: 'the operator may 1\n' });
	await panel.client().signIn(account, 'the operator may 1');
});

test('others are as free as before, and the account comes and goes', async () => {
	await must(`/mailboxes/${ids.mailboxes}/edit`, { name: 'Anna' });
	const guest = await panel.client().signIn(account, 'the operator may 1');
	assert.equal((await guest.post('/auth/logout')).status, 303);
	assert.equal((await guest.get('/mailboxes')).status, 302);
});
