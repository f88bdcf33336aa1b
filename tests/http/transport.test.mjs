// SPDX-License-Identifier: GPL-3.0-or-later
// src/http over real sockets: what it must serve, and how it gets rid of those who are slow, vanish or are too many. Deadlines are set to a
// second or so; the shipped ones are ten times that (src/http/http.h).
// One engine is enough: this is not about the database.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { bareBinary, body, exchange, sleep, startBare, statuses } from './malformed/server.mjs';

const close = 'Connection: close\r\n';
const req = (line, headers = close, text = '') => `${line} HTTP/1.1\r\nHost: t.example\r\n${headers}\r\n${text}`;
const echo = async (port, raw) => JSON.parse(body(await exchange(port, raw)));

function connect(port, localAddress) {
	return new Promise((done) => {
		const s = net.connect({ port, host: '127.0.0.1', localAddress });
		s.text = '';
		s.setEncoding('latin1');
		s.on('data', (d) => { s.text += d; });
		s.ended = new Promise((over) => { s.once('close', over); });
		s.on('error', () => {});
		s.once('connect', () => done(s));
		s.once('close', () => done(s));
	});
}

async function until(what, condition, patience = 5000) {
	for (const end = Date.now() + patience; Date.now() < end; await sleep(20)) if (await condition()) return;
	assert.fail(`not within ${patience} ms: ${what}`);
}

describe('requests that are fine', { concurrency: 1 }, () => {
	let bare;
	before(async () => { bare = await startBare(); });
	after(async () => assert.equal(await bare.stop(), 0));

	for (const [raw, expected] of [
		[req('GET /a%20b?x=%41&y'), { method: 'GET', path: '/a b', query: 'x=%41&y', target: '/a%20b?x=%41&y', length: 0 }],
		[req('GET /a%2541'), { path: '/a%41' }],
		[req('GET /%C3%A4/'), { path: '/ä/' }],
		[req('GET /'), { path: '/', query: '' }],
		[req('GET /?'), { path: '/', query: '' }],
		[req('GET http://T.example/a?b=c'), { path: '/a', query: 'b=c', target: 'http://T.example/a?b=c' }],
		[req('GET /.a/..b/c...'), { path: '/.a/..b/c...' }],
		[req('DELETE /a'), { method: 'DELETE' }],
		[req('OPTIONS /a'), { method: 'OPTIONS' }],
		[req('GET /a', `Content-Length: 0\r\n${close}`), { length: 0 }],
		[req('POST /a', `Content-Length: 007\r\n${close}`, 'a\0b\r\n\r\n'), { method: 'POST', length: 7 }],
		[req('POST /a', close), { length: 0, body: '' }],
		[req('PUT /a', `content-LENGTH:\t3 \r\n${close}`, 'abc'), { method: 'PUT', body: 'abc' }],
		[req('PATCH /small', `Content-Length: 10\r\n${close}`, '0123456789'), { method: 'PATCH', body: '0123456789' }],
		['GET /a HTTP/1.0\r\n\r\n', { path: '/a', headers: [] }],
		['GET /a HTTP/1.1\r\nHost: [::1]:80\r\nConnection: x, Close\r\n\r\n', { path: '/a' }],
		[`GET /${'a'.repeat(8192 - 14)} HTTP/1.1\r\nHost: x\r\n${close}\r\n`, { path: `/${'a'.repeat(8192 - 14)}` }],
	]) {
		test(raw.slice(0, raw.indexOf('\r')).slice(0, 60), async () => {
			const seen = await echo(bare.port, raw);
			for (const [key, value] of Object.entries(expected)) assert.deepEqual(seen[key], value);
		});
	}
	test('fields: names in lower case, values without blanks around them', async () => {
		const seen = await echo(bare.port, req('GET /a', `X-ONE:  a b\tc \t\r\nX-Two:\r\nX-one: \xc3\xa4\r\n${close}`));
		assert.deepEqual(seen.headers.slice(1, 4), [['x-one', 'a b\tc'], ['x-two', ''], ['x-one', 'ä']]);
		assert.equal(seen.peer, '127.0.0.1');
	});
	test('100 fields', async () => {
		assert.equal((await echo(bare.port, req('GET /a', close + Array.from({ length: 98 }, (_, i) => `X-${i}: b\r\n`).join('')))).headers.length, 100);
	});
	test('HEAD has the headers of GET and no body', async () => {
		const [get, head] = [await exchange(bare.port, req('GET /static')), await exchange(bare.port, req('HEAD /static'))];
		const clean = (text) => text.replace(/Date: [^\r]*/, '');
		assert.equal(clean(head.text), clean(get.text.slice(0, get.text.indexOf('\r\n\r\n') + 4)));
		assert.match(head.text, /Content-Length: 10000/);
	});
	test('Expect: 100-continue is answered before the body comes', async () => {
		const s = await connect(bare.port);
		s.write(req('POST /a', `Content-Length: 3\r\nExpect: 100-Continue\r\n${close}`));
		await until('100', () => s.text === 'HTTP/1.1 100 Continue\r\n\r\n');
		s.write('abc');
		await s.ended;
		assert.match(s.text, /HTTP\/1\.1 200 OK[^]*"body":"abc"/);
	});
	test('HTTP/1.0 ends the connection unless it asks to keep it', async () => {
		assert.ok((await exchange(bare.port, 'GET /a HTTP/1.0\r\n\r\n')).closed);
		const r = await exchange(bare.port, 'GET /a HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\nGET /b HTTP/1.0\r\n\r\n');
		assert.deepEqual(statuses(r), [200, 200]);
		assert.match(r.text, /Connection: keep-alive/);
	});
	test('500 pipelined requests, in order, in pieces of 1 to 700 bytes', async () => {
		const s = await connect(bare.port);
		const all = Array.from({ length: 500 }, (_, i) => (i % 3 ? req(`GET /${i}`, i === 499 ? close : '') : req(`POST /${i}`, `Content-Length: ${i}\r\n`, 'x'.repeat(i)))).join('');
		for (let at = 0, n = 1; at < all.length; at += n, n = (n * 7 + 1) % 701 || 1) {
			s.write(all.slice(at, at + n));
			if (at % 5 === 0) await new Promise(setImmediate);
		}
		await s.ended;
		assert.deepEqual([...s.text.matchAll(/"path":"\/(\d+)"/g)].map((m) => Number(m[1])), Array.from({ length: 500 }, (_, i) => i));
	});
	test('1000 requests on one connection', async () => {
		const before = await bare.stats();
		const s = await connect(bare.port);
		for (let i = 0; i < 1000; i++) {
			s.text = '';
			s.write(req(`GET /${i}`, ''));
			while (!s.text.includes('}\n')) await new Promise((done) => s.once('data', done));
			assert.match(s.text, new RegExp(`"path":"/${i}"`));
		}
		const now = await bare.stats();
		assert.equal(now.accepted - before.accepted, 2);
		s.destroy();
	});
	test('20 MB to a reader that pauses', async () => {
		const s = net.connect(bare.port, '127.0.0.1');
		const hash = createHash('sha256');
		let n = 0;
		s.write(req('GET /size/20000000', ''));
		s.once('data', () => { s.pause(); setTimeout(() => s.resume(), 300); });
		let head = true;
		await new Promise((done) => s.on('data', (d) => {
			const text = head ? d.subarray(d.indexOf('\r\n\r\n') + 4) : d;
			head = false;
			n += text.length;
			hash.update(text);
			if (n >= 20000000) done();
		}));
		const line = '0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopq\n';
		assert.equal(hash.digest('hex'), createHash('sha256').update(line.repeat(312500)).digest('hex'));
		s.destroy();
	});
	test('a handler cannot split an answer', async () => {
		const r = await exchange(bare.port, req('GET /split'));
		assert.deepEqual(statuses(r), [500]);
		assert.doesNotMatch(r.text, /stolen/);
	});
});

