// SPDX-License-Identifier: GPL-3.0-or-later
// Whether domain administrators may let mail be forwarded to other servers: alias.outside.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel } from './lib/panel.mjs';

const secret = 'a long enough secret 1';
const panels = {};

async function start(policy) {
	const panel = await startPanel({ settings: policy ? { 'alias.outside': policy } : {} });
	const must = async (path, fields) => {
		const r = await panel.api('POST', path, fields);
		assert.ok(r.status < 300, `${path}: ${r.text}`);
		return r.json.id;
	};
	await panel.signIn();
	const own = await must('/domains/add', { domain: 'own.example', active: true });
	await must('/domains/add', { domain: 'other.example', active: true });
	await must('/mailboxes/add', { address: 'anna@own.example', password: secret, active: true });
	const old = await must('/aliases/add', { address: 'old@own.example', goto: 'far@elsewhere.example', active: true });
	const admin = await must('/admins/add', { username: 'dora@own.example', password: secret });
	await must(`/domains/${own}/admins/assign`, { admin_id: admin });
	return { panel, old, dora: await panel.client().signIn('dora@own.example', secret) };
}
before(async () => {
	for (const policy of ['refuse', 'warn', undefined]) panels[policy ?? 'allow'] = await start(policy);
});
after(async () => {
	for (const { panel } of Object.values(panels)) await panel.stop();
});

test('refused: other servers alone, for domain administrators alone, and not what was there before', async () => {
	const { panel, dora, old } = panels.refuse;
	const said = 'Mail may not be forwarded to other servers: far@elsewhere.example.';
	let r = await dora.api('POST', '/aliases/add', { address: 'out@own.example', goto: 'anna@own.example,far@elsewhere.example' });
	assert.equal(r.status, 422, r.text);
	assert.deepEqual(r.json.errors.map((e) => [e.field, e.text]), [['goto', said]]);
	assert.equal((await dora.api('GET', '/aliases?q=out')).json.rows.length, 0);
	await dora.get('/aliases/add');
	assert.match((await dora.post('/aliases/add', { local_part: 'out', domain: 'own.example', goto: 'far@elsewhere.example' })).text, new RegExp(said));
	assert.equal((await dora.api('POST', '/aliases/add', { address: 'in@own.example', goto: 'anna@own.example,who@other.example' })).status, 201, 'another domain of this server');
	assert.equal((await dora.api('POST', `/aliases/${old}/edit`, { goto: 'far@elsewhere.example,anna@own.example' })).status, 200, 'it led there before');
	assert.equal((await dora.api('POST', `/aliases/${old}/disable`)).status, 200);
	assert.equal((await dora.api('POST', `/aliases/${old}/edit`, { goto: 'far@elsewhere.example,more@elsewhere.example' })).status, 422);
	r = await dora.api('POST', '/import', { kind: 'aliases', text: 'address,goto\nfile@own.example,far@elsewhere.example\n' });
	assert.deepEqual(r.json.errors.map((e) => e.text), [said]);
	r = await panel.api('POST', '/aliases/add', { address: 'root@own.example', goto: 'far@elsewhere.example' });
	assert.equal(r.status, 201, 'a super administrator may');
});

test('warned of: by the form and to programs', async () => {
	const { panel, dora } = panels.warn;
	const said = 'far@elsewhere.example is not on this server: mail is forwarded to another one.';
	const fields = { address: 'out@own.example', goto: 'far@elsewhere.example,who@other.example' };
	const r = await dora.api('POST', '/aliases/add', fields);
	assert.equal(r.status, 201, r.text);
	assert.deepEqual(r.json.warnings, [said]);
	await dora.get('/aliases/add');
	const page = await dora.post('/aliases/add', { local_part: 'form', domain: 'own.example', goto: 'far@elsewhere.example' });
	assert.equal(page.status, 422);
	assert.match(page.text, new RegExp(said));
	assert.equal('warnings' in (await panel.api('POST', '/aliases/add', { address: 'root@own.example', goto: 'far@elsewhere.example' })).json, false);
});

test('otherwise nothing is said, and other words are no setting', async () => {
	const { panel, dora } = panels.allow;
	const r = await dora.api('POST', '/aliases/add', { address: 'out@own.example', goto: 'far@elsewhere.example' });
	assert.equal(r.status, 201, r.text);
	assert.equal('warnings' in r.json, false);
	assert.throws(() => panel.cli(['-o', 'alias.outside=maybe', 'domain', 'list']), /alias\.outside/);
});
