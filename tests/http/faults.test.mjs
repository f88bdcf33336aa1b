// SPDX-License-Identifier: GPL-3.0-or-later
// Each outside call of a request fails in turn: the process answers an error or ends and is replaced, nothing is there by half, and who asks again gets what was asked for, once.
// FAULT_STRIDE: only every so many-th allocation (1: all of them; `make faults`).
// Allocations and random bytes on SQLite only: they have nothing to do with the engine.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { engine } from './lib/engine.mjs';
import { built, startFaulty } from './lib/faults.mjs';
import { root, sleep } from './lib/panel.mjs';
import { look } from './hostile/lib/cases.mjs';

const secret = 'a long enough secret 1';
let panel, domain, box;

// ---- what is asked for ----

const key = (k) => ({ 'idempotency-key': k });
const json = (target, fields, k) => panel.fetch('POST', `/api${target}`, { body: JSON.stringify(fields),
	headers: { accept: 'application/json', 'content-type': 'application/json', origin: panel.url, 'x-csrf-token': panel.csrf, ...key(k) } });
const form = (target, fields, k) => panel.post(target, { request: k, ...fields });
const made = async (target, fields) => {
	const r = await panel.api('POST', target, fields);
	assert.equal(r.status, 201, `${target}: ${r.text}`);
	return r.json.id;
};
const anAdmin = (n) => made('/admins/add', { username: `of${n}@example.org`, password: secret });
const anAlias = (n) => made('/aliases/add', { address: `b${n}@faults.example`, goto: 'x@elsewhere.example' });
const aMailbox = (n) => made('/mailboxes/add', { address: `e${n}@faults.example`, password: secret });

// [what, ask(n, k, id), entries it leaves in the trail, before(n): makes what it needs, gives its id]. n: of this try, for names; k: the request's key
const changes = [
	['a domain is added', (n, k) => json('/domains/add', { domain: `d${n}.example` }, k), 1],
	['a domain is changed', (n, k) => json(`/domains/${domain}/edit`, { description: `Number ${n}` }, k), 1],
	['a domain is removed', (n, k, id) => json(`/domains/${id}/delete`, { confirm: `g${n}.example` }, k), 1, (n) => made('/domains/add', { domain: `g${n}.example` })],
	['a mailbox is added', (n, k) => form('/mailboxes/add', { local_part: `m${n}`, domain: 'faults.example', password: secret, checkboxes: 'active', active: '1' }, k), 1],
	['a mailbox is renamed', (n, k) => json(`/mailboxes/${box}/edit`, { name: `Number ${n}`, quota: 1000000 + n }, k), 1],
	['a mailbox is switched off', (n, k, id) => json(`/mailboxes/${id}/disable`, {}, k), 1, aMailbox],
	['a password is changed', (n, k) => json(`/mailboxes/${box}/password`, { password: `${secret} ${n}` }, k), 1],
	['a mailbox is removed', (n, k, id) => form(`/mailboxes/${id}/delete`, {}, k), 1, aMailbox],
	['an alias is added', (n, k) => form('/aliases/add', { local_part: `a${n}`, domain: 'faults.example', goto: `x${n}@elsewhere.example`, checkboxes: 'active', active: '1' }, k), 1],
	['an alias is changed', (n, k, id) => json(`/aliases/${id}/edit`, { goto: `y${n}@elsewhere.example, z${n}@elsewhere.example` }, k), 1, anAlias],
	['an alias is removed', (n, k, id) => form(`/aliases/${id}/delete`, {}, k), 1, anAlias],
	['an administrator is added', (n, k) => json('/admins/add', { username: `admin${n}@example.org`, password: secret }, k), 1],
	["an administrator's password is changed", (n, k, id) => json(`/admins/${id}/password`, { password: `${secret} ${n}` }, k), 1, anAdmin],
	['a domain is assigned', (n, k, id) => json(`/domains/${domain}/admins/assign`, { admin_id: id }, k), 1, anAdmin],
	['rows are imported', (n, k) => form('/import/run', { kind: 'aliases', text: `address,goto\nr${n}@faults.example,x@elsewhere.example\ns${n}@faults.example,x@elsewhere.example\n` }, k), 2],
];
const pages = ['/', '/domains', '/mailboxes?q=box', '/aliases', '/admins', '/log', '/mailboxes/add', '/search?q=box', '/account/sessions', '/api/domains'];

const look1 = () => look({ panel });
const entries = () => Number(panel.sql('SELECT count(*) FROM log').trim());

before(async () => {
	if (!built) return;
	panel = await startFaulty({ settings: { 'defaults.mailbox.hash_cost': 4, 'bruteforce.enabled': 'no', 'db.lock_ms': 500, 'web.threads': 2 } });
	await panel.signIn();
	domain = await made('/domains/add', { domain: 'faults.example', active: true });
	box = await made('/mailboxes/add', { address: 'box@faults.example', password: secret });
});
after(() => panel?.end());

