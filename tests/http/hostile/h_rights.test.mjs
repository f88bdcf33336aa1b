// SPDX-License-Identifier: GPL-3.0-or-later
// An administrator of one domain who wants more, beyond what matrix.test.mjs walks through: fields that nobody offers, other people's numbers within own things, doors at the side.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check, form, get, json, look, raw, run, same, secret, stage } from './lib/cases.mjs';

const w = stage();
const limited = { who: 'limited' };
const hash = '{SHA512-CRYPT}$6$saltsaltsaltsalt$9bJzQy1kZ1Qe0tJX8d0mYc6q5a3bV2';

// Columns and inner members that no form has, on every route that takes a body.
const inner = ['id', 'super', 'domain_id', 'Domain_id', 'admin_id', 'password_hash', 'maildir', 'homedir', 'uid', 'gid', 'created', 'modified', 'delete_pending', 'alias_count', 'mailbox_count', 'last_login', 'username', 'local_part', 'actor', 'door', 'source', '__proto__', 'constructor', 'given'];
const targets = [['/mailboxes/{own.mailboxes}/edit', { name: 'x' }], ['/mailboxes/{own.mailboxes}/password', { password: 'another secret 2' }], ['/aliases/{own.aliases}/edit', { goto: 'x@y.example' }], ['/domains/{own.domains}/disable', {}], ['/mailboxes/{own.mailboxes}/delete', {}],
	['/account/password', { current_password: secret, password: 'another secret 2' }], ['/account/sessions/end-others', {}]];

