// SPDX-License-Identifier: GPL-3.0-or-later
// Every page, in light and dark, on a screen and on a phone: axe-core finds nothing of WCAG 2.2 A and AA, nothing sticks out to the right, the console
// stays empty and no element carries a style of its own. Pictures are kept; SCREENSHOT=FOLDER writes those of the README.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { startPanel, root } from '../http/lib/panel.mjs';
import { check, desktop, phone, openBrowser, openPage, picture, signIn, submit, violations } from './lib/browser.mjs';
import { dadmin, fillSample } from './lib/sample.mjs';

const windows = [['desktop', desktop], ['phone', phone]];
let panel, fresh, browser, ids;

before(async () => {
	[panel, fresh, browser] = await Promise.all([startPanel(), startPanel({ firstRun: true }), openBrowser()]);
	await panel.signIn();
	ids = await fillSample(panel);
});

after(async () => {
	await browser?.close();
	await Promise.all([panel?.stop(), fresh?.stop()]);
});

// Pages that are there at an address, for the super administrator.
const addresses = () => ({
	overview: '/',
	domains: '/domains', 'domain-add': '/domains/add', 'domain-edit': `/domains/${ids.domain}/edit`, 'domain-delete': `/domains/${ids.domain}/delete`,
	'domain-admins': `/domains/${ids.domain}/admins`,
	mailboxes: '/mailboxes', 'mailboxes-of-domain': '/mailboxes?domain=example.com&active=yes&limit=5&sort=name&dir=desc', 'mailboxes-none': '/mailboxes?q=nobody',
	'mailbox-add': '/mailboxes/add?domain=example.com', 'mailbox-edit': `/mailboxes/${ids.mailbox}/edit`, 'mailbox-password': `/mailboxes/${ids.mailbox}/password`,
	'mailbox-aliases': `/mailboxes/${ids.mailbox}/aliases`, 'mailbox-delete': `/mailboxes/${ids.mailbox}/delete`,
	aliases: '/aliases', 'alias-add': '/aliases/add', 'alias-edit': `/aliases/${ids.alias}/edit`, 'alias-delete': `/aliases/${ids.alias}/delete`,
	tokens: '/tokens', 'token-add': '/tokens/add', 'token-rotate': `/tokens/${ids.token}/rotate`, 'token-revoke': `/tokens/${ids.token}/revoke`, admins: '/admins', 'admin-add': '/admins/add', 'admin-edit': `/admins/${ids.admin}/edit`, 'admin-password': `/admins/${ids.admin}/password`,
	'admin-domains': `/admins/${ids.admin}/domains`, 'admin-domains-none': `/admins/${ids.idle}/domains`, 'admin-delete': `/admins/${ids.admin}/delete`,
	'mailbox-show': `/mailboxes/${ids.mailbox}`, 'domain-show': `/domains/${ids.domain}`, search: '/search?q=an', 'search-none': '/search?q=nobodyhere', 'search-empty': '/search',
	log: '/log', 'log-of-domain': '/log?domain=example.com', 'log-entry': '/log/5', 'log-undo': '/log/5/undo', import: '/import?kind=aliases', account: '/account/password', about: '/about',
	'fault-404': '/nowhere', 'fault-404-row': '/domains/999/edit', 'fault-400': '/mailboxes?sort=nothing',
});

