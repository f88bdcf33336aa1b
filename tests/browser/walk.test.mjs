// SPDX-License-Identifier: GPL-3.0-or-later
// The whole way of a new operator, in a browser and on real mail: from the link on the console to a mail that was delivered and read. Walked with
// JavaScript and without; pictures of each step are kept.
import { describe, test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startMailHost } from '../mail/lib/host.mjs';
import { smtpSend, imapSubjects, imapWait } from '../mail/lib/clients.mjs';
import { openBrowser, openPage, picture, submit } from './lib/browser.mjs';

const admin = { username: 'operator@example.org', password: 'tall ships sail at noon' };
const secret = 'a long enough secret 1';
let host, browser, page;

const row = (text) => page.locator('tbody tr', { hasText: text });
const send = (to, subject) => smtpSend(host.postfix.port, { to, subject });

async function delivered(to, box, subject) {
	const said = await send(to, subject);
	assert.equal(said.code, 250, said.text + host.postfix.log());
	assert.ok(await imapWait(host.dovecot.imap, box, secret, subject), host.postfix.log() + host.dovecot.log());
}

// Goes to a list by the menu and on to its form by the button there.
async function openForm(menu) {
	await page.locator('header nav a', { hasText: menu }).click();
	await page.locator('main a.btn-primary').click();
	await page.locator('#form').waitFor();
}

for (const script of [true, false]) {
	const way = script ? 'with JavaScript' : 'without JavaScript';
	let pictures = 0;
	const keep = (name) => picture(page, `${script ? '' : 'plain-'}${String(++pictures).padStart(2, '0')}-${name}`);
	// what the page looked like when a step failed is kept too
	const step = (name, act) => test(name, async () => {
		try {
			await act();
		} catch (fault) {
			await keep(`failed ${name}`);
			throw fault;
		}
	});

	describe(way, () => {
		before(async () => {
			host = await startMailHost({ firstRun: true });
			browser = await openBrowser();
			page = await openPage(browser, { javaScriptEnabled: script });
		});

		after(async () => {
			await browser?.close();
			await host?.stop();
		});

		step('a panel without administrators leads to its first page, and lets nobody in without the token', async () => {
			await page.goto(host.panel.url);
			assert.match(page.url(), /\/auth\/setup$/);
			await submit(page, { token: 'f'.repeat(64), ...admin });
			await page.locator('.is-invalid').waitFor();
			await keep('setup-refused');
		});

		step('the link on the console makes the first administrator', async () => {
			await page.goto('about:blank');
			await page.goto(host.panel.setupLink());
			if (script) assert.doesNotMatch(page.url(), /#/, 'the token leaves the address bar');
			await keep('setup');
			await submit(page, script ? admin : { token: host.panel.setupLink().split('=')[1], ...admin });
			await page.getByText('No domains yet').waitFor();
			await keep('no-domains');
		});

		step('a domain, a mailbox and an alias are added', async () => {
			await openForm('Domains');
			await submit(page, { domain: 'example.com', description: 'Example Ltd.' });
			await row('example.com').waitFor();
			await keep('domains');
			await openForm('Mailboxes');
			assert.equal(await page.locator('[name=domain]').inputValue(), 'example.com', 'the only domain is chosen');
			await submit(page, { local_part: 'anna', name: 'Anna Berg', password: secret, quota: '5 GB' });
			await row('anna@example.com').waitFor();
			await keep('mailboxes');
			await openForm('Aliases');
			await submit(page, { local_part: 'info', goto: 'anna@example.com' });
			await row('info@example.com').waitFor();
			await keep('aliases');
		});

		step('mail to both is delivered and read', async () => {
			await delivered('anna@example.com', 'anna@example.com', 'to the mailbox');
			await delivered('info@example.com', 'anna@example.com', 'to the alias');
		});

		step('a faulty form keeps what was typed and says what is wrong beside it', async () => {
			await openForm('Mailboxes');
			await submit(page, { local_part: 'two words', name: 'Kept', password: 'short' });
			await page.locator('.is-invalid').first().waitFor();
			await keep('faulty-form');
			assert.equal(await page.locator('[name=name]').inputValue(), 'Kept');
			assert.equal(await page.locator('[name=password]').inputValue(), '');
			const described = await page.locator('[name=local_part]').getAttribute('aria-describedby');
			assert.match(await page.locator(`#${described.split(' ')[0]}`).textContent(), /letters, digits/);
		});

		step('a password the panel makes is shown, and lets its owner in', async () => {
			await openForm('Mailboxes');
			await page.locator('[name=generate]').check();
			await submit(page, { local_part: 'made' });
			const made = await page.locator('code.password').textContent();
			await keep('made-password');
			assert.ok((await imapSubjects(host.dovecot.imap, 'made@example.com', made)).ok);
		});

		step('the switch in the list turns a mailbox off, and Postfix refuses its mail', async () => {
			await page.goto(`${host.panel.url}/mailboxes`);
			await row('anna@example.com').locator(':is(.on, .off)').click();
			await row('anna@example.com').locator('.off').waitFor();
			await keep('switched-off');
			assert.equal((await send('anna@example.com', 'no')).code, 550);
			await row('anna@example.com').locator(':is(.on, .off)').click();
			await row('anna@example.com').locator('.on').waitFor();
		});

		step('the search narrows the list', async () => {
			const search = async (text) => {
				await page.locator('[data-search]').fill(text);
				if (!script) await page.locator('[role=search] button').click();
			};
			await search('nobody');
			await page.getByText('Nothing found').waitFor();
			await keep('nothing-found');
			await search('nna');
			await row('anna@example.com').waitFor();
			assert.match(page.url(), /q=nna/);
			assert.equal(await row('made@example.com').count(), 0);
		});

		step('a deleted mailbox is gone from the list and for Postfix', async () => {
			await page.goto(`${host.panel.url}/mailboxes`);
			if (!script) await row('made@example.com').locator('th a').click(); // what can be done with it stands on its page
			await (script ? row('made@example.com') : page).locator('a[href*="/delete"]').click();
			await page.locator('.btn-danger').waitFor();
			await keep('delete');
			await page.locator('.btn-danger').click();
			await page.getByText('was deleted').waitFor();
			assert.equal(await row('made@example.com').count(), 0);
			assert.equal((await send('made@example.com', 'gone')).code, 550);
		});

		step('what was done stands in the log', async () => {
			await page.locator('header nav a', { hasText: 'Log' }).click();
			for (const what of ['added domain example.com', 'added mailbox anna@example.com', 'added alias info@example.com'])
				await row(what).first().waitFor();
			await keep('log');
		});

		step('signing out ends it', async () => {
			await page.locator('.who summary').click();
			await page.locator('button[formaction$="/auth/logout"]').click();
			await page.waitForURL(/login/);
			await page.goto(`${host.panel.url}/mailboxes`);
			assert.match(page.url(), /login/);
			await keep('signed-out');
		});

		step('no page had a fault in its console', () => assert.deepEqual(page.faults(), []));
	});
}
