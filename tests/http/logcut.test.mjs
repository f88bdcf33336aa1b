// SPDX-License-Identifier: GPL-3.0-or-later
// log.keep_days on a running panel: the keeper removes what is too old, the rest still verifies, and on servers only the keeper may.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
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
	panel.sql(`UPDATE log SET timestamp = '2020-01-01 00:00:00' WHERE id = ${first}`);
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

test('whoever removes more is found out', () => {
	panel.sql('DELETE FROM vimb_seal WHERE seq = 2');
	assert.throws(() => panel.cli(['audit', 'verify']), /The trail was changed: 1 seal/);
});
