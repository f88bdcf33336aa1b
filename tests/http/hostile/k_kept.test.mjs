// SPDX-License-Identifier: GPL-3.0-or-later
// What a deletion keeps, and for how long: undo.days = 0 takes effect for what is deleted from then on, is said before, and shortens nothing that was promised.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import { sleep, startPanel } from '../lib/panel.mjs';

let panel;
const ids = {};
const n = (text) => Number(panel.sql(text).trim());
const undos = (r) => /\/log\/(\d+)\/undo"/.exec(r.text)?.[1];

before(async () => {
	panel = await startPanel({ settings: { 'undo.days': 30 } });
	await panel.signIn();
	for (const domain of ['own.example', 'gone.example']) ids[domain] = (await panel.api('POST', '/domains/add', { domain, active: true })).json.id;
	for (const local of ['early', 'late', 'last']) ids[local] = (await panel.api('POST', '/mailboxes/add', { address: `${local}@own.example`, password: 'three grey boats 7' })).json.id;
});
after(() => panel?.stop());

test('K14 nothing is kept from then on, which is said before; what was kept before stays for as long as was said then', async () => {
	const page = await panel.get(`/mailboxes/${ids.early}/delete`);
	assert.match(page.text, /can be brought back from the log for 30 days/);
	assert.equal((await panel.post(`/mailboxes/${ids.early}/delete`)).status, 303);
	const early = undos(await panel.get('/mailboxes'));
	assert.ok(early);
	assert.equal(n('SELECT count(*) FROM vimb_undo'), 1);

	fs.appendFileSync(panel.conf, 'undo.days = 0\n');
	fs.writeFileSync(panel.conf, fs.readFileSync(panel.conf, 'utf8').replace('undo.days = 30\n', ''), { mode: 0o600 });
	panel.child.kill('SIGHUP');
	for (let i = 0; !/This cannot be undone/.test((await panel.get(`/mailboxes/${ids.late}/delete`)).text); i++, await sleep(50)) assert.ok(i < 400, panel.log());

	panel.agent.destroy();
	// to look is not to delete, and a domain asks who it is besides
	assert.equal(n("SELECT count(*) FROM mailbox WHERE username = 'late@own.example'"), 1);
	assert.match((await panel.get(`/domains/${ids['gone.example']}/delete`)).text, /This cannot be undone/);
	assert.equal((await panel.post(`/mailboxes/${ids.late}/delete`)).status, 303);
	assert.equal(undos(await panel.get('/mailboxes')), undefined, 'nothing is offered that is not there');
	assert.equal(n("SELECT count(*) FROM mailbox WHERE username = 'late@own.example'"), 0);
	assert.equal(n('SELECT count(*) FROM vimb_undo'), 1);
	const entry = n("SELECT max(id) FROM log WHERE action = 'MAILBOX_PURGE'");
	const refused = await panel.api('POST', `/log/${entry}/undo`, {});
	assert.equal(refused.status, 409, refused.text);
	assert.equal(n("SELECT count(*) FROM mailbox WHERE username = 'late@own.example'"), 0);

	// the keeper tidies with the setting in force, and yet
	panel.sql("UPDATE vimb_job SET run_at = 0 WHERE kind = 'housekeeping' AND state = 'waiting'");
	panel.child.kill('SIGHUP');
	for (let i = 0; n("SELECT count(*) FROM vimb_job WHERE kind = 'housekeeping' AND state = 'waiting' AND run_at = 0") > 0; i++, await sleep(50)) assert.ok(i < 400, panel.log());
	assert.equal(n('SELECT count(*) FROM vimb_undo'), 1);
	// a connection that is kept may be one of the web process before, which ends
	panel.agent.destroy();
	const back = await panel.api('POST', `/log/${early}/undo`, {});
	assert.ok(back.status < 300, back.text);
	assert.equal(n("SELECT count(*) FROM mailbox WHERE username = 'early@own.example'"), 1);
	assert.equal(n("SELECT count(*) FROM log WHERE action = 'MAILBOX_RESTORE'"), 1);
});
