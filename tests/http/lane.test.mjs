// SPDX-License-Identifier: GPL-3.0-or-later
// Mails do not wait for an import: the keeper has a worker for each. The import makes passwords that are slow to hash, so it takes longer than any mail.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { sleep, startPanel } from './lib/panel.mjs';
import { startSink } from './lib/smtp.mjs';

let sink, panel, anna;
const sql = (text) => panel.sql(text).trim();

before(async () => {
	sink = await startSink();
	panel = await startPanel({ settings: {
		'resources.mail.transport.host': '127.0.0.1', 'resources.mail.transport.port': sink.port, 'resources.mail.transport.ssl': 'none', 'identity.mailer.email': 'panel@example.com',
		'defaults.mailbox.hash_cost': 14,
	} });
	await panel.signIn();
	await panel.api('POST', '/domains/add', { domain: 'own.example', active: true });
	const hash = '{SHA512-CRYPT}$6$saltsaltsaltsalt$9bJzQy1kZ1Qe0tJX8d0mYc6q5a3bV2';
	panel.cli(['mailbox', 'add', 'anna@own.example', '--hash', hash]);
	anna = sql("SELECT id FROM mailbox WHERE username = 'anna@own.example'");
});
after(async () => {
	await panel?.stop();
	await sink?.stop();
});

test('a mail is sent while an import is running', async () => {
	const rows = Array.from({ length: 1000 }, (_, i) => `m${i}@own.example\n`).join('');
	const r = await panel.upload('/import/run', { kind: 'mailboxes', mode: 'insert', on_error: 'skip', map: '', text: '', checkboxes: 'generate', generate: 'true' }, `address\n${rows}`);
	assert.equal(r.status, 303, r.text);
	const path = r.headers.get('location');
	const state = async () => (await panel.api('GET', path)).json.state;
	const slice = () => sql("SELECT max(id) FROM vimb_job WHERE kind = 'import' AND state = 'waiting' AND lease_until IS NOT NULL");

	while (await state() === 'waiting') await sleep(20);
	// a file is taken in by slices: a mail that had to wait would never be sent within one
	for (let n = 1, sent = false; !sent; n++) {
		const before = slice();
		await panel.get(`/mailboxes/${anna}/settings-mail`);
		const mail = await panel.post(`/mailboxes/${anna}/settings-mail`, { type: 'username' });
		assert.equal(mail.status, 303, mail.text);
		await sink.wait(n);
		sent = before !== '' && slice() === before;
		assert.ok(sent || n < 10, 'each of ten mails waited');
		assert.equal(await state(), 'running');
	}
	assert.equal((await panel.api('POST', `${path}/cancel`, {})).status, 202);
	assert.equal(await state(), 'cancelled');
});
