// SPDX-License-Identifier: GPL-3.0-or-later
// The panel without a mouse: the keys and their map, the main job from sign-in to what was taken back, and that the focus is seen and never lost.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startPanel, root } from '../http/lib/panel.mjs';
import { openBrowser, openPage, signIn, violations } from './lib/browser.mjs';
import { fillSample } from './lib/sample.mjs';

let panel, browser;

before(async () => {
	[panel, browser] = await Promise.all([startPanel(), openBrowser()]);
	await panel.signIn();
	await fillSample(panel);
});

after(async () => {
	await browser?.close();
	await panel?.stop();
});

test('keys lead to the lists, ? shows them, and they can be turned off', async () => {
	const page = await openPage(browser);
	await signIn(page, panel.url, root);
	await page.keyboard.press('g');
	await page.keyboard.press('m');
	await page.waitForURL(/\/mailboxes$/);
	await page.keyboard.press('Control+k');
	await page.waitForFunction(() => document.activeElement?.matches('[data-find]'));
	await page.keyboard.type('anna');
	await page.keyboard.press('Enter');
	await page.waitForURL(/\/search\?q=anna/);
	await page.locator('h1').click();
	await page.keyboard.press('?');
	await page.locator('#keys[open]').waitFor();
	assert.deepEqual(await violations(page), []);
	await page.getByText('Turn these keys off').click();
	await page.goto(`${panel.url}/mailboxes`);
	await page.keyboard.press('g');
	await page.keyboard.press('d');
	await page.keyboard.press('/');
	assert.equal(await page.evaluate(() => document.activeElement.tagName), 'BODY');
	assert.match(page.url(), /\/mailboxes$/);
	assert.deepEqual(page.faults(), []);
	await page.context().close();
});

// What each line of the map does on a list of mailboxes; the ways to lists lead there from elsewhere.
const map = {
	'/': async (page) => {
		await page.keyboard.press('/');
		assert.ok(await page.evaluate(() => document.activeElement.matches('[data-search]')));
	},
	'Ctrl K': async (page) => {
		await page.keyboard.press('Control+k');
		assert.ok(await page.evaluate(() => document.activeElement.matches('[data-find]')));
	},
	'g o': '/', 'g d': '/domains', 'g m': '/mailboxes', 'g a': '/aliases', 'g l': '/log', n: '/mailboxes/add',
	async Esc(page) {
		await page.keyboard.press('?');
		await page.locator('#keys[open]').waitFor();
		await page.keyboard.press('Escape');
		assert.equal(await page.locator('dialog[open]').count(), 0);
		await page.keyboard.press('/');
		await page.keyboard.press('Escape');
		assert.ok(await page.evaluate(() => document.activeElement === document.body), 'out of the box');
	},
	async '?'(page) {
		await page.keyboard.press('?');
		await page.locator('#keys[open]').waitFor();
	},
};

test('the map of keys tells the truth', async () => {
	const page = await openPage(browser);
	await signIn(page, panel.url, root);
	const shown = await page.locator('#keys dt').evaluateAll((all) => all.map((e) => [...e.querySelectorAll('kbd')].map((k) => k.textContent).join(' ')));
	assert.deepEqual(shown, Object.keys(map), 'a line for each key, and a test for each line');
	for (const [keys, does] of Object.entries(map)) {
		await page.goto(panel.url + (/^g /.test(keys) ? '/about' : '/mailboxes'));
		if (typeof does === 'function') await does(page);
		else {
			for (const key of keys.split(' ')) await page.keyboard.press(key);
			await page.waitForURL(panel.url + does);
		}
	}
	assert.deepEqual(page.faults(), []);
	await page.context().close();
});

test('signing in and adding a domain take no mouse', async () => {
	const page = await openPage(browser);
	const key = (...keys) => keys.reduce((before, one) => before.then(() => page.keyboard.press(one)), Promise.resolve());
	const at = () => page.evaluate(() => document.activeElement.getAttribute('href') ?? document.activeElement.name);
	const cursorIn = (name) => page.waitForFunction((wanted) => document.activeElement?.name === wanted, name);
	await page.goto(`${panel.url}/auth/login`);
	await cursorIn('username');
	await page.keyboard.type(root.username);
	await key('Tab');
	await page.keyboard.type(root.password);
	await key('Enter');
	await page.waitForURL(/\/domains$/);
	await page.waitForLoadState('networkidle'); // the script has put the focus where it belongs
	await key('Tab');
	assert.equal(await at(), '#main', 'the first stop skips the menu');
	await key('Enter');
	for (let i = 0; i < 5 && await at() !== '/domains/add'; i++) await key('Tab');
	await key('Enter');
	await page.waitForURL(/\/domains\/add$/);
	await cursorIn('domain');
	await page.keyboard.type('keyboard.example');
	await key('Enter');
	await page.locator('tbody tr', { hasText: 'keyboard.example' }).waitFor();
	await key('/');
	await cursorIn('q');
	await page.keyboard.type('keyboard');
	await page.waitForURL(/q=keyboard/);
	assert.equal(await page.locator('tbody tr').count(), 1);
	for (let i = 0; i < 20 && !/delete$/.test(await at()); i++) await key('Tab');
	await key('Enter');
	await page.locator('dialog[open]').waitFor();
	await key('Escape');
	assert.equal(await page.locator('dialog[open]').count(), 0);
	assert.match(await at(), /delete$/, 'closing a dialog returns to where it was opened');
	assert.deepEqual(page.faults(), []);
	await page.context().close();
});

