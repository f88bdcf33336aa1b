// SPDX-License-Identifier: GPL-3.0-or-later
// The narrow cage of a web process that works with a server: each way to connect goes on in it, the server's limits on idle connections end none of them,
// and what is lost makes the master replace the process, once an outage.
// On SQLite there is no such server (narrow.test.mjs).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import { engine } from './lib/engine.mjs';
import { built } from './lib/faults.mjs';
import { sleep, startPanel } from './lib/panel.mjs';
import { startMysql, startPgsql } from './lib/servers.mjs';

const mysql = engine !== 'pgsql';
const skip = engine === 'sqlite' ? 'there is no server' : false;
const pool = 3;
let server, made = 0;
const panels = [];
before(async () => {
	if (skip) return;
	// connections that lie idle for a second are closed, unless they ask for more; what is acknowledged outlives a kill
	server = mysql ? await startMysql(['--wait-timeout=1', '--interactive-timeout=1', '--innodb-flush-log-at-trx-commit=1'])
		: await startPgsql(['-c', 'idle_session_timeout=1000', '-c', 'synchronous_commit=on']);
});
after(async () => {
	for (const p of panels) await p.stop();
	server?.remove();
});

async function until(what, check, tries = 1000) {
	for (let i = 0; i < tries; i++, await sleep(20)) {
		const value = await check();
		if (value) return value;
	}
	return assert.fail(`${what}: never`);
}
const count = (p, re) => p.log().match(re)?.length ?? 0;
const narrowed = (p) => count(p, /cage\.narrowed/g);
const worn = (p) => count(p, /child\.worn/g);
const health = (p) => p.client().get('/health', { connection: 'close' }).then((r) => r.status, () => 0);
const webs = (p) => fs.readFileSync(`/proc/${p.child.pid}/task/${p.child.pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
	.filter((pid) => { try { return fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'vimbadmin-web'; } catch { return false; } });
async function panel(way, settings = {}) {
	const name = `n${made++}`;
	const p = await startPanel({ database: server.urls(name)[way], settings: { 'db.pool': pool, ...settings } });
	panels.push(p);
	p.database = name;
	await until('narrowed', () => narrowed(p) === 1);
	return p.signIn();
}
// what a process is connected to, by names that no other connection ever has
const sockets = (pid) => new Set(fs.readdirSync(`/proc/${pid}/fd`).map((fd) => { try { return fs.readlinkSync(`/proc/${pid}/fd/${fd}`); } catch { return ''; } }).filter((l) => l.startsWith('socket:')));
const threadsCaged = (pid) => fs.readdirSync(`/proc/${pid}/task`).map((t) => /^Seccomp_filters:\t(\d+)$/m.exec(fs.readFileSync(`/proc/${pid}/task/${t}/status`, 'utf8'))[1]);
// connections to a panel's database, those of who asks left out
const connections = (p) => server.sql(mysql ? `SELECT id FROM information_schema.processlist WHERE db = '${p.database}' AND id <> connection_id()`
	: `SELECT pid FROM pg_stat_activity WHERE datname = '${p.database}' AND application_name = 'vimbadmin'`).split('\n').filter(Boolean);
// the process may be on its way out when the second is to be ended
function end(id) {
	try {
		server.sql(mysql ? `KILL ${id}` : `SELECT pg_terminate_backend(${id})`);
	} catch (e) {
		if (!/Unknown thread/.test(e.message)) throw e;
	}
}

for (const way of mysql ? ['socket', 'a host by name', 'TLS, verified', 'ed25519'] : ['socket', 'a host by name', 'TLS, verified', 'SCRAM'])
	test(`a day in the narrow cage by ${way}`, { skip }, async () => {
		const p = await panel(way, { 'web.threads': 4 });
		const [web] = webs(p);
		if (built) assert.deepEqual([...new Set(threadsCaged(web))], ['2']);
		assert.equal((await p.api('POST', '/domains/add', { domain: 'day.example', active: true })).status, 201);
		const rows = 'address,goto\n' + Array.from({ length: 300 }, (_, i) => `a${i}@day.example,${'x'.repeat(50)}@elsewhere.example`).join('\n');
		await p.get('/import?kind=aliases');
		assert.equal((await p.post('/import/run', { kind: 'aliases', text: rows })).status, 200);
		// more than there are connections, and rows of many packets
		const pages = ['/domains', '/mailboxes', '/aliases?limit=1000', '/admins', '/log', '/aliases?q=a77', '/limits', '/health'];
		for (let i = 0; i < 5; i++)
			for (const r of await Promise.all(pages.map((page) => p.get(page)))) assert.equal(r.status, 200);
		assert.equal((await p.get('/aliases/export.csv')).status, 200);
		assert.deepEqual(webs(p), [web]);
		assert.equal(worn(p), 0);
		assert.doesNotMatch(p.log(), /child\.died/);
	});

test('the server closes idle connections after a second, but not those of the panel', { skip }, async () => {
	const p = await panel('socket');
	const [web] = webs(p), before = sockets(web);
	const idle = () => new Promise((done) => {
		const at = mysql ? spawn('mariadb', ['--no-defaults', '--user=root', `--socket=${server.dir}/s`]) : spawn('psql', ['-X', '-h', server.dir, '-p', String(server.port), '-U', 'vimb', '-d', 'postgres']);
		let out = '';
		const timer = setInterval(() => at.stdin.write('SELECT 1;\n'), 1500); // who lies idle longer than the server lets him finds out
		for (const s of [at.stdout, at.stderr]) s.on('data', (chunk) => {
			out += chunk;
			if (!/gone away|terminating connection|lost/i.test(out)) return;
			clearInterval(timer);
			at.kill();
			done();
		});
	});
	for (let i = 0; i < 3; i++) await idle();
	assert.deepEqual(webs(p), [web]);
	for (const socket of before) assert.ok(sockets(web).has(socket));
	assert.equal(worn(p), 0);
	assert.equal(await health(p), 200);
});

test('a connection that the server ended is noticed before somebody needs it, and the process replaced', { skip }, async () => {
	const p = await panel('socket');
	const [old] = webs(p);
	for (const id of connections(p)) end(id);
	await until('another', () => narrowed(p) === 2 && !webs(p).includes(old));
	assert.equal(worn(p), 1);
	assert.equal(webs(p).length, 1);
	assert.equal(await health(p), 200);
	assert.equal((await p.get('/domains')).status, 200);
	assert.doesNotMatch(p.log(), /child\.died/);
});

test('killed and started again: one replacement, which serves when the server does', { skip }, async () => {
	const p = await panel('socket');
	for (let outage = 1; outage <= 2; outage++) {
		server.kill();
		try {
			await until('503', async () => await health(p) === 503);
			await until('another', () => worn(p) === outage);
			await until('it waits', () => count(p, /cage\.waits/g) === outage);
			assert.equal(await health(p), 503);
		} finally {
			server.start();
		}
		await until('200', async () => await health(p) === 200);
		await until('narrowed', () => narrowed(p) === outage + 1);
		assert.equal((await p.api('POST', '/domains/add', { domain: `o${outage}.example`, active: true })).status, 201);
		assert.equal(worn(p), outage);
		assert.equal(webs(p).length, 1);
	}
	assert.doesNotMatch(p.log(), /child\.died/);
});

test('a server that gives fewer connections than there are to be: served without the narrow cage, and said once', { skip }, async () => {
	const name = `n${made++}`, url = server.urls(name)['a host by name'];
	const user = new URL(url).username;
	const limit = (n) => server.sql(mysql ? `ALTER USER '${user}'@'%' WITH MAX_USER_CONNECTIONS ${n}` : `ALTER DATABASE ${name} CONNECTION LIMIT ${n}`);
	const few = mysql ? url : url.replace('vimb@', 'plain@');
	if (!mysql) server.sql(`CREATE ROLE plain LOGIN; GRANT ALL ON SCHEMA public TO plain; ALTER DATABASE ${name} OWNER TO plain`, name);
	const p = await startPanel({ database: few, settings: { 'db.pool': 40 } });
	panels.push(p);
	await until('narrowed', () => narrowed(p) === 1);
	limit(20);
	const [old] = webs(p);
	process.kill(old, 'SIGKILL');
	await until('waits', () => count(p, /cage\.waits/g) === 1);
	await p.signIn();
	for (let i = 0; i < 5; i++) assert.equal((await p.get('/domains')).status, 200);
	assert.equal(narrowed(p), 1);
	limit(mysql ? 0 : -1);
	await until('narrowed', () => narrowed(p) === 2);
	assert.equal(count(p, /cage\.waits/g), 1);
	assert.equal(await health(p), 200);
});

test('statements that a change of the schema outdated are prepared anew, on the same connections', { skip }, async () => {
	const p = await panel('socket');
	const [web] = webs(p);
	assert.equal((await p.api('POST', '/domains/add', { domain: 'changed.example', active: true })).status, 201);
	const pages = ['/domains', '/admins', '/log'];
	for (let i = 0; i < 4; i++) await Promise.all(pages.map((page) => p.get(page)));
	server.sql(mysql ? 'ALTER TABLE domain MODIFY COLUMN description VARCHAR(300)' : 'ALTER TABLE domain ALTER COLUMN description TYPE text', p.database);
	for (let i = 0; i < 4; i++)
		for (const r of await Promise.all(pages.map((page) => p.get(page)))) assert.equal(r.status, 200, r.text);
	assert.deepEqual(webs(p), [web]);
	assert.equal(worn(p), 0);
});
