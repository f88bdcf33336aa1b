// SPDX-License-Identifier: GPL-3.0-or-later
// Second factors through the real binary, keeper and all: both steps, replay, parked sign-ins, setting up, policies, those of others, the PHP
// program's. Case numbers are those of the hostile cases.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { startPanel, root } from './lib/panel.mjs';
import { routes } from './lib/routes.mjs';
import { code, step, restOfStep } from './lib/totp.mjs';
import { whoHolds } from './lib/memory.mjs';

const settings = { 'bruteforce.max_attempts': 1000 };
let panel;
before(async () => {
	panel = await startPanel({ settings });
	await panel.signIn();
});
after(() => panel?.stop());

let made = 0;
const secretOf = (r) => /<code class="password"[^>]*>([A-Z2-7 ]+)</.exec(r.text)[1].replaceAll(' ', '');
const codesOf = (r) => [...r.text.matchAll(/<li><code>([2-9A-Z]{4}(?:-[2-9A-Z]{4}){5})<\/code>/g)].map((m) => m[1]);
const trail = (n = 1, p = panel) => JSON.parse(p.cli(['log', 'list', '--limit', String(n), '--json']));
const password = 'a long enough secret 1';

// A new administrator, with a second factor set up on the own page. The step that confirmed is used up.
async function enrolled(p = panel) {
	const username = `admin${++made}@example.org`;
	p.cli(['admin', 'add', username, '--password-stdin'], { input: `${password}\n` });
	const c = await p.client().signIn(username, password);
	await c.get('/admin/two-factor/setup');
	assert.equal((await c.post('/admin/two-factor/setup', { password })).headers.get('location'), '/admin/two-factor/confirm');
	const secret = secretOf(await c.get('/admin/two-factor/confirm'));
	const used = step();
	const done = await c.post('/admin/two-factor/confirm', { code: code(secret, used) });
	assert.equal(done.status, 200, done.text);
	return { username, password, secret, used, c, codes: codesOf(done) };
}

async function park(a, p = panel, next = '') {
	const c = p.client();
	await c.get(`/auth/login${next}`);
	const r = await c.post(`/auth/login${next}`, { username: a.username, password: a.password });
	assert.equal(r.status, 303, r.text);
	return [c, r];
}

test('two steps: the code lets in, ids change, and the way on is kept', async () => {
	const a = await enrolled();
	const [c, r] = await park(a, panel, '?next=%2Faliases%3Fq%3Dx');
	assert.equal(r.headers.get('location'), '/auth/totp?next=%2Faliases%3Fq%3Dx');
	assert.equal(c.cookies.has('VIMBADMIN3'), false);
	const parked = c.cookies.get('VIMBADMIN3_second');
	assert.match(parked, /^[0-9a-f]{64}$/);
	const page = await c.get(r.headers.get('location'));
	assert.match(page.text, /autocomplete="one-time-code"/);
	assert.equal(page.headers.get('cache-control'), 'no-store');
	const wrong = await c.post(r.headers.get('location'), { code: '000 000' });
	assert.equal(wrong.status, 422);
	assert.doesNotMatch(wrong.text, /000 000/);
	const done = await c.post(r.headers.get('location'), { code: ` ${a.codes[0].slice(0, 5).toLowerCase()}-${a.codes[0].slice(5)} ` });
	assert.equal(done.status, 303, done.text);
	assert.equal(done.headers.get('location'), '/aliases?q=x');
	assert.notEqual(c.cookies.get('VIMBADMIN3'), parked);
	assert.equal(c.cookies.has('VIMBADMIN3_second'), false);
	assert.equal((await c.get('/domains')).status, 200);
	assert.match(trail()[0].data, /signed in with a backup code; 7 left/);
});

