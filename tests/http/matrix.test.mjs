// SPDX-License-Identifier: GPL-3.0-or-later
// Who may what: every row of the route table × every role and none × own, foreign and missing object × pages and JSON; then every command on a missing
// object and as a dry run. For whoever may not, not a row of the database is another afterwards.
// One engine is enough: it reads the whole of an SQLite file after each request.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { sleep, startPanel } from './lib/panel.mjs';
import { routes } from './lib/routes.mjs';

let panel, limited, none, own, foreign, supers;
let cells = 0;
const secret = 'a long enough secret 1';
const missing = 999999;

// Everything that could have been changed. When a session was seen and which tries were counted says nothing about rights.
function dump() {
	const text = execFileSync('sqlite3', [path.join(panel.dir, 'vimbadmin.db'), '.timeout 5000', '.dump'], { encoding: 'utf8', maxBuffer: 1 << 28 });
	return text.split('\n').filter((l) => !/^INSERT INTO (vimb_session|vimb_attempt|vimb_job|vimb_known|vimb_seal|vimb_growth(_domain)?|sqlite_\w+)\b/.test(l)).join('\n');
}

async function unchanged(what, run) {
	const then = dump();
	await run();
	assert.equal(dump(), then, `${what}: the database is another`);
}

const must = async (target, fields, client = panel) => {
	const r = await client.api('POST', target, fields);
	assert.ok(r.status < 300, `${target}: ${r.status} ${r.text}`);
	return r.json;
};

let made = 0;
// Things of their own in a domain: {domains, mailboxes, aliases, log}
async function things(domain, id) {
	const name = `n${++made}`;
	const mailbox = await must('/mailboxes/add', { address: `${name}@${domain}`, password: secret });
	const alias = await must('/aliases/add', { address: `${name}.alias@${domain}`, goto: `${name}@${domain}` });
	const entry = (await panel.api('GET', `/log?domain=${domain}&action=ALIAS_ADD`)).json.rows[0];
	return { domain, domains: id, mailboxes: mailbox.id, aliases: alias.id, log: entry.id };
}

// Rows that the keeper has checked, of whoever sent them: more passwords than a request makes.
async function rowsOf(client) {
	const sent = await must('/import', { kind: 'mailboxes', text: `address\n${Array.from({ length: 21 }, (_, i) => `n${i}@missing.example\n`).join('')}`, generate: true }, client);
	await atRest(sent.id, client);
	return sent.id;
}
async function atRest(id, client) {
	while (/waiting|running/.test((await client.api('GET', `/import/${id}`)).json.state)) await sleep(5);
}

before(async () => {
	panel = await startPanel({ settings: { 'bruteforce.enabled': 'no' } });
	panel.cli(['token', 'add', 'first']);
	await panel.signIn();
	const mine = await must('/domains/add', { domain: 'own.example', active: true });
	const theirs = await must('/domains/add', { domain: 'other.example', active: true });
	const little = await must('/admins/add', { username: 'limited@example.org', password: secret });
	const another = await must('/admins/add', { username: 'another@example.org', password: secret });
	await must(`/domains/${mine.id}/admins/assign`, { admin_id: little.id });
	await must(`/domains/${theirs.id}/admins/assign`, { admin_id: another.id });
	own = { ...await things('own.example', mine.id), admins: little.id };
	foreign = { ...await things('other.example', theirs.id), admins: another.id };
	limited = await panel.client().signIn('limited@example.org', secret);
	own.import = await rowsOf(limited);
	foreign.import = await rowsOf(await panel.client().signIn('another@example.org', secret));
	none = panel.client();
	await none.get('/auth/login');
	supers = routes.filter((r) => r.who === 'SUPER');
});
after(() => panel?.stop());

