// SPDX-License-Identifier: GPL-3.0-or-later
// What every answer carries, whoever gives it: pages, JSON, assets, redirects, refusals of the gate and of the HTTP layer, a database that is gone. And
// where changes may come from, name by name and header by header.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import net from 'node:net';
import { startPanel, root, sleep } from './lib/panel.mjs';

let panel;
before(async () => {
	panel = await startPanel({ settings: { 'bruteforce.max_attempts': 1 } });
	await panel.signIn();
});
after(() => panel?.stop());

// Bytes over the wire, and the answer to them: {status, headers}; names in lower case, each value once.
function wire(port, bytes) {
	return new Promise((done, fail) => {
		let text = '';
		const s = net.connect(port, '127.0.0.1', () => s.write(bytes));
		s.setEncoding('latin1');
		s.on('data', (d) => { text += d; if (text.includes('\r\n\r\n')) s.destroy(); });
		s.on('error', fail);
		s.on('close', () => {
			const lines = text.split('\r\n\r\n')[0].split('\r\n');
			const headers = new Map();
			for (const line of lines.slice(1)) {
				const [, name, value] = /^([^:]+): (.*)$/.exec(line);
				assert.ok(!headers.has(name.toLowerCase()) || name.toLowerCase() === 'set-cookie', `${name} twice`);
				headers.set(name.toLowerCase(), value);
			}
			done({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]), headers });
		});
	});
}

function safe(what, get, { cached = false, tls = false } = {}) {
	const policy = get('content-security-policy') ?? '';
	assert.match(policy, /^default-src 'none';/, what);
	for (const part of ["frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"]) assert.ok(policy.includes(part), `${what}: ${part}`);
	assert.doesNotMatch(policy, /unsafe|\*|data:|http/, what);
	assert.equal(get('x-content-type-options'), 'nosniff', what);
	assert.equal(get('x-frame-options'), 'DENY', what);
	assert.equal(get('referrer-policy'), 'same-origin', what);
	assert.match(get('permissions-policy') ?? '', /camera=\(\)/, what);
	assert.equal(get('cross-origin-opener-policy'), 'same-origin', what);
	assert.equal(get('cross-origin-resource-policy'), 'same-origin', what);
	for (const none of ['access-control-allow-origin', 'server', 'x-powered-by']) assert.ok(!get(none), `${what}: ${none}`);
	if (tls) assert.equal(get('strict-transport-security'), 'max-age=31536000; includeSubDomains', what);
	else assert.ok(!get('strict-transport-security'), what);
	if (cached) return;
	assert.equal(get('cache-control'), 'no-store', what);
	assert.ok(!get('content-encoding'), `${what}: compressed`);
}

const head = (line, headers = '') => `${line} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}\r\n`;
// status, bytes: what the HTTP layer and the gate refuse by themselves
const refusals = (port) => [
	[400, 'GET / HTTP/1.1\r\n\r\n'], [400, 'nonsense\r\n\r\n'], [400, head('GET /', 'Cookie: a=1\r\nCookie: b=2\r\n')], [404, head('GET /nowhere')], [405, head('PUT /domains')],
	[413, head('POST /auth/login', 'Content-Length: 99999999\r\n')], [414, head(`GET /${'a'.repeat(9000)}`)], [415, head('POST /auth/login', 'Content-Type: text/plain\r\nContent-Length: 1\r\n') + 'x'],
	[417, head('POST /auth/login', 'Expect: nothing\r\nContent-Length: 1\r\n')], [421, `GET / HTTP/1.1\r\nHost: evil.example:${port}\r\n\r\n`], [431, head('GET /', `X: ${'a'.repeat(40000)}\r\n`)],
	[501, head('POST /auth/login', 'Transfer-Encoding: chunked\r\n')], [501, head('BREW /')], [505, 'GET / HTTP/3.0\r\nHost: 127.0.0.1\r\n\r\n'],
];