test('the main job takes no mouse, and what has the focus is always seen', async () => {
	const page = await openPage(browser);
	const press = async (...keys) => { for (const one of keys) await page.keyboard.press(one); };
	// what has the focus, and whether somebody sees that it has it
	const seen = async (what) => {
		const at = await page.evaluate(() => {
			const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
			return { body: e === document.body, there: box.width > 0 && box.height > 0, marked: (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none', name: e.outerHTML.slice(0, 120) };
		});
		assert.ok(!at.body, `${what}: the focus is lost`);
		assert.ok(at.there && at.marked, `${what}: the focus is not seen: ${JSON.stringify(at)}`);
	};
	const tabTo = async (test, arg) => {
		await page.waitForLoadState('networkidle');
		for (let i = 0; i < 60; i++) {
			await press('Tab');
			if (await page.evaluate(test, arg)) return seen(String(arg ?? test));
		}
		throw new Error(`no way by Tab to ${arg ?? test}`);
	};
	const toLink = (end) => tabTo((wanted) => new RegExp(wanted).test(document.activeElement.getAttribute('href') ?? document.activeElement.getAttribute('formaction') ?? ''), end);
	const cursorIn = (name) => page.waitForFunction((wanted) => document.activeElement?.name === wanted, name);
	await page.goto(`${panel.url}/auth/login`);
	await cursorIn('username');
	await page.keyboard.type(root.username);
	await press('Tab');
	await page.keyboard.type(root.password);
	await press('Enter');
	await page.waitForURL(/\/domains$/);
	// a domain, and a mailbox in it
	await press('n');
	await cursorIn('domain');
	await seen('the first box');
	await page.keyboard.type('keys.example');
	await press('Enter');
	await page.locator('tbody tr', { hasText: 'keys.example' }).waitFor();
	await press('g', 'm');
	await page.waitForURL(/\/mailboxes$/);
	await press('n');
	await cursorIn('local_part');
	await page.keyboard.type('nora@keys.example');
	await tabTo(() => document.activeElement.name === 'password');
	await page.keyboard.type('a long enough secret 1');
	await press('Enter');
	await page.waitForURL(/\/mailboxes$/);
	// found, edited
	await press('Control+k');
	await cursorIn('q');
	await seen('the search');
	await page.keyboard.type('nora@keys');
	await press('Enter');
	await page.waitForURL(/\/search\?q=nora/);
	await toLink('/mailboxes/\\d+$');
	await press('Enter');
	await page.waitForURL(/\/mailboxes\/\d+$/);
	await toLink('/edit$');
	await press('Enter');
	await cursorIn('name');
	await page.keyboard.type('Nora Keys');
	await press('Enter');
	await page.waitForURL(/\/mailboxes$/);
	// another quota, taken back from the message
	const quota = async () => (await panel.api('GET', '/mailboxes?q=nora%40keys')).json.rows[0].quota;
	const before = await quota();
	await press('Control+k');
	await cursorIn('q');
	await page.keyboard.type('nora@keys');
	await press('Enter');
	await page.waitForURL(/\/search\?q=nora/);
	await toLink('/mailboxes/\\d+$');
	await press('Enter');
	await page.waitForURL(/\/mailboxes\/\d+$/);
	await toLink('/edit$');
	await press('Enter');
	await cursorIn('name');
	await tabTo(() => document.activeElement.name === 'quota');
	await press('Control+a');
	await page.keyboard.type('7 GB');
	await press('Enter');
	await page.locator('#flash .alert form').waitFor();
	assert.equal(await quota(), 7 * 2 ** 30);
	await tabTo(() => document.activeElement.matches('#flash form button'));
	await Promise.all([page.waitForEvent('load'), press('Enter')]);
	assert.equal(await quota(), before, 'taken back');
	await page.goto(`${panel.url}/mailboxes`);
	// a switch, twice; sorting: the focus stays where it was in the new list
	await toLink('/disable$');
	await press('Enter');
	await page.locator('#flash .alert').waitFor();
	await page.waitForFunction(() => document.activeElement?.matches('.off'));
	await seen('a switch after its swap');
	await press('Enter');
	await page.waitForFunction(() => document.activeElement?.matches('.on'));
	await page.goto(`${panel.url}/mailboxes?limit=5`);
	await toLink('sort=name');
	await press('Enter');
	await page.locator('[aria-sort=ascending] a', { hasText: 'Name' }).waitFor();
	await page.waitForFunction(() => document.activeElement?.textContent === 'Name');
	await seen('a head after sorting');
	await toLink('after=');
	await press('Enter');
	await page.waitForURL(/after=/);
	await page.waitForFunction(() => document.activeElement?.id === 'next');
	// deleted from the list, and taken back from the message
	await page.goto(`${panel.url}/mailboxes?q=nora%40keys`);
	await toLink('/delete$');
	await press('Enter');
	await page.locator('dialog[open]').waitFor();
	await press('Escape');
	assert.equal(await page.locator('dialog[open]').count(), 0);
	await seen('what opened the dialog');
	await press('Enter');
	await page.locator('dialog[open]').waitFor();
	await tabTo(() => document.activeElement.matches('dialog .btn-danger'));
	await press('Enter');
	await page.getByText('was deleted').waitFor();
	await tabTo(() => document.activeElement.matches('#flash form button'));
	await press('Enter');
	await page.locator('#flash .alert').waitFor();
	await page.goto(`${panel.url}/mailboxes?q=nora%40keys`);
	assert.equal(await page.locator('tbody tr').count(), 1, 'taken back');
	// the menu of the account closes by Escape and leaves the focus at its button
	await tabTo(() => document.activeElement.matches('.who summary'));
	await press('Enter', 'Tab');
	await seen('the menu');
	await press('Escape');
	assert.equal(await page.locator('.who[open]').count(), 0);
	await seen('after the menu');
	assert.deepEqual(page.faults(), []);
	await page.context().close();
});
