// SPDX-License-Identifier: GPL-3.0-or-later
// Dovecot is told to forget a mailbox that changed, whichever door it changed through: by the keeper, out of the queue, over the doveadm HTTP API. And
// whatever answers there, nothing is taken for done that was not, and nothing but the keeper ever has the key.
import { test, before, after, beforeEach } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { binary, startPanel, sleep } from './lib/panel.mjs';
import { certificate } from './lib/smtp.mjs';
import { startDoveadm } from './lib/doveadm.mjs';
import { whoHolds } from './lib/memory.mjs';

const key = 'doveadm-canary-5512';
const pair = certificate('localhost');
let fake, panel, anna, domain;

const waiting = () => panel.sql(`SELECT count(*) FROM vimb_job WHERE kind = 'auth_flush' AND state = 'waiting'`).trim();
const until = async (what, ok) => {
	for (let i = 0; i < 400; i++) {
		if (await ok()) return;
		await sleep(50);
	}
	assert.fail(`${what} did not come about\n${panel.log()}`);
};
// All jobs of the kind were worked.
const quiet = () => until('an empty queue', () => waiting() === '0');
// Does it, and gives back who was flushed.
async function flushed(run) {
	fake.asked.length = 0;
	const r = await run();
	if (r && r.status) assert.ok(r.status < 400, r.text);
	await quiet();
	return fake.users();
}
// Why the last try failed, with that answer; nothing may have been taken for done.
async function fault(answer) {
	fake.answer = answer;
	fake.asked.length = 0;
	assert.equal((await panel.api('POST', `/mailboxes/${anna}/password`, { password: `long enough secret ${Math.random()}` })).status, 200);
	let why = '';
	await until('a failed try', () => (why = panel.sql(`SELECT last_error FROM vimb_job WHERE kind = 'auth_flush' AND state <> 'done' AND last_error IS NOT NULL`).trim()) !== '');
	assert.equal(panel.sql(`SELECT count(*) FROM vimb_job WHERE kind = 'auth_flush' AND state = 'done'`).trim(), '0');
	panel.sql(`DELETE FROM vimb_job WHERE kind = 'auth_flush'`);
	return why;
}
const answered = (what) => (request, body, reply) => fake.say(reply, what(body[0][2]));

before(async () => {
	fake = await startDoveadm({ key, pair });
	// what the environment says of proxies does not count
	panel = await startPanel({ env: { http_proxy: 'http://127.0.0.1:1', https_proxy: 'http://127.0.0.1:1', ALL_PROXY: 'http://127.0.0.1:1' }, settings: { 'doveadm.http.url': fake.url, 'doveadm.http.api_key': key, 'doveadm.ca_file': pair.cert, 'doveadm.http.timeout': 2,
		'bruteforce.whitelist': '127.0.0.1' } });
	await panel.signIn();
	domain = (await panel.api('POST', '/domains/add', { domain: 'example.com', active: true })).json.id;
	anna = (await panel.api('POST', '/mailboxes/add', { address: 'anna@example.com', password: 'long enough secret', active: true })).json.id;
	await quiet();
});
after(async () => {
	await panel?.stop();
	await fake?.stop();
	pair.remove();
});
beforeEach(async () => {
	fake.asked.length = 0;
	fake.answer = undefined;
	fake.word = 'user';
	await quiet();
	panel.sql(`DELETE FROM vimb_job WHERE kind = 'auth_flush'`);
});

test('what is asked: one command, typed, with the key in a header and nowhere else', async () => {
	assert.deepEqual(await flushed(() => panel.api('POST', `/mailboxes/${anna}/password`, { password: 'another long secret' })), [['anna@example.com']]);
	const [ask] = fake.asked;
	assert.equal(ask.method, 'POST');
	assert.equal(ask.url, '/doveadm/v1');
	assert.equal(ask.body.length, 1);
	assert.equal(ask.body[0].length, 3);
	assert.equal(ask.body[0][0], 'auth cache flush');
	assert.deepEqual(ask.body[0][1], { user: ['anna@example.com'] });
	assert.match(ask.body[0][2], /^[0-9a-f]{16}$/);
	assert.equal(ask.headers['content-type'], 'application/json');
	assert.ok(!panel.dump().includes(key) && !panel.log().includes(key));
});