test('C1: the code that set it up does not sign in, and one code at the same instant lets one in', async () => {
	const a = await enrolled();
	await restOfStep(8);
	const [again] = await park(a);
	await again.get('/auth/totp');
	assert.equal((await again.post('/auth/totp', { code: code(a.secret, a.used) })).status, 422);
	const clients = await Promise.all(Array.from({ length: 8 }, async () => (await park(a))[0]));
	await Promise.all(clients.map((c) => c.get('/auth/totp')));
	const next = code(a.secret, Math.max(step(), a.used) + 1);
	const answers = await Promise.all(clients.map((c) => c.post('/auth/totp', { code: next })));
	assert.deepEqual(answers.map((r) => r.status).sort(), [303, 422, 422, 422, 422, 422, 422, 422]);
	const signedIn = clients.filter((c) => c.cookies.has('VIMBADMIN3'));
	assert.equal(signedIn.length, 1);
	assert.equal((await signedIn[0].get('/domains')).status, 200);
});

test('C12: a parked sign-in opens no page and changes nothing', async () => {
	const a = await enrolled();
	const [c] = await park(a);
	const raw = c.cookies.get('VIMBADMIN3_second');
	for (const name of ['VIMBADMIN3_second', 'VIMBADMIN3'])
		for (const route of routes.filter((r) => r.who !== 'ANYONE' && !r.rest)) {
			const target = route.path.replace('{id}', 1);
			const d = panel.client();
			await d.get('/auth/login');
			d.cookies.set(name, raw);
			if (route.get) assert.equal((await d.get(target)).status, 302, target);
			d.cookies.set(name, raw);
			if (route.post) {
				const r = await d.post(target);
				assert.ok([303, 403].includes(r.status), `${target} ${r.status}`);
				if (r.status === 303) assert.match(r.headers.get('location'), /^\/auth\/login/);
				d.cookies.set(name, raw);
				assert.ok([401, 403].includes((await d.api('POST', target, {})).status), target);
			}
		}
	assert.equal((await c.get('/auth/totp')).status, 200, 'and it is still there');
});

test('C3: five wrong codes, then the password again', async () => {
	const a = await enrolled();
	const [c] = await park(a);
	await c.get('/auth/totp');
	for (let i = 0; i < 4; i++) assert.equal((await c.post('/auth/totp', { code: '000000' })).status, 422);
	const last = await c.post('/auth/totp', { code: '000000' });
	assert.equal(last.status, 303);
	assert.equal(last.headers.get('location'), '/auth/login');
	assert.equal(c.cookies.has('VIMBADMIN3_second'), false);
	assert.match((await c.get('/auth/login')).text, /failed too often/);
	assert.equal((await c.get('/auth/totp')).headers.get('location'), '/auth/login');
});

test('expiry: a parked sign-in past its time is over', async () => {
	const a = await enrolled();
	const [c] = await park(a);
	await c.get('/auth/totp');
	sql(panel, 'UPDATE vimb_parked SET expires_at = 1');
	const r = await c.post('/auth/totp', { code: code(a.secret, Math.max(step(), a.used + 1)) });
	assert.equal(r.headers.get('location'), '/auth/login');
	assert.equal((await c.get('/domains')).status, 302);
});

const sql = (p, text) => p.sql(text);

test('the JSON door: the same two steps', async () => {
	const a = await enrolled();
	const c = panel.client();
	await c.get('/auth/login');
	const first = await c.api('POST', '/auth/login', { username: a.username, password: a.password });
	assert.equal(first.status, 202);
	assert.equal(first.json.ok, false);
	assert.equal(first.json.second_factor, 'code');
	assert.equal((await c.api('GET', '/domains')).status, 401);
	c.csrf = first.json.csrf;
	assert.equal((await c.api('GET', '/auth/totp')).json.second_factor, 'code');
	const wrong = await c.api('POST', '/auth/totp', { code: '000000' });
	assert.equal(wrong.status, 422);
	assert.equal(wrong.json.errors[0].field, 'code');
	const done = await c.api('POST', '/auth/totp', { code: a.codes[0] });
	assert.equal(done.status, 200, done.text);
	assert.equal(done.json.ok, true);
	c.csrf = done.json.csrf;
	assert.equal((await c.api('GET', '/domains')).status, 200);
	const state = await c.api('GET', '/admin/two-factor');
	assert.deepEqual([state.json.enrolled, state.json.backup_codes, state.json.required], [true, 7, false]);
	const stranger = panel.client();
	await stranger.get('/auth/login');
	assert.equal((await stranger.api('POST', '/auth/totp', { code: '000000' })).status, 401);
	assert.equal((await stranger.api('GET', '/auth/totp-setup')).status, 401);
});

