// SPDX-License-Identifier: GPL-3.0-or-later
// Quotas and limits below zero, as the PHP program's API let them in: they are none, wherever they are shown, counted or kept to.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { startPanel } from './lib/panel.mjs';

const password = 'a long enough secret 1';
let panel, mailbox, domain;
const must = async (path, fields, who = panel) => {
	const r = await who.api('POST', path, fields);
	assert.ok(r.status < 300, `${path}: ${r.text}`);
	return r.json;
};
before(async () => {
	panel = await startPanel();
	await panel.signIn();
	domain = await must('/domains/add', { domain: 'odd.example', active: true, quota: '10 MB', total_quota: '1 GB' });
	mailbox = await must('/mailboxes/add', { address: 'ann@odd.example', password, active: true, quota: '10 MB' });
	await must('/mailboxes/add', { address: 'ben@odd.example', password, active: true, quota: '10 MB' });
	await must('/admins/add', { username: 'few@odd.example', password, active: true });
	const admin = (await panel.api('GET', '/admins?q=few')).json.rows[0];
	await must(`/domains/${domain.id}/admins/assign`, { admin_id: admin.id });
	panel.sql(`UPDATE mailbox SET quota = -1 WHERE username = 'ann@odd.example'; UPDATE domain SET quota = -1, max_quota = -5, max_mailboxes = -1, max_aliases = -1 WHERE domain = 'odd.example'`);
});
after(() => panel?.stop());

const below = />\s*-\d|value="-\d|-\d+ B/;

test('pages', async () => {
	for (const path of ['/mailboxes', '/domains', `/mailboxes/${mailbox.id}`, `/domains/${domain.id}`, `/mailboxes/${mailbox.id}/edit`, `/domains/${domain.id}/edit`, '/']) {
		const { status, text } = await panel.get(path);
		assert.equal(status, 200, path);
		assert.doesNotMatch(text.replace(/<svg[\s\S]*?<\/svg>/g, ''), below, path);
	}
	assert.match((await panel.get(`/mailboxes/${mailbox.id}/edit`)).text, /name="quota"[^>]*value="unlimited"/);
	for (const name of ['quota', 'max_quota', 'max_mailboxes', 'max_aliases']) assert.match((await panel.get(`/domains/${domain.id}/edit`)).text, new RegExp(`name="${name}"[^>]*value="unlimited"`));
	// the two together have what ben has
	assert.match((await panel.get(`/domains/${domain.id}`)).text, /<dd>10 MB <span[^>]*>\+ 1 without a limit/);
});

test('JSON, CSV and the command line', async () => {
	assert.equal((await panel.api('GET', `/mailboxes/${mailbox.id}`)).json.quota, 0);
	const d = (await panel.api('GET', '/domains?q=odd')).json.rows[0];
	assert.deepEqual([d.quota, d.max_quota, d.max_mailboxes, d.max_aliases], [0, 0, 0, 0]);
	for (const path of ['/mailboxes/export.csv', '/domains/export.csv']) assert.doesNotMatch((await panel.get(path)).text, /"-\d/, path);
	for (const args of [['mailbox', 'list'], ['mailbox', 'show', 'ann@odd.example'], ['domain', 'show', 'odd.example'], ['domain', 'list']]) assert.doesNotMatch(panel.cli(args), /\s-\d/, args.join(' '));
});

test('whoever is bound by limits is not bound by these, and what is saved is saved as none', async () => {
	const few = panel.client();
	await few.signIn('few@odd.example', password);
	await must('/mailboxes/add', { address: 'cid@odd.example', password, active: true, quota: '10 MB' }, few);
	await must('/aliases/add', { address: 'info@odd.example', goto: 'ann@odd.example', active: true }, few);
	await must(`/mailboxes/${mailbox.id}/edit`, { name: 'Ann' }, few);
	assert.equal(panel.sql("SELECT quota FROM mailbox WHERE username = 'ann@odd.example'").trim(), '0');
});

test('what Dovecot is told', () => {
	panel.sql("UPDATE mailbox SET quota = -1 WHERE username = 'ann@odd.example'");
	const dir = `${panel.dir}/dovecot`;
	execFileSync('mkdir', [dir]);
	panel.cli(['config', 'dovecot', '--dir', dir]);
	const files = execFileSync('cat', execFileSync('find', [dir, '-type', 'f'], { encoding: 'utf8' }).trim().split('\n'), { encoding: 'utf8' });
	const query = /^user_query = (.*)$/m.exec(files)[1].replace("'%Lu'", "'ann@odd.example'");
	assert.equal(panel.sql(query).trim(), 'ann@odd.example|*:bytes=0');
});