test('every door: owner, form, JSON, command line, import, undo', async () => {
	const owner = panel.client();
	assert.deepEqual(await flushed(async () => {
		await owner.get('/auth/change-password');
		return owner.post('/auth/change-password', { username: 'Anna@Example.com', current_password: 'another long secret', new_password: 'the owner chose this', confirm_new_password: 'the owner chose this' });
	}), [['anna@example.com']]);
	assert.deepEqual(await flushed(() => panel.api('POST', `/mailboxes/${anna}/disable`, {})), [['anna@example.com']]);
	assert.deepEqual(await flushed(async () => {
		await panel.get('/mailboxes');
		return panel.post(`/mailboxes/${anna}/enable`);
	}), [['anna@example.com']]);
	assert.deepEqual(await flushed(() => panel.cli(['mailbox', 'passwd', 'anna@example.com', '--password-stdin'], { input: 'by command line 1\n' })), [['anna@example.com']]);
	assert.deepEqual(await flushed(() => panel.api('POST', '/mailboxes/add', { address: 'ben@example.com', password: 'long enough secret', active: true })), [['ben@example.com']]);
	const ben = (await panel.api('GET', '/mailboxes?q=ben')).json.rows[0].id;
	assert.deepEqual(await flushed(() => panel.api('POST', `/mailboxes/${ben}/delete`, {})), [['ben@example.com']]);
	const entry = (await panel.api('GET', '/log?action=MAILBOX_PURGE')).json.rows[0].id;
	assert.deepEqual(await flushed(() => panel.api('POST', `/log/${entry}/undo`, {})), [['ben@example.com']]);
});

test('what concerns nobody who signs in is not told; a wrong password neither', async () => {
	const owner = panel.client();
	assert.deepEqual(await flushed(() => panel.api('POST', '/aliases/add', { address: 'info@example.com', goto: 'anna@example.com', active: true })), []);
	assert.deepEqual(await flushed(() => panel.api('POST', `/domains/${domain}/edit`, { description: 'ours' })), []);
	assert.deepEqual(await flushed(async () => {
		await owner.get('/auth/change-password');
		await owner.post('/auth/change-password', { username: 'anna@example.com', current_password: 'wrong', new_password: 'the owner chose this', confirm_new_password: 'the owner chose this' });
	}), []);
	assert.deepEqual(await flushed(() => panel.cli(['mailbox', 'disable', 'anna@example.com', '--dry-run'])), []);
});

test('a domain that is switched is everybody', async () => {
	assert.deepEqual(await flushed(() => panel.api('POST', `/domains/${domain}/disable`, {})), [[]]);
	assert.deepEqual(await flushed(() => panel.api('POST', `/domains/${domain}/edit`, { active: true })), [[]]);
});

test('many in one transaction: a few by name, then everybody, in few questions', async () => {
	const rows = Array.from({ length: 40 }, (_, i) => `m${i}@example.com,{SHA512-CRYPT}$6$rounds=5000$abcdefgh$${'x'.repeat(86)}\n`).join('');
	fs.writeFileSync(`${panel.dir}/rows.csv`, `username,hash\n${rows}`);
	const asked = await flushed(() => panel.cli(['import', 'mailboxes', `${panel.dir}/rows.csv`]));
	assert.ok(asked.length >= 1 && asked.length <= 9, JSON.stringify(asked));
	assert.deepEqual(asked.at(-1), []);
});

