// SPDX-License-Identifier: GPL-3.0-or-later
// Languages of the panel: chosen by the browser, by its cookie, by the account; what programs read stays English; every page of the route table in every
// language, and none of them with a text that was not translated or not escaped.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { root, startPanel } from './lib/panel.mjs';
import { routes } from './lib/routes.mjs';

const codes = ['en', ...fs.readdirSync(new URL('../../po/', import.meta.url)).filter((f) => /^..\.po$/.test(f)).map((f) => f.slice(0, 2))];
const word = { en: 'Mailboxes', de: 'Postfächer', nl: 'Mailboxen', fr: 'Boîtes aux lettres' };
const accept = (code) => ({ 'accept-language': code });
const langOf = (r) => /<html lang="([^"]*)"/.exec(r.text)?.[1];
let panel, ids;

before(async () => {
	panel = await startPanel({ settings: { 'bruteforce.enabled': 'no', 'resources.mail.transport.host': '127.0.0.1', 'resources.mail.transport.port': '9', 'resources.mail.transport.ssl': 'none', 'identity.mailer.email': 'panel@example.org' } });
	panel.cli(['token', 'add', 'first']);
	await panel.signIn();
	const must = async (target, fields) => {
		const r = await panel.api('POST', target, fields);
		assert.ok(r.status < 300, `${target}: ${r.text}`);
		return r.json;
	};
	const domain = await must('/domains/add', { domain: 'example.com', description: 'One' });
	await must('/domains/add', { domain: 'idle.example' });
	await must(`/domains/${domain.id}/edit`, { description: 'Two' });
	const mailbox = await must('/mailboxes/add', { address: 'anna@example.com', password: 'a long enough secret 1', quota: 1536 * 1024 ** 2 });
	const alias = await must('/aliases/add', { address: 'info@example.com', goto: 'anna@example.com' });
	const admin = await must('/admins/add', { username: 'other@example.org', password: 'a long enough secret 1' });
	const entry = (await panel.api('GET', '/log?action=DOMAIN_EDIT')).json.rows[0];
	ids = { domains: domain.id, mailboxes: mailbox.id, aliases: alias.id, admins: admin.id, log: entry.id };
});
after(() => panel?.stop());

test('each language has its catalogue', () => assert.deepEqual([...codes].sort(), Object.keys(word).sort()));

test('the browser says which language', async () => {
	for (const code of codes) {
		const r = await panel.client().get('/auth/login', accept(`sv, ${code};q=0.9, en;q=0.1`));
		assert.equal(langOf(r), code);
		assert.match(r.headers.get('vary'), /accept-language/i);
	}
	assert.equal(langOf(await panel.client().get('/auth/login')), 'en');
	assert.equal(langOf(await panel.client().get('/auth/login', accept('sv'))), 'en');
	assert.equal(langOf(await panel.client().get('/nowhere', accept('de'))), 'de');
	assert.match((await panel.client().get('/auth/login', accept('de'))).text, /Anmelden/);
});

test('a browser may choose, also where nobody is signed in', async () => {
	const c = panel.client();
	await c.get('/auth/login?next=%2Fmailboxes', accept('de'));
	const r = await c.post(`/language?back=${encodeURIComponent('/auth/login?next=%2Fmailboxes')}`, { language: 'fr' });
	assert.equal(r.status, 303);
	assert.equal(r.headers.get('location'), '/auth/login?next=%2Fmailboxes');
	assert.equal(langOf(await c.get('/auth/login', accept('de'))), 'fr');
	await c.post('/language', { language: '' });
	assert.equal(langOf(await c.get('/auth/login', accept('de'))), 'de');
});

test('what is no language, and where it cannot lead', async () => {
	const c = panel.client();
	await c.get('/auth/login');
	for (const language of ['sv', 'de-AT', '../de', '<b>']) {
		const r = await c.post('/language', { language });
		assert.equal(r.status, 422, language);
		assert.doesNotMatch(r.text, /<b>/);
	}
	for (const back of ['//evil.example/', 'https://evil.example/', '/nowhere', '/auth/logout', '/domains\r\nx: y']) {
		const r = await c.post(`/language?back=${encodeURIComponent(back)}`, { language: 'de' });
		assert.equal(r.headers.get('location') ?? '/', '/', back); // or refused: 400
	}
	const forged = panel.client();
	forged.cookies.set('VIMBADMIN3_language', '<script>');
	assert.equal(langOf(await forged.get('/auth/login', accept('nl'))), 'nl');
});