test('every kind of answer carries them', async () => {
	const css = /href="(\/s\/app[^"]+\.css)"/.exec((await panel.get('/domains')).text)[1];
	const anonymous = panel.client();
	await anonymous.get('/auth/login');
	const wants = { 'accept-encoding': 'gzip, br' };
	const answers = [];
	for (const target of ['/domains', '/about', '/auth/change-password', '/domains/999999', '/mailboxes?sort=x', '/nowhere', '/limits', '/health', '/robots.txt', '/domains/export.csv']) answers.push([target, await panel.get(target, wants)]);
	for (const target of ['/api/domains', '/api/domains/999999', '/api/nowhere']) answers.push([target, await panel.get(target, wants)]);
	answers.push(['303', await anonymous.get('/domains', wants)], ['401', await anonymous.post('/auth/login', { username: 'x', password: 'x' }, wants)], ['429', await anonymous.post('/auth/login', { username: 'x', password: 'x' }, wants)],
		['403', await panel.post('/domains/add', { csrf: 'x' }, wants)], ['422', await panel.post('/domains/add', { domain: '' }, wants)], ['401 script', await anonymous.get('/domains', { ...wants, 'hx-request': 'true' })],
		['HEAD', await panel.fetch('HEAD', '/domains', { headers: wants })]);
	const seen = new Set(answers.map(([, r]) => r.status));
	for (const status of [200, 302, 400, 401, 403, 404, 422, 429]) assert.ok(seen.has(status), `no answer ${status} among them: ${[...seen]}`);
	for (const [what, r] of answers) safe(`${what} (${r.status})`, (name) => r.headers.get(name));
	const asset = await panel.get(css, wants);
	assert.ok(asset.headers.get('content-encoding'));
	safe(css, (name) => asset.headers.get(name), { cached: true });
	const again = await panel.get(css, { ...wants, 'if-none-match': asset.headers.get('etag') });
	assert.equal(again.status, 304);
	safe('304', (name) => again.headers.get(name), { cached: true });
});

test('so do refusals of the HTTP layer and of the gate', async () => {
	for (const [status, bytes] of refusals(panel.port)) {
		const r = await wire(panel.port, bytes);
		assert.equal(r.status, status, bytes.slice(0, 60));
		safe(`${status}`, (name) => r.headers.get(name));
	}
});

test('with TLS in front, all of these and HSTS', async () => {
	let tls = await startPanel({ settings: { public_url: 'https://mail.example.org', hosts: '127.0.0.1' } });
	try {
		for (const [status, bytes] of [[200, head('GET /auth/login')], [302, head('GET /domains')], ...refusals(tls.port)]) {
			const r = await wire(tls.port, bytes);
			assert.equal(r.status, status, bytes.slice(0, 60));
			safe(`${status}`, (name) => r.headers.get(name), { tls: true });
		}
	} finally {
		await tls.stop();
	}
	tls = await startPanel({ settings: { public_url: 'https://example.org', hosts: '127.0.0.1', 'http.hsts_subdomains': 'no' } });
	try {
		assert.equal((await wire(tls.port, head('GET /auth/login'))).headers.get('strict-transport-security'), 'max-age=31536000');
	} finally {
		await tls.stop();
	}
});

test('a database that is gone is 503 with the time to wait, and says nothing about it', async () => {
	const broken = await startPanel();
	try {
		await broken.signIn();
		broken.sql('ALTER TABLE vimb_session RENAME TO gone');
		for (const target of ['/domains', '/api/domains']) {
			const r = await broken.get(target);
			assert.ok(r.status >= 500, `${r.status}`);
			assert.doesNotMatch(r.text, /vimb_session|sqlite|SELECT/i);
			safe(target, (name) => r.headers.get(name));
			if (r.status === 503) assert.ok(Number(r.headers.get('retry-after')) > 0);
		}
	} finally {
		await broken.stop();
	}
});

