// SPDX-License-Identifier: GPL-3.0-or-later
// Servers that cannot or may not take the schema: said before anything is changed, or, where only trying tells, with what is done and how to go on.
// One engine is enough, but MySQL is tried beside MariaDB: it starts those it needs.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Maria, mysql8 } from './lib/maria.mjs';
import { upstream, people } from './lib/upstream.mjs';

function on(options, run) {
	const maria = new Maria(...options);
	try {
		run(maria);
	} finally {
		maria.end();
	}
}
function refuses(db, status, sentence) {
	const before = db.dump();
	for (const verb of ['plan', 'apply']) {
		const r = db.run('schema', verb);
		assert.equal(r.status, status, r.stderr);
		assert.match(r.stderr, sentence);
		assert.equal(r.stderr.split('\n').length, 2, r.stderr); // one sentence, and nothing that only follows from it
	}
	assert.equal(db.dump(), before);
}

for (const [version, sentence] of [['5.7.44', /it is 5\.7\.44\..*MySQL 8\.0 or later/], ['5.6.51-log', /MySQL 8\.0 or later/], ['10.3.39-MariaDB', /it is 10\.3\.39-MariaDB.*10\.6 or later/]]) {
	test(`a server that says it is ${version}`, { skip: mysql8 ? 'MySQL says what it is' : false }, () => on([`--version=${version}`], (maria) => {
		refuses(maria.fresh(upstream(), people), 78, sentence);
		refuses(maria.fresh(), 78, sentence);
	}));
}

test('a binary log, few rights, and a server that only reads', () => on(['--log-bin=bin', '--server-id=1'], (maria) => {
	const db = maria.fresh(upstream(), people), as = (user) => Object.assign(Object.create(db), { url: db.url.replace('root@', `${user}:word@`) });
	db.sql(`CREATE USER 'of@all'@localhost IDENTIFIED BY 'word'; GRANT ALL ON ${db.name}.* TO 'of@all'@localhost;
		CREATE USER some@localhost IDENTIFIED BY 'word'; GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX ON ${db.name}.* TO some@localhost;`);
	refuses(as('of%40all'), 78, /keeps a binary log and lets of@all@localhost make no triggers.*log_bin_trust_function_creators = 1/);
	db.sql('SET GLOBAL log_bin_trust_function_creators = 1; SET GLOBAL read_only = 1');
	const reads = as('of%40all').run('schema', 'apply');
	assert.equal(reads.status, 69, reads.stderr);
	assert.match(reads.stderr, /^vimbadmin: The work on the tables stopped.*read-only option.*\n$/);
	db.sql('SET GLOBAL read_only = 0');
	// what a user may not do is said before anything is done, by the report beside all else
	refuses(as('some'), 78, /The user some@localhost of the database \w+ may not change its tables: it lacks DROP, REFERENCES, TRIGGER\. Grant that/);
	const report = as('some').run('takeover', 'report');
	assert.equal(report.status, 78, report.stderr);
	assert.match(report.stdout, /it lacks DROP, REFERENCES, TRIGGER/);
	assert.match(report.stdout, /Rows in flight: 2/);
	as('of%40all').must('schema', 'apply');
	assert.equal(db.must('schema', 'plan', '--json').trim(), '[]');
	assert.match(db.must('mailbox', 'list'), /ann@one\.test/);
	// an upgrade whose steps make no trigger needs no such right
	db.sql("SET GLOBAL log_bin_trust_function_creators = 0; DELETE FROM vimb_schema WHERE name = '024_language'; DROP TABLE vimb_language");
	as('of%40all').must('schema', 'apply');
	db.sql(`CREATE USER 'su@per'@localhost IDENTIFIED BY 'word'; GRANT ALL ON *.* TO 'su@per'@localhost; SET GLOBAL log_bin_trust_function_creators = 0`);
	const other = maria.fresh(upstream(), people);
	Object.assign(Object.create(other), { url: other.url.replace('root@', 'su%40per:word@') }).must('schema', 'apply');
}));
