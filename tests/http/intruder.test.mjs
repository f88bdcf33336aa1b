// SPDX-License-Identifier: GPL-3.0-or-later
// Somebody runs code of his own in the web process, behind both cages: what he tries fails, ends that process with a word in the log, and harms neither
// the master nor the keeper; what he asks the keeper for gets him nothing that is not a web process's.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { engine } from './lib/engine.mjs';
import { built } from './lib/faults.mjs';
import { FD, startIntruder } from './lib/intruder.mjs';
import { code, restOfStep } from './lib/totp.mjs';

const skip = built ? false : 'a sanitizer has to come first, and wants more than is left';
const REFUSED = 77;
const EACCES = 13;
const mailPassword = 'only-the-keeper-knows-this';
const salt = '6f2c81d94be7a03558ce1f74d6b09a2eb3517fc8';
let panel, outside;
before(async () => {
	if (skip) return;
	panel = await startIntruder({ settings: { 'web.threads': 4, 'resources.mail.transport.host': '127.0.0.1', 'resources.mail.transport.password': mailPassword, 'resources.mail.transport.username': 'panel',
		'identity.mailer.email': 'panel@example.com', 'server.email.address': 'help@example.com' } });
	outside = `${panel.dir}.outside`;
	fs.writeFileSync(outside, 'kept');
	await panel.narrowed();
});
after(async () => {
	await panel?.end();
	if (!outside) return;
	assert.equal(fs.readFileSync(outside, 'utf8'), 'kept');
	fs.rmSync(outside);
});

const killed = () => panel.count(/child\.died role=web .*why="forbidden system call" signal=31/g);
let deaths = 0;
// A web process in its narrow cage, with a keeper at the other end.
async function ready() {
	if (deaths >= 3) {
		deaths = 0;
		await panel.anew();
	}
	await panel.narrowed();
}
// It never came back, and the master says why; the keeper is the same.
async function ends(name, options) {
	await ready();
	const web = panel.web(), keeper = panel.keeper(), were = killed();
	const r = await panel.act(name, options);
	assert.equal(r.began, true, name);
	assert.equal(r.over, false, `${name} came back with ${r.result}`);
	assert.equal(r.status, 0, name);
	await panel.until(`${name}: the log`, () => killed() === were + 1);
	deaths++;
	await panel.until('another', () => panel.web() && panel.web() !== web);
	assert.equal(panel.keeper(), keeper);
}
async function refused(name, error, options) {
	await ready();
	const web = panel.web(), r = await panel.act(name, options);
	assert.deepEqual([r.began, r.over, r.result], [true, true, REFUSED], name);
	if (error) assert.equal(r.error, error, name);
	assert.equal(r.status, 200);
	assert.equal(panel.web(), web);
}

describe('the machine', { skip }, () => {
	test('no file can be opened: configuration, database, the system\'s, memory, other processes', async () => {
		await ready();
		for (const text of [panel.conf, ...(engine === 'sqlite' ? [`${panel.dir}/vimbadmin.db`] : []), '/etc/shadow', '/etc/passwd', '/etc/resolv.conf', '/dev/urandom', '/proc/self/mem', '/proc/self/maps', '/proc/self/environ',
			`/proc/${panel.keeper()}/mem`, `/proc/${panel.child.pid}/environ`, `/proc/${panel.keeper()}/fd`, '/', '.', outside, '../../etc/passwd']) {
			await refused('open', EACCES, { text });
			await refused('open to write', EACCES, { text });
		}
		await refused('create');
		assert.equal(fs.existsSync('/tmp/vimb-cage-created'), false);
	});
	for (const name of ['truncate', 'remove', 'symbolic link', 'folder', 'mount'])
		test(`file system: ${name}`, () => ends(name, { text: outside }));
	for (const name of ['execve', 'execveat', 'fork, the call', 'fork, libc\'s', 'clone3', 'thread', 'unshare', 'setuid', 'map code', 'turn data into code', 'trace itself', 'raise a limit', 'bpf', 'io_uring'])
		test(`process: ${name}`, () => ends(name));
	for (const name of ['socket', 'socket(AF_PACKET)', 'socketpair', 'connect', 'bind', 'listen']) test(`network: ${name}`, () => ends(name));
	for (const name of ['kill', 'trace', 'peek', 'steal a descriptor'])
		for (const whom of ['keeper', 'master']) test(`the ${whom}: ${name}`, async () => {
			await ready();
			return ends(name, { number: whom === 'keeper' ? panel.keeper() : panel.child.pid });
		});
	test('what libraries ask for is refused, and the process goes on', async () => {
		await refused('become dumpable');
		await refused('type into a terminal');
	});
	test('afterwards the panel serves', async () => {
		await ready();
		await panel.signIn();
		assert.equal((await panel.api('POST', '/domains/add', { domain: 'after.example', active: true })).status, 201);
	});
});

// ---- the channel to the keeper: messages as src/proc/chan.c has them ----

