// SPDX-License-Identifier: GPL-3.0-or-later
// Names that are none, through every door that takes one: mailbox, alias, target, domain, administrator, form, JSON, file, command line.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check, form, json, look, run, same, secret, stage } from './lib/cases.mjs';

const w = stage();
const hash = '{SHA512-CRYPT}$6$saltsaltsaltsalt$9bJzQy1kZ1Qe0tJX8d0mYc6q5a3bV2';

// [case, part before the @]
const locals = [
	...['*', '?', 'a*b', '*a', 'a?', '[a]', 'a[!b]', '{a,b}'].map((t) => ['I1', t]), // what doveadm takes for many users
	...['%u', '%d', '%{user}', '%n%d', '$a', '${a}', '`a`', 'a/b', '../a', '/a', 'a\\b', '-a', '--all', '.', '..', '.a', 'a.', 'a..b', '"a"', '"a b"', 'a b', 'a\tb', 'a\u00a0b', '<a>', 'a<b', 'a:b', 'a,b', 'a;b', 'a|b', '|a', 'a&b', '(a)', 'a(x)', 'a@b', 'a@', '@', 'a\\@b', 'a!b', 'a%b', 'a#b', 'a\x7fb', 'a\nb', 'a\r\nb', 'a\x00b', 'a\x1bb', 'a\u200bb', '\ufeffa', 'a\u202eb', ':include:a', '/dev/null'].map((t) => ['I2', t]),
	['I3', 'x'.repeat(65)], ['I3', 'x'.repeat(250)],
	...['ınfo', 'İnfo', 'straße', '\u212aelvin', 'ﬁ', 'ä', 'а', 'ａ', 'e\u0301'].map((t) => ['I4', t]),
];
// [case, domain]
const domains = [
	['I3', `${'x'.repeat(64)}.example`], ['I3', `${'a.'.repeat(127)}example`], ['I3', `${'x'.repeat(63)}.${'y'.repeat(63)}.${'z'.repeat(63)}.${'q'.repeat(63)}.example`], ['I3', 'ü'.repeat(60) + '.example'],
	...['xn--', 'xn--.example', 'xn--a.example', 'xn--0.example', 'xn--ls8h=.example', 'xn--bcher-kva8.example', 'xn--BCHER-KVA-.example', '\u05d0b.example', '1\u05d0.example', 'a\u200d.example', 'a\u00ad..example', '\u0301a.example', 'a\u2044b.example', '☃\ufe0f.exa mple', 'a\u3164.example', 'a\u00a0b.example', 'a\u3000b.example', 'a\u2003.example', '\u00a0a.example'].map((t) => ['I5', t]),
	...['.', '..', '.example', 'a..example', 'own.example.', 'own.example..', 'a.example,b.example', '[127.0.0.1]', '[::1]', '127.0.0.1', '1.2', '0x7f.1', 'localhost', 'example', 'com', '-a.example', 'a-.example', 'a.-example', 'a_b.example', 'a b.example', '*.example', '%d', 'a/b.example', 'a\\b.example', 'a:25', 'a@b.example', 'a.example:25', 'http://a.example', '', ' ', 'a.1', 'a.example\n', 'a\x00.example', 'a,example', '${a}.example', "a'.example", 'a;.example'].map((t) => ['I7', t]),
].filter(([, t]) => t !== 'a.example\n' && t.trim() !== '');
const lead = (t) => t === '@'; // behind it nothing is left of the part in front