// Pages that take a step or two.
const steps = {
	async 'import-report'(page) {
		await page.goto(`${panel.url}/import`);
		await submit(page, { text: `address,name,quota\nnobody,X,\n"a-rather-long-name-that-breaks@a-long-domain-name.example",Y,lots\n` });
		await page.locator('.alert-warning').waitFor();
	},
	async 'import-columns'(page) {
		await page.goto(`${panel.url}/import`);
		await page.locator('[name=file]').setInputFiles({ name: 'people.csv', mimeType: 'text/csv',
			buffer: Buffer.from('Mail;Full Name;Remark\nanna@example.com;Anna Adams;from the old server, moved in spring\nben@example.com;Ben;\n') });
		await page.locator('#form .card-footer .btn-primary').click();
		await page.locator('select[name=map]').first().waitFor();
	},
	async 'import-picks'(page) {
		await page.goto(`${panel.url}/import?kind=mailboxes`);
		await submit(page, { text: 'Mail,Full Name,Remark\nnew.person@example.com,New Person,"from the old server, moved in spring"\nother.person@example.com,Other Person,\n' });
		await page.locator('select[name=map]').first().waitFor();
	},
	async 'token-made'(page) {
		await page.goto(`${panel.url}/tokens/add`);
		await submit(page, { name: `Made on a ${page.viewportSize().width}`, scope: 'read write' });
		await page.locator('code.password').waitFor();
	},
	async 'domain-add-faults'(page) {
		await page.goto(`${panel.url}/domains/add`);
		await submit(page, { domain: 'not a domain', max_mailboxes: 'many', quota: '5 quarts' });
		await page.locator('#faults').waitFor();
	},
	async 'mailbox-add-conflict'(page) {
		await page.goto(`${panel.url}/mailboxes/add?domain=example.com`);
		await submit(page, { local_part: 'office', password: 'a long enough secret 1' });
		await page.locator('#faults').waitFor();
	},
	async 'domain-edit-conflict'(page) {
		await page.goto(`${panel.url}/domains/${ids.domain}/edit`);
		const text = `Changed by another at ${Date.now()}`;
		await panel.get(`/domains/${ids.domain}/edit`);
		const { json } = await panel.api('GET', `/domains/${ids.domain}/edit`);
		const changed = await panel.api('POST', `/domains/${ids.domain}/edit`, { description: text });
		assert.equal(changed.status, 200, changed.text);
		await submit(page, { description: 'Mine' });
		await page.locator('#faults').waitFor();
		await panel.api('POST', `/domains/${ids.domain}/edit`, { description: json.description });
	},
	async 'flash'(page) {
		await page.goto(`${panel.url}/aliases`);
		await page.locator('tbody :is(.on, .off)').first().click();
		await page.locator('#flash .alert').waitFor();
		await page.locator('tbody :is(.on, .off)').first().click();
		await page.locator('#flash .alert', { hasText: 'active now' }).waitFor();
	},
	async 'delete-dialog'(page) {
		await page.goto(`${panel.url}/mailboxes`);
		await page.locator('tbody [data-dialog]').first().click();
		await page.locator('dialog[open] .btn-danger').waitFor();
	},
	async 'bulk-ask'(page) {
		await page.goto(`${panel.url}/mailboxes?domain=example.com`);
		await page.locator('[name=ids]').first().click();
		await page.locator('.bulk [name=verb]').selectOption('access');
		await check(page, 'bulk-bar', (page.viewportSize().width > 800 ? 'desktop' : 'phone'));
		await page.locator('.bulk button').click();
		await page.getByText('Access of each').waitFor();
	},
	async 'bulk-done'(page) {
		await page.locator('#main .btn-primary').click();
		await page.getByText('Done: 1').waitFor();
	},
	async 'alias-warned'(page) {
		await page.goto(`${panel.url}/aliases/add`);
		await submit(page, { local_part: 'warned', domain: 'example.com', goto: 'nobody.there@example.com' });
		await page.locator('#warnings').waitFor();
	},
	async 'account-menu'(page) {
		await page.goto(`${panel.url}/about`); // where it covers nothing
		await page.locator('.who summary').click();
	},
	async 'made-password'(page) {
		await page.goto(`${panel.url}/mailboxes/${ids.mailbox}/password`);
		await page.locator('[name=generate]').check();
		await submit(page, {});
		await page.locator('code.password').waitFor();
	},
};

