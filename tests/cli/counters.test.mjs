// SPDX-License-Identifier: GPL-3.0-or-later
// check counters: a domain's numbers against its rows, shown and set right.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Cli } from './lib/cli.mjs';

test('drifted numbers are shown, set right with one entry each, and then right', () => {
	const cli = new Cli().seed();
	assert.match(cli.ok(['check', 'counters']), /All numbers are right/);
	const of = (column) => Number(cli.sql(`SELECT ${column} FROM domain WHERE domain = 'example.com'`).trim());
	const [mailboxes, aliases] = [of('mailbox_count'), of('alias_count')];
	assert.ok(mailboxes > 0 && aliases > 0);
	cli.ok(['domain', 'add', 'empty.example']);
	cli.sql("UPDATE domain SET mailbox_count = 77, alias_count = 88 WHERE domain = 'example.com'");
	cli.sql("UPDATE domain SET mailbox_count = 5 WHERE domain = 'empty.example'");
	const looked = cli.run(['check', 'counters', '--json']);
	assert.equal(looked.status, 73);
	assert.deepEqual(JSON.parse(looked.out).map(({ id, ...row }) => row), [
		{ domain: 'example.com', mailbox_count: 77, alias_count: 88, mailboxes, aliases },
		{ domain: 'empty.example', mailbox_count: 5, alias_count: 0, mailboxes: 0, aliases: 0 }]);
	assert.equal(of('mailbox_count'), 77, 'looking changed something');
	const dry = JSON.parse(cli.run(['check', 'counters', '--fix', '--dry-run']).out);
	assert.deepEqual(dry.map((row) => row.action), ['DOMAIN_COUNT', 'DOMAIN_COUNT']);
	assert.equal(of('mailbox_count'), 77, 'a dry run changed something');
	assert.match(cli.ok(['check', 'counters', '--fix']), /These were set right/);
	assert.deepEqual([of('mailbox_count'), of('alias_count')], [mailboxes, aliases]);
	const entries = cli.json(['log', 'list', '--action', 'DOMAIN_COUNT']);
	assert.deepEqual(entries.map((e) => e.object).sort(), ['empty.example', 'example.com']);
	assert.match(entries.find((e) => e.object === 'example.com').data, /77 before/);
	assert.match(cli.ok(['check', 'counters']), /All numbers are right/);
	cli.end();
});
