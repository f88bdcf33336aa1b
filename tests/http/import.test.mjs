// SPDX-License-Identifier: GPL-3.0-or-later
// Rows pasted as CSV: checked without a trace, taken in once, every fault at its line; hostile text stays text.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import { startPanel } from './lib/panel.mjs';

const hash = '{SHA512-CRYPT}$6$saltsaltsaltsalt$9bJzQy1kZ1Qe0tJX8d0mYc6q5a3bV2';
let panel, limited;
const must = async (path, fields) => {
	const r = await panel.api('POST', path, fields);
	assert.ok(r.status < 300, `${path}: ${r.text}`);
	return r.json;
};
const trail = async () => (await panel.api('GET', '/log?limit=1')).json.total;
const send = (c, path, text, more = {}) => c.post(path, { kind: 'mailboxes', mode: 'insert', on_error: 'stop', map: '', text, checkboxes: 'generate', ...more });

before(async () => {
	panel = await startPanel({ settings: { 'defaults.mailbox.hash_cost': 4 } });
	await panel.signIn();
	const own = await must('/domains/add', { domain: 'own.example', active: true });
	await must('/domains/add', { domain: 'other.example', active: true });
	const admin = await must('/admins/add', { username: 'limited@example.org', password: 'a long enough secret 1', active: true });
	await must(`/domains/${own.id}/admins/assign`, { admin_id: admin.id });
	limited = await panel.client().signIn('limited@example.org', 'a long enough secret 1');
});
after(() => panel?.stop());