describe('slow clients', { concurrency: 1 }, () => {
	let bare;
	before(async () => { bare = await startBare('head_ms=1000', 'body_ms=1500', 'write_ms=1000', 'idle_ms=1000', 'sweep_ms=100', 'body=1000000'); });
	after(async () => assert.equal(await bare.stop(), 0));

	// Runs fn; meanwhile another client is served all the time, the slowest answer within 300 ms.
	async function whileServing(fn) {
		let running = true, slowest = 0, served = 0;
		const other = (async () => {
			for (; running; await sleep(20), served++) {
				const r = await exchange(bare.port, req('GET /other'));
				assert.deepEqual(statuses(r), [200]);
				slowest = Math.max(slowest, r.ms);
			}
		})();
		await fn();
		running = false;
		await other;
		assert.ok(served > 5 && slowest < 300, `${served} served, slowest ${slowest} ms`);
	}
	async function drip(start, byte, limit) {
		const before = (await bare.stats()).cut;
		const many = await Promise.all(Array.from({ length: 50 }, () => connect(bare.port)));
		const started = Date.now();
		for (const s of many) s.write(start);
		const timer = setInterval(() => { for (const s of many) if (!s.destroyed) s.write(byte); }, 150);
		await Promise.all(many.map((s) => s.ended));
		clearInterval(timer);
		assert.ok(Date.now() - started < limit + 700, `cut after ${Date.now() - started} ms`);
		assert.ok(Date.now() - started >= limit - 100, `not before ${limit}`);
		for (const s of many) assert.match(s.text, /^HTTP\/1\.1 408 [^]*Connection: close/);
		assert.equal((await bare.stats()).cut - before, 50);
	}

	test('head byte by byte: 408', () => whileServing(() => drip('GET /a HTTP/1.1\r\nHost: x\r\nX-A: ', 'a', 1000)));
	test('body byte by byte: 408', () => whileServing(() => drip(req('POST /a', 'Content-Length: 1000\r\n'), 'a', 1500)));
	test('pipelined head byte by byte: 408', async () => {
		const s = await connect(bare.port);
		s.write(`${req('GET /a', '')}GET /b HT`);
		await s.ended;
		assert.deepEqual(statuses(s), [200, 408]);
	});
	test('reading byte by byte: cut', () => whileServing(async () => {
		const s = net.connect(bare.port, '127.0.0.1');
		s.on('error', () => {});
		const before = (await bare.stats()).cut;
		s.write(req('GET /size/60000000', ''));
		s.once('data', () => s.pause());
		await until('cut', async () => (await bare.stats()).cut === before + 1, 2500);
		s.destroy();
	}));
	test('silent: closed without a word', async () => {
		const s = await connect(bare.port);
		const started = Date.now();
		await s.ended;
		assert.ok(Date.now() - started < 1700);
		assert.equal(s.text, '');
	});
	test('silent after a request: closed without a word', async () => {
		const s = await connect(bare.port);
		s.write(req('GET /a', ''));
		const started = Date.now();
		await s.ended;
		assert.ok(Date.now() - started < 1700);
		assert.deepEqual(statuses(s), [200]);
	});
	test('nothing is left of them', () => until('closed', async () => (await bare.stats()).connections === 1));
});

