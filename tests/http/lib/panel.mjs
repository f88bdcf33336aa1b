// SPDX-License-Identifier: GPL-3.0-or-later
// A panel of the test's own: the real binary on a free loopback port, with a database of its own, and a client that keeps cookies. Used by the
// HTTP, browser and mail tests.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { engine, freshDatabase } from './engine.mjs';
import { makeRoles } from './roles.mjs';

export const binary = process.env.VIMBADMIN || path.resolve('build/release/vimbadmin');
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
export const root = { username: 'root@example.org', password: 'correct horse battery' };

export function freePort() {
	return new Promise((done, fail) => {
		const s = net.createServer();
		s.once('error', fail);
		s.listen(0, '127.0.0.1', () => {
			const { port } = s.address();
			s.close(() => done(port));
		});
	});
}

// One request. Not the global fetch(): in Debian 12 it does not show more than one Set-Cookie.
function request(url, { method, headers, body, agent }) {
	return new Promise((done, fail) => {
		const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
		const r = http.request(url, { method, agent, headers: { ...headers, ...length } }, (res) => {
			const chunks = [];
			res.on('data', (chunk) => chunks.push(chunk));
			res.on('error', fail);
			res.on('end', () => done({ status: res.statusCode, text: Buffer.concat(chunks).toString('utf8'), headers: {
				get: (name) => [res.headers[name.toLowerCase()] ?? []].flat().join(', ') || null,
				getSetCookie: () => res.headers['set-cookie'] ?? [] } }));
		});
		// a connection that lay idle may have ended while this was on its way
		r.on('error', (e) => (method === 'GET' && r.reusedSocket && e.code === 'ECONNRESET' ? request(url, { method, headers, body, agent }).then(done, fail) : fail(e)));
		r.end(body);
	});
}

// A browser without a screen: cookies, redirects left to the caller.
export class Client {
	constructor(url) {
		this.url = url;
		this.cookies = new Map();
		this.csrf = '';
		this.agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
	}

