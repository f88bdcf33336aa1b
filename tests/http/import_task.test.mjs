// SPDX-License-Identifier: GPL-3.0-or-later
// Files that the keeper takes in: checked, taken in, cancelled, done once more; with the rights of the moment; nothing twice although the keeper dies.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { engine } from './lib/engine.mjs';
import { keeperOf, sleep, startPanel } from './lib/panel.mjs';

const hash = '{SHA512-CRYPT}$6$saltsaltsaltsalt$9bJzQy1kZ1Qe0tJX8d0mYc6q5a3bV2', secret = 'a long enough secret 1';
let panel, limited, admin, own;
const must = async (path, fields) => {
	const r = await panel.api('POST', path, fields);
	assert.ok(r.status < 300, `${path}: ${r.text}`);
	return r.json;
};
const fields = { kind: 'mailboxes', mode: 'insert', on_error: 'stop', map: '', text: '', checkboxes: 'generate' };
const many = (name, n, domain = 'own.example') => `address,hash\n${Array.from({ length: n }, (_, i) => `${name}${i}@${domain},${hash}\n`).join('')}`;
const number = (sql) => Number(panel.sql(sql).trim());
const boxes = (name) => number(`SELECT count(*) FROM mailbox WHERE username LIKE '${name}%'`);
const entries = (name) => number(`SELECT count(*) FROM vimb_audit WHERE object_type = 'mailbox' AND object LIKE '${name}%'`);

// Sends a file that is too long for one request; the id of what the keeper has now.
async function send(client, path, file, more = {}) {
	const r = await client.upload(path, { ...fields, ...more }, file);
	assert.equal(r.status, 303, r.text);
	return Number(/^\/import\/(\d+)$/.exec(r.headers.get('location'))[1]);
}
const task = async (id, client = panel) => (await client.api('GET', `/import/${id}`)).json;
async function over(id, client = panel) {
	for (;;) {
		const t = await task(id, client);
		if (t.state !== 'waiting' && t.state !== 'running') return t;
		await sleep(20);
	}
}

const keeper = () => keeperOf(panel);

// Could the keeper have been stopped with the one lock of an SQLite file in its hands?
function writable() {
	try {
		if (engine === 'sqlite') panel.sql('BEGIN IMMEDIATE; ROLLBACK');
		return true;
	} catch {
		return false;
	}
}

// Does something while the keeper stands still.
async function held(work) {
	const pid = keeper();
	for (process.kill(pid, 'SIGSTOP'); !writable(); process.kill(pid, 'SIGSTOP')) {
		process.kill(pid, 'SIGCONT');
		await sleep(20);
	}
	try {
		return await work();
	} finally {
		process.kill(pid, 'SIGCONT');
	}
}

before(async () => {
	panel = await startPanel({ settings: { 'defaults.mailbox.hash_cost': 4, 'bruteforce.enabled': 'no' } });
	await panel.signIn();
	own = await must('/domains/add', { domain: 'own.example', active: true });
	await must('/domains/add', { domain: 'other.example', active: true });
	admin = await must('/admins/add', { username: 'limited@example.org', password: secret, active: true });
	await must(`/domains/${own.id}/admins/assign`, { admin_id: admin.id });
	limited = await panel.client().signIn('limited@example.org', secret);
});
after(() => panel?.stop());

