// SPDX-License-Identifier: GPL-3.0-or-later
// Lighthouse on the pages people see most, on a phone and on a desktop, the middle of RUNS (3) runs each. It is too large to be a dependency:
//   mkdir DIR; npm --prefix DIR install lighthouse@12 chrome-launcher; make release
//   O=$PWD/build VIMBADMIN=$PWD/build/release/vimbadmin LIGHTHOUSE=DIR node tests/bench/lighthouse.mjs
// Prints a line a page: performance, accessibility, best practices, and below it every audit that counts and is not met.
import { createRequire } from 'node:module';
import { startPanel } from '../http/lib/panel.mjs';
import { fillSample } from '../browser/lib/sample.mjs';

const { resolve } = createRequire(`${process.env.LIGHTHOUSE}/package.json`);
const [{ default: lighthouse, desktopConfig }, { launch }] = await Promise.all([import(resolve('lighthouse')), import(resolve('chrome-launcher'))]);
const runs = Number(process.env.RUNS ?? 3), only = process.env.PAGES?.split(',');
const panel = await startPanel();
await panel.signIn();
const ids = await fillSample(panel);
const chrome = await launch({ chromePath: process.env.CHROMIUM ?? '/usr/bin/chromium', chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu'] });
const Cookie = [...panel.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
const pages = { 'sign-in': '/auth/login', overview: '/', mailboxes: '/mailboxes', domains: '/domains', log: '/log', mailbox: `/mailboxes/${ids.mailbox}`, form: `/mailboxes/${ids.mailbox}/edit`,
	tokens: '/tokens', search: '/search?q=an' };

async function score(name, config) {
	const options = { port: chrome.port, onlyCategories: ['performance', 'accessibility', 'best-practices'], extraHeaders: name === 'sign-in' ? {} : { Cookie }, logLevel: 'silent' };
	return (await lighthouse(panel.url + pages[name], options, config)).lhr;
}

for (const name of only ?? Object.keys(pages))
	for (const [form, config] of [['phone', undefined], ['desktop', desktopConfig]]) {
		const all = [];
		for (let i = 0; i < runs; i++) all.push(await score(name, config));
		const at = (lhr) => lhr.categories.performance.score;
		const middle = all.sort((a, b) => at(a) - at(b))[runs >> 1];
		console.log(name, form, Object.values(middle.categories).map((c) => Math.round(c.score * 100)).join(' '), `(${all.map((lhr) => Math.round(at(lhr) * 100)).join(', ')})`);
		for (const { auditRefs } of Object.values(middle.categories))
			for (const { id, weight } of auditRefs) {
				const { score: met, displayValue, details } = middle.audits[id];
				if (weight > 0 && met !== null && met < 0.9) console.log(`  ${id} ${met} ${displayValue ?? ''} ${JSON.stringify(details?.items ?? '').slice(0, 300)}`);
			}
	}
await chrome.kill();
await panel.stop();
