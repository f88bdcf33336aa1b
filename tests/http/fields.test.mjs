// SPDX-License-Identifier: GPL-3.0-or-later
// Every field of every route against what no field wants: as a form, as JSON, in the query, and each column of an imported file. The lists come out of the
// field tables (lib/fields.mjs) and out of the forms themselves, so what is added later is tried as well. Refused beside the field or taken and shown as text:
// never a fault of the program, never markup that runs, in no page, file, mail or line of the log.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel } from './lib/panel.mjs';
import { fields, tables } from './lib/fields.mjs';
import { routes } from './lib/routes.mjs';
import { startSink } from './lib/smtp.mjs';
import { read } from './hostile/lib/html.mjs';

const secret = 'a long enough secret 1';
const hash = '{SHA512-CRYPT}$6$saltsaltsaltsalt$9bJzQy1kZ1Qe0tJX8d0mYc6q5a3bV2'; // ready: making one takes its time
const bytes = (...list) => Buffer.from(list);
// what: [value, how it ends: 'never' taken; 'often' nothing to say beyond that it is not a fault]
const values = {
	'over-long': 'x'.repeat(5000),
	'over-long, in letters of four bytes': '\u{1f600}'.repeat(1200),
	'a NUL': 'a\0b',
	'a control character': 'a\x01b',
	'an escape of terminals': '\x1b[31mred\x1b]0;x\x07',
	'a line break and a header': 'x\r\nBcc: z@evil.example',
	'a line separator': 'a\u2028b\u0085c',
	'turned letters': '\u202eexe.fdp',
	'an isolate that is not closed': 'x\u2066y',
	markup: 'm4rk<script>alert(1)</script><img src=x onerror=alert(1)>',
	'a quote and an attribute': 'm4rk" onfocus="alert(1)" autofocus x="',
	'an end of what it may stand in': "m4rk'</textarea></title></script></option><svg/onload=alert(1)>",
	'a link that runs': 'javascript:alert(1)',
	'a formula': '=1+cmd|\' /C calc\'!A1',
	'a format': '%s%n%99999d{{7*7}}${7*7}',
	'a quote of SQL': "x' OR '1'='1' --",
	'a way up': '../../../../etc/passwd',
	'wrong UTF-8': bytes(0x61, 0xff, 0xfe),
	'an over-long form of UTF-8': bytes(0xc0, 0xaf),
	'half a pair': bytes(0xed, 0xa0, 0x80),
	'a huge number': '99999999999999999999',
	'the largest number and one': '9223372036854775808',
	'a negative number': '-1',
	'a negative size': '-5G',
	'a size that overflows': '9999999999999 GB',
	'a unit that is none': '5 quarts',
	'no number': 'NaN',
	'digits of elsewhere': '\uff11\uff12',
	'nothing but spaces': '   ',
};
const never = new Set(['a NUL', 'wrong UTF-8', 'an over-long form of UTF-8', 'half a pair']);
// which of them a page could show in a way that does something; reading a page as strictly as that takes longer than making it
const shows = new Set(['markup', 'a quote and an attribute', 'an end of what it may stand in', 'turned letters', 'over-long']);
const typed = { null: null, list: [1, 'x'], object: { a: 1 }, nested: [[[]]], fraction: 1.5, huge: 1e300, true: true, 'a string in a list': ['<b>'] };

let panel, none, sink, ids, tried = 0;
const must = async (target, sent) => {
	const r = await panel.api('POST', target, sent);
	assert.ok(r.status < 300, `${target}: ${r.text}`);
	return r.json;
};

