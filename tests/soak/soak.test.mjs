// SPDX-License-Identifier: GPL-3.0-or-later
// What only shows in time and under stress; `make soak TIME=600`, no part of `make test`. SOAK_SECONDS: how long the first one lasts.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import { test } from 'node:test';
import { root, sleep, startPanel } from '../http/lib/panel.mjs';
import { startSink } from '../http/lib/smtp.mjs';

const seconds = Number(process.env.SOAK_SECONDS || 60);
const secret = 'a long enough secret 1';

const children = (panel) => fs.readFileSync(`/proc/${panel.child.pid}/task/${panel.child.pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
const used = (pid) => ({ kb: Number(/^VmRSS:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]), fds: fs.readdirSync(`/proc/${pid}/fd`).length,
	name: fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim() });
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

async function must(answer, ...statuses) {
	const r = await answer;
	assert.ok(statuses.includes(r.status), `${r.status} ${r.text.slice(0, 300)}`);
	return r;
}

// One turn of a day: somebody signs in, looks around, makes things, changes them, takes them away and signs out.
async function turn(panel, n) {
	const c = await panel.client().signIn();
	for (const page of ['/', '/domains', '/mailboxes?q=box', '/aliases', '/admins', '/log', '/api/mailboxes', '/mailboxes/export.csv', '/search?q=soak', '/account/sessions']) await must(c.get(page), 200);
	const box = (await must(c.api('POST', '/mailboxes/add', { address: `box${n}@soak.example`, password: secret }), 201)).json.id;
	const alias = (await must(c.api('POST', '/aliases/add', { address: `to${n}@soak.example`, goto: `box${n}@soak.example` }), 201)).json.id;
	await must(c.api('POST', `/mailboxes/${box}/edit`, { name: `Number ${n}` }), 200);
	await must(c.api('POST', `/mailboxes/${box}/password`, { password: `${secret}${n}` }), 200);
	await must(c.api('POST', '/mailboxes/add', { address: `box${n}@soak.example`, password: secret }), 409, 422);
	await must(c.get(`/mailboxes/${box}`), 200);
	await must(c.get('/mailboxes/999999999'), 404);
	await must(c.api('POST', `/aliases/${alias}/delete`, {}), 200);
	await must(c.api('POST', `/mailboxes/${box}/delete`, {}), 200);
	await must(c.post('/auth/logout'), 303);
	await must(c.get('/auth/login'), 200);
	await must(c.post('/auth/login', { username: root.username, password: 'wrong' }), 401);
	c.agent.destroy();
}

test('N20 entropy of uptime: memory and descriptors stay what they were', async (t) => {
	const panel = await startPanel({ settings: { 'bruteforce.enabled': 'no', 'defaults.mailbox.hash_cost': 4 } });
	try {
		await panel.signIn();
		await must(panel.api('POST', '/domains/add', { domain: 'soak.example', active: true }), 201);
		const pids = children(panel), seen = pids.map(() => []), until = Date.now() + seconds * 1000;
		let turns = 0, left = 4;
		const walkers = Array.from({ length: left }, async () => {
			try {
				while (Date.now() < until) await turn(panel, turns++);
			} finally {
				left--;
			}
		});
		while (left > 0) {
			pids.forEach((pid, i) => seen[i].push(used(pid)));
			await sleep(200);
		}
		await Promise.all(walkers);
		assert.deepEqual(children(panel), pids, 'the same processes');
		for (const one of seen) {
			const quarter = Math.floor(one.length / 4), then = one.slice(quarter, 2 * quarter), now = one.slice(-quarter);
			const [a, b] = [then, now].map((part) => ({ kb: median(part.map((u) => u.kb)), fds: median(part.map((u) => u.fds)) }));
			t.diagnostic(`${one[0].name}: ${a.kb} then ${b.kb} KB, ${a.fds} then ${b.fds} descriptors, ${turns} turns`);
			assert.ok(b.kb <= a.kb * 1.1 + 2048, `${one[0].name} grew from ${a.kb} to ${b.kb} KB`);
			assert.ok(b.fds <= a.fds + 4, `${one[0].name} has ${b.fds} descriptors, had ${a.fds}`);
		}
	} finally {
		await panel.stop();
	}
});

test('N21 no CPU to be had: answers all the same, and no work is done twice by two keepers', async (t) => {
	const sink = await startSink();
	const settings = { 'defaults.mailbox.hash_cost': 4, 'resources.mail.transport.host': '127.0.0.1', 'resources.mail.transport.port': sink.port, 'resources.mail.transport.ssl': 'none',
		'identity.mailer.email': 'panel@example.com', 'server.email.address': 'help@example.com' };
	const panel = await startPanel({ settings });
	const beside = await startPanel({ database: panel.database, settings, firstRun: true });
	const busy = Array.from({ length: 2 * os.cpus().length }, () => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
	try {
		await panel.signIn();
		await must(panel.api('POST', '/domains/add', { domain: 'soak.example', active: true }), 201);
		const boxes = 40;
		let next = 0;
		const one = async (n) => {
			for (;;) {
				const r = await panel.fetch('POST', '/api/mailboxes/add', { body: JSON.stringify({ address: `box${n}@soak.example`, password: secret, active: true, welcome_email: true }),
					headers: { 'content-type': 'application/json', accept: 'application/json', origin: panel.url, 'x-csrf-token': panel.csrf, 'idempotency-key': `n21-${n}` } });
				if (r.status === 201 || r.status === 200) return;
				assert.equal(r.status, 503, r.text);
			}
		};
		await Promise.all(Array.from({ length: 4 }, async () => { while (next < boxes) await one(next++); }));
		const waiting = () => Number(panel.sql("SELECT count(*) FROM vimb_job WHERE kind = 'mail' AND state = 'waiting'").trim());
		for (let i = 0; waiting() > 0; i++, await sleep(250)) assert.ok(i < 1200, `${waiting()} mails still wait`);
		const to = sink.mails.flatMap((mail) => mail.to).filter((a) => a.endsWith('@soak.example'));
		assert.deepEqual(to.sort(), Array.from({ length: boxes }, (_, n) => `box${n}@soak.example`).sort(), 'each mail once');
		assert.equal(panel.sql("SELECT count(*) FROM vimb_audit WHERE object_type = 'mailbox'").trim(), String(boxes));
		for (const p of [panel, beside]) assert.doesNotMatch(p.log(), /child\.(?:died|frozen)/);
		assert.equal(JSON.parse(panel.cli(['--json', 'audit', 'verify']))[0]?.faults ?? 0, 0);
		t.diagnostic(`${to.length} mails, each once; ${busy.length} processes had the CPUs`);
	} finally {
		for (const child of busy) child.kill('SIGKILL');
		await beside.stop();
		await panel.stop();
		await sink.stop();
	}
});