const T = { ping: 1, wake: 2, second: 3, import: 4 }, Q = { fresh: 0, show: 1, confirm: 2, give: 3, check: 4, renew: 5, backup: 6 };
const [WRONG, RIGHT, UNREADABLE] = [0, 1, 2];
let asked = 0n;
function message({ magic = 0x564d4232, type = T.ping, answer = 0, id = ++asked + (1n << 60n), admin = 0n, at = 0n, question = 0, verdict = 0, sealed = '', secret = '', one = '', rest = 0 } = {}) {
	const b = Buffer.alloc(512);
	b.writeUInt32LE(magic, 0);
	b.writeUInt16LE(type, 4);
	b.writeUInt16LE(answer, 6);
	b.writeBigUInt64LE(id, 8);
	b.writeBigInt64LE(BigInt(admin), 16);
	b.writeBigInt64LE(at, 24);
	b.writeUInt16LE(question, 32);
	b.writeUInt16LE(verdict, 34);
	b.write(sealed, 36);
	b.write(secret, 36 + 192);
	b.write(one, 36 + 192 + 65);
	b.writeUInt8(rest, 511);
	return b;
}
const text = (b, from, room) => b.toString('latin1', from, from + room).replace(/\0.*$/s, '');
async function ask(fields) {
	await ready();
	const r = await panel.act('send', { to: FD.channel, out: message(fields), ask: true });
	assert.equal(r.over, true);
	assert.equal(r.told.length, 512, 'no answer');
	return { verdict: r.told.readUInt16LE(34), step: r.told.readBigInt64LE(24), admin: r.told.readBigInt64LE(16), sealed: text(r.told, 36, 192), secret: text(r.told, 228, 65), raw: r.told.toString('latin1') };
}

