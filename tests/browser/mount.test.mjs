// SPDX-License-Identifier: GPL-3.0-or-later
// Below a path of a host, with the script: whatever the browser asks for is below that path, from the sign-in page to a switch, a dialog and a session
// that ended meanwhile.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { root } from '../http/lib/panel.mjs';
import { startBelow } from '../http/lib/below.mjs';
import { openBrowser, openPage, submit } from './lib/browser.mjs';

let panel, browser;
before(async () => {
	[panel, browser] = await Promise.all([startBelow(), openBrowser()]);
	const c = await panel.client().signIn();
	for (const domain of ['example.com', 'example.net']) assert.ok((await c.api('POST', '/domains/add', { domain })).status < 300);
});
after(async () => {
	await browser?.close();
	await panel?.stop();
});

for (const way of ['kept', 'stripped']) {
	test(`${way}: everything the browser asks for is below the path`, async () => {
		const page = await openPage(browser);
		const asked = [];
		page.on('request', (r) => asked.push(new URL(r.url()).pathname));
		await page.goto(`${panel[way]}/domains`);
		await page.locator('[name=username]').fill(root.username);
		await page.locator('[name=password]').fill(root.password);
		await page.locator('#form .card-footer .btn-primary').click();
		await page.waitForURL(/\/vimbadmin\/domains$/);
		const row = page.locator('tbody tr', { hasText: 'example.net' });
		await row.locator(':is(.on, .off)').click();
		await row.locator('.off').waitFor();
		await row.locator(':is(.on, .off)').click();
		await row.locator('.on').waitFor();
		await page.locator('[data-search]').fill('example.com');
		await page.waitForURL(/\/vimbadmin\/domains\?.*q=example\.com/);
		await page.locator('[data-dialog]').first().click();
		await page.locator('#dialog form').first().waitFor();
		await page.goto(`${panel[way]}/mailboxes/add?domain=example.com`);
		const meter = page.waitForResponse((r) => r.url() === `${panel[way]}/password/strength`);
		await submit(page, { local_part: `${way}.box` });
		await page.locator('[name=password]').pressSequentially('tall ships sail at noon');
		assert.equal((await meter).status(), 200);
		await submit(page, {});
		await page.locator('tbody tr', { hasText: `${way}.box@example.com` }).waitFor();
		await page.locator('#flash button', { hasText: 'Undo' }).click();
		await page.waitForURL(/\/vimbadmin\/mailboxes/);
		await page.goto(`${panel[way]}/domains`);
		await page.context().clearCookies();
		await row.locator(':is(.on, .off)').click();
		await page.waitForURL(/\/vimbadmin\/auth\/login/);
		assert.deepEqual(asked.filter((path) => !/^\/vimbadmin\/(?!\/)/.test(path)), []);
		assert.ok(asked.length > 15);
		assert.deepEqual(page.faults(), []);
	});
}
