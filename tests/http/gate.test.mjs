// SPDX-License-Identifier: GPL-3.0-or-later
// What is refused before anything is asked of the database: unknown hosts, paths, methods, kinds of body, fields; changes that come from elsewhere.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import { startPanel } from './lib/panel.mjs';
import { routes } from './lib/routes.mjs';

let panel;
before(async () => {
	panel = await startPanel();
	await panel.signIn();
});
after(() => panel?.stop());

// A request with headers that fetch() will not send (Host, Origin, two cookies).
function raw(method, path, headers = {}, body = '') {
	return new Promise((done, fail) => {
		const r = http.request({ host: '127.0.0.1', port: panel.port, method, path, headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
			(res) => {
				let text = '';
				res.on('data', (d) => { text += d; }).on('end', () => done({ status: res.statusCode, headers: res.headers, text }));
			});
		r.on('error', fail);
		r.end(body);
	});
}
const cookie = () => [...panel.cookies].map(([k, v]) => `${k}=${v}`).join('; ');
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const domains = async () => (await panel.api('GET', '/domains')).json.total;

test('an unknown host name is refused, on every kind of route', async () => {
	for (const path of ['/domains', '/auth/login', '/nowhere', '/favicon.ico', '/api/domains']) {
		assert.equal((await raw('GET', path, { host: 'evil.example' })).status, 421, path);
		assert.equal((await raw('GET', path, { host: `evil.example:${panel.port}` })).status, 421, path);
	}
	assert.equal((await raw('GET', '/health', { host: 'evil.example' })).status, 200);
	assert.equal((await raw('GET', '/auth/login', { host: `localhost:${panel.port}` })).status, 200);
});

test('unknown paths are 404, also below known ones', async () => {
	for (const path of ['/nowhere', '/domains/', '/domains/x/edit', '/domains/0/edit', '/domains/01/edit', '/domains/-1/edit', '/domains/1e1/edit', '/domains/0x1/edit',
		'/domains/99999999999999999999/edit', '/domains/1/edit/x.css', '/domains/{id}/edit', '/api', '/api/', '/api/nowhere', '/api/health', '/s/', '/s/app.css',
		'/DOMAINS', '/auth/', '/log/x'])
		assert.equal((await panel.get(path)).status, 404, path);
	for (const path of ['/s/%2e%2e/domains', '/s/../domains', '//domains', '/domains%00', '/s/..%2fdomains'])
		assert.ok([400, 404].includes((await raw('GET', path, { cookie: cookie() })).status), path);
});

test('a method that the row does not name is 405 with Allow, without touching anything', async () => {
	for (const route of routes.filter((r) => !r.rest)) {
		const path = route.path.replace('{id}', '999999');
		for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', ...(route.get ? [] : ['GET', 'HEAD']), ...(route.post ? [] : ['POST'])]) {
			const r = await panel.fetch(method, path, { headers: { origin: panel.url } });
			assert.equal(r.status, 405, `${method} ${path}`);
			const allow = r.headers.get('allow').split(', ');
			assert.equal(allow.includes('GET'), route.get, path);
			assert.equal(allow.includes('POST'), route.post, path);
			assert.equal(r.headers.get('access-control-allow-origin'), null);
		}
	}
});

test('what changes something cannot be done by GET', async () => {
	for (const verb of ['enable', 'disable']) assert.equal((await panel.get(`/mailboxes/1/${verb}`)).status, 405);
	assert.equal((await panel.get('/auth/logout')).status, 405);
});

test('HEAD has the headers of GET and no body', async () => {
	for (const path of ['/auth/login', '/domains', '/nowhere']) {
		const head = await panel.fetch('HEAD', path);
		const get = await panel.get(path);
		assert.equal(head.status, get.status);
		assert.equal(head.text, '');
		assert.equal(head.headers.get('content-type'), get.headers.get('content-type'));
	}
});

test('only forms and JSON are taken', async () => {
	for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/xml', 'application/x-www-form-urlencoded; charset=utf-7', 'application/jsonx', 'text/json'])
		assert.equal((await panel.fetch('POST', '/domains/add', { body: 'domain=a.example', headers: { 'content-type': type, origin: panel.url } })).status, 415, type);
	assert.equal(await domains(), 0);
});

test('unknown fields, fields twice and fields of other routes are 400', async () => {
	const token = `csrf=${panel.csrf}&`;
	const post = (path, body) => raw('POST', path, { ...form, cookie: cookie(), origin: panel.url }, token + body);
	for (const body of ['domain=a.example&nothing=1', 'domain=a.example&domain=b.example', 'domain=a.example&super=1', 'domain[]=a.example', 'domain=a.example&id=5', 'domain=a.example;active=1',
		'domain=a.example&created=1', 'domain=%zz', 'domain=a%00.example', 'domain=%ff', 'domain=a.example&rev=0', 'csrf=twice&domain=a.example', 'checkboxes=nothing&domain=a.example'])
		assert.equal((await post('/domains/add', body)).status, 400, body);
	for (const [path, body] of [['/mailboxes/1/password', 'quota=5'], ['/mailboxes/1/edit', 'password=xxxxxxxxxxxx'], ['/admins/1/password', 'super=1'], ['/account/password', 'super=1'],
		['/domains/1/enable', 'active=1'], ['/mailboxes/1/delete', 'anything=1'], ['/auth/logout', 'x=1']])
		assert.equal((await post(path, body)).status, 400, path);
	assert.equal(await domains(), 0);
});

