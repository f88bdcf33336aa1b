// SPDX-License-Identifier: GPL-3.0-or-later
// Pages that are seldom seen and therefore seldom looked at, with the checks of pages.test.mjs: what the operator's own fields make of a form, files on
// their way in, who is refused, results grouped by reason, the first page of an empty panel, keys that were registered.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { sleep, startPanel, root } from '../http/lib/panel.mjs';
import { startSink } from '../http/lib/smtp.mjs';
import { check, desktop, phone, openBrowser, openPage, signIn, submit } from './lib/browser.mjs';
import { fillSample } from './lib/sample.mjs';

const hash = '{SHA512-CRYPT}$6$saltsaltsaltsalt$9bJzQy1kZ1Qe0tJX8d0mYc6q5a3bV2', password = 'a long enough secret 1';
const owner = { username: 'passkeys@example.org', password };
const windows = [['desktop', desktop], ['phone', phone]];
let sink, panel, empty, browser, ids, url;

// Everything that the configuration can add to a page.
const settings = (port) => ({ public_url: `http://localhost:${port}`, 'identity.sitename': 'Example Mail', 'bruteforce.max_attempts': 3, 'bruteforce.whitelist': '', 'twofactor.passkey_only': 'yes',
	'resources.mail.transport.host': '127.0.0.1', 'resources.mail.transport.port': sink.port, 'resources.mail.transport.ssl': 'none', 'mail.notices': 'no', 'identity.mailer.email': 'panel@example.com',
	'server.email.address': 'help@example.com', 'server.email.name': 'Help desk', 'server.imap.enabled': 'yes', 'server.imap.host': 'imap.%d', 'server.smtp.enabled': 'yes', 'server.smtp.host': 'smtp.%d',
	'vimbadmin_plugins.AdditionalInfo.enabled': 'yes', 'vimbadmin_plugins.AdditionalInfo.elements': 'room=Room, phone=Extension|digits|min:4|max:4, grade=Grade|choice:A/B',
	'vimbadmin_plugins.DirectoryEntry.enabled': 'yes', 'identity.orgname': 'Example Ltd' });

before(async () => {
	sink = await startSink();
	[panel, empty, browser] = await Promise.all([startPanel({ settings }), startPanel(), openBrowser()]);
	url = `http://localhost:${panel.port}`;
	await panel.signIn();
	ids = await fillSample(panel);
	panel.cli(['admin', 'add', owner.username, '--password-stdin'], { input: `${password}\n` });
	await panel.api('POST', `/mailboxes/${ids.mailbox}/edit`, { info_room: '2.14', info_phone: '0042', directory_given_name: 'Anna', directory_sn: 'Berg', quota: '12 GB', name: 'Anna Berg-Olsen' });
});
after(async () => {
	await browser?.close();
	await Promise.all([panel?.stop(), empty?.stop()]);
	await sink?.stop();
});

function keeper() {
	for (const pid of fs.readdirSync('/proc').filter((n) => /^\d+$/.test(n)))
		try {
			const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
			if (/^Name:\tvimbadmin-keep$/m.test(status) && new RegExp(`^PPid:\t${panel.child.pid}$`, 'm').test(status)) return Number(pid);
		} catch { /* gone meanwhile */ }
	throw new Error('no keeper');
}

const entryOf = async (action) => (await panel.api('GET', `/log?action=${action}`)).json.rows[0].id;

const addresses = async () => ({
	'plugins-mailbox-add': '/mailboxes/add?domain=example.com', 'plugins-mailbox-edit': `/mailboxes/${ids.mailbox}/edit`, 'plugins-mailbox-show': `/mailboxes/${ids.mailbox}`, 'plugins-alias-add': '/aliases/add',
	'settings-mail': `/mailboxes/${ids.mailbox}/settings-mail`, 'limits': '/limits', 'sessions': '/account/sessions', 'admin-sessions': `/admins/${ids.admin}/sessions`,
	'two-factor': '/admin/two-factor', 'two-factor-setup': '/admin/two-factor/setup', 'admin-two-factor': `/admins/${ids.admin}/two-factor`, 'admin-two-factor-provision': `/admins/${ids.admin}/two-factor/provision`,
	'passkeys-none': '/admin/two-factor/passkeys', 'log-edited': `/log/${await entryOf('MAILBOX_EDIT')}`, 'log-deleted': `/log/${await entryOf('MAILBOX_PURGE')}`, 'log-filtered': '/log?action=ALIAS_ADD&actor=root%40example.org',
	'undo-edit': `/log/${await entryOf('MAILBOX_EDIT')}/undo`, 'undo-delete': `/log/${await entryOf('MAILBOX_PURGE')}/undo`, 'search-all': '/search?q=e', 'overview-usage': '/',
});

