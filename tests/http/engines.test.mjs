// SPDX-License-Identifier: GPL-3.0-or-later
// The panel in its cage with a database server: every way to connect works, and while a server is frozen or gone the panel says so in time, loses
// nothing, and goes on by itself when it is back.
// One engine is enough, but MySQL is tried, too: it starts those it needs.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { binary, sleep, startPanel } from './lib/panel.mjs';
import { makeRoles } from './lib/roles.mjs';
import { mysql8, startMysql, startPgsql } from './lib/servers.mjs';

const settings = { 'db.statement_ms': 1500, 'db.lock_ms': 1000 };

async function addDomain(p, domain) {
	return p.api('POST', '/domains/add', { domain, active: true });
}

async function domains(p) {
	const r = await p.api('GET', '/domains');
	assert.equal(r.status, 200, r.text);
	return r.json.rows.map((d) => d.domain).sort();
}

// A busy answer: in the panel's chrome or as JSON, and with word when to come again.
async function assertUnavailable(p) {
	const page = await p.get('/domains');
	assert.equal(page.status, 503, page.text);
	assert.match(page.headers.get('retry-after'), /^\d+$/);
	assert.match(page.text, /<title>/);
	const r = await addDomain(p, 'never.example');
	assert.equal(r.status, 503, r.text);
	assert.match(r.headers.get('retry-after'), /^\d+$/);
	const health = await p.get('/health');
	assert.equal(health.status, 503, health.text);
}

async function servesAgain(p) {
	for (let i = 0; i < 100; i++) {
		if ((await p.get('/domains')).status === 200) return;
		await sleep(100);
	}
	assert.fail('not served again within 10 s');
}

