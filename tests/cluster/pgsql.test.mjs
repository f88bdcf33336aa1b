// SPDX-License-Identifier: GPL-3.0-or-later
// PostgreSQL with a standby that commits wait for, and two panels that name both. Under writes the primary is killed and the standby takes its place: whatever was acknowledged
// is there, once. The old primary that comes back as it was is not written to, by panels that go on nor by one that is new.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sleep, startPanel } from '../http/lib/panel.mjs';
import { makeRoles } from '../http/lib/roles.mjs';
import { startPair } from './lib/standby.mjs';

let pair;
const panels = [], clients = [];
const total = 240;

before(async () => {
	pair = await startPair();
	pair.primary.sql('CREATE DATABASE cluster');
	const { database } = makeRoles(`postgresql://vimb@127.0.0.1:${pair.primary.port}/cluster`, (text) => pair.primary.sql(text, 'cluster'));
	for (const order of [[pair.primary, pair.standby], [pair.standby, pair.primary]])
		panels.push(await startPanel({ database: database.replace(/@[^/]*/, `@${order.map((s) => `127.0.0.1:${s.port}`).join(',')}`), firstRun: panels.length > 0 }));
	await panels[0].signIn();
	for (const p of panels) {
		const c = p.client();
		c.cookies = new Map(panels[0].cookies);
		assert.equal((await c.get('/domains')).status, 200);
		clients.push(c);
	}
});

after(async () => {
	for (const p of panels) await p.stop();
	await pair?.remove();
});

// One change, until a panel says that it is done; always under the same key, so that a repeat finds what was done without an answer. How often it was asked for.
async function change(name, at) {
	for (let tries = 1; tries < 900; tries++, at = tries % 5 ? at : 1 - at) {
		let r;
		try {
			const c = clients[at];
			r = await c.fetch('POST', '/api/domains/add', { body: JSON.stringify({ domain: `${name}.example`, active: true }),
				headers: { accept: 'application/json', 'content-type': 'application/json', origin: c.url, 'x-csrf-token': c.csrf, 'idempotency-key': `change-${name}` } });
		} catch {
			r = { status: 0, text: 'no answer' };
		}
		if (r.status === 201 || r.status === 200) return tries;
		assert.ok([0, 429, 502, 503].includes(r.status), `${name}: ${r.status} ${r.text}\n${panels[at].log().slice(-1500)}`);
		await sleep(100);
	}
	throw new Error(`${name}.example was never acknowledged`);
}

const count = (server) => server.sql('SELECT count(*), count(DISTINCT domain) FROM domain', 'cluster');

test('N5 the primary is killed and the standby promoted under writes: pages are read meanwhile, and all that was acknowledged is there, once', { timeout: 280000 }, async () => {
	let next = 0, done = 0, retried = 0, failed = false;
	const writer = async (at) => {
		try {
			for (let n = next++; n < total && !failed; n = next++, done++) retried += await change(`d${n}`, at) - 1;
		} catch (fault) {
			failed = true;
			throw fault;
		}
	};
	const killer = async () => {
		while (done < total / 3 && !failed) await sleep(20);
		await pair.primary.end('SIGKILL');
		// nobody is there to write to
		for (const c of clients) {
			let r;
			for (let i = 0; i < 100 && r?.status !== 200; i++, await sleep(50)) r = await c.get('/domains');
			assert.equal(r.status, 200, r.text);
		}
		pair.standby.promote();
	};
	await Promise.all([killer(), ...[0, 1, 0, 1].map(writer)]);
	assert.equal(done, total);
	assert.equal(count(pair.standby), `${total}|${total}`);
	assert.equal(pair.standby.sql("SELECT count(*), count(DISTINCT object), count(DISTINCT request_id) FROM vimb_audit WHERE object_type = 'domain'", 'cluster'), `${total}|${total}|${total}`);
	assert.ok(retried > 0, 'nothing was in the way');
	for (const p of panels) assert.doesNotMatch(p.log(), /child\.died/);
});

test('N6 the old primary comes back as it was: nothing is written there, by panels that went on nor by one that is new', { timeout: 280000 }, async () => {
	// on its own: waiting for its standby would be a protection, too
	await pair.primary.start('-c', 'synchronous_standby_names=');
	const old = count(pair.primary);
	assert.equal(pair.primary.sql('SHOW transaction_read_only'), 'off');
	const lose = () => pair.standby.sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'vimbadmin'");
	let more = 0;
	for (let i = 0; i < 10; i++) {
		lose(); // each panel has to connect anew, to the old one first where that is named first
		for (const at of [0, 1]) {
			await change(`after${more}`, at);
			more++;
		}
	}
	for (const p of panels) {
		const gone = new Promise((end) => p.child.once('exit', end));
		p.child.kill('SIGTERM');
		await gone;
		p.relaunch();
	}
	for (const at of [0, 1]) await change(`new${more++}`, at);
	assert.equal(count(pair.standby), `${total + more}|${total + more}`);
	assert.equal(count(pair.primary), old);
	assert.equal(pair.primary.sql("SELECT count(*) FROM log WHERE data LIKE '%after%'", 'cluster'), '0');
});
