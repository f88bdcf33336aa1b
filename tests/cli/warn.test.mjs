// SPDX-License-Identifier: GPL-3.0-or-later
// What is done but probably not meant is said on standard error; it is done all the same, and the exit status does not know of it.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Cli, secret } from './lib/cli.mjs';

let cli;
const ran = (...args) => {
	const r = cli.run(args, { input: `${secret}\n` });
	assert.equal(r.status, 0, r.err);
	return r;
};
const warnings = ({ err }) => err.split('\n').filter((l) => l.startsWith('vimbadmin: warning: ')).map((l) => l.slice('vimbadmin: warning: '.length));

before(() => {
	cli = new Cli({ mailboxAliases: 0 });
	ran('schema', 'apply');
	ran('domain', 'add', 'own.example', '--quota', '1G');
	ran('mailbox', 'add', 'anna@own.example', '--password-stdin');
});
after(() => cli.end());

test('an alias that leads nowhere, or takes the mail of a mailbox that has no alias of its own', () => {
	assert.deepEqual(warnings(ran('alias', 'add', 'info@own.example', '--goto', 'nobody@own.example')), ['nobody@own.example does not exist, though its domain is here.']);
	const r = ran('--json', 'alias', 'add', 'anna@own.example', '--goto', 'far@elsewhere.example');
	assert.deepEqual(warnings(r), ['There is a mailbox anna@own.example; it gets no mail any more, because this alias leads elsewhere. Put anna@own.example among the targets to keep a copy there.']);
	assert.equal(JSON.parse(r.out).address, 'anna@own.example', 'it is there');
	assert.deepEqual(warnings(ran('alias', 'edit', 'anna@own.example', '--goto', 'anna@own.example,far@elsewhere.example')), []);
	assert.deepEqual(warnings(ran('alias', 'edit', 'anna@own.example', '--goto', 'anna@own.example,gone@own.example')), ['gone@own.example does not exist, though its domain is here.']);
	assert.deepEqual(warnings(ran('alias', 'edit', 'anna@own.example', '--active', 'no')), [], 'what was so before is no news');
});

test('a mailbox without a limit where others have one, a domain that is off, limits below what is there', () => {
	assert.deepEqual(warnings(ran('mailbox', 'edit', 'anna@own.example', '--quota', 'unlimited')), ['It gets no limit, while other mailboxes of the domain get 1 GB.']);
	ran('domain', 'disable', 'own.example');
	assert.deepEqual(warnings(ran('mailbox', 'add', 'ben@own.example', '--password-stdin')), ['The domain own.example is switched off: it takes no mail.']);
	assert.deepEqual(warnings(ran('domain', 'edit', 'own.example', '--max-mailboxes', '1')), ['It has 2 mailboxes already, more than it may have then: none can be added.']);
});

test('a name that looks like an extension of another, as the mail server has it', () => {
	const add = (address, ...more) => warnings(ran(...more, '--dry-run', 'mailbox', 'add', address, '--password-stdin')).filter((w) => /extension/.test(w));
	assert.deepEqual(add('anna+shop@own.example'), ['What follows "+" in an address is an extension for the mail server: anna+shop@own.example may be taken for one of anna@own.example.']);
	assert.deepEqual(add('anna-shop@own.example'), []);
	assert.deepEqual(add('+shop@own.example'), [], 'there is nothing it could be an extension of');
	assert.equal(add('anna-shop@own.example', '-o', 'recipient_delimiter=-+').length, 1);
	assert.deepEqual(add('anna+shop@own.example', '-o', 'recipient_delimiter='), []);
});

test('a dry run says so too, and one that is refused warns of nothing', () => {
	const dump = cli.dump();
	const r = ran('--dry-run', 'alias', 'add', 'dry@own.example', '--goto', 'nobody@own.example');
	assert.deepEqual(warnings(r), ['The domain own.example is switched off: it takes no mail.', 'nobody@own.example lies in a domain that is switched off.']);
	assert.match(r.err, /Dry run: nothing was changed\.\n$/);
	const refused = cli.run(['alias', 'add', 'info@own.example', '--goto', 'nobody@own.example']);
	assert.equal(refused.status, 73);
	assert.doesNotMatch(refused.err, /warning/);
	assert.equal(cli.dump(), dump);
});