test('an address that Dovecot would read as a pattern is never sent: it stands for everybody', async () => {
	panel.sql(`UPDATE mailbox SET username = '?@example.com' WHERE username = 'm1@example.com'`);
	const id = panel.sql(`SELECT id FROM mailbox WHERE username = '?@example.com'`).trim();
	assert.deepEqual(await flushed(() => panel.api('POST', `/mailboxes/${id}/disable`, {})), [[]]);
	// and a job that says so, whoever wrote it, is not worked
	fake.asked.length = 0;
	panel.sql(`INSERT INTO vimb_job (kind, args, state, run_at, attempts, fence, created_at) VALUES ('auth_flush', '{"user":"*@example.com"}', 'waiting', 0, 0, 0, 0)`);
	await quiet();
	assert.deepEqual(fake.users(), [[]]);
	panel.sql(`INSERT INTO vimb_job (kind, args, state, run_at, attempts, fence, created_at) VALUES ('auth_flush', '{"user":"a@b.example","destination":["sh"]}', 'waiting', 0, 0, 0, 0)`);
	await quiet();
	assert.equal(panel.sql(`SELECT count(*) FROM vimb_job WHERE kind = 'auth_flush' AND state = 'failed'`).trim(), '1');
	assert.deepEqual(fake.users(), [[]]);
});

test('a Dovecot of 2.4.3 and later, where the parameter has another name', async () => {
	fake.word = 'userMask';
	assert.deepEqual(await flushed(() => panel.api('POST', `/mailboxes/${anna}/enable`, {})), []); // it is on already: nothing changes
	assert.deepEqual((await flushed(() => panel.api('POST', `/mailboxes/${anna}/disable`, {}))).at(-1), ['anna@example.com']);
	await panel.api('POST', `/mailboxes/${anna}/enable`, {});
});

test('K5, K6: whatever is answered, only a yes to this very question is one', async () => {
	const never = new Set();
	const cases = [
		[answered((tag) => [['error', { type: 'exitCode', exitCode: 75 }, tag]]), /failed: exitCode \(exit code 75\)/],
		[answered((tag) => [['error', { type: 'exitCode', exitCode: 67 }, tag]]), /failed: exitCode \(exit code 67\)/],
		[answered((tag) => [['error', { type: 'invalidRequest', exitCode: 0 }, tag]]), /failed: invalidRequest \(exit code 0\)/],
		[answered(() => [['doveadmResponse', [], 'vimbcafe']]), /belongs to another question/],
		[answered((tag) => [['doveadmResponse', [], tag], ['doveadmResponse', [], tag]]), /is not one answer/],
		[answered((tag) => ['doveadmResponse', [], tag]), /is not one answer/],
		[answered((tag) => [['doveadmResponse', 'yes', tag]]), /is none/],
		[answered((tag) => ({ doveadmResponse: tag })), /is not one answer/],
		[answered((tag) => [[tag, tag, tag]]), /is none/],
		[(q, b, r) => r.end('<html>it works</html>'), /is no JSON/],
		[(q, b, r) => r.end(`[["doveadmResponse",[],"${b[0][2]}"`), /is no JSON/],
		[(q, b, r) => r.end(`[["doveadmResponse",[{"a":1,"a":2}],"${b[0][2]}"]]`), /is no JSON/],
		[(q, b, r) => r.end(`${'['.repeat(100000)}`), /is no JSON/],
		[(q, b, r) => r.end(), /is empty/],
		[(q, b, r) => r.writeHead(500).end('no auth configured'), /HTTP status 500/],
		[(q, b, r) => r.writeHead(400).end('x'), /HTTP status 400/],
		[(q, b, r) => r.writeHead(204).end(), /HTTP status 204/],
		[(q, b, r) => r.writeHead(401).end(), /refuses the key/],
		[(q, b, r) => r.socket.destroy(), /is empty: its process died|doveadm at localhost:\d+: /],
		[(q, b, r) => { r.writeHead(200, { 'content-length': 100 }); r.write('[['); setTimeout(() => r.socket.destroy(), 50); }, /doveadm at localhost:\d+: /],
		[(q, b, r) => r.end(Buffer.alloc(2 << 20, 0x20)), /is longer than any/],
		[(q, b, r) => { // never ends
			r.writeHead(200);
			const more = () => { while (r.write(Buffer.alloc(65536, 0x20))); };
			r.on('drain', more);
			more();
		}, /is longer than any/],
		[(q, b, r) => { // headers without end
			r.socket.write('HTTP/1.1 200 OK\r\n');
			const more = () => { while (!r.socket.destroyed && r.socket.write(`x-${'y'.repeat(1000)}: ${'z'.repeat(1000)}\r\n`)); };
			r.socket.on('drain', more);
			more();
		}, /is longer than any|doveadm at localhost/],
		[(q, b, r) => never.add(r), /took too long/],
		[(q, b, r) => { // a byte now and then
			r.writeHead(200);
			const timer = setInterval(() => r.write(' '), 100);
			r.on('close', () => clearInterval(timer));
		}, /took too long/],
	];
	for (const [answer, why] of cases) assert.match(await fault(answer), why, String(answer));
});

