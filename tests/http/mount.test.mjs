// SPDX-License-Identifier: GPL-3.0-or-later
// Below a path of a host: nothing that a page, a redirect or a file names leaves that path, whether the proxy sends it on or takes it off; and the gate
// is as closed there as at the root.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import { root, startPanel } from './lib/panel.mjs';
import { mount, startBelow } from './lib/below.mjs';
import { routes } from './lib/routes.mjs';

let panel, ids;
const ways = ['kept', 'stripped'];
const secret = 'a long enough secret 1';

before(async () => {
	panel = await startBelow();
	const c = await panel.client().signIn();
	const must = async (target, fields) => {
		const r = await c.api('POST', target, fields);
		assert.ok(r.status < 300, `${target}: ${r.text}`);
		return r.json;
	};
	const domain = await must('/domains/add', { domain: 'example.com', description: 'One' });
	await must(`/domains/${domain.id}/edit`, { description: 'Two' });
	const mailbox = await must('/mailboxes/add', { address: 'anna@example.com', password: secret });
	const alias = await must('/aliases/add', { address: 'info@example.com', goto: 'anna@example.com' });
	const admin = await must('/admins/add', { username: 'other@example.org', password: secret });
	const [entry] = (await c.api('GET', '/log?action=DOMAIN_EDIT')).json.rows;
	const rows = await must('/import', { kind: 'mailboxes', text: `address\n${Array.from({ length: 21 }, (_, i) => `n${i}@missing.example\n`).join('')}`, generate: true });
	panel.cli(['token', 'add', 'first']);
	ids = { domains: domain.id, mailboxes: mailbox.id, aliases: alias.id, admins: admin.id, log: entry.id, import: rows.id, tokens: 1 };
});
after(() => panel?.stop());

// As it is written: what a browser makes of a path first is left out.
const raw = (url, target, { cookies }) => new Promise((done, fail) => {
	const { hostname: host, port } = new URL(url);
	http.get({ host, port, path: mount + target, headers: { cookie: [...cookies].map(([k, v]) => `${k}=${v}`).join('; ') } }, (r) => done(r.resume())).on('error', fail);
});

// What a page names: every attribute that begins with a slash, but those of fields, which only the panel reads.
const named = (html) => [...html.matchAll(/<(\w+)\b([^>]*)>/g)].flatMap(([, tag, rest]) => [...rest.matchAll(/([\w-]+)="([^"]*)"/g)]
	.filter(([, name, text]) => text.startsWith('/') && !(tag === 'input' && name === 'value')).map(([, name, text]) => [name, text.replaceAll('&amp;', '&')]));

