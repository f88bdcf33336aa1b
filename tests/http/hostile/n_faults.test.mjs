// SPDX-License-Identifier: GPL-3.0-or-later
// What a machine does to a program: no room on the disk, no memory, no descriptors, nobody who reads the log. The panel says so, changes nothing by half, and goes on when it is over.
// One engine is enough: limits are set on the panel's own process, and what a server does is in engines.test.mjs.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { test } from 'node:test';
import { binary, freePort, sleep } from '../lib/panel.mjs';
import { look, same, stage } from './lib/cases.mjs';

const w = stage();

const children = (panel) => fs.readFileSync(`/proc/${panel.child.pid}/task/${panel.child.pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
const webOf = (panel) => children(panel).find((pid) => fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'vimbadmin-web');
// a soft limit, so that it can be taken away again
function soft(panel, what, value) {
	const r = spawnSync('prlimit', [`--${what}=${value}:`, '--pid', webOf(panel)], { encoding: 'utf8' });
	assert.equal(r.status, 0, r.stderr);
}

async function servesAgain(c) {
	for (let i = 0; i < 500; i++) {
		const r = await c.get('/domains').catch(() => ({ status: 0 }));
		if (r.status === 200) return;
		await sleep(20);
	}
	assert.fail('not served again');
}

test('K16 N12 no room for the database: changes are refused, pages are read, and it goes on without a restart', async () => {
	const { panel, ids } = w;
	const size = Math.max(...fs.readdirSync(panel.dir).filter((f) => f.startsWith('vimbadmin.db')).map((f) => fs.statSync(`${panel.dir}/${f}`).size));
	assert.ok(size > 0);
	panel.sql('PRAGMA wal_checkpoint(TRUNCATE)');
	w.seen = look(w);
	// who could not write may give its place to another, which is to have no room either
	const noRoom = async () => {
		const count = (re) => panel.log().match(re)?.length ?? 0;
		for (let i = 0; count(/child\.worn/g) > count(/child\.stopped role=web/g); i++, await sleep(20)) assert.ok(i < 500, 'it was not replaced');
		soft(panel, 'fsize', 4096);
	};
	await noRoom();
	try {
		for (const [target, fields] of [['/domains/add', { domain: 'full.example' }], [`/mailboxes/${ids.own.mailboxes}/edit`, { name: 'full' }], [`/mailboxes/${ids.own.mailboxes}/delete`, {}]]) {
			const r = await panel.api('POST', target, fields);
			assert.ok(r.status >= 500, `${target}: ${r.status} ${r.text}`);
			if (r.status === 503) assert.ok(Number(r.headers.get('retry-after')) > 0);
			assert.doesNotMatch(r.text, /sqlite|disk I\/O/i);
			await noRoom();
		}
		assert.equal((await panel.get('/domains')).status, 200, 'reading needs no room');
		assert.equal((await panel.get(`/mailboxes/${ids.own.mailboxes}`)).status, 200);
	} finally {
		soft(panel, 'fsize', 'unlimited');
	}
	same(w); // neither the mailbox nor what its deletion would have kept
	await servesAgain(panel);
	assert.equal((await panel.api('POST', '/domains/add', { domain: 'room.example' })).status, 201);
	assert.doesNotMatch(panel.log(), /child\.died/);
	w.seen = look(w);
});

test('N15 no descriptors left: said, without spinning, and it goes on', async () => {
	const { panel } = w;
	const pid = webOf(panel);
	panel.agent.destroy();
	await sleep(50);
	soft(panel, 'nofile', fs.readdirSync(`/proc/${pid}/fd`).length + 2);
	const cpu = () => fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).reduce((a, b) => a + Number(b), 0);
	try {
		const answers = await Promise.all(Array.from({ length: 20 }, () => Promise.race([panel.client().get('/auth/login', { connection: 'close' }).then((r) => r.status, () => 0), sleep(3000).then(() => 0)])));
		assert.ok(answers.every((s) => [0, 200, 503].includes(s)), `${answers}`);
		const used = cpu();
		await sleep(1000);
		assert.ok(cpu() - used < 30, `${cpu() - used} hundredths of a second`);
	} finally {
		soft(panel, 'nofile', 1024);
	}
	await servesAgain(panel);
	assert.equal(webOf(panel), pid);
	same(w);
});

test('N14 no memory: the process ends cleanly and is replaced, and nothing is there by half', async (t) => {
	const { panel } = w;
	const old = webOf(panel);
	soft(panel, 'data', 4096); // nothing more than it has
	const acknowledged = [];
	const big = (i) => JSON.stringify({ address: `mem${i}@own.example`, goto: Array.from({ length: 900 }, (_, n) => `${'t'.repeat(40)}${n}@elsewhere.example`) });
	const change = async (i) => {
		const r = await panel.fetch('POST', '/api/aliases/add', { body: big(i), headers: { 'content-type': 'application/json', origin: panel.url, 'x-csrf-token': panel.csrf } }).catch(() => ({ status: 0 }));
		assert.ok([0, 201, 413, 422, 500, 503].includes(r.status), String(r.status));
		if (r.status === 201) acknowledged.push(`mem${i}@own.example`);
	};
	for (let i = 0; i < 60 && webOf(panel) === old; i += 20) await Promise.all(Array.from({ length: 20 }, (_, n) => change(i + n)));
	t.diagnostic(webOf(panel) === old ? 'there was enough' : 'it was replaced');
	if (webOf(panel) === old) soft(panel, 'data', 'unlimited');
	panel.agent.destroy();
	await servesAgain(panel);
	const there = panel.sql("SELECT address FROM alias WHERE address LIKE 'mem%' ORDER BY id").trim().split('\n').filter(Boolean);
	for (const address of acknowledged) assert.ok(there.includes(address), address);
	for (const address of there) assert.equal(panel.sql(`SELECT count(*) FROM vimb_audit WHERE object = '${address}'`).trim(), '1', address);
	assert.equal(panel.sql("SELECT alias_count FROM domain WHERE domain = 'own.example'").trim(), panel.sql("SELECT count(*) FROM alias a JOIN domain d ON d.id = a.Domain_id WHERE d.domain = 'own.example' AND a.address <> a.goto").trim());
	w.seen = look(w);
});

test('N22 nobody reads the log: pages are served all the same, and what is missing is counted when somebody does', async () => {
	const port = await freePort();
	const conf = `${w.panel.dir}/silent.conf`;
	fs.writeFileSync(conf, fs.readFileSync(w.panel.conf, 'utf8').replace(/^(listen|public_url|database) = .*$/gm, '') + `listen = 127.0.0.1:${port}\ndatabase = sqlite:${w.panel.dir}/silent.db\nlog_level = debug\n`, { mode: 0o600 });
	assert.equal(spawnSync(binary, ['-c', conf, 'schema', 'apply']).status, 0);
	const child = spawn(binary, ['-c', conf, 'serve'], { stdio: ['ignore', 'ignore', 'pipe'] });
	child.stderr.pause();
	const ended = new Promise((done) => child.once('exit', done));
	const c = Object.assign(w.panel.client(), { url: `http://127.0.0.1:${port}` });
	try {
		for (let i = 0; i < 500; i++) {
			if (await c.get('/health').then((r) => r.status === 200, () => false)) break;
			await sleep(20);
		}
		for (let i = 0; i < 3000; i += 50) {
			const answers = await Promise.all(Array.from({ length: 50 }, () => c.get('/health')));
			assert.ok(answers.every((r) => r.status === 200), String(i));
		}
		let text = '';
		child.stderr.on('data', (d) => { text += d; }).resume();
		for (let i = 0; i < 200 && !/dropped_before=\d+/.test(text); i++) {
			await c.get('/health');
			await sleep(10);
		}
		assert.match(text, /dropped_before=\d+/);
	} finally {
		child.kill('SIGTERM');
		await ended;
		c.agent.destroy();
	}
});
