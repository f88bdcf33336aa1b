// SPDX-License-Identifier: GPL-3.0-or-later
// Hostile text on its way out: the same texts in every field that keeps text, and in the same columns as other programs may have left them; then every page, JSON
// answer and file that could show them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { root } from '../lib/panel.mjs';
import { check, form, get, json, raw, run, secret, stage } from './lib/cases.mjs';
import { read } from './lib/html.mjs';

const w = stage({ prepare });

// Each begins with a mark, so that what is shown can be found.
const texts = {
	script: 'm4rk1<script>alert(1)</script><img src=x onerror=alert(1)><svg/onload=alert(1)>',
	quotes: 'm4rk2" onfocus="alert(1)" autofocus x="',
	single: "m4rk3' onfocus='alert(1)' x='",
	bare: 'm4rk4 onfocus=alert(1) x=`',
	island: 'm4rk5</script></textarea></title></option></bdi></select><!-- ]]> -->',
	template: 'm4rk6{{7*7}} ${7*7} {% if 1 %} %s%n%x %1$s &lt;b&gt; &#x3c;b>',
	link: 'm4rk7javascript:alert(1) data:text/html,<b>x',
	bidi: 'm4rk8\u202eexe.fdp\u202c\u2066x\u2069\u200b\u200d',
	marks: `m4rk9${'\u0301'.repeat(100)}`,
	wide: `m4rka${'W'.repeat(240)}`,
	utf7: 'm4rkb+ADw-script+AD4-alert(1)+ADw-/script+AD4-',
	formula: "m4rkc=cmd|' /C calc'!A1",
};
const ids = {};

async function must(target, fields) {
	const r = await w.panel.api('POST', target, fields);
	assert.ok(r.status < 300, `${target}: ${r.text}`);
	return r.json.id;
}

// What the panel itself would refuse, but finds in tables that others write, too.
function leave(name, text) {
	const { panel } = w;
	const sql = (t) => panel.text(Buffer.from(t).toString('hex'));
	const cut = (n) => sql([...text].slice(0, n).join(''));
	panel.sql(`UPDATE domain SET transport = ${sql(text)} WHERE domain = '${name}.example';
		UPDATE mailbox SET alt_email = ${sql(text)} WHERE username = 'box@${name}.example';
		INSERT INTO alias (address, goto, active, created, Domain_id) SELECT ${cut(200)}, ${sql(`${text},x@y.example`)}, 1, '2020-01-01 00:00:00', id FROM domain WHERE domain = '${name}.example';
		INSERT INTO admin (username, password, super, active, created) VALUES (${cut(200)}, 'x', 0, 1, '2020-01-01 00:00:00');
		INSERT INTO log (action, data, timestamp) VALUES (${cut(40)}, ${sql(text)}, '2020-01-01 00:00:00');`);
}

async function prepare() {
	for (const [name, text] of Object.entries(texts)) {
		ids[name] = { domains: await must('/domains/add', { domain: `${name}.example`, description: text }), mailboxes: await must('/mailboxes/add', { address: `box@${name}.example`, password: secret, name: text }),
			aliases: await must('/aliases/add', { address: `o'neil_=~^+x@${name}.example`, goto: `box@${name}.example,it's@elsewhere.example` }) };
		leave(name, text);
		const c = w.panel.client();
		await c.get('/auth/login');
		// Node sends a character of a header as one byte
		await c.post('/auth/login', root, { 'user-agent': Buffer.from(text).toString('latin1'), 'x-forwarded-for': Buffer.from(text.slice(0, 20)).toString('latin1') });
	}
}

const shown = new Map(); // mark: where it was seen
const free = new Set(); // where it could turn the text around it
function walk(html, where) {
	const page = read(html, where);
	for (const { text, inside } of page.texts) {
		const mark = /m4rk./.exec(text)?.[0];
		if (!mark) continue;
		shown.set(mark, [...shown.get(mark) ?? [], where]);
		if (!['bdi', 'option', 'textarea', 'title'].some((e) => inside.includes(e))) free.add(`${where.replace(/\d+/, 'N')}: ${text.trim().slice(0, 12)} in ${inside.slice(-3)}`);
	}
	for (const { attributes: a } of page.tags) {
		assert.doesNotMatch(`${a.id} ${a.class} ${a.for}`, /m4rk/, `F10 ${where}`);
		if (a.id !== undefined) assert.match(a.id, /^[a-z][\w-]*$/, `F10 ${where}`);
		if (a.name !== undefined) assert.match(a.name, /^[a-z][\w-]*$/, `F10 ${where}`);
	}
	return page;
}