const shown = (t) => JSON.stringify(t.length > 30 ? `${t.slice(0, 20)}… (${t.length})` : t);
const refused = [400, 422]; // a NUL is no text at all
run(w, [
	...locals.flatMap(([id, local], i) => [
		[id, `mailbox ${shown(local)}`, (i % 2 ? form : json)('/mailboxes/add', { local_part: local, domain: 'own.example', password: secret }), refused],
		...(lead(local) || /[,\n]/.test(local) ? [] : [[id, `target ${shown(local)}`, json('/aliases/add', { address: 'new@own.example', goto: `${local}@elsewhere.example` }), refused]]),
		// the other doors in turn
		[[id, `mailbox ${shown(local)} with its domain`, json('/mailboxes/add', { address: `${local}@own.example`, password: secret }), refused],
			[id, `alias ${shown(local)}`, (i % 2 ? json : form)('/aliases/add', { local_part: local, domain: 'own.example', goto: 'box@own.example' }), refused],
			[id, `administrator ${shown(local)}`, json('/admins/add', { username: `${local}@example.org`, password: secret }), refused]][i % 3],
	]),
	...domains.flatMap(([id, domain], i) => [
		[id, `domain ${shown(domain)}`, (i % 2 ? form : json)('/domains/add', { domain }), refused],
		...(/[,\n]/.test(domain) ? [] : [[id, `target in ${shown(domain)}`, json('/aliases/add', { address: 'new@own.example', goto: `x@${domain}` }), refused]]),
	]),
	// one name, one key
	['I4', 'capitals become small letters', json('/mailboxes/add', { address: 'MiXeD.Case+Tag@OWN.example', password: secret }), { status: 201, row: { action: 'MAILBOX_ADD', object: 'mixed.case+tag@own.example' }, db: ["SELECT count(*) FROM mailbox WHERE username = 'mixed.case+tag@own.example'", 1] }],
	['I4', 'a sign for Kelvin in a domain is a k', json('/domains/add', { domain: '\u212aelvin.example' }), { status: 201, row: { action: 'DOMAIN_ADD', object: 'kelvin.example' }, db: ["SELECT count(*) FROM domain WHERE domain = 'kelvin.example'", 1] }],
	['I4', 'so the k is taken', json('/domains/add', { domain: 'KELVIN.example' }), 409],
	['I4', 'ß is a letter of its own, not ss', json('/domains/add', { domain: 'straße.example' }), { status: 201, row: { action: 'DOMAIN_ADD', object: 'xn--strae-oqa.example' } }],
	['I4', 'so ss is another name', json('/domains/add', { domain: 'strasse.example' }), { status: 201, row: { action: 'DOMAIN_ADD', object: 'strasse.example' } }],
	['I5', 'a name in letters of another script is stored as ASCII', json('/domains/add', { domain: 'Bücher.example' }), { status: 201, row: { action: 'DOMAIN_ADD', object: 'xn--bcher-kva.example' }, db: ["SELECT count(*) FROM domain WHERE domain = 'xn--bcher-kva.example'", 1] }],
	['I5', 'the same in ASCII', json('/domains/add', { domain: 'XN--BCHER-KVA.example' }), 409],
	['I6', 'the same with a mark behind the letter', json('/domains/add', { domain: 'bu\u0308cher.example' }), 409],
	['I6', 'the same in capitals with a mark behind the letter', json('/domains/add', { domain: 'BU\u0308CHER.example' }), 409],
	['I5', 'a letter of another script that looks the same: another name, and its ASCII says so', json('/domains/add', { domain: 'оwn.example' }), { status: 201, row: { action: 'DOMAIN_ADD', object: /^xn--/ } }],
	['I7', 'a blank around is no part of a name', json('/domains/add', { domain: ' trimmed.example ' }), { status: 201, row: { action: 'DOMAIN_ADD', object: 'trimmed.example' } }],
	// in circles, and too far
	['I8', 'an alias to itself', json('/aliases/add', { address: 'self@own.example', goto: 'self@own.example' }), [409, 422]],
	['I8', 'an alias to itself in capitals, among others', json('/aliases/add', { address: 'self@own.example', goto: 'x@y.example,SELF@own.example' }), [201, 409, 422]],
	['I8', 'a catch-all to its own domain', json('/aliases/add', { address: '@own.example', goto: '@own.example' }), [409, 422]],
	['I9', '1001 targets', json('/aliases/add', { address: 'many@own.example', goto: Array.from({ length: 1001 }, (_, i) => `t${i}@elsewhere.example`) }), 422],
	['I9', '70 KB of targets', json('/aliases/add', { address: 'many@own.example', goto: Array.from({ length: 900 }, (_, i) => `${'t'.repeat(60)}@${'e'.repeat(20)}${i}.example`).join(',') }), 422],
	['I9', '1 MB of targets', json('/aliases/add', { address: 'many@own.example', goto: 'x@y.example,'.repeat(100000) }), 413],
	['I9', 'one target 500 times is one', json('/aliases/add', { address: 'folded@own.example', goto: 'One@Elsewhere.example,\n'.repeat(500) }), { status: 201, row: { action: 'ALIAS_ADD' }, db: ["SELECT goto FROM alias WHERE address = 'folded@own.example'", 'one@elsewhere.example'] }],
	// what Postfix would run, read or write
	...['|/bin/sh', '"|/bin/sh"', '|"/bin/sh -c id"', '"|cmd"@own.example', '|cmd@own.example', ':include:/etc/passwd', '/var/mail/x', '/etc/passwd@own.example', './x', '~root', '\\root', 'root', 'postmaster', '>file', 'x@own.example|cmd', 'x@[127.0.0.1]', 'user@own.example smtp:[evil.example]', 'a@b.example\n|/bin/sh', '#comment', '@', '@@own.example', 'x@', '"a@b.example', 'x@own.example (comment)', '<x@own.example>', 'mailto:x@own.example', 'X <x@own.example>', 'x@own.example%00y']
		.map((goto) => ['I10', `target ${shown(goto)}`, json('/aliases/add', { address: 'exec@own.example', goto }), refused]),
	['I10', 'one bad target among good ones', json('/aliases/add', { address: 'exec@own.example', goto: ['a@elsewhere.example', '|/bin/sh', 'b@elsewhere.example'] }), 422],
	['I10', 'a bad target for an alias that is there', json('/aliases/{own.aliases}/edit', { goto: '|/bin/sh' }), 422],
	// into maps of other programs
	...[['\n', 'a line'], ['\r', 'a carriage return'], ['\u0085', 'a next line'], ['\u2028', 'a line separator'], ['\u000b', 'a vertical tab'], ['\u0000', 'NUL']].flatMap(([c, what]) => [
		['I13', `${what} in a transport`, json('/domains/{own.domains}/edit', { transport: `virtual${c}evil.example smtp:x` }), refused],
		...(c === '\u2028' ? [] : [['I13', `${what} in a description`, json('/domains/{own.domains}/edit', { description: `a${c}b` }), refused],
			['I13', `${what} in a name`, json('/mailboxes/{own.mailboxes}/edit', { name: `a${c}b` }), refused]]),
		['I13', `${what} in what a mailbox may be used for`, json('/mailboxes/{own.mailboxes}/edit', { access_restriction: `SMTP${c}IMAP` }), refused],
	]),
	...['virtual x', ' ', ':x', '-x', 'smtp:[a]\tx', 'smtp:ä', '$(id)', '`id`', '|cmd', '%s'].filter((t) => t.trim()).map((transport) => ['I13', `a transport ${shown(transport)}`, json('/domains/{own.domains}/edit', { transport }), 422]),
	['I12', 'a domain below another one\'s, by its administrator', json('/domains/add', { domain: 'sub.other.example' }, { who: 'limited' }), 403],
	['I12', 'a domain below another one\'s is for supers', json('/domains/add', { domain: 'sub.other.example' }), { status: 201, row: { action: 'DOMAIN_ADD', object: 'sub.other.example' } }],
]);

