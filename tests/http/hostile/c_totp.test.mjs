// SPDX-License-Identifier: GPL-3.0-or-later
// The second factor, where second.test.mjs does not go: codes that are nearly codes, secrets that were exchanged or damaged in the database, a name of the panel that is markup.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { code, restOfStep, step } from '../lib/totp.mjs';
import { look, same, secret, stage } from './lib/cases.mjs';
import { read } from './lib/html.mjs';

const site = `A"><script>&#x27;é`;
const w = stage({ settings: { 'identity.sitename': site, 'web.threads': 32, 'hash.tickets': 8 } }); // eight sign in at the same instant
const secretOf = (r) => /<code class="password"[^>]*>([A-Z2-7 ]+)</.exec(r.text)[1].replaceAll(' ', '');
const codesOf = (r) => [...r.text.matchAll(/<li><code>([2-9A-Z]{4}(?:-[2-9A-Z]{4}){5})<\/code>/g)].map((m) => m[1]);
let made = 0;

async function enrolled() {
	const username = `second${++made}@example.org`;
	w.panel.cli(['admin', 'add', username, '--password-stdin'], { input: `${secret}\n` });
	const c = await w.panel.client().signIn(username, secret);
	await c.get('/admin/two-factor/setup');
	await c.post('/admin/two-factor/setup', { password: secret });
	const page = await c.get('/admin/two-factor/confirm');
	const key = secretOf(page), used = step();
	const done = await c.post('/admin/two-factor/confirm', { code: code(key, used) });
	assert.equal(done.status, 200, done.text);
	return { username, key, used, page, codes: codesOf(done) };
}

// A sign-in that waits for its code.
async function parked(a) {
	const c = w.panel.client();
	await c.get('/auth/login');
	assert.equal((await c.post('/auth/login', { username: a.username, password: secret })).headers.get('location'), '/auth/totp');
	await c.get('/auth/totp');
	return c;
}
const isIn = async (c) => (await c.get('/domains')).status === 200;

test('C10 the picture and its page hold a name that is markup as text, and are kept nowhere', async () => {
	const { page, key } = await enrolled();
	assert.equal(page.headers.get('cache-control'), 'no-store');
	assert.doesNotMatch(page.text, /<script>&#x27;|"><script/);
	const { tags } = read(page.text, 'confirm');
	assert.ok(tags.some((t) => t.name === 'svg' || (t.name === 'img' && /^\//.test(t.attributes.src))), 'a picture');
	const link = /otpauth:\/\/[^"<\s]+/.exec(page.text)?.[0];
	if (link) assert.doesNotMatch(link, /[<>" ]/);
	assert.ok(!w.panel.log().includes(key));
	assert.ok(!w.panel.dump().includes(key), 'nor as text in the database');
});

test('F5 a picture has no title, no text and no link in it', async () => {
	const { page } = await enrolled();
	const svg = /<svg[^>]*class="qr"[\s\S]*?<\/svg>|<svg[\s\S]*?<\/svg>/g;
	for (const [picture] of page.text.matchAll(svg)) assert.doesNotMatch(picture, /<(title|text|a|script|foreignObject|image|style)\b|href="(?!\/s\/|#)/);
});

test('C4 only six ASCII digits are a code', async () => {
	const a = await enrolled();
	await restOfStep(8);
	const right = code(a.key, a.used + 1);
	const other = [...right].map((d) => String.fromCodePoint(0xff10 + Number(d))).join('');
	const arabic = [...right].map((d) => String.fromCodePoint(0x0660 + Number(d))).join('');
	const tries = [other, arabic, `${right}0`, `0${right}`, right.slice(1), right.slice(0, 5), `+${right}`, `${right}.0`, `0x${right}`, `${Number(right)}e0`, right.split('').join('\u200b'), `${right},${right}`, `${right}' OR 1=1`, '', ' ', '000000\u0000', '-1', '999999999999999999999'];
	for (let at = 0; at < tries.length; at += 4) {
		const c = await parked(a);
		for (const text of tries.slice(at, at + 4)) {
			const r = await c.post('/auth/totp', { code: text });
			assert.ok([400, 422].includes(r.status), `${JSON.stringify(text)}: ${r.status}`);
		}
		assert.equal(await isIn(c), false);
	}
	const c = await parked(a);
	assert.equal((await c.post('/auth/totp', { code: `${right.slice(0, 3)} ${right.slice(3)}` })).status, 303, 'as programs show it');
	assert.equal(await isIn(c), true);
});

test('C7 a backup code is good for once, also for eight at the same instant; how many are left is told', async () => {
	const a = await enrolled();
	const clients = await Promise.all(Array.from({ length: 8 }, () => parked(a)));
	const given = `${a.codes[0].slice(0, 5)}-${a.codes[0].slice(5)}`.toLowerCase();
	const answers = await Promise.all(clients.map((c) => c.post('/auth/totp', { code: given })));
	assert.equal(answers.filter((r) => r.status === 303).length, 1, `${answers.map((r) => r.status)}`);
	const inside = clients[answers.findIndex((r) => r.status === 303)];
	await inside.get('/domains');
	assert.equal((await inside.api('GET', '/admin/two-factor')).json.backup_codes, 7);
	for (const text of [a.codes[0], a.codes[1].slice(0, 9), `${a.codes[1]}A`, a.codes[1].replace(/./, '0'), '*'.repeat(10)]) assert.equal((await (await parked(a)).post('/auth/totp', { code: text })).status, 422, text);
});

test('C8 a secret that was changed, cut, emptied or taken from somebody else lets nobody in', async () => {
	const a = await enrolled(), b = await enrolled();
	const stored = (who) => w.panel.sql(`SELECT p.value FROM admin_pref p JOIN admin a ON a.id = p.Admin_id WHERE a.username = '${who.username}' AND p.attribute = 'auth.totp.secret'`).trim();
	const put = (value) => w.panel.sql(`UPDATE admin_pref SET value = '${value}' WHERE attribute = 'auth.totp.secret' AND Admin_id = (SELECT id FROM admin WHERE username = '${a.username}')`);
	const mine = stored(a), theirs = stored(b);
	assert.match(mine, /^v2:/);
	const flipped = mine.slice(0, -2) + (mine.endsWith('AA') ? 'BB' : 'AA');
	for (const value of [theirs, flipped, mine.slice(0, 40), '', 'v2:', 'v9:0:x', mine.replace('v2', 'v1'), mine.replace(/^v2:[0-9a-f]+/, 'v2:00000000'), `${mine}A`, a.key]) {
		put(value);
		const c = w.panel.client();
		await c.get('/auth/login');
		const r = await c.post('/auth/login', { username: a.username, password: secret });
		// with an empty one there may be nothing to ask for; then somebody who knows the password sets up a new one or is in as without
		if (r.headers.get('location') === '/auth/totp') {
			await c.get('/auth/totp');
			for (const key of [a.key, b.key]) assert.equal((await c.post('/auth/totp', { code: code(key, step() + 1) })).status, 422, value);
			assert.equal(await isIn(c), false, value);
		} else {
			assert.equal(value, '', `${value}: ${r.status} ${r.headers.get('location')}`);
		}
	}
	put(mine);
	assert.match(w.panel.cli(['log', 'list', '--limit', '50', '--json']), /cannot be read/);
	w.seen = look(w);
	same(w);
});
