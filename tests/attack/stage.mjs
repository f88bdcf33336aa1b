// SPDX-License-Identifier: GPL-3.0-or-later
// What every tool finds: a panel with a few things in it, somebody signed in, and the list of all doors with what they take.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { routes } from '../http/lib/routes.mjs';
import { startPanel } from '../http/lib/panel.mjs';

export const secret = 'a long enough secret 1';

// The panel, .ids of an object of each kind and .headers that a request of the one signed in carries. No limiter: who is refused finds nothing.
export async function stage(settings = {}) {
	const panel = await startPanel({ settings: { 'bruteforce.enabled': 'no', 'defaults.mailbox.hash_cost': 4, ...settings } });
	await panel.signIn();
	const add = async (target, fields) => {
		const r = await panel.api('POST', target, fields);
		if (r.status !== 201) throw new Error(`${target}: ${r.status} ${r.text}`);
		return r.json.id;
	};
	const ids = {};
	for (const domain of ['own.example', 'other.example']) {
		ids.domains = await add('/domains/add', { domain, active: true });
		for (const name of ['ann', 'bob', 'box']) ids.mailboxes = await add('/mailboxes/add', { address: `${name}@${domain}`, password: secret, name, active: true });
		ids.aliases = await add('/aliases/add', { address: `info@${domain}`, goto: `ann@${domain}`, active: true });
	}
	ids.admins = await add('/admins/add', { username: 'limited@example.org', password: secret });
	const rows = Array.from({ length: 21 }, (_, i) => `n${i}@missing.example\n`).join('');
	const task = await panel.api('POST', '/import', { kind: 'mailboxes', text: `address\n${rows}`, generate: true }); // kept for its page, since there is more wrong than a page shows
	if (!task.json?.id) throw new Error(`/import: ${task.status} ${task.text}`);
	ids.import = task.json.id;
	panel.cli(['token', 'add', 'of the attack']);
	ids.tokens = (await panel.api('GET', '/tokens')).json.rows[0].id;
	ids.log = (await panel.api('GET', '/log?limit=1')).json.rows[0].id;
	const headers = { Cookie: [...panel.cookies].map(([k, v]) => `${k}=${v}`).join('; '), Origin: panel.url, 'Sec-Fetch-Site': 'same-origin', 'X-CSRF-Token': panel.csrf };
	return Object.assign(panel, { ids, headers });
}

// Whether the session of the stage still holds: a tool that was signed out on its way has attacked the sign-in page and nothing else.
export async function stillIn(panel) {
	const r = await panel.api('GET', '/domains');
	return r.status === 200;
}

// ---- doors ----

const table = fs.readFileSync(new URL('../../src/web/routes.c', import.meta.url), 'utf8');
const lists = { LIST: 'q sort dir after before limit ', ROWS: 'q sort dir ' };
const started = { q: 'own', sort: '', dir: 'asc', active: 'yes', self: 'true', domain: 'own.example', limit: '10', since: '2020-01-01', until: '2030-01-01', hashes: 'false', actor: 'root', action: 'MAILBOX_ADD', object: 'own', door: 'web', after: '', before: '', kind: 'mailboxes', id: '1' };
const column = { domains: 'domain', mailboxes: 'username', aliases: 'address', admins: 'username', log: 'id' };

export function at(route, ids) {
	return route.path.replace('{id}', String(ids[route.path.split('/')[1]] ?? 1));
}

// The lists with the filters that the route table lets in: {target, parameters}.
export function filters(ids) {
	return routes.filter((r) => r.get && r.who !== 'ANYONE').map((r) => {
		const row = table.slice(table.indexOf(`{ ROUTE_${r.id},`)).split(/\n\t\{ /)[0];
		const only = /\.query_only = (LIST|ROWS)?\s*"([^"]*)"/.exec(row);
		const names = only ? `${lists[only[1]] ?? ''}${only[2]}`.split(' ').filter(Boolean) : [];
		return { route: r, names, target: at(r, ids), kind: r.path.split('/')[1] };
	}).filter((l) => l.names.length > 0).map(({ route, names, target, kind }) => {
		const value = (name) => (name === 'sort' ? column[kind] : started[name]);
		return { route, target, parameters: names.map((name) => [name, value(name)]) };
	});
}

// What would end the attack rather than serve it: the session itself, its own password and second factor.
const suicide = /^\/(auth\/logout|account|admin\/|password)|sessions|two-factor|import\/\{id\}\/(cancel|remove)/;

