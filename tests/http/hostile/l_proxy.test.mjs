// SPDX-License-Identifier: GPL-3.0-or-later
// Who says to be somebody else on the way here: addresses of clients, names of hosts, caches in between. proxy.test.mjs has the ordinary cases.
// One engine is enough: this is not about the database.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { root } from '../lib/panel.mjs';
import { get, raw, run, stage, wire } from './lib/cases.mjs';

const w = stage();
const peer = '127.0.0.1';

// A sign-in through these headers, and where the trail says it came from.
const from = (headers) => async (s) => {
	const c = s.panel.client();
	await c.get('/auth/login');
	return c.post('/auth/login', root, headers);
};
const source = (address) => ({ status: 303, row: { action: 'ADMIN_LOGIN', source: address } });
const forwarded = (value, address) => ['L3', `for ${JSON.stringify(value.length > 50 ? `${value.slice(0, 40)}…` : value)}`, from({ 'x-forwarded-for': value }), source(address)];

run(w, [
	forwarded('192.0.2.9', '192.0.2.9'), forwarded('192.0.2.9:1234', '192.0.2.9'), forwarded('[2001:db8::9]', '2001:db8::9'), forwarded('[2001:db8::9]:1', '2001:db8::9'), forwarded('2001:DB8::9', '2001:db8::9'), forwarded('::ffff:192.0.2.9', '192.0.2.9'),
	...['', ' ', ',', ',,,', 'unknown', '_hidden', 'fe80::1%eth0', '[fe80::1%25eth0]', '192.0.2', '192.0.2.9.1', '192.0.2.999', '0300.0.2.9', '0xc0.0.2.9', '3221225993', '192.0.2.9/24', '192.0.2.9:x', '192.0.2.9 evil', '[2001:db8::9', '2001:db8::9]', '2001:db8::9::1', '2001:db8:1:2:3:4:5:6:7', ':::', '::1%lo', '"192.0.2.9"', "192.0.2.9'; --", '<b>', '1e1', '-1', 'localhost', 'for=192.0.2.9', '192.0.2.9;']
		.map((value) => forwarded(value, peer)),
	// from the right, and no further than it can be read
	forwarded('6.6.6.6, 192.0.2.9', '192.0.2.9'), forwarded('6.6.6.6,192.0.2.9,10.0.0.1', '192.0.2.9'), forwarded('192.0.2.9, x', peer), forwarded('6.6.6.6, x, 10.0.0.1', '10.0.0.1'), forwarded('x, 192.0.2.9', '192.0.2.9'),
	forwarded(Array.from({ length: 600 }, () => '10.0.0.1').join(','), '10.0.0.1'), forwarded(`6.6.6.6, ${Array.from({ length: 300 }, () => '192.168.100.100').join(',')}`, '6.6.6.6'),
	['L3', '10 000 addresses are more than a head holds', wire('GET /auth/login HTTP/1.1', 'Host: localhost', `X-Forwarded-For: ${'10.0.0.1,'.repeat(10000)}`, '', ''), { statuses: [431], closed: true }],
	['L3', 'two headers', wire('GET /auth/login HTTP/1.1', 'Host: localhost', 'X-Forwarded-For: 192.0.2.9', 'X-Forwarded-For: 192.0.2.9', '', ''), { statuses: [400], closed: true }],
	['L3', 'another header than the one that is read', from({ forwarded: 'for=192.0.2.9' }), source(peer)],
	...['x-real-ip', 'x-client-ip', 'true-client-ip', 'cf-connecting-ip', 'x-cluster-client-ip', 'client-ip', 'x-forwarded', 'x-originating-ip', 'x-remote-addr', 'via'].map((name) => ['L1', `${name} is nobody's word`, from({ [name]: '192.0.2.9' }), source(peer)]),
	// names and schemes
	...[['x-forwarded-host', 'evil.example'], ['x-forwarded-proto', 'https'], ['x-forwarded-port', '666'], ['x-forwarded-server', 'evil.example'], ['x-host', 'evil.example'], ['x-forwarded-prefix', '/evil'], ['x-script-name', '/evil'], ['front-end-https', 'on'], ['forwarded', 'host=evil.example;proto=https']]
		.map(([name, value]) => ['L5', `${name}: ${value} shows in no link, no cookie, no redirect`, get('/', { who: 'nobody', headers: { [name]: value } }), { status: [302, 303], headers: { location: /^\/(?!\/)/, 'strict-transport-security': null }, not: /evil|666/ }]),
	...[['x-original-url', '/admins'], ['x-rewrite-url', '/admins'], ['x-http-method-override', 'DELETE'], ['x-http-method', 'PUT'], ['x-original-host', 'evil.example'], ['x-http-destinationurl', 'http://evil.example']]
		.map(([name, value]) => ['L6', `${name}: ${value} leads nowhere else`, get('/about', { headers: { [name]: value } }), { status: 200, text: /<h1[^>]*>About/, headers: { vary: /Cookie/, 'cache-control': 'no-store' } }]),
	// a cache that goes by the end of the name
	...['/domains/x.css', '/domains.css', '/domains/1.css', '/domains/{own.domains}/x.css', '/account/sessions/x.js', '/account/sessions.png', '/admins/a.ico', '/about/..%2fs%2fapp.css', '/about%3f.css', '/about%23.css', '/about%0a.css', '/about;.css', '/about%3b.css', '/admin/list/x.css', '/api/domains/x.css', '/api/domains.json', '/mailboxes/export.csv/x.css', '/s/domains', '/look/style.css/x']
		.map((target) => ['L7', `${target} is no page`, get(target), { status: [400, 404], not: /own\.example/, headers: { 'cache-control': 'no-store' } }]),
	['L7', 'a page with something in its query that looks like a file', get('/about?x.css'), { status: 400, headers: { 'cache-control': 'no-store' } }],
	...['/domains', '/api/domains', '/auth/login', '/nowhere', '/domains/export.csv', '/account/password'].map((target) => ['L8', `${target} is not compressed, whatever is asked for`, get(target, { headers: { 'accept-encoding': 'gzip, deflate, br, zstd' } }), { status: [200, 302, 303, 404], headers: { 'content-encoding': null, 'cache-control': 'no-store' } }]),
	['L8', 'what one searches for stands beside no secret that is the same each time', raw('GET', '/mailboxes?q=csrf', undefined, { 'accept-encoding': 'gzip' }), { status: 200, headers: { 'content-encoding': null } }],
]);

test('L10 what the panel advises for TLS in front of it: nothing older than 1.2, and never two requests for one', () => {
	const text = fs.readdirSync('contrib/nginx').map((f) => fs.readFileSync(`contrib/nginx/${f}`, 'utf8')).join('\n');
	assert.match(text, /^\tssl_protocols TLSv1\.2 TLSv1\.3;$/m);
	assert.doesNotMatch(text, /TLSv1(\.[01])?[ ;]|SSLv/);
	assert.match(text, /proxy_set_header X-Forwarded-For \$remote_addr;/);
	assert.match(text, /proxy_next_upstream off;/);
});
