// SPDX-License-Identifier: GPL-3.0-or-later
// Hostile cases as rows: [id, what, request, what comes of it]. One panel serves a whole file; after each row the database is looked at: unless the row says
// otherwise, nothing of what people own and nothing of the trail is another. On a server, where a look costs more, rows that are refused share one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { engine } from '../../lib/engine.mjs';
import { startPanel } from '../../lib/panel.mjs';
import { exchange, statuses } from '../../malformed/server.mjs';

export { statuses };
export const secret = 'a long enough secret 1';

// ---- the stage ----

async function must(c, target, fields) {
	const r = await c.api('POST', target, fields);
	assert.ok(r.status < 300, `${target}: ${r.status} ${r.text}`);
	return r.json;
}

// A domain with a mailbox, an alias and an administrator of its own; the names that {own.x} and {other.x} stand for in rows.
async function things(root, domain, username) {
	const d = await must(root, '/domains/add', { domain, active: true });
	const box = await must(root, '/mailboxes/add', { address: `box@${domain}`, password: secret });
	const alias = await must(root, '/aliases/add', { address: `info@${domain}`, goto: `box@${domain}` });
	const admin = await must(root, '/admins/add', { username, password: secret });
	await must(root, `/domains/${d.id}/admins/assign`, { admin_id: admin.id });
	const entry = (await root.api('GET', `/log?domain=${domain}&action=ALIAS_ADD`)).json.rows[0];
	return { domain, domains: d.id, mailboxes: box.id, aliases: alias.id, admins: admin.id, log: entry.id };
}

// Starts the panel of a file. options: those of startPanel(), and prepare(w), which puts more there. w.panel; w.clients: root (a super), limited (administrator of own.example), nobody and stranger (not signed in).
export function stage(options = {}) {
	const w = { clients: {} };
	before(async () => {
		const panel = w.panel = await startPanel({ ...options, settings: { 'bruteforce.enabled': 'no', 'defaults.mailbox.hash_cost': 4, ...options.settings } });
		w.clients.root = await panel.signIn();
		w.ids = { own: await things(panel, 'own.example', 'limited@example.org'), other: await things(panel, 'other.example', 'another@example.org'), port: panel.port };
		w.clients.limited = await panel.client().signIn('limited@example.org', secret);
		for (const name of ['nobody', 'stranger']) await (w.clients[name] = panel.client()).get('/auth/login');
		await panel.get('/domains');
		await options.prepare?.(w);
		w.seen = look(w);
	});
	after(() => w.panel?.stop());
	return w;
}

// ---- requests ----

// more: who (root), headers
export const get = (target, more) => ({ method: 'GET', target, ...more });
export const form = (target, fields, more) => ({ method: 'POST', target, fields, type: 'application/x-www-form-urlencoded', ...more });
export const json = (target, fields, more) => ({ method: 'POST', target: `/api${target}`, fields, type: 'application/json', ...more });
export const raw = (method, target, body, headers, more) => ({ method, target, body, headers, ...more });
// Bytes as they are; {port} is the panel's.
export const wire = (...lines) => ({ wire: lines.join('\r\n') });

const fill = (w, text) => text.replace(/\{(own|other)\.(\w+)\}|\{port\}/g, (_, whose, name) => String(whose ? w.ids[whose][name] : w.ids.port));

function bodyOf(w, c, ask) {
	if (ask.body !== undefined || ask.fields === undefined) return ask.body;
	if (typeof ask.fields === 'string') return fill(w, ask.fields);
	if (ask.type === 'application/json') return fill(w, JSON.stringify(ask.fields));
	const pairs = Array.isArray(ask.fields) ? ask.fields : Object.entries(ask.fields);
	const all = pairs.some(([name]) => name === 'csrf') ? pairs : [['csrf', c.csrf], ...pairs];
	return new URLSearchParams(all.filter(([, v]) => v !== null).map(([k, v]) => [k, fill(w, String(v))])).toString();
}

export async function send(w, ask) {
	if (typeof ask === 'function') return ask(w);
	if (ask.wire !== undefined) {
		const r = await exchange(w.panel.port, fill(w, ask.wire), 5000, 200);
		return { status: statuses(r)[0], statuses: statuses(r), text: r.text, closed: r.closed };
	}
	const c = w.clients[ask.who ?? 'root'];
	const change = ask.method !== 'GET' && ask.method !== 'HEAD';
	const headers = { ...(ask.type ? { 'content-type': ask.type } : {}), ...(change ? { origin: c.url, 'x-csrf-token': c.csrf } : {}), ...ask.headers };
	for (const name of Object.keys(headers)) if (headers[name] === null) delete headers[name];
	return c.fetch(ask.method, fill(w, ask.target), { body: bodyOf(w, c, ask), headers });
}

