// SPDX-License-Identifier: GPL-3.0-or-later
// The web process is killed again and again under writes: nothing that was acknowledged is lost, nothing is done twice.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import { sleep, startPanel } from './lib/panel.mjs';

let panel;
before(async () => {
	panel = await startPanel({ settings: { 'defaults.mailbox.hash_cost': 4 } });
	await panel.signIn();
	assert.equal((await panel.api('POST', '/domains/add', { domain: 'crash.example', active: true })).status, 201);
});
after(() => panel?.stop());

// pid of the web process, or undefined between two
function webProcess() {
	const text = fs.readFileSync(`/proc/${panel.child.pid}/task/${panel.child.pid}/children`, 'utf8');
	return text.trim().split(' ').map(Number).find((pid) => {
		try {
			return fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'vimbadmin-web';
		} catch {
			return false;
		}
	});
}

test('kill -9 of the web process in a loop', { timeout: 240000 }, async () => {
	const kills = 7, each = 10; // so many, one after so many changes
	const acknowledged = [];
	const killed = new Set();
	let next = 0, repeated = 0, failed = false;
	// One change, asked for under one key until it is acknowledged.
	const change = async (n) => {
		const local_part = `box${n}`;
		for (let tries = 0; tries < 1200; tries++) {
			let r;
			try {
				r = await panel.fetch('POST', '/api/mailboxes/add', { body: JSON.stringify({ local_part, domain: 'crash.example', password: 'quite a secret', active: true }),
					headers: { accept: 'application/json', 'content-type': 'application/json', origin: panel.url, 'x-csrf-token': panel.csrf, 'idempotency-key': `crash-${n}` } });
			} catch {
				r = { status: 0 };
			}
			if (r.status === 201 || r.status === 200) return acknowledged.push(local_part);
			assert.ok([0, 503].includes(r.status), `${local_part}: ${r.status} ${r.text}`);
			repeated++;
			await sleep(50);
		}
		return assert.fail(`${local_part} was never acknowledged`);
	};
	const writer = async () => {
		try {
			while (killed.size < kills && !failed) await change(next++);
		} catch (fault) {
			failed = true;
			throw fault;
		}
	};
	const killer = async () => {
		for (let at = each; killed.size < kills && !failed; await sleep(5)) {
			const pid = acknowledged.length >= at ? webProcess() : undefined;
			if (!pid || killed.has(pid)) continue;
			process.kill(pid, 'SIGKILL');
			killed.add(pid);
			at = acknowledged.length + each;
		}
	};
	await Promise.all([killer(), ...Array.from({ length: 4 }, writer)]);
	const one = (text) => panel.sql(text).trim();
	assert.deepEqual(one("SELECT local_part FROM mailbox").split('\n').sort(), acknowledged.sort());
	assert.equal(one("SELECT count(*) FROM alias"), String(acknowledged.length));
	assert.equal(one("SELECT mailbox_count FROM domain"), String(acknowledged.length));
	assert.equal(one("SELECT count(*) FROM vimb_audit WHERE object_type = 'mailbox'"), String(acknowledged.length));
	assert.equal(one("SELECT count(DISTINCT request_id) FROM vimb_audit WHERE object_type = 'mailbox'"), String(acknowledged.length));
	assert.ok(repeated > 0, 'nothing was in the way');
	assert.equal((await panel.get('/mailboxes')).status, 200);
});
