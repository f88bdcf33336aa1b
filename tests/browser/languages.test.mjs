// SPDX-License-Identifier: GPL-3.0-or-later
// The other languages say most things longer: their pages with the checks of pages.test.mjs, and all that is wide at widths between a phone and a screen.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel, root } from '../http/lib/panel.mjs';
import { check, desktop, phone, openBrowser, openPage, overflows, picture, signIn } from './lib/browser.mjs';
import { fillSample } from './lib/sample.mjs';

let panel, browser, ids, entry;

before(async () => {
	[panel, browser] = await Promise.all([startPanel(), openBrowser()]);
	await panel.signIn();
	ids = await fillSample(panel);
	await panel.api('POST', `/mailboxes/${ids.mailbox}/edit`, { quota: '12 GB', name: 'Anna Berg-Olsen' });
	entry = (await panel.api('GET', '/log?action=MAILBOX_EDIT')).json.rows[0].id;
});
after(async () => {
	await browser?.close();
	await panel?.stop();
});

const addresses = () => ({ overview: '/', domains: '/domains', mailboxes: '/mailboxes?domain=example.com', 'mailbox-show': `/mailboxes/${ids.mailbox}`, 'domain-show': `/domains/${ids.domain}`,
	'mailbox-add': '/mailboxes/add?domain=example.com', 'domain-edit': `/domains/${ids.domain}/edit`, 'admin-edit': `/admins/${ids.admin}/edit`, aliases: '/aliases', admins: '/admins', log: '/log', 'log-edited': `/log/${entry}`,
	import: '/import?kind=mailboxes', 'alias-delete': `/aliases/${ids.alias}/delete`, 'mailbox-delete': `/mailboxes/${ids.mailbox}/delete`, 'two-factor': '/admin/two-factor', fault: '/domains/999' });

async function openIn(language, viewport) {
	const page = await openPage(browser, { viewport });
	await page.goto(`${panel.url}/auth/login`);
	await page.locator(`.langs [value=${language}]`).click();
	return page;
}

for (const [where, viewport] of [['desktop', desktop], ['phone', phone]])
	for (const language of ['fr', 'de', 'nl'])
		test(`pages in ${language}, ${where}`, async () => {
			const page = await openIn(language, viewport);
			await check(page, `${language}-login`, where);
			await signIn(page, panel.url, root);
			for (const [name, target] of Object.entries(addresses())) {
				await page.goto(panel.url + target);
				await check(page, `${language}-${name}`, where);
			}
			assert.deepEqual([...page.wrong, ...page.faults()], []);
			await page.context().close();
		});

for (const width of [320, 640, 800, 1024, 1280])
	test(`nothing is wider than a window of ${width}`, async () => {
		const page = await openIn('fr', { width, height: 800 }), wide = [];
		await signIn(page, panel.url, root);
		for (const [name, target] of Object.entries(addresses())) {
			await page.goto(panel.url + target);
			await picture(page, `fr-${name}-${width}`);
			if (await overflows(page)) wide.push(name);
		}
		assert.deepEqual([...wide, ...page.faults()], []);
		await page.context().close();
	});
