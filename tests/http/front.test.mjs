// SPDX-License-Identifier: GPL-3.0-or-later
// nginx with the pace that contrib/nginx sets for the sign-in page, on a host of its own and below a path: nobody honest is refused, a flood is.
// One engine is enough: it is nginx that counts.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import { startFront } from '../attack/front.mjs';
import { startBelow } from './lib/below.mjs';
import { freePort, root, sleep, startPanel } from './lib/panel.mjs';

const lists = ['/domains', '/mailboxes', '/aliases', '/admins', '/log'];
const settings = { 'bruteforce.enabled': 'no' };
const places = {}, stops = [];

// A panel on a host of its own: nginx says the host that was asked for, which is its own.
async function own() {
	const port = await freePort();
	const panel = await startPanel({ socket: true, settings: { ...settings, public_url: `http://127.0.0.1:${port}` } });
	const proxy = startFront(port, panel.socket, panel.dir, { rules: false, paced: true });
	stops.push(() => proxy.stop().then(() => panel.stop()));
	const client = () => Object.assign(panel.client(), { url: `http://127.0.0.1:${port}` });
	for (let i = 0; i < 500 && !await client().get('/health').then((r) => r.status === 200, () => false); i++) await sleep(10);
	return client;
}
async function below() {
	const panel = await startBelow(settings, { paced: true });
	stops.push(() => panel.stop());
	return () => panel.client();
}

before(async () => {
	places['a host of its own'] = await own();
	places['below a path'] = await below();
});
after(async () => {
	for (const stop of stops) await stop();
});

// What a browser fetches for a page besides it.
async function assets(c, page) {
	const base = new URL(c.url).pathname.replace(/\/$/, '');
	const found = [...new Set([...page.matchAll(/(?:href|src)="([^"#]*\/s\/[^"#]+)"/g)].map((m) => m[1].slice(base.length)))];
	assert.ok(found.length > 1, page.slice(0, 500));
	for (const r of await Promise.all(found.map((target) => c.get(target)))) assert.equal(r.status, 200);
	return found.length;
}

// From the first page to the last: four requests of them are counted.
async function person(c) {
	const said = [];
	const note = (r) => { said.push(r.status); return r; };
	const page = note(await c.get('/auth/login'));
	await assets(c, page.text);
	note(await c.post('/auth/login', root));
	await assets(c, note(await c.get('/')).text);
	note(await c.post('/auth/logout'));
	note(await c.get('/auth/login'));
	c.agent.destroy();
	return said;
}

for (const place of ['a host of its own', 'below a path']) {
	test(`${place}: signing in with all that belongs to the page, and then a list of lists`, async () => {
		const c = await places[place]().signIn();
		await assets(c, (await c.get('/domains')).text);
		const asked = Array.from({ length: 40 }, () => lists).flat();
		const pages = await Promise.all(asked.flatMap((list) => [c.get(`${list}?q=a`), c.api('GET', list)]));
		assert.deepEqual([...new Set(pages.map((r) => r.status))], [200]);
	});

	test(`${place}: twenty people behind one address come in at the same moment`, async () => {
		const said = await Promise.all(Array.from({ length: 20 }, () => person(places[place]())));
		for (const one of said) assert.deepEqual(one, said[0]);
		assert.deepEqual(said[0], [200, 303, 200, 303, 200]);
	});

	test(`${place}: a flood is refused with 429, and whoever comes from elsewhere is served`, async () => {
		const c = places[place](), counts = new Map();
		c.agent = new http.Agent({ maxSockets: 300 });
		const elsewhere = places[place]();
		elsewhere.agent = new http.Agent({ localAddress: '127.0.0.2' });
		const flood = Array.from({ length: 300 }, () => c.get('/auth/login').then((r) => counts.set(r.status, (counts.get(r.status) ?? 0) + 1)));
		await Promise.race(flood);
		assert.equal((await elsewhere.get('/auth/login')).status, 200);
		await Promise.all(flood);
		assert.deepEqual([...counts.keys()].sort(), [200, 429]);
		assert.ok(counts.get(429) > 150, `${counts.get(429)} refused`);
		assert.equal((await c.get('/health')).status, 200, 'the pace is of the sign-in page alone');
		elsewhere.agent.destroy();
		c.agent.destroy();
	});
}