// Rows of many hands: guesses, a mailbox that went.
async function leaveTraces() {
	for (const [source, name] of [['192.0.2.9', 'nobody@example.com'], ['2001:db8:5:6::1', 'a.rather.long.name.that.somebody.guesses@a-long-domain-name.example']])
		for (let i = 0; i < 5; i++) {
			const c = panel.client();
			await c.get('/auth/login');
			await c.post('/auth/login', { username: name, password: 'wrong' }, { 'x-forwarded-for': source });
		}
	const { json } = await panel.api('POST', '/mailboxes/add', { address: 'leaver@example.com', password });
	await panel.api('POST', '/aliases/add', { address: 'former@example.com', goto: 'leaver@example.com,anna.berg@example.com' });
	await panel.api('POST', `/mailboxes/${json.id}/delete`, {});
}

const steps = {
	async 'admin-add-invite'(page) {
		await page.goto(`${url}/admins/add`);
		await check(page, 'admin-add-invited', page.viewportSize().width > 800 ? 'desktop' : 'phone');
		await page.locator('[name=username]').fill(`invited.${page.viewportSize().width}@example.org`);
		await page.locator('[name=invite]').check();
		await page.locator('#form .card-footer .btn-primary').click();
		await page.locator('#flash .alert').waitFor();
	},
	async 'admin-invite'(page) {
		await page.goto(`${url}/admins?q=invited`);
		await page.locator('tbody th a').first().click();
		await check(page, 'admin-edit-invited', page.viewportSize().width > 800 ? 'desktop' : 'phone');
		await page.locator('.head a[href*="/invite"]').click();
		await page.getByText('Invite again').first().waitFor();
	},
	async 'toast-deleted'(page) {
		const address = `short.lived.${page.viewportSize().width}@example.com`;
		await panel.api('POST', '/mailboxes/add', { address, password });
		await page.goto(`${url}/mailboxes?q=${encodeURIComponent(address)}`);
		await page.locator('tbody [data-dialog]').first().click();
		await page.locator('dialog[open] .btn-danger').click();
		await page.locator('#flash .alert form').waitFor();
	},
	async 'keys'(page) {
		await page.goto(`${url}/about`);
		await page.keyboard.press('?');
		await page.locator('#keys[open]').waitFor();
	},
	async 'bulk-refused'(page) {
		await page.goto(`${url}/mailboxes?domain=example.com`);
		await page.locator('[data-pick-all]').click({ force: true, timeout: 500 }).catch(async () => {
			for (const box of await page.locator('[name=ids]').all()) await box.click();
		});
		await page.locator('.bulk [name=verb]').selectOption('quota');
		await check(page, 'bulk-picked', page.viewportSize().width > 800 ? 'desktop' : 'phone');
		await page.locator('.bulk button').click();
		await page.locator('[name=quota]').fill('900 PB');
		await panel.api('POST', `/domains/${ids.domain}/edit`, { max_quota: '20 GB' });
		await page.locator('main .card-footer .btn-primary').click();
		await page.locator('main .alert').first().waitFor();
		await panel.api('POST', `/domains/${ids.domain}/edit`, { max_quota: '0' });
	},
	async 'import-waiting'(page) {
		const pid = keeper(), lines = Array.from({ length: 3000 }, (_, i) => `many${i}@example.net,${hash}\n`);
		process.kill(pid, 'SIGSTOP');
		try {
			await page.goto(`${url}/import?kind=mailboxes`);
			await page.locator('[name=file]').setInputFiles({ name: 'everybody-of-the-old-server.csv', mimeType: 'text/csv', buffer: Buffer.from(`address,hash\n${lines.join('')}bad,x\nanna@gone.example,${hash}\n`) });
			await page.locator('#form .card-footer .btn-primary').click();
			await page.locator('#import progress').waitFor();
			const where = page.viewportSize().width > 800 ? 'desktop' : 'phone';
			await check(page, 'import-queued', where);
			panel.sql("UPDATE vimb_import SET state = 'running', total = 3002, done = 1200 WHERE state = 'waiting'");
			await page.locator('#import progress[value]').waitFor();
			await check(page, 'import-running', where);
			panel.sql("UPDATE vimb_import SET state = 'waiting', total = 0, done = 0 WHERE state = 'running'");
		} finally {
			process.kill(pid, 'SIGCONT');
		}
		await page.locator('#import .sums').waitFor({ timeout: 60000 });
	},
	async 'import-list'(page) {
		await page.goto(`${url}/import?kind=mailboxes`);
	},
	async 'alias-conflict'(page) {
		await page.goto(`${url}/aliases/${ids.alias}/edit`);
		const { json } = await panel.api('GET', `/aliases/${ids.alias}/edit`);
		await panel.api('POST', `/aliases/${ids.alias}/edit`, { goto: 'office@example.com,outside@partner.example' });
		await submit(page, { goto: 'anna.berg@example.com\nben.carter@example.com' });
		await page.locator('.clash').waitFor();
		await panel.api('POST', `/aliases/${ids.alias}/edit`, { goto: json.goto });
	},
	async 'alias-delete-dialog'(page) {
		await page.goto(`${url}/aliases?q=all%40`);
		await page.locator('tbody [data-dialog]').first().click();
		await page.locator('dialog[open] .btn-danger').waitFor();
	},
};