test('I8 two aliases that lead to each other, and fifty in a ring: the one that closes it is refused', async () => {
	const add = (i, to) => w.panel.api('POST', '/aliases/add', { address: `ring${i}@own.example`, goto: `ring${to}@own.example` });
	assert.equal((await w.panel.api('POST', '/aliases/add', { address: 'two1@own.example', goto: 'two2@own.example' })).status, 201);
	assert.equal((await w.panel.api('POST', '/aliases/add', { address: 'two2@own.example', goto: 'two1@own.example' })).status, 422);
	for (let i = 0; i < 8; i++) assert.equal((await add(i, i + 1)).status, 201, String(i));
	const closing = await add(8, 0);
	assert.equal(closing.status, 422, closing.text);
	w.seen = look(w);
	same(w);
});

test('I8 a way that grows with each step is refused before Postfix would', async () => {
	let last;
	for (let level = 0; level < 5; level++) {
		for (let n = 0; n < 10; n++) {
			last = await w.panel.api('POST', '/aliases/add', { address: `grow${level}x${n}@own.example`, goto: Array.from({ length: 10 }, (_, i) => (level ? `grow${level - 1}x${i}@own.example` : `g${n}x${i}@elsewhere.example`)) });
			if (last.status !== 201) break;
		}
		if (last.status !== 201) break;
	}
	assert.equal(last.status, 422, last.text);
	w.seen = look(w);
});