before(async () => {
	sink = await startSink();
	panel = await startPanel({ settings: { 'bruteforce.enabled': 'no', 'defaults.mailbox.hash_cost': 4, 'resources.mail.transport.host': '127.0.0.1', 'resources.mail.transport.port': sink.port, 'resources.mail.transport.ssl': 'none', 'identity.mailer.email': 'panel@example.com',
		'vimbadmin_plugins.AccessPermissions.type': 'SMTP=Sending mail, IMAP', 'vimbadmin_plugins.AdditionalInfo.enabled': 'yes', 'vimbadmin_plugins.DirectoryEntry.enabled': 'yes',
		'vimbadmin_plugins.AdditionalInfo.elements': 'nick=Nick name, ext_no=Extension|digits|min:4|max:4, grade|choice:A/B' } });
	panel.cli(['token', 'add', 'first']);
	await panel.signIn();
	none = panel.client();
	await none.get('/auth/login');
	const domain = await must('/domains/add', { domain: 'own.example', active: true });
	const mailbox = await must('/mailboxes/add', { address: 'box@own.example', password: secret });
	const alias = await must('/aliases/add', { address: 'info@own.example', goto: 'box@own.example' });
	const admin = await must('/admins/add', { username: 'limited@example.org', password: secret, active: true });
	ids = { domains: domain.id, mailboxes: mailbox.id, aliases: alias.id, admins: admin.id, log: (await panel.api('GET', '/log?action=ALIAS_ADD')).json.rows[0].id, import: 1 };
});
after(async () => {
	await panel?.stop();
	await sink?.stop();
});

let made = 0;
// what makes the route come as far as looking at the field
const base = (route, name) => ({ DOMAIN_ADD: { domain: `n${++made}.example` }, MAILBOX_ADD: { local_part: `n${++made}`, domain: 'own.example', ...(/^(password|hash|generate)$/.test(name) ? { password: secret } : { hash }) }, ALIAS_ADD: { local_part: `a${++made}`, domain: 'own.example', goto: 'x@own.example' },
	ADMIN_ADD: { username: `n${++made}@example.org`, password: secret }, DOMAINS_BULK: { verb: 'disable', ids: '999' }, MAILBOXES_BULK: { verb: 'disable', ids: '999' }, ALIASES_BULK: { verb: 'disable', ids: '999' },
	TOKEN_ADD: { name: `t${++made}` }, ALIAS_EDIT: { goto: 'x@own.example' }, MAILBOX_SETTINGS_MAIL: { type: 'other', email: 'x@elsewhere.example' }, IMPORT: { kind: 'mailboxes', text: 'address\nx@own.example\n' }, IMPORT_RUN: { kind: 'mailboxes', text: 'address\nx@own.example\n' },
	LOGIN: { username: 'nobody@example.org', password: 'wrong' }, OWNER_PASSWORD: { username: 'nobody@own.example', current_password: 'x', new_password: secret, confirm_new_password: secret },
	ACCOUNT_PASSWORD: { current_password: 'wrong', password: secret }, RESET: { username: 'nobody@example.org', token: 'x', password: secret }, INVITATION: { username: 'nobody@example.org', token: 'x', password: secret } }[route.id] ?? {});
const at = (route) => route.path.replace('{id}', ids[route.path.split('/')[1]] ?? 1);
const who = (route) => (route.who === 'ANYONE' ? none : panel);

// as a browser's form sends it, bytes as they are
const encode = (value) => (Buffer.isBuffer(value) ? [...value].map((b) => `%${b.toString(16).padStart(2, '0')}`).join('') : encodeURIComponent(value));
const form = (c, sent) => Object.entries({ csrf: c.csrf, ...sent }).map(([name, value]) => `${name}=${encode(value)}`).join('&');
// JSON with raw bytes where there are such
function json(sent) {
	const parts = Object.entries(sent).flatMap(([name, value], i) => [`${i ? ',' : ''}${JSON.stringify(name)}:`, ...(Buffer.isBuffer(value) ? ['"', value, '"'] : [JSON.stringify(value)])]);
	return Buffer.concat(['{', ...parts, '}'].map((p) => Buffer.from(p)));
}