test('the lists lead to it, with what their rows are', async () => {
	await must('/mailboxes/add', { address: 'first@own.example', hash });
	assert.match((await panel.get('/mailboxes')).text, /href="\/import\?kind=mailboxes"/);
	assert.match((await panel.get('/domains')).text, /href="\/import\?kind=domains"/);
	assert.doesNotMatch((await limited.get('/domains')).text, /href="\/import/);
	assert.match((await panel.get('/import?kind=aliases')).text, /<option value="aliases" selected>/);
	assert.equal((await panel.get('/import?kind=queues')).status, 400);
});

test('a check changes nothing and names every fault; then the rows are taken in', async () => {
	const text = `address,hash,name\r\na@own.example,${hash},"=1+1 ""A"""\r\nnot one,${hash},\r\nb@own.example,,<script>alert(1)</script>\r\n`;
	const rows = await trail();
	let r = await send(panel, '/import', text);
	assert.equal(r.status, 200);
	assert.match(r.text, /Checked: some rows are bad/);
	assert.match(r.text, /<button class="btn btn-primary">Check/, 'what comes next');
	assert.match(r.text, /<td class="num"[^>]*>3<\/td>.*not one.*address: An address looks like/);
	assert.match(r.text, /<td class="num"[^>]*>4<\/td>.*b@own\.example.*There is no hash/);
	assert.ok(r.text.includes('a@own.example,') && !r.text.includes('<script>alert'), 'what was sent stands in the box, as text');
	assert.ok(!r.text.includes('\ufffd'), 'line breaks of a browser are no odd characters');
	r = await send(panel, '/import/run', text);
	assert.match(r.text, /Nothing was changed, because a row is bad/);
	assert.equal(await trail(), rows);
	r = await send(panel, '/import/run', text, { on_error: 'skip' });
	assert.match(r.text, /The rows were taken in/);
	assert.equal(await trail(), rows + 1);
	assert.equal((await panel.api('GET', '/mailboxes?q=a@own')).json.rows[0].name, '=1+1 "A"');
	r = await send(panel, '/import', `address;name\na@own.example;\n`, { mode: 'upsert' });
	assert.match(r.text, /Checked: all rows are fine/);
	assert.match(r.text, /<button class="btn btn-primary" formaction="\/import\/run">Import/, 'what comes next');
	assert.equal((await panel.api('GET', '/mailboxes?q=a@own')).json.rows[0].name, '=1+1 "A"');
});

test('passwords that are made are shown once and are the right ones; a form sent twice makes nothing twice', async () => {
	const text = 'address\nmade1@own.example\nmade2@own.example\n', rows = await trail();
	let r = await send(panel, '/import', text, { generate: 'true' });
	assert.doesNotMatch(r.text, /id="made"/);
	const request = /name="request" value="([0-9a-f]+)"/.exec(r.text)[1];
	r = await send(panel, '/import/run', text, { generate: 'true', request });
	assert.match(r.text, /id="made"[^>]*>\n&quot;address&quot;,&quot;password&quot;\r?\n&quot;made1@own\.example&quot;,&quot;[A-Za-z0-9]{23}&quot;/);
	assert.equal(await trail(), rows + 2);
	r = await send(panel, '/import/run', text, { generate: 'true', request });
	assert.doesNotMatch(r.text, /id="made"/);
	assert.match(r.text, /<dt>As they were<\/dt><dd>2<\/dd>/);
	assert.equal(await trail(), rows + 2);
	r = await send(panel, '/import', `address\n${Array.from({ length: 21 }, (_, i) => `n${i}@own.example\n`).join('')}`, { generate: 'true' });
	assert.match(r.headers.get('location'), /^\/import\/\d+$/, 'more than a request can make are the keeper\'s');
});

test('an empty cell at the end of the last line stays a cell', async () => {
	const r = await send(panel, '/import', `address\thash\tname\nlast@own.example\t${hash}\t`);
	assert.match(r.text, /Checked: all rows are fine/);
});

test('what is no file of rows: an error at its field, with the text kept', async () => {
	for (const [text, more, words] of [['', {}, /Choose a file, or paste rows/], ['a@own.example', {}, /is no field of mailboxes/], ['address\n"x', {}, /Line 2/],
		['address,password\na@own.example,x\n', {}, /clear text/], ['mail\nx\n', { map: 'male=address' }, /no column/],
		['address\na\x01@own.example\n', {}, /cannot be stored|control|hold/i], ['address\nx\n', { kind: 'queues' }, /not one of the choices/]]) {
		const r = await send(panel, '/import', text, more);
		assert.equal(r.status, 422, text.slice(0, 40));
		assert.match(r.text, words, text.slice(0, 40));
	}
	assert.equal((await send(panel, '/import', 'address\n', { nonsense: '1' })).status, 400);
	assert.equal((await panel.post('/import', { kind: 'mailboxes', text: 'x'.repeat(3 << 20) })).status, 413);
	assert.equal((await panel.client().post('/import/run', { kind: 'mailboxes', text: 'address\n' })).status, 303);
	const foreign = await send(panel, '/import/run', `address,hash\nx@own.example,${hash}\n`, { csrf: '0'.repeat(64) });
	assert.equal(foreign.status, 403);
});

test('a file is taken as pasted rows are', async () => {
	const fields = { kind: 'mailboxes', mode: 'insert', on_error: 'stop', map: '', text: '', checkboxes: 'generate' };
	assert.match((await panel.get('/import')).text, /<form[^>]* enctype="multipart\/form-data".*type="file"[^>]* name="file"/s);
	let r = await panel.upload('/import', fields, `\ufeffaddress;hash;name\r\nfile@own.example;${hash};"a; b"\r\n`);
	assert.match(r.text, /Checked: all rows are fine/);
	r = await panel.upload('/import/run', fields, `\ufeffaddress;hash;name\r\nfile@own.example;${hash};"a; b"\r\n`);
	assert.match(r.text, /The rows were taken in/);
	assert.equal((await panel.api('GET', '/mailboxes?q=file@own')).json.rows[0].name, 'a; b');
	r = await panel.upload('/import/run', { ...fields, text: `address,hash\nboxed@own.example,${hash}\n` });
	assert.match(r.text, /The rows were taken in/, 'the rows in the box, when no file was chosen');
});

test('a file that is none: an error at its field; a form that no browser sends: refused whole', async () => {
	const fields = { kind: 'mailboxes', text: '' }, good = `address,hash\nnever@own.example,${hash}\n`, rows = await trail();
	for (const [file, more, words] of [[undefined, {}, /Choose a file, or paste rows/], ['', {}, /The file is empty/], [Buffer.from('address\n\xff\xfe', 'latin1'), {}, /Line 2/],
		['address\na\0b\n', {}, /Line 2/], [good, { text: 'address\nx' }, /Send one of them/]]) {
		const r = await panel.upload('/import/run', { ...fields, ...more }, file);
		assert.equal(r.status, 422, String(words));
		assert.match(r.text, words);
	}
	assert.equal((await panel.upload('/import/run', fields, good, { box: 'elsewhere' })).status, 400);
	assert.equal((await panel.upload('/import/run', fields, good, { name: 'a"b' })).status, 400);
	assert.equal((await panel.upload('/import/run', fields, good, { headers: { 'content-type': 'multipart/form-data; boundary=other' } })).status, 400);
	assert.equal((await panel.upload('/import/run', fields, good, { headers: { 'content-type': 'multipart/form-data' } })).status, 415);
	assert.equal((await panel.upload('/domains/add', { domain: 'never.example' })).status, 415);
	assert.equal((await panel.upload('/import/run', { ...fields, csrf: '0'.repeat(64) }, good)).status, 403);
	assert.equal((await panel.upload('/import/run', fields, good, { headers: { origin: 'https://evil.example' } })).status, 403);
	assert.equal(await trail(), rows);
});

test('a file beyond the limit is refused before it is read', async () => {
	const status = await new Promise((done, fail) => {
		const r = http.request({ host: '127.0.0.1', port: panel.port, method: 'POST', path: '/import', headers: { 'content-type': 'multipart/form-data; boundary=b', 'content-length': (16 << 20) + 1 } },
			(res) => { res.resume(); done(res.statusCode); });
		r.on('error', fail);
		r.flushHeaders();
	});
	assert.equal(status, 413);
});

test('a domain administrator: own domains, no new ones', async () => {
	const r = await send(limited, '/import/run', `address,hash\nlim@own.example,${hash}\nlim@other.example,${hash}\n`, { on_error: 'skip' });
	assert.match(r.text, /There is no such domain/);
	assert.equal((await panel.api('GET', '/mailboxes?q=lim@')).json.total, 1);
	assert.equal((await send(limited, '/import/run', 'domain\nmine.example\n', { kind: 'domains' })).status, 403);
	assert.equal((await panel.api('GET', '/domains?q=mine')).json.total, 0);
});

test('for programs: the same as JSON', async () => {
	const rows = 'address,goto\n@own.example,"first@own.example,x@elsewhere.example"\nloop@own.example,loop2@nowhere\n';
	const check = await panel.api('POST', '/import', { kind: 'aliases', text: rows });
	assert.equal(check.status, 200);
	assert.deepEqual([check.json.rows, check.json.added, check.json.failed, check.json.kept], [2, 1, 1, false]);
	assert.equal(check.json.errors[0].line, 3);
	const run = await panel.api('POST', '/import/run', { kind: 'aliases', text: rows, on_error: 'skip' });
	assert.deepEqual([run.json.added, run.json.failed, run.json.kept], [1, 1, true]);
	assert.equal((await panel.api('POST', '/import', { kind: 'aliases', text: '' })).status, 422);
});

test('what the panel exports it takes in again, and nothing moves', async () => {
	for (const [list, kind] of [['domains', 'domains'], ['mailboxes', 'mailboxes'], ['aliases', 'aliases']]) {
		const text = (await panel.get(`/${list}/export.csv${kind === 'aliases' ? '?self=true' : kind === 'mailboxes' ? '?hashes=1' : ''}`)).text;
		const before = await trail();
		const r = await send(panel, '/import/run', text, { kind, mode: 'upsert' });
		assert.match(r.text, /The rows were taken in/, kind);
		assert.match(r.text, /<dt>Changed<\/dt><dd>0<\/dd>/, kind);
		assert.equal(await trail(), before, kind);
	}
});

// The page's choices: column, its first values, what is chosen.
const choices = (page) => [...page.matchAll(/<label for="map-([^"]*)"><bdi>\1<\/bdi><\/label><\/td><td[^>]*><bdi class="long">([^<]*)<\/bdi>.*?<select[^>]* id="map-\1" name="map">(.*?)<\/select>/gs)]
	.map(([, name, first, options]) => [name, first, /value="([^"]*)" selected/.exec(options)?.[1]]);

test('which column is which field is chosen for rows that are pasted, as it is for a file', async () => {
	const text = 'Mail;Full Name;Remark\nchosen1@own.example;Anna <b>;x\nchosen2@own.example;;\n';
	const form = (path, map) => panel.fetch('POST', path, { headers: { 'content-type': 'application/x-www-form-urlencoded', origin: panel.url },
		body: new URLSearchParams([['csrf', panel.csrf], ['kind', 'mailboxes'], ['mode', 'insert'], ['on_error', 'stop'], ['text', text], ['generate', '1'], ['checkboxes', 'generate'], ['sets', 'map'], ...map.map((m) => ['map', m])]).toString() });
	assert.doesNotMatch((await panel.get('/import')).text, /name="map"/, 'nothing to choose from yet');
	assert.match((await panel.post('/import', { kind: 'mailboxes', mode: 'insert', on_error: 'stop', text: '"open\nx', checkboxes: 'generate' })).text, /<input[^>]*name="map"/, 'columns that cannot be told apart can be named');
	const rows = await trail();
	let r = await send(panel, '/import', text, { generate: '1' });
	assert.equal(r.status, 422);
	assert.match(r.text, /column &quot;mail&quot; is no field of mailboxes/);
	assert.deepEqual(choices(r.text), [['mail', 'chosen1@own.example, chosen2@own.example', 'mail=address'], ['full_name', 'Anna &lt;b&gt;', 'full_name=name'], ['remark', 'x', 'remark=']]);
	assert.doesNotMatch(r.text, /<input[^>]*name="map"/);
	const map = ['mail=address', 'full_name=name', 'remark='];
	r = await form('/import', map);
	assert.equal(r.status, 200, r.text);
	assert.match(r.text, /Checked: all rows are fine/);
	assert.deepEqual(choices(r.text).map(([,, chosen]) => chosen), map, 'what was chosen stays');
	assert.equal(await trail(), rows);
	r = await form('/import/run', map);
	assert.match(r.text, /The rows were taken in/);
	assert.deepEqual((await panel.api('GET', '/mailboxes?q=chosen')).json.rows.map((m) => m.name), ['Anna <b>', null]);
	r = await form('/import', ['mail=address', 'full_name=address', 'remark=']);
	assert.equal(r.status, 422, 'two columns of one field');
	assert.equal(choices(r.text).length, 3);
});