// Somebody who has nothing yet.
const nothing = { 'no-domains': '/domains', 'no-mailboxes': '/mailboxes', 'no-aliases': '/aliases', 'mailbox-add-no-domain': '/mailboxes/add' };

for (const [where, viewport] of windows) {
	const open = () => openPage(browser, { viewport });
	const close = async (page) => {
		assert.deepEqual([...page.wrong, ...page.faults()], []);
		await page.context().close();
	};

	test(`pages before signing in, ${where}`, async () => {
		const page = await open();
		await page.goto(fresh.url);
		await check(page, 'setup', where);
		await page.goto(`${panel.url}/auth/login`);
		await check(page, 'login', where);
		await submit(page, { username: root.username, password: 'wrong' });
		await page.locator('#faults').waitFor();
		await check(page, 'login-refused', where);
		await page.goto(`${panel.url}/nowhere`);
		await check(page, 'fault-404-outside', where);
		const other = await startPanel({ firstRun: true });
		await page.goto(other.setupLink());
		other.cli(['admin', 'add', root.username, '--super', 'yes', '--password-stdin'], { input: `${root.password}\n` });
		await submit(page, root);
		await page.getByText('There is an administrator already').waitFor();
		await check(page, 'fault-409', where);
		await other.stop();
		await close(page);
	});

	test(`every page, ${where}`, async () => {
		const page = await open();
		await signIn(page, panel.url, root);
		for (const [name, target] of Object.entries(addresses())) {
			await page.goto(panel.url + target);
			await check(page, name, where);
		}
		for (const [name, act] of Object.entries(steps)) {
			await act(page);
			await check(page, name, where);
		}
		await close(page);
	});

	test(`pages of a domain administrator, ${where}`, async () => {
		const page = await open();
		await signIn(page, panel.url, dadmin);
		await check(page, 'dadmin-domains', where);
		await page.goto(`${panel.url}/admins`);
		await check(page, 'fault-403', where);
		await page.context().clearCookies();
		await signIn(page, panel.url, { ...dadmin, username: 'otto@example.com' });
		for (const [name, target] of Object.entries(nothing)) {
			await page.goto(panel.url + target);
			await check(page, name, where);
		}
		await close(page);
	});
}

for (const [where, viewport] of windows)
	test(`nothing moves when the script adds what can be done with a row, ${where}`, async () => {
		const page = await openPage(browser, { viewport });
		await signIn(page, panel.url, root);
		for (const list of ['domains', 'mailboxes', 'aliases', 'admins']) {
			await page.goto(`${panel.url}/${list}`);
			const [after, before] = await page.evaluate(() => {
				const places = () => [...document.querySelectorAll('tbody tr')].slice(0, 4).flatMap((row) => [...row.querySelectorAll(':is(th, td):not(.acts)')].map((cell) => {
					const { x, y } = cell.getBoundingClientRect();
					return [x, y + row.getBoundingClientRect().height];
				}));
				const with_acts = places();
				for (const cell of document.querySelectorAll('td.acts')) cell.remove();
				return [with_acts, places()];
			});
			for (const [i, [x, y]] of after.entries())
				assert.ok(Math.abs(x - before[i][0]) <= 4 && Math.abs(y - before[i][1]) <= 2, `${list}, cell ${i}: from ${before[i]} to ${x},${y}`);
		}
		await page.context().close();
	});