test('many rows: taken in by the keeper, as who sent them, and told row by row', async () => {
	const id = await send(panel, '/import/run', many('first', 2500));
	const t = await over(id);
	assert.deepEqual([t.state, t.total, t.done, t.added, t.failed, t.kept], ['done', 2500, 2500, 2500, 0, true]);
	assert.equal(boxes('first'), 2500);
	assert.equal(number("SELECT count(*) FROM vimb_audit WHERE object LIKE 'first%' AND door = 'job' AND actor = 'root@example.org' AND source = '127.0.0.1'"), 2500);
	const page = (await panel.get(`/import/${id}`)).text;
	assert.match(page, /The rows were taken in.*<dt>Added<\/dt><dd>2,500<\/dd>/s);
	assert.doesNotMatch(page, /http-equiv="refresh"|hx-trigger="every/);
	const csv = await panel.get(`/import/${id}/result.csv`);
	assert.match(csv.headers.get('content-disposition'), /attachment/);
	const lines = csv.text.split('\r\n');
	assert.equal(lines.length, 2502);
	assert.equal(lines[1], '"2","first0@own.example","added","",""');
	assert.equal(number(`SELECT count(*) FROM vimb_import_part WHERE import_id = ${id} AND what = 'file'`), 0, 'the file is not kept longer than needed');
	assert.match((await panel.get('/import')).text, new RegExp(`href="/import/${id}"[^>]*><bdi[^>]*>rows\\.csv`));
	assert.equal((await panel.post(`/import/${id}/take`, fields2)).status, 409, 'its file is gone');
	assert.equal((await panel.post(`/import/${id}/cancel`)).status, 409);
	assert.equal((await panel.post(`/import/${id}/remove`)).status, 303);
	assert.equal((await panel.get(`/import/${id}`)).status, 404);
	assert.equal(number('SELECT count(*) FROM vimb_import_part'), 0);
});
const fields2 = { mode: 'insert', on_error: 'stop', map: '', checkboxes: 'generate' };

test('what is wrong is said in the language of who reads it, with what stands in it', async () => {
	await must('/aliases/add', { address: 'in.the.way@own.example', goto: 'x@elsewhere.example', active: true });
	const id = await send(panel, '/import', `${many('tongue', 2500)}in.the.way@own.example,${hash}\nx@missing.example,${hash}\ny@missing.example,${hash}\n`);
	assert.equal((await over(id)).failed, 3);
	const page = async (language) => (await panel.get(`/import/${id}`, { 'accept-language': language })).text;
	const twice = (text, words, rows = 1) => assert.equal(text.split(words).length - 1, 1 + rows, `${words}: among the reasons and at its rows`);
	const [de, en] = [await page('de'), await page('en')];
	twice(de, 'Es gibt einen Alias in.the.way@own.example, der zu x@elsewhere.example führt;');
	twice(de, 'Diese Domain gibt es nicht.', 2);
	twice(en, 'There is an alias in.the.way@own.example that leads to x@elsewhere.example;');
	assert.doesNotMatch(de, /There is/);
	// as it was kept before
	panel.sql(`UPDATE vimb_import_part SET data = '"2502","in.the.way@own.example","address","There is an alias"\n"2503","x@missing.example","domain","There is no such domain."\n"2504","y@missing.example","domain","There is no such domain."' WHERE import_id = ${id} AND what = 'fault'`);
	const old = await page('de');
	assert.match(old, /There is an alias</);
	twice(old, 'Diese Domain gibt es nicht.', 2);
	panel.sql(`UPDATE vimb_import SET failed = 2 WHERE id = ${id}`);
	assert.equal((await page('de')).split('Diese Domain gibt es nicht.').length - 1, 2, 'no reason has several rows: they are not said again');

	const columns = await send(panel, '/import', `${many('tongue', 2500).replace('address,hash', 'address,nonsense')}`);
	assert.equal((await over(columns)).message, 'The column "nonsense" is no field of mailboxes. Say which it is, or leave it out.');
	assert.match((await panel.get(`/import/${columns}`, { 'accept-language': 'de' })).text, /Die Spalte „nonsense“ ist kein Feld/);
});

// Sends a file that takes seconds, and looks until it is in the middle of it, which nobody sees in the database.
async function inTheMiddle(path, name) {
	const id = await send(panel, path, many(name, 40000));
	for (;;) {
		const t = await task(id);
		assert.ok(['waiting', 'running'].includes(t.state), `${t.state} before it was seen under way`);
		if (t.done > 0 && t.done < t.total) return [id, t];
		await sleep(10);
	}
}

test('all or nothing: its page moves meanwhile, and to cancel it rolls everything back', async () => {
	for (const [path, name] of [['/import/run', 'midway'], ['/import', 'checked']]) {
		const [id, t] = await inTheMiddle(path, name);
		assert.deepEqual([t.total, boxes(name)], [40000, 0]);
		assert.match((await panel.get(`/import/${id}`)).text, /<progress class="bar" value="[1-9]\d*" max="40000"/);
		const r = await panel.post(`/import/${id}/cancel`);
		assert.equal(r.status, 303, r.text);
		const now = await over(id);
		assert.deepEqual([now.state, now.added, boxes(name), entries(name)], ['cancelled', 0, 0, 0]);
		assert.match((await panel.get(`/import/${id}`)).text, /Cancelled\. Nothing was changed/);
	}
	assert.equal(number("SELECT count(*) FROM vimb_job WHERE kind = 'import' AND state = 'failed'"), 0);
});

test('a check changes nothing and groups what is wrong; then the good rows are taken in from the same file', async () => {
	const file = `${many('second', 2500)}second7@own.example,${hash}\nno address,${hash}\nnone either,${hash}\n<b>x</b>@own.example,${hash}\n`;
	const id = await send(panel, '/import', file);
	let t = await over(id);
	assert.deepEqual([t.state, t.check_only, t.added, t.failed, t.kept], ['checked', true, 2500, 4, false]);
	assert.equal(boxes('second'), 0);
	let page = (await panel.get(`/import/${id}`)).text;
	assert.match(page, /Checked: some rows are bad\. Nothing was changed/);
	assert.match(page, /<td[^>]*>2503<\/td>.*no address/);
	assert.match(page, /An address looks like[^<]*<\/td><td[^>]*>[23]<\/td><td[^>]*>2503<\/td>/, 'one reason, its rows, the first of them');
	assert.ok(!page.includes('<b>x'));
	let r = await panel.post(`/import/${id}/take`, fields2);
	assert.equal(r.headers.get('location'), `/import/${id}`);
	t = await over(id);
	assert.deepEqual([t.state, t.kept], ['failed', false]);
	assert.match((await panel.get(`/import/${id}`)).text, /Nothing was changed, because a row is bad/);
	assert.equal(boxes('second'), 0);
	r = await panel.post(`/import/${id}/take`, { ...fields2, on_error: 'skip' });
	t = await over(id);
	assert.deepEqual([t.state, t.added, t.failed, t.kept], ['done', 2500, 4, true]);
	assert.equal(boxes('second'), 2500);
	assert.equal(entries('second'), 2500);
	const csv = (await panel.get(`/import/${id}/result.csv`)).text;
	assert.equal(csv.match(/","added","/g).length, 2500);
	assert.match(csv, /"2502","second7@own\.example","refused","[a-z_]*","[^"]*exists already/);
});

