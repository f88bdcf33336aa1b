// SPDX-License-Identifier: GPL-3.0-or-later
// Mail that the running panel sends: by the keeper, from inside its cage, out of the queue. The settings mail of a mailbox through its page, JSON and
// the command line.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startPanel, sleep } from './lib/panel.mjs';
import { whoHolds } from './lib/memory.mjs';
import { certificate, read, startSink } from './lib/smtp.mjs';

const secret = 'smtp-canary-8841';
const pair = certificate('localhost');
const texts = fs.mkdtempSync(path.join(os.tmpdir(), 'vimb-texts-'));
let sink, panel, anna;

const sql = (text) => panel.sql(text).trim();
const page = () => `/mailboxes/${anna}/settings-mail`;
// Sends by the page; the answer.
const send = async (fields) => {
	await panel.get(page());
	return panel.post(page(), fields);
};

before(async () => {
	sink = await startSink({ secure: 'start', pair, user: 'panel', password: secret });
	panel = await startPanel({ settings: {
		'resources.mail.transport.host': 'localhost', 'resources.mail.transport.port': sink.port, 'resources.mail.transport.username': 'panel',
		'resources.mail.transport.password': secret, 'mail.ca_file': pair.cert, 'identity.mailer.email': 'panel@example.com',
		'server.email.address': 'help@example.com', 'server.email.name': 'Hilfe & Rat', 'server.imap.enabled': 'yes', 'server.imap.host': 'imap.%d',
		'server.webmail.enabled': 'yes', 'server.webmail.host': 'https://webmail.%d/?u=%u&m=%m', 'server.smtp.enabled': 'yes', 'mail.texts': texts, 'bruteforce.whitelist': '',
	} });
	await panel.signIn();
	await panel.api('POST', '/domains/add', { domain: 'example.com', active: true });
	const r = await panel.api('POST', '/mailboxes/add', { address: 'anna@example.com', name: "Anna <b>O'Hara</b>", password: 'long enough secret', active: true });
	anna = r.json.id;
});
after(async () => {
	await panel?.stop();
	await sink?.stop();
	pair.remove();
	fs.rmSync(texts, { recursive: true, force: true });
});

test('the page shows the mail before it is sent', async () => {
	const r = await panel.get(page());
	assert.equal(r.status, 200);
	assert.match(r.text, /Subject: Settings for your mailbox on example\.com/);
	assert.match(r.text, /imap\.example\.com/);
	assert.doesNotMatch(r.text, /<b>O/);
	assert.doesNotMatch(r.text, new RegExp(secret));
});