// who changes administrators proved to be himself not long ago
async function again() {
	if (built) await panel.signIn();
}

// The end of the web process, as the master tells of it; its signal, 0 while it lives.
// by abort(), after a word; in the narrow cage by an instruction (base/abort.c)
const clean = /signal=(?:4|6)\b/;
// libzxcvbn does not look whether it got memory; what it reads then is page 0
const careless = /signal=(?:4|6|11)\b/;
let deaths = 0, wears = 0;
// Did it lose its connection, so that another is starting in its place, which is not to fail as well? It says so itself, before it answers; the master, which starts the other, may be late.
function worn() {
	const all = panel.log().match(/database\.connection_lost/g)?.length ?? 0, fresh = all > wears;
	wears = all;
	return fresh;
}
function died() {
	const all = [...panel.log().matchAll(/child\.died.*/g)].map(([line]) => line);
	const fresh = all.slice(deaths);
	deaths = all.length;
	return fresh;
}

async function until(check) {
	for (let i = 0; !check(); i++, await sleep(20)) assert.ok(i < 1000, panel.log().slice(-3000));
}

let n = 0;
// One try: the at-th call fails. False: there are not so many.
async function attempt([what, ask, adds, make], kind, at, how) {
	const k = `fault-${++n}`, mine = n;
	const id = await make?.(mine);
	const then = look1(), before_ = entries();
	panel.arm(kind, at, how);
	const r = await ask(mine, k, id).catch(() => ({ status: 0, text: 'closed' }));
	const { came, seen } = panel.disarm();
	const says = `${what}, ${kind} ${at} ${how ?? ''}: ${r.status} ${r.text.slice(0, 300)}`;
	const ends = died();
	for (const line of ends) assert.match(line, /password|mailbox is added|administrator is added/.test(what) ? careless : clean, `${says}: it did not end cleanly: ${panel.log().slice(-2500)}`);
	if (worn() || r.status === 0 || ends.length) await panel.anew();
	if (r.status) assert.ok(ends.length || r.status < 400 || r.status === 500 || r.status === 503, says);
	if (!came) assert.ok(r.status > 0 && r.status < 400, says);
	if (r.status >= 400) assert.deepEqual(look1(), then, says);
	else if (r.status > 0) assert.equal(entries(), before_ + adds, says);
	const again = await ask(mine, k, id).catch((e) => {
		throw new Error(`${says}; asked again: ${e.code}; the master ended with ${panel.child.exitCode ?? panel.child.signalCode}: ${panel.log().slice(-3000)}`);
	});
	assert.ok(again.status < 400, `${says}; asked again: ${again.status} ${again.text}`);
	assert.equal(entries(), before_ + adds, `${says}; asked again`);
	return came ? seen : 0;
}

const options = { skip: built ? false : 'a sanitizer has an allocator of its own', timeout: 7200000 };
const once = { ...options, skip: options.skip || (engine === 'sqlite' ? false : 'one engine is enough') };

