// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers at their edges, and many who want the last place at the same instant.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engine } from '../lib/engine.mjs';
import { check, form, get, json, look, run, same, secret, stage } from './lib/cases.mjs';

const w = stage();
const limited = { who: 'limited' };
const quota = ["SELECT quota FROM mailbox WHERE username = 'box@own.example'"];
const edit = '/mailboxes/{own.mailboxes}/edit';
const set = (given, bytes) => ({ status: 200, changes: true, db: [...quota, bytes] });
const big = '9223372036854775807';

run(w, [
	// read exactly, or not at all
	['J1', 'nothing is no limit', json(edit, { quota: 0 }), set(0, 0)],
	['J1', 'the largest number, in bytes', json(edit, `{"quota":${big}}`), set(big, big)],
	['J1', 'one more', json(edit, '{"quota":9223372036854775808}'), 400],
	['J1', '2^64', json(edit, '{"quota":18446744073709551616}'), 400],
	['J1', 'less than nothing', json(edit, { quota: -1 }), 422],
	['J1', 'the smallest number', json(edit, `{"quota":-${big}}`), 422],
	['J1', 'an exponent', json(edit, '{"quota":1e9}'), 400],
	['J1', 'a fraction of bytes', json(edit, '{"quota":1.5}'), 400],
	['J1', 'yes', json(edit, { quota: true }), 422],
	['J1', '10 MB', json(edit, { quota: '10 MB' }), set(0, 10 * 1024 ** 2)],
	['J1', '1.5G', json(edit, { quota: '1.5G' }), set(0, 1.5 * 1024 ** 3)],
	['J1', 'a bare number in a form is of the unit that is configured', form(edit, { quota: '7' }), { status: 303, changes: true, db: [...quota, 7 * 1024 ** 2] }],
	['J1', 'unlimited', form(edit, { quota: 'unlimited' }), { status: 303, changes: true, db: [...quota, 0] }],
	...['1,5G', '1e9', '1E9', '0x10', '-1', '+1', '1 000', '1_000', '１', '٣', 'NaN', 'inf', '5 XB', '5 GBB', '5 G B B', '5GiBx', 'G', '.5G', '5.', '5..1G', '1.0000000001 MB', '0.1 B', '9007199254740992 GB', `${big} KB`, '9223372036854775808', '9223372036854775808 B', '18446744073709551617 B', '8192 PB', '0.0000000000000000001G', '1/2G', '1G2M', '%1', '1;2', "1'", '1G\u200b', '1\u00a0G', 'unlimitedx', 'UNLIMITED 1', 'null']
		.flatMap((text) => [['J1', `${JSON.stringify(text)} in a form`, form(edit, { quota: text }), 422], ['J1', `${JSON.stringify(text)} as JSON`, json(edit, { quota: text }), 422]]),
	...['-1', '1e3', '2147483648', '0x1', '1.5', ' ', '01x', '１'].map((text) => ['J1', `${JSON.stringify(text)} mailboxes at most`, json('/domains/{own.domains}/edit', { max_mailboxes: text }), text === ' ' ? { status: [200, 422], changes: true } : 422]),
	['J1', 'the most that the column holds', json('/domains/{own.domains}/edit', { max_mailboxes: 2147483647 }), { status: 200, changes: true, db: ["SELECT max_mailboxes FROM domain WHERE domain = 'own.example'", 2147483647] }],
	['J1', 'one more than the column holds', json('/domains/{own.domains}/edit', { max_mailboxes: 2147483648 }), 422],
	['J1', 'many rows at once', json('/mailboxes/bulk', { verb: 'quota', ids: '{own.mailboxes}', quota: '1e9', confirm: true }), 422],
	['J1', 'many rows at once, less than nothing', json('/mailboxes/bulk', { verb: 'quota', ids: '{own.mailboxes}', quota: -5, confirm: true }), 422],
	['J10', 'changing what is gone', json('/mailboxes/999999/edit', { name: 'x' }), 404],
]);

const shown = ['/', '/mailboxes', '/domains', '/domains/{own.domains}', '/mailboxes/{own.mailboxes}', '/mailboxes/{own.mailboxes}/edit', '/mailboxes/export.csv', '/domains/export.csv', '/api/mailboxes', '/search?q=own'];
const odd = /-\d[\d.]* ?[KMGTP]?B\b|nan|\binf(inity)?\b|%-|-\d+%/i;

test('J2 quotas that together are more than a number holds', async () => {
	await w.panel.api('POST', `/mailboxes/${w.ids.own.mailboxes}/edit`, { quota: big });
	for (let i = 0; i < 3; i++) assert.equal((await w.panel.fetch('POST', '/api/mailboxes/add', { body: `{"address":"huge${i}@own.example","password":"${secret}","quota":${big}}`, headers: { 'content-type': 'application/json', origin: w.panel.url, 'x-csrf-token': w.panel.csrf } })).status, 201);
	w.seen = look(w);
	for (const target of shown) await check(w, get(target), { status: [200, 303], not: odd });
});