// ---- what comes of them ----

const tables = ['admin', 'admin_pref', 'alias', 'alias_pref', 'domain', 'domain_admins', 'mailbox', 'mailbox_pref', 'vimb_once'];
const trail = ['log', 'vimb_audit'];
const rowsOf = (w, names) => w.panel.sql(names.map((t) => `SELECT '${t}', x.* FROM ${t} x;`).join('\n')).split('\n').sort().join('\n');

export function look(w) {
	return { things: rowsOf(w, tables), trail: rowsOf(w, trail) };
}

// Compares the database with what it was at the last look.
export function same(w, { things: own = true, trail: told = true } = {}) {
	unseen.length = 0;
	const [then, now] = [w.seen, look(w)];
	w.seen = now;
	if (own) assert.equal(now.things, then.things, 'the database is another');
	if (told) assert.equal(now.trail, then.trail, 'the trail is another');
}

// Rows that were refused since the last look: none of them may have changed anything.
const unseen = [];
function settle(w) {
	if (!unseen.length) return;
	const rows = unseen.splice(0).join('; ');
	const then = w.seen;
	w.seen = look(w);
	assert.deepEqual(w.seen, then, `one of these changed the database: ${rows}`);
}

const entries = async (w) => (await w.clients.root.api('GET', '/log?limit=1')).json;

// The newest entry of the trail is the only new one, and holds these.
async function entry(w, before, expected) {
	const { total, rows } = await entries(w);
	assert.equal(total, before.total + 1, 'one entry in the trail');
	for (const [name, value] of Object.entries(expected)) {
		if (value instanceof RegExp) assert.match(String(rows[0][name]), value);
		else assert.equal(rows[0][name], typeof value === 'string' ? fill(w, value) : value, name);
	}
}

function headersAre(r, expected) {
	for (const [name, value] of Object.entries(expected)) {
		const got = r.headers.get(name);
		if (value instanceof RegExp) assert.match(String(got), value, name);
		else assert.equal(got, value, name);
	}
}

// What a form shows again with another sign in its place.
const odd = /\\u00[01][0-9a-f]|\\[nrtbf]|[\u007f-\u009f\u2028\u2029]|%0|%1|%7f/i;

// want: a status, several, or { status, statuses (over the wire), closed, text, not, headers, row (the one new entry of the trail), db: [sql, what it says], changes }.
export async function check(w, ask, want) {
	if (want.row || want.changes || typeof ask === 'function') settle(w);
	try {
		return await judge(w, ask, want);
	} catch (fault) {
		w.seen = look(w); // so that the next row is not blamed
		throw fault;
	}
}

async function judge(w, ask, want) {
	const e = typeof want === 'number' || Array.isArray(want) ? { status: want } : want;
	const before = e.row ? await entries(w) : null;
	const r = await send(w, ask);
	if (e.status !== undefined) assert.ok([e.status].flat().includes(r.status), `status ${r.status}: ${(/<main[\s\S]*/.exec(r.text)?.[0] ?? r.text).slice(0, 200)}`);
	if (e.statuses) assert.deepEqual(r.statuses, e.statuses, r.text);
	if (e.closed !== undefined) assert.equal(r.closed, e.closed, 'closed');
	if (!odd.test(JSON.stringify(ask))) assert.ok(!r.text.includes('\ufffd') && !r.text.includes('\0'), 'text that is none');
	for (const part of [e.text ?? []].flat()) assert.match(r.text, part);
	for (const part of [e.not ?? []].flat()) assert.doesNotMatch(r.text, part);
	if (e.headers) headersAre(r, e.headers);
	if (e.row) await entry(w, before, e.row);
	if (e.db) assert.equal(w.panel.sql(fill(w, e.db[0])).trim(), fill(w, String(e.db[1])));
	if (e.changes || (e.row && r.status < 400)) w.seen = look(w);
	else if (engine !== 'sqlite' && r.status >= 400 && !e.row && !e.db && typeof ask !== 'function') unseen.push(ask.wire?.split('\r\n')[0] ?? `${ask.method} ${ask.target}`);
	else same(w, { trail: !e.row });
	return r;
}

export function run(w, rows) {
	for (const [id, what, ask, want] of rows) test(`${id} ${what}`, () => check(w, ask, want));
	test('none of these has changed anything unseen', () => settle(w));
}
