// SPDX-License-Identifier: GPL-3.0-or-later
// Other sites in the same browser: forged forms, frames, scripts and pictures that point here, pages behind the same name.
// One engine is enough: this is not about the database.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { routes } from '../lib/routes.mjs';
import { check, form, get, json, raw, run, stage, wire } from './lib/cases.mjs';

const w = stage();
const add = (fields, headers) => form('/domains/add', { domain: 'forged.example', ...fields }, { headers: { 'x-csrf-token': null, ...headers } });
// What pages of other sites can make a browser send of itself.
const from = (site, mode, dest) => ({ 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest });
const evil = 'http://evil.example';
const none = ['SELECT count(*) FROM domain', 2];

run(w, [
	['E1', 'no token', add({ csrf: null }), { status: 403, db: none }],
	['E1', 'an empty token', add({ csrf: '' }), { status: 403, db: none }],
	['E1', 'a token of zeros', add({ csrf: '0'.repeat(64) }), { status: 403, db: none }],
	['E1', 'a token with one digit more', (s) => check(s, add({ csrf: `${s.panel.csrf}0` }), 403), {}],
	['E1', 'a token with one digit less', (s) => check(s, add({ csrf: s.panel.csrf.slice(1) }), 403), {}],
	['E1', 'the token of another session', (s) => check(s, add({ csrf: s.clients.limited.csrf }), 403), {}],
	['E1', 'the token of nobody', (s) => check(s, add({ csrf: s.clients.nobody.csrf }), 403), {}],
	['E1', 'the id of the session as its token', (s) => check(s, add({ csrf: s.panel.cookies.get('VIMBADMIN3') }), 403), {}],
	['E1', 'a token in the query', form('/domains/add?csrf=x', { csrf: null, domain: 'forged.example' }, { headers: { 'x-csrf-token': null } }), { status: [400, 403], db: none }],
	['E1', 'a right token in the header, a wrong one in the form', form('/domains/add', { csrf: 'x', domain: 'forged.example' }), { status: 403, db: none }],
	['E1', 'JSON without a token', json('/domains/add', { domain: 'forged.example' }, { headers: { 'x-csrf-token': null } }), { status: 403, db: none }],
	['E2', 'a form of another site', add({}, { origin: evil, ...from('cross-site', 'navigate', 'document') }), { status: 403, db: none }],
	['E2', 'a form of another site, without its name', add({}, { origin: null, ...from('cross-site', 'navigate', 'document') }), { status: 403, db: none }],
	['E2', 'a form of another host of this domain', form('/domains/add', { domain: 'forged.example' }, { headers: from('same-site', 'navigate', 'document') }), { status: 403, db: none }],
	['E3', 'from a page in a sandbox', form('/domains/add', { domain: 'forged.example' }, { headers: { origin: 'null' } }), { status: 403, db: none }],
	['E3', 'from nowhere at all', form('/domains/add', { domain: 'forged.example' }, { headers: { origin: null } }), { status: 403, db: none }],
	['E3', 'from a page of another site, by its Referer', form('/domains/add', { domain: 'forged.example' }, { headers: { origin: null, referer: `${evil}/http://127.0.0.1:{port}/` } }), { status: 403, db: none }],
	['E3', 'two origins', form('/domains/add', { domain: 'forged.example' }, { headers: { origin: `http://127.0.0.1 ${evil}` } }), { status: 403, db: none }],
	['E5', 'a form that looks like JSON', raw('POST', '/api/domains/add', '{"domain":"forged.example","a":"="}', { 'content-type': 'text/plain' }), { status: 415, db: none }],
	['E5', 'a form in the way of files', raw('POST', '/api/domains/add', '--x--', { 'content-type': 'multipart/form-data; boundary=x' }), { status: 415, db: none }],
	['E5', 'a beacon', raw('POST', '/api/domains/add', '{"domain":"forged.example"}', { 'content-type': 'text/plain;charset=UTF-8', ...from('cross-site', 'no-cors', 'empty') }), { status: [403, 415], db: none }],
	['E7', 'in a frame', get('/domains', { headers: from('same-origin', 'navigate', 'iframe') }), { status: 200, headers: { 'content-security-policy': /frame-ancestors 'none'/, 'x-frame-options': 'DENY' } }],
	['E7', 'a download in a frame', get('/domains/export.csv'), { status: 200, headers: { 'content-security-policy': /frame-ancestors 'none'/, 'x-frame-options': 'DENY' } }],
	['E8', 'a question before a request of another site', raw('OPTIONS', '/api/domains', undefined, { origin: evil, 'access-control-request-method': 'GET', 'access-control-request-headers': 'x-csrf-token' }),
		{ status: 405, headers: { 'access-control-allow-origin': null, 'access-control-allow-credentials': null, 'access-control-allow-methods': null } }],
	['E8', 'from a network outside', raw('OPTIONS', '/api/domains', undefined, { origin: evil, 'access-control-request-private-network': 'true' }), { status: 405, headers: { 'access-control-allow-private-network': null } }],
	['E8', 'the answer itself', get('/api/domains', { headers: { origin: evil } }), { status: 200, headers: { 'access-control-allow-origin': null } }],
	['E9', 'a window that was opened', get('/domains'), { status: 200, headers: { 'cross-origin-opener-policy': 'same-origin', 'referrer-policy': 'same-origin' }, not: /target="_blank"(?![^>]*noopener)/ }],
	// reading what is private from elsewhere: whether somebody is signed in shows in nothing
	...[['a script', 'no-cors', 'script'], ['a picture', 'no-cors', 'image'], ['a style sheet', 'no-cors', 'style'], ['a request that wants to read', 'cors', 'empty'], ['an object', 'no-cors', 'object'], ['an embedded page', 'navigate', 'embed'], ['a frame', 'navigate', 'iframe']]
		.flatMap(([what, mode, dest]) => ['cross-site', 'same-site'].flatMap((site) => ['/api/domains', '/domains', '/domains/export.csv', '/search?q=own'].map((target) =>
			['E10', `${what}, ${site}, of ${target}`, get(target, { headers: from(site, mode, dest) }), { status: 403, not: /own\.example/ }]))),
	['E10', 'a link on another site', get('/domains', { headers: from('cross-site', 'navigate', 'document') }), 200],
	['E10', 'a page of our own', get('/api/domains', { headers: from('same-origin', 'cors', 'empty') }), 200],
	['E10', 'an address that was typed', get('/domains', { headers: from('none', 'navigate', 'document') }), 200],
	['E10', 'a watch on the panel', get('/health', { who: 'nobody', headers: from('cross-site', 'cors', 'empty') }), { status: 200, headers: { 'access-control-allow-origin': null } }],
	['E10', 'our pictures on other sites', get('/auth/login', { who: 'nobody' }), { status: 200, headers: { 'cross-origin-resource-policy': 'same-origin' } }],
	['E11', 'a name of somebody else that leads to this address', wire('GET /domains HTTP/1.1', 'Host: rebound.evil.example:{port}', '', ''), { statuses: [421] }],
	['E11', 'a change by that name', wire('POST /domains/add HTTP/1.1', 'Host: rebound.evil.example:{port}', 'Origin: http://rebound.evil.example:{port}', 'Content-Type: application/x-www-form-urlencoded', 'Content-Length: 8', '', 'domain=x'), { statuses: [421] }],
]);