run(w, [
	...targets.flatMap(([target, fields]) => inner.map((name, i) =>
		['H4', `${name} along with ${target}`, i % 2 ? form(target, { ...fields, [name]: '1' }, limited) : json(target, `${JSON.stringify(fields).slice(0, -1)}${Object.keys(fields).length ? ',' : ''}"${name}":"1"}`, limited), 400])),
	['H4', 'being on, from a form that is about a password', form('/mailboxes/{own.mailboxes}/password', { password: 'another secret 2', active: '1' }, limited), 400],
	['H4', 'a ready hash where only a password is asked for', form('/account/password', { current_password: secret, hash }, limited), 400],
	['H4', 'a quota above what the domain allows', async (s) => {
		await s.panel.api('POST', `/domains/${s.ids.own.domains}/edit`, { max_quota: 1024 ** 2, quota: 1024 });
		await s.panel.api('POST', `/mailboxes/${s.ids.own.mailboxes}/edit`, { quota: 1024 });
		s.seen = look(s);
		return check(s, json('/mailboxes/{own.mailboxes}/edit', { quota: 1024 ** 2 + 1 }, limited), 422);
	}, 422],
	['H4', 'no quota at all where the domain has a largest', json('/mailboxes/{own.mailboxes}/edit', { quota: 0 }, limited), 422],
	['H4', 'no quota at all, in words', form('/mailboxes/{own.mailboxes}/edit', { quota: 'unlimited' }, limited), 422],
	['H4', 'a negative quota', json('/mailboxes/{own.mailboxes}/edit', { quota: -1 }, limited), 422],
	['H4', 'settings of the domain itself', form('/domains/{own.domains}/edit', { max_quota: '0', max_mailboxes: '0' }, limited), 403],
	['H4', 'an administrator of its own', form('/admins/add', { username: 'mine@example.org', password: secret, super: '1' }, limited), 403],
	['H4', 'itself as a super', form('/admins/{own.admins}/edit', { super: '1' }, limited), 403],
	['H4', 'itself for another domain', form('/admins/{own.admins}/domains/assign', { domain: 'other.example' }, limited), 403],
	// nested and moved
	['H2', 'a foreign domain in the form of a mailbox', get('/mailboxes/add?domain=other.example', limited), { status: [200, 400], not: /box@other/ }],
	['H2', 'a foreign mailbox as rows of a change of many', json('/mailboxes/bulk', { verb: 'delete', ids: '{other.mailboxes}', confirm: true }, limited), { status: 200, text: /not_found/, not: /other\.example/ }],
	['H2', 'a foreign alias as rows of a change of many', json('/aliases/bulk', { verb: 'delete', ids: '{other.aliases}', confirm: true }, limited), { status: 200, text: /not_found/, not: /other\.example/ }],
	['H2', 'a foreign domain as rows of a change of many', json('/domains/bulk', { verb: 'disable', ids: '{other.domains}', confirm: true }, limited), { status: 200, text: /not_found/, not: /other\.example/ }],
	['H2', 'all rows of a foreign domain', json('/mailboxes/bulk', { verb: 'delete', all: true, domain: 'other.example', confirm: true }, limited), [400, 404, 422]],
	['H2', 'all rows that a foreign name matches', json('/mailboxes/bulk', { verb: 'delete', all: true, q: 'other.example', confirm: true }, limited), { status: 200, not: /other\.example/ }],
	['H2', 'a foreign entry of the log', json('/log/{other.log}/undo', {}, limited), 404],
	['H2', 'a session of somebody else among one\'s own', json('/account/sessions/end', { session: '1' }, limited), 404],
	['H3', 'another address for a mailbox', json('/mailboxes/{own.mailboxes}/edit', { address: 'box@other.example' }, limited), 400],
	['H3', 'another domain for a mailbox', json('/mailboxes/{own.mailboxes}/edit', { domain: 'other.example' }, limited), 400],
	['H3', 'another address for an alias', json('/aliases/{own.aliases}/edit', { address: 'info@other.example' }, limited), 400],
	['H3', 'an alias in a foreign domain', json('/aliases/add', { address: 'new@other.example', goto: 'box@own.example' }, limited), 422],
	['H3', 'an alias in a foreign domain, in parts', json('/aliases/add', { local_part: 'new', domain: 'other.example', goto: 'box@own.example' }, limited), 422],
	['H3', 'an address and parts that do not agree', json('/aliases/add', { address: 'new@own.example', local_part: 'new', domain: 'other.example', goto: 'box@own.example' }, limited), { status: [201, 400, 422], db: ["SELECT count(*) FROM alias WHERE address = 'new@other.example'", 0], changes: true }],
	['H3', 'a catch-all of a foreign domain', json('/aliases/add', { address: '@other.example', goto: 'box@own.example' }, limited), 422],
	['H3', 'an alias of a sub-domain of its own domain', json('/aliases/add', { address: 'x@sub.own.example', goto: 'box@own.example' }, limited), 422],
	['H3', 'rows of a foreign domain in a file', json('/import/run', { kind: 'mailboxes', text: `address,hash\nx@other.example,${hash}\n` }, limited), { status: [200, 422], text: /no such domain/ }],
	['H3', 'a foreign mailbox changed by a file', json('/import/run', { kind: 'mailboxes', mode: 'upsert', text: 'address,hash\nbox@other.example,{PLAIN}hacked\n' }, limited), { status: [200, 422], text: /"failed":1/, not: /"changed":1/ }],
	['H3', 'domains in a file', json('/import/run', { kind: 'domains', text: 'domain\nmine.example\n' }, limited), 403],
	// what is told
	['H5', 'a search of everything', get('/api/search?q=other', limited), { status: 200, not: /other\.example/ }],
	['H5', 'the first page', get('/', limited), { status: [200, 303], not: /other\.example/ }],
	['H5', 'a list as a file', get('/mailboxes/export.csv', limited), { status: 200, text: /box@own/, not: /other\.example/ }],
	['H5', 'the log as a file', get('/log/export.csv', limited), { status: 200, not: /@other\.example|domain other/ }],
	['H5', 'the hashes of its own mailboxes', get('/mailboxes/export.csv?hashes=1', limited), { status: 403, not: /\$2/ }],
	['H5', 'who else is an administrator', get('/api/admins', limited), 403],
	['H5', 'another one\'s actions', get('/api/log?actor=another%40example.org', limited), { status: 200, text: /"total":0/ }],
	['H5', 'who guesses', get('/limits', limited), 403],
	['H6', 'a foreign address that is there', json('/mailboxes/add', { address: 'box@other.example', password: secret }, limited), { status: 422, text: /no such domain/i, not: /exists/ }],
	['H6', 'a foreign domain for a new super', json('/domains/add', { domain: 'other.example' }, limited), { status: 403, not: /exists/ }],
	// on and off
	...['domains', 'mailboxes', 'aliases'].flatMap((kind) => ['enable', 'disable'].flatMap((verb) => [
		['H10', `${verb} of foreign ${kind}, by form`, form(`/${kind}/{other.${kind}}/${verb}`, {}, limited), 404],
		['H10', `${verb} of foreign ${kind}, as JSON`, json(`/${kind}/{other.${kind}}/${verb}`, {}, limited), 404],
		['H10', `${verb} of foreign ${kind}, by a script`, form(`/${kind}/{other.${kind}}/${verb}`, {}, { who: 'limited', headers: { 'hx-request': 'true' } }), 404],
	])),
	['H10', 'an own mailbox, by GET', get('/mailboxes/{own.mailboxes}/disable', limited), 405],
	['H12', 'a catch-all of its own domain is its own business', json('/aliases/add', { address: '@own.example', goto: 'box@own.example' }, limited), { status: 201, row: { action: 'ALIAS_ADD', actor: 'limited@example.org', object: '@own.example' } }],
	['H11', 'the alias that keeps a catch-all off a mailbox', async (s) => {
		const [self] = (await s.clients.limited.api('GET', '/aliases?self=true&q=box%40own')).json.rows.filter((row) => row.address === 'box@own.example');
		for (const verb of ['delete', 'disable']) await check(s, json(`/aliases/${self.id}/${verb}`, {}, limited), 409);
		return { status: 409, text: '' };
	}, 409],
	['H13', 'a mailbox owner for somebody else', form('/auth/change-password', { username: 'box@own.example', current_password: secret, new_password: 'another secret 2', confirm_new_password: 'another secret 2', id: '2' }, { who: 'nobody' }), 400],
	['H13', 'a mailbox owner who wants more than a password', form('/auth/change-password', { username: 'box@own.example', current_password: secret, new_password: 'another secret 2', confirm_new_password: 'another secret 2', quota: '0' }, { who: 'nobody' }), 400],
	['H13', 'a mailbox owner as an administrator', async (s) => {
		const c = s.panel.client();
		await c.get('/auth/login');
		return c.post('/auth/login', { username: 'box@own.example', password: secret });
	}, { status: 401, row: { action: 'ADMIN_LOGIN_FAILED' } }],
	// the keeper looks by itself: there is nothing to trigger, whoever asks and with whatever key
	['H15', 'a key in the query', raw('GET', '/queue/trigger?key=x', undefined, {}), 404],
	['H15', 'no key', raw('POST', '/queue/trigger', '', {}), 404],
	['H15', 'a key in the header', raw('POST', '/queue/trigger', '', { authorization: 'Bearer x' }), 404],
	['H15', 'a key, as JSON', raw('POST', '/api/queue/trigger', '{"key":"x"}', { authorization: 'Bearer x', 'content-type': 'application/json' }), 404],
	['H15', 'from inside', form('/queue/trigger', {}, limited), 404],
	['H3', 'an own alias may lead to a foreign mailbox', json('/aliases/add', { address: 'to-them@own.example', goto: 'box@other.example' }, limited), { status: 201, row: { action: 'ALIAS_ADD', actor: 'limited@example.org', object: 'to-them@own.example' }, db: ["SELECT goto FROM alias WHERE address = 'to-them@own.example'", 'box@other.example'] }],
	// the last of them
	['H8', 'the last super switches himself off', form('/admins/1/disable', {}), [403, 409]],
	['H8', 'the last super deletes himself', form('/admins/1/delete', {}), [403, 409]],
	['H8', 'the last super wants to be less', json('/admins/1/edit', { super: false }), [403, 409]],
	['H8', 'the last super wants to be off', json('/admins/1/edit', { active: false }), [403, 409]],
]);