test('F1 F9 F10 F13 every page that shows what people typed or other programs left', async () => {
	const pages = ['/', '/domains?limit=500', '/mailboxes?limit=500', '/aliases?limit=500', '/aliases?self=true&limit=500', '/admins?limit=500', '/log?limit=500', '/limits', '/account/sessions', '/admins/1/sessions', '/search?q=m4rk', '/admins/1/domains'];
	for (const name of Object.keys(texts)) {
		const of = ids[name];
		pages.push(`/domains/${of.domains}`, `/domains/${of.domains}/edit`, `/domains/${of.domains}/delete`, `/domains/${of.domains}/admins`, `/mailboxes/${of.mailboxes}`, `/mailboxes/${of.mailboxes}/edit`,
			`/mailboxes/${of.mailboxes}/delete`, `/mailboxes/${of.mailboxes}/aliases`, `/mailboxes/${of.mailboxes}/password`, `/aliases/${of.aliases}/edit`, `/aliases/${of.aliases}/delete`);
		for (const list of ['domains', 'mailboxes', 'aliases', 'admins', 'log']) pages.push(`/${list}?q=${encodeURIComponent(texts[name].slice(0, 60))}`);
	}
	for (const { id } of (await w.panel.api('GET', '/log?limit=200')).json.rows) pages.push(`/log/${id}`);
	for (const { id } of (await w.panel.api('GET', '/aliases?q=m4rk')).json.rows) pages.push(`/aliases/${id}/edit`, `/aliases/${id}/delete`);
	for (const { id } of (await w.panel.api('GET', '/admins?q=m4rk')).json.rows) pages.push(`/admins/${id}/edit`, `/admins/${id}/delete`, `/admins/${id}/two-factor`);
	for (const target of pages) {
		const r = await w.panel.get(target);
		assert.ok([200, 303].includes(r.status), `${target}: ${r.status}`);
		if (r.status === 200) walk(r.text, target);
	}
	assert.deepEqual([...free], [], 'F9: not within <bdi>');
	for (const text of Object.values(texts)) assert.ok((shown.get(text.slice(0, 5)) ?? []).length >= 8, `${text.slice(0, 5)} was seen at ${shown.get(text.slice(0, 5))}`);
});

test('F2 in boxes, lists of choices and texts of several lines a value is what it was, to the letter', async () => {
	for (const [name, text] of Object.entries(texts)) {
		const edit = walk((await w.panel.get(`/domains/${ids[name].domains}/edit`)).text, name);
		const box = (field) => edit.tags.find((t) => t.attributes.name === field).attributes.value;
		assert.equal(box('description'), text, name);
		assert.equal(box('transport'), text, name);
		const { rows } = (await w.panel.api('GET', `/aliases?q=${encodeURIComponent(text.slice(0, 60))}`)).json;
		const alias = rows.find((row) => row.goto.includes('m4rk'));
		const area = walk((await w.panel.get(`/aliases/${alias.id}/edit`)).text, name).texts.find((t) => t.inside.includes('textarea'));
		assert.equal(area.text.trim().split('\n').join(','), `${text},x@y.example`, name);
	}
	const options = walk((await w.panel.get(`/domains/${ids.script.domains}/admins`)).text, 'admins').texts.filter((t) => t.inside.includes('option')).map((t) => t.text);
	for (const text of Object.values(texts)) assert.ok(options.includes([...text].slice(0, 200).join('')), text);
});

test('F3 JSON keeps every text and holds nothing that HTML could be taken out of', async () => {
	for (const target of ['/api/domains?limit=500', '/api/mailboxes?limit=500', '/api/aliases?limit=500', '/api/admins?limit=500', '/api/log?limit=500', '/api/account/sessions', '/api/search?q=m4rk']) {
		const r = await w.panel.get(target);
		assert.equal(r.status, 200, target);
		assert.equal(r.headers.get('content-type'), 'application/json', target);
		assert.doesNotMatch(r.text, /</, target);
		JSON.parse(r.text);
	}
	const { rows } = JSON.parse((await w.panel.get('/api/domains?limit=500')).text);
	for (const [name, text] of Object.entries(texts)) assert.equal(rows.find((row) => row.domain === `${name}.example`).description, text);
});