// The token of a visitor is made of what stands in the visitor's cookie alone, and another host of the domain may be able to set that.
test('E1 a token made for a cookie that another host has set', async () => {
	const c = w.panel.client();
	c.cookies = new Map([...w.panel.cookies, ['VIMBADMIN3_visitor', 'a'.repeat(64)]]);
	const page = await w.panel.client();
	page.cookies.set('VIMBADMIN3_visitor', 'a'.repeat(64));
	await page.get('/auth/login');
	assert.equal(page.csrf.length, 64, createHmac('sha256', 'x').digest('hex'));
	c.csrf = page.csrf;
	const r = await c.post('/domains/add', { domain: 'forged.example' });
	assert.equal(r.status, 403, r.text.slice(0, 300));
	assert.equal((await c.api('POST', '/domains/add', { domain: 'forged.example' })).status, 403);
	assert.equal(w.panel.sql("SELECT count(*) FROM domain WHERE domain = 'forged.example'").trim(), '0');
});

test('E1 forged forms stand in the log', async () => {
	const before = w.panel.log().length;
	assert.equal((await w.panel.post('/domains/add', { csrf: 'x', domain: 'forged.example' })).status, 403);
	assert.equal((await w.panel.post('/domains/add', { domain: 'forged.example' }, { origin: evil })).status, 403);
	const log = w.panel.log().slice(before);
	assert.match(log, /web\.csrf path=\/domains\/add source=127\.0\.0\.1/);
	assert.match(log, /web\.foreign_origin path=\/domains\/add source=127\.0\.0\.1/);
});

test('E4 whatever changes something is no page: by GET it is 405 or a page that asks', async () => {
	let asked = 0;
	for (const route of routes.filter((r) => r.post && !r.rest)) {
		const target = route.path.replace('{id}', String(w.ids.own[route.path.split('/')[1]] ?? 1));
		const r = await check(w, get(`${target}`), route.get ? [200, 303, 404] : 405);
		if (!route.get) assert.doesNotMatch(r.headers.get('allow'), /GET/);
		asked++;
	}
	for (const old of ['/mailbox/purge/mid/1', '/alias/delete/alid/1', '/domain/purge/did/1', '/mailbox/ajax-toggle-active/mid/1', '/admin/purge/aid/1', '/archive/delete/arid/1', '/auth/logout/'])
		await check(w, get(old), 404);
	assert.ok(asked > 40, String(asked));
});
