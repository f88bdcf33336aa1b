// SPDX-License-Identifier: GPL-3.0-or-later
// What a session is worth, and to whom: cookies that were made up, copied, doubled or kept too long; many requests of one session; a process that is replaced.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { test } from 'node:test';
import { root, sleep } from '../lib/panel.mjs';
import { get, run, stage } from './lib/cases.mjs';

const w = stage();
const cookie = (value, more = '') => get('/domains', { who: 'nobody', headers: { cookie: `VIMBADMIN3=${value}${more}` } });
const away = { status: 302, headers: { location: /^\/auth\/login/ }, not: /own\.example/ };
const idOf = (c) => c.cookies.get('VIMBADMIN3');

run(w, [
	...['0'.repeat(64), 'f'.repeat(64), 'F'.repeat(64), 'f'.repeat(63), 'f'.repeat(65), `${'f'.repeat(63)} `, `"${'f'.repeat(64)}"`, '1', '', 'deleted', 'null', '../../../tmp/x', "' OR '1'='1", '%00', '%66'.repeat(64), 'x'.repeat(4000), '{"id":1}', 'O:8:"stdClass":0:{}', 'eyJhbGciOiJub25lIn0.e30.'].map((value) => ['D12', `a session ${value.slice(0, 24)} (${value.length})`, cookie(value), away]),
	['D12', '200 cookies', cookie('x', Array.from({ length: 200 }, (_, i) => `; c${i}=1`).join('')), away],
	['D12', 'signs that part nothing', get('/domains', { who: 'nobody', headers: { cookie: ';;; =; ==; =x; ;' } }), away],
	['D6', 'the session twice, the right one first', async (s) => s.panel.client().get('/domains', { cookie: `VIMBADMIN3=${idOf(s.panel)}; VIMBADMIN3=${'0'.repeat(64)}` }), { status: 400, not: /own\.example/ }],
	['D6', 'the session twice, the right one last', async (s) => s.panel.client().get('/domains', { cookie: `VIMBADMIN3=; VIMBADMIN3=${idOf(s.panel)}` }), { status: 400, not: /own\.example/ }],
	['D6', 'its name in other letters is another cookie', async (s) => s.panel.client().get('/domains', { cookie: `vimbadmin3=${idOf(s.panel)}` }), away],
	['D6', 'its name with a prefix it does not have here', async (s) => s.panel.client().get('/domains', { cookie: `__Host-VIMBADMIN3=${idOf(s.panel)}` }), away],
	['D6', 'in quotes', async (s) => s.panel.client().get('/domains', { cookie: `VIMBADMIN3="${idOf(s.panel)}"` }), away],
	['D9', 'the session in the query', async (s) => s.panel.client().get(`/domains?VIMBADMIN3=${idOf(s.panel)}`), [302, 400]],
	['D9', 'the session in a path', async (s) => s.panel.client().get(`/domains;VIMBADMIN3=${idOf(s.panel)}`), 404],
	['D9', 'the session in a header', async (s) => s.panel.client().get('/domains', { authorization: `Bearer ${idOf(s.panel)}`, 'x-session': idOf(s.panel) }), away],
]);

test('D7 who reads the database cannot use what he finds there as a cookie', async () => {
	const ids = [idOf(w.clients.root), idOf(w.clients.limited)];
	const dump = w.panel.dump();
	for (const id of ids) {
		assert.ok(!dump.includes(id), 'an id as it is');
		assert.ok(dump.includes(createHash('sha256').update(id).digest('hex')), 'its hash is what is kept');
	}
	for (const hash of w.panel.sql('SELECT id_hash FROM vimb_session').trim().split('\n')) assert.equal((await w.panel.client().get('/domains', { cookie: `VIMBADMIN3=${hash}` })).status, 302);
});

test('D8 500 strangers leave no row in any table', async () => {
	const rows = () => w.panel.sql(['vimb_session', 'vimb_once', 'vimb_parked', 'vimb_known', 'vimb_attempt', 'log'].map((t) => `SELECT count(*) FROM ${t};`).join('\n'));
	const before = rows();
	const targets = ['/domains', '/auth/login', '/nowhere', '/api/domains', '/auth/totp', '/auth/change-password', '/auth/reset-password/username/a/token/b'];
	for (let i = 0; i < 500; i += 50) await Promise.all(Array.from({ length: 50 }, (_, n) => w.panel.client().get(targets[n % targets.length], { connection: 'close' })));
	for (let i = 0; i < 20; i++) await w.panel.client().post('/domains/add', { domain: 'x.example' });
	assert.equal(rows(), before);
});