test('settings to the mailbox itself: by the keeper, over TLS, signed in, as text and HTML', async () => {
	const r = await send({ type: 'username' });
	assert.equal(r.status, 303, r.text);
	const mail = await sink.wait(1);
	assert.equal(mail.tls, true);
	assert.equal(mail.user, 'panel');
	assert.equal(mail.from, 'help@example.com');
	assert.deepEqual(mail.to, ['anna@example.com']);
	assert.equal(mail.headers.from.replace(/\s+</, ' <'), 'Hilfe & Rat <help@example.com>');
	assert.equal(mail.headers.subject, 'Settings for your mailbox on example.com');
	assert.equal(mail.headers['auto-submitted'], 'auto-generated');
	assert.match(mail.text, /Hello Anna <b>O'Hara<\/b>,/);
	assert.match(mail.text, /Server: +imap\.example\.com\n +Port: +993\n/);
	assert.match(mail.text, /https:\/\/webmail\.example\.com\/\?u=anna&m=anna@example\.com/);
	assert.doesNotMatch(mail.text, /POP3|Sieve/);
	assert.match(mail.html, /Hello Anna &lt;b&gt;O&#39;Hara&lt;\/b&gt;,/);
	assert.match(mail.html, /u=anna&amp;m=anna/);
	assert.doesNotMatch(mail.text + mail.html, /\{|\}|long enough/);
});

test("the mail server's password is in the keeper and nowhere in the web process", (t) => {
	const where = whoHolds(panel, secret);
	if (!where) return t.skip('memory of others cannot be read here');
	assert.deepEqual(where, { keeper: true, web: false });
});

test('each of several recipients gets a mail of its own; the trail names them', async () => {
	const n = sink.mails.length;
	const r = await panel.api('POST', page(), { type: 'other', email: ['ben@elsewhere.example', 'Carla@Elsewhere.Example'] });
	assert.equal(r.status, 200, r.text);
	await sink.wait(n + 2);
	assert.deepEqual(sink.mails.slice(n).map((m) => m.to).sort(), [['ben@elsewhere.example'], ['carla@elsewhere.example']]);
	const log = await panel.api('GET', '/log?action=MAILBOX_SETTINGS');
	assert.match(log.json.rows[0].data, /sent the settings of mailbox anna@example\.com to ben@elsewhere\.example,carla@elsewhere\.example/);
});

test('recipients that are none are refused at their field', async () => {
	for (const [fields, field] of [[{ type: 'alt_email' }, 'type'], [{ type: 'other' }, 'email'], [{ type: 'other', email: 'nobody' }, 'email'],
		[{ type: 'other', email: '@example.com' }, 'email'], [{ type: 'other', email: 'a@example.com\r\nBcc: x@example.com' }, 'email'],
		[{ type: 'username', email: 'a@example.com' }, 'email'], [{ type: 'mars' }, 'type'], [{}, 'type'],
		[{ type: 'other', email: Array.from({ length: 21 }, (_, i) => `a${i}@example.com`) }, 'email']]) {
		const r = await panel.api('POST', page(), fields);
		assert.equal(r.status, 422, `${JSON.stringify(fields)}: ${r.text}`);
		assert.equal(r.json.errors[0].field, field, r.text);
	}
	assert.equal(sql("SELECT count(*) FROM vimb_job WHERE kind = 'mail' AND state = 'waiting'"), '0');
});

test('on the command line, and without keeping it', async () => {
	const n = sink.mails.length;
	panel.cli(['mailbox', 'send-settings', 'anna@example.com', '--dry-run']);
	assert.equal(sql("SELECT count(*) FROM vimb_job WHERE kind = 'mail' AND state = 'waiting'"), '0');
	assert.match(panel.cli(['mailbox', 'send-settings', 'anna@example.com', '--email', 'dora@elsewhere.example']), /wait to be mailed to dora@elsewhere\.example/);
	assert.deepEqual((await sink.wait(n + 1)).to, ['dora@elsewhere.example']);
});

test('what the operator wrote replaces the built-in text, and a broken one stays unsent', async () => {
	const n = sink.mails.length;
	// pages know the texts as they were at the start or the last reload, the keeper as they are
	const reload = async () => {
		const count = () => panel.log().match(/reload\.(?:done|refused)/g)?.length ?? 0, before_ = count();
		panel.child.kill('SIGHUP');
		for (let i = 0; count() === before_ && i < 400; i++) await sleep(50);
		assert.ok(count() > before_);
	};
	// the process before may answer a last time
	const shows = async (what) => {
		for (let i = 0; !what.test((await panel.get(page())).text); i++, await sleep(50)) assert.ok(i < 100, `${what}`);
	};
	fs.writeFileSync(path.join(texts, 'settings.txt'), 'Subject: Für {address}\n{{{name}}\n{^pop3}kein POP3{/pop3}{#pop3}POP3{/pop3}\n');
	await send({ type: 'username' });
	const mail = await sink.wait(n + 1);
	assert.equal(mail.headers.subject, 'Für anna@example.com');
	assert.match(mail.text, /^\{Anna <b>O'Hara<\/b>\}\nkein POP3\n$/);
	await reload();
	await shows(/kein POP3/);
	fs.writeFileSync(path.join(texts, 'settings.txt'), 'Subject: x\n\n{nmae}\n');
	assert.throws(() => panel.cli(['config', 'check']), /settings\.txt:3: there is no value nmae/);
	await reload();
	assert.match(panel.log(), /reload\.refused.*settings\.txt:3: there is no value nmae/);
	assert.match((await panel.get(page())).text, /kein POP3/);
	await send({ type: 'username' });
	const waiting = () => sql("SELECT last_error FROM vimb_job WHERE kind = 'mail' AND state = 'waiting'");
	for (let i = 0; !waiting() && i < 200; i++) await sleep(50);
	assert.match(waiting(), /settings\.txt:3/);
	assert.equal(sink.mails.length, n + 1);
	fs.unlinkSync(path.join(texts, 'settings.txt'));
	panel.cli(['config', 'check']);
	await reload();
	await shows(/Settings for your mailbox on example\.com/);
	sql("UPDATE vimb_job SET run_at = 0 WHERE kind = 'mail' AND state = 'waiting'");
	assert.equal((await sink.wait(n + 2)).headers.subject, 'Settings for your mailbox on example.com');
});

test('a refusal for now is tried again with the same Message-ID, one for good is not and stands in the trail', async () => {
	const n = sink.mails.length;
	sink.answers.RCPT = '451 4.7.1 later';
	await send({ type: 'username' });
	for (let i = 0; !sql("SELECT last_error FROM vimb_job WHERE kind = 'mail' AND state = 'waiting'") && i < 200; i++) await sleep(50);
	assert.match(sql("SELECT last_error FROM vimb_job WHERE kind = 'mail' AND state = 'waiting'"), /answered RCPT TO: 451 4\.7\.1 later/);
	assert.equal(sink.mails.length, n);
	delete sink.answers.RCPT;
	sql("UPDATE vimb_job SET run_at = 0 WHERE kind = 'mail' AND state = 'waiting'");
	const mail = await sink.wait(n + 1);
	const id = sql("SELECT max(id) FROM vimb_job WHERE kind = 'mail'");
	assert.match(mail.headers['message-id'], new RegExp(`^<job\\.${id}\\.[0-9a-f]{24}@example\\.com>$`));

	sink.answers.RCPT = '550 5.1.1 unknown';
	await send({ type: 'username' });
	for (let i = 0; sql("SELECT state FROM vimb_job WHERE kind = 'mail' ORDER BY id DESC LIMIT 1") !== 'failed' && i < 200; i++) await sleep(50);
	assert.equal(sql("SELECT state, attempts FROM vimb_job WHERE kind = 'mail' ORDER BY id DESC LIMIT 1"), 'failed|1');
	const log = await panel.api('GET', '/log?action=MAIL_FAILED');
	assert.match(log.json.rows[0].data, /could not send the mail "settings" to anna@example\.com: .*550 5\.1\.1 unknown/);
	delete sink.answers.RCPT;
});

const about = (event) => sink.mails.map((m) => read(m)).filter((m) => m.text?.includes(event));
const told = async (event, n = 1) => {
	for (let i = 0; about(event).length < n && i < 400; i++) await sleep(50);
	const mails = about(event);
	assert.equal(mails.length, n, event);
	return mails[0];
};

test('a new mailbox is welcomed when that was asked for, without its password', async () => {
	const r = await panel.api('POST', '/mailboxes/add', { address: 'new@example.com', password: 'long enough canary', active: true, welcome_email: true });
	assert.equal(r.status, 201, r.text);
	const mail = await told('your new mailbox new@example.com is ready');
	assert.deepEqual(mail.to, ['new@example.com']);
	assert.ok(!mail.raw.includes('canary'));
	assert.equal(about('your new mailbox').length, 1, 'others were not welcomed');
});

test('administrators are told what happens to their accounts', async () => {
	panel.cli(['admin', 'add', 'second@example.org', '--super', 'yes', '--password-stdin'], { input: 'another long secret\n' });
	let mail = await told('An administrator was added');
	assert.deepEqual(mail.to, ['root@example.org']);
	assert.match(mail.text, /added: second@example\.org/);
	panel.cli(['admin', 'passwd', 'second@example.org', '--password-stdin'], { input: 'changed canary secret\n' });
	mail = await told('The password was changed');
	assert.deepEqual(mail.to, ['second@example.org']);
	assert.ok(!mail.raw.includes('canary'));
	const c = panel.client();
	await c.get('/auth/login');
	for (let i = 0; i < 20; i++) await c.post('/auth/login', { username: 'second@example.org', password: `wrong ${i}` });
	mail = await told('Too many failed sign-ins');
	assert.deepEqual(mail.to, ['second@example.org']);
	assert.match(mail.text, /from the address 127\.0\.0\.1/);
});

test('a mail server that drips is cut off', { skip: !process.env.SLOW }, async () => {
	sink.drip = 'MAIL';
	await send({ type: 'username' });
	for (let i = 0; !/too long/.test(sql("SELECT last_error FROM vimb_job WHERE kind = 'mail' ORDER BY id DESC LIMIT 1")) && i < 3000; i++) await sleep(50);
	sink.drip = undefined;
});

test('the password of the mail server is nowhere but in the keeper', () => {
	const children = fs.readFileSync(`/proc/${panel.child.pid}/task/${panel.child.pid}/children`, 'utf8').trim().split(' ');
	const found = {};
	for (const pid of children) {
		const role = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('keeper') ? 'keeper' : 'web';
		found[role] = memoryHolds(pid, secret);
		for (const file of ['environ', 'cmdline']) assert.ok(!fs.readFileSync(`/proc/${pid}/${file}`, 'latin1').includes(secret));
	}
	assert.deepEqual(found, { web: false, keeper: true });
	assert.ok(!panel.log().includes(secret));
	assert.ok(!panel.dump().includes(secret));
	assert.ok(!panel.cli(['config', 'dump']).includes(secret));
});

// Whether a process has it in memory, as far as that can be read.
function memoryHolds(pid, text) {
	const fd = fs.openSync(`/proc/${pid}/mem`, 'r');
	let found = false;
	for (const line of fs.readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
		const m = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
		if (!m || /\[v/.test(line)) continue;
		const [from, to] = [BigInt(`0x${m[1]}`), BigInt(`0x${m[2]}`)];
		if (to - from > 1n << 28n) continue;
		const room = Buffer.alloc(Number(to - from));
		try {
			found = room.subarray(0, fs.readSync(fd, room, 0, room.length, from)).includes(text) || found;
		} catch { /* guard pages */ }
	}
	fs.closeSync(fd);
	return found;
}
