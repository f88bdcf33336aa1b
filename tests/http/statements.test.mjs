// SPDX-License-Identifier: GPL-3.0-or-later
// A page costs at most four statements, the one that looks at the session among them: every row of the route table that shows something, for a super
// administrator, a domain administrator and whoever is not signed in. Those that need more stand below with the reason.
// One engine is enough: statements are counted above the drivers, and how a search is planned differs between them.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { sleep, startPanel } from './lib/panel.mjs';
import { routes } from './lib/routes.mjs';

const most = 4;
// path: [a super administrator, a domain administrator]
const more = {
	// each kind has an index of its own, and mailboxes and aliases ask the index of letters first
	'/search?q=example': [7, 6],
	'/search?q=box7': [7, 6],
	// the row, whether its domain is one's own, and then what the page is about
	'/mailboxes/{id}': [4, 5],
	'/domains/{id}': [4, 5],
	// what else goes or is changed, and where the mail would arrive then
	'/mailboxes/{id}/delete': [4, 5],
	'/aliases/{id}/delete': [4, 5],
	// both sides of what is assigned, and what may be chosen besides
	'/domains/{id}/admins': [5],
	'/admins/{id}/domains': [5],
	// an account's secrets, codes, passkeys and what is demanded of it are looked at one by one
	'/admin/two-factor': [5, 5],
	'/admin/two-factor/confirm': [7, 7],
	'/admin/two-factor/passkeys': [5, 5],
	'/admin/two-factor/passkeys/add': [5, 5],
	'/admin/two-factor/passkeys/remove': [5, 5],
	// the change itself as a dry run
	'/log/{id}/undo': [8, 10],
};
// Their answer is more than a page: all rows, or a file.
const streams = /\.csv$/;
const secret = 'a long enough secret 1';
const seen = {};
let panel, limited, nobody;
const ids = {};

before(async () => {
	panel = await startPanel({ settings: { log_level: 'debug' } });
	await panel.signIn();
	const must = async (path, fields) => {
		const r = await panel.api('POST', path, fields);
		assert.ok(r.status < 300, `${path}: ${r.text}`);
		return r.json.id;
	};
	ids.domains = await must('/domains/add', { domain: 'example.com', active: true });
	for (let i = 0; i < 30; i++) {
		ids.mailboxes = await must('/mailboxes/add', { address: `box${i}@example.com`, password: secret, active: true });
		ids.aliases = await must('/aliases/add', { address: `other${i}@example.com`, goto: `box${i}@example.com`, active: true });
		await must('/domains/add', { domain: `branch${i}.example.org`, active: true });
	}
	ids.admins = await must('/admins/add', { username: 'limited@example.com', password: secret });
	await must(`/domains/${ids.domains}/admins/assign`, { admin_id: ids.admins });
	ids.log = (await panel.api('GET', '/log?action=ALIAS_ADD&domain=example.com&limit=1')).json.rows[0].id;
	limited = await panel.client().signIn('limited@example.com', secret);
	nobody = panel.client();
	await nobody.get('/auth/login');
	// more rows than a request takes, so that there is one to look at
	ids.import = {};
	for (const [who, client] of [['super', panel], ['limited', limited]]) {
		const sent = await client.api('POST', '/import', { kind: 'mailboxes', text: `address\n${Array.from({ length: 21 }, (_, i) => `n${i}@missing.example\n`).join('')}`, generate: true });
		ids.import[who] = sent.json.id;
		while (/waiting|running/.test((await client.api('GET', `/import/${sent.json.id}`)).json.state)) await sleep(5);
	}
});
after(() => panel?.stop());

// How many statements the answer took, as the log says it before it is sent; what needs no database says nothing.
async function count(client, target) {
	const at = panel.log().length;
	const { status } = await client.get(target);
	return { status, n: Number(/web\.answered [^\n]*statements=(\d+)/.exec(panel.log().slice(at))?.[1] ?? 0) };
}

const target = (path, who) => path.replace('{id}', path.startsWith('/import') ? ids.import[who] : ids[path.split('/')[1]] ?? 1);

async function walk(client, who, paths) {
	const over = [];
	for (const path of paths) {
		const { status, n } = await count(client, target(path, who));
		seen[`${who} ${path}`] = n;
		const allowed = more[path]?.[who === 'super' ? 0 : 1] ?? most;
		if (n > allowed) over.push(`${path}: ${n} statements, status ${status}`);
	}
	assert.deepEqual(over, []);
}

const pages = routes.filter((r) => r.get && !r.rest && !streams.test(r.path));
const lists = ['/domains?sort=mailbox_count&dir=desc', '/mailboxes?domain=example.com&active=yes&sort=name', '/mailboxes?q=box1&domain=example.com', '/mailboxes?q=example&sort=name', '/aliases?self=true&domain=example.com',
	'/log?domain=example.com&door=api', '/search?q=example', '/search?q=box7', '/import?kind=mailboxes', '/mailboxes/add?domain=example.com', '/mailboxes?limit=200'];

test('a super administrator', async () => {
	await walk(panel, 'super', [...pages.map((r) => r.path), ...lists]);
});

test('a domain administrator', async () => {
	await walk(limited, 'limited', [...pages.filter((r) => r.who !== 'SUPER').map((r) => r.path), ...lists]);
});

test('whoever is not signed in, the owner of a mailbox among them', async () => {
	await walk(nobody, 'nobody', pages.map((r) => r.path));
});

test('what is allowed more needs it', () => {
	for (const [path, counts] of Object.entries(more)) {
		const found = ['super', 'limited'].slice(0, counts.length).map((who) => seen[`${who} ${path}`]);
		assert.deepEqual(found, counts, path);
		assert.ok(Math.max(...found) > most, path);
	}
});