for (const [where, viewport] of windows) {
	const close = async (page) => {
		assert.deepEqual([...page.wrong, ...page.faults()], []);
		await page.context().close();
	};

	test(`pages with everything that the configuration can add, ${where}`, async () => {
		const page = await openPage(browser, { viewport });
		await leaveTraces();
		await page.goto(`${url}/auth/login`);
		await check(page, 'login-all', where);
		await page.goto(`${url}/auth/lost-password`);
		await check(page, 'lost-password', where);
		await page.goto(`${url}/auth/reset-password`);
		await check(page, 'reset-password', where);
		await page.goto(`${url}/auth/change-password`);
		await check(page, 'owner-password', where);
		await page.goto(`${url}/auth/invitation#username=invited%40example.org&token=${'0'.repeat(40)}`);
		await check(page, 'invitation', where);
		await signIn(page, url, root);
		for (const [name, target] of Object.entries(await addresses())) {
			await page.goto(url + target);
			await check(page, name, where);
		}
		for (const [name, act] of Object.entries(steps)) {
			await act(page);
			await check(page, name, where);
		}
		await close(page);
	});

	test(`passkeys that were registered, ${where}`, async () => {
		const page = await openPage(browser, { viewport });
		const cdp = await page.context().newCDPSession(page);
		await cdp.send('WebAuthn.enable');
		await cdp.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
		const somebody = { ...owner, username: `passkeys.${where}@example.org` };
		panel.cli(['admin', 'add', somebody.username, '--password-stdin'], { input: `${password}\n` });
		await signIn(page, url, somebody);
		for (const label of ['Laptop', 'The security key that hangs on the board beside the front door']) {
			await page.goto(`${url}/admin/two-factor`);
			await page.getByText('Add a passkey').click();
			if (label === 'Laptop') await check(page, 'passkey-add', where);
			await page.locator('[name=label]').fill(label);
			await page.locator('#form .card-footer .btn-primary').click();
			await check(page, 'passkey-make', where);
			const made = page.getByText('The passkey was added').waitFor({ timeout: 3000 }).then(() => true, () => false);
			await page.getByRole('button', { name: 'Make the passkey' }).click();
			if (!await made) break; // one authenticator takes one key of a name
			await check(page, 'passkey-added', where);
		}
		await page.goto(`${url}/admin/two-factor`);
		await check(page, 'two-factor-on', where);
		await page.goto(`${url}/admin/two-factor/passkeys`);
		await check(page, 'passkeys', where);
		await close(page);
	});

	test(`an empty panel, ${where}`, async () => {
		const page = await openPage(browser, { viewport });
		await signIn(page, empty.url, root);
		for (const [name, target] of Object.entries({ overview: '/', domains: '/domains', mailboxes: '/mailboxes', aliases: '/aliases', 'mailbox-add': '/mailboxes/add', 'alias-add': '/aliases/add', admins: '/admins', tokens: '/tokens', log: '/log', search: '/search', limits: '/limits', import: '/import' })) {
			await page.goto(empty.url + target);
			await check(page, `empty-${name}`, where);
		}
		await close(page);
	});
}
