// SPDX-License-Identifier: GPL-3.0-or-later
// On PostgreSQL, too, a user who may not change the tables is told what is lacking before anything is done. (MariaDB: takeover_servers.test.mjs.)
// One engine is enough: it starts the one it is about.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { binary } from '../http/lib/panel.mjs';
import { startPgsql } from '../http/lib/servers.mjs';

let server;
before(async () => { server = await startPgsql(); });
after(() => server?.remove());

test('rights that a user lacks are named, and nothing is changed', () => {
	server.database('mail');
	const sql = (text) => server.sql(text, 'mail').trim();
	sql('CREATE ROLE few LOGIN; CREATE ROLE other LOGIN; REVOKE CREATE ON SCHEMA public FROM public');
	const run = (user, ...args) => spawnSync(binary, args, { encoding: 'utf8',
		env: { ...process.env, VIMBADMIN_DATABASE: server.admin('mail').replace('vimb@', `${user}@`) } });
	const refused = (user, words) => {
		for (const verb of ['plan', 'apply']) {
			const r = run(user, 'schema', verb);
			assert.equal(r.status, 78, r.stderr);
			assert.match(r.stderr, words);
		}
	};
	const tables = () => sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'");
	refused('few', /The user few of the database mail may not change its tables: it lacks CREATE on its schema, CREATE on the database \(for the extension pg_trgm\)\. Grant that/);
	assert.equal(tables(), '0');
	sql('GRANT CREATE ON SCHEMA public TO few, other; GRANT CREATE ON DATABASE mail TO few');
	const done = run('few', 'schema', 'apply');
	assert.equal(done.status, 0, done.stderr);
	// the next version's step, and somebody else
	sql("GRANT ALL ON ALL TABLES IN SCHEMA public TO other; DELETE FROM vimb_schema WHERE name = '024_language'; DROP TABLE vimb_language");
	refused('other', /it lacks the ownership of alias\./);
	assert.equal(run('few', 'schema', 'apply').status, 0);
	// who lacks nothing that is needed is asked nothing
	assert.equal(run('other', 'schema', 'apply').status, 0);
});