test('the own page: new codes, switching off; C11, C13', async () => {
	const a = await enrolled();
	assert.equal(a.codes.length, 8);
	assert.match((await a.c.get('/admin/two-factor')).text, /Backup codes left<\/dt><dd>8/);
	assert.doesNotMatch((await a.c.get('/admin/two-factor/confirm')).text, new RegExp(a.secret.match(/.{4}/g).join(' ')));
	await a.c.get('/admin/two-factor/codes');
	assert.equal((await a.c.post('/admin/two-factor/codes', { password, code: a.codes[0] })).status, 422);
	assert.equal((await a.c.post('/admin/two-factor/codes', { password: 'wrong', code: code(a.secret, a.used + 1) })).status, 422);
	const more = await a.c.post('/admin/two-factor/codes', { password, code: code(a.secret, a.used + 1) });
	assert.equal(more.status, 200);
	assert.equal(more.headers.get('cache-control'), 'no-store');
	const fresh = codesOf(more);
	assert.equal(fresh.length, 8);
	await a.c.get('/admin/two-factor/disable');
	assert.equal((await a.c.post('/admin/two-factor/disable', { password, code: a.codes[1] })).status, 422);
	assert.equal((await a.c.post('/admin/two-factor/disable', { password: 'wrong', code: fresh[0] })).status, 422);
	assert.equal((await a.c.post('/admin/two-factor/disable', { password, code: fresh[0] })).status, 303);
	assert.match((await a.c.get('/admin/two-factor')).text, /is off/);
	await panel.client().signIn(a.username, a.password);
	const everything = panel.dump() + panel.log() + JSON.stringify(trail(50));
	for (const secret of [a.secret, a.codes[0], fresh[0]]) assert.equal(everything.includes(secret), false);
});

test('forced enrolment: required of supers, then of all; the picture holds what the text says', async () => {
	const p = await startPanel({ settings: { ...settings, 'twofactor.required': 'super' } });
	try {
		const [c, r] = await park(root, p);
		assert.equal(r.headers.get('location'), '/auth/totp-setup');
		const page = await c.get('/auth/totp-setup');
		const secret = secretOf(page);
		assert.equal(page.headers.get('cache-control'), 'no-store');
		assert.match(page.text, /<svg class="qr"/);
		assert.equal((await c.get('/domains')).status, 302, 'B14: nothing else is open');
		assert.equal((await c.get('/auth/totp')).headers.get('location'), '/auth/totp-setup');
		assert.equal((await c.post('/auth/totp-setup', { code: '000000' })).status, 422);
		assert.equal(secretOf(await c.get('/auth/totp-setup')), secret, 'the same one again');
		const other = (await park(root, p))[0];
		assert.notEqual(secretOf(await other.get('/auth/totp-setup')), secret, 'another browser sets up another one');
		const used = step();
		const done = await c.post('/auth/totp-setup', { code: code(secret, used) });
		assert.equal(done.status, 200, done.text);
		assert.equal(codesOf(done).length, 8);
		assert.equal((await c.get('/domains')).status, 200);
		await other.post('/auth/totp-setup', { code: '000000' });
		assert.equal(other.cookies.has('VIMBADMIN3_second'), false, 'and that one is over');
		const [again] = await park(root, p);
		await again.get('/auth/totp');
		assert.equal((await again.post('/auth/totp', { code: code(secret, used) })).status, 422);
		await c.get('/admin/two-factor/disable');
		const off = await c.post('/admin/two-factor/disable', { password: root.password, code: code(secret, used + 1) });
		assert.equal(off.status, 403);
		p.cli(['admin', 'add', 'limited@example.org', '--password-stdin'], { input: `${password}\n` });
		await p.client().signIn('limited@example.org', password);
	} finally {
		await p.stop();
	}
});

