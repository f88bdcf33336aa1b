// SPDX-License-Identifier: GPL-3.0-or-later
// More than one machine: three panels on a Galera cluster of three, each with a node of its own and the others behind it. Under writes through all of
// them a node is killed, then a panel; whatever was acknowledged is there, once; and what the panels keep in common (sessions, locks, jobs) is in common.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { binary, root, sleep, startPanel } from '../http/lib/panel.mjs';
import { makeRoles } from '../http/lib/roles.mjs';
import { startGalera } from './lib/galera.mjs';

let cluster;
const panels = [];

before(async () => {
	cluster = await startGalera();
	cluster.nodes[0].sql('CREATE DATABASE cluster');
	const { database } = makeRoles(`mysql://root@127.0.0.1:${cluster.nodes[0].port}/cluster`, (text) => cluster.nodes[0].sql(text, 'cluster'));
	for (let i = 0; i < 3; i++) {
		const hosts = [0, 1, 2].map((n) => `127.0.0.1:${cluster.nodes[(i + n) % 3].port}`).join(',');
		panels.push(await startPanel({ database: database.replace(/@[^/]*/, `@${hosts}`), firstRun: i > 0 }));
	}
	await panels[0].signIn();
});

after(async () => {
	for (const p of panels) await p.stop();
	cluster?.remove();
});

// The session of panel 0 at another panel.
async function alsoAt(i) {
	const c = panels[i].client();
	c.cookies = new Map(panels[0].cookies);
	assert.equal((await c.get('/domains')).status, 200, `panel ${i}`);
	return c;
}

test('who signed in at one is signed in at all, and signs out of all', async () => {
	const c = await panels[0].client().signIn();
	const others = [1, 2].map((i) => Object.assign(panels[i].client(), { cookies: new Map(c.cookies) }));
	for (const o of others) assert.equal((await o.get('/domains')).status, 200);
	assert.equal((await others[1].post('/auth/logout')).status, 303);
	for (const o of [c, others[0]]) assert.equal((await o.get('/domains')).status, 302);
});

// What the three nodes print and how they end when all of them are told to bring a schema up to date at once.
const applyEverywhere = (name) => Promise.all(cluster.nodes.map((node) => new Promise((done) => {
	execFile(binary, ['schema', 'apply'], { env: { ...process.env, VIMBADMIN_DATABASE: `mysql://root@127.0.0.1:${node.port}/${name}` } },
		(fault, out, err) => done({ status: fault ? fault.code : 0, out, err }));
})));
const apply = (node, name) => spawnSync(binary, ['schema', 'apply'], { encoding: 'utf8', env: { ...process.env, VIMBADMIN_DATABASE: `mysql://root@127.0.0.1:${node.port}/${name}` } });

test('three nodes that make a schema at once take turns', { timeout: 280000 }, async () => {
	for (const name of ['turns1', 'turns2', 'turns3']) {
		cluster.nodes[0].sql(`CREATE DATABASE ${name}`);
		for (const node of cluster.nodes) for (let i = 0; i < 100 && node.sql(`SHOW DATABASES LIKE '${name}'`) === ''; i++) await sleep(50);
		for (const r of await applyEverywhere(name)) assert.equal(r.status, 0, `${r.err}${r.out}`);
		const steps = cluster.nodes.map((node) => node.sql('SELECT count(*), count(DISTINCT name) FROM vimb_schema', name));
		assert.equal(new Set(steps).size, 1, steps.join());
		assert.match(cluster.nodes[1].sql('SELECT until_at, node FROM vimb_schema_lock', name), /^0\|$/);
	}
});

test('the lease of a holder that died: taken at once on its own node, waited for elsewhere', { timeout: 280000 }, () => {
	const [here, there] = cluster.nodes;
	const again = (until, node) => here.sql(`DELETE FROM vimb_schema WHERE name = '030_seal'; DROP TABLE vimb_seal;
		UPDATE vimb_schema_lock SET owner = 'dead', until_at = unix_timestamp() + ${until}, node = ${node}`, 'turns1');
	const own = "concat(@@hostname, ':', @@port, ':', @@datadir)";
	again(1000000, own);
	const at = apply(here, 'turns1');
	assert.equal(at.status, 0, at.stderr);
	again(3, own);
	const waited = apply(there, 'turns1');
	assert.equal(waited.status, 0, waited.stderr);
	again(1000000, own);
	const refused = apply(there, 'turns1');
	assert.equal(refused.status, 69);
	assert.match(refused.stderr, /Another process is working on the schema/);
	assert.equal(here.sql("SELECT count(*) FROM vimb_schema WHERE name = '030_seal'", 'turns1'), '0');
	assert.equal(apply(here, 'turns1').status, 0);
	// a lease that is somebody else's is no matter where there is nothing to do
	here.sql("UPDATE vimb_schema_lock SET owner = 'dead', until_at = unix_timestamp() + 1000000, node = 'elsewhere'", 'turns1');
	assert.equal(apply(there, 'turns1').status, 0);
});

