// SPDX-License-Identifier: GPL-3.0-or-later
// Debian's Chromium, driven by playwright-core. Every page a test opens is watched: an error in the console, a script that throws, a blocked resource
// or an answer of 5xx makes page.faults(), which tests expect to be empty.
import fs from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { createRequire } from 'node:module';

const axeSource = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const artefacts = process.env.LOGS ?? 'build/artefacts';

export const desktop = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

export function openBrowser() {
	return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
}

// A page of its own context: cookies and storage are nobody else's.
export async function openPage(browser, { viewport = desktop, colorScheme = 'light', javaScriptEnabled = true, storageState } = {}) {
	const context = await browser.newContext({ viewport, colorScheme, javaScriptEnabled, storageState, reducedMotion: 'reduce' });
	context.setDefaultTimeout(8000);
	const page = await context.newPage();
	const faults = [];
	page.on('console', (m) => { if (m.type() === 'error' && !/status of 4\d\d/.test(m.text())) faults.push(`${page.url()}: ${m.text()}`); });
	page.on('pageerror', (e) => faults.push(`${page.url()}: ${e}`));
	page.on('requestfailed', (r) => { if (!/ERR_ABORTED/.test(r.failure()?.errorText)) faults.push(`${r.url()}: ${r.failure()?.errorText}`); });
	page.on('response', (r) => { if (r.status() >= 500) faults.push(`${r.url()}: ${r.status()}`); });
	page.faults = () => faults;
	return page;
}

// Fills a form by the names of its fields and sends it with its main button.
export async function submit(page, fields) {
	for (const [name, value] of Object.entries(fields)) {
		const field = page.locator(`#form [name="${name}"]`).last();
		if (await field.evaluate((e) => e.tagName) === 'SELECT') await field.selectOption(value);
		else await field.fill(value);
	}
	await page.locator('#form .card-footer .btn-primary').click();
}

// Keeps a picture for people to look at.
export async function picture(page, name) {
	fs.mkdirSync(artefacts, { recursive: true });
	await page.screenshot({ path: path.join(artefacts, `${name}.png`), fullPage: true });
}

// What axe-core finds of WCAG 2.2 A and AA on the page as it is, one line each; rules: only these.
export async function violations(page, rules) {
	await page.evaluate(axeSource);
	const found = await page.evaluate(async (only) => (await globalThis.axe.run(document, { runOnly: only, resultTypes: ['violations'] })).violations,
		rules ?? ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']);
	return found.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')} (${n.failureSummary.split('\n').slice(1, 2).join('').trim()})`));
}

// Does anything stick out to the right?
export const overflows = (page) => page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

// What is wrong with a page in light and in dark, added to the list; the page goes on.
export async function check(page, name, where) {
	const wrong = page.wrong ??= [];
	const within = await page.locator('[style]:not([style=""]), style, script:not([src])').evaluateAll((all) => all.map((e) => e.outerHTML.slice(0, 150)));
	if (within.length > 0) wrong.push(`${name} ${where}: a style or script within the page: ${within[0]}`);
	if (await page.locator('body > button').count() > 0) wrong.push(`${name} ${where}: a button that belongs nowhere`);
	if (await overflows(page)) wrong.push(`${name} ${where}: wider than its window`);
	for (const colorScheme of ['light', 'dark']) {
		await page.emulateMedia({ colorScheme });
		await picture(page, `${name}-${where}-${colorScheme}`);
		const found = await violations(page, colorScheme === 'dark' ? ['color-contrast', 'link-in-text-block'] : undefined);
		wrong.push(...found.map((line) => `${name} ${where} ${colorScheme}: ${line}`));
	}
}

export async function signIn(page, url, { username, password }) {
	await page.goto(`${url}/auth/login`);
	await submit(page, { username, password });
	await page.locator('.who').waitFor();
}