test('columns that are not clear are told apart on its page, without sending the file again', async () => {
	const id = await send(panel, '/import/run', `Mail;hash;Remark\nthird@own.example;${hash};x\n`);
	let t = await over(id);
	assert.equal(t.state, 'failed');
	assert.match(t.message, /column "mail" is no field of mailboxes/);
	await panel.post(`/import/${id}/check`, { ...fields2, map: 'Mail=address,Remark=' });
	t = await over(id);
	assert.deepEqual([t.state, t.added], ['checked', 1]);
	await panel.post(`/import/${id}/take`, { ...fields2, map: 'Mail=address,Remark=' });
	t = await over(id);
	assert.deepEqual([t.state, t.added], ['done', 1]);
	const bad = await panel.post(`/import/${id}/take`, { ...fields2, mode: 'sometimes' });
	assert.equal(bad.status, 422);
});

// The page's choices, as a browser without a script has them: column, its first values, what may be chosen, what is.
const choices = (page) => [...page.matchAll(/<label for="map-([^"]*)"><bdi>\1<\/bdi><\/label><\/td><td[^>]*><bdi class="long">([^<]*)<\/bdi>.*?<select[^>]* id="map-\1" name="map">(.*?)<\/select>/gs)]
	.map(([, name, first, options]) => ({ name, first, chosen: /value="([^"]*)" selected/.exec(options)?.[1], all: [...options.matchAll(/value="([^"]*)"/g)].map((m) => m[1]) }));