test('K4: a redirect is not followed, and the key goes nowhere else', async () => {
	const other = await startDoveadm({ key });
	try {
		assert.match(await fault((q, b, r) => r.writeHead(307, { location: other.url }).end()), /HTTP status 307/);
		assert.equal(other.asked.length, 0);
		assert.equal(fake.asked.length, 1);
	} finally {
		await other.stop();
	}
});

test('K4: addresses that could send the key elsewhere are refused by the configuration', () => {
	for (const url of ['ftp://localhost/doveadm/v1', 'file:///etc/passwd', 'http://user:pw@localhost/doveadm/v1', 'http://localhost@elsewhere.example/x', 'http://localhost:99999/x',
		'http://localhost/x?y', 'http://localhost/x#y', 'http://local host/x', 'http:///x', 'localhost:8081', 'http://localhost\\@elsewhere.example/x', 'http://localhost'])
		assert.throws(() => panel.cli(['-o', `doveadm.http.url=${url}`, 'config', 'check']), /doveadm\.http\.url/, url);
	for (const url of ['http://dovecot:8081/doveadm/v1', 'https://[::1]:8081/doveadm/v1', 'https://mail.example.com/doveadm/v1']) panel.cli(['-o', `doveadm.http.url=${url}`, 'config', 'check']);
});

