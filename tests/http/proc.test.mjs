// SPDX-License-Identifier: GPL-3.0-or-later
// The processes of `serve`: what dies comes back, what is told to stop finishes, a broken configuration changes nothing, and nobody is left
// behind. Everything is done to the real binary with real signals.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { binary, freePort, sleep, startPanel } from './lib/panel.mjs';

const salt = '6f2c81d94be7a03558ce1f74d6b09a2eb3517fc8';

// ---- looking at processes ----

const status = (pid) => Object.fromEntries(fs.readFileSync(`/proc/${pid}/status`, 'utf8').trim().split('\n')
	.map((line) => line.split(':\t').map((s) => s.trim())));

function alive(pid) {
	try {
		return !status(pid).State.startsWith('Z');
	} catch {
		return false;
	}
}

// pids of the children of a master by role, oldest first
function children(master) {
	const found = { web: [], keeper: [] };
	for (const pid of fs.readdirSync('/proc').filter((n) => /^\d+$/.test(n)).map(Number).sort((a, b) => a - b)) {
		try {
			const s = status(pid);
			if (Number(s.PPid) !== master || s.State.startsWith('Z')) continue;
			if (s.Name === 'vimbadmin-web') found.web.push(pid);
			if (s.Name === 'vimbadmin-keep') found.keeper.push(pid);
		} catch { /* gone meanwhile */ }
	}
	return found;
}

async function until(what, check, ms = 5000) {
	const end = Date.now() + ms;
	for (;;) {
		const value = await check();
		if (value) return value;
		if (Date.now() > end) assert.fail(`${what}: not within ${ms} ms`);
		await sleep(20);
	}
}

const serves = async (url) => {
	try {
		return (await fetch(`${url}/health`, { headers: { connection: 'close' } })).status === 200;
	} catch {
		return false;
	}
};

// what this process could get, so what one can take from its children
const own = BigInt(`0x${status(process.pid).CapBnd}`);
const mayBound = process.getuid() === 0 && (own & 1n << 8n) !== 0n;

const gone = (child) => new Promise((done) => {
	if (child.exitCode !== null || child.signalCode !== null) done([child.exitCode, child.signalCode]);
	else child.once('exit', (code, signal) => done([code, signal]));
});

const panels = [];
async function panel(options) {
	const p = await startPanel(options);
	panels.push(p);
	await until('both children', () => children(p.child.pid).web.length && children(p.child.pid).keeper.length);
	return p;
}
after(async () => {
	for (const p of panels) await p.stop();
});

// A folder with a configuration and a database, for what startPanel() does not do.
function folder(settings) {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'vimbadmin-proc-'));
	const conf = path.join(dir, 'vimbadmin.conf');
	const keys = { database: `sqlite:${dir}/v.db`, securitysalt: salt, ...settings };
	const write = (more = {}) => fs.writeFileSync(conf, Object.entries({ ...keys, ...more }).map(([k, v]) => `${k} = ${v}\n`)
		.join(''), { mode: 0o600 });
	write();
	return { dir, conf, write, apply: () => spawnSync(binary, ['-c', conf, 'schema', 'apply']),
		remove: () => fs.rmSync(dir, { recursive: true, force: true }) };
}

const serveNow = (conf, options = {}) => spawnSync(binary, ['-c', conf, 'serve'], { encoding: 'utf8', timeout: 15000, ...options });