test('its page shows each column with its first values, and which field it is taken for; what is chosen there holds', async () => {
	const id = await send(panel, '/import/run', `Mail;Full Name;hash;Remark\nchosen1@own.example;Anna <b>;${hash};x\nchosen2@own.example;;${hash};\nchosen3@own.example;J\u00fcrgen;${hash};y\n`);
	assert.equal((await over(id)).state, 'failed');
	const found = choices((await panel.get(`/import/${id}`)).text);
	assert.deepEqual(found.map(({ name, first, chosen }) => [name, first.replace(hash, 'h').slice(0, 60), chosen]), [
		['mail', 'chosen1@own.example, chosen2@own.example, chosen3@own.example'.slice(0, 60), 'mail=address'],
		['full_name', 'Anna &lt;b&gt;, J\u00fcrgen', 'full_name=name'],
		['hash', [hash, hash, hash].map((h) => h.slice(0, 40)).join(', ').replace(hash, 'h').slice(0, 60), 'hash=hash'],
		['remark', 'x, y', 'remark=']]);
	assert.deepEqual(found[0].all, ['mail=', ...['address', 'local_part', 'domain', 'name', 'alt_email', 'hash', 'quota', 'access_restriction', 'active'].map((f) => `mail=${f}`)]);
	const form = (path, map) => panel.fetch('POST', `/import/${id}/${path}`, { headers: { 'content-type': 'application/x-www-form-urlencoded', origin: panel.url },
		body: new URLSearchParams([['csrf', panel.csrf], ['mode', 'insert'], ['on_error', 'stop'], ['checkboxes', 'generate'], ['sets', 'map'], ...map.map((m) => ['map', m])]).toString() });
	let r = await form('check', ['mail=address', 'full_name=name', 'hash=hash', 'remark=']);
	assert.equal(r.status, 303, r.text);
	const t = await over(id);
	assert.deepEqual([t.state, t.added, t.map], ['checked', 3, 'mail=address,full_name=name,hash=hash,remark=']);
	assert.deepEqual(choices((await panel.get(`/import/${id}`)).text).map((c) => c.chosen), ['mail=address', 'full_name=name', 'hash=hash', 'remark=']);
	r = await form('take', ['mail=address', 'full_name=name', 'hash=hash', 'remark=']);
	assert.equal(r.status, 303, r.text);
	assert.equal((await over(id)).state, 'done');
	assert.equal(number("SELECT count(*) FROM mailbox WHERE username LIKE 'chosen%' AND (name IS NULL OR name IN ('Anna <b>', 'J\u00fcrgen'))"), 3);

	// where the names are known nothing needs to be chosen; what is no name of a column cannot be
	const known = await send(panel, '/import', many('known', 2500));
	assert.equal((await over(known)).state, 'checked');
	assert.deepEqual(choices((await panel.get(`/import/${known}`)).text).map((c) => c.chosen), ['address=address', 'hash=hash']);
	const odd = await send(panel, '/import', `"a,b";hash\nx@own.example;${hash}\n`);
	assert.equal((await over(odd)).state, 'failed');
	const page = (await panel.get(`/import/${odd}`)).text;
	assert.deepEqual(choices(page), []);
	assert.match(page, /<input[^>]* name="map"/);
	for (const i of [known, odd]) await panel.post(`/import/${i}/remove`);
});

test('passwords that are made: sealed where they lie, handed over once, to that browser', async () => {
	const file = `address\n${Array.from({ length: 25 }, (_, i) => `made${i}@own.example\n`).join('')}`;
	const id = await send(panel, '/import/run', file, { generate: 'true', on_error: 'skip' });
	const t = await over(id);
	assert.deepEqual([t.state, t.added], ['done', 25], t.message);
	const page = (await panel.get(`/import/${id}`)).text;
	assert.match(page, /Download the passwords/);
	const elsewhere = await panel.client().signIn();
	await elsewhere.get('/import');
	assert.equal((await elsewhere.post(`/import/${id}/passwords`)).status, 404, 'another browser of the same administrator');
	const stored = panel.sql(`SELECT data FROM vimb_import_part WHERE import_id = ${id}`);
	const r = await panel.post(`/import/${id}/passwords`);
	assert.equal(r.status, 200, r.text);
	assert.match(r.headers.get('cache-control'), /no-store/);
	const rows = r.text.trim().split('\r\n').map((line) => line.split('","').map((cell) => cell.replace(/^"|"$/g, '')));
	assert.equal(rows.length, 26);
	for (const [, password] of rows.slice(1)) assert.ok(password.length >= 12 && !stored.includes(password));
	const [address, password] = rows[7], owner = panel.client();
	await owner.get('/auth/change-password');
	const changed = await owner.post('/auth/change-password', { username: address, current_password: password, new_password: 'a Long-enough secret 2', confirm_new_password: 'a Long-enough secret 2' });
	assert.ok(changed.status === 303 || changed.status === 200 && !/id="faults"/.test(changed.text), 'the password is the right one');
	assert.equal((await panel.post(`/import/${id}/passwords`)).status, 404, 'once');
	assert.equal(number(`SELECT count(*) FROM vimb_import_part WHERE import_id = ${id} AND what = 'secret'`), 0);
});

test('the rights of the moment count: a domain taken away, an account switched off', async () => {
	const file = many('fourth', 2001);
	let id = await held(async () => {
		const sent = await send(limited, '/import/run', file);
		await must(`/domains/${own.id}/admins/remove`, { admin_id: admin.id });
		return sent;
	});
	let t = await over(id, limited);
	assert.deepEqual([t.state, t.failed, t.kept], ['failed', 2001, false]);
	assert.match((await limited.get(`/import/${id}`)).text, /no such domain/);
	await must(`/domains/${own.id}/admins/assign`, { admin_id: admin.id });
	id = await held(async () => {
		const sent = await send(limited, '/import/run', file);
		await must(`/admins/${admin.id}/disable`, {});
		return sent;
	});
	t = await over(id);
	assert.equal(t.state, 'failed');
	assert.match(t.message, /may not do it any more/);
	assert.equal(boxes('fourth'), 0);
	await must(`/admins/${admin.id}/enable`, {});
	limited = await panel.client().signIn('limited@example.org', secret);
	assert.equal((await limited.upload('/import/run', { ...fields, kind: 'domains' }, `domain\n${Array.from({ length: 2001 }, (_, i) => `d${i}.example\n`).join('')}`)).status, 403);
});

