// SPDX-License-Identifier: GPL-3.0-or-later
// kill -9 under writes: the web process, the keeper, the master (and with it all of them), the database's server, and everything at once. Whatever was acknowledged is
// there, once, with one entry in the trail; of what was not acknowledged nothing is there by half. Who writes is a client that repeats what it got no answer to.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import { engine } from './lib/engine.mjs';
import { freePort, sleep, startPanel } from './lib/panel.mjs';
import { makeRoles } from './lib/roles.mjs';
import { startMysql, startPgsql } from './lib/servers.mjs';

// a server of this test's own, which writes down what it acknowledges: those of tests/servers need not
const onMysql = () => startMysql(['--innodb-flush-log-at-trx-commit=1', '--innodb-doublewrite=1']);
const servers = { mysql: onMysql, mysql8: onMysql, pgsql: () => startPgsql(['-c', 'synchronous_commit=on', '-c', 'full_page_writes=on']) };
const kills = engine === 'sqlite' ? ['web', 'keeper', 'master', 'web', 'everything', 'web', 'keeper', 'master', 'web', 'master', 'web', 'everything']
	: ['web', 'server', 'master', 'keeper', 'everything', 'server', 'web', 'server', 'master', 'everything', 'web', 'server'];

let panel, server, sql;
before(async () => {
	server = await servers[engine]?.();
	let database;
	if (server) {
		server.database('crash');
		sql = (text) => server.sql(text, 'crash').replaceAll('\t', '|');
		database = makeRoles(server.admin('crash'), sql).database;
	}
	// a mail server that is not there: each mail waits in the queue
	panel = await startPanel({ database, settings: { 'defaults.mailbox.hash_cost': 4, 'db.lock_ms': 3000, 'resources.mail.transport.host': '127.0.0.1', 'resources.mail.transport.port': await freePort(),
		'identity.mailer.email': 'panel@example.com', 'server.email.address': 'help@example.com' } });
	sql ??= panel.sql;
	await panel.signIn();
	assert.equal((await panel.api('POST', '/domains/add', { domain: 'crash.example', active: true })).status, 201);
});
after(async () => {
	await panel?.stop();
	server?.remove();
});

const lines = (text) => sql(text).split('\n').filter(Boolean);

