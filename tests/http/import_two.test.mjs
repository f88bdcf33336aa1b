// SPDX-License-Identifier: GPL-3.0-or-later
// Two panels on one database, of which one keeper takes a file in all at once: how far it is stands on the pages of both, and both can end it.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { engine } from './lib/engine.mjs';
import { keeperOf, sleep, startPanel } from './lib/panel.mjs';

const hash = '{SHA512-CRYPT}$6$saltsaltsaltsalt$9bJzQy1kZ1Qe0tJX8d0mYc6q5a3bV2';
const rows = 30000;
// one machine, one writer: there are no two panels
const skip = engine === 'sqlite' && 'a file has one machine';
let panel, other;
const settings = { 'defaults.mailbox.hash_cost': 4, 'bruteforce.enabled': 'no' };
const many = (name) => `address,hash\n${Array.from({ length: rows }, (_, i) => `${name}${i}@own.example,${hash}\n`).join('')}`;
const task = async (client, id) => (await client.api('GET', `/import/${id}`)).json;
const boxes = (name) => Number(panel.sql(`SELECT count(*) FROM mailbox WHERE username LIKE '${name}%'`));

before(async () => {
	if (skip) return;
	panel = await startPanel({ settings });
	await panel.signIn();
	const keeper = /^keeper\.database = (.*)$/m.exec(fs.readFileSync(panel.conf, 'utf8'))[1];
	other = await startPanel({ database: panel.database, firstRun: true, settings: { ...settings, 'keeper.database': keeper } });
	await other.signIn();
	const r = await panel.api('POST', '/domains/add', { domain: 'own.example', active: true });
	assert.ok(r.status < 300, r.text);
});
after(async () => {
	await other?.stop();
	await panel?.stop();
});

// Sends a file that the keeper of `worker` gets, because that of the other one stands still meanwhile; the id of what it has in the middle of it.
async function under(worker, idle, path, name, file = many(name)) {
	const pid = keeperOf(idle);
	process.kill(pid, 'SIGSTOP');
	try {
		const r = await worker.upload(path, { kind: 'mailboxes', mode: 'insert', on_error: 'stop', map: '', text: '', checkboxes: 'generate' }, file);
		assert.equal(r.status, 303, r.text);
		const id = Number(/\d+$/.exec(r.headers.get('location'))[0]);
		while ((await task(worker, id)).state === 'waiting') await sleep(5);
		return id;
	} finally {
		process.kill(pid, 'SIGCONT');
	}
}
// Looks until it moves, which it does before it is over.
async function moving(client, id, from = 0) {
	for (;;) {
		const t = await task(client, id);
		assert.equal(t.state, 'running', `it was not seen to move at ${from}`);
		if (t.done > from) return t;
		await sleep(20);
	}
}

test('how far it is shows on the page of the other, and grows', { skip }, async () => {
	const id = await under(panel, other, '/import', 'seen');
	const t = await moving(other, id);
	assert.deepEqual([t.total, t.phase, boxes('seen')], [rows, 'rows', 0]);
	await moving(other, id, t.done);
	assert.match((await other.get(`/import/${id}`)).text, new RegExp(`<progress class="bar" value="[1-9]\\d*" max="${rows}"`));
	await other.post(`/import/${id}/cancel`);
	while ((await task(other, id)).state === 'running') await sleep(20);
});

for (const [path, what] of [['/import', 'a check'], ['/import/run', 'all or nothing']])
	test(`${what} is ended by the other: whoever works on it lets go before its last row`, { skip }, async () => {
		const name = `ended${path.length}x`, id = await under(other, panel, path, name);
		await moving(panel, id);
		const r = await panel.post(`/import/${id}/cancel`);
		assert.equal(r.status, 303, r.text);
		// the next file has its turn when that one was let go
		const next = await under(other, panel, '/import', `${name}next`);
		assert.equal((await task(panel, id)).state, 'cancelled');
		assert.equal(boxes(name), 0);
		await other.post(`/import/${next}/cancel`);
		const done = Number(panel.sql(`SELECT done FROM vimb_import_live WHERE import_id = ${id}`));
		assert.ok(done > 0 && done < rows, `it was let go at ${done}`);
	});

test('after a bad row all are looked at again, and the page says so', { skip }, async () => {
	const id = await under(panel, other, '/import', 'bad', `${many('bad').replace(`bad${rows - 1}@own`, 'bad0@own')}`);
	for (let t = await task(other, id); t.phase !== 'again'; t = await task(other, id)) {
		assert.equal(t.state, 'running');
		await sleep(20);
	}
	assert.match((await other.get(`/import/${id}`, { 'accept-language': 'de' })).text, /noch einmal/);
	await other.post(`/import/${id}/cancel`);
});