describe('clients that vanish', { concurrency: 1 }, () => {
	let bare;
	before(async () => { bare = await startBare('body=1000000'); });
	after(async () => assert.equal(await bare.stop(), 0));

	async function vanish(raw, whenAnswered) {
		await exchange(bare.port, req('GET /a'));
		await until('quiet', async () => (await bare.stats()).connections === 1);
		const before = bare.fds();
		for (let i = 0; i < 1000; i += 50) {
			const many = await Promise.all(Array.from({ length: 50 }, () => connect(bare.port)));
			for (const s of many) s.write(raw);
			await Promise.all(many.map((s) => (whenAnswered ? new Promise((done) => s.once('data', done)) : sleep(5))));
			for (const [n, s] of many.entries()) if (n % 2) s.resetAndDestroy(); else s.destroy();
		}
		await until('quiet', async () => (await bare.stats()).connections === 1);
		assert.equal(bare.fds(), before);
	}
	test('1000 in the middle of a head', () => vanish('GET /a HTTP/1.1\r\nHos', false));
	test('1000 in the middle of an upload', () => vanish(req('POST /a', 'Content-Length: 100000\r\n', 'x'.repeat(5000)), false));
	test('1000 in the middle of an answer', () => vanish(req('GET /size/3000000', ''), true));
	test('and the next is served', async () => assert.deepEqual(statuses(await exchange(bare.port, req('GET /a'))), [200]));
});

describe('limits', { concurrency: 1 }, () => {
	test('2000 idle connections of one address: the others of it get 503, those of another are served', async () => {
		const bare = await startBare('max_per_source=200');
		const many = await Promise.all(Array.from({ length: 2000 }, () => connect(bare.port)));
		await until('turned away', () => many.filter((s) => s.destroyed).length === 1800);
		assert.ok(many.filter((s) => s.text.startsWith('HTTP/1.1 503 ')).length >= 1700, 'nearly all were told');
		const other = await connect(bare.port, '127.0.0.2');
		other.write(req('GET /stats'));
		await other.ended;
		assert.equal(JSON.parse(body(other)).over_limit, 1800);
		for (const s of many) s.destroy();
		await until('free again', async () => statuses(await exchange(bare.port, req('GET /a')))[0] === 200);
		assert.equal(await bare.stop(), 0);
	});
	test('connections in all', async () => {
		const bare = await startBare('max_connections=50', 'max_per_source=50');
		const many = await Promise.all(Array.from({ length: 60 }, (_, i) => connect(bare.port, `127.0.0.${i % 5 + 1}`)));
		await until('turned away', () => many.filter((s) => s.destroyed).length === 10);
		for (const s of many) s.destroy();
		await until('free again', async () => statuses(await exchange(bare.port, req('GET /a')))[0] === 200);
		assert.equal(await bare.stop(), 0);
	});
	test('bodies in all', async () => {
		const bare = await startBare('max_body_total=100000', 'body=60000');
		const first = await connect(bare.port);
		first.write(req('POST /a', 'Content-Length: 60000\r\n', 'x'));
		await sleep(100);
		const r = await exchange(bare.port, req('POST /a', 'Content-Length: 60000\r\n'));
		assert.deepEqual(statuses(r), [503]);
		assert.match(r.text, /Retry-After: \d/);
		first.destroy();
		await until('free again', async () => statuses(await exchange(bare.port, req('POST /a', `Content-Length: 60000\r\n${close}`, 'x'.repeat(60000))))[0] === 200);
		assert.equal(await bare.stop(), 0);
	});
	test('out of descriptors: waits without spinning, then goes on', async () => {
		const bare = await startBare('max_per_source=500');
		assert.equal(spawnSync('prlimit', [`--nofile=30:30`, '--pid', String(bare.pid)]).status, 0);
		const many = await Promise.all(Array.from({ length: 60 }, () => connect(bare.port)));
		await sleep(200);
		const before = bare.cpu();
		await sleep(1500);
		assert.ok(bare.cpu() - before < 20, `${bare.cpu() - before} hundredths of a second used while waiting`);
		for (const s of many) s.destroy();
		assert.deepEqual(statuses(await exchange(bare.port, req('GET /a'))), [200]);
		assert.equal(await bare.stop(), 0);
	});
});

