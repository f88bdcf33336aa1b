// SPDX-License-Identifier: GPL-3.0-or-later
// The whole way of a new operator, in a browser and on real mail: from the link on the console to a mail that was delivered and read; once with
// JavaScript and once without, and by keyboard alone. Pictures of each step are kept.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startMailHost } from '../mail/lib/host.mjs';
import { smtpSend, imapWait } from '../mail/lib/clients.mjs';
import { openBrowser, openPage, picture } from './lib/browser.mjs';

const admin = { username: 'operator@example.org', password: 'tall ships sail at noon' };
const secret = 'a long enough secret 1';
let host, browser, page;

// Fills a form by the names of its fields and sends it with its main button.
async function submit(on, fields) {
	for (const [name, value] of Object.entries(fields)) {
		const field = on.locator(`main [name="${name}"]`).last();
		if (await field.evaluate((e) => e.tagName) === 'SELECT') await field.selectOption(value);
		else await field.fill(value);
	}
	await on.locator('main form .card-footer .btn-primary').click();
}

// A test of the walk; what the page looked like when it failed is kept.
const step = (name, act) => test(name, async () => {
	try {
		await act();
	} catch (fault) {
		await picture(page, `failed ${name}`);
		throw fault;
	}
});
const row = (on, text) => on.locator('tbody tr', { hasText: text });

async function delivered(to, box, subject) {
	const said = await smtpSend(host.postfix.port, { to, subject });
	assert.equal(said.code, 250, said.text + host.postfix.log());
	assert.ok(await imapWait(host.dovecot.imap, box, secret, subject), host.postfix.log() + host.dovecot.log());
}

before(async () => {
	host = await startMailHost({ firstRun: true });
	browser = await openBrowser();
	page = await openPage(browser);
});

after(async () => {
	await browser?.close();
	await host?.stop();
});

step('a panel without administrators leads to its first page, and lets nobody in without the token', async () => {
	await page.goto(host.panel.url);
	assert.match(page.url(), /\/auth\/setup$/);
	await submit(page, { token: 'f'.repeat(64), ...admin });
	await page.locator('.is-invalid, .alert-danger').first().waitFor();
	await picture(page, '01-setup-refused');
});

step('the link on the console makes the first administrator', async () => {
	await page.goto('about:blank');
	await page.goto(host.panel.setupLink());
	await page.locator('main [name=username]').waitFor();
	await picture(page, '02-setup');
	await submit(page, admin);
	await page.waitForURL(/\/(domains)?$|login/);
	if (/login/.test(page.url())) await submit(page, admin);
	await page.locator('.who').waitFor();
	await picture(page, '03-empty');
});

step('a domain, a mailbox and an alias are added', async () => {
	await page.locator('main a', { hasText: /add/i }).first().click();
	await page.locator('[name=domain]').fill('example.com');
	await submit(page, { description: 'Example Ltd.' });
	await row(page, 'example.com').waitFor();
	await picture(page, '04-domains');
	await page.locator('header a', { hasText: 'Mailboxes' }).click();
	await page.locator('main a', { hasText: /add/i }).first().click();
	await submit(page, { local_part: 'anna', domain: 'example.com', name: 'Anna Berg', password: secret, quota: '5 GB' });
	await row(page, 'anna@example.com').waitFor();
	await picture(page, '05-mailboxes');
	await page.locator('header a', { hasText: 'Aliases' }).click();
	await page.locator('main a', { hasText: /add/i }).first().click();
	await submit(page, { local_part: 'info', domain: 'example.com', goto: 'anna@example.com' });
	await row(page, 'info@example.com').waitFor();
	await picture(page, '06-aliases');
});

step('mail to both is delivered and read', async () => {
	await delivered('anna@example.com', 'anna@example.com', 'to the mailbox');
	await delivered('info@example.com', 'anna@example.com', 'to the alias');
});