test('D9 no id of a session in a page, a link, a header beside its cookie, or the log', async () => {
	const c = await w.panel.client().signIn();
	for (const target of ['/domains', '/account/sessions', '/log', '/auth/login', '/mailboxes?q=x', '/admins/1/sessions', '/api/account/sessions']) {
		const r = await c.get(target);
		assert.ok(!r.text.includes(idOf(c)), target);
		assert.ok(!`${r.headers.get('location')}`.includes(idOf(c)), target);
	}
	assert.ok(!w.panel.log().includes(idOf(c)));
	const hash = createHash('sha256').update(idOf(c)).digest('hex');
	assert.ok(!(await c.get('/account/sessions')).text.includes(hash), 'nor the hash, which is its name in the database');
});

test('D10 a hundred requests of one session at the same instant, pages and changes: each is answered, the token goes on, a message is shown once', async () => {
	const c = await w.panel.client().signIn();
	const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => (i % 10 ? c.get(i % 2 ? '/domains' : '/mailboxes') : c.api('POST', `/domains/${w.ids.own.domains}/edit`, { description: `d${i}` }))));
	assert.ok(answers.every((r) => r.status === 200 || r.status === 503), `${answers.map((r) => r.status)}`);
	assert.ok(answers.filter((r) => r.status === 200).length > 90);
	assert.equal((await c.post(`/domains/${w.ids.own.domains}/enable`)).status, 303);
	const pages = [await c.get('/domains'), await c.get('/domains')];
	assert.match(pages[0].text, /alert-success/);
	assert.doesNotMatch(pages[1].text, /alert-success/);
});

test('D5 a clock that was set does not make a session immortal, nor does time that went by unseen', async () => {
	const table = (change) => w.panel.sql(`UPDATE vimb_session SET ${change} WHERE admin_id = (SELECT id FROM admin WHERE username = 'limited@example.org')`);
	for (const change of ['expires_at = 1', 'seen_at = 1', 'expires_at = 0', 'seen_at = -9000000000']) {
		const c = await w.panel.client().signIn('limited@example.org', 'a long enough secret 1');
		assert.equal((await c.get('/domains')).status, 200);
		table(change);
		const r = await c.get('/domains');
		assert.equal(r.status, 302, change);
	}
	w.clients.limited = await w.panel.client().signIn('limited@example.org', 'a long enough secret 1');
});

test('D3 rights that were taken away on another way, between two requests', async () => {
	const c = await w.panel.client().signIn('another@example.org', 'a long enough secret 1');
	assert.equal((await c.get(`/mailboxes/${w.ids.other.mailboxes}`)).status, 200);
	w.panel.sql(`DELETE FROM domain_admins WHERE Admin_id = ${w.ids.other.admins}`);
	assert.equal((await c.get(`/mailboxes/${w.ids.other.mailboxes}`)).status, 404);
	assert.equal((await c.api('POST', `/mailboxes/${w.ids.other.mailboxes}/delete`)).status, 404);
	w.panel.sql(`UPDATE admin SET super = 1 WHERE id = ${w.ids.other.admins}`);
	assert.equal((await c.get('/admins')).status, 200);
	w.panel.sql(`UPDATE admin SET super = 0 WHERE id = ${w.ids.other.admins}`);
	assert.equal((await c.get('/admins')).status, 403);
	w.panel.sql(`UPDATE admin SET active = 0 WHERE id = ${w.ids.other.admins}`);
	assert.equal((await c.get('/domains')).status, 302);
	assert.equal((await c.api('POST', `/mailboxes/${w.ids.other.mailboxes}/delete`)).status, 401);
});

test('D11 a web process that is killed takes no session along, and no message comes twice', async () => {
	const c = await w.panel.client().signIn();
	const children = () => fs.readFileSync(`/proc/${w.panel.child.pid}/task/${w.panel.child.pid}/children`, 'utf8').trim().split(' ');
	const name = (pid) => fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
	process.kill(Number(children().find((pid) => name(pid) === 'vimbadmin-web')), 'SIGKILL');
	c.agent.destroy();
	let r;
	for (let i = 0; i < 500; i++) {
		r = await c.get('/domains').catch(() => ({ status: 0 }));
		if (r.status) break;
		await sleep(20);
	}
	assert.equal(r.status, 200);
	assert.equal((await c.post(`/domains/${w.ids.own.domains}/enable`)).status, 303, 'a form from before');
	w.panel.agent.destroy();
	assert.equal((await w.panel.get('/domains')).status, 200, root.username);
});