test("an account's choice counts everywhere, before the browser's", async () => {
	const c = await panel.client().signIn('other@example.org', 'a long enough secret 1');
	await c.post('/language', { language: 'de' });
	const other = await panel.client().signIn('other@example.org', 'a long enough secret 1');
	assert.equal(langOf(await other.get('/mailboxes', accept('fr'))), 'de');
	// fields are read before the account is known; the cookie that came along says how
	const bad = await other.post('/account/password', { current_password: '', password: 'x' }, accept('fr'));
	assert.equal(bad.status, 422);
	assert.match(bad.text, /Passwort/);
	const log = (await panel.api('GET', '/log?action=ADMIN_LANGUAGE')).json.rows;
	assert.equal(log[0].object, 'other@example.org');
	assert.match(log[0].data, /chose a language for/);
	await other.post('/language', { language: '' });
	assert.equal(langOf(await other.get('/mailboxes', accept('fr'))), 'fr');
});

test('programs are answered in English with the same codes, whatever they say they read', async () => {
	const c = await panel.client().signIn('other@example.org', 'a long enough secret 1');
	await c.api('POST', '/language', { language: 'de' });
	const r = await c.fetch('POST', '/api/mailboxes/add', { body: '{"address":"nobody"}', headers: { 'content-type': 'application/json', 'x-csrf-token': c.csrf, origin: c.url, ...accept('de') } });
	assert.equal(r.status, 422);
	assert.equal(JSON.parse(r.text).errors[0].text, 'An address looks like name@example.com.');
	assert.equal(JSON.parse((await c.fetch('GET', '/api/domains/999999', { headers: accept('de') })).text).text, 'There is no such domain.');
	await c.api('POST', '/language', { language: '' });
});

test('sizes are written and read as the language has them', async () => {
	const of = (code) => panel.client().signIn(root.username, root.password).then(async (c) => (await c.get('/domains', accept(code)), c));
	const fr = await of('fr');
	const page = await fr.get(`/mailboxes/${ids.mailboxes}`, accept('fr'));
	assert.match(page.text, /1,5\u00a0Go/);
	const form = await fr.get(`/mailboxes/${ids.mailboxes}/edit`, accept('fr'));
	assert.match(form.text, /value="1536\u00a0Mo"/);
	const rev = /name="rev" value="(\w+)"/.exec(form.text)[1];
	const saved = await fr.post(`/mailboxes/${ids.mailboxes}/edit`, { quota: '2,5 Go', rev }, accept('fr'));
	assert.equal(saved.status, 303);
	assert.equal((await panel.api('GET', `/mailboxes/${ids.mailboxes}`)).json.quota, 2.5 * 1024 ** 3);
	const de = await of('de');
	const again = await de.get(`/mailboxes/${ids.mailboxes}/edit`, accept('de'));
	const none = await de.post(`/mailboxes/${ids.mailboxes}/edit`, { quota: 'unbegrenzt', rev: /name="rev" value="(\w+)"/.exec(again.text)[1] }, accept('de'));
	assert.equal(none.status, 303);
	assert.equal((await panel.api('GET', `/mailboxes/${ids.mailboxes}`)).json.quota, 0);
	await panel.api('POST', `/mailboxes/${ids.mailboxes}/edit`, { quota: 1536 * 1024 ** 2 });
});

test('the log tells in the language of who reads it, and keeps English', async () => {
	const c = await panel.client().signIn(root.username, root.password);
	assert.match((await c.get('/log', accept('de'))).text, />hat die Domain example\.com bearbeitet/);
	assert.match((await c.get('/log')).text, />edited domain example\.com/);
});

// Where a page of the table is: its objects, and the ways to pages that need a step.
const at = (route) => route.path.replace('{id}', String(ids[route.path.split('/')[1]] ?? 1));
const pages = routes.filter((r) => r.get && !r.rest && !/export\.csv$|^\/(health|robots|favicon|look)/.test(r.path));