function judge(r, name, what, value) {
	tried++;
	assert.ok(r.status >= 200 && r.status < 500, `${what}: ${r.status} ${r.text.slice(0, 300)}`);
	assert.notEqual(r.status, 428, `${what}: asks for a proof, so nothing was tried`);
	const type = r.headers.get('content-type') ?? '';
	if (/html/.test(type) && shows.has(value)) read(r.text, what);
	for (const header of ['location', 'content-disposition', 'set-cookie']) assert.doesNotMatch(r.headers.get(header) ?? '', /[\r\n<>]|evil\.example(?!%)/, `${what}: ${header}`);
	if (never.has(value)) assert.ok(r.status >= 300, `${what}: taken`);
	if (/json/.test(type)) {
		const said = JSON.parse(r.text);
		if (r.status === 422) {
			assert.ok(said.errors.length > 0 && said.errors.every((e) => e.text), `${what}: ${r.text}`);
			if (name !== 'text' && (never.has(value) || value === 'over-long')) assert.ok(said.errors.some((e) => e.field === name), `${what}: not beside its field: ${r.text}`);
		}
	} else if (r.status === 422 && new RegExp(`name="${name}"`).test(r.text)) {
		assert.match(r.text, /id="faults"|id="warnings"|class="alert alert-danger"/, what);
	}
}

const posts = routes.filter((r) => r.post && (fields[r.id]?.body.length ?? 0) > 0);

test('the lists are read: what is known to be there is', () => {
	assert.ok(posts.length > 40 && Object.keys(tables).length > 20);
	assert.ok(fields.MAILBOX_ADD.body.includes('quota') && fields.ALIAS_EDIT.body.includes('goto') && fields.DOMAINS.query.includes('q') && !fields.ALIAS_EDIT.body.includes('address'));
});

test('forms: every field, and those that only a configuration adds', async () => {
	await panel.signIn(); // what was proved a while ago counts no more
	for (const route of posts) {
		const page = route.get ? (await who(route).get(at(route))).text : '';
		const shown = [...page.slice(page.indexOf('id="form"')).matchAll(/<(?:input|select|textarea)[^>]* name="([^"]+)"/g)].map(([, name]) => name);
		const names = new Set([...fields[route.id].body, ...(page.includes('id="form"') ? shown : []), ...(/^(DOMAIN_EDIT|ALIASES_BULK)$/.test(route.id) ? ['request', 'sets', 'checkboxes'] : [])]);
		names.delete('csrf');
		if (route.id === 'MAILBOX_EDIT') assert.ok(names.has('info_nick') && names.has('directory_sn'), [...names].join());
		for (const name of names) {
			for (const [value, sent] of Object.entries(values)) {
				const c = who(route);
				const r = await c.fetch('POST', at(route), { body: form(c, { ...base(route, name), [name]: sent }), headers: { 'content-type': 'application/x-www-form-urlencoded', origin: c.url } });
				judge(r, name, `${route.id} ${name}: ${value}`, value);
			}
		}
	}
});

test('JSON: every field, in every type', async () => {
	await panel.signIn();
	for (const route of posts.filter((r) => r.json)) {
		for (const name of [...fields[route.id].body, ...(/^MAILBOX_(ADD|EDIT)$/.test(route.id) ? ['info_nick', 'info_ext_no', 'directory_sn'] : [])]) {
			for (const [value, sent] of [...Object.entries(values), ...Object.entries(typed)]) {
				const c = who(route);
				const r = await c.fetch('POST', `/api${at(route)}`, { body: json({ ...base(route, name), [name]: sent }),
					headers: { accept: 'application/json', 'content-type': 'application/json', origin: c.url, 'x-csrf-token': c.csrf } });
				judge(r, name, `JSON ${route.id} ${name}: ${value}`, value);
			}
		}
	}
});

test('the query of every page', async () => {
	for (const route of routes.filter((r) => r.get && fields[r.id]?.query.length))
		for (const name of fields[route.id].query)
			for (const [value, sent] of Object.entries(values))
				judge(await who(route).get(`${at(route)}?${name}=${encode(sent)}`), name, `${route.id}?${name}: ${value}`, value);
});

