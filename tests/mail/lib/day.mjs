// SPDX-License-Identifier: GPL-3.0-or-later
// The main job on real mail: what is done in the panel over HTTP is what Postfix and Dovecot do. One panel, one Postfix, one Dovecot for
// all tests, reading one database with the files the program itself printed.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startMailHost } from './host.mjs';
import { smtpSend, imapSubjects, imapWait, pop3Login } from './clients.mjs';

// where: as for startMailHost()
export function mailTests(where) {
	const password = 'a long enough secret 1';
	let host, panel, dovecot, postfix;

	// A change through the panel's JSON door; the answer's object.
	async function must(route, fields) {
		const r = await panel.api('POST', route, fields);
		assert.ok(r.status === 200 || r.status === 201, `${route} ${JSON.stringify(fields)}: ${r.status} ${JSON.stringify(r.json)}`);
		return r.json;
	}
	const mailbox = (address, more = {}) => must('/mailboxes/add', { address, password, active: true, ...more });
	const idOf = async (kind, q) => (await panel.api('GET', `/${kind}?q=${encodeURIComponent(q)}`)).json.rows[0].id;
	const send = (to, subject, more = {}) => smtpSend(postfix.port, { to, subject, ...more });

	async function arrives(to, box, subject) {
		const said = await send(to, subject);
		assert.equal(said.code, 250, said.text + postfix.log());
		assert.ok(await imapWait(dovecot.imap, box, password, subject),
			`"${subject}" to ${to} did not reach ${box}\n${postfix.log()}\n${dovecot.log()}`);
	}

	async function refused(to) {
		const said = await send(to, 'must not arrive');
		assert.equal(said.code, 550, `${to}: ${said.text}`);
	}

	before(async () => {
		host = await startMailHost(where);
		({ panel, dovecot, postfix } = host);
		await panel.signIn();
		await must('/domains/add', { domain: 'example.com', active: true });
		await mailbox('anna@example.com');
	});

	after(() => host?.stop());

	test('mail to a mailbox arrives and its owner reads it', () => arrives('anna@example.com', 'anna@example.com', 'direct'));

	test('a recipient in upper case finds its mailbox', () => arrives('ANNA@Example.COM', 'anna@example.com', 'upper case'));

	test('an owner may type the address in any case', async () => {
		assert.ok((await imapSubjects(dovecot.imap, 'Anna@Example.com', password)).ok);
	});

	test('mail to an alias arrives at every target', async () => {
		await mailbox('ben@example.com');
		await must('/aliases/add', { address: 'info@example.com', goto: 'anna@example.com\nben@example.com', active: true });
		await arrives('info@example.com', 'anna@example.com', 'to the alias');
		assert.ok(await imapWait(dovecot.imap, 'ben@example.com', password, 'to the alias'));
	});

	test('a disabled alias takes no mail', async () => {
		await must('/aliases/add', { address: 'off@example.com', goto: 'anna@example.com', active: true });
		await arrives('off@example.com', 'anna@example.com', 'alias still on');
		await must(`/aliases/${await idOf('aliases', 'off@example.com')}/disable`, {});
		await refused('off@example.com');
	});

	test('mail to an unknown address is refused', () => refused('nobody@example.com'));

	test('an odd recipient is refused for good, never put off', async () => {
		for (const to of ['käse@example.com', 'ANNÄ@EXAMPLE.COM', 'őanna@example.com', '\u{1f600}@example.com', 'anna@käse.example', 'ANNA@KÄSE.example',
			`o'brien@example.com`, `"an na"@example.com`, '"an\\\\\'na"@example.com', '%s@example.com', 'anna%example.com@example.com',
			`${'x'.repeat(300)}@example.com`, '@example.com', 'Nobody@EXAMPLE.com', 'anna+ä@example.com'])
			for (const more of [{}, { utf8: true }, { encoding: 'latin1' }]) {
				const said = await send(to, 'must not arrive', more);
				assert.ok(said.code >= 500 && said.code < 600, `${to} ${JSON.stringify(more)}: ${said.text}\n${postfix.log()}`);
			}
		assert.equal((await send('ANNA@EXAMPLE.COM', 'after all those', { utf8: true })).code, 250);
		assert.doesNotMatch(postfix.log(), /lookup error|is unavailable|query failed/i);
	});

	test('an odd user name is a wrong one', async () => {
		for (const user of ['käse@example.com', "o'brien@example.com", 'anna@example.com\\', '%u@example.com'])
			assert.match((await imapSubjects(dovecot.imap, user, password)).text, /AUTHENTICATIONFAILED/, user);
		assert.doesNotMatch(dovecot.log(), /Error/);
	});

	test('mail to a domain not hosted here is refused', async () => {
		assert.equal((await send('someone@elsewhere.example', 'relay')).code, 554);
	});

	test('mail to a disabled mailbox is refused and its owner is kept out, until it is enabled', async () => {
		await mailbox('carl@example.com');
		await arrives('carl@example.com', 'carl@example.com', 'before');
		const id = await idOf('mailboxes', 'carl@example.com');
		await must(`/mailboxes/${id}/disable`, {});
		await refused('carl@example.com');
		assert.equal((await imapSubjects(dovecot.imap, 'carl@example.com', password)).ok, false);
		await must(`/mailboxes/${id}/enable`, {});
		await arrives('carl@example.com', 'carl@example.com', 'after');
	});

	test('mail to a deleted mailbox is refused', async () => {
		await mailbox('gone@example.com');
		await arrives('gone@example.com', 'gone@example.com', 'while there');
		await must(`/mailboxes/${await idOf('mailboxes', 'gone@example.com')}/delete`, {});
		await refused('gone@example.com');
	});

	test('a catch-all takes what nothing else takes, and swallows no mailbox', async () => {
		await must('/domains/add', { domain: 'all.example', active: true });
		await mailbox('own@all.example');
		await must('/aliases/add', { address: '@all.example', goto: 'anna@example.com', active: true });
		await arrives('whatever@all.example', 'anna@example.com', 'caught');
		await arrives('own@all.example', 'own@all.example', 'not swallowed');
		assert.ok(!(await imapSubjects(dovecot.imap, 'anna@example.com', password)).subjects.includes('not swallowed'));
		await must(`/mailboxes/${await idOf('mailboxes', 'own@all.example')}/disable`, {});
		await refused('own@all.example');
	});

	test('a domain alias delivers to the same local part, and refuses what is not there', async () => {
		await must('/domains/add', { domain: 'alias.example', active: true });
		await must('/aliases/add', { address: '@alias.example', goto: '@example.com', active: true });
		await arrives('anna@alias.example', 'anna@example.com', 'through the domain alias');
		await arrives('info@alias.example', 'anna@example.com', 'through the domain alias to an alias');
		await refused('nobody@alias.example');
	});

	test('a wrong password does not sign in', async () => {
		assert.equal((await imapSubjects(dovecot.imap, 'anna@example.com', 'wrong')).ok, false);
		assert.equal((await imapSubjects(dovecot.imap, 'anna@example.com', password)).ok, true);
	});

	test('access restrictions hold per protocol', async () => {
		await mailbox('limited@example.com', { access_restriction: 'IMAP' });
		const auth = { user: 'limited@example.com', password };
		assert.equal((await imapSubjects(dovecot.imap, auth.user, password)).ok, true);
		assert.equal(await pop3Login(dovecot.pop3, auth.user, password), false);
		assert.equal((await send('someone@elsewhere.example', 'no', { auth })).code, 535);
		await must(`/mailboxes/${await idOf('mailboxes', auth.user)}/edit`, { access_restriction: 'SMTP,POP3' });
		assert.equal((await imapSubjects(dovecot.imap, auth.user, password)).ok, false);
		assert.equal(await pop3Login(dovecot.pop3, auth.user, password), true);
		assert.equal((await smtpSend(postfix.port, { to: 'anna@example.com', auth, subject: 'authenticated' })).code, 250);
	});

	test('a quota is enforced by Dovecot', async () => {
		await mailbox('small@example.com', { quota: '20 KB' });
		await arrives('small@example.com', 'small@example.com', 'fits');
		const big = 'x'.repeat(70).concat('\r\n').repeat(600);
		const said = await smtpSend(postfix.port, { to: 'small@example.com', subject: 'too big', body: big });
		assert.equal(said.code, 250, 'Postfix takes it; Dovecot decides at LMTP');
		for (let i = 0; i < 75 && !/dsn=5\.2\.2|Mailbox is full|Quota exceeded/i.test(postfix.log()); i++)
			await new Promise((done) => setTimeout(done, 200));
		assert.match(postfix.log(), /5\.2\.2|Mailbox is full|Quota exceeded/i);
		assert.deepEqual((await imapSubjects(dovecot.imap, 'small@example.com', password)).subjects, ['fits']);
	});

	test('the panel shows how full a mailbox is and when it was last read, as Dovecot writes it', async () => {
		await mailbox('full@example.com');
		const shown = async () => (await panel.api('GET', '/mailboxes?q=full@example.com')).json.rows[0];
		const until = async (what, holds) => {
			for (let i = 0; i < 100; i++, await new Promise((done) => setTimeout(done, 200))) if (holds(await shown())) return;
			assert.fail(`${what}: ${JSON.stringify(await shown())}\n${dovecot.log()}`);
		};
		await arrives('full@example.com', 'full@example.com', 'one');
		await until('one message is counted', (row) => row.used_messages === 1 && row.used_bytes > 100);
		const { used_bytes: first } = await shown();
		await arrives('full@example.com', 'full@example.com', 'two');
		await until('two messages are counted', (row) => row.used_messages === 2 && row.used_bytes > first);
		assert.match((await shown()).last_login ?? '', /^20\d\d-/);
	});

	test('a password changed in the panel works at once, and the old one no more', async () => {
		await mailbox('pw@example.com');
		assert.ok((await imapSubjects(dovecot.imap, 'pw@example.com', password)).ok);
		const fresh = 'another long secret 2';
		await must(`/mailboxes/${await idOf('mailboxes', 'pw@example.com')}/password`, { password: fresh });
		assert.ok((await imapSubjects(dovecot.imap, 'pw@example.com', fresh)).ok);
		assert.equal((await imapSubjects(dovecot.imap, 'pw@example.com', password)).ok, false);
	});

	for (const scheme of ['BLF-CRYPT', 'SHA512-CRYPT', 'SHA256-CRYPT', 'ARGON2ID']) {
		test(`Dovecot verifies what the panel hashes with ${scheme}`, async () => {
			const address = `${scheme.toLowerCase()}@example.com`;
			panel.cli(['-o', `defaults.mailbox.password_scheme=${scheme}`, 'mailbox', 'add', address, '--password-stdin'],
				{ input: `${password}\n` });
			assert.ok((await imapSubjects(dovecot.imap, address, password)).ok, dovecot.log());
			assert.equal((await imapSubjects(dovecot.imap, address, 'wrong')).ok, false);
		});
	}

	test('a disabled domain takes no mail and lets nobody in', async () => {
		await must('/domains/add', { domain: 'off.example', active: true });
		await mailbox('x@off.example');
		await arrives('x@off.example', 'x@off.example', 'while on');
		await must(`/domains/${await idOf('domains', 'off.example')}/disable`, {});
		assert.notEqual((await send('x@off.example', 'no')).code, 250);
		assert.equal((await imapSubjects(dovecot.imap, 'x@off.example', password)).ok, false);
	});
}
