// SPDX-License-Identifier: GPL-3.0-or-later
// Every page, in light and dark, on a screen and on a phone: axe-core finds nothing of WCAG 2.2 A and AA, nothing sticks out to the right, the console
// stays empty. Pictures are kept; SCREENSHOT=FILE also writes the one of the README.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { startPanel, root } from '../http/lib/panel.mjs';
import { desktop, phone, openBrowser, openPage, overflows, picture, violations } from './lib/browser.mjs';
import { fillSample } from './lib/sample.mjs';

const pages = {
	domains: '/domains', 'domain-add': '/domains/add', 'domain-edit': '/domains/1/edit', 'domain-delete': '/domains/1/delete',
	'domain-admins': '/domains/1/admins', mailboxes: '/mailboxes', 'mailboxes-none': '/mailboxes?q=nobody', 'mailbox-add': '/mailboxes/add?domain=example.com',
	'mailbox-edit': '/mailboxes/1/edit', 'mailbox-password': '/mailboxes/1/password', 'mailbox-aliases': '/mailboxes/1/aliases',
	'mailbox-delete': '/mailboxes/1/delete', aliases: '/aliases', 'alias-add': '/aliases/add', 'alias-edit': '/aliases/7/edit', 'alias-delete': '/aliases/7/delete',
	admins: '/admins', 'admin-add': '/admins/add', 'admin-edit': '/admins/2/edit', 'admin-password': '/admins/2/password', 'admin-domains': '/admins/2/domains',
	'admin-delete': '/admins/2/delete', log: '/log', 'log-entry': '/log/5', about: '/about', missing: '/nowhere', account: '/account/password',
};
let panel, browser;

before(async () => {
	panel = await startPanel();
	await panel.signIn();
	await fillSample(panel);
	// Dovecot's figures, as its quota clone would write them
	execFileSync('sqlite3', [path.join(panel.dir, 'vimbadmin.db')], { input:
		'INSERT INTO dovecot_quota (username, bytes, messages) SELECT username, quota * (id * 37 % 100) / 100, id * 331 FROM mailbox;' });
	browser = await openBrowser();
});

after(async () => {
	await browser?.close();
	await panel?.stop();
});

async function check(page, name, tag) {
	await picture(page, `${name}-${tag}`);
	assert.deepEqual(await violations(page), [], `${name} ${tag}`);
	assert.equal(await overflows(page), false, `${name} ${tag} is wider than its window`);
}

for (const [tag, colorScheme, viewport] of [['light', 'light', desktop], ['dark', 'dark', desktop], ['phone', 'light', phone], ['phone-dark', 'dark', phone]]) {
	test(`every page, ${tag}`, async () => {
		const page = await openPage(browser, { viewport, colorScheme, check: true });
		await page.goto(`${panel.url}/auth/login`);
		await check(page, 'login', tag);
		await page.fill('[name=username]', root.username);
		await page.fill('[name=password]', root.password);
		await page.press('[name=password]', 'Enter');
		await page.locator('.who').waitFor();
		for (const [name, target] of Object.entries(pages)) {
			await page.goto(panel.url + target);
			await check(page, name, tag);
		}
		assert.deepEqual(page.faults(), []);
		if (process.env.SCREENSHOT && tag === 'light') {
			await page.goto(`${panel.url}/mailboxes`);
			await page.setViewportSize({ width: 1200, height: 640 });
			await page.screenshot({ path: process.env.SCREENSHOT });
		}
		await page.context().close();
	});
}
