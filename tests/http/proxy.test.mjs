// SPDX-License-Identifier: GPL-3.0-or-later
// Behind a proxy, or before somebody who says to be one: whose address stands in the trail, and that no other header of a proxy has any effect.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import { startFront } from '../attack/front.mjs';
import { freePort, sleep, startPanel, root } from './lib/panel.mjs';

async function withPanel(settings, run) {
	const panel = await startPanel({ settings });
	try {
		await run(panel);
	} finally {
		await panel.stop();
	}
}

// Signs in with these headers on the wire; the address that the trail has for it.
async function sourceOf(panel, headers) {
	const c = panel.client();
	await c.get('/auth/login');
	const r = await c.post('/auth/login', root, headers);
	assert.equal(r.status, 303, r.text);
	const [row] = JSON.parse(panel.cli(['log', 'list', '--action', 'ADMIN_LOGIN', '--limit', '1', '--json']));
	return row.source;
}

test('auto: a private peer is believed, from the right and no further than it can be read', async () => {
	await withPanel({}, async (panel) => {
		for (const [header, source] of [[undefined, '127.0.0.1'], ['192.0.2.9', '192.0.2.9'], ['6.6.6.6, 192.0.2.9, 10.0.0.1', '192.0.2.9'], ['[2001:db8::9]:80', '2001:db8::9'],
			['6.6.6.6, unknown', '127.0.0.1'], ['10.0.0.7, 192.168.0.1', '10.0.0.7'], ['::ffff:192.0.2.9', '192.0.2.9']])
			assert.equal(await sourceOf(panel, header ? { 'x-forwarded-for': header } : {}), source, header);
		assert.equal(await sourceOf(panel, { forwarded: 'for=192.0.2.9' }), '127.0.0.1', 'only the header that is configured');
	});
});

test('off: nobody is believed', async () => {
	await withPanel({ 'trustedproxy.mode': 'off' }, async (panel) => {
		assert.equal(await sourceOf(panel, { 'x-forwarded-for': '192.0.2.9' }), '127.0.0.1');
	});
});

test('on: only the proxies of the list; Forwarded where it is configured', async () => {
	await withPanel({ 'trustedproxy.mode': 'on', 'trustedproxy.proxies': '10.0.0.0/8' }, async (panel) => {
		assert.equal(await sourceOf(panel, { 'x-forwarded-for': '192.0.2.9' }), '127.0.0.1');
	});
	await withPanel({ 'trustedproxy.mode': 'on', 'trustedproxy.proxies': '127.0.0.0/8 10.0.0.0/8', 'trustedproxy.header': 'Forwarded' }, async (panel) => {
		assert.equal(await sourceOf(panel, { forwarded: 'for=6.6.6.6, for="[2001:db8::9]:80";proto=https, for=10.0.0.1' }), '2001:db8::9');
		assert.equal(await sourceOf(panel, { 'x-forwarded-for': '192.0.2.9' }), '127.0.0.1');
	});
});

test('tries are counted for the address behind the proxy', async () => {
	await withPanel({ 'bruteforce.max_attempts': 2 }, async (panel) => {
		const tryFrom = async (source) => {
			const c = panel.client();
			await c.get('/auth/login');
			return (await c.post('/auth/login', { username: 'nobody@example.org', password: 'wrong' }, { 'x-forwarded-for': source })).status;
		};
		for (const [source, status] of [['2001:db8:1:2::1', 401], ['2001:db8:1:2::2', 401], ['2001:db8:1:2::3', 429], ['6.6.6.6, 2001:db8:1:2::4', 429], ['2001:db8:1:3::1', 401]])
			assert.equal(await tryFrom(source), status, source);
	});
});