	async fetch(method, target, { body, headers = {} } = {}) {
		const cookie = [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ');
		const r = await request(this.url + target, { method, body, agent: this.agent, headers: { ...(cookie ? { cookie } : {}), ...headers } });
		for (const line of r.headers.getSetCookie()) {
			const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
			if (value === '' || /max-age=0/i.test(line)) this.cookies.delete(name);
			else this.cookies.set(name, value);
		}
		const token = /name="csrf" value="([0-9a-f]+)"/.exec(r.text);
		if (token) this.csrf = token[1];
		return r;
	}

	get(target, headers) {
		return this.fetch('GET', target, { headers });
	}

	// A form as a browser sends it, with the token of the page seen last.
	post(target, fields = {}, headers = {}) {
		return this.fetch('POST', target, { body: new URLSearchParams({ csrf: this.csrf, ...fields }).toString(),
			headers: { 'content-type': 'application/x-www-form-urlencoded', origin: this.url, ...headers } });
	}

	// A form with a box for a file, as a browser sends it; file: its text or bytes, undefined: the box was left empty.
	upload(target, fields = {}, file = undefined, { box = 'file', name = 'rows.csv', headers = {} } = {}) {
		const line = '----WebKitFormBoundary7MA4YWxkTrZu0gW', parts = [];
		for (const [key, value] of Object.entries({ csrf: this.csrf, ...fields }))
			parts.push(`--${line}\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n${value}\r\n`);
		parts.push(`--${line}\r\nContent-Disposition: form-data; name="${box}"; filename="${file === undefined ? '' : name}"\r\nContent-Type: ${file === undefined ? 'application/octet-stream' : 'text/csv'}\r\n\r\n`);
		return this.fetch('POST', target, { body: Buffer.concat([...parts, file ?? '', `\r\n--${line}--\r\n`].map((p) => Buffer.from(p))),
			headers: { 'content-type': `multipart/form-data; boundary=${line}`, origin: this.url, ...headers } });
	}

	// The JSON door, with the same session.
	async api(method, target, fields) {
		const r = await this.fetch(method, `/api${target}`, {
			body: fields === undefined ? undefined : JSON.stringify(fields),
			headers: { accept: 'application/json', origin: this.url, 'x-csrf-token': this.csrf,
				...(fields === undefined ? {} : { 'content-type': 'application/json' }) } });
		let json = null;
		try {
			json = JSON.parse(r.text);
		} catch { /* the caller sees null and the text */ }
		return { ...r, json };
	}

	async signIn(username = root.username, password = root.password) {
		await this.get('/auth/login');
		const r = await this.post('/auth/login', { username, password });
		if (r.status !== 303) throw new Error(`sign-in answered ${r.status}: ${r.text}`);
		await this.get('/domains');
		return this;
	}
}

// Starts a panel. database: URL (default: a fresh one of the engine that is tested, with panel.sql(), panel.dump(), panel.text(hex) for a text in SQL); settings: further keys of the configuration, or what gives them for the port; firstRun: without the first
// administrator, who is to come in by panel.setupLink(); socket: also on panel.socket.
export async function startPanel({ database, settings = {}, env = {}, firstRun = false, socket = false } = {}) {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'vimbadmin-panel-'));
	const port = await freePort();
	const url = `http://127.0.0.1:${port}`;
	const conf = path.join(dir, 'vimbadmin.conf');
	const own = database === undefined ? freshDatabase(`${dir}/vimbadmin.db`) : { url: database, remove() {} };
	// on a server the panel is a user of few rights
	if (database === undefined && engine !== 'sqlite') Object.assign(own, (({ database: url, 'keeper.database': keeper }) => ({ url, keeper }))(makeRoles(own.url, own.sql, own.name)));
	// TEST_FRONT: a folder; then a proxy with a web application firewall stands before every panel (tests/attack/front.mjs)
	const front = process.env.TEST_FRONT && await import('../../attack/front.mjs');
	const keys = { database: own.url, ...(own.keeper ? { 'keeper.database': own.keeper } : {}), listen: `${front ? `unix:${dir}/front.sock` : `127.0.0.1:${port}`}${socket ? ` unix:${dir}/http.sock` : ''}`, public_url: url,
		securitysalt: '6f2c81d94be7a03558ce1f74d6b09a2eb3517fc8', 'resources.auth.oss.pwhash': 'bcrypt', 'resources.auth.oss.hash_cost': 4, 'changes.per_minute': 0,
		...(typeof settings === 'function' ? settings(port) : settings) };
	fs.writeFileSync(conf, Object.entries(keys).map(([k, v]) => `${k} = ${v}\n`).join(''), { mode: 0o600 });
	const cli = (args, options = {}) => execFileSync(binary, ['-c', conf, ...args],
		{ encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'], ...options });
	cli(['schema', 'apply']);
	if (!firstRun) cli(['admin', 'add', root.username, '--super', 'yes', '--password-stdin'], { input: `${root.password}\n` });
	const log = path.join(dir, 'log');
	const started = process.hrtime.bigint();
	const out = fs.openSync(log, 'a');
	const launch = () => spawn(binary, ['-c', conf, 'serve'], { stdio: ['ignore', out, out], env: { ...process.env, ...env } });
	const proxy = front && front.startFront(port, `${dir}/front.sock`, process.env.TEST_FRONT);
	const readLog = () => fs.readFileSync(log, 'utf8');
	const panel = Object.assign(new Client(url), { dir, port, conf, cli, database: own.url, sql: own.sql, dump: own.dump, text: own.text, socket: `${dir}/http.sock`, log: readLog, child: launch(), client: () => new Client(url),
		setupLink: () => /http:\S+#token=[0-9a-f]+/.exec(readLog())[0],
		// the master anew after it died, as the service manager does it
		relaunch() { panel.child = launch(); },
		async stop() {
			panel.agent.destroy();
			const { child } = panel;
			const gone = new Promise((done) => { if (child.exitCode !== null || child.signalCode !== null) done(); else child.once('exit', done); });
			child.kill('SIGTERM');
			const late = setTimeout(() => child.kill('SIGKILL'), 12000);
			await gone;
			clearTimeout(late);
			await proxy?.stop();
			own.remove();
			const found = readLog();
			fs.rmSync(dir, { recursive: true, force: true });
			// a build with a sanitizer (tests/run -f asan http) says there what it found
			const at = found.search(/^.*(?:ERROR: AddressSanitizer|ERROR: LeakSanitizer|WARNING: ThreadSanitizer|: runtime error: )/m);
			if (at >= 0) throw new Error(`in the panel's log:\n${found.slice(at, at + 8000)}`);
		} });
	for (let i = 0; ; i++) {
		try {
			if ((await panel.get('/health')).status === 200) {
				panel.startedMs = Number(process.hrtime.bigint() - started) / 1e6;
				return panel;
			}
		} catch { /* not listening yet */ }
		if (panel.child.exitCode !== null || i > 1500 || (i % 100 === 99 && /child\.died/.test(readLog()))) {
			panel.child.kill('SIGTERM');
			throw new Error(`the panel did not start:\n${readLog()}`);
		}
		await sleep(10);
	}
}

// The process id of a panel's keeper; undefined: there is none now.
export function keeperOf(panel) {
	for (const pid of fs.readdirSync('/proc').filter((n) => /^\d+$/.test(n)))
		try {
			const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
			if (/^Name:\tvimbadmin-keep$/m.test(status) && new RegExp(`^PPid:\t${panel.child.pid}$`, 'm').test(status) && !/^State:\tZ/m.test(status)) return Number(pid);
		} catch { /* gone meanwhile */ }
	return undefined;
}