test('unknown and impossible values in the query are 400', async () => {
	for (const query of ['nothing=1', 'q=a&q=b', 'sort=password', 'sort=username;drop', 'dir=up', 'limit=0', 'limit=-1', 'limit=9223372036854775808', 'limit=1e3', 'limit=x', 'active=maybe', 'after=%00',
		'after=garbage', 'before=x&after=x', 'offset=5', 'q=%ff', `q=${'x'.repeat(300)}`])
		assert.equal((await panel.get(`/mailboxes?${query}`)).status, 400, query);
	assert.equal((await panel.get('/about?x=1')).status, 400);
	assert.equal((await panel.get(`/mailboxes?${Array.from({ length: 2000 }, (_, i) => `a${i}=1`).join('&')}`)).status >= 400, true);
});

test('over-long input is refused: the field, the form, the body', async () => {
	const long = await panel.post('/domains/add', { domain: 'a.example', description: 'x'.repeat(256), checkboxes: 'active backupmx' });
	assert.equal(long.status, 422);
	assert.equal((await panel.post('/domains/add', { domain: 'a.example', description: 'x'.repeat(70000) })).status, 413);
	assert.equal((await raw('POST', '/domains/add', { ...form, cookie: cookie(), origin: panel.url },
		Array.from({ length: 400 }, (_, i) => `a${i}=1`).join('&'))).status, 400);
	assert.equal(await domains(), 0);
});

test('JSON bodies: broken, nested, doubled or of the wrong type', async () => {
	const post = (body) => panel.fetch('POST', '/api/domains/add', { body, headers: { 'content-type': 'application/json', origin: panel.url, 'x-csrf-token': panel.csrf } });
	for (const body of ['{', '[]', '"x"', 'null', '{"domain":"a.example"}x', '{"domain":"a.example","domain":"b.example"}', '{"domain":{"a":1}}', '{"max_aliases":1.5}', '{"max_aliases":1e3}',
		`${'['.repeat(5000)}${']'.repeat(5000)}`, '{"nothing":1}'])
		assert.equal((await post(body)).status, 400, body.slice(0, 60));
	for (const body of ['{"domain":"a.example","max_aliases":"many"}', '{"domain":"a.example","max_aliases":-1}', '{"domain":5}', '{}', '{"domain":null}', '{"domain":"a.example","active":7}'])
		assert.equal((await post(body)).status, 422, body);
	assert.equal(await domains(), 0);
});

test('a change needs the token of its own session and an origin of ours', async () => {
	const body = (token) => `domain=csrf.example${token === undefined ? '' : `&csrf=${token}`}`;
	const post = (token, headers) => raw('POST', '/domains/add', { ...form, cookie: cookie(), ...headers }, body(token));
	const stranger = await panel.client().signIn();
	const ours = { origin: panel.url };
	for (const token of [undefined, '', 'x', '0'.repeat(64), panel.csrf.toUpperCase() === panel.csrf ? 'x' : panel.csrf.toUpperCase(), stranger.csrf])
		assert.equal((await post(token, ours)).status, 403, `token ${token}`);
	for (const headers of [{}, { origin: 'null' }, { origin: 'http://evil.example' }, { origin: `${panel.url}.evil.example` }, { origin: panel.url.replace('http:', 'https:') },
		{ ...ours, 'sec-fetch-site': 'cross-site' }, { ...ours, 'sec-fetch-site': 'same-site' }, { referer: 'http://evil.example/' }, { referer: `${panel.url}.evil.example/` }])
		assert.equal((await post(panel.csrf, headers)).status, 403, JSON.stringify(headers));
	assert.equal(await domains(), 0);
	assert.equal((await post(panel.csrf, { referer: `${panel.url}/domains/add` })).status, 303);
	assert.equal(await domains(), 1);
});

test('the token also counts for signing in', async () => {
	const c = panel.client();
	const r = await c.fetch('POST', '/auth/login', { body: 'username=root%40example.org&password=x', headers: { ...form, origin: panel.url } });
	assert.equal(r.status, 403);
});

test('two cookies of one name refuse the request; garbage in one is as good as none', async () => {
	const [[name, value]] = [...panel.cookies].filter(([k]) => !/_/.test(k.replace('__Host-', '')));
	assert.equal((await raw('GET', '/domains', { cookie: `${name}=${value}; ${name}=${'0'.repeat(64)}` })).status, 400);
	assert.equal((await raw('GET', '/domains', { cookie: `${name}=${value}` })).status, 200);
	for (const bad of ['', 'x', '"', "' OR 1=1", 'f'.repeat(63), 'f'.repeat(5000), '../../etc'])
		assert.equal((await raw('GET', '/domains', { cookie: `${name}=${bad}` })).status, 302, bad.slice(0, 20));
});

