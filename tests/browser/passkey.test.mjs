// SPDX-License-Identifier: GPL-3.0-or-later
// Passkeys in a browser with a virtual authenticator: added, used as the second step and alone, removed; what is shown without JavaScript, and when
// somebody changes their mind.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel } from '../http/lib/panel.mjs';
import { openBrowser, openPage, overflows, phone, picture, submit, violations } from './lib/browser.mjs';

const password = 'a long enough secret 1';
let panel, browser, url;
before(async () => {
	panel = await startPanel({ settings: (port) => ({ public_url: `http://localhost:${port}`, 'twofactor.passkey_only': 'yes', 'bruteforce.max_attempts': 1000 }) });
	url = `http://localhost:${panel.port}`;
	browser = await openBrowser();
});
after(async () => {
	await browser?.close();
	await panel?.stop();
});

async function look(page, name) {
	assert.equal(await overflows(page), false, name);
	await picture(page, name);
	assert.deepEqual(await violations(page), [], name);
}

let made = 0;
function somebody() {
	const username = `admin${++made}@example.org`;
	panel.cli(['admin', 'add', username, '--password-stdin'], { input: `${password}\n` });
	return username;
}

// An authenticator that belongs to the page's browser; there: does somebody confirm what it asks?
async function plugIn(page, more = {}) {
	const cdp = await page.context().newCDPSession(page);
	await cdp.send('WebAuthn.enable');
	const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2', transport: 'internal',
		hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true, ...more } });
	return { cdp, authenticatorId, async keys() {
		return (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials;
	} };
}

async function signIn(page, username) {
	await page.goto(`${url}/auth/login`);
	await submit(page, { username, password });
}

async function add(page, label) {
	await page.goto(`${url}/admin/two-factor`);
	await page.getByText('Add a passkey').click();
	await submit(page, { label });
	await page.getByRole('button', { name: 'Make the passkey' }).click();
	await page.getByText('The passkey was added').waitFor();
}

const signOut = async (page) => {
	await page.locator('.who summary').click();
	await page.getByText('Sign out').click();
	await page.waitForURL(/\/auth\/login/);
};

for (const viewport of [undefined, phone])
	test(`added, signed out, used as the second step, alone, removed: ${viewport ? 'phone' : 'desktop'}`, async () => {
		const username = somebody();
		const page = await openPage(browser, viewport ? { viewport } : {});
		const name = `passkey-${viewport ? 'phone' : 'desktop'}`;
		const stick = await plugIn(page);
		await signIn(page, username);
		await page.waitForURL(/\/domains/);
		await page.goto(`${url}/admin/two-factor`);
		await look(page, `${name}-1-none`);
		await page.getByText('Add a passkey').click();
		await look(page, `${name}-2-name`);
		await submit(page, { label: 'My laptop' });
		await page.getByRole('button', { name: 'Make the passkey' }).waitFor();
		await look(page, `${name}-3-make`);
		await page.getByRole('button', { name: 'Make the passkey' }).click();
		await page.getByText('The passkey was added').waitFor();
		await page.getByText('My laptop').waitFor();
		await look(page, `${name}-4-list`);
		assert.equal((await stick.keys())[0].rpId, 'localhost');
		await signOut(page);
		// the second step
		await signIn(page, username);
		await page.getByRole('button', { name: 'Use a passkey' }).waitFor();
		await look(page, `${name}-5-second`);
		assert.match(page.url(), /\/auth\/totp$/);
		await page.getByRole('button', { name: 'Use a passkey' }).click();
		await page.waitForURL(/\/domains/);
		await signOut(page);
		// alone
		await page.goto(`${url}/auth/login?next=%2Faliases`);
		await look(page, `${name}-6-alone`);
		await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
		await page.waitForURL(/\/aliases/);
		assert.match(await page.locator('.who summary').textContent(), new RegExp(username));
		// removed
		await page.goto(`${url}/admin/two-factor`);
		await page.locator('#passkeys').getByRole('button', { name: 'Remove' }).click();
		await look(page, `${name}-7-remove`);
		await page.locator('#form .card-footer button').click();
		await page.getByText('The passkey was removed').waitFor();
		assert.equal(await page.getByText('My laptop').count(), 0);
		await signOut(page);
		await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
		await page.getByText('This passkey was not accepted').waitFor();
		await signIn(page, username);
		await page.waitForURL(/\/domains/);
		assert.deepEqual(page.faults(), []);
		await page.context().close();
	});

test('an authenticator that is there already is not asked twice; one that refuses leaves the page as it was', async () => {
	const page = await openPage(browser);
	const stick = await plugIn(page);
	await signIn(page, somebody());
	await page.waitForURL(/\/domains/);
	await add(page, 'First');
	await page.getByText('Add a passkey').click();
	await submit(page, { label: 'Second' });
	await page.getByRole('button', { name: 'Make the passkey' }).click();
	await page.getByText('The browser gave no passkey').waitFor();
	await look(page, 'passkey-8-refused');
	assert.equal((await stick.keys()).length, 1);
	// another one, with the same page and the same question
	await stick.cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: stick.authenticatorId });
	await plugIn(page, { transport: 'usb' });
	await page.getByRole('button', { name: 'Make the passkey' }).click();
	await page.getByText('The passkey was added').waitFor();
	assert.deepEqual(await page.locator('#passkeys td.name').allTextContents(), ['First', 'Second']);
	assert.deepEqual(page.faults(), []);
	await page.context().close();
});

test('what is dangerous is confirmed with it; and what is typed there is not kept in the browser', async () => {
	const page = await openPage(browser);
	await plugIn(page);
	await signIn(page, somebody());
	await page.waitForURL(/\/domains/);
	await add(page, 'First');
	panel.sql('UPDATE vimb_session SET proved_at = proved_at - 300');
	await page.getByRole('button', { name: 'Remove' }).click();
	await page.locator('#form .card-footer button').click();
	await page.getByText('Please confirm that it is you').first().waitFor();
	await look(page, 'passkey-9-proof');
	// sent, but nothing comes back
	await page.route('**/passkeys/remove*', (route) => route.abort('aborted'));
	await submit(page, { proof: 'this is my password' });
	await page.waitForFunction(() => sessionStorage.getItem('vimbadmin.typed'));
	assert.doesNotMatch(await page.evaluate(() => sessionStorage.getItem('vimbadmin.typed')), /this is my password/);
	await page.unroute('**/passkeys/remove*');
	await page.goto(`${url}/admin/two-factor`);
	await page.getByRole('button', { name: 'Remove' }).click();
	await page.locator('#form .card-footer button').click();
	await page.getByRole('button', { name: 'Use a passkey' }).click();
	await page.getByText('The passkey was removed').waitFor();
	assert.deepEqual(page.faults(), []);
	await page.context().close();
});

test('without JavaScript the pages say that passkeys need it, and the other ways stay', async () => {
	const username = somebody();
	const page = await openPage(browser, { javaScriptEnabled: false });
	await page.goto(`${url}/auth/login`);
	await page.getByText('Passkeys need JavaScript').waitFor();
	assert.equal(await page.getByRole('button', { name: 'Sign in with a passkey' }).isVisible(), false);
	await submit(page, { username, password });
	await page.waitForURL(/\/domains/);
	await page.goto(`${url}/admin/two-factor/passkeys/add`);
	await submit(page, { label: 'x' });
	await page.getByText('Passkeys need JavaScript').waitFor();
	await page.context().close();
});