// What answers to a finger 20 px above and below its middle is 40 px high at least, which leaves room for halves and frames.
test('what one touches on a phone is large enough', async () => {
	const page = await openPage(browser, { viewport: phone }), small = [];
	await signIn(page, panel.url, root);
	for (const target of ['/', '/mailboxes?domain=example.com', `/mailboxes/${ids.mailbox}`, '/mailboxes/add', '/aliases', '/admins', '/tokens', '/log', '/import', `/domains/${ids.domain}`]) {
		await page.goto(panel.url + target);
		small.push(...await page.evaluate(() => [...document.querySelectorAll('main :is(button, .btn, select, textarea, summary, .acts a, .chip a, label.form-check, tbody th > a, td.name > a, td:has(> [name=ids]), input:not([type=hidden], [type=checkbox])), header :is(a, summary):not(.skip)')]
			.filter((e) => e.checkVisibility() && e.getBoundingClientRect().width > 1)
			.filter((e) => {
				e.scrollIntoView({ block: 'center' });
				const box = e.getBoundingClientRect(), x = box.x + Math.min(box.width / 2, 20), y = box.y + box.height / 2;
				return ![-20, 0, 20].every((by) => {
					const hit = document.elementFromPoint(x, y + by);
					return hit && (e.contains(hit) || hit.contains(e) && hit.matches('a, button, label, summary'));
				});
			}).map((e) => `${location.pathname}: ${e.outerHTML.slice(0, 120)}`)));
	}
	assert.deepEqual(small, []);
	await page.context().close();
});

test('on a phone the filters of the log are folded away unless one is set, with and without a script; elsewhere they stand there', async () => {
	for (const [viewport, javaScriptEnabled] of [[phone, true], [phone, false], [desktop, true]]) {
		const page = await openPage(browser, { viewport, javaScriptEnabled }), who = page.locator('[name=actor]'), fold = page.locator('.fold summary');
		await signIn(page, panel.url, root);
		await page.goto(`${panel.url}/log`);
		assert.equal(await fold.isVisible(), viewport === phone);
		assert.equal(await who.isVisible(), viewport !== phone);
		if (viewport === phone) {
			await fold.click();
			assert.ok(await who.isVisible());
			assert.ok((await page.locator('table').boundingBox()).y > (await who.boundingBox()).y);
		}
		await page.goto(`${panel.url}/log?actor=${encodeURIComponent(root.username)}`);
		assert.ok(await who.isVisible(), 'one is set');
		await page.context().close();
	}
});

test('a badge stands beside the middle of its name, and a page for owners is narrow for whoever is signed in', async () => {
	for (const viewport of [phone, desktop]) {
		const page = await openPage(browser, { viewport });
		await signIn(page, panel.url, root);
		await page.goto(`${panel.url}/admins`);
		const off = await page.locator('.is-self th').evaluate((th) => {
			const [name, badge] = ['bdi', '.badge'].map((of) => th.querySelector(of).getBoundingClientRect());
			return name.top + name.height / 2 - badge.top - badge.height / 2;
		});
		assert.ok(Math.abs(off) <= 2, `${off} px`);
		await page.goto(`${panel.url}/auth/change-password`);
		assert.ok((await page.locator('#form').boundingBox()).width <= 480);
		await page.context().close();
	}
});

test('with colours of the reader\'s own, pictures and switches are still there; on paper there is nothing to press', async () => {
	const page = await openPage(browser), paint = (of) => page.locator(of).first().evaluate((e) => getComputedStyle(e).backgroundColor);
	await signIn(page, panel.url, root);
	await page.goto(`${panel.url}/mailboxes?domain=example.com`);
	await page.emulateMedia({ forcedColors: 'active' });
	await page.locator('.rows .acts .i').first().waitFor();
	const canvas = await paint('body');
	for (const of of ['.rows .acts .i', '.brand .i', '.rows .on']) assert.notEqual(await paint(of), canvas, of);
	assert.notEqual(await paint('.rows .on'), await paint('.rows .off'));
	await picture(page, 'mailboxes-forced-colours');
	await page.emulateMedia({ forcedColors: 'none', media: 'print' });
	for (const of of ['.acts', '.search', '.head .btn', '.picks td:first-child', '.pager']) assert.ok(!(await page.locator(of).first().isVisible()), of);
	assert.ok(await page.locator('tbody th').first().isVisible());
	await picture(page, 'mailboxes-print');
	await page.context().close();
});