test('others: a super proves to be himself; sessions end; force and no force', async () => {
	const a = await enrolled();
	const id = (await panel.api('GET', `/admins?q=${encodeURIComponent(a.username)}`)).json.rows[0].id;
	const self = (await panel.api('GET', `/admins?q=${encodeURIComponent(root.username)}`)).json.rows[0].id;
	const at = (verb) => `/admins/${id}/two-factor${verb}`;
	assert.match((await panel.get(at(''))).text, /Backup codes left/);
	for (const verb of ['/provision', '/reset', '/force', '/unforce']) {
		assert.equal((await panel.get(at(verb))).status, 200);
		assert.equal((await panel.post(at(verb), {})).status, 422, verb);
		assert.equal((await panel.post(at(verb), { password: 'wrong' })).status, 422, verb);
		assert.equal((await panel.post(`/admins/${self}/two-factor${verb}`, { password: root.password })).status, 403, verb);
		assert.equal((await panel.post(`/admins/999999/two-factor${verb}`, { password: root.password })).status, 404, verb);
	}
	const given = await panel.post(at('/provision'), { password: root.password });
	assert.equal(given.status, 200, given.text);
	const secret = secretOf(given);
	assert.notEqual(secret, a.secret);
	assert.equal((await a.c.get('/domains')).status, 302);
	const [c] = await park(a);
	await c.get('/auth/totp');
	assert.equal((await c.post('/auth/totp', { code: code(secret, step()) })).status, 303);
	const json = await panel.api('POST', at('/provision'), { password: root.password });
	assert.equal(json.json.backup_codes.length, 8);
	assert.equal((await panel.api('POST', at('/reset'), { password: root.password })).status, 200);
	assert.equal((await panel.api('POST', at('/reset'), { password: root.password })).status, 404);
	assert.equal((await panel.api('POST', at('/force'), { password: root.password })).status, 200);
	assert.equal((await panel.api('GET', at(''))).json.forced, true);
	assert.equal((await park(a))[1].headers.get('location'), '/auth/totp-setup');
	assert.equal((await panel.api('POST', at('/unforce'), { password: root.password })).status, 200);
	await panel.client().signIn(a.username, a.password);
	const limited = await panel.client().signIn(a.username, a.password);
	assert.equal((await limited.api('POST', `/admins/${self}/two-factor/reset`, { password })).status, 403);
	assert.equal((await limited.get(`/admins/${self}/two-factor`)).status, 403);
});

test('C14: twofactor.force_disable warns at the start and leaves a row', async () => {
	const p = await startPanel({ settings });
	let q;
	try {
		const a = await enrolled(p);
		assert.doesNotMatch(p.log(), /force_disable/);
		q = await startPanel({ database: p.database, settings: { ...settings, 'twofactor.force_disable': a.username },
			firstRun: true });
		assert.match(q.log(), /twofactor\.force_disable/);
		await q.client().signIn(a.username, a.password);
		assert.ok(trail(3, p).some((row) => row.action === 'ADMIN_2FA_FORCE_DISABLED'));
	} finally {
		await q?.stop();
		await p.stop();
	}
});

test('the keeper does not answer: 503, and nobody is in', async () => {
	const p = await startPanel({ settings });
	try {
		const a = await enrolled(p);
		const keeper = /child\.started role=keeper child=(\d+)/.exec(p.log())[1];
		const [c] = await park(a, p);
		await c.get('/auth/totp');
		process.kill(Number(keeper), 'SIGSTOP');
		const r = await c.post('/auth/totp', { code: a.codes[0] });
		process.kill(Number(keeper), 'SIGCONT');
		assert.equal(r.status, 503);
		assert.ok(Number(r.headers.get('retry-after')) > 0);
		assert.equal(c.cookies.has('VIMBADMIN3'), false);
		assert.equal((await c.post('/auth/totp', { code: a.codes[0] })).status, 303, 'and the code was not used up');
	} finally {
		await p.stop();
	}
});

test('the salt is in the keeper and nowhere in the web process', (t) => {
	const salt = /securitysalt = (\S+)/.exec(fs.readFileSync(panel.conf, 'utf8'))[1];
	const where = whoHolds(panel, salt);
	if (!where) return t.skip('memory of others cannot be read here');
	assert.deepEqual(where, { keeper: true, web: false });
});