// pids of the master's children by role; none while it is dead
function children() {
	try {
		return fs.readFileSync(`/proc/${panel.child.pid}/task/${panel.child.pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map((pid) => [fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim(), Number(pid)]);
	} catch {
		return [];
	}
}
const pidOf = (role) => children().find(([name]) => name === role)?.[1];
const dead = (child) => child.exitCode !== null || child.signalCode !== null;

// Waits until there is something to be killed, and does it.
async function kill(victim) {
	if (victim === 'server') {
		server.kill();
		return server.start();
	}
	if (victim === 'web' || victim === 'keeper') {
		const name = victim === 'web' ? 'vimbadmin-web' : 'vimbadmin-keep';
		while (pidOf(name) === undefined) await sleep(5);
		return process.kill(pidOf(name), 'SIGKILL');
	}
	const old = panel.child;
	if (victim === 'everything') server?.kill();
	for (const [, pid] of victim === 'everything' ? children() : []) process.kill(pid, 'SIGKILL');
	old.kill('SIGKILL');
	while (!dead(old)) await sleep(2);
	if (victim === 'everything') server?.start();
	for (panel.relaunch(); ; await sleep(20)) {
		if (dead(panel.child)) panel.relaunch(); // the old one's sockets were not closed yet
		else if (await panel.client().get('/health').then((r) => r.status === 200, () => false)) return undefined;
	}
}

test('kill -9 of each process in turn, and of all at once', { timeout: 400000 }, async (t) => {
	const each = 12; // one after so many changes
	const acknowledged = []; // what the trail is to hold: ACTION object
	const names = new Map(), aliases = new Set(); // what there is to be
	let next = 0, repeated = 0, killed = 0, failed = false;

	// Asks until it is acknowledged; action and object: what the trail calls it.
	const change = async (action, object, ask) => {
		for (let tries = 0; tries < 3000 && !failed; tries++) {
			const r = await ask().catch(() => ({ status: 0 }));
			if ([200, 201, 303].includes(r.status)) {
				acknowledged.push(`${action} ${object}`);
				return r;
			}
			assert.ok([0, 503].includes(r.status), `${action} ${object}: ${r.status} ${r.text}`);
			repeated++;
			await sleep(20);
		}
		return assert.fail(`${action} ${object} was never acknowledged`);
	};
	const json = (target, key, fields) => () => panel.fetch('POST', `/api${target}`, { body: JSON.stringify(fields),
		headers: { accept: 'application/json', 'content-type': 'application/json', origin: panel.url, 'x-csrf-token': panel.csrf, 'idempotency-key': key } });
	const form = (target, key, fields) => () => panel.post(target, { request: key, ...fields });
	// The life of a mailbox: made with a mail to it, renamed by the form, an alias to it made, of every other one taken away again.
	const life = async (n) => {
		const box = `box${n}@crash.example`, alias = `to${n}@crash.example`;
		const made = await change('MAILBOX_ADD', box, json('/mailboxes/add', `made-${n}`, { address: box, password: 'quite a secret', active: true, welcome_email: true }));
		names.set(box, '');
		await change('MAILBOX_EDIT', box, form(`/mailboxes/${JSON.parse(made.text).id}/edit`, `named-${n}`, { name: `Number ${n}` }));
		names.set(box, `Number ${n}`);
		const to = await change('ALIAS_ADD', alias, json('/aliases/add', `alias-${n}`, { address: alias, goto: box }));
		aliases.add(alias);
		if (n % 2) return;
		await change('ALIAS_DELETE', alias, form(`/aliases/${JSON.parse(to.text).id}/delete`, `gone-${n}`, {}));
		aliases.delete(alias);
	};
	const writer = async () => {
		try {
			while (killed < kills.length && !failed) await life(next++);
		} catch (fault) {
			failed = true;
			throw fault;
		}
	};
	const killer = async () => {
		for (const victim of kills) {
			for (const at = acknowledged.length + each; acknowledged.length < at && !failed;) await sleep(5);
			if (failed) return;
			await kill(victim);
			killed++;
		}
	};
	await Promise.all([killer(), ...Array.from({ length: 4 }, writer)]);
	t.diagnostic(`${acknowledged.length} changes, ${repeated} times asked again`);
	assert.ok(repeated > 0, 'nothing was in the way');

	await t.test('every change is there, once', () => {
		assert.deepEqual(lines("SELECT username, name FROM mailbox ORDER BY 1").sort(), [...names].map((row) => row.join('|')).sort());
		assert.deepEqual(lines("SELECT address FROM alias WHERE address <> goto").sort(), [...aliases].sort());
		assert.deepEqual(lines("SELECT address FROM alias WHERE address = goto").sort(), [...names.keys()].sort(), 'of each mailbox its own');
	});
	await t.test('with one entry in the trail, and no entry of anything else', () => {
		const entries = lines(`SELECT l.action, a.object, a.request_id FROM log l LEFT JOIN vimb_audit a ON a.log_id = l.id WHERE l.action LIKE 'MAILBOX_%' OR l.action LIKE 'ALIAS_%'`);
		assert.deepEqual(entries.map((row) => row.split('|').slice(0, 2).join(' ')).sort(), acknowledged.sort());
		assert.equal(new Set(entries.map((row) => row.split('|')[2])).size, entries.length, 'each under its request');
	});
	await t.test('what goes along with it, too: counters, targets, mails to be sent', () => {
		const boxes = names.size;
		assert.deepEqual(lines("SELECT mailbox_count, alias_count FROM domain WHERE domain = 'crash.example'"), [`${boxes}|${aliases.size}`]);
		if (engine === 'sqlite') assert.deepEqual(lines('SELECT mailboxes, aliases FROM vimb_total'), [`${boxes}|${aliases.size}`]);
		assert.equal(lines('SELECT target FROM vimb_alias_target').length, boxes + aliases.size);
		assert.equal(lines("SELECT id FROM vimb_job WHERE kind = 'mail' AND args LIKE '%crash.example%'").length, boxes);
	});
	await t.test('the trail is sealed to its end and whole', async () => {
		for (let i = 0; ; i++) {
			// as time would: the leases of those that died run out
			sql("UPDATE vimb_job SET run_at = 0, lease_until = NULL WHERE kind = 'audit_seal' AND state = 'waiting'");
			const found = JSON.parse(panel.cli(['--json', 'audit', 'verify']));
			if (Number(found.unsealed ?? found[0]?.unsealed) === 0) break;
			assert.ok(i < 100, 'it is not sealed');
			await sleep(500);
		}
	});
	await t.test('and the panel goes on', async () => {
		for (const page of ['/mailboxes', '/aliases', '/log', `/mailboxes?q=box${next - 1}`]) assert.equal((await panel.get(page)).status, 200, page);
		assert.equal((await panel.api('POST', '/domains/add', { domain: 'after.example', active: true })).status, 201);
	});
});