step('a faulty form keeps what was typed and says what is wrong beside it', async () => {
	await page.goto(`${host.panel.url}/mailboxes/add?domain=example.com`);
	await submit(page, { local_part: 'two words', name: 'Kept', password: 'short' });
	await page.locator('.is-invalid').first().waitFor();
	await picture(page, '07-faulty-form');
	assert.equal(await page.locator('[name=name]').inputValue(), 'Kept');
	assert.equal(await page.locator('[name=password]').inputValue(), '');
	const described = await page.locator('[name=local_part]').getAttribute('aria-describedby');
	assert.match(await page.locator(`#${described.split(' ')[0]}`).textContent(), /letters, digits/);
});

step('the switch in the list turns a mailbox off, and Postfix refuses its mail', async () => {
	await page.goto(`${host.panel.url}/mailboxes`);
	await row(page, 'anna@example.com').locator('.switch').click();
	await row(page, 'anna@example.com').locator('.switch:not(.on)').waitFor();
	await picture(page, '08-switched-off');
	assert.equal((await smtpSend(host.postfix.port, { to: 'anna@example.com', subject: 'no' })).code, 550);
	await row(page, 'anna@example.com').locator('.switch').click();
	await row(page, 'anna@example.com').locator('.switch.on').waitFor();
});

step('the search narrows the list while typing', async () => {
	await page.goto(`${host.panel.url}/mailboxes`);
	await page.keyboard.press('/');
	await page.keyboard.type('nobody');
	await row(page, 'anna@example.com').waitFor({ state: 'detached' });
	await picture(page, '09-nothing-found');
	await page.keyboard.press('Control+A');
	await page.keyboard.type('nna');
	await row(page, 'anna@example.com').waitFor();
});

step('what was done stands in the log', async () => {
	await page.goto(`${host.panel.url}/log`);
	for (const what of ['added domain example.com', 'added mailbox anna@example.com', 'added alias info@example.com'])
		await row(page, what).first().waitFor();
	await picture(page, '10-log');
});

step('signing out ends it', async () => {
	await page.locator('.who summary').click();
	await page.locator('form[action$="/auth/logout"] button').click();
	await page.waitForURL(/login/);
	await page.goto(`${host.panel.url}/mailboxes`);
	assert.match(page.url(), /login/);
});

step('all of it works without JavaScript', async () => {
	const plain = await openPage(browser, { javaScriptEnabled: false });
	await plain.goto(`${host.panel.url}/auth/login`);
	await submit(plain, admin);
	await plain.goto(`${host.panel.url}/mailboxes/add?domain=example.com`);
	await submit(plain, { local_part: 'ben', password: secret });
	await row(plain, 'ben@example.com').waitFor();
	await row(plain, 'ben@example.com').locator('.switch').click();
	await row(plain, 'ben@example.com').locator('.switch:not(.on)').waitFor();
	await row(plain, 'ben@example.com').locator('.switch').click();
	await row(plain, 'ben@example.com').locator('.switch.on').waitFor();
	await delivered('ben@example.com', 'ben@example.com', 'without a script');
	await row(plain, 'ben@example.com').locator('a[href$="/delete"]').click();
	await plain.locator('main form .card-footer .btn-danger').click();
	await row(plain, 'ben@example.com').waitFor({ state: 'detached' });
	assert.equal((await smtpSend(host.postfix.port, { to: 'ben@example.com', subject: 'gone' })).code, 550);
	assert.deepEqual(plain.faults(), []);
	await plain.context().close();
});

step('a domain can be added by keyboard alone', async () => {
	const keys = await openPage(browser);
	await keys.goto(`${host.panel.url}/auth/login`);
	await keys.keyboard.type(admin.username);
	await keys.keyboard.press('Tab');
	await keys.keyboard.type(admin.password);
	await keys.keyboard.press('Enter');
	await keys.waitForURL(/\/(domains)?$/);
	for (let i = 0; i < 30 && !(await keys.evaluate(() => /\/domains\/add$/.test(document.activeElement?.href))); i++)
		await keys.keyboard.press('Tab');
	await keys.keyboard.press('Enter');
	await keys.locator('[name=domain]').waitFor();
	await keys.waitForFunction(() => document.activeElement?.name === 'domain');
	await keys.keyboard.type('example.net');
	await keys.keyboard.press('Enter');
	await row(keys, 'example.net').waitFor();
	assert.deepEqual(keys.faults(), []);
	await keys.context().close();
});

step('no page had a fault in its console', () => assert.deepEqual(page.faults(), []));