test('a name with other letters is shown with them', async () => {
	const page = await openPage(browser);
	await signIn(page, panel.url, root);
	await page.locator('tbody a', { hasText: 'bücher.example' }).click();
	assert.equal(await page.locator('h1').textContent(), 'bücher.example');
	await page.context().close();
});

test('a form that was sent cannot be sent again while it is on its way', async () => {
	const page = await openPage(browser);
	await page.goto(`${panel.url}/auth/login`);
	await page.locator('[name=username]').fill(root.username);
	await page.locator('[name=password]').fill(root.password);
	const state = await page.evaluate(async () => {
		const button = document.querySelector('#form .btn-primary');
		let sent = 0;
		addEventListener('submit', () => { sent++; queueMicrotask(() => window.stop()); }); // it never arrives
		button.click();
		await new Promise((done) => { setTimeout(done, 100); });
		button.click();
		return { sent, off: button.disabled, looks: button.className };
	});
	await picture(page, 'busy');
	assert.deepEqual(state, { sent: 1, off: true, looks: 'btn btn-primary btn-loading' });
	await page.context().close();
});

test('the first load is within its budget', async () => {
	const page = await openPage(browser);
	let bytes = 0, requests = 0;
	const wire = await page.context().newCDPSession(page);
	await wire.send('Network.enable');
	wire.on('Network.loadingFinished', (e) => { bytes += e.encodedDataLength; requests++; });
	await page.goto(`${panel.url}/auth/login`, { waitUntil: 'networkidle' });
	assert.ok(bytes > 10000 && bytes <= 150 * 1024, `${bytes} bytes`);
	assert.ok(requests <= 6, `${requests} requests`);
	await page.context().close();
});

test('a colour that was chosen holds on the next page, whatever the system wants', async () => {
	const page = await openPage(browser, { colorScheme: 'dark' });
	const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
	await signIn(page, panel.url, root);
	const dark = await ground();
	await page.locator('.who summary').click();
	await page.locator('.who button', { hasText: 'Colours' }).click();
	const light = await ground();
	assert.notEqual(light, dark);
	await page.goto(`${panel.url}/mailboxes`);
	assert.equal(await ground(), light);
	await page.context().close();
});

test('what was typed outlives the session, but no password does', async () => {
	const page = await openPage(browser);
	await signIn(page, panel.url, root);
	await page.goto(`${panel.url}/mailboxes/add`);
	await page.context().clearCookies();
	await page.locator('[name=name]').fill('Typed before');
	await submit(page, { local_part: 'kept', domain: 'example.com', password: 'a long enough secret 1' });
	await page.waitForURL(/\/auth\/login\?next=/);
	assert.doesNotMatch(await page.evaluate(() => JSON.stringify({ ...sessionStorage })), /long enough/);
	await submit(page, root);
	await page.waitForURL(/\/mailboxes\/add$/);
	assert.equal(await page.locator('[name=local_part]').inputValue(), 'kept');
	assert.equal(await page.locator('[name=name]').inputValue(), 'Typed before');
	assert.equal(await page.locator('[name=password]').inputValue(), '');
	await page.goto(`${panel.url}/mailboxes/add`);
	assert.equal(await page.locator('[name=local_part]').inputValue(), '', 'once');
	await page.context().close();
});

test('a whole address in the box of its first half fills both', async () => {
	const page = await openPage(browser);
	await signIn(page, panel.url, root);
	await page.goto(`${panel.url}/mailboxes/add`);
	await page.locator('[name=local_part]').fill('Anna.New@example.com');
	assert.equal(await page.locator('[name=local_part]').inputValue(), 'Anna.New');
	assert.equal(await page.locator('[name=domain]').inputValue(), 'example.com');
	await page.context().close();
});