test('F1: what Dovecot calls its error is text, wherever it is shown', async () => {
	fake.answer = answered((tag) => [['error', { type: '<script>alert(1)</script>\u202e\n', exitCode: 67 }, tag]]);
	await panel.api('POST', `/mailboxes/${anna}/password`, { password: 'yet another long secret' });
	let rows = [];
	await until('an entry in the log', async () => (rows = (await panel.api('GET', '/log?action=FLUSH_FAILED')).json.rows.filter((r) => r.data.includes('script'))).length > 0);
	assert.match(rows[0].data, /could not have Dovecot forget what it keeps of anna@example\.com: .*<script>alert\(1\)<\/script>\?\?/);
	const page = await panel.get('/log?action=FLUSH_FAILED');
	assert.equal(page.status, 200);
	assert.doesNotMatch(page.text, /<script>alert/);
	const entry = await panel.get(`/log/${rows[0].id}`);
	assert.match(entry.text, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
	assert.doesNotMatch(entry.text, /<script>alert/);
});

test('K8: while the key is refused, all that waits is put off together and no tries of theirs are counted', async () => {
	fake.answer = (q, b, r) => r.writeHead(401).end();
	// five that are due at the same moment
	const job = (n) => `('auth_flush', '{"user":"u${n}@example.com"}', 'waiting', 0, 0, 0, 0)`;
	panel.sql(`INSERT INTO vimb_job (kind, args, state, run_at, attempts, fence, created_at) VALUES ${[1, 2, 3, 4, 5].map(job).join(', ')}`);
	await until('a try', () => panel.sql(`SELECT count(*) FROM vimb_job WHERE kind = 'auth_flush' AND run_at > 0`).trim() === '5');
	assert.equal(panel.sql(`SELECT count(*) FROM vimb_job WHERE kind = 'auth_flush' AND attempts > 1`).trim(), '0');
	assert.equal(panel.sql(`SELECT count(*) FROM vimb_job WHERE kind = 'auth_flush' AND attempts = 0`).trim(), '4');
	assert.match(panel.log(), /doveadm refuses the key/);
	fake.answer = undefined;
	fake.asked.length = 0;
	panel.sql(`UPDATE vimb_job SET run_at = 0 WHERE kind = 'auth_flush' AND attempts = 1`);
	await quiet();
	assert.deepEqual(fake.users().map((u) => u.sort()), [[1, 2, 3, 4, 5].map((n) => `u${n}@example.com`)]);
});

test("K5: a certificate that is not to be believed, or is another host's, gets no key", async () => {
	const other = certificate('elsewhere.example');
	const strange = await startDoveadm({ key, pair: other });
	try {
		for (const authority of [pair.cert, other.cert]) {
			const second = await startPanel({ settings: { 'doveadm.http.url': strange.url, 'doveadm.http.api_key': key, 'doveadm.ca_file': authority } });
			try {
				second.cli(['domain', 'add', 'example.com']);
				second.cli(['mailbox', 'add', 'anna@example.com', '--password-stdin'], { input: 'long enough secret\n' });
				let why = '';
				await until('a failed try', () => (why = second.sql(`SELECT max(last_error) FROM vimb_job WHERE kind = 'auth_flush'`).trim()) !== '');
				assert.match(why, /the certificate of doveadm at localhost is not to be believed/);
				assert.equal(strange.asked.length, 0);
			} finally {
				await second.stop();
			}
		}
	} finally {
		await strange.stop();
		other.remove();
	}
});

test('check doveadm and doctor ask which Dovecot it is', async () => {
	// not panel.cli(): that would keep the server of this process from answering
	const run = (...args) => new Promise((done) => { execFile(binary, ['-c', panel.conf, ...args], (fault, out, err) => done({ status: fault?.code ?? 0, out, err })); });
	const line = async () => JSON.parse((await run('doctor', '--security', '--json')).out).find((f) => f.check === 'Dovecot');
	assert.deepEqual(await run('check', 'doveadm'), { status: 0, out: 'doveadm answers and takes the key; Dovecot is older than 2.4.3.\n', err: '' });
	assert.equal((await line()).state, 'look');
	fake.word = 'userMask';
	assert.deepEqual(JSON.parse((await run('check', 'doveadm', '--json')).out), { answers: true, dovecot: '2.4.3 or later' });
	assert.equal((await line()).state, 'ok');
	assert.deepEqual(fake.users(), []);
	fake.answer = (q, b, r) => r.writeHead(401).end();
	const r = await run('check', 'doveadm');
	assert.equal(r.status, 69);
	assert.match(r.err, /refuses the key/);
	assert.equal((await line()).state, 'bad');
	fake.answer = (q, b, r) => fake.say(r, [{ no: 'command' }]);
	assert.match((await run('check', 'doveadm')).err, /is no list of commands/);
	assert.match((await run('-o', 'doveadm.http.url=', 'check', 'doveadm')).err, /doveadm\.http\.url is not set/);
});

test('the key is in the keeper and nowhere in the web process', async (t) => {
	assert.deepEqual(await flushed(() => panel.api('POST', `/mailboxes/${anna}/password`, { password: 'one more long secret' })), [['anna@example.com']]);
	const where = whoHolds(panel, key);
	if (!where) return t.skip('memory of others cannot be read here');
	assert.deepEqual(where, { keeper: true, web: false });
	assert.deepEqual(whoHolds(panel, Buffer.from(key).toString('base64')).web, false);
});

test('without a key there is no serving', async () => {
	assert.throws(() => panel.cli(['-o', 'doveadm.http.api_key=', '-o', 'listen=127.0.0.1:0', 'serve'], { timeout: 20000 }), /doveadm\.http\.api_key: is needed/);
});