test('a proxy on a Unix socket is believed', async () => {
	const panel = await startPanel({ socket: true, settings: { 'trustedproxy.mode': 'on' } });
	const ask = (method, target, headers, body = '') => new Promise((done, fail) => {
		http.request({ socketPath: panel.socket, method, path: target, headers: { host: `127.0.0.1:${panel.port}`, 'content-length': Buffer.byteLength(body), ...headers } }, (res) => {
			let text = '';
			res.on('data', (d) => { text += d; }).on('end', () => done({ status: res.statusCode, headers: res.headers, text }));
		}).on('error', fail).end(body);
	});
	try {
		for (const [header, source] of [['6.6.6.6, 192.0.2.9', '192.0.2.9'], ['6.6.6.6, nothing', '']]) {
			const page = await ask('GET', '/auth/login', {});
			const cookie = page.headers['set-cookie'][0].split(';')[0];
			const [, csrf] = /name="csrf" value="(\w+)"/.exec(page.text);
			const r = await ask('POST', '/auth/login', { cookie, origin: panel.url, 'x-forwarded-for': header, 'content-type': 'application/x-www-form-urlencoded' },
				new URLSearchParams({ csrf, ...root }).toString());
			assert.equal(r.status, 303, r.text);
			const [row] = JSON.parse(panel.cli(['log', 'list', '--action', 'ADMIN_LOGIN', '--limit', '1', '--json']));
			assert.equal(row.source ?? '', source);
		}
	} finally {
		await panel.stop();
	}
});

test('X-Forwarded-Host, -Proto and -Prefix have no effect on a single byte', async () => {
	await withPanel({}, async (panel) => {
		const forged = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', 'x-forwarded-prefix': '/evil', 'x-original-url': '/admins', 'x-rewrite-url': '/admins',
			'x-http-method-override': 'POST', 'x-forwarded-for': '192.0.2.9' };
		for (const target of ['/auth/login', '/domains', '/nowhere', '/health', '/api/domains']) {
			const [plain, r] = [await panel.client().get(target), await panel.client().get(target, forged)];
			const bare = (t) => t.replace(/[0-9a-f]{16,64}/g, '');
			assert.equal(r.status, plain.status, target);
			assert.equal(bare(r.text), bare(plain.text), target);
			assert.doesNotMatch(r.text + r.headers.get('location') + r.headers.getSetCookie().join(), /evil|https:|Secure/, target);
		}
	});
});

test('nginx as in contrib lets a file through where files are taken, and nowhere else as much', async () => {
	const panel = await startPanel({ socket: true });
	const port = await freePort();
	let proxy;
	try {
		proxy = startFront(port, panel.socket, panel.dir, { rules: false });
		await panel.signIn();
		const through = Object.assign(panel.client(), { url: `http://127.0.0.1:${port}`, cookies: panel.cookies, csrf: panel.csrf });
		const headers = { host: `127.0.0.1:${panel.port}`, origin: panel.url };
		for (let i = 0; i < 500 && !await through.get('/health', headers).then((r) => r.status === 200, () => false); i++) await sleep(10);
		const file = `address\n${'x'.repeat(99)}\n`.padEnd(2 << 20, '\n');
		assert.equal((await through.upload('/import', { kind: 'mailboxes' }, file, { headers })).status, (await panel.upload('/import', { kind: 'mailboxes' }, file)).status);
		const text = JSON.stringify({ kind: 'mailboxes', text: file });
		const asJson = { ...headers, accept: 'application/json', 'content-type': 'application/json', 'x-csrf-token': panel.csrf };
		const direct = await panel.fetch('POST', '/api/import', { body: text, headers: { ...asJson, origin: panel.url } });
		assert.equal((await through.fetch('POST', '/api/import', { body: text, headers: asJson })).status, direct.status);
		const other = await through.fetch('POST', '/api/domains/add', { body: text, headers: asJson }).catch((e) => e);
		assert.match(`${other.status ?? other.code}`, /^(413|EPIPE|ECONNRESET)$/);
		assert.equal((await panel.get('/domains')).status, 200);
	} finally {
		await proxy?.stop();
		await panel.stop();
	}
});
