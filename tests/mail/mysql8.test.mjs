// SPDX-License-Identifier: GPL-3.0-or-later
// Mail on MySQL, of Debian sid, over its port. lib/day.mjs has the tests.
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

let why;
try {
	execFileSync('tests/servers/mysql8', ['there'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
} catch (fault) {
	why = fault.stderr.trim();
	test('mail on MySQL', { skip: why }, () => {});
}
if (why === undefined) {
	process.env.TEST_ENGINE = 'mysql8'; // which lib/servers.mjs asks for as it is loaded
	const { mailTests } = await import('./lib/day.mjs');
	mailTests({ engine: 'mysql', host: 'localhost' });
}