describe('children', () => {
	test('web and keeper are caged, without core dumps, secrets or descriptors of others', async () => {
		const p = await panel();
		const { web, keeper } = children(p.child.pid);
		assert.deepEqual([web.length, keeper.length], [1, 1]);
		const leadsTo = (pid, fd) => {
			try {
				return fs.readlinkSync(`/proc/${pid}/fd/${fd}`);
			} catch {
				return ''; // closed meanwhile
			}
		};
		const sockets = (pid) => fs.readdirSync(`/proc/${pid}/fd`).map((fd) => leadsTo(pid, fd));
		for (const pid of [...web, ...keeper]) {
			const s = status(pid);
			assert.equal(s.Seccomp, '2');
			assert.equal(s.NoNewPrivs, '1');
			assert.match(fs.readFileSync(`/proc/${pid}/limits`, 'utf8'), /Max core file size +0 +0 /);
			for (const file of ['environ', 'cmdline']) assert.ok(!fs.readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(salt));
			const targets = sockets(pid);
			assert.ok(targets.every((t) => !t.includes('memfd') && !t.endsWith('.conf')), targets.join(' '));
		}
		// the keeper listens on nothing: no socket of the web process's listeners among its own
		const inode = fs.readFileSync('/proc/net/tcp', 'utf8').split('\n')
			.find((l) => l.includes(`:${p.port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A`)).trim().split(/\s+/)[9];
		assert.ok(sockets(web[0]).includes(`socket:[${inode}]`));
		assert.ok(!sockets(keeper[0]).includes(`socket:[${inode}]`));
		// memory of the web process does not hold the key of the second factors, the keeper's does
		const holds = (pid) => {
			const mem = fs.openSync(`/proc/${pid}/mem`, 'r');
			let found = false;
			for (const line of fs.readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
				const m = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
				if (!m) continue;
				const from = parseInt(m[1], 16), size = parseInt(m[2], 16) - from;
				if (size > 256 << 20) continue;
				const buf = Buffer.alloc(size);
				try {
					fs.readSync(mem, buf, 0, size, from);
				} catch { /* a guard page */ }
				found = found || buf.includes(salt);
			}
			fs.closeSync(mem);
			return found;
		};
		if (process.getuid() === 0) {
			assert.equal(holds(keeper[0]), true);
			assert.equal(holds(web[0]), false);
		}
	});

	test('nobody can get a capability any more, and root has those alone that files of others take', { skip: !mayBound && 'needs to be root' }, async () => {
		const FILES = 1n << 0n | 1n << 1n | 1n << 3n, LET_GO = 1n << 8n; // CHOWN, DAC_OVERRIDE, FOWNER; SETPCAP
		for (const user of ['', 'nobody']) {
			const port = await freePort(), f = folder({ listen: `127.0.0.1:${port}`, ...(user ? { user, group: 'nogroup' } : {}) });
			f.apply();
			spawnSync('chown', ['-R', 'nobody:nogroup', f.dir]); // a folder that root may enter by that capability alone, too
			spawnSync('chown', ['root', f.conf]);
			const child = spawn(binary, ['-c', f.conf, 'serve'], { stdio: 'ignore' });
			try {
				await until('served', () => serves(`http://127.0.0.1:${port}`));
				const sets = (pid) => Object.fromEntries(['CapBnd', 'CapPrm', 'CapEff', 'CapInh', 'CapAmb'].map((set) => [set, BigInt(`0x${status(pid)[set]}`)]));
				const { web, keeper } = children(child.pid);
				assert.deepEqual([web.length, keeper.length], [1, 1]);
				const left = user ? 0n : FILES & own;
				for (const pid of [...web, ...keeper]) assert.deepEqual(sets(pid), { CapBnd: 0n, CapPrm: left, CapEff: left, CapInh: 0n, CapAmb: 0n });
				assert.equal(sets(child.pid).CapBnd, user ? 0n : (FILES | LET_GO) & own);
				assert.equal(fs.statSync(`${f.dir}/v.db-wal`).uid, fs.statSync(`${f.dir}/v.db`).uid);
			} finally {
				child.kill('SIGTERM');
				assert.deepEqual(await gone(child), [0, null]);
				f.remove();
			}
		}
	});

	test('a killed web process is replaced and serves', async () => {
		const p = await panel();
		const [old] = children(p.child.pid).web;
		process.kill(old, 'SIGKILL');
		await until('another web process', () => children(p.child.pid).web.some((pid) => pid !== old));
		await until('served again', () => serves(p.url), 3000);
		assert.match(p.log(), /child\.died.* role=web .*signal=9/);
	});

	test('a killed keeper is replaced; pages go on', async () => {
		const p = await panel();
		const [old] = children(p.child.pid).keeper;
		const [web] = children(p.child.pid).web;
		process.kill(old, 'SIGKILL');
		assert.equal(await serves(p.url), true);
		await until('another keeper', () => children(p.child.pid).keeper.some((pid) => pid !== old));
		assert.deepEqual(children(p.child.pid).web, [web]);
	});

	test('what dies again and again is replaced more slowly, up to 10 s, and in the end serves', async () => {
		const p = await panel();
		const starts = [];
		for (let i = 0; i < 4; i++) {
			const [pid] = await until('a web process', () => children(p.child.pid).web.length && children(p.child.pid).web, 12000);
			starts.push(Date.now());
			process.kill(pid, 'SIGKILL');
			await until('gone', () => !alive(pid));
		}
		await until('served again', () => serves(p.url), 12000);
		const gaps = starts.slice(1).map((t, i) => t - starts[i]);
		assert.ok(gaps[2] > gaps[0] && gaps[2] >= 350, gaps.join(' '));
	});

	test('a frozen web process is replaced', { timeout: 60000 }, async () => {
		const p = await panel();
		const [old] = children(p.child.pid).web;
		process.kill(old, 'SIGSTOP');
		await until('another web process', () => children(p.child.pid).web.some((pid) => pid !== old), 30000);
		await until('served again', () => serves(p.url), 5000);
		assert.match(p.log(), /child\.died.*why=frozen/);
	});

	test('none is left when the master is killed', async () => {
		const p = await panel();
		const { web, keeper } = children(p.child.pid);
		process.kill(p.child.pid, 'SIGKILL');
		await until('orphans gone', () => ![...web, ...keeper].some(alive), 3000);
	});

	test('none is left when the master is killed while they are frozen', async () => {
		const p = await panel();
		const { web, keeper } = children(p.child.pid);
		for (const pid of [...web, ...keeper]) process.kill(pid, 'SIGSTOP');
		process.kill(p.child.pid, 'SIGKILL');
		await until('orphans gone', () => ![...web, ...keeper].some(alive), 3000);
	});

	test('several web processes share the port', async () => {
		const p = await panel({ settings: { 'web.processes': 3 } });
		await until('three', () => children(p.child.pid).web.length === 3);
		const [first] = children(p.child.pid).web;
		process.kill(first, 'SIGKILL');
		for (let i = 0; i < 50; i++) assert.equal(await serves(p.url), true);
	});
});

