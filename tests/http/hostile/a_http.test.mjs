// SPDX-License-Identifier: GPL-3.0-or-later
// HTTP against the whole panel, where malformed/ has it against the HTTP layer alone: what the gate and the routes make of requests that are twisted, huge or repeated.
// One engine is enough: this is not about the database.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { test } from 'node:test';
import { sleep } from '../lib/panel.mjs';
import { form, get, json, raw, run, secret, send, stage, statuses, wire } from './lib/cases.mjs';
import { exchange } from '../malformed/server.mjs';

const w = stage();
const host = 'Host: 127.0.0.1:{port}';
const head = (line, ...headers) => wire(`${line} HTTP/1.1`, host, ...headers, '', '');
const post = (target, body, ...headers) => wire(`POST ${target} HTTP/1.1`, host, 'Content-Type: application/x-www-form-urlencoded', `Content-Length: ${body.length}`, ...headers, '', body);
const smuggled = 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n';
const cut = { closed: true };
const depth = (n, open, close) => `{"domain":${open.repeat(n)}1${close.repeat(n)}}`;

const multipart = { 'content-type': 'multipart/form-data; boundary=x' };
const file = (more = 'Content-Type: text/csv') => `--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n${more}\r\n\r\nnothing\r\n--x--\r\n`;