for (const way of ways) {
	test(`${way}: what pages name is below the path, and is there`, async () => {
		const c = await panel.client(panel[way]).signIn();
		const followed = new Map();
		let pages = 0;
		for (const route of routes.filter((r) => r.get && !r.rest)) {
			const target = route.path.replace('{id}', ids[route.path.split('/')[1]]);
			const r = await c.get(target);
			const to = r.headers.get('location');
			if (to) assert.match(to, /^\/vimbadmin\/(?!\/)/, `${target} leads to ${to}`);
			if (!/html/.test(r.headers.get('content-type') ?? '')) continue;
			const names = named(r.text);
			assert.ok(names.length > 5, `${target}: ${r.status}`);
			for (const [attribute, text] of names) {
				assert.match(text, /^\/vimbadmin\/(?!\/)/, `${target}: ${attribute}`);
				// in <template id="acts"> 0 stands for a row's number or name
				if (/^(href|src)$/.test(attribute) && !/\/0\/|=0$/.test(text)) followed.set(text, target);
			}
			pages++;
		}
		assert.ok(pages > 40, `${pages} pages`);
		for (const [text, from] of followed) {
			const r = await c.get(text.slice(mount.length));
			assert.ok(r.status < 400, `${text} on ${from}: ${r.status}`);
		}
		assert.ok(followed.size > 40, `${followed.size} links`);
	});

	test(`${way}: files name files beside them`, async () => {
		const c = panel.client(panel[way]);
		const page = await c.get('/auth/login');
		const files = named(page.text).filter(([, text]) => text.includes('/s/')).map(([, text]) => text);
		assert.ok(files.length >= 3);
		const css = files.find((f) => f.endsWith('.css'));
		const pictures = new Set([...(await c.get(css.slice(mount.length))).text.matchAll(/url\(["']?([^"')]+)/g)].map(([, u]) => u));
		assert.ok(pictures.size > 10);
		for (const picture of pictures) {
			const at = new URL(picture, `http://host${css}`).pathname;
			assert.match(at, /^\/vimbadmin\/s\//);
			files.push(at);
		}
		for (const file of new Set(files)) assert.equal((await c.get(file.slice(mount.length))).status, 200, file);
		assert.doesNotMatch((await c.get(files.find((f) => /app\.[^/]*js$/.test(f)).slice(mount.length))).text, /["'`]\/(s|auth|password|domains|mailboxes|aliases|admins)\//);
	});

	test(`${way}: signing in, a change, its message, undoing it and signing out`, async () => {
		const c = panel.client(panel[way]);
		const asked = await c.get('/mailboxes?limit=5');
		assert.equal(asked.headers.get('location'), `${mount}/auth/login?next=%2Fmailboxes%3Flimit%3D5`);
		await c.get('/auth/login?next=%2Fmailboxes%3Flimit%3D5');
		assert.equal((await c.post('/auth/login?next=%2Fmailboxes%3Flimit%3D5', root)).headers.get('location'), `${mount}/mailboxes?limit=5`);
		await c.get('/domains');
		const added = await c.post('/domains/add', { domain: `${way}.example`, active: 'true' });
		assert.equal(added.headers.get('location'), `${mount}/domains`);
		const list = await c.get('/domains');
		const [, undo] = /action="([^"]*\/undo)"/.exec(list.text);
		const [, back] = /name="back" value="([^"]*)"/.exec(list.text);
		const undone = await c.post(undo.slice(mount.length), { back });
		assert.equal(undone.headers.get('location'), `${mount}/domains`);
		const { id } = (await c.api('GET', '/domains?q=example.com')).json.rows[0];
		await c.get('/domains');
		// where the way back is written with the path and without it
		for (const written of ['/domains?dir=desc', `${mount}/domains?dir=desc`])
			assert.equal((await c.post(`/domains/${id}/disable`, { back: written })).headers.get('location'), `${mount}/domains?dir=desc`);
		await c.post(`/domains/${id}/enable`, { back: '/domains' });
		const out = await c.post('/auth/logout');
		assert.equal(out.headers.get('location'), `${mount}/auth/login`);
		assert.equal(out.headers.get('clear-site-data'), '"cache"', "other programs' storage is not ours to clear");
	});

	test(`${way}: a part of a page that a session is over for says where to go`, async () => {
		const r = await panel.client(panel[way]).get('/domains', { 'hx-request': 'true' });
		assert.deepEqual([r.status, r.headers.get('hx-redirect')], [401, `${mount}/auth/login`]);
	});

	test(`${way}: files of rows pass where they are taken`, async () => {
		const c = await panel.client(panel[way]).signIn();
		const file = `address\n${'x'.repeat(99)}\n`.padEnd(2 << 20, '\n');
		await c.get('/import');
		assert.equal((await c.upload('/import', { kind: 'mailboxes' }, file)).status, 200);
	});

	test(`${way}: no way leads out, and nothing is open that was closed`, async () => {
		const c = await panel.client(panel[way]).signIn();
		const signIn = async (next) => {
			const d = panel.client(panel[way]);
			await d.get('/auth/login');
			const r = await d.post(`/auth/login?next=${encodeURIComponent(next)}`, root);
			return r.headers.get('location') ?? `${mount}/`;
		};
		for (const next of ['//evil.example/', `${mount}//evil.example/`, `${mount}/../evil`, `${mount}/%2e%2e/evil`, `${mount}/\\evil.example`, `/\\evil.example`, `${mount}evil.example/`, `https://evil.example${mount}/domains`,
			`${mount}${mount}/domains`, `${mount}/auth/logout`, `${mount}?//evil.example`, `${mount}/domains\r\nx: y`]) {
			assert.match(await signIn(next), /^\/vimbadmin\/(domains|\?\/\/evil\.example)?$/, next);
		}
		for (const target of ['//evil.example/', '/../domains', '/%2e%2e/domains', '/./domains', '/domains/../admins', '//', '/%2fevil.example', '/\\evil.example']) {
			const r = await raw(panel[way], target, c);
			// who takes the path off resolves dots before it looks where that leads; the panel never sees them
			const resolved = way === 'stripped' && ['/./domains', '/domains/../admins'].includes(target);
			assert.ok(resolved ? r.statusCode === 200 : r.statusCode >= 400 && r.statusCode < 500, `${target}: ${r.statusCode}`);
			assert.equal(r.headers.location, undefined, target);
		}
		for (const route of routes.filter((r) => r.who !== 'ANYONE' && r.get)) {
			const target = route.path.replace('{id}', ids[route.path.split('/')[1]]);
			const r = await panel.client(panel[way]).get(target);
			assert.equal(r.status, 302, target);
			assert.match(r.headers.get('location'), /^\/vimbadmin\/auth\/login/);
		}
		const foreign = await c.post('/domains/add', { domain: 'foreign.example' }, { origin: 'https://evil.example' });
		assert.equal(foreign.status, 403);
		assert.equal((await c.post('/domains/add', { domain: 'foreign.example', csrf: 'f'.repeat(64) })).status, 403);
	});

	test(`${way}: what is refused looks like the panel`, async () => {
		for (const target of ['/nowhere', '/domains?x=%GG']) {
			const r = await panel.client(panel[way]).get(target);
			assert.ok(r.status === 404 || r.status === 400, `${r.status}`);
			for (const [attribute, text] of named(r.text)) assert.match(text, /^\/vimbadmin\//, attribute);
		}
	});
}

test('asked directly: the path alone is the first page, another that begins alike is not it', async () => {
	const c = Object.assign(panel.client(), { url: panel.url });
	const status = async (target) => (await c.get(target)).status;
	assert.deepEqual(await Promise.all([mount, `${mount}/`, `${mount}?q=1`, `${mount}s/domains`, `${mount}/vimbadmin/domains`, '/vimbadmi', `${mount}/health`, '/health', `${mount}/api/domains`].map(status)),
		[303, 303, 400, 404, 404, 404, 200, 200, 401]);
});

test('http.prefix says which spelling is answered', async () => {
	for (const [prefix, kept, stripped] of [['kept', 302, 404], ['stripped', 404, 302], ['either', 302, 302]]) {
		const p = await startPanel({ settings: { public_url: 'https://www.example.org/domains', hosts: '127.0.0.1', 'http.prefix': prefix } });
		try {
			const status = async (target) => (await p.client().get(target)).status;
			assert.equal(await status('/domains/mailboxes'), kept, prefix);
			assert.equal(await status('/mailboxes'), stripped, prefix);
			assert.equal((await p.client().get('/health')).status, 200);
			assert.equal((await p.client().post(prefix === 'stripped' ? '/auth/login' : '/domains/auth/login', root, { origin: 'https://www.example.org' })).status, 403, 'no token, but found');
			const page = await p.client().get(prefix === 'stripped' ? '/auth/login' : '/domains/auth/login');
			// Path=/ is the price of __Host-, which keeps hosts of the same domain from setting ours
			for (const line of page.headers.getSetCookie()) assert.match(line, /^__Host-VIMBADMIN3\w*=.*; Path=\/; .*; Secure/);
			assert.ok(page.headers.getSetCookie().length > 0);
			// a page of the panel with the name of the path
			const other = await p.client().get('/domains');
			assert.equal(other.headers.get('location'), '/domains/auth/login', prefix);
		} finally {
			await p.stop();
		}
	}
});

test('the link on the console has the path', async () => {
	const p = await startPanel({ firstRun: true, settings: (port) => ({ public_url: `http://127.0.0.1:${port}${mount}` }) });
	try {
		const link = new URL(p.setupLink());
		assert.equal(link.pathname, `${mount}/auth/setup`);
		assert.equal((await p.get(link.pathname)).status, 200);
	} finally {
		await p.stop();
	}
});