test('each job is run once, by whichever keeper took its lease', async () => {
	cluster.nodes[0].sql(`INSERT INTO vimb_job (kind, args, state, run_at, created_at) SELECT 'housekeeping', '{}', 'waiting', 0, 4711 FROM vimb_number WHERE n <= 60`, 'cluster');
	const left = () => cluster.nodes[2].sql("SELECT count(*) FROM vimb_job WHERE created_at = 4711 AND state = 'waiting'", 'cluster');
	for (let i = 0; i < 600 && left() !== '0'; i++) await sleep(100);
	assert.equal(cluster.nodes[1].sql("SELECT state, min(attempts), max(attempts), max(fence), count(*) FROM vimb_job WHERE created_at = 4711 GROUP BY state", 'cluster'),
		'done|1|1|1|60');
});

test('a node and then a panel are killed under writes: all that was acknowledged is there, once', { timeout: 280000 }, async () => {
	const total = 240;
	const clients = await Promise.all([0, 1, 2].map(alsoAt));
	const acknowledged = [];
	const alive = [true, true, true];
	let next = 0, retried = 0, failed = false;
	// One change, until a panel says that it is done; always under the same key, so that a repeat finds what was done without an answer.
	const change = async (n, first) => {
		for (let at = first, tries = 0; tries < 600; tries++, at = alive[at] && tries % 5 ? at : (at + 1) % 3) {
			let r;
			try {
				const c = clients[at];
				r = await c.fetch('POST', '/api/domains/add', { body: JSON.stringify({ domain: `d${n}.example`, active: true }),
					headers: { accept: 'application/json', 'content-type': 'application/json', origin: c.url, 'x-csrf-token': c.csrf, 'idempotency-key': `change-${n}` } });
			} catch {
				r = { status: 0, text: 'no answer' };
			}
			if (r.status === 201 || r.status === 200) return acknowledged.push(`d${n}.example`);
			assert.ok([0, 429, 502, 503].includes(r.status), `${n}: ${r.status} ${r.text}`);
			retried++;
			await sleep(100);
		}
		throw new Error(`d${n}.example was never acknowledged`);
	};
	const writer = async (at) => {
		try {
			for (let n = next++; n < total && !failed; n = next++) await change(n, at);
		} catch (fault) {
			failed = true;
			throw fault;
		}
	};
	const killers = async () => {
		while (acknowledged.length < total / 3 && !failed) await sleep(20);
		cluster.nodes[1].kill();
		while (acknowledged.length < total * 2 / 3 && !failed) await sleep(20);
		alive[2] = false;
		panels[2].child.kill('SIGKILL');
	};
	await Promise.all([killers(), ...[0, 1, 2, 0, 1, 2].map(writer)]);
	assert.equal(acknowledged.length, total);
	for (const n of [0, 2]) {
		assert.equal(cluster.nodes[n].sql("SELECT count(*), count(DISTINCT domain) FROM domain", 'cluster'), `${total}|${total}`);
		assert.equal(cluster.nodes[n].sql("SELECT count(*), count(DISTINCT object), count(DISTINCT request_id) FROM vimb_audit WHERE object_type = 'domain'", 'cluster'),
			`${total}|${total}|${total}`);
	}
	assert.ok(retried > 0, 'nothing was in the way');
	for (const p of panels.slice(0, 2)) assert.doesNotMatch(p.log(), /child\.died/);
});

test('the node comes back and takes part again', async () => {
	cluster.nodes[1].start();
	assert.equal(cluster.nodes[1].sql('SELECT count(*) FROM domain', 'cluster'), '240');
	const c = await alsoAt(0);
	assert.equal((await c.api('POST', '/domains/add', { domain: 'again.example', active: true })).status, 201);
	for (let i = 0; i < 100 && cluster.nodes[1].sql('SELECT count(*) FROM domain', 'cluster') !== '241'; i++) await sleep(100);
	assert.equal(cluster.nodes[1].sql('SELECT count(*) FROM domain', 'cluster'), '241');
});

test('who is locked out at one is locked out at all', async () => {
	for (let i = 0; i < 40; i++) {
		const c = panels[i % 2].client();
		await c.get('/auth/login');
		if ((await c.post('/auth/login', { username: root.username, password: 'wrong' })).status === 429) break;
	}
	for (const p of panels.slice(0, 2)) {
		const c = p.client();
		await c.get('/auth/login');
		assert.equal((await c.post('/auth/login', root)).status, 429);
	}
});