test('too many connections of one source are refused while the others are served', async () => {
	const few = await startPanel({ settings: { 'http.max_connections_per_source': 4 } });
	few.agent.destroy();
	const open = (from) => new Promise((done) => {
		const s = net.connect({ port: few.port, host: '127.0.0.1', localAddress: from });
		s.text = '';
		s.on('data', (d) => { s.text += d; }).on('error', () => {}).on('close', () => { s.gone = true; });
		s.on('connect', () => done(s));
	});
	try {
		const held = [];
		for (let i = 0; i < 8; i++) held.push(await open('127.0.0.3')); // not where this test's own connections came from
		for (let i = 0; i < 500 && held.filter((s) => s.gone).length < 4; i++) await sleep(10);
		assert.equal(held.filter((s) => s.gone).length, 4);
		const other = await open('127.0.0.2');
		other.write(head('GET /health', 'Connection: close\r\n'));
		for (let i = 0; i < 500 && !other.gone; i++) await sleep(10);
		assert.match(other.text, /^HTTP\/1\.1 200/);
		held.forEach((s) => s.destroy());
	} finally {
		await few.stop();
	}
});

test('where a change may come from: Sec-Fetch-Site × Origin × Referer', async () => {
	const own = panel.url, evil = 'http://evil.example';
	let n = 0, allowed = 0;
	for (const site of [undefined, 'same-origin', 'none', 'same-site', 'cross-site', 'SAME-ORIGIN', '', 'nonsense'])
		for (const origin of [undefined, own, evil, 'null', `${own}.evil.example`, `${own}:1`, own.replace('http:', 'https:'), `${own}/`, own.toUpperCase()])
			for (const referer of [undefined, `${own}/domains/add`, `${evil}/`, `${own}.evil.example/`]) {
				const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-csrf-token': panel.csrf };
				for (const [name, value] of [['sec-fetch-site', site], ['origin', origin], ['referer', referer]]) if (value !== undefined) headers[name] = value;
				const r = await panel.fetch('POST', '/domains/add', { body: 'domain=', headers });
				const siteOk = site === undefined || site === 'same-origin' || site === 'none';
				const originOk = origin === own || origin === own.toUpperCase();
				const ok = siteOk && (origin !== undefined ? originOk : referer !== undefined ? referer === `${own}/domains/add` : site !== undefined);
				assert.equal(r.status, ok ? 422 : 403, `${site} | ${origin} | ${referer}`);
				n++;
				allowed += ok;
			}
	assert.equal(n, 8 * 9 * 4);
	assert.ok(allowed > 0 && allowed < n / 4);
});

test('fields twice, as arrays, in the query: refused on every route that takes a body', async () => {
	for (const [target, name, value] of [['/auth/login', 'username', root.username], ['/domains/add', 'domain', 'a.example'], ['/account/password', 'password', 'x'], ['/auth/change-password', 'username', 'a@b.example'],
		['/limits/clear', 'name', 'x'], ['/account/sessions/end', 'session', 'x']]) {
		const send = (body, query = '') => panel.fetch('POST', target + query, { body, headers: { 'content-type': 'application/x-www-form-urlencoded', origin: panel.url, 'x-csrf-token': panel.csrf } });
		for (const body of [`${name}=${value}&${name}=${value}`, `${name}[]=${value}`, `${name}%5B%5D=${value}`, `${name}[0]=${value}`, `${name}.x=${value}`, `${name}%00=${value}`, `${name.toUpperCase()}=${value}`])
			assert.equal((await send(body)).status, 400, `${target} ${body}`);
		assert.equal((await send('', `?${name}=${value}`)).status, 400, `${target} in the query`);
		const json = (body) => panel.fetch('POST', `/api${target}`, { body, headers: { 'content-type': 'application/json', origin: panel.url, 'x-csrf-token': panel.csrf } });
		for (const body of [`{"${name}":["${value}"]}`, `{"${name}":{"x":1}}`, `{"${name}":"${value}","${name}":"${value}"}`])
			assert.equal((await json(body)).status, 400, `${target} ${body}`);
	}
});