test('every column of a file', async () => {
	const rows = { domains: [tables.domain_in_fields, { domain: 'csv.example' }], mailboxes: [[...tables.mailbox_in_fields, 'info_nick', 'info_ext_no', 'directory_sn'], { address: 'csv@own.example' }], aliases: [tables.alias_in_fields, { address: 'csv.alias@own.example', goto: 'x@own.example' }] };
	const cell = (v) => (Buffer.isBuffer(v) ? v : Buffer.from(`"${String(v).replaceAll('"', '""')}"`));
	for (const [kind, [columns, row]] of Object.entries(rows)) {
		for (const name of columns) {
			for (const [value, sent] of Object.entries(values)) {
				const cells = { ...row, [name]: sent };
				const file = Buffer.concat([Buffer.from(`${Object.keys(cells).join()}\n`), ...Object.values(cells).flatMap((v, i) => [Buffer.from(i ? ',' : ''), cell(v)]), Buffer.from('\n')]);
				const r = await panel.upload('/import', { kind, text: '', on_error: 'skip' }, file);
				judge(r, 'file', `${kind} ${name}: ${value}`, value);
			}
		}
	}
});

test('a hundred thousand targets', async () => {
	const many = Array.from({ length: 100000 }, (_, i) => `a${i}@x.example`).join('\n');
	for (const target of ['/aliases/add', `/aliases/${ids.aliases}/edit`]) {
		const sent = target.endsWith('add') ? { address: 'many@own.example', goto: many } : { goto: many };
		for (const r of [await panel.post(target, sent), await panel.api('POST', target, sent)]) assert.ok([413, 422].includes(r.status), `${target}: ${r.status}`);
		// what fits into a request is refused beside its field
		const some = { ...sent, goto: many.slice(0, 500000) };
		const r = await panel.api('POST', target, some);
		assert.ok(r.status === 413 || (r.status === 422 && r.json.errors.some((e) => e.field === 'goto')), `${target}: ${r.status} ${r.text.slice(0, 200)}`);
	}
	const file = `address,goto\nmany@own.example,"${many}"\n`;
	const r = await panel.upload('/import', { kind: 'aliases', text: '' }, file);
	assert.ok(r.status < 500, `${r.status}`);
	read(r.text, 'import of many targets');
	assert.equal((await panel.api('GET', '/aliases?q=many@own.example')).json.rows.length, 0);
});

test('what was taken is shown as text, in pages, files, mails and the log', async () => {
	for (const list of ['/domains', '/mailboxes', '/aliases', '/admins', '/log']) {
		for (let page = `${list}?limit=500`; page;) {
			const r = await panel.get(page);
			assert.equal(r.status, 200, page);
			read(r.text, page);
			page = /rel="next" id="next" href="([^"]+)"/.exec(r.text)?.[1].replaceAll('&amp;', '&');
		}
		const csv = (await panel.get(`${list}/export.csv`)).text.slice(1);
		for (const [, text] of csv.matchAll(/"((?:[^"]|"")*)"/g)) assert.doesNotMatch(text, /^[=+\-@\t\r]/, list);
	}
	// the mailbox that was edited again and again carries the last of the names that were taken; mails about it have the headers they have always
	for (const name of Object.values(values).filter((v) => !Buffer.isBuffer(v))) {
		if ((await panel.api('POST', `/mailboxes/${ids.mailboxes}/edit`, { name })).status !== 200) continue;
		read((await panel.get(`/mailboxes/${ids.mailboxes}/settings-mail`)).text, `preview for ${name}`);
		await must(`/mailboxes/${ids.mailboxes}/settings-mail`, { type: 'username' });
	}
	for (let i = 0; sink.mails.length < 3 && i < 500; i++) await new Promise((done) => { setTimeout(done, 20); });
	assert.ok(sink.mails.length >= 3, panel.log().slice(-2000));
	for (const mail of sink.mails) {
		const head = mail.raw.split(/\r?\n\r?\n/)[0];
		assert.doesNotMatch(head, /^bcc:/im);
		assert.doesNotMatch(mail.raw.slice(mail.raw.indexOf('Content-Type: text/html')), /<script|<img src=x|<svg/i);
	}
	const lines = panel.log().split('\n').filter(Boolean);
	assert.ok(lines.length > 10);
	// eslint-disable-next-line no-control-regex
	for (const line of lines) assert.doesNotMatch(line, /[\x00-\x08\x0b-\x1f\x7f]|\u202e|\u2066|^Bcc:/, 'a line of the log');
	assert.doesNotMatch(panel.log(), /internal fault|web\.internal|child\.died/);
	assert.ok(tried > 8000, `${tried} tries`);
});