describe('the keeper', { skip }, () => {
	const password = 'a long enough secret 1';
	const secretOf = (r) => /<code class="password"[^>]*>([A-Z2-7 ]+)</.exec(r.text)[1].replaceAll(' ', '');
	let victim, kept;
	const codesOf = (r) => [...r.text.matchAll(/<li><code>([2-9A-Z]{4}(?:-[2-9A-Z]{4}){5})<\/code>/g)].map((m) => m[1]);
	// another web process, whose channel nobody laid hands on
	async function another() {
		const web = panel.web();
		process.kill(web, 'SIGKILL');
		deaths++;
		await panel.until('another', () => panel.web() && panel.web() !== web);
		await ready();
	}
	// who has a second factor may still sign in with it, one backup code each time
	async function signsIn() {
		const c = panel.client();
		await c.get('/auth/login');
		assert.equal((await c.post('/auth/login', { username: victim.username, password })).headers.get('location'), '/auth/totp');
		await c.get('/auth/totp');
		const r = await c.post('/auth/totp', { code: victim.codes.pop() });
		assert.equal(r.status, 303, r.text);
	}
	before(async () => {
		await ready();
		const username = 'victim@example.org';
		panel.cli(['admin', 'add', username, '--password-stdin'], { input: `${password}\n` });
		const c = await panel.client().signIn(username, password);
		await c.get('/admin/two-factor/setup');
		assert.equal((await c.post('/admin/two-factor/setup', { password })).status, 303);
		const secret = secretOf(await c.get('/admin/two-factor/confirm'));
		await restOfStep(8);
		const done = await c.post('/admin/two-factor/confirm', { code: code(secret) });
		assert.equal(done.status, 200);
		victim = { username, secret, codes: codesOf(done), id: Number(panel.sql(`SELECT id FROM admin WHERE username = '${username}'`)) };
		kept = panel.sql(`SELECT value FROM admin_pref WHERE attribute = 'auth.totp.secret' AND Admin_id = ${victim.id}`).trim();
		assert.ok(kept.length > 40, kept);
	});

	test('it answers what a web process may ask, and no answer holds a secret that somebody uses', async () => {
		const all = [await ask({ type: T.ping }), await ask({ type: T.wake }), await ask({ type: T.import, admin: 1 })];
		const fresh = await ask({ type: T.second, question: Q.fresh, admin: victim.id });
		assert.equal(fresh.verdict, RIGHT);
		assert.notEqual(fresh.secret, victim.secret);
		all.push(fresh);
		for (const [question, verdict, sealed, admin, one] of [
			[Q.show, UNREADABLE, kept, victim.id], // what is kept is not shown
			[Q.confirm, UNREADABLE, kept, victim.id, code(victim.secret)],
			[Q.check, UNREADABLE, kept, victim.id + 1, code(victim.secret)], // nor does it open for somebody else
			[Q.renew, UNREADABLE, kept, victim.id + 1], [Q.show, UNREADABLE, fresh.sealed, victim.id + 1],
			[Q.check, UNREADABLE, fresh.sealed, victim.id, code(fresh.secret)], // what is pending is not kept
			[Q.check, UNREADABLE, `${kept.slice(0, -6)}AAAAA=`, victim.id, code(victim.secret)],
			[Q.check, WRONG, kept, victim.id, code(victim.secret, 1)], [Q.renew, RIGHT, kept, victim.id]]) {
			const r = await ask({ type: T.second, question, admin, sealed, one });
			assert.equal(r.verdict, verdict, `${question} ${admin} ${sealed}`);
			if (verdict !== RIGHT) assert.deepEqual([r.secret, r.sealed, r.step], ['', '', 0n]);
			all.push(r);
		}
		for (const r of all) for (const secret of [victim.secret, salt, mailPassword]) assert.equal(r.raw.includes(secret), false);
		await another();
		await signsIn();
	});

	const bad = { 'a byte too few': message().subarray(0, 511), 'half of one': message().subarray(0, 256), 'one byte': Buffer.from('V'), 'a byte too many': Buffer.concat([message(), Buffer.alloc(1)]),
		'eight at once': Buffer.alloc(4096, message()), 'another magic': message({ magic: 0x564d4231 }), 'no type': message({ type: 0 }), 'a type there is not': message({ type: 5 }),
		'an answer': message({ answer: 1 }), 'no number': message({ id: 0n }), 'something behind': message({ rest: 1 }), 'a field that a ping has not': message({ admin: 1 }),
		'a question there is not': message({ type: T.second, question: 7, admin: 1 }), 'nobody': message({ type: T.second, question: Q.fresh }), 'less than nobody': message({ type: T.second, question: Q.fresh, admin: -1 }),
		'a secret in a question': message({ type: T.second, question: Q.fresh, admin: 1, secret: 'AAAA' }), 'without a code': message({ type: T.second, question: Q.check, admin: 1, sealed: 'AAAA' }),
		'sealed without an end': message({ type: T.second, question: Q.renew, admin: 1, sealed: 'A'.repeat(192) }), 'sealed with other letters': message({ type: T.second, question: Q.renew, admin: 1, sealed: "A' OR 1=1" }),
		'a code of letters': message({ type: T.second, question: Q.check, admin: 1, sealed: 'AAAA', one: 'ABCDEF' }), 'an import before the first': message({ type: T.import, admin: -1 }),
		'a descriptor of ours': message() };
	const refused_ = () => panel.count(/child\.died role=web .*why="the keeper refused its words" signal=9/g);
	// what comes after it is not read any more
	for (const [what, out] of Object.entries(bad)) test(`it hangs up on ${what}, says so, and that process ends`, async () => {
		await ready();
		const web = panel.web(), keeper = panel.keeper(), were = panel.count(/channel\.unknown_message/g), ended = refused_();
		const r = await panel.act('send', { to: FD.channel, out, pass: what === 'a descriptor of ours' ? FD.control : 0, times: 3 });
		assert.equal(r.began, true);
		deaths++;
		await panel.until('another', () => panel.web() && panel.web() !== web);
		await panel.until('the log', () => panel.count(/channel\.unknown_message/g) === were + 1 && refused_() === ended + 1);
		await panel.narrowed();
		assert.equal(panel.keeper(), keeper);
		assert.equal(panel.count(/channel\.unknown_message/g), were + 1);
		assert.equal((await ask({ type: T.ping })).raw.length, 512);
	});

	test('who hangs up on the keeper is replaced, and has one again', async () => {
		await ready();
		const web = panel.web(), keeper = panel.keeper(), ended = refused_();
		await panel.act('hang up');
		deaths++;
		await panel.until('another', () => panel.web() && panel.web() !== web);
		assert.equal(panel.keeper(), keeper);
		assert.equal(refused_(), ended);
		await ready();
		await signsIn();
	});

	test('a keeper that talks nonsense is not heard any more: another process takes the place of the one that heard it, and nobody waits for that', async () => {
		await ready();
		const web = panel.web(), were = panel.count(/keeper\.channel_closed why="not a message"/g), died = panel.count(/child\.died role=web/g);
		assert.equal((await panel.act('garble', { out: message() })).over, true);
		await panel.until('the log', () => panel.count(/keeper\.channel_closed why="not a message"/g) === were + 1);
		while (panel.web() === web) assert.equal((await panel.client().get('/health', { connection: 'close' })).status, 200);
		await panel.until('its end', () => panel.count(new RegExp(`child\\.stopped role=web child=${web} status=0`, 'g')) === 1);
		assert.equal(panel.count(/child\.died role=web/g), died);
		await ready();
		await signsIn();
	});

	test('who asks without reading the answers holds up nobody', async () => {
		await ready();
		assert.equal((await panel.act('send', { to: FD.channel, out: message({ type: T.second, question: Q.fresh, admin: victim.id }), times: 20000 })).over, true);
		await another();
		await signsIn();
	});

	test('words to the master that it does not know change nothing, and one that is known replaces him', async () => {
		await ready();
		const [web, master, keeper] = [panel.web(), panel.child.pid, panel.keeper()];
		for (const out of [Buffer.from('X'), Buffer.from('C'), Buffer.from('R'), Buffer.from('A'), Buffer.alloc(1), Buffer.alloc(4096, 'Z')])
			assert.equal((await panel.act('send', { to: FD.control, out, pass: FD.channel })).over, true);
		assert.deepEqual([panel.web(), panel.child.pid, panel.keeper()], [web, master, keeper]);
		await panel.act('send', { to: FD.control, out: Buffer.from('W') });
		await panel.until('replaced', () => panel.web() && panel.web() !== web);
		assert.equal(panel.keeper(), keeper);
		await ready();
		await signsIn();
	});
});
