// SPDX-License-Identifier: GPL-3.0-or-later
// A walk with secrets that can be told apart: none of them stands in the database, in the log, in an answer, or where other processes of this
// machine could read it. And every event that touches security has its row in the trail.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { startPanel, root } from './lib/panel.mjs';

const canary = (name) => `c4n4ry-${name}-of-the-mine`;
const salt = `${canary('salt')}-6f2c81d94be7a03558ce`;
let panel;
const answers = [];
before(async () => { panel = await startPanel({ settings: { 'bruteforce.max_attempts': 3, log_level: 'debug', securitysalt: salt } }); });
after(() => panel?.stop());

// A client whose answers are all kept.
function client() {
	const c = panel.client();
	const send = c.fetch.bind(c);
	c.fetch = async (...args) => {
		const r = await send(...args);
		answers.push(`${args[0]} ${args[1]}\n${r.status} ${r.headers.get('location')} ${r.headers.getSetCookie()}\n${r.text}`);
		return r;
	};
	return c;
}
const guess = async (username, password, source) => {
	const c = client();
	await c.get('/auth/login');
	return c.post('/auth/login', { username, password }, { 'x-forwarded-for': source });
};

test('the walk', async () => {
	const c = await client().signIn();
	const ok = async (target, fields, status = 303) => assert.equal((await c.post(target, fields)).status, status, target);
	await ok('/domains/add', { domain: 'own.example', checkboxes: 'active backupmx', active: 'true' });
	const box = (await c.api('POST', '/mailboxes/add', { address: 'anna@own.example', password: canary('mailbox') })).json.id;
	await ok(`/mailboxes/${box}/password`, { password: canary('mailbox-2') });
	await ok(`/mailboxes/${box}/password`, { password: 'x' }, 422);
	await ok('/admins/add', { username: 'ben@example.org', password: canary('admin'), super: 'true', checkboxes: 'active super', active: 'true' });
	await ok('/account/password', { current_password: canary('wrong-current'), password: canary('next') }, 422);
	panel.sql('UPDATE vimb_session SET proved_at = 1');
	await ok('/admins/add', { username: 'carl@example.org', password: canary('carl') }, 428);
	await ok('/admins/add', { username: 'carl@example.org', password: canary('carl'), proof: canary('wrong-proof') }, 422);
	await ok('/admins/add', { username: 'carl@example.org', password: canary('carl'), proof: root.password });
	await c.get('/account/sessions');
	await c.get('/log');
	await c.get('/limits');
	const owner = client();
	await owner.get('/auth/change-password');
	const change = (current) => owner.post('/auth/change-password', { username: 'anna@own.example', current_password: current, new_password: canary('owner'), confirm_new_password: canary('owner') });
	assert.equal((await change(canary('wrong-owner'))).status, 401);
	assert.equal((await change(canary('mailbox-2'))).status, 303);
	for (let i = 0; i < 4; i++) await guess('ben@example.org', canary('guess'), '192.0.2.66');
	const slip = panel.client(); // whoever types a password for a name sees it again in that box, and nobody else does
	await slip.get('/auth/login');
	await slip.post('/auth/login', { username: canary('in-the-wrong-field'), password: canary('guess-2') });
	const ben = client();
	await ben.get('/auth/login');
	assert.equal((await ben.post('/auth/login', { username: 'ben@example.org', password: canary('admin') }, { 'x-forwarded-for': '192.0.2.68' })).status, 303);
	await ben.get('/domains');
	await ok('/account/sessions/end-others', {});
	const carl = (await c.api('GET', '/admins?q=carl')).json.rows[0].id;
	await c.get('/domains');
	await ok(`/admins/${carl}/edit`, { super: 'true', checkboxes: 'super active', active: 'true' });
	await ok(`/admins/${carl}/password`, { password: canary('reset') });
	await ok(`/admins/${carl}/delete`, {});
	await ok('/limits/clear', { name: '192.0.2.66' });
	await ok('/auth/logout', {});
	panel.cli(['admin', 'add', 'dora@example.org', '--password-stdin'], { input: `${canary('cli')}\n` });
});

test('every event that touches security has its row: who, from where, through which door, about what', () => {
	const rows = JSON.parse(panel.cli(['log', 'list', '--limit', '500', '--json']));
	const has = (action, more) => assert.ok(rows.some((r) => r.action === action && Object.entries(more).every(([k, v]) => (v instanceof RegExp ? v.test(r[k] ?? '') : r[k] === v))), `${action} ${JSON.stringify(more)}`);
	const web = { actor: root.username, door: 'web', source: '127.0.0.1' };
	has('ADMIN_LOGIN', { ...web, object: root.username });
	has('ADMIN_LOGIN', { actor: 'ben@example.org', source: '192.0.2.68' });
	has('ADMIN_LOGIN_FAILED', { source: '192.0.2.66', object: 'ben@example.org' });
	has('ADMIN_LOCKOUT', { source: '192.0.2.66', object: 'ben@example.org' });
	has('ADMIN_PW_CHANGE_FAILED', web);
	has('ADMIN_PROOF_FAILED', web);
	has('ADMIN_PROOF', web);
	has('ADMIN_PW_CHANGE', { ...web, object: 'carl@example.org', after: /"password":"changed"/ });
	has('ADMIN_SUPER', { ...web, object: 'carl@example.org', before: /"super":false/, after: /"super":true/ });
	has('ADMIN_PURGE', { ...web, object: 'carl@example.org' });
	has('ADMIN_SESSION_END', web);
	has('ADMIN_LOGOUT', web);
	has('LIMIT_CLEAR', web);
	has('MAILBOX_PW_CHANGE_FAILED', { object: 'anna@own.example' });
	has('MAILBOX_PW_CHANGE', { actor: 'anna@own.example', object: 'anna@own.example', after: /"password":"changed"/ });
	has('ADMIN_ADD', { door: 'cli', object: 'dora@example.org' });
});

test('no secret in an answer, in the log, in the database, in the trail', () => {
	const found = (text, what) => assert.doesNotMatch(text, /c4n4ry/, what);
	answers.forEach((a) => found(a, a.slice(0, 300)));
	assert.ok(answers.length > 30);
	found(panel.log(), 'the log');
	for (const file of fs.readdirSync(panel.dir).filter((f) => f.startsWith('vimbadmin.db'))) found(fs.readFileSync(path.join(panel.dir, file), 'latin1'), file);
	found(panel.dump(), 'database');
	for (const args of [['log', 'list', '--limit', '500', '--json'], ['config', 'dump'], ['limit', 'list', '--json'], ['admin', 'list', '--json']]) found(panel.cli(args), args.join(' '));
});

test('none in arguments or the environment of its processes', () => {
	const processes = fs.readdirSync('/proc').filter((p) => /^\d+$/.test(p)).filter((p) => {
		try {
			return Number(p) === panel.child.pid || new RegExp(`^PPid:\\s*${panel.child.pid}$`, 'm').test(fs.readFileSync(`/proc/${p}/status`, 'utf8'));
		} catch {
			return false;
		}
	});
	assert.ok(processes.length >= 3, `${processes.length} processes`);
	let read = 0;
	for (const p of processes)
		for (const file of ['cmdline', 'environ'])
			try {
				assert.doesNotMatch(fs.readFileSync(`/proc/${p}/${file}`, 'latin1'), /c4n4ry/, `${p} ${file}`);
				read++;
			} catch (e) {
				if (e.code !== 'EACCES' && e.code !== 'EPERM') throw e;
			}
	assert.ok(read > 0);
});