test('H8 on the command line, too, one super stays', () => {
	for (const args of [['admin', 'delete', 'root@example.org'], ['admin', 'disable', 'root@example.org'], ['admin', 'edit', 'root@example.org', '--super', 'no'], ['admin', 'edit', 'root@example.org', '--active', 'no']])
		assert.throws(() => w.panel.cli(args), (e) => e.status === 73 || e.status === 77, args.join(' '));
	same(w);
});

// What brings a deleted mailbox back today is its entry of the log.
test('H14 K12 a deleted mailbox comes back neither to who lost its domain, nor over another, nor beyond a limit, nor without its domain', async () => {
	const { panel, clients: { limited } } = w;
	const must = async (c, target, fields = {}) => {
		const r = await c.api('POST', target, fields);
		assert.ok(r.status < 300, `${target}: ${r.status} ${r.text}`);
		return r.json;
	};
	const domain = await must(panel, '/domains/add', { domain: 'kept.example', active: true });
	const admin = { admin_id: w.ids.own.admins };
	await must(panel, `/domains/${domain.id}/admins/assign`, admin);
	const fields = { address: 'back@kept.example', password: secret, quota: 4096 };
	const box = await must(limited, '/mailboxes/add', fields);
	await must(limited, `/mailboxes/${box.id}/delete`);
	const { id } = (await limited.api('GET', '/log?action=MAILBOX_PURGE&domain=kept.example')).json.rows[0];
	const refused = async (c, status, text) => {
		const before = look(w);
		const r = await c.api('POST', `/log/${id}/undo`, {});
		assert.equal(r.status, status, r.text);
		if (text) assert.match(r.text, text);
		assert.deepEqual(look(w), before);
	};
	await must(panel, `/domains/${domain.id}/admins/remove`, admin);
	await refused(limited, 404);
	await must(panel, `/domains/${domain.id}/admins/assign`, admin);
	const other = await must(limited, '/mailboxes/add', { ...fields, name: 'Somebody else' });
	await refused(limited, 409, /there is a mailbox back@kept\.example again/i);
	await refused(panel, 409);
	await must(limited, `/mailboxes/${other.id}/delete`);
	await must(limited, '/mailboxes/add', { ...fields, address: 'more@kept.example', quota: 1024 });
	await must(panel, `/domains/${domain.id}/edit`, { max_mailboxes: 1 });
	await refused(limited, 409, /all the mailboxes it may have/);
	await must(panel, `/domains/${domain.id}/edit`, { max_mailboxes: 0, max_quota: 1024, quota: 1024 });
	await refused(limited, 422);
	await must(panel, `/domains/${domain.id}/delete`, { confirm: 'kept.example' });
	await refused(limited, 404);
	await refused(panel, 409, /domain kept\.example is gone/);
	w.seen = look(w);
});