describe('each statement fails in turn', options, () => {
	beforeEach(again);
	// on a server, where a look at the database costs much more, each change fails in one way of the three, unless all is asked for
	const hows = ['lost', 'refused', 'again'];
	const ways = (i) => (engine === 'sqlite' || process.env.FAULT_STRIDE === '1' ? hows : [hows[i % hows.length]]);
	for (const [i, change] of changes.entries()) {
		for (const how of ways(i)) {
			test(`${change[0]}: ${how}`, async (t) => {
				let at = 1;
				while (await attempt(change, 'statement', at, how)) assert.ok(++at < 200);
				assert.ok(at > 5, `only ${at - 1} statements`);
				t.diagnostic(`${at - 1} statements`);
			});
		}
	}

	test('a page: an error instead of it, nothing in place of what is missing', async (t) => {
		const plain = (text) => text.replace(/[0-9a-f]{32,}|nonce-[^'"]+/g, '');
		let failures = 0;
		for (const page of pages) {
			await panel.get(page); // what is said once
			const whole = await panel.get(page);
			assert.ok(whole.status < 400, page);
			for (let at = 1; ; at++) {
				panel.arm('statement', at, 'lost');
				const r = await panel.get(page);
				const { came } = panel.disarm();
				if (r.status === 503) assert.ok(Number(r.headers.get('retry-after')) > 0);
				else assert.equal(plain(r.text), plain(whole.text), `${page}, statement ${at}: ${r.status}`);
				if (!came) break;
				assert.ok(at < 100);
				failures++;
			}
			assert.equal((await panel.get(page)).status, whole.status);
		}
		t.diagnostic(`${failures} statements`);
	});

	test('signing in: an error, and no session of which half is there', async (t) => {
		for (let at = 1; ; at++) {
			const c = panel.client();
			await c.get('/auth/login');
			panel.arm('statement', at, 'lost');
			const r = await c.post('/auth/login', root);
			const { came } = panel.disarm();
			const signed = (await c.get('/domains')).status;
			if (r.status === 303) assert.equal(signed, 200);
			else {
				assert.equal(r.status, 503, `statement ${at}: ${r.status} ${r.text}`);
				assert.equal(signed, 302);
			}
			c.agent.destroy();
			if (!came) {
				t.diagnostic(`${at - 1} statements`);
				break;
			}
			assert.ok(at < 100);
		}
	});
});

// Libraries may go on without what they asked for; our own code ends the process, and so nothing goes on with half of it.
describe('each allocation fails in turn', once, () => {
	const stride = Number(process.env.FAULT_STRIDE ?? 37);
	for (const change of changes) {
		test(change[0], async (t) => {
			await again();
			await attempt(change, 'memory', 1e9); // what is kept from request to request is there now
			const ends = [died().length, 0];
			let tries = 0;
			for (let at = 1 + n % stride; ; at += stride, tries++) {
				const before_ = deaths;
				if (tries % 100 === 99) await again(); // that proof holds for five minutes
				if (!await attempt(change, 'memory', at)) break;
				ends[deaths > before_ ? 0 : 1]++;
			}
			assert.ok(tries > 0);
			t.diagnostic(`${tries} tries, ${ends[0]} ended the process`);
		});
	}

	test('a page: whole, an error, or the end of the process', async (t) => {
		const plain = (text) => text.replace(/[0-9a-f]{32,}|nonce-[^'"]+/g, '');
		let tries = 0, whole_ = 0;
		for (const page of pages) {
			await panel.get(page);
			const whole = await panel.get(page);
			assert.ok(whole.status < 400, page);
			for (let at = 1 + tries % stride; ; at += stride, tries++) {
				panel.arm('memory', at);
				const r = await panel.get(page).catch(() => ({ status: 0 }));
				const { came } = panel.disarm();
				for (const line of died()) assert.match(line, clean, `${page}, ${at}`);
				if (worn() || r.status === 0) await panel.anew();
				if (r.status > 0 && r.status < 400) { assert.equal(plain(r.text), plain(whole.text), `${page}, ${at}`); whole_++; } else assert.ok([0, 500, 503].includes(r.status), `${page}, ${at}: ${r.status}`);
				if (!came) break;
			}
		}
		t.diagnostic(`${tries} tries, ${whole_} whole`);
	});

	// however it ends there, libraries among it that do not look whether they got memory: it has not served anybody yet
	test('starting: another process is started in place of the one that ended', async (t) => {
		let ended = 0, tries = 0;
		for (let at = 1; tries < 12; at = Math.ceil(at * 1.9), tries++) {
			panel.arm('memory', at);
			await panel.anew();
			panel.disarm();
			ended += died().length;
			assert.equal((await panel.get('/domains')).status, 200);
		}
		assert.ok(ended > 0 && ended <= tries);
		t.diagnostic(`${ended} of ${tries} ended`);
	});
});

test('a cage that cannot be entered: without the first one nobody is served, without the narrow one another process takes over', options, async () => {
	const count = (re) => panel.log().match(re)?.length ?? 0;
	for (const [at, says, ends] of [[1, /cannot enter the cage/g, /child\.died role=web .*status=/g], [2, /cannot enter the narrow cage/g, /child\.worn role=web/g]]) {
		const were = [count(says), count(ends), count(/cage\.narrowed/g)];
		panel.arm('cage', at);
		await panel.anew();
		await until(() => count(says) > were[0] && count(ends) > were[1] && count(/cage\.narrowed/g) > were[2]);
		panel.disarm();
		assert.deepEqual([count(says), count(ends), count(/cage\.narrowed/g)], were.map((n) => n + 1));
		assert.equal((await panel.get('/domains')).status, 200);
	}
	died();
});

test('N18 no random bytes: nothing that needs them is answered, and nothing weak is given out', once, async (t) => {
	const tries = { 'a sign-in': (c) => c.post('/auth/login', root), 'a mailbox with a password made for it': (c) => c.post('/mailboxes/add', { local_part: 'weak', domain: 'faults.example', generate: 'true' }) };
	for (const [what, ask] of Object.entries(tries)) {
		const c = panel.client();
		if (what === 'a sign-in') await c.get('/auth/login');
		else await c.signIn();
		const then = look1(), cookies = [...c.cookies];
		panel.arm('random', 1, 'refused', true);
		const r = await ask(c).catch(() => ({ status: 0, text: '' }));
		const { came } = panel.disarm();
		assert.ok(came, `${what} asked for none`);
		assert.ok([0, 500, 503].includes(r.status), `${what}: ${r.status}`);
		t.diagnostic(`${what}: ${r.status || 'the process ended'}`);
		assert.deepEqual([...c.cookies], cookies, what);
		for (const line of died()) assert.match(line, clean, what);
		await panel.served();
		assert.deepEqual(look1(), then, what);
		c.agent.destroy();
	}
});
