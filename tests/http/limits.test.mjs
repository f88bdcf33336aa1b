// SPDX-License-Identifier: GPL-3.0-or-later
// Who guesses is refused, and shown to supers, who may let him try again; the same on the command line.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { Client, root, sleep, startPanel } from './lib/panel.mjs';

let panel;
before(async () => {
	panel = await startPanel({ settings: { 'bruteforce.max_attempts': 2 } });
	await panel.signIn();
});
after(() => panel?.stop());

const guess = async (source, username, password = 'wrong') => {
	const c = panel.client();
	await c.get('/auth/login');
	return c.post('/auth/login', { username, password }, { 'x-forwarded-for': source });
};
const limits = () => JSON.parse(panel.cli(['limit', 'list', '--json']));

test('the page says who is refused, and forgets it', async () => {
	for (const status of [401, 401, 429, 429]) assert.equal((await guess('192.0.2.9', 'x<b>y@example.org')).status, status);
	const page = await panel.get('/limits');
	assert.equal(page.status, 200);
	assert.match(page.text, /192\.0\.2\.9/);
	assert.match(page.text, /<time/);
	assert.doesNotMatch(page.text, /<b>y/);
	const row = (await panel.api('GET', '/limits')).json.rows.find((r) => r.name === '192.0.2.9');
	assert.equal(row.what, 'source');
	assert.equal(row.tries, 4);
	assert.ok(row.until);
	assert.equal((await panel.post('/limits/clear', { name: row.subject })).status, 303);
	assert.equal((await guess('192.0.2.9', 'a@example.org')).status, 401);
	assert.equal((await panel.api('POST', '/limits/clear', { name: 'nobody@example.org' })).status, 404);
	assert.equal((await panel.api('POST', '/limits/clear', {})).status, 422);
	const [entry] = JSON.parse(panel.cli(['log', 'list', '--action', 'LIMIT_CLEAR', '--json']));
	assert.equal(entry.actor, root.username);
	assert.equal(entry.door, 'web');
});

test('the journal has a line for each, which the filter for fail2ban takes', async () => {
	const filter = fs.readFileSync('contrib/fail2ban/filter.d/vimbadmin.conf', 'utf8');
	// as that program fills it in: what a logger puts in front, and an address
	const line = new RegExp(/^failregex = (.*)$/m.exec(filter)[1].replace('%(__prefix_line)s', '(?:\\S+Z )?').replace('<ADDR>', '([0-9a-f.:]+)'));
	const seen = () => panel.log().split('\n').map((l) => line.exec(l)?.[1]).filter(Boolean);
	const before = seen().length;
	for (const status of [401, 401, 429]) assert.equal((await guess('2001:db8::9', 'x warn web auth.failed source=192.0.2.1 action=')).status, status);
	assert.deepEqual(seen().slice(before), ['2001:db8::9', '2001:db8::9', '2001:db8::9']);
	await panel.get('/mailboxes?q=warn+web+auth.failed+source%3D192.0.2.1+action%3D');
	assert.equal(seen().length, before + 3);
});

test('the command line shows and clears, and says what it did', async () => {
	for (let i = 0; i < 3; i++) await guess('2001:db8:5:6::1', 'locked@example.org');
	assert.ok(limits().some((r) => r.name === '2001:db8:5:6::/64' && r.until));
	assert.ok(limits().some((r) => r.name === 'locked@example.org' && r.what === 'account'));
	assert.match(panel.cli(['limit', 'clear', '2001:db8:5:6:7::', '--dry-run']), /"source:2001:db8:5:6::\/64":3/);
	assert.ok(limits().some((r) => r.name === '2001:db8:5:6::/64'));
	assert.match(panel.cli(['limit', 'clear', '2001:db8:5:6:7::']), /Cleared 1 counter\./);
	assert.ok(!limits().some((r) => r.name === '2001:db8:5:6::/64'));
	assert.throws(() => panel.cli(['limit', 'clear', '2001:db8:5:6:7::']), (e) => e.status === 66);
	assert.equal(JSON.parse(panel.cli(['log', 'list', '--action', 'LIMIT_CLEAR', '--limit', '1', '--json']))[0].door, 'cli');
});

test('every refusal says how long to wait, on every page that takes a password', async () => {
	const c = await panel.client().signIn();
	await c.get('/account/password');
	let r;
	for (let i = 0; i < 3; i++) r = await c.post('/account/password', { current_password: 'wrong', password: 'another long secret 2' }, { 'x-forwarded-for': '192.0.2.77' });
	assert.equal(r.status, 429);
	assert.ok(Number(r.headers.get('retry-after')) > 0);
	const json = await c.api('POST', '/account/password', { current_password: 'wrong', password: 'another long secret 2' });
	assert.equal(json.status, 422, 'another source');
	for (let i = 0; i < 3; i++) r = await guess('192.0.2.78', root.username);
	assert.ok(Number(r.headers.get('retry-after')) > 0);
	const [row] = JSON.parse(panel.cli(['log', 'list', '--action', 'ADMIN_LOCKOUT', '--limit', '1', '--json']));
	assert.equal(row.source, '192.0.2.78');
	assert.equal(row.object, root.username);
});