test('F6 no style comes from data: none in a page, and the sheets are the same for all', async () => {
	for (const target of ['/domains', '/log', '/account/sessions']) {
		const { tags } = walk((await w.panel.get(target)).text, target);
		for (const { name, attributes: a } of tags) {
			assert.notEqual(name, 'style');
			if (name === 'link' && a.rel === 'stylesheet') assert.match(a.href, /^\/(s|look)\//);
		}
	}
});

test('F8 every answer names its character set, and what is no UTF-8 in the database is shown as a sign for that', async () => {
	for (const target of ['/domains', '/nowhere', '/log']) assert.equal((await w.panel.get(target)).headers.get('content-type'), 'text/html; charset=utf-8', target);
	assert.match((await w.panel.get('/domains/export.csv')).headers.get('content-type'), /charset=utf-8/);
	assert.equal((await w.panel.get('/robots.txt')).headers.get('content-type'), 'text/plain; charset=utf-8');
});

const mark = '%3Cb%3Em4rk%22%27';
run(w, [
	// what was asked for is not shown by pages that say no
	['F7', 'a path that is not there', get(`/${mark}`), { status: 404, not: /m4rk/ }],
	['F7', 'a path below one that is there', get(`/domains/${mark}`), { status: 404, not: /m4rk/ }],
	['F7', 'a path that is not there, as JSON', get(`/api/${mark}`), { status: 404, not: /m4rk/ }],
	['F7', 'a name in the query that is none', get(`/mailboxes?${mark}=1`), { status: 400, not: /m4rk/ }],
	['F7', 'a sentence as a name in the query', get('/mailboxes?Your+panel+was+m4rked;+call+0800'), { status: 400, not: /m4rk/ }],
	['F7', 'a sentence as a name, properly written', get('/mailboxes?Your+panel+was+m4rked.+Call+0800+now=1'), { status: 400, not: /m4rk|0800/ }],
	['F7', 'a name in a form that is none', form('/domains/add', { 'm4rk <b>x': '1' }), { status: 400, not: /m4rk/ }],
	['F7', 'a name in JSON that is none', json('/domains/add', { 'm4rk <b>x': '1' }), { status: 400, not: /m4rk/ }],
	['F7', 'a name that is cut inside a letter', form('/domains/add', { [`x${'é'.repeat(60)}`]: '1' }), 400],
	['F7', 'a name that is cut inside a letter, in the query', get(`/mailboxes?x${'%C3%A9'.repeat(60)}=1`), 400],
	['F7', 'a long name that is none is still told', form('/domains/add', { colour: 'red' }), { status: 400, text: /colour/ }],
	['F7', 'a value in the query that cannot be', get(`/mailboxes?sort=${mark}`), { status: 400, not: /m4rk/ }],
	['F7', 'a cursor that is none', get(`/mailboxes?after=${mark}`), { status: 400, not: /m4rk/ }],
	['F7', 'a host that is not ours', raw('GET', '/domains', undefined, { host: 'm4rk.example' }), { status: 421, not: /m4rk/ }],
	['F7', 'a target of an alias that is cut inside a letter', form('/aliases/add', { local_part: 'x', domain: 'own.example', goto: `x${'é'.repeat(90)}` }), 422],
	['F8', 'UTF-8 that is none, in a form', form('/domains/add', 'domain=a.example&description=%ff%fe'), 400],
	['F8', 'UTF-8 in more bytes than it takes', form('/domains/add', 'domain=a.example&description=%c0%bcscript%c0%be'), 400],
	['F8', 'half a pair of surrogates as UTF-8', form('/domains/add', 'domain=a.example&description=%ed%a0%bd'), 400],
	['F8', 'beyond Unicode', form('/domains/add', 'domain=a.example&description=%f4%90%80%80'), 400],
	['F8', 'a form in UTF-7', raw('POST', '/domains/add', 'domain=a.example', { 'content-type': 'application/x-www-form-urlencoded; charset=utf-7' }), 415],
	...['x', 'de;q=x', ';;;', '*', 'de-'.repeat(300), Array.from({ length: 500 }, (_, i) => `x${i}`).join(','), 'de;q=99999999999999999999', 'xx;q=-1', '../../etc', '%s%n', 'en;q=0'].map((text) =>
		['F8', `a language ${text.slice(0, 20)} that browsers do not have`, get('/auth/login', { who: 'stranger', headers: { 'accept-language': text } }), { status: 200, text: /<html lang="(en|de)"/ }]),
	...['xx', 'DE', 'de-AT', '../de', 'd\u0435', '%s', 'x'.repeat(300), ''].map((language) => ['F8', `a language ${language.slice(0, 10)} that is chosen`, json('/language', { language }, { who: 'stranger' }), { status: [200, 400, 422], headers: { 'set-cookie': /^(?!.*(xx|\.\.|%s|xxx)).*$/ } }]),
	['F9', 'a direction in an address', form('/mailboxes/add', { address: 'a\u202eb@own.example', password: secret }), 422],
	['F9', 'a direction in a domain', form('/domains/add', { domain: 'a\u202eb.example' }), 422],
	['F9', '5000 marks on one letter', form('/domains/add', { domain: 'a.example', description: `a${'\u0301'.repeat(5000)}` }), 422],
	['F11', 'no place to report to, so none to flood', form('/csp-report', {}), 404],
	['F11', 'no script in the page at all, so no number that could be guessed', get('/domains'), { status: 200, headers: { 'content-security-policy': /script-src 'self';(?!.*nonce)(?!.*report)/, 'reporting-endpoints': null }, not: /<script(?![^>]* src=)|nonce=/ }],
	['F12', 'a message out of the query', get('/domains?message=m4rk'), { status: 400, not: /m4rk<|m4rk\s/ }],
	['F12', 'a message out of a cookie', get('/domains', { headers: { cookie: 'VIMBADMIN3_flash=1m4rk' } }), { status: 302, not: /m4rk/ }],
]);

test('F4 what looks like a link is none', async () => {
	for (const target of ['/domains', '/mailboxes', '/aliases', '/log', '/search?q=m4rk7', `/mailboxes/${ids.link.mailboxes}`, `/domains/${ids.link.domains}`]) {
		const { tags } = walk((await w.panel.get(target)).text, target);
		for (const { name, attributes: a } of tags) assert.doesNotMatch(`${a.href ?? ''} ${a.src ?? ''} ${a.action ?? ''}`, /^\s*(javascript|data|vbscript):/i, `${target} <${name}>`);
	}
	await check(w, get('/domains'), 200);
});
