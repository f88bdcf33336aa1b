// SPDX-License-Identifier: GPL-3.0-or-later
// log.keep_days on a running panel: the keeper removes what is too old, the rest still verifies, however often it is killed meanwhile, and on servers only the keeper may.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { sleep, startPanel } from './lib/panel.mjs';

let panel;
const n = (text) => Number(panel.sql(text).trim());
const verify = (...args) => JSON.parse(panel.cli(['audit', 'verify', '--json', ...args]))[0] ?? JSON.parse(panel.cli(['audit', 'verify', '--json', ...args]));
async function until(what, is) {
	for (let i = 0; !is(); i++) {
		assert.ok(i < 400, `${what}: ${panel.log()}`);
		await sleep(50);
	}
}
// The keeper does it now.
async function run(kind) {
	panel.sql(`UPDATE vimb_job SET run_at = 0 WHERE kind = '${kind}' AND state = 'waiting'`);
	panel.child.kill('SIGHUP');
	await until(kind, () => n(`SELECT count(*) FROM vimb_job WHERE kind = '${kind}' AND state = 'waiting' AND run_at = 0`) === 0);
}

before(async () => {
	panel = await startPanel({ settings: { 'log.keep_days': 30 } });
	await panel.signIn();
});
after(() => panel?.stop());

test('old entries go, young ones stay, and the chain over them holds', async () => {
	for (let i = 0; i < 3; i++) await panel.api('POST', '/domains/add', { domain: `d${i}.example`, active: true });
	const first = n('SELECT min(id) FROM log'), rows = n('SELECT count(*) FROM log');
	panel.sql(`DELETE FROM vimb_seal; UPDATE log SET timestamp = '2020-01-01 00:00:00' WHERE id = ${first}`); // what is sealed is not to be changed
	await run('audit_seal');
	await until('sealed', () => n('SELECT count(*) FROM vimb_seal') >= rows);
	await run('housekeeping');
	await until('cut', () => n(`SELECT count(*) FROM log WHERE id = ${first}`) === 0);
	await until('noted', () => n("SELECT count(*) FROM log WHERE action = 'LOG_CUT'") === 1);
	await until('logged', () => /log\.cut rows=1/.test(panel.log()));
	const said = verify();
	assert.equal(said.bad, 0);
	assert.equal(said.removed, 1);
	assert.equal(said.first, 2);
	assert.ok(n('SELECT count(*) FROM log') >= rows);
	const { rows: shown } = (await panel.api('GET', '/log?action=LOG_CUT')).json;
	assert.match(shown[0].data, /removed 1 entries of the log from before/);
	assert.doesNotMatch(panel.log(), /denied|job\.failed/);
});

// pid of the keeper, once there is another than that one
async function keeper(other) {
	for (let i = 0; i < 4000; i++, await sleep(5)) {
		for (const pid of fs.readFileSync(`/proc/${panel.child.pid}/task/${panel.child.pid}/children`, 'utf8').trim().split(' ').map(Number)) {
			try {
				if (pid !== other && fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'vimbadmin-keep') return pid;
			} catch { /* it is gone */ }
		}
	}
	return assert.fail(`no keeper: ${panel.log()}`);
}

test('the keeper is killed while it removes them, again and again: what is left is proven each time, and in the end all is done', { timeout: 300000 }, async (t) => {
	const left = () => n("SELECT count(*) FROM log WHERE timestamp < '2021-01-01'");
	const due = (kind) => panel.sql(`UPDATE vimb_job SET run_at = 0, lease_until = NULL WHERE kind = '${kind}' AND state = 'waiting'`);
	// as if all there is were of long ago, and much more of it; the chain begins anew, as after removing everything
	panel.sql("DELETE FROM vimb_seal; DELETE FROM vimb_seal_start; UPDATE log SET timestamp = '2020-01-01 00:00:00'");
	for (let i = 0; i < 16000; i += 1000) panel.sql(`INSERT INTO log (action, data, timestamp) VALUES ${Array.from({ length: 1000 }, (_, j) => `('X', 'of long ago ${i + j}', '2020-01-01 00:00:00')`).join(',')}`);
	const all = n('SELECT count(*) FROM log');
	while (n('SELECT count(*) FROM vimb_seal') < all) await run('audit_seal');
	assert.equal(verify().bad, 0);
	// on a reload it may have ended by itself
	const end = (of) => { try { process.kill(of, 'SIGKILL'); } catch { /* gone */ } };
	let pid = await keeper(), inside = 0;
	// how far it gets each time is chance; tests/db/test_svc_seal_cut.c kills before each statement
	for (const wait of [0, 10, 20, 30, 45, 60]) {
		due('housekeeping');
		end(pid);
		pid = await keeper(pid);
		await sleep(wait);
		end(pid);
		const then = left(), said = verify(), now = left(); // the next may be at work by now
		assert.equal(said.bad, 0);
		assert.ok(said.removed >= all - then && said.removed <= all - now, `${said.removed} removed of ${all}, ${then} and ${now} left`);
		assert.equal(n('SELECT count(*) FROM vimb_seal WHERE log_id NOT IN (SELECT id FROM log)'), 0, 'seals without their rows');
		assert.equal(n('SELECT count(*) FROM vimb_audit WHERE log_id NOT IN (SELECT id FROM log)'), 0, 'details without their rows');
		inside += then > 0 && then < all ? 1 : 0;
		pid = await keeper(pid);
		panel.child.kill('SIGHUP'); // or the master waits longer after each death
		pid = await keeper(pid);
	}
	t.diagnostic(`${inside} times in the middle`);
	due('housekeeping');
	panel.child.kill('SIGHUP');
	await until('the rest is removed', () => left() === 0);
	due('audit_seal');
	while (verify().unsealed > 0) await run('audit_seal');
	assert.doesNotMatch(panel.log(), /denied/);
});

test('whoever removes more is found out', () => {
	panel.sql('DELETE FROM vimb_seal WHERE seq = (SELECT seq FROM (SELECT min(seq) + 1 AS seq FROM vimb_seal) x)');
	assert.throws(() => panel.cli(['audit', 'verify']), /The trail was changed: 1 seal/);
});
