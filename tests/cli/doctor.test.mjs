// SPDX-License-Identifier: GPL-3.0-or-later
// doctor: what it reads off configuration and files; each line is fine at first and can be made to fail. What it reads off the database: tests/db.
// One engine is enough: this is about files.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import test, { after, before } from 'node:test';
import { Cli } from './lib/cli.mjs';

const fine = { public_url: 'https://panel.example.com', 'resources.mail.transport.host': 'localhost', 'resources.mail.transport.ssl': 'tls',
	'identity.mailer.email': 'panel@example.com' };
let cli;
let keys; // all there are
// A program of the name that says that version, before any other in PATH; '': none anywhere.
function dovecot(version) {
	const dir = fs.mkdtempSync(`${cli.dir}/path-`);
	if (version) fs.writeFileSync(`${dir}/dovecot`, `#!/bin/sh\n[ "$*" = --version ] && echo '${version}'\n`, { mode: 0o755 });
	return { PATH: version ? `${dir}:${process.env.PATH}` : dir };
}
before(() => {
	cli = new Cli(fine);
	keys = new Set([...cli.run(['config', 'doc']).out.matchAll(/^#?\s?([a-zA-Z][\w.-]*) = /gm)].map((m) => m[1]));
	cli.seed();
	fs.chmodSync(cli.file, 0o660);
});
after(() => cli.end());

// The findings under these settings, by check.
function findings(settings, args = ['--security'], version = '2.4.3 (a hash)') {
	cli.configure({ ...fine, ...settings });
	const r = cli.run(['doctor', ...args, '--json'], { env: dovecot(version) });
	const rows = JSON.parse(r.out);
	assert.equal(r.status, rows.some((f) => f.state === 'bad') ? 78 : 0, r.out);
	for (const f of rows) assert.equal(f.state === 'ok', f.advice === null, JSON.stringify(f));
	return Object.fromEntries(rows.map((f) => [f.check, f]));
}

test('a sound installation has nothing bad', () => {
	const f = findings({});
	for (const check of Object.values(f)) if (check.check !== 'second factors') assert.equal(check.state, 'ok', JSON.stringify(check));
	assert.equal(f['second factors'].state, 'look');
	assert.equal(f.schema, undefined);
	assert.equal(findings({}, []).schema.state, 'ok');
	assert.equal(findings({}, []).configuration.state, 'ok');
	const short = findings({ securitysalt: 'short' }, []).configuration;
	assert.deepEqual([short.state, /would not start: securitysalt: expected at least 32 characters/.test(short.found)], ['bad', true]);
});

const spoilt = [
	['cookies', 'bad', { public_url: 'http://panel.example.com' }],
	['cookies', 'look', { public_url: '' }],
	['listen', 'look', { listen: '0.0.0.0:8080' }],
	['proxies', 'bad', { 'trustedproxy.mode': 'on', 'trustedproxy.proxies': '192.0.2.1 64.0.0.0/2' }],
	['proxies', 'bad', { 'trustedproxy.mode': 'on', 'trustedproxy.proxies': '2000::/3' }],
	['attempts', 'bad', { 'bruteforce.enabled': 'false' }],
	['attempts', 'bad', { 'bruteforce.whitelist': '127.0.0.1 128.0.0.0/1' }],
	['sessions', 'look', { 'resources.session.idle_timeout': '0' }],
	['length of passwords', 'look', { 'defaults.mailbox.min_password_length': '6' }],
	['length of passwords', 'look', { 'admin.min_password_length': '7' }],
	['mail server', 'look', { 'resources.mail.transport.host': 'mail.example.com', 'resources.mail.transport.ssl': 'none' }],
	['mail server', 'look', { 'resources.mail.transport.host': 'mail.example.com', 'resources.mail.transport.verify_peer': 'false' }],
	['way to doveadm', 'look', { 'doveadm.http.url': 'http://mail.example.com:8081/doveadm/v1', 'doveadm.http.api_key': 'k' }],
	['forced sign-in', 'bad', { 'twofactor.force_disable': '*' }],
	['Dovecot', 'bad', { 'doveadm.http.url': 'http://127.0.0.1:1/doveadm/v1', 'doveadm.http.api_key': 'k' }],
];
for (const [check, state, settings] of spoilt) {
	test(`${check}: ${JSON.stringify(settings)}`, () => {
		const f = findings(settings)[check];
		assert.equal(f.state, state, JSON.stringify(f));
		for (const [key] of f.advice.matchAll(/\b[a-z]+(?:\.[a-z_-]+)+\b/g)) assert.ok(keys.has(key), `there is no key ${key}: ${f.advice}`);
	});
}

for (const [version, state, text] of [['2.3.19.1 (9b53102964)', 'look', 'Dovecot is 2.3.19.1.'], ['2.4.2', 'look', 'Dovecot is 2.4.2.'], ['2.4.3', 'ok', 'Dovecot is 2.4.3.'],
	['2.4.10-1', 'ok', 'Dovecot is 2.4.10-1.'], ['2.5.0', 'ok', 'Dovecot is 2.5.0.'], ['2.10.0', 'ok', 'Dovecot is 2.10.0.'], ['3', 'ok', 'Dovecot is 3.'],
	['\x1b[31m2.4.3', 'look', 'cannot be told'], ['x'.repeat(500), 'look', 'cannot be told'], ['', 'look', 'cannot be told']])
	test(`Dovecot on this machine, version ${JSON.stringify(version.slice(0, 30))}`, () => {
		const f = findings({}, ['--security'], version).Dovecot;
		assert.equal(f.state, state, JSON.stringify(f));
		assert.ok(f.found.includes(text), f.found);
	});

test('files that others can read', () => {
	cli.configure(fine);
	fs.chmodSync(cli.file, 0o664);
	assert.equal(findings({})['database file'].state, 'bad');
	fs.chmodSync(cli.file, 0o660);
	assert.equal(findings({})['database file'].state, 'ok');
});

test('it works without a schema and without a way to change anything', () => {
	const empty = new Cli(fine);
	const r = empty.run(['doctor', '--json']);
	assert.equal(r.status, 78);
	assert.equal(JSON.parse(r.out).find((f) => f.check === 'schema').state, 'bad');
	assert.equal(fs.existsSync(empty.file), false);
	empty.end();
	const before = cli.dump();
	findings({}, []);
	assert.equal(cli.dump(), before);
});
