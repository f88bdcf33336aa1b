// SPDX-License-Identifier: GPL-3.0-or-later
// Second factors in a browser: the picture is read by a real reader off the screen, at both widths, light and dark, with JavaScript and without; then a
// code made with what it said lets in.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { startPanel, root } from '../http/lib/panel.mjs';
import { code, step } from '../http/lib/totp.mjs';
import { desktop, openBrowser, openPage, overflows, phone, picture, submit, violations } from './lib/browser.mjs';

const folder = process.env.LOGS ?? 'build/artefacts';
let panel, browser;
before(async () => {
	panel = await startPanel({ settings: { 'bruteforce.max_attempts': 1000 } });
	browser = await openBrowser();
});
after(async () => {
	await browser?.close();
	await panel?.stop();
});

const read = (name) => execFileSync('zbarimg', ['-q', '--raw', path.join(folder, `${name}.png`)], { encoding: 'utf8' }).trim();

async function signIn(page, next = '') {
	await page.goto(`${panel.url}/auth/login${next}`);
	await submit(page, root);
}

async function look(page, name) {
	assert.equal(await overflows(page), false, name);
	await picture(page, name);
	if (await page.evaluate(() => true).catch(() => false)) assert.deepEqual(await violations(page), [], name);
	assert.deepEqual(page.faults(), []);
}

const ways = [
	{ name: 'light', viewport: desktop, colorScheme: 'light' },
	{ name: 'dark', viewport: desktop, colorScheme: 'dark' },
	{ name: 'phone-light', viewport: phone, colorScheme: 'light' },
	{ name: 'phone-dark', viewport: phone, colorScheme: 'dark' },
];

for (const way of ways)
	test(`the picture can be read off the screen: ${way.name}`, async () => {
		const page = await openPage(browser, way);
		await signIn(page);
		await page.goto(`${panel.url}/admin/two-factor`);
		await look(page, `second-${way.name}-1-off`);
		await page.locator('main a.btn-primary').click();
		await submit(page, { password: root.password });
		const shown = (await page.locator('.secret code').textContent()).replaceAll(' ', '');
		await look(page, `second-${way.name}-2-setup`);
		assert.equal(read(`second-${way.name}-2-setup`),
			`otpauth://totp/${encodeURIComponent(root.username)}?secret=${shown}&issuer=ViMbAdmin&period=30&algorithm=SHA1&digits=6`);
		await submit(page, { code: '000000' });
		await page.locator('.is-invalid').waitFor();
		assert.equal(await page.locator('#f-code').inputValue(), '');
		await look(page, `second-${way.name}-3-refused`);
		await page.context().close();
	});

for (const javaScriptEnabled of [true, false])
	test(`set up, signed in with it, switched off; ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async () => {
		const page = await openPage(browser, { javaScriptEnabled });
		const name = `second-walk-${javaScriptEnabled ? 'script' : 'plain'}`;
		await signIn(page);
		await page.goto(`${panel.url}/admin/two-factor/setup`);
		await submit(page, { password: root.password });
		await page.locator('.secret code').waitFor();
		await picture(page, name);
		const secret = /secret=([A-Z2-7]+)/.exec(read(name))[1];
		const used = step();
		await submit(page, { code: code(secret, used) });
		const codes = (await page.locator('.codes code').allTextContents());
		assert.equal(codes.length, 8);
		if (javaScriptEnabled) await look(page, 'second-4-codes');
		await page.locator('main a.btn-primary').click();
		await page.getByText('Backup codes left').waitFor();
		if (javaScriptEnabled) await look(page, 'second-5-on');
		const other = await openPage(browser, { javaScriptEnabled, viewport: phone });
		await signIn(other, '?next=%2Faliases');
		await other.locator('[name=code]').waitFor();
		if (javaScriptEnabled) await look(other, 'second-6-code');
		await submit(other, { code: code(secret, used + 1) });
		await other.waitForURL(/\/aliases$/);
		await other.context().close();
		await page.goto(`${panel.url}/admin/two-factor/disable`);
		await page.locator('[name=password]').fill(root.password);
		await page.locator('[name=code]').fill(codes[0]);
		await page.locator('#form .card-footer button').click();
		await page.getByText('Your second factor is off').waitFor();
		assert.deepEqual(page.faults(), []);
		await page.context().close();
	});

test('another administrator is given one, and must set one up', async () => {
	panel.cli(['admin', 'add', 'other@example.org', '--password-stdin'], { input: 'a long enough secret 1\n' });
	const page = await openPage(browser);
	await signIn(page);
	await page.goto(`${panel.url}/admins`);
	await page.locator('tr', { hasText: 'other@example.org' }).locator('a.i-shield').click();
	await look(page, 'second-7-other');
	await page.getByText('Give one').click();
	await submit(page, { password: root.password });
	await page.locator('.codes').waitFor();
	await look(page, 'second-8-given');
	assert.match(read('second-8-given'), /^otpauth:\/\/totp\/other%40example\.org\?secret=/);
	await page.goto(`${panel.url}/admins`);
	await page.locator('tr', { hasText: 'other@example.org' }).locator('a.i-shield').click();
	await page.getByText('Remove', { exact: true }).click();
	await page.locator('[name=password]').fill(root.password);
	await page.locator('#form .card-footer button').click();
	await page.getByText('Require it').click();
	await submit(page, { password: root.password });
	await page.getByText('at the next sign-in').waitFor();
	const theirs = await openPage(browser, { viewport: phone });
	await theirs.goto(`${panel.url}/auth/login`);
	await submit(theirs, { username: 'other@example.org', password: 'a long enough secret 1' });
	await theirs.locator('.secret').waitFor();
	await look(theirs, 'second-9-forced');
	await theirs.context().close();
	await page.context().close();
});