test('I11 a mailbox and an alias of one name at the same instant: one of the two is there', async () => {
	for (let i = 0; i < 10; i++) {
		const answers = await Promise.all([w.panel.api('POST', '/mailboxes/add', { address: `race${i}@own.example`, password: secret }), w.panel.api('POST', '/aliases/add', { address: `race${i}@own.example`, goto: 'x@elsewhere.example' })]);
		const statuses = answers.map((r) => r.status);
		assert.ok(statuses.includes(201) && statuses.some((s) => s === 409), `${statuses}`);
		const goto = w.panel.sql(`SELECT goto FROM alias WHERE address = 'race${i}@own.example'`).trim();
		const boxes = w.panel.sql(`SELECT count(*) FROM mailbox WHERE username = 'race${i}@own.example'`).trim();
		assert.ok((goto === 'x@elsewhere.example' && boxes === '0') || (goto === `race${i}@own.example` && boxes === '1'), `${goto}, ${boxes} mailboxes`);
	}
	w.seen = look(w);
});

test('I14 a file with all of these: each line is refused, nothing comes in; with the good ones wanted, only these', async () => {
	const cell = (t) => `"${t.replaceAll('"', '""')}"`;
	const bad = locals.map(([, l]) => l).filter((l) => !/[\x00-\x1f\x7f]/.test(l));
	const text = `address,hash\ngood@own.example,${hash}\n${bad.map((l) => `${cell(`${l}@own.example`)},${hash}\n`).join('')}`;
	const checked = await check(w, json('/import', { kind: 'mailboxes', text }), 200);
	assert.deepEqual([checked.status, JSON.parse(checked.text).failed], [200, bad.length]);
	const all = await check(w, json('/import/run', { kind: 'mailboxes', text }), [200, 422]);
	assert.equal(JSON.parse(all.text).kept, false);
	const some = await w.panel.api('POST', '/import/run', { kind: 'mailboxes', text, on_error: 'skip' });
	assert.deepEqual([some.json.added, some.json.failed], [1, bad.length], some.text.slice(0, 500));
	assert.equal(w.panel.sql("SELECT count(*) FROM mailbox WHERE username = 'good@own.example'").trim(), '1');
	w.seen = look(w);
	const goto = await w.panel.api('POST', '/import/run', { kind: 'aliases', text: 'address,goto\nx1@own.example,|/bin/sh\nx2@own.example,":include:/etc/passwd"\nx3@own.example,/var/mail/x\n', on_error: 'skip' });
	assert.deepEqual([goto.json.added, goto.json.failed], [0, 3]);
	same(w);
});

test('I1 I2 I7 I10 on the command line: status 65 or 64, and nothing changes', () => {
	const tries = [...locals.filter((_, i) => i % 4 === 0).map(([, l]) => ['mailbox', 'add', `${l}@own.example`, '--generate']), ...domains.filter((_, i) => i % 4 === 0).map(([, d]) => ['domain', 'add', d]),
		...['|/bin/sh', ':include:/etc/passwd', '/var/mail/x'].map((goto) => ['alias', 'add', 'exec@own.example', '--goto', goto])].filter((args) => args.every((a) => !a.includes('\0')));
	for (const args of tries) assert.throws(() => w.panel.cli(args), (e) => [64, 65].includes(e.status), JSON.stringify(args));
	assert.ok(tries.length > 20);
	same(w);
});
