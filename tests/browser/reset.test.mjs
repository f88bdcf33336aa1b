// SPDX-License-Identifier: GPL-3.0-or-later
// A lost password in a browser: with JavaScript the page computes its proof and takes the code out of the link, without it the code is typed in.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { startPanel, root } from '../http/lib/panel.mjs';
import { startSink } from '../http/lib/smtp.mjs';
import { openBrowser, openPage, picture, submit } from './lib/browser.mjs';

let sink, panel, browser;
const sql = (text) => execFileSync('sqlite3', ['-cmd', '.timeout 5000', `${panel.dir}/vimbadmin.db`, text], { encoding: 'utf8' }).trim();

before(async () => {
	sink = await startSink();
	panel = await startPanel({ settings: { 'resources.mail.transport.host': '127.0.0.1', 'resources.mail.transport.port': sink.port,
		'resources.mail.transport.ssl': 'none', 'identity.mailer.email': 'panel@example.com', 'mail.notices': 'no' } });
	browser = await openBrowser();
});
after(async () => {
	await browser?.close();
	await panel?.stop();
	await sink?.stop();
});

for (const script of [true, false]) {
	test(`a lost password ${script ? 'with' : 'without'} JavaScript`, async () => {
		const page = await openPage(browser, { javaScriptEnabled: script });
		const asked = [];
		page.on('request', (r) => asked.push(r.url()));
		const n = sink.mails.length;
		await page.goto(`${panel.url}/auth/login`);
		await page.getByText('Lost your password?').click();
		await picture(page, `lost-password${script ? '' : '-plain'}`);
		await submit(page, { username: root.username });
		await page.waitForURL(/\/auth\/login$/, { timeout: 60000 });
		assert.match(await page.locator('#flash').innerText(), /a mail with a link is on its way/);
		const delay = Number(sql("SELECT run_at - created_at FROM vimb_job WHERE kind = 'mail' ORDER BY id DESC LIMIT 1"));
		assert.equal(delay, script ? 0 : 60);
		if (!script) sql("UPDATE vimb_job SET run_at = 0 WHERE kind = 'mail'");
		const mail = await sink.wait(n + 1);
		const url = /^http:\S+$/m.exec(mail.text)[0];
		const code = /is:\n\n(\w+)\n/.exec(mail.text)[1];
		await page.goto(url);
		const password = `chosen in a browser ${script}`;
		if (script) {
			assert.equal(await page.locator('#f-token').inputValue(), code);
			assert.equal(await page.locator('#f-username').inputValue(), root.username);
			assert.ok(!page.url().includes(code), 'the code stays in the address bar');
		}
		await picture(page, `reset-password${script ? '' : '-plain'}`);
		await submit(page, script ? { password } : { username: root.username, token: code, password });
		await page.waitForURL(/\/auth\/login$/, { timeout: 60000 });
		await submit(page, { username: root.username, password });
		await page.waitForURL(/\/domains$/, { timeout: 60000 });
		assert.ok(!asked.some((u) => u.split('#')[0].includes(code)), 'the code went into a request\'s path');
	});
}