const kind = (route) => route.path.split('/')[1];
const at = (route, of) => route.path.replace('{id}', String(typeof of === 'number' ? of : of[kind(route)] ?? 1));
const objects = (route) => (route.path.includes('{id}') ? [['own', own], ['foreign', foreign], ['missing', missing]] : [['no', own]]);
// A body with which the route would do something, so that only the rights can stop it.
function body(route, of) {
	const domain = of === missing ? 'missing.example' : of.domain;
	return { DOMAIN_ADD: { domain: `new${++made}.example` }, DOMAIN_EDIT: { description: 'changed' }, DOMAIN_DELETE: { confirm: domain }, DOMAIN_ADMIN_ASSIGN: { admin_id: own.admins },
		DOMAIN_ADMIN_REMOVE: { admin_id: own.admins }, MAILBOX_ADD: { address: `new${++made}@${domain}`, password: secret }, MAILBOX_EDIT: { name: 'changed' }, MAILBOX_PASSWORD: { password: 'another secret 2' },
		ALIAS_ADD: { address: `new${++made}@${domain}`, goto: 'box@elsewhere.example' }, ALIAS_EDIT: { goto: 'box@elsewhere.example' }, ADMIN_ADD: { username: `new${++made}@example.org`, password: secret, super: true },
		ADMIN_EDIT: { super: true }, ADMIN_PASSWORD: { password: 'another secret 2' }, ADMIN_DOMAIN_ASSIGN: { domain: 'other.example' }, ADMIN_DOMAIN_REMOVE: { domain: 'own.example' },
		ADMIN_SESSION_END: { session: 'x' }, LANGUAGE: { language: 'de' }, LIMIT_CLEAR: { name: '192.0.2.1' }, TOKEN_ADD: { name: `new${++made}` }, TOKEN_ROTATE: { overlap: 1 } }[route.id] ?? {};
}
const bare = (text) => text.replace(/[0-9a-f]{16,64}/g, '');

test('the watch on the database sees a change', async () => {
	const then = dump();
	assert.match(then, /other\.example/);
	await must(`/mailboxes/${foreign.mailboxes}/edit`, { name: 'seen' });
	assert.notEqual(dump(), then);
});

test('nobody: pages lead to signing in, JSON is 401, and nothing changes', async () => {
	for (const route of routes.filter((r) => r.who !== 'ANYONE')) {
		await unchanged(route.path, async () => {
			for (const [name, of] of objects(route)) {
				const [target, what] = [at(route, of), `${route.path}, ${name} object`];
				if (route.get) assert.equal((await panel.client().get(target)).status, 302, what);
				if (route.get && route.json) assert.equal((await none.api('GET', target)).status, 401, what);
				if (!route.post) continue;
				const page = await none.post(target, body(route, of));
				assert.equal(page.status, 303, what);
				assert.match(page.headers.get('location'), /^\/auth\/login/, what);
				if (route.json) assert.equal((await none.api('POST', target, body(route, of))).status, 401, what);
				cells += 2;
			}
		});
	}
});

test('an administrator of domains: what is for supers is 403, whatever the object', async () => {
	for (const route of supers) {
		await unchanged(route.path, async () => {
			for (const [name, of] of objects(route)) {
				const [target, what] = [at(route, of), `${route.path}, ${name} object`];
				const tries = [];
				if (route.get) tries.push(await limited.get(target), await limited.api('GET', target));
				if (route.post) tries.push(await limited.post(target, body(route, of)), await limited.api('POST', target, body(route, of)));
				for (const r of tries) assert.equal(r.status, 403, `${what}: ${r.text.slice(0, 300)}`);
				cells += tries.length;
			}
		});
	}
});

test('an administrator of domains: foreign things are as missing ones, to the letter', async () => {
	for (const route of routes.filter((r) => r.who === 'SIGNED_IN' && r.path.includes('{id}'))) {
		await unchanged(route.path, async () => {
			for (const method of [route.get && 'GET', route.post && 'POST'].filter(Boolean)) {
				for (const page of [true, false]) {
					const ask = (of) => (method === 'GET' ? (page ? limited.get(at(route, of)) : limited.api('GET', at(route, of)))
						: (page ? limited.post(at(route, of), body(route, foreign)) : limited.api('POST', at(route, of), body(route, foreign))));
					if (!page && !route.json) continue;
					const [theirs, nothing] = [await ask(foreign), await ask(missing)];
					assert.equal(theirs.status, 404, `${method} ${route.path}: ${theirs.text.slice(0, 300)}`);
					assert.equal(nothing.status, 404, `${method} ${route.path}`);
					assert.equal(bare(theirs.text), bare(nothing.text), `${method} ${route.path} tells that something is there`);
					cells += 2;
				}
			}
		});
	}
	await unchanged('adding to a foreign domain', async () => {
		for (const id of ['MAILBOX_ADD', 'ALIAS_ADD']) {
			const route = routes.find((r) => r.id === id);
			const [theirs, nothing] = [await limited.api('POST', route.path, body(route, foreign)), await limited.api('POST', route.path, body(route, missing))];
			assert.deepEqual([theirs.status, nothing.status], [422, 422], id);
			assert.equal(theirs.json.text, nothing.json.text, id);
		}
	});
});