test('J11 what Dovecot reports is odd: negative, beyond the limit, of nobody, of a mailbox without one', async () => {
	// servers have a key that lets no row of nobody stand
	for (const [name, bytes, messages] of [['box@own.example', -5, -3], ['box@other.example', 5e15, 1], ...(engine === 'sqlite' ? [['gone@own.example', 7, 1]] : []), ['huge0@own.example', big, big], ['huge1@own.example', `-${big}`, 0]])
		w.panel.sql(`INSERT INTO dovecot_quota (username, bytes, messages) VALUES ('${name}', ${BigInt(bytes)}, ${BigInt(messages)})`);
	await w.panel.api('POST', `/mailboxes/${w.ids.other.mailboxes}/edit`, { quota: 1 });
	w.seen = look(w);
	for (const target of shown) await check(w, get(target), { status: [200, 303], not: odd });
	w.panel.sql('DELETE FROM dovecot_quota');
});

test('J3 twenty at the same instant for the last place: one gets it', async () => {
	const { panel, ids } = w;
	const have = Number(panel.sql("SELECT mailbox_count FROM domain WHERE domain = 'own.example'"));
	assert.equal((await panel.api('POST', `/domains/${ids.own.domains}/edit`, { max_mailboxes: have + 1, max_aliases: 0 })).status, 200);
	const c = w.clients.limited;
	const answers = await Promise.all(Array.from({ length: 20 }, async (_, i) => {
		for (let tries = 0; tries < 20; tries++) {
			const r = await c.api('POST', '/mailboxes/add', { address: `last${i}@own.example`, password: secret });
			if (r.status !== 503) return r.status;
		}
		return 503;
	}));
	assert.deepEqual(answers.filter((s) => s === 201).length, 1, `${answers}`);
	assert.ok(answers.every((s) => s === 201 || s === 409), `${answers}`);
	assert.equal(panel.sql("SELECT mailbox_count FROM domain WHERE domain = 'own.example'").trim(), String(have + 1));
	assert.equal(panel.sql("SELECT count(*) FROM mailbox m JOIN domain d ON d.id = m.Domain_id WHERE d.domain = 'own.example'").trim(), String(have + 1));
	w.seen = look(w);
});

test('J5 a limit below what is there takes nothing away, and lets nothing in', async () => {
	const r = await w.panel.api('POST', `/domains/${w.ids.own.domains}/edit`, { max_mailboxes: 1 });
	assert.equal(r.status, 200, r.text);
	assert.ok(Number(w.panel.sql("SELECT count(*) FROM mailbox m JOIN domain d ON d.id = m.Domain_id WHERE d.domain = 'own.example'")) > 3);
	w.seen = look(w);
	await check(w, json('/mailboxes/add', { address: 'more@own.example', password: secret }, limited), 409);
	await check(w, get('/domains/{own.domains}', limited), { status: 200, not: odd });
	await w.panel.api('POST', `/domains/${w.ids.own.domains}/edit`, { max_mailboxes: 0 });
	w.seen = look(w);
});

const keyed = (c, key, fields) => c.fetch('POST', '/api/aliases/add', { body: JSON.stringify(fields), headers: { accept: 'application/json', 'content-type': 'application/json', origin: c.url, 'x-csrf-token': c.csrf, 'idempotency-key': key } });

test('J6 one request twenty times at the same instant has one effect', async () => {
	const fields = { address: 'once@own.example', goto: 'x@elsewhere.example' };
	const answers = await Promise.all(Array.from({ length: 20 }, () => keyed(w.panel, 'the same key', fields)));
	assert.ok(answers.every((r) => [200, 201, 409, 503].includes(r.status)), `${answers.map((r) => r.status)}`);
	assert.equal(w.panel.sql("SELECT count(*) FROM alias WHERE address = 'once@own.example'").trim(), '1');
	assert.equal(w.panel.sql("SELECT count(*) FROM vimb_audit WHERE object = 'once@own.example'").trim(), '1');
	w.seen = look(w);
});

test('J6 the key of somebody else does not show what he did, nor does one key do two things', async () => {
	const [mine] = [await keyed(w.panel, 'a key of root', { address: 'secret-one@other.example', goto: 'x@elsewhere.example' })];
	assert.equal(mine.status, 201);
	w.seen = look(w);
	const theirs = await keyed(w.clients.limited, 'a key of root', { address: 'mine@own.example', goto: 'x@elsewhere.example' });
	assert.doesNotMatch(theirs.text, /secret-one/);
	w.seen = look(w);
	const other = await keyed(w.panel, 'a key of root', { address: 'another@own.example', goto: 'x@elsewhere.example' });
	assert.doesNotMatch(other.text, /"address":"another@own/);
	same(w);
});

test('J9 J10 two with one form, and one whose row is deleted meanwhile', async () => {
	const made = await w.panel.api('POST', '/mailboxes/add', { address: 'gone-soon@own.example', password: secret });
	const rev = made.json.rev;
	assert.equal((await w.panel.api('POST', `/mailboxes/${made.json.id}/edit`, { name: 'first', rev })).status, 200);
	w.seen = look(w);
	await check(w, json(`/mailboxes/${made.json.id}/edit`, { name: 'second', rev }), 409);
	assert.equal((await w.panel.api('POST', `/mailboxes/${made.json.id}/delete`)).status, 200);
	w.seen = look(w);
	for (const [verb, fields] of [['edit', { name: 'back', rev }], ['enable', {}], ['password', { password: 'another secret 2' }], ['delete', {}]]) {
		await check(w, json(`/mailboxes/${made.json.id}/${verb}`, fields), 404);
		await check(w, form(`/mailboxes/${made.json.id}/${verb}`, fields), 404);
	}
	assert.equal(w.panel.sql("SELECT count(*) FROM mailbox WHERE username = 'gone-soon@own.example'").trim(), '0', engine);
});