test('an operator has a logo, a colour and a style sheet of its own, and nothing from elsewhere', async () => {
	const dir = fs.mkdtempSync('/tmp/vimb-look-');
	fs.writeFileSync(`${dir}/logo.svg`, '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20" fill="#2d6a4f"/><script>document.title = 1</script></svg>');
	fs.writeFileSync(`${dir}/own.css`, '.top { border-bottom-width: 7px; } body { background-image: url(https://elsewhere.example/x.png); }');
	fs.chmodSync(dir, 0o755);
	const own = await startPanel({ settings: { 'panel.logo': `${dir}/logo.svg`, 'panel.accent': '#2d6a4f', 'panel.style': `${dir}/own.css` } });
	const page = await openPage(browser);
	await signIn(page, own.url, root);
	const seen = await page.evaluate(() => ({ border: getComputedStyle(document.querySelector('.top')).borderBottomWidth,
		accent: getComputedStyle(document.documentElement).getPropertyValue('--tblr-primary').trim(),
		logo: document.querySelector('.logo').naturalWidth > 0 }));
	assert.deepEqual(seen, { border: '7px', accent: '#2d6a4f', logo: true });
	const logo = await own.get('/look/logo');
	assert.equal(logo.headers.get('content-type'), 'image/svg+xml; charset=utf-8');
	assert.match(logo.headers.get('content-security-policy'), /default-src 'none'/);
	assert.match((await panel.get('/look/logo')).text, /<svg/, 'without one, the panel\'s own');
	await page.context().close();
	await own.stop();
	fs.rmSync(dir, { recursive: true });
});

test('a password that is typed or made is measured', async () => {
	const page = await openPage(browser);
	await signIn(page, panel.url, root);
	await page.goto(`${panel.url}/admins/add`);
	await page.locator('[name=password]').fill('password');
	await page.getByText('Guessed at once').waitFor();
	await page.getByText('Make one').click();
	await page.getByText('Strong', { exact: true }).waitFor();
	assert.deepEqual(await violations(page), []);
	assert.deepEqual(page.faults(), []);
	await page.context().close();
});

test('rows are picked one by one, in a range with Shift, and all of a page', async () => {
	const page = await openPage(browser);
	await signIn(page, panel.url, root);
	await page.goto(`${panel.url}/mailboxes?domain=example.com`);
	const boxes = page.locator('[name=ids]');
	assert.equal(await page.locator('.bulk').isVisible(), false);
	await boxes.nth(1).click();
	assert.equal(await page.locator('.bulk').isVisible(), true);
	await boxes.nth(4).click({ modifiers: ['Shift'] });
	assert.match(await page.locator('[data-count]').textContent(), /^4 /);
	await page.locator('tbody td:has([name=ids])').nth(6).click({ position: { x: 2, y: 2 } });
	assert.match(await page.locator('[data-count]').textContent(), /^5 /, 'beside the box counts as on it');
	await page.locator('[data-pick-all]').click();
	const n = await boxes.count();
	assert.match(await page.locator('[data-count]').textContent(), new RegExp(`^${n} `));
	await page.locator('.bulk [name=verb]').selectOption('disable');
	await page.locator('.bulk button').click();
	await page.locator('h1', { hasText: `Switch off: ${n}` }).waitFor();
	assert.deepEqual(page.faults(), []);
	await page.context().close();
});

test('the pictures of the README', { skip: !process.env.SCREENSHOT }, async () => {
	const take = async (name, target, options) => {
		const page = await openPage(browser, options);
		await signIn(page, panel.url, root);
		await page.goto(panel.url + target);
		await page.mouse.move(0, 0);
		await page.screenshot({ path: `${process.env.SCREENSHOT}/${name}.png` });
		await page.context().close();
	};
	await take('screenshot-overview', '/', { viewport: { width: 1440, height: 860 } });
	await take('screenshot', '/mailboxes?domain=example.com', { viewport: { width: 1440, height: 766 }, colorScheme: 'dark' });
	await take('screenshot-phone', '/mailboxes?domain=example.com', { viewport: phone });
});