// What a catalogue translates into something else: none of these may stand on a page in that language.
function foreign(code) {
	const po = code === 'en' ? '' : fs.readFileSync(new URL(`../../po/${code}.po`, import.meta.url), 'utf8');
	const pairs = [...po.matchAll(/^msgid "(.+)"\nmsgstr "(.+)"$/gm)].filter(([, id, text]) => id !== text && !id.includes('%'));
	return new Set(pairs.map(([, id]) => id.replaceAll('\\"', '"')));
}
const entities = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
const plain = (html) => html.replace(/&(amp|lt|gt|quot|#39);/g, (e) => entities[e]).trim();
const said = (html) => [...html.matchAll(/>([^<]+)</g), ...html.matchAll(/ (?:title|placeholder|aria-label|data-label|data-count)="([^"]*)"/g)].map(([, t]) => plain(t));

for (const code of codes) {
	test(`every page in ${code}`, async () => {
		const c = await panel.client().signIn(root.username, root.password);
		const none = panel.client();
		const other = foreign(code);
		let looked = 0;
		if (code !== 'en') assert.ok(other.size > 500);
		assert.ok(pages.length > 40);
		for (const route of pages) {
			const client = route.who === 'ANYONE' ? none : c;
			const r = await client.get(at(route), accept(code));
			assert.ok(r.status < 500, `${route.path}: ${r.status}`);
			if (r.status >= 300 && r.status < 400) continue; // leads to one that is looked at
			assert.equal(langOf(r), code, route.path);
			assert.doesNotMatch(r.text, /%[sd]|%lld|%zu|\(null\)/, route.path);
			assert.deepEqual(said(r.text).filter((t) => other.has(t)), [], `${route.path}: not translated`);
			if (route.who !== 'ANYONE' && r.status === 200) assert.match(r.text, new RegExp(word[code]), route.path);
			looked++;
		}
		assert.ok(looked > 35, `${looked} pages`);
	});
}

test('who was not signed in has no name, and is called so in each language', async () => {
	const nobody = panel.client();
	await nobody.get('/auth/login');
	await nobody.post('/auth/login', { username: root.username, password: 'a wrong one' });
	const row = (await panel.api('GET', '/log?action=ADMIN_LOGIN_FAILED')).json.rows[0];
	assert.equal(row.actor, 'somebody', 'as it is stored');
	for (const [code, name] of Object.entries({ en: 'somebody', de: 'jemand', nl: 'iemand', fr: 'quelqu\u2019un' })) {
		const list = (await panel.get('/log?action=ADMIN_LOGIN_FAILED', accept(code))).text;
		assert.match(list, new RegExp(`<a href="/log\\?actor=somebody"><bdi>${name}</bdi></a>`), code);
		const entry = (await panel.get(`/log/${row.id}`, accept(code))).text;
		assert.match(entry, new RegExp(`<dd><bdi>${name}</bdi></dd>`), code);
		if (code !== 'en') assert.doesNotMatch(entry.replace(/href="[^"]*"/g, ''), /somebody/, code);
	}
});

test('what comes of a form is in the language, too', async () => {
	for (const code of codes.slice(1)) {
		const c = await panel.client().signIn(root.username, root.password);
		const none = panel.client();
		await none.get('/auth/login', accept(code));
		await c.get('/domains', accept(code)); // the token
		const other = foreign(code);
		const answers = [
			[none, '/auth/login', { username: 'nobody', password: '' }],
			[none, '/auth/change-password', { username: 'nobody@example.com', current_password: 'x', new_password: 'a long enough secret 1', confirm_new_password: 'a long enough secret 1' }],
			[c, '/domains/add', { domain: 'no domain', max_mailboxes: 'many', quota: '5 quarts', transport: 'x y' }],
			[c, '/domains/add', { domain: 'example.com' }],
			[c, '/mailboxes/add', { local_part: 'a b', domain: 'example.com', password: 'x', alt_email: 'nobody' }],
			[c, '/aliases/add', { local_part: 'warned', domain: 'example.com', goto: 'nobody.there@example.com', checkboxes: 'active', active: '1' }],
			[c, '/aliases/add', { local_part: 'wrong', domain: 'example.com', goto: 'not an address' }],
			[c, '/mailboxes/bulk', { verb: 'quota', ids: ids.mailboxes }],
			[c, '/mailboxes/bulk', { verb: 'quota', ids: ids.mailboxes, quota: 'much', confirm: '1' }],
			[c, '/domains/bulk', { verb: 'enable', ids: `${ids.domains},999999`, confirm: '1' }],
			[c, '/import', { kind: 'aliases', text: 'address,goto\nnobody,x\n' }],
			[c, '/import', { kind: 'aliases', text: '' }],
			[c, `/domains/${ids.domains}/delete`, { confirm: 'other.example', proof: root.password }],
			[c, '/account/password', { current_password: 'wrong', password: 'short' }],
			[c, '/mailboxes/999999/edit', { name: 'x' }],
			[c, '/mailboxes/add', { nothing: 'x' }],
		];
		for (const [client, target, fields] of answers) {
			const r = await client.post(target, fields, accept(code));
			assert.ok([200, 400, 401, 404, 409, 422].includes(r.status), `${code} ${target}: ${r.status}`);
			assert.equal(langOf(r), code, target);
			assert.deepEqual(said(r.text).filter((t) => other.has(t)), [], `${code} ${target}: not translated`);
		}
	}
});