test('every answer carries the headers that keep a browser safe', async () => {
	const anonymous = panel.client();
	const css = /href="(\/s\/app[^"]+\.css)"/.exec((await anonymous.get('/auth/login')).text)[1];
	for (const [client, path] of [[panel, '/domains'], [panel, '/nowhere'], [anonymous, '/auth/login'], [anonymous, '/domains'], [panel, '/api/domains'], [panel, '/domains/x'], [panel, css],
		[panel, '/mailboxes?sort=x'], [anonymous, '/health'], [anonymous, '/api/domains']]) {
		const { headers } = await client.get(path);
		const policy = headers.get('content-security-policy');
		assert.match(policy, /default-src 'none'/, path);
		assert.match(policy, /frame-ancestors 'none'/, path);
		assert.doesNotMatch(policy, /unsafe|\*|data:|http:/, path);
		assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
		assert.equal(headers.get('x-frame-options'), 'DENY', path);
		assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin', path);
		assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin', path);
		assert.ok(headers.get('permissions-policy'), path);
		assert.ok(headers.get('referrer-policy'), path);
		assert.equal(headers.get('access-control-allow-origin'), null, path);
		assert.equal(headers.get('server'), null, path);
		if (path !== css) assert.match(headers.get('cache-control'), /no-store/, path);
	}
});

test('what is turned away is in the journal, by its route and not by what was typed', async () => {
	const typed = 'c4n4ry-typed';
	const told = [[405, `/auth/reset-password/${typed}`, '/auth/reset-password/', () => raw('POST', `/auth/reset-password/${typed}`, form)],
		[415, '/domains/add', '/domains/add', () => raw('POST', '/domains/add', { cookie: cookie(), 'content-type': 'text/xml' }, '<x/>')],
		[400, '/domains', '/domains', () => raw('GET', `/domains?${typed}=1`, { cookie: cookie() })], [421, '/domains', '/domains', () => raw('GET', '/domains', { host: `${typed}.example` })]];
	for (const [status, , path, send] of told) {
		const line = `web.refused status=${status} path=${path} source=127.0.0.1`;
		const count = () => panel.log().split('\n').filter((l) => l.endsWith(line)).length;
		const before = count();
		assert.equal((await send()).status, status);
		assert.equal(count(), before + 1, line);
	}
	assert.ok(!panel.log().includes(typed));
});

test('every text says in which characters it is written', async () => {
	const page = (await raw('GET', '/auth/login')).text;
	const links = [...page.matchAll(/(?:href|src)="(\/s\/[^"#]+)"/g)].map((m) => m[1]);
	assert.ok(links.some((l) => l.endsWith('.svg')) && links.some((l) => l.endsWith('.css')), links.join(' '));
	for (const path of [...links, '/auth/login', '/favicon.ico', '/robots.txt', '/health', '/look/style.css', '/nowhere']) {
		const type = (await raw('GET', path)).headers['content-type'];
		if (/^text\/|xml/.test(type)) assert.match(type, /; charset=utf-8$/, path);
		else assert.match(type, /^(font|image)\//, path);
	}
});

test('assets are kept for a year, come compressed, and are not sent again', async () => {
	const { text } = await panel.client().get('/auth/login');
	for (const path of [/href="(\/s\/app[^"]+\.css)"/, /src="(\/s\/app[^"]+\.js)"/].map((e) => e.exec(text)[1])) {
		const plain = await raw('GET', path);
		assert.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable');
		assert.equal(plain.headers['content-encoding'], undefined);
		for (const [accept, coding] of [['br, gzip', 'br'], ['gzip', 'gzip'], ['gzip, br;q=0', 'gzip'], ['identity', undefined]])
			assert.equal((await raw('GET', path, { 'accept-encoding': accept })).headers['content-encoding'], coding, accept);
		assert.equal((await raw('GET', path, { 'if-none-match': plain.headers.etag })).status, 304);
		assert.equal((await raw('GET', path.replace(/\.\w+\./, '.0000000000.'))).status, 404);
	}
});

test('the first load is small', async () => {
	const page = await raw('GET', '/auth/login');
	let bytes = Buffer.byteLength(page.text);
	const links = [...page.text.matchAll(/(?:href|src)="(\/s\/[^"#]+)"/g)].map((m) => m[1]);
	for (const path of new Set(links)) bytes += Number((await raw('HEAD', path, { 'accept-encoding': 'br' })).headers['content-length']);
	assert.ok(bytes < 150 * 1024, `${bytes} bytes`);
	assert.ok(new Set(links).size <= 5);
	assert.doesNotMatch(page.text, /<script(?![^>]* src=)|<style|style="|\son\w+=/);
});