describe('stopping', () => {
	test('a request on its way is finished, the exit status is 0', async () => {
		const p = await panel();
		const socket = net.connect(p.port, '127.0.0.1');
		let answer = '';
		socket.on('data', (d) => { answer += d; });
		const closed = new Promise((done) => socket.once('close', done));
		await new Promise((done) => socket.once('connect', done));
		socket.write('POST /auth/login HTTP/1.1\r\nHost: 127.0.0.1:' + p.port + '\r\nContent-Type: application/x-www-form-urlencoded\r\n' +
			'Content-Length: 4\r\n\r\na=');
		await sleep(300);
		p.child.kill('SIGTERM');
		await sleep(300);
		socket.write('bc');
		await closed;
		assert.match(answer, /^HTTP\/1\.1 4\d\d /);
		assert.deepEqual(await gone(p.child), [0, null]);
	});

	test('idle keep-alive connections do not hold it up', async () => {
		const p = await panel();
		const sockets = await Promise.all(Array.from({ length: 20 }, () => new Promise((done, fail) => {
			const s = net.connect(p.port, '127.0.0.1', () => s.write(`GET /health HTTP/1.1\r\nHost: 127.0.0.1:${p.port}\r\n\r\n`));
			s.once('data', () => done(s));
			s.once('error', fail);
		})));
		const begin = Date.now();
		p.child.kill('SIGTERM');
		assert.deepEqual(await gone(p.child), [0, null]);
		assert.ok(Date.now() - begin < 3000, `${Date.now() - begin} ms`);
		for (const s of sockets) s.destroy();
	});

	test('a client that never finishes and a frozen keeper hold it up for 10 s at most', { timeout: 30000 }, async () => {
		const p = await panel();
		const { web, keeper } = children(p.child.pid);
		const socket = net.connect(p.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: x'));
		socket.on('error', () => {});
		process.kill(keeper[0], 'SIGSTOP');
		await sleep(200);
		const begin = Date.now();
		p.child.kill('SIGTERM');
		await gone(p.child);
		assert.ok(Date.now() - begin < 11500, `${Date.now() - begin} ms`);
		assert.ok(![...web, ...keeper].some(alive));
		socket.destroy();
	});
});

describe('reloading', () => {
	const edit = (p, change) => fs.writeFileSync(p.conf, change(fs.readFileSync(p.conf, 'utf8')));

	test('a broken configuration is refused by line and key; everything goes on as before', async () => {
		const p = await panel();
		const before = children(p.child.pid);
		edit(p, (text) => `${text}db.pool = lots\nlisten_to = nobody\n`);
		p.child.kill('SIGHUP');
		await until('the refusal', () => /reload\.refused.*db\.pool: expected a whole number/.test(p.log()));
		assert.match(p.log(), /reload\.refused.*vimbadmin\.conf:\d+: listen_to: unknown key; did you mean listen/);
		assert.equal(await serves(p.url), true);
		assert.deepEqual(children(p.child.pid), before);
	});

	test('a good one brings new children; no request is lost', async () => {
		const p = await panel();
		const before = children(p.child.pid);
		let stop = false, asked = 0;
		const one = async () => {
			for (; !stop; asked++) assert.equal(await serves(p.url), true);
		};
		const load = Promise.all(Array.from({ length: 4 }, one));
		edit(p, (text) => `${text}identity.sitename = Reloaded Post\n`);
		p.child.kill('SIGHUP');
		await until('done', () => /reload\.done/.test(p.log()), 10000);
		await until('the old ones gone', () => ![...before.web, ...before.keeper].some(alive), 11000);
		stop = true;
		await load;
		assert.ok(asked > 5);
		const now = children(p.child.pid);
		assert.deepEqual([now.web.length, now.keeper.length], [1, 1]);
		assert.match((await p.get('/auth/login')).text, /Reloaded Post/);
	});

	test('another address to listen on takes effect, the old one is closed', async () => {
		const p = await panel();
		const port = await freePort();
		edit(p, (text) => text.replace(/^listen = .*$/m, `listen = 127.0.0.1:${port}`)
			.replace(/^public_url = .*$/m, `public_url = http://127.0.0.1:${port}`));
		p.child.kill('SIGHUP');
		await until('new address', () => serves(`http://127.0.0.1:${port}`), 10000);
		await until('old address closed', async () => !(await serves(p.url)), 11000);
	});

	test('an address that is taken is refused; the old one stays', async () => {
		const p = await panel();
		const server = net.createServer().listen(0, '127.0.0.1');
		await new Promise((done) => server.once('listening', done));
		edit(p, (text) => text.replace(/^listen = .*$/m, `listen = 127.0.0.1:${server.address().port}`));
		p.child.kill('SIGHUP');
		await until('the refusal', () => /reload\.refused/.test(p.log()));
		assert.equal(await serves(p.url), true);
		server.close();
	});
});

describe('starting', () => {
	test('a second instance on the same port says so and ends', async () => {
		const p = await panel();
		const second = folder({ listen: `127.0.0.1:${p.port}` });
		second.apply();
		const r = serveNow(second.conf);
		assert.ok(r.status > 0, `${r.status}`);
		assert.match(r.stderr, new RegExp(`127\\.0\\.0\\.1:${p.port}.*in use`, 'i'));
		assert.equal(await serves(p.url), true);
		second.remove();
	});

	test('without a salt, with a short one or an unknown key: exit status 78 and the reason', () => {
		const f = folder({ listen: '127.0.0.1:1' });
		for (const [more, want] of [[{ securitysalt: '' }, /securitysalt: is not set/], [{ securitysalt: 'short' }, /at least 32/],
			[{ colour: 'red' }, /vimbadmin\.conf:\d+: colour: unknown key/]]) {
			f.write(more);
			const r = serveNow(f.conf);
			assert.equal(r.status, 78);
			assert.match(r.stderr, want);
		}
		f.remove();
	});

	test('without the schema it names the command to run', async () => {
		const f = folder({ listen: `127.0.0.1:${await freePort()}` });
		const r = serveNow(f.conf);
		assert.ok(r.status > 0, `${r.status}`);
		assert.match(r.stderr, /schema apply/);
		f.remove();
	});

	test('the first run prints its link once, and the page answers', async () => {
		const port = await freePort();
		const f = folder({ listen: `127.0.0.1:${port}` });
		f.apply();
		const child = spawn(binary, ['-c', f.conf, 'serve'], { stdio: ['ignore', 'pipe', 'ignore'] });
		let out = '';
		child.stdout.on('data', (d) => { out += d; });
		await until('served', () => serves(`http://127.0.0.1:${port}`));
		const links = [...out.matchAll(/^First run: open (http:\/\/127\.0\.0\.1:\d+\/auth\/setup)#token=([0-9a-f]{32,})$/gm)];
		assert.equal(links.length, 1, out);
		assert.equal(links[0][1], `http://127.0.0.1:${port}/auth/setup`);
		assert.equal((await fetch(links[0][1])).status, 200);
		child.kill('SIGTERM');
		await gone(child);
		f.remove();
	});

	test('a socket file left behind is taken over, one in use is not', async () => {
		const f = folder({});
		f.write({ listen: `unix:${f.dir}/http.sock` });
		f.apply();
		const start = () => spawn(binary, ['-c', f.conf, 'serve'], { stdio: 'ignore' });
		const answers = () => new Promise((done) => {
			const s = net.connect(`${f.dir}/http.sock`, () => s.write('GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'));
			s.once('data', (d) => done(/^HTTP\/1\.1 \d/.test(d)));
			s.once('error', () => done(false));
		});
		const first = start();
		await until('served', answers);
		const refused = serveNow(f.conf);
		assert.ok(refused.status > 0);
		assert.match(refused.stderr, /http\.sock.*in use/i);
		assert.equal(await answers(), true);
		process.kill(first.pid, 'SIGKILL');
		await gone(first);
		await until('its children are gone, too', async () => !(await answers()));
		assert.ok(fs.existsSync(`${f.dir}/http.sock`));
		const second = start();
		await until('served again', answers);
		second.kill('SIGTERM');
		assert.deepEqual(await gone(second), [0, null]);
		assert.ok(!fs.existsSync(`${f.dir}/http.sock`), 'the socket file is removed at the end');
		f.remove();
	});

	test('sockets handed over by the service manager are served', async () => {
		const f = folder({ listen: '127.0.0.1:1' });
		f.apply();
		const server = net.createServer();
		await new Promise((done) => server.listen(0, '127.0.0.1', done));
		const { port } = server.address();
		f.write({ public_url: `http://127.0.0.1:${port}` });
		const child = spawn('/bin/sh', ['-c', `LISTEN_FDS=1 LISTEN_PID=$$ exec "${binary}" -c "${f.conf}" serve`],
			{ stdio: ['ignore', 'ignore', 'ignore', server._handle.fd] });
		await sleep(100);
		server.close(); // ours; the panel holds it by now or gets nothing
		await until('served', () => serves(`http://127.0.0.1:${port}`));
		child.kill('SIGTERM');
		assert.deepEqual(await gone(child), [0, null]);
		f.remove();
	});
});
