// SPDX-License-Identifier: GPL-3.0-or-later
// The panel in its cage with a database server: every way to connect works, and while a server is frozen or gone the panel says so in time, loses
// nothing, and goes on by itself when it is back.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sleep, startPanel } from './lib/panel.mjs';
import { startMysql, startPgsql } from './lib/servers.mjs';

const settings = { 'db.statement_ms': 1500, 'db.lock_ms': 1000 };

async function addDomain(p, domain) {
	return p.api('POST', '/domains/add', { domain, active: true });
}

async function domains(p) {
	const r = await p.api('GET', '/domains');
	assert.equal(r.status, 200, r.text);
	return r.json.rows.map((d) => d.domain).sort();
}

// A busy answer: in the panel's chrome or as JSON, and with word when to come again.
async function assertUnavailable(p) {
	const page = await p.get('/domains');
	assert.equal(page.status, 503, page.text);
	assert.match(page.headers.get('retry-after'), /^\d+$/);
	assert.match(page.text, /<title>/);
	const r = await addDomain(p, 'never.example');
	assert.equal(r.status, 503, r.text);
	assert.match(r.headers.get('retry-after'), /^\d+$/);
	const health = await p.get('/health');
	assert.equal(health.status, 503, health.text);
}

async function servesAgain(p) {
	for (let i = 0; i < 100; i++) {
		if ((await p.get('/domains')).status === 200) return;
		await sleep(100);
	}
	assert.fail('not served again within 10 s');
}

for (const [engine, start] of [['MariaDB', startMysql], ['PostgreSQL', startPgsql]]) {
	describe(engine, () => {
		let server, urls;
		const panels = [];
		const panel = async (database) => {
			const p = await startPanel({ database, settings });
			panels.push(p);
			return p.signIn();
		};
		before(async () => {
			server = await start();
			urls = ['one', 'two', 'three', 'four'].map((name) => server.urls(name));
		});
		after(async () => {
			for (const p of panels) await p.stop();
			server?.remove();
		});

		Object.keys(start === startMysql ? { socket: 1, 'a host by name': 1, 'TLS, verified': 1, ed25519: 1 }
			: { socket: 1, 'a host by name': 1, 'TLS, verified': 1, SCRAM: 1 }).forEach((way, i) => {
			test(`a whole day by ${way}`, async () => {
				const p = await panel(urls[i][way]);
				assert.equal((await addDomain(p, 'example.org')).status, 201);
				assert.equal((await p.api('POST', '/mailboxes/add', { active: true, local_part: 'ann', domain: 'example.org', password: 'quite a secret' })).status, 201);
				assert.equal((await p.api('POST', '/aliases/add', { active: true, local_part: 'info', domain: 'example.org', goto: 'ann@example.org' })).status, 201);
				for (const page of ['/domains', '/mailboxes', '/aliases', '/admins', '/log', '/domains?q=exam', '/health'])
					assert.equal((await p.get(page)).status, 200, page);
				assert.deepEqual(await domains(p), ['example.org']);
				assert.doesNotMatch(p.log(), /child\.died/);
			});
		});

		test('frozen: 503 in time, and nothing is lost', { timeout: 120000 }, async () => {
			const p = panels[0];
			server.freeze();
			try {
				await assertUnavailable(p);
			} finally {
				server.thaw();
			}
			await servesAgain(p);
			assert.equal((await addDomain(p, 'thawed.example')).status, 201);
			assert.deepEqual((await domains(p)).filter((d) => d !== 'never.example'), ['example.org', 'thawed.example']);
			assert.doesNotMatch(p.log(), /child\.died/);
		});

		test('stopped and started again: 503 meanwhile, and the panel goes on', { timeout: 120000 }, async () => {
			const p = panels[0];
			server.stop();
			try {
				await assertUnavailable(p);
			} finally {
				server.start();
			}
			await servesAgain(p);
			assert.equal((await addDomain(p, 'back.example')).status, 201);
			assert.ok((await domains(p)).includes('back.example'));
			assert.doesNotMatch(p.log(), /child\.died/);
		});
	});
}