test('an administrator of domains: own things are there, to look at and to change', async () => {
	for (const route of routes.filter((r) => r.who === 'SIGNED_IN' && !r.rest && !/^(LOGOUT|ACCOUNT_SESSIONS_END)$/.test(r.id))) {
		const of = { ...await things('own.example', own.domains), admins: own.admins };
		if (/^IMPORT_TASK/.test(route.id)) of.import = await rowsOf(limited);
		if (route.get) assert.equal((await limited.get(at(route, of))).status, 200, route.path);
		if (route.post) {
			const r = await limited.api('POST', at(route, of), body(route, of));
			assert.ok([200, 201, 202, 409, 422].includes(r.status) || (r.status === 404 && /SESSION|IMPORT_TASK_PASSWORDS/.test(route.id)), `${route.path}: ${r.status} ${r.text.slice(0, 300)}`);
			if (of.import) await atRest(of.import, limited);
			if (route.id === 'DOMAIN_DISABLE') await must(`/domains/${own.domains}/enable`, {});
		}
		cells += 2;
	}
});

test('a super: what is missing is 404 everywhere, and nothing changes', async () => {
	for (const route of routes.filter((r) => r.who !== 'ANYONE' && r.path.includes('{id}'))) {
		await unchanged(route.path, async () => {
			const target = at(route, missing);
			const tries = [];
			if (route.get) tries.push(await panel.get(target), await panel.api('GET', target));
			if (route.post) tries.push(await panel.post(target, body(route, missing)), await panel.api('POST', target, body(route, missing)));
			for (const r of tries) assert.equal(r.status, 404, `${route.path}: ${r.text.slice(0, 300)}`);
			cells += tries.length;
		});
	}
});

test('a super: every page is there', async () => {
	for (const route of routes.filter((r) => r.get && !r.rest)) {
		const r = await panel.get(at(route, foreign));
		// pages that are open to everybody may be switched off
		assert.ok([200, 303].includes(r.status) || (route.who === 'ANYONE' && r.status === 404), `${route.path}: ${r.status}`);
		cells++;
	}
});

// ---- commands ----

const source = fs.readFileSync(new URL('../../src/cli/commands.c', import.meta.url), 'utf8');
const commands = [...source.matchAll(/\{ \.name = "([^"]+)"((?:[^{}]|\{[^}]*\})*?)\},/g)].map(([, name, rest]) => ({ name, target: /\.target = "(\w+)/.exec(rest)?.[1],
	run: /\.run = /.test(rest), changes: /CMD_CHANGES/.test(rest), adds: / add$/.test(name) }));

test('commands: what is missing is status 66, and nothing changes', async () => {
	const name = { ADDRESS: 'nobody@missing.example', DOMAIN: 'missing.example', NAME: 'nobody@missing.example' };
	const on = commands.filter((c) => c.run && name[c.target] && !c.adds);
	assert.ok(on.length > 25, `${on.length} commands`);
	await unchanged('commands', async () => {
		for (const c of on) {
			const target = c.name.startsWith('admin ') ? 'nobody@example.org' : name[c.target];
			const more = / (un)?assign$/.test(c.name) ? ['--domain', 'own.example'] : / passwd$/.test(c.name) ? ['--password', 'another secret 2'] : [];
			assert.throws(() => panel.cli([...c.name.split(' '), target, ...more]), (e) => e.status === 66, c.name);
			cells++;
		}
	});
});

test('commands: nobody without the configuration, which holds the key to the database', () => {
	const conf = path.join(panel.dir, 'nothing.conf');
	for (const c of commands.filter((x) => x.run && !x.target)) {
		assert.throws(() => panel.cli([...c.name.split(' ')].concat(['-c', conf])), (e) => e.status !== 0, c.name);
		cells++;
	}
});

test('the matrix was walked whole', (t) => {
	t.diagnostic(`${cells} cells, ${routes.length} routes, ${commands.length} commands`);
	assert.ok(cells > 500, `${cells}`);
});
