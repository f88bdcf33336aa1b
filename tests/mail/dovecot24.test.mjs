// SPDX-License-Identifier: GPL-3.0-or-later
// Mail with Dovecot 2.4, of Debian 13, on MariaDB. lib/day.mjs has the tests.
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { mailTests } from './lib/day.mjs';

let root;
try {
	root = execFileSync('tests/servers/trixie', { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
} catch (fault) {
	test('mail with Dovecot 2.4', { skip: fault.stderr.trim() }, () => {});
}
if (root) mailTests({ engine: 'mysql', host: '127.0.0.1', root });