run(w, [
	// one decoding, and only one
	['A12', 'a letter of a path in its escape: the same page', get('/do%6dains'), 200],
	['A12', 'a slash in its escape is no slash', head('GET /domains%2fadd'), { statuses: [400], ...cut }],
	['A12', 'dots in their escapes do not climb', head('GET /s/%2e%2e/domains'), { statuses: [400], ...cut }],
	['A12', 'dots in half of their escapes do not climb', head('GET /s/.%2e/domains'), { statuses: [400], ...cut }],
	['A12', 'a slash at the end is another path', get('/domains/'), 404],
	['A12', 'parameters in a path are part of the name', get('/domains;x=1'), 404],
	['A12', 'a number with a letter in its escape', get('/domains/1%61'), 404],
	['A12', 'a number in full-width digits', get('/domains/%EF%BC%91'), 404],
	['A13', 'an escape that is escaped is not decoded twice', get('/domains/%2531'), 404],
	['A13', 'nor in the query', get('/mailboxes?q=%2541'), { status: 200, text: /value="%41"/ }],
	['A13', 'nor in a form', form('/aliases/add', { local_part: '%41', domain: 'own.example', goto: 'box@own.example' }), { status: 422, text: /value="%41"/ }],
	['A14', 'a known name in capitals', wire('GET /auth/login HTTP/1.1', 'Host: LOCALHOST:{port}', '', ''), { statuses: [200] }],
	['A14', 'a known name with a dot behind it', wire('GET /auth/login HTTP/1.1', 'Host: localhost.:{port}', '', ''), { statuses: [421] }],
	['A14', 'a known name with more in front', wire('GET /auth/login HTTP/1.1', 'Host: x.localhost', '', ''), { statuses: [421] }],
	['A14', 'an address that means the same', wire('GET /auth/login HTTP/1.1', 'Host: 0x7f.1', '', ''), { statuses: [421] }],
	['A14', 'the whole address in the request line, of another host', wire('GET http://evil.example/auth/login HTTP/1.1', host, '', ''), { statuses: [400], ...cut }],
	['A15', 'a method in a header of a proxy is none', get('/mailboxes/{own.mailboxes}/delete', { headers: { 'x-http-method-override': 'POST', 'x-method-override': 'DELETE' } }), 200],
	['A15', 'a method in a field is no field', form('/mailboxes/{own.mailboxes}/edit', { _method: 'DELETE' }), 400],
	['A16', 'a request in the body of a GET', wire('GET /auth/login HTTP/1.1', host, `Content-Length: ${smuggled.length}`, '', smuggled), { statuses: [400], ...cut }],
	['A17', 'a request in the body of a form is body; the next one is answered', { wire: post('/auth/login', smuggled).wire + head('GET /robots.txt', 'Connection: close').wire }, { statuses: [400, 200], ...cut, not: /"ok"/ }],
	['A18', 'more arguments than any page has', get(`/mailboxes?${Array.from({ length: 300 }, (_, i) => `a${i}`).join('&')}`), 400],
	['A18', 'one argument of 8 KB', head(`GET /mailboxes?q=${'x'.repeat(8200)}`), { statuses: [414], ...cut }],
	['A18', 'a cookie of 40 KB', head('GET /auth/login', `Cookie: a=${'x'.repeat(40000)}`), { statuses: [431], ...cut }],
	['A19', 'a form over its limit is refused before it comes', head('POST /auth/login', 'Content-Length: 65537'), { statuses: [413], ...cut }],
	['A19', 'and without being asked to come', head('POST /auth/login', 'Content-Length: 65537', 'Expect: 100-continue'), { statuses: [413], ...cut, not: /100 Continue/ }],
	['A19', 'a file over its limit', head('POST /import', `Content-Length: ${1 << 30}`), { statuses: [413], ...cut }],
	['A19', 'a body for a path that is not there', head('POST /nowhere', 'Content-Length: 65537'), { statuses: [413], ...cut }],
	['A19', 'an expectation that is none', head('POST /auth/login', 'Content-Length: 3', 'Expect: x'), { statuses: [417], ...cut }],
	['A22', 'TLS where none is spoken', { wire: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' }, { statuses: [400], ...cut }],
	['A22', 'HTTP/2 where none is spoken', wire('PRI * HTTP/2.0', '', 'SM', '', ''), { statuses: [505], ...cut }],
	// twice
	['A23', 'the list of boxes twice', form('/domains/add', [['domain', 'a.example'], ['checkboxes', 'active'], ['checkboxes', 'backupmx']]), 400],
	['A23', 'the key of a request twice', form('/domains/add', [['domain', 'a.example'], ['request', 'x'], ['request', 'y']]), 400],
	['A23', 'a confirmation twice', form('/domains/add', [['domain', 'a.example'], ['anyway', '1'], ['anyway', '1']]), 400],
	['A23', 'a proof twice', form('/admins/add', [['username', 'x@example.org'], ['password', secret], ['proof', 'x'], ['proof', 'y']]), 400],
	['A23', 'the token in the query', form('/domains/add?csrf=x', { domain: 'a.example' }), 400],
	['A23', 'a set that is not one', form('/mailboxes/add', [['sets', 'password'], ['address', 'x@own.example'], ['password', secret], ['password', 'b']]), { status: [400, 422] }],
	['A23', 'the same field in two escapes', form('/domains/add', 'csrf=x&domain=a.example&%64omain=b.example'), 400],
	['A23', 'a field that the list of boxes adds', form('/domains/add', { domain: 'a.example', checkboxes: 'id created' }), 400],
	// kinds of body
	['A25', 'no kind at all', raw('POST', '/domains/add', 'domain=a.example', {}), 415],
	['A25', 'JSON as text', raw('POST', '/api/domains/add', '{"domain":"a.example"}', { 'content-type': 'text/plain' }), 415],
	['A25', 'JSON in another character set', raw('POST', '/api/domains/add', '{"domain":"a.example"}', { 'content-type': 'application/json; charset=utf-16' }), 415],
	['A25', 'two kinds', raw('POST', '/domains/add', 'domain=a.example', { 'content-type': 'application/json, application/x-www-form-urlencoded' }), 415],
	['A25', 'a kind with more behind it', raw('POST', '/domains/add', 'domain=a.example', { 'content-type': 'application/x-www-form-urlencoded; boundary=x' }), 415],
	['A25', 'a file where none is taken', raw('POST', '/domains/add', file(), multipart), 415],
	['A25', 'a file without an end', raw('POST', '/import', file().slice(0, -6), multipart), 400],
	['A25', 'a file without a boundary', raw('POST', '/import', file(), { 'content-type': 'multipart/form-data' }), [400, 415]],
	['A25', 'a file with a boundary of 200 characters', raw('POST', '/import', file(), { 'content-type': `multipart/form-data; boundary=${'x'.repeat(200)}` }), [400, 415]],
	['A25', 'a file with two boundaries', raw('POST', '/import', file(), { 'content-type': 'multipart/form-data; boundary=x; boundary=y' }), [400, 415]],
	['A25', 'a file with more behind its end', raw('POST', '/import', `${file()}more`, multipart), [400, 422]],
	['A25', 'two files', raw('POST', '/import', file().replace(/--x--\r\n$/, '') + file(), multipart), [400, 422]],
	['A25', 'a file in a file', raw('POST', '/import', file('Content-Type: multipart/mixed; boundary=y'), multipart), [400, 422]],
	['A25', 'a file with a header of 10 KB', raw('POST', '/import', file(`X: ${'x'.repeat(10000)}`), multipart), [400, 422]],
	['A25', 'a file whose name is a path', raw('POST', '/import', file().replace('a.csv', '../../etc/passwd'), multipart), { status: [400, 422], not: /etc\/passwd/ }],
	['A25', 'a file by a name that is a sentence', raw('POST', '/import', file().replace('name="file"', 'name="m4rk <b>call 0800"'), multipart), { status: 400, not: /m4rk/ }],
	['A25', 'a file by a name that would be cut inside a letter', raw('POST', '/import', file().replace('name="file"', `name="x${'é'.repeat(60)}"`), multipart), 400],
	['A25', '1000 parts', raw('POST', '/import', `${'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'.repeat(1000)}--x--\r\n`, multipart), 400],
	['A25', 'a form to the JSON door, compressed', raw('POST', '/api/domains/add', 'x', { 'content-type': 'application/json', 'content-encoding': 'gzip' }), 400],
	// JSON
	['A26', '10 000 levels of lists', json('/domains/add', depth(10000, '[', ']')), 400],
	['A26', '10 000 levels of objects', json('/domains/add', `${'{"a":'.repeat(10000)}1${'}'.repeat(10000)}`), 400],
	['A26', 'a key twice', json('/domains/add', '{"domain":"a.example","domain":"b.example"}'), 400],
	['A26', 'a key twice, once in its escape', json('/domains/add', '{"domain":"a.example","\\u0064omain":"b.example"}'), 400],
	['A26', 'half of a pair of surrogates', json('/domains/add', '{"domain":"a.example","description":"\\ud800"}'), 400],
	['A26', 'a pair of surrogates the wrong way round', json('/domains/add', '{"domain":"a.example","description":"\\udc00\\ud800"}'), 400],
	['A26', 'a number beyond all', json('/domains/add', '{"domain":"a.example","max_aliases":1e999}'), 400],
	['A26', 'a number with a fraction', json('/domains/add', '{"domain":"a.example","max_aliases":9007199254740993.0}'), 400],
	['A26', 'a whole number beyond 64 bits', json('/domains/add', '{"domain":"a.example","max_quota":9223372036854775808}'), 400],
	['A26', 'a whole number that a double would round: kept or refused, never rounded', json('/domains/add', '{"domain":"a.example","quota":9007199254740993}'), { status: 201, db: ["SELECT quota FROM domain WHERE domain = 'a.example'", '9007199254740993'], changes: true }],
	['A26', 'no number', json('/domains/add', '{"domain":"c.example","max_aliases":NaN}'), 400],
	['A26', 'an infinite number', json('/domains/add', '{"domain":"c.example","max_aliases":-Infinity}'), 400],
	['A26', 'a number with zeros in front', json('/domains/add', '{"domain":"c.example","max_aliases":007}'), 400],
	['A26', 'NUL in a text', json('/domains/add', '{"domain":"c.example","description":"a\\u0000b"}'), [400, 422]],
	['A26', 'NUL in a key', json('/domains/add', '{"domain\\u0000x":"c.example"}'), 400],
	['A26', 'NUL between', raw('POST', '/api/domains/add', '{"domain":\0"c.example"}', { 'content-type': 'application/json' }), 400],
	['A26', 'a byte order mark', json('/domains/add', '\ufeff{"domain":"c.example"}'), 400],
	['A26', 'more behind the end', json('/domains/add', '{"domain":"c.example"}{"domain":"d.example"}'), 400],
	['A26', 'a comma too many', json('/domains/add', '{"domain":"c.example",}'), 400],
	['A26', 'a comment', json('/domains/add', '{"domain":"c.example"/*x*/}'), 400],
	['A26', 'texts in single quotes', json('/domains/add', "{'domain':'c.example'}"), 400],
	['A26', 'a line break in a text', json('/domains/add', '{"domain":"c.example","description":"a\nb"}'), 400],
	['A26', 'overlong UTF-8', raw('POST', '/api/domains/add', Buffer.from('{"domain":"c.example","description":"\xc0\xaf"}', 'latin1'), { 'content-type': 'application/json' }), 400],
	['A26', 'a key that objects of other languages have', json('/domains/add', '{"domain":"c.example","__proto__":{"super":true}}'), 400],
	['A26', 'a form behind the word JSON', json('/domains/add', 'domain=c.example'), 400],
	['A26', 'a body of blanks', json('/domains/add', '   '), 400],
	['A26', '1000 keys', json('/domains/add', `{${Array.from({ length: 1000 }, (_, i) => `"k${i}":1`).join(',')}}`), 400],
	['A27', 'a list of 10 000 requests', json('/domains/add', `[${Array.from({ length: 2000 }, (_, i) => `{"domain":"n${i}.example"}`).join(',')}]`), 400],
	['A27', 'the same where bodies may be long', json('/aliases/add', `[${'{"address":"x@own.example"},'.repeat(10000)}{}]`), 400],
	// into headers
	['A29', 'a line break in the page to go to', get('/auth/login?next=/domains%0d%0aSet-Cookie:%20x=1', { who: 'nobody' }), { status: [200, 400], headers: { location: null, 'set-cookie': null } }],
	['A29', 'a line break in the page to go back to', form('/domains/{own.domains}/enable', { back: '/domains\r\nX: y' }), 422],
	['A29', 'a line break in a filter of an export', get('/mailboxes/export.csv?domain=own.example%0d%0aX:y'), { status: 400, headers: { 'content-disposition': null } }],
	['A29', 'a quote in a filter of an export', get('/mailboxes/export.csv?domain=own%22.example'), { status: 400, headers: { 'content-disposition': null } }],
	...['//evil.example', 'https://evil.example/', '/\\evil.example', '/%5cevil.example', '/domains\r\nX: y', '\t//evil.example', '/auth/logout', '/language', '/nowhere', '/domains?q=\u0001', 'javascript:alert(1)'].map((back) =>
		['A29', `${JSON.stringify(back)} to go back to from another language`, form(`/language?back=${encodeURIComponent(back)}`, { language: 'de' }, { who: 'nobody' }), { status: [303, 400, 404], headers: { location: /^(\/(?![\/\\]).*|null)$/ }, not: /evil/ }]),
	['A29', 'a line break in the key of a request', raw('POST', '/api/domains/add', '{}', { 'content-type': 'application/json', 'idempotency-key': 'x'.repeat(300) }), 400],
	// parts and copies
	['A30', 'a part of a private page', get('/domains', { headers: { range: 'bytes=0-9' } }), { status: 200, text: /<\/html>/, headers: { 'cache-control': 'no-store', 'content-range': null, 'accept-ranges': null, etag: null, 'last-modified': null } }],
	['A30', 'many parts of an export', get('/domains/export.csv', { headers: { range: `bytes=${Array.from({ length: 500 }, (_, i) => `${i}-${i}`).join(',')}` } }), { status: 200, headers: { 'content-range': null } }],
	['A30', 'only if there is another', get('/domains', { headers: { 'if-none-match': '*' } }), { status: 200, text: /<\/html>/ }],
	['A30', 'only if it is newer', get('/domains', { headers: { 'if-modified-since': 'Fri, 01 Jan 2100 00:00:00 GMT' } }), { status: 200, text: /<\/html>/ }],
	['A30', 'only if it is this one', get('/domains', { headers: { 'if-match': '"x"' } }), { status: 200 }],
]);

test('A24 a field of 10 MB and a form of a million fields: refused, and no memory for it', async () => {
	const children = fs.readFileSync(`/proc/${w.panel.child.pid}/task/${w.panel.child.pid}/children`, 'utf8').trim().split(' ');
	const web = children.find((pid) => fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'vimbadmin-web');
	const peak = () => Number(/VmHWM:\s*(\d+)/.exec(fs.readFileSync(`/proc/${web}/status`, 'utf8'))[1]);
	const before = peak();
	for (const body of [`domain=${'x'.repeat(10 << 20)}`, 'a=1&'.repeat(1 << 20)])
		for (const target of ['/domains/add', '/aliases/add', '/nowhere', '/api/aliases/add'])
			assert.equal((await exchange(w.panel.port, `POST ${target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n`)).text.slice(9, 12), '413', target);
	assert.ok(peak() - before < 4096, `${peak() - before} KB more`);
});

test('A28 300 readers of an export and of pages vanish: no descriptor is left', async () => {
	const children = fs.readFileSync(`/proc/${w.panel.child.pid}/task/${w.panel.child.pid}/children`, 'utf8').trim().split(' ');
	const web = children.find((pid) => fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'vimbadmin-web');
	// the database opens more of its own when many ask at once
	const sockets = () => fs.readdirSync(`/proc/${web}/fd`).filter((fd) => {
		try {
			return fs.readlinkSync(`/proc/${web}/fd/${fd}`).startsWith('socket:');
		} catch {
			return false; // gone meanwhile
		}
	}).length;
	const cookie = [...w.panel.cookies].map(([k, v]) => `${k}=${v}`).join('; ');
	w.panel.agent.destroy();
	const settled = async (n) => { for (let i = 0; i < 200 && sockets() > n; i++) await sleep(25); return sockets(); };
	await exchange(w.panel.port, 'GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
	const before = await settled(sockets());
	for (let i = 0; i < 300; i++) {
		const s = net.connect(w.panel.port, '127.0.0.1');
		s.on('error', () => {});
		await new Promise((done) => s.once('connect', done));
		s.write(`GET ${i % 2 ? '/log/export.csv' : '/domains'} HTTP/1.1\r\nHost: localhost\r\nCookie: ${cookie}\r\n\r\n`);
		if (i % 3 === 0) await new Promise((done) => { s.once('data', done); s.once('close', done); });
		if (i % 2) s.resetAndDestroy(); else s.destroy();
	}
	assert.ok(await settled(before) <= before, `${sockets()} descriptors, before ${before}`);
	assert.equal((await w.panel.get('/domains')).status, 200);
});

test('A31 HEAD says what GET says, and no more', async () => {
	for (const target of ['/domains', '/mailboxes?sort=x', '/nowhere', '/api/domains', '/auth/login', '/health', '/robots.txt', '/domains/export.csv']) {
		const [whole, short] = [await w.panel.get(target), await w.panel.fetch('HEAD', target)];
		assert.equal(short.status, whole.status, target);
		assert.equal(short.text, '', target);
		for (const name of ['content-type', 'content-disposition', 'content-security-policy', 'cache-control', 'vary', 'x-frame-options', 'allow'])
			assert.equal(short.headers.get(name), whole.headers.get(name), `${target} ${name}`);
	}
});

test('A32 1000 requests of three people on one connection: each sees what is its own', async () => {
	const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
	const cookieOf = (c) => [...c.cookies].map(([k, v]) => `${k}=${v}`).join('; ');
	const people = [['root@example.org', cookieOf(w.clients.root)], ['limited@example.org', cookieOf(w.clients.limited)], [null, '']];
	const ports = new Set();
	for (let i = 0; i < 1000; i++) {
		const [name, cookie] = people[(i * 7) % 3];
		const r = await new Promise((done, fail) => {
			const q = http.get({ port: w.panel.port, host: '127.0.0.1', path: '/domains', agent, headers: cookie ? { cookie } : {} }, (res) => {
				let text = '';
				ports.add(res.socket.localPort);
				res.on('data', (d) => { text += d; }).on('end', () => done({ status: res.statusCode, text }));
			});
			q.on('error', fail);
		});
		assert.equal(r.status, name ? 200 : 302);
		for (const other of ['root@example.org', 'limited@example.org']) assert.equal(r.text.includes(other), other === name, `${i}: ${other}`);
		assert.equal(r.text.includes('other.example'), name === 'root@example.org');
	}
	assert.equal(ports.size, 1);
	agent.destroy();
});

test('A20 a head that comes byte by byte does not keep others waiting', async () => {
	const slow = Array.from({ length: 40 }, () => net.connect(w.panel.port, '127.0.0.1'));
	for (const s of slow) s.on('error', () => {}).write('GET /domains HTTP/1.1\r\nHost: x\r\nX: ');
	for (let i = 0; i < 50; i++) {
		for (const s of slow) s.write('a');
		assert.equal((await w.panel.get('/domains')).status, 200);
	}
	for (const s of slow) s.destroy();
	assert.deepEqual(statuses(await exchange(w.panel.port, 'GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')), [200]);
	assert.equal((await send(w, get('/domains'))).status, 200);
});