for (const [engine, start] of mysql8 ? [['MySQL', startMysql]] : [['MariaDB', startMysql], ['PostgreSQL', startPgsql]]) {
	describe(engine, () => {
		let server, urls;
		const panels = [];
		const panel = async (database) => {
			const p = await startPanel({ database, settings });
			panels.push(p);
			return p.signIn();
		};
		before(async () => {
			server = await start();
			urls = ['one', 'two', 'three', 'four'].map((name) => server.urls(name));
		});
		after(async () => {
			for (const p of panels) await p.stop();
			server?.remove();
		});

		Object.keys(start === startMysql ? { socket: 1, 'a host by name': 1, 'TLS, verified': 1, ...(mysql8 ? {} : { ed25519: 1 }) }
			: { socket: 1, 'a host by name': 1, 'TLS, verified': 1, SCRAM: 1 }).forEach((way, i) => {
			test(`a whole day by ${way}`, async () => {
				const p = await panel(urls[i][way]);
				assert.equal((await addDomain(p, 'example.org')).status, 201);
				assert.equal((await p.api('POST', '/mailboxes/add', { active: true, local_part: 'ann', domain: 'example.org', password: 'quite a secret' })).status, 201);
				assert.equal((await p.api('POST', '/aliases/add', { active: true, local_part: 'info', domain: 'example.org', goto: 'ann@example.org' })).status, 201);
				for (const page of ['/domains', '/mailboxes', '/aliases', '/admins', '/log', '/domains?q=exam', '/health'])
					assert.equal((await p.get(page)).status, 200, page);
				assert.deepEqual(await domains(p), ['example.org']);
				assert.doesNotMatch(p.log(), /child\.died/);
			});
		});

		describe('users of few rights', () => {
			let users, p;
			// What the server says to a statement of that user: '' when it did it.
			const says = (url, text) => {
				const [, username, password] = /:\/\/(\w+):(\w+)@/.exec(url);
				const r = start === startMysql
					? spawnSync('mariadb', ['--no-defaults', `--socket=${server.dir}/s`, `--user=${username}`, `--password=${password}`, 'few'], { input: text })
					: spawnSync('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', url], { input: text });
				return r.status === 0 ? '' : r.stderr.toString();
			};
			const may = (who, text) => assert.equal(says(users[who], text), '', `${who}: ${text}`);
			const mayNot = (who, text) => assert.match(says(users[who], text), /denied|must be owner/, `${who}: ${text}`);
			before(() => {
				server.database('few');
				users = makeRoles(server.admin('few'), (text) => server.sql(text, 'few'));
			});

			test('the panel does a whole day as its own', async () => {
				p = await panel(users.database);
				assert.equal((await addDomain(p, 'few.example')).status, 201);
				assert.equal((await p.api('POST', '/mailboxes/add', { active: true, local_part: 'ann', domain: 'few.example', password: 'quite a secret' })).status, 201);
				assert.equal((await p.api('POST', '/aliases/add', { active: true, local_part: 'info', domain: 'few.example', goto: 'ann@few.example' })).status, 201);
				for (const page of ['/domains', '/mailboxes', '/aliases?q=info', '/admins', '/log', '/mailboxes?q=ann', '/health'])
					assert.equal((await p.get(page)).status, 200, page);
				p.cli(['admin', 'add', 'short@example.org', '--password-stdin'], { input: 'a long secret 1\n' });
				p.cli(['admin', 'assign', 'short@example.org', '--domain', 'few.example']);
				p.cli(['mailbox', 'delete', 'ann@few.example']);
				p.cli(['admin', 'delete', 'short@example.org']);
				p.cli(['domain', 'delete', 'few.example']);
				const { rows } = (await p.api('GET', '/log')).json;
				assert.ok(rows.some((row) => row.action === 'DOMAIN_PURGE' || /domain.*delete/i.test(row.action)), JSON.stringify(rows[0]));
				assert.doesNotMatch(p.log(), /denied|internal/);
			});

			test('but it cannot rewrite the trail, nor the schema', () => {
				for (const text of ["UPDATE log SET data = ''", "UPDATE log SET action = 'X'", 'UPDATE log SET timestamp = timestamp', 'DELETE FROM log', "UPDATE vimb_audit SET actor = 'x'",
					'DELETE FROM vimb_audit', 'DELETE FROM vimb_seal', 'UPDATE vimb_seal_start SET seq = 9', 'DELETE FROM vimb_schema', 'UPDATE dbversion SET version = 9', 'DROP TABLE log', 'ALTER TABLE log ADD x INT', 'CREATE TABLE x (y INT)'])
					mayNot('database', text);
				assert.match(p.cli(['schema', 'apply']), /up to date|nothing/i);
			});

			test('the keeper\'s user may remove what is too old, and change nothing of it either', () => {
				may('keeper.database', 'DELETE FROM vimb_audit WHERE log_id < 0; DELETE FROM vimb_seal WHERE seq < 0; DELETE FROM log WHERE id < 0');
				for (const text of ["UPDATE log SET data = ''", "UPDATE vimb_audit SET actor = 'x'", 'UPDATE vimb_seal SET seq = 9', 'DELETE FROM vimb_schema', 'DROP TABLE log'])
					mayNot('keeper.database', text);
			});

			test('Postfix and Dovecot see what their lookups need and write what Dovecot reports', () => {
				may('mail.postfix_database', 'SELECT username, active FROM mailbox');
				may('mail.dovecot_database', 'SELECT password FROM mailbox');
				server.sql(`INSERT INTO mailbox (username, password, local_part, created) VALUES ('q@few.example', '', 'q', '2026-01-01 00:00:00')`, 'few');
				may('mail.dict_database', `INSERT INTO dovecot_quota (username, bytes) VALUES ('q@few.example', 1)`);
				may('mail.dict_database', `UPDATE dovecot_last_login SET last_login = 1`);
				for (const who of ['mail.postfix_database', 'mail.dict_database']) mayNot(who, 'SELECT password FROM mailbox');
				for (const who of ['mail.postfix_database', 'mail.dovecot_database', 'mail.dict_database'])
					for (const text of ['SELECT * FROM admin', 'SELECT * FROM log', 'SELECT * FROM vimb_session', "UPDATE mailbox SET active = 1", 'DELETE FROM dovecot_quota'])
						mayNot(who, text);
			});

			test('migrations apply what is pending, and give the panel nothing by themselves', () => {
				server.sql('DROP TABLE vimb_once', 'few');
				server.sql("DELETE FROM vimb_schema WHERE name = '002_own'", 'few');
				const as = (url, ...args) => spawnSync(binary, ['-c', p.conf, ...args], { encoding: 'utf8', env: { ...process.env, VIMBADMIN_DATABASE: url } });
				const refused = as(users.database, 'schema', 'apply');
				assert.equal(refused.status, 78, refused.stderr);
				assert.match(refused.stderr, /may not change its tables: it lacks/);
				assert.match(as(users.migrate, 'schema', 'plan').stdout, /002_own/);
				if (start === startMysql) { // its steps may be run again; PostgreSQL's are all or nothing
					const applied = as(users.migrate, 'schema', 'apply');
					assert.equal(applied.status, 0, applied.stderr);
				} else may('migrate', "CREATE TABLE vimb_once (x INT); ALTER TABLE mailbox ADD COLUMN vimb_x INT; DROP INDEX vimb_mailbox_quota");
			});

			test('printed again, it gives what is new and takes nothing', () => {
				const text = execFileSync(binary, ['-c', p.conf, 'config', 'roles'], { encoding: 'utf8', env: { ...process.env, VIMBADMIN_DATABASE: server.admin('few') } });
				server.sql(text, 'few');
				may('database', 'SELECT * FROM vimb_once');
				may('mail.postfix_database', 'SELECT username FROM mailbox');
			});
		});

		test('frozen: 503 in time, and nothing is lost', { timeout: 120000 }, async () => {
			const p = panels[0];
			server.freeze();
			try {
				await assertUnavailable(p);
			} finally {
				server.thaw();
			}
			await servesAgain(p);
			assert.equal((await addDomain(p, 'thawed.example')).status, 201);
			assert.deepEqual((await domains(p)).filter((d) => d !== 'never.example'), ['example.org', 'thawed.example']);
			assert.doesNotMatch(p.log(), /child\.died/);
		});

		test('stopped and started again: 503 meanwhile, and the panel goes on', { timeout: 120000 }, async () => {
			const p = panels[0];
			server.stop();
			try {
				await assertUnavailable(p);
			} finally {
				server.start();
			}
			await servesAgain(p);
			assert.equal((await addDomain(p, 'back.example')).status, 201);
			assert.ok((await domains(p)).includes('back.example'));
			assert.doesNotMatch(p.log(), /child\.died/);
		});
	});
}