describe('the end', { concurrency: 1 }, () => {
	test('running requests are answered, idle connections closed', async () => {
		const bare = await startBare();
		const [running, reading, idle] = await Promise.all([1, 2, 3].map(() => connect(bare.port)));
		running.write(req('GET /sleep/500', ''));
		reading.write('POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na');
		idle.write(req('GET /a', '')); // who has just come and said nothing is waited for
		while (!/200 OK[^]*"body"/.test(idle.text)) await sleep(10);
		const started = Date.now();
		bare.signal('SIGTERM');
		await idle.ended;
		assert.ok(Date.now() - started < 400, 'idle ones go at once');
		reading.write('bc');
		await reading.ended;
		assert.match(reading.text, /200 OK[^]*Connection: close[^]*"body":"abc"/);
		await running.ended;
		assert.match(running.text, /200 OK[^]*Connection: close/);
		assert.equal(await bare.ended, 0);
		assert.ok(Date.now() - started < 1500);
	});
	test('those who do not finish are dropped', async () => {
		const bare = await startBare('stop_ms=500');
		const s = await connect(bare.port);
		s.write('GET /a HT');
		await sleep(50);
		const started = Date.now();
		assert.equal(await bare.stop(), 0);
		assert.ok(Date.now() - started < 1500);
	});
});

describe('listening', { concurrency: 1 }, () => {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'vimb-http-'));
	const file = `${dir}/socket`;
	after(() => fs.rmSync(dir, { recursive: true, force: true }));
	const ask = (raw) => new Promise((done, fail) => {
		const s = net.connect(file);
		let text = '';
		s.on('data', (d) => { text += d; });
		s.once('error', fail);
		s.once('close', () => done(text));
		s.once('connect', () => s.write(raw));
	});

	test('a unix socket: mode 660, no limit per source, a dead one is replaced and a live one is not', async () => {
		const first = await startBare(`unix:${file}`, 'max_per_source=1');
		assert.equal(fs.statSync(file).mode & 0o777, 0o660);
		const answers = await Promise.all([1, 2, 3].map(() => ask(req('GET /a'))));
		for (const text of answers) assert.match(text, /"peer":"unix"/);
		const second = spawnSync(bareBinary(), [`unix:${file}`], { encoding: 'utf8', timeout: 5000 });
		assert.equal(second.status, 1);
		assert.match(second.stderr, /Address already in use/);
		first.signal('SIGKILL');
		await first.ended;
		assert.ok(fs.existsSync(file));
		const third = await startBare(`unix:${file}`);
		assert.match(await ask(req('GET /a')), /^HTTP\/1\.1 200 /);
		assert.equal(await third.stop(), 0);
	});
	test('a file that is no socket is left alone', () => {
		fs.writeFileSync(`${dir}/file`, 'precious');
		const r = spawnSync(bareBinary(), [`unix:${dir}/file`], { encoding: 'utf8', timeout: 5000 });
		assert.equal(r.status, 1);
		assert.equal(fs.readFileSync(`${dir}/file`, 'utf8'), 'precious');
	});
	test('a descriptor that was inherited', async () => {
		const listener = net.createServer().listen(0, '127.0.0.1');
		await new Promise((done) => listener.once('listening', done));
		const { port } = listener.address();
		const child = spawn(bareBinary(), ['fd:3'], { stdio: ['ignore', 'pipe', 'inherit', listener._handle.fd] });
		let output = '';
		child.stdout.on('data', (d) => { output += d; });
		await until('serving', () => output.includes('serving'));
		listener.close();
		assert.deepEqual(statuses(await exchange(port, req('GET /a'))), [200]);
		child.kill('SIGTERM');
		assert.equal(await new Promise((done) => child.once('exit', done)), 0);
	});
});
