// SPDX-License-Identifier: GPL-3.0-or-later
// `check mail` against a mail server that fails in every way: what it says is what happened, and nothing goes out in clear that should not.
// One engine is enough: this is not about the database.
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { certificate, read, startSink } from '../http/lib/smtp.mjs';
import { freePort } from '../http/lib/panel.mjs';

const binary = process.env.VIMBADMIN;
const own = certificate('localhost');
const foreign = certificate('mail.elsewhere.example');
const sinks = [];
after(async () => {
	for (const s of sinks) await s.stop();
	own.remove();
	foreign.remove();
});

async function sinkWith(options) {
	const s = await startSink(options);
	sinks.push(s);
	return s;
}

// Settings of a sink, in the keys' short names.
const keys = (port, more = {}) => Object.entries({ 'resources.mail.transport.host': 'localhost', 'resources.mail.transport.port': port,
	'resources.mail.transport.ssl': 'none', 'identity.mailer.email': 'panel@example.com', 'identity.mailer.name': 'The panel', ...more })
	.flatMap(([k, v]) => ['-o', `${k}=${v}`]);

function check(port, more, { to = 'anna@example.com', env = {}, args = [] } = {}) {
	return new Promise((done) => {
		const child = spawn(binary, [...keys(port, more), 'check', 'mail', to, ...args], { env: { ...process.env, VIMBADMIN_RESOURCES__MAIL__TRANSPORT__PASSWORD: 's3cret and blank', ...env } });
		let out = '', err = '';
		child.stdout.on('data', (d) => { out += d; });
		child.stderr.on('data', (d) => { err += d; });
		child.on('close', (code) => done({ code, out, err }));
	});
}

const tlsKeys = { 'resources.mail.transport.ssl': 'tls', 'mail.ca_file': own.cert };
const secret = 's3cret and blank';
const login = { 'resources.mail.transport.username': 'panel' }; // its password by the environment

test('a mail arrives, with the headers a mail needs', async () => {
	const sink = await sinkWith();
	const r = await check(sink.port);
	assert.equal(r.code, 0, r.err);
	assert.match(r.out, /^anna@example.com: taken by the mail server, which said: 250 2.0.0 taken$/m);
	const mail = read(sink.mails[0]);
	assert.equal(mail.from, 'panel@example.com');
	assert.deepEqual(mail.to, ['anna@example.com']);
	assert.equal(mail.headers.from, 'The panel <panel@example.com>');
	assert.equal(mail.headers.to, 'anna@example.com');
	assert.equal(mail.headers['auto-submitted'], 'auto-generated');
	assert.match(mail.headers['message-id'], /^<[0-9a-f]{32}@example\.com>$/);
	assert.ok(Math.abs(Date.parse(mail.headers.date) - Date.now()) < 60000, mail.headers.date);
	assert.match(mail.headers.date, / \+0000$/);
	assert.match(mail.text, /This is a test/);
});

test('names and subjects beyond ASCII travel as encoded words', async () => {
	const sink = await sinkWith();
	const site = 'Poststelle der Gemeinde Überlingen – Verwaltung für Größeres und Übriges, 日本語の件名';
	const r = await check(sink.port, { 'identity.sitename': site.slice(0, 60), 'identity.mailer.name': 'Jörg "der" Müller, Ü' });
	assert.equal(r.code, 0, r.err);
	const mail = read(sink.mails[0]);
	assert.match(mail.head, /^[\x20-\x7e\r\n]*$/);
	for (const line of mail.head.split('\r\n')) assert.ok(line.length <= 78, line);
	assert.equal(mail.headers.subject, `Test mail of ${site.slice(0, 60)}`);
	assert.equal(mail.headers.from.replace(/\s+</, ' <'), 'Jörg "der" Müller, Ü <panel@example.com>');
});

test('STARTTLS with a certificate that is believed', async () => {
	const sink = await sinkWith({ secure: 'start', pair: own, user: 'panel', password: secret });
	const r = await check(sink.port, { ...tlsKeys, ...login });
	assert.equal(r.code, 0, r.err);
	assert.equal(sink.mails[0].tls, true);
	assert.equal(sink.mails[0].user, 'panel');
});

test('TLS from the first byte', async () => {
	const sink = await sinkWith({ secure: 'implicit', pair: own });
	const r = await check(sink.port, { ...tlsKeys, 'resources.mail.transport.ssl': 'ssl' });
	assert.equal(r.code, 0, r.err);
	assert.equal(sink.mails[0].tls, true);
});

