// SPDX-License-Identifier: GPL-3.0-or-later
// The narrow cage of a web process, around the real one: it is entered once all is there, everything still works in it, and what it loses makes the master
// replace it, on the same sockets, while it goes on serving.
// One engine is enough: it is about the file; narrow_server.test.mjs is about servers.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { built } from './lib/faults.mjs';
import { binary, sleep, startPanel } from './lib/panel.mjs';

const panels = [];
async function panel(settings = {}) {
	const p = await startPanel({ settings });
	panels.push(p);
	await until('narrowed', () => narrowed(p));
	return p.signIn();
}
after(async () => {
	for (const p of panels) await p.stop();
});

async function until(what, check, tries = 500) {
	for (let i = 0; i < tries; i++, await sleep(20)) {
		const value = await check();
		if (value) return value;
	}
	return assert.fail(`${what}: never`);
}

const children = (p, name) => fs.readFileSync(`/proc/${p.child.pid}/task/${p.child.pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
	.filter((pid) => { try { return fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === name; } catch { return false; } });
const webs = (p) => children(p, 'vimbadmin-web');
const count = (p, re) => p.log().match(re)?.length ?? 0;
const narrowed = (p) => count(p, /cage\.narrowed/g);
const served = (p) => p.client().get('/health', { connection: 'close' }).then((r) => r.status === 200, () => false);

test('every thread of a web process is in both cages', { skip: built ? false : 'sanitizers want more than is left' }, async () => {
	const p = await panel({ 'web.threads': 12, 'web.processes': 2 });
	await until('both', () => narrowed(p) === 2);
	assert.equal(webs(p).length, 2);
	for (const pid of webs(p)) {
		const threads = fs.readdirSync(`/proc/${pid}/task`);
		assert.equal(threads.length, 13); // and none that opened connections
		for (const t of threads) assert.match(fs.readFileSync(`/proc/${pid}/task/${t}/status`, 'utf8'), /^Seccomp_filters:\t2$/m);
	}
});

test('it is entered when the database is there, not before; until then there is an answer', async () => {
	const p = await startPanel({});
	panels.push(p);
	await until('narrowed', () => narrowed(p));
	// as if it came back: another web process meets a database that cannot be opened
	const file = path.join(p.dir, 'vimbadmin.db'), away = path.join(p.dir, 'away'), [old] = webs(p);
	fs.renameSync(file, away);
	fs.mkdirSync(file);
	process.kill(old, 'SIGKILL');
	await until('503 from another', async () => !webs(p).includes(old) && await p.client().get('/health', { connection: 'close' }).then((r) => r.status === 503, () => false));
	assert.equal(narrowed(p), 1);
	fs.rmdirSync(file);
	fs.renameSync(away, file);
	await until('narrowed then', () => narrowed(p) === 2);
	assert.equal(await served(p), true);
	assert.equal(webs(p).length, 1);
});

test('a backup put in the place of the database: another process serves it, without a pause for who comes then', async () => {
	const p = await panel();
	const [old] = webs(p), file = path.join(p.dir, 'vimbadmin.db');
	assert.equal((await p.api('POST', '/domains/add', { domain: 'kept.example', active: true })).status, 201);
	p.sql(`VACUUM INTO '${p.dir}/backup'`);
	assert.equal((await p.api('POST', '/domains/add', { domain: 'lost.example', active: true })).status, 201);
	fs.renameSync(path.join(p.dir, 'backup'), file);
	for (const end of ['-wal', '-shm']) fs.rmSync(file + end);
	const [first, ...rest] = await (async () => {
		const all = [];
		for (let i = 0; i < 20; i++) all.push((await p.client().get('/health', { connection: 'close' })).status);
		return all;
	})();
	assert.equal(first, 503); // who found out
	assert.deepEqual([...new Set(rest)], [200]);
	await until('the old one gone', () => !webs(p).includes(old));
	assert.equal(webs(p).length, 1);
	assert.equal(count(p, /child\.worn/g), 1);
	assert.doesNotMatch(p.log(), /child\.died/);
	const { rows } = (await p.api('GET', '/domains')).json;
	assert.deepEqual(rows.map((r) => r.domain), ['kept.example']);
	assert.equal((await p.api('POST', '/domains/add', { domain: 'new.example', active: true })).status, 201);
});

test('stopped and continued while a request waits for the lock of the database', async () => {
	const p = await panel({ 'db.lock_ms': 8000 });
	const [web] = webs(p);
	const other = spawn('sqlite3', [path.join(p.dir, 'vimbadmin.db')], { stdio: ['pipe', 'pipe', 'inherit'] });
	other.stdin.write('.timeout 5000\nBEGIN IMMEDIATE;\nSELECT 1;\n');
	await new Promise((done) => other.stdout.once('data', done));
	const asked = p.api('POST', '/domains/add', { domain: 'waited.example', active: true });
	for (let i = 0; i < 3; i++) {
		await sleep(100);
		process.kill(web, 'SIGSTOP');
		await sleep(50);
		process.kill(web, 'SIGCONT');
	}
	other.stdin.end('COMMIT;\n');
	assert.equal((await asked).status, 201);
	assert.deepEqual(webs(p), [web]);
	assert.doesNotMatch(p.log(), /child\.died/);
});

test('the database grows, shrinks and is checkpointed from inside', async () => {
	const p = await panel();
	await p.api('POST', '/domains/add', { domain: 'big.example', active: true });
	const rows = (n) => 'address,goto\n' + Array.from({ length: 1500 }, (_, i) => `a${n}x${i}@big.example,${'x'.repeat(50)}@elsewhere.example`).join('\n');
	for (let n = 0; n < 4; n++) {
		await p.get('/import?kind=aliases');
		assert.equal((await p.post('/import/run', { kind: 'aliases', text: rows(n) })).status, 200);
	}
	assert.equal(p.sql('SELECT count(*) FROM alias').trim(), '6000');
	p.sql("DELETE FROM alias WHERE address LIKE 'a1x%'; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
	assert.equal((await p.get('/aliases?q=a2x7')).status, 200);
	assert.equal((await p.api('POST', '/domains/add', { domain: 'more.example', active: true })).status, 201);
	assert.equal(p.sql('PRAGMA integrity_check').trim(), 'ok');
	assert.doesNotMatch(p.log(), /child\.died/);
});

test('a log that nobody reads holds up no request', async () => {
	const p = await panel();
	const gone = new Promise((done) => p.child.once('exit', done));
	p.child.kill('SIGTERM');
	await gone;
	const child = spawn(binary, ['-c', p.conf, '-o', 'log_level=debug', 'serve'], { stdio: ['ignore', 'ignore', 'pipe'] });
	child.stderr.pause();
	try {
		await until('served', () => served(p));
		for (let i = 0; i < 1500; i++) assert.equal((await p.client().get('/nothing', { connection: 'close', host: 'wrong.example' })).status >= 400, true);
		assert.equal(await served(p), true);
	} finally {
		const over = new Promise((done) => child.once('exit', done));
		child.kill('SIGTERM');
		child.stderr.resume();
		await over;
	}
	assert.deepEqual(fs.readdirSync(p.dir).filter((f) => /-(?:wal|shm)$/.test(f)), []);
});

test('at the end the database is one file again', async () => {
	const p = await panel({ 'web.processes': 2 });
	await p.api('POST', '/domains/add', { domain: 'end.example', active: true });
	const gone = new Promise((done) => p.child.once('exit', done));
	p.child.kill('SIGTERM');
	await gone;
	assert.deepEqual(fs.readdirSync(p.dir).filter((f) => f.startsWith('vimbadmin.db')), ['vimbadmin.db']);
});