test('what one sent is nothing to another; a super sees it, but no passwords', async () => {
	const mine = await send(panel, '/import', many('fifth', 2001)), theirs = await send(limited, '/import', many('fifth', 2001));
	await over(mine);
	await over(theirs, limited);
	for (const path of ['', '/result.csv']) assert.equal((await limited.get(`/import/${mine}${path}`)).status, 404);
	for (const path of ['check', 'take', 'cancel', 'remove', 'passwords']) assert.equal((await limited.post(`/import/${mine}/${path}`)).status, 404, path);
	assert.equal((await panel.get(`/import/${theirs}`)).status, 200);
	assert.equal((await panel.post(`/import/${theirs}/take`, fields2)).status, 403, 'it would be done with the rights of who sent it');
	assert.equal((await panel.post(`/import/${theirs}/passwords`)).status, 404);
	assert.doesNotMatch((await limited.get('/import')).text, new RegExp(`href="/import/${mine}"`));
});

test('an API token, which may be narrower than its owner, leaves nothing to the keeper and sees nothing of it', async () => {
	const token = panel.cli(['token', 'add', 'narrow', '--scope', '*', '--domains', 'other.example', '--json']).match(/"token":"(vimb_[0-9a-f]+)"/)[1];
	const ask = (method, target, body) => panel.client().fetch(method, target, { body: body && JSON.stringify(body), headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) } });
	const r = await ask('POST', '/api/import/run', { kind: 'mailboxes', text: many('token', 2001) });
	assert.equal(r.status, 403, r.text);
	assert.match(r.text, /Send fewer at a time/);
	assert.equal((await ask('GET', `/api/import/${number('SELECT max(id) FROM vimb_import')}`)).status, 403);
	assert.equal(boxes('token'), 0);
});

test('cancelled before its turn: nothing is taken in; the page looks again by itself while it waits', async () => {
	const id = await held(async () => {
		const sent = await send(panel, '/import/run', many('sixth', 2001));
		const page = (await panel.get(`/import/${sent}`)).text;
		assert.match(page, /<noscript><meta http-equiv="refresh" content="\d+"><\/noscript>/);
		assert.match(page, new RegExp(`hx-get="/import/${sent}" hx-trigger="every`));
		assert.equal((await panel.post(`/import/${sent}/check`, fields2)).status, 409);
		assert.equal((await panel.post(`/import/${sent}/cancel`)).status, 303);
		return sent;
	});
	// the next one has its turn after it
	await over(await send(panel, '/import', many('sixth', 2001)));
	assert.equal((await task(id)).state, 'cancelled');
	assert.equal(boxes('sixth'), 0);
});

for (const [how, on_error] of [['batch by batch', 'skip'], ['all or nothing', 'stop']])
	test(`the keeper dies in the middle, ${how}: another one goes on, and nothing is there twice`, async () => {
		const name = `killed${on_error}`, n = engine === 'sqlite' ? 8000 : 3000, id = await send(panel, '/import/run', many(name, n), { on_error });
		for (let t = await task(id); t.state === 'waiting' || (on_error === 'skip' && t.done === 0); t = await task(id)) await sleep(5);
		process.kill(keeper(), 'SIGKILL');
		const between = await task(id);
		assert.equal(between.state, 'running', 'it was not over before');
		const t = await over(id);
		assert.deepEqual([t.state, t.done, t.added, t.failed], ['done', n, n, 0]);
		assert.equal(boxes(name), n);
		assert.equal(entries(name), n);
		const csv = (await panel.get(`/import/${id}/result.csv`)).text;
		assert.equal(new Set(csv.split('\r\n')).size, n + 2, 'a line for each row, the head, the end');
	});

test('only so many files of one administrator lie there', async () => {
	const r = await held(async () => {
		for (let i = 0; ; i++) {
			const sent = await panel.upload('/import', fields, many('never', 2001));
			if (sent.status !== 303 || i > 25) return sent;
		}
	});
	assert.equal(r.status, 422);
	assert.match(r.text, /Please remove one/);
	assert.equal(number("SELECT count(*) FROM vimb_import i JOIN admin a ON a.id = i.admin_id WHERE a.username = 'root@example.org'"), 20);
});