test('no STARTTLS on offer: no mail, no password', async () => {
	const sink = await sinkWith({ user: 'panel', password: secret });
	const r = await check(sink.port, { ...tlsKeys, ...login });
	assert.equal(r.code, 69, r.out);
	assert.match(r.err, /offers no STARTTLS/);
	assert.ok(!sink.steps.includes('AUTH') && !sink.steps.includes('MAIL'), sink.steps.join());
});

test('a certificate nobody vouches for, and one of another host', async () => {
	const self = await sinkWith({ secure: 'start', pair: own });
	let r = await check(self.port, { 'resources.mail.transport.ssl': 'tls' });
	assert.equal(r.code, 69);
	assert.match(r.err, /certificate of the mail server localhost is not to be believed/);
	const other = await sinkWith({ secure: 'start', pair: foreign });
	r = await check(other.port, { ...tlsKeys, 'mail.ca_file': foreign.cert });
	assert.equal(r.code, 69);
	assert.match(r.err, /not to be believed/);
	assert.equal(self.mails.length + other.mails.length, 0);
	r = await check(other.port, { ...tlsKeys, 'mail.ca_file': foreign.cert, 'resources.mail.transport.verify_peer_name': 'no' });
	assert.equal(r.code, 0, r.err);
	r = await check(self.port, { 'resources.mail.transport.ssl': 'tls', 'resources.mail.transport.verify_peer': 'no' });
	assert.equal(r.code, 0, r.err);
});

test('a wrong password is named as such and shown nowhere', async () => {
	const sink = await sinkWith({ secure: 'start', pair: own, user: 'panel', password: 'another' });
	const r = await check(sink.port, { ...tlsKeys, ...login });
	assert.equal(r.code, 69);
	assert.match(r.err, /answered AUTH: 535/);
	assert.doesNotMatch(r.err + r.out, /s3cret/);
});

for (const [step, shown] of [['greeting', 'greeting'], ['MAIL', 'MAIL FROM'], ['RCPT', 'RCPT TO'], ['DATA', 'DATA'], ['content', 'content']]) {
	test(`what the server refuses at ${step} is said, for now and for good`, async () => {
		for (const [code, status] of [[421, 69], [550, step === 'greeting' ? 69 : 65]]) {
			const sink = await sinkWith({ answers: { [step]: `${code} 5.1.1 not with me` } });
			const r = await check(sink.port);
			assert.equal(r.code, status, r.err);
			assert.match(r.err, new RegExp(`answered ${shown}: ${code} 5\\.1\\.1 not with me`));
			assert.equal(sink.mails.length, 0);
		}
	});
	test(`a connection that ends at ${step} is no success`, async () => {
		const sink = await sinkWith({ close: step });
		const r = await check(sink.port);
		assert.equal(r.code, 69, r.out);
		assert.match(r.err, /last step|answered/);
	});
}

test('nobody listens, and no such host', async () => {
	let r = await check(await freePort());
	assert.equal(r.code, 69);
	assert.match(r.err, /localhost:\d+/);
	r = await check(25, { 'resources.mail.transport.host': 'nowhere.invalid' });
	assert.equal(r.code, 69);
	assert.match(r.err, /nowhere\.invalid: no such host/);
});

test('proxies of the environment do not count', async () => {
	const sink = await sinkWith();
	const dead = `http://127.0.0.1:${await freePort()}`;
	const r = await check(sink.port, {}, { env: { http_proxy: dead, https_proxy: dead, all_proxy: dead, ALL_PROXY: dead } });
	assert.equal(r.code, 0, r.err);
});

test('what is no mail address, and a configuration without a server', async () => {
	let r = await check(25, {}, { to: 'anna@example.com\r\nBcc: x@example.com' });
	assert.equal(r.code, 65, r.err);
	r = await check(25, { 'resources.mail.transport.host': '' });
	assert.equal(r.code, 78);
	assert.match(r.err, /No mail is sent/);
	r = await check(25, { 'resources.mail.transport.host': 'mail.example.com', ...login });
	assert.equal(r.code, 78);
	assert.match(r.err, /in clear/);
	r = await check(25, { 'identity.mailer.email': '' });
	assert.equal(r.code, 78);
	assert.match(r.err, /identity\.mailer\.email/);
});

test('as JSON', async () => {
	const sink = await sinkWith();
	const r = await check(sink.port, {}, { args: ['--json'] });
	assert.deepEqual(JSON.parse(r.out), { to: 'anna@example.com', answer: '250 2.0.0 taken' });
});