// Doors for everybody that take what was typed.
const open = new Set(['LOGIN', 'INVITATION', 'OWNER_PASSWORD']);

// Doors that change something, with the fields that their pages show: {target, fields}.
export async function forms(panel) {
	const all = [];
	for (const route of routes.filter((r) => r.post && r.json && (r.who !== 'ANYONE' || open.has(r.id)) && !suicide.test(r.path))) {
		const target = at(route, panel.ids);
		const page = route.get ? (await panel.get(target)).text : '';
		const form = /<form[^>]*method="post"[\s\S]*?<\/form>/g;
		const own = (page.match(form) ?? []).filter((f) => !/action="\/(auth\/logout|language)/.test(f)).join('');
		const names = [...own.matchAll(/<(?:input|select|textarea)\b[^>]*?\bname="([^"]+)"/g)].map((m) => m[1]);
		const fields = Object.fromEntries(names.filter((n) => !pageOnly.has(n)).map((n) => [n, example[n] ?? 'x']));
		if (/delete/.test(route.path)) continue; // takes what the others work on; a number in a path and a confirmation, no more
		all.push({ route, target, fields: { ...fields, ...bodies[route.id] } });
	}
	return all.filter((f) => Object.keys(f.fields).length > 0);
}

// of pages, not of the JSON door; and the request's name, with which every try would be the first one over again
const pageOnly = new Set(['csrf', 'checkboxes', 'sets', 'file', 'rev', 'request', 'map']);

// what gets past the checks of a field, so that the text behind it gets as far as it can
const example = { domain: 'own.example', address: 'new@own.example', local_part: 'new', goto: 'ann@own.example', username: 'new@example.org', password: secret, password2: secret,
	active: true, super: false, quota: '0', max_quota: '0', max_mailboxes: '0', max_aliases: '0', confirm: true, email: 'new@own.example', alt_email: 'a@own.example', kind: 'mailboxes',
	mode: 'upsert', back: '/mailboxes', generate: false, hash: '', language: 'en', type: 'other', admin_id: '2', description: 'text', transport: 'virtual', backupmx: false, access_restriction: 'ALL', on_error: 'skip' };
const bodies = { LOGIN: { username: 'root@example.org', password: 'x' }, TOKEN_ADD: { name: 'x', scope: 'read', owner: 'root@example.org', domains: 'own.example', ip: '192.0.2.0/24', days: '30' }, TOKEN_ROTATE: { overlap: '24' },
	 ALIAS_EDIT: { request: 'x' }, SEARCH: { q: 'own' }, DOMAINS_BULK: { verb: 'disable', ids: '1', confirm: true }, MAILBOXES_BULK: { verb: 'disable', ids: '1', confirm: true }, ALIASES_BULK: { verb: 'disable', ids: '1', confirm: true },
	DOMAIN_ADMIN_ASSIGN: { admin_id: '2' }, DOMAIN_ADMIN_REMOVE: { admin_id: '2' }, ADMIN_DOMAIN_ASSIGN: { domain: 'own.example' }, ADMIN_DOMAIN_REMOVE: { domain: 'own.example' }, LIMIT_CLEAR: { name: '192.0.2.1' },
	INVITATION: { token: 'x' }, OWNER_PASSWORD: { current_password: 'x', new_password: secret, confirm_new_password: secret },
	IMPORT_TASK_CHECK: { mode: 'upsert', on_error: 'skip', map: 'address=address' }, IMPORT_TASK_TAKE: { mode: 'upsert', on_error: 'skip', map: 'address=address' },
	IMPORT: { kind: 'mailboxes', mode: 'upsert', text: 'address\nnew@own.example\n', generate: true }, IMPORT_RUN: { kind: 'mailboxes', mode: 'upsert', text: 'address\nnew@own.example\n', generate: true } };

// ---- running a tool ----

// Runs a program to its end or for so many seconds; {code, out, cut}
export function runTool(command, args, { seconds = 3600, log, input } = {}) {
	return new Promise((done, fail) => {
		const child = spawn('nice', [command, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
		const chunks = [];
		let cut = false;
		const late = setTimeout(() => { cut = true; child.kill('SIGTERM'); }, seconds * 1000);
		for (const stream of [child.stdout, child.stderr]) stream.on('data', (d) => chunks.push(d));
		child.on('error', fail);
		child.on('close', (code) => {
			clearTimeout(late);
			const out = Buffer.concat(chunks).toString('utf8');
			if (log) fs.writeFileSync(log, out);
			done({ code, out, cut });
		});
		child.stdin.end(input ?? '');
	});
}