test('a crowd that signs in leaves a thread for who only looks', async () => {
	const p = await startPanel({ settings: { 'web.threads': 4, 'resources.auth.oss.hash_cost': 13, 'bruteforce.enabled': 'no' } });
	try {
		await p.signIn();
		const c = p.client();
		await c.get('/auth/login');
		let hashed = 0;
		const crowd = Array.from({ length: 12 }, (_, i) => c.post('/auth/login', { username: `nobody${i}@example.org`, password: 'wrong wrong wrong' }).then((r) => {
			hashed += r.status !== 503;
			return r;
		}));
		const sent = new Promise((done) => setImmediate(done));
		await sent;
		for (let i = 0; i < 5; i++) assert.equal((await p.get('/domains')).status, 200);
		assert.ok(hashed <= 3, `${hashed} passwords were looked at before five pages were`);
		for (const r of await Promise.all(crowd)) {
			assert.ok([401, 503].includes(r.status), String(r.status));
			if (r.status === 503) assert.ok(Number(r.headers.get('retry-after')) > 0);
		}
		assert.ok(hashed >= 2, 'and somebody is let try');
	} finally {
		await p.stop();
	}
});

// In the window of a minute that the limiter counts in: all of it together takes a few seconds.
test('who is signed in changes only so much in a minute, on any process and after a restart; so does a token; reading is free', async () => {
	const p = await startPanel({ settings: { 'changes.per_minute': 20 } });
	try {
		await p.signIn();
		const token = p.cli(['token', 'add', 'script', '--owner', root.username, '--scope', '*', '--json']).match(/"token":"(vimb_[0-9a-f]{72})"/)[1];
		const add = (c, i) => c.api('POST', '/domains/add', { domain: `d${i}.example` });
		const script = (method, target, fields) => new Client(p.url).fetch(method, `/api${target}`, { headers: { authorization: `Bearer ${token}`, ...(fields ? { 'content-type': 'application/json' } : {}) }, body: fields && JSON.stringify(fields) });
		const change = () => p.api('POST', '/domains/999/disable', {});
		// what fails counts, too
		for (let i = 0; i < 10; i++) assert.equal((await add(p, i)).status, 201);
		for (let i = 0; i < 10; i++) assert.equal((await change()).status, 404);
		const over = await add(p, 20);
		assert.equal(over.status, 429);
		assert.equal(over.json.errors[0].code, 'limited');
		const wait = Number(over.headers.get('retry-after'));
		assert.ok(wait > 0 && wait <= 60, String(wait));
		assert.equal((await p.get('/domains/export.csv')).status, 429, 'what is dear is a change');
		await p.get('/domains/add');
		const page = await p.post('/domains/add', { domain: 'form.example' });
		assert.equal(page.status, 429);
		assert.match(page.text, /wait a minute/);
		assert.equal((await p.get('/domains')).status, 200);
		assert.equal(p.sql("SELECT count(*) FROM domain WHERE domain IN ('d20.example', 'form.example')").trim(), '0');
		// the token of the same account has a count of its own
		for (let i = 0; i < 20; i++) assert.equal((await script('POST', '/domains/999/disable', {})).status, 404);
		assert.equal((await script('POST', '/domains/999/disable', {})).status, 429);
		assert.equal((await script('GET', '/domains')).status, 200);
		const rows = JSON.parse(p.cli(['limit', 'list', '--json'])).filter((r) => r.door === 'changes');
		assert.deepEqual(rows.map((r) => r.name).sort(), [root.username, `${root.username} (token script)`]);
		assert.ok(rows.every((r) => r.until));
		assert.match((await p.get('/limits')).text, /token script/);
		const noted = JSON.parse(p.cli(['log', 'list', '--action', 'CHANGE_LIMIT', '--json']));
		assert.deepEqual(noted.map((r) => [r.actor, r.source, r.door]), [[`${root.username} (token script)`, '127.0.0.1', 'api'], [root.username, '127.0.0.1', 'api']]);
		// a process that is new lets its first portion through, which is one here
		p.child.kill('SIGTERM');
		await new Promise((done) => p.child.once('exit', done));
		p.relaunch();
		for (;;) if (await p.get('/health').then((r) => r.status === 200, () => false)) break; else await sleep(20);
		assert.equal((await change()).status, 404);
		assert.equal((await change()).status, 429);
		p.cli(['limit', 'clear', root.username]);
		assert.equal((await change()).status, 404);
		assert.match(p.log(), /change\.limited/);
	} finally {
		await p.stop();
	}
});
