// SPDX-License-Identifier: GPL-3.0-or-later
// wapiti crawls the panel as a super, with every page of the route table to start from, and attacks each parameter and form it meets; then the pages
// of nobody. Its modules that ask the network (nikto, wapp and the lists of CMS) are left out; where ssrf and xxe look for what came back stands a server
// of ours. ATTACK_WAPITI_CRAWL (180) and
// ATTACK_WAPITI_EACH (120): seconds at the most for finding pages and for each module; what was cut
// short is said. ATTACK_WAPITI_MODULES: other modules.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { routes } from '../http/lib/routes.mjs';
import { at, runTool, stage, stillIn } from './stage.mjs';

const modules = process.env.ATTACK_WAPITI_MODULES || 'backup,blindsql,buster,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,methods,permanentxss,redirect,shellshock,sql,ssrf,xss,xxe';
const crawl = Number(process.env.ATTACK_WAPITI_CRAWL || 180), each = Number(process.env.ATTACK_WAPITI_EACH || 120);
const seconds = crawl + each * modules.split(',').length + 60;
// what would end the attack, or take what it works on
const excluded = ['/auth/logout*', '/account/*', '/admin/two-factor*', '/admins/1/*', '/domains/*/delete', '/mailboxes/*/delete', '/aliases/*/delete', '/admins/*/delete', '/admins/*/sessions*', '/admins/*/two-factor*', '/s/*', '/language?*'];

// One thing of each kind is enough: the pages of all others are the same ones.
function others(ids) {
	return Object.entries(ids).flatMap(([kind, id]) => Array.from({ length: id + 40 }, (_, i) => i + 1).filter((n) => n !== id).flatMap((n) => [`/${kind}/${n}`, `/${kind}/${n}/*`, `/${kind}?*domain=${n}*`]));
}

// Debian 12's wapiti 3.0.4 dies of -x under its own Python 3.11, which wants flags in front of a pattern; it goes on with this.
const launcher = `import re, runpy, sys
compile = re.compile
re.compile = lambda p, flags=0: compile(p[:-5], flags | re.M | re.S) if isinstance(p, str) and p.endswith('(?ms)') else compile(p, flags)
sys.argv[0] = 'wapiti'
runpy.run_path('/usr/bin/wapiti', run_name='__main__')`;

// Alarms that are none here, each with why.
const explained = [
	[/Strict-Transport-Security/i, 'the panel is asked in clear; it sends the header where its address is https'],
	[/X-XSS-Protection/i, 'browsers have no such filter any more, and where they had it, it was a hole; the policy forbids scripts of others'],
	[/CSRF token 'token' might be easy to predict/, "the box of an invitation's token, empty until the one from the mail is in it; the form's own is csrf, beside it"],
	[/Secure flag is not set/i, 'the same; the cookie is Secure where its address is https'],
];

// Counts who comes: whoever fetched an address that stood in a parameter.
async function endpoint() {
	const hits = [];
	const server = http.createServer((req, res) => {
		if (!/^\/$|get_(ssrf|xxe)\.php/.test(req.url)) hits.push(req.url); // those are of wapiti itself
		res.writeHead(200, { 'content-type': 'application/json' }).end('{}');
	});
	await new Promise((done) => server.listen(0, '127.0.0.1', done));
	return { hits, url: `http://127.0.0.1:${server.address().port}/`, stop() { server.closeAllConnections?.(); server.close(); } };
}

// wapiti calls a token unchecked when the answers with the right one and with a wrong one are alike, as they are where both are refused for something else. So
// the request with the wrong one is sent once more: refused, it was no alarm.
async function refused(panel, alarm) {
	const [head, ...body] = alarm.http_request.replaceAll('\r', '').split('\n\n');
	const type = /^content-type: (.*)$/im.exec(head)?.[1] ?? 'application/x-www-form-urlencoded';
	const text = body.join('\n\n').replaceAll(panel.csrf, 'wapiti');
	const sent = type.startsWith('multipart') ? text.replaceAll('\n', '\r\n') : text.trim();
	const { status } = await panel.fetch('POST', /^POST (\S+)/.exec(head)[1], { body: sent, headers: { origin: panel.url, 'content-type': type } });
	return status >= 400 && sent.includes('wapiti');
}

async function sift(panel, file, known) {
	const report = JSON.parse(fs.readFileSync(file, 'utf8'));
	const alarms = Object.entries({ ...report.vulnerabilities, ...report.anomalies }).flatMap(([kind, list]) => list.map((a) => ({ ...a, kind, text: `${kind}: ${a.method} ${a.path} ${a.parameter ?? ''}: ${a.info}` })));
	const tokens = alarms.filter((a) => /^CSRF token/.test(a.info));
	for (const a of tokens) a.none = await refused(panel, a);
	if (tokens.some((a) => a.none)) known.push(`${tokens.filter((a) => a.none).length} × a token that is said to be unchecked (the request is refused)`);
	for (const [pattern, why] of explained) {
		const n = alarms.filter((a) => pattern.test(a.text)).length;
		if (n) known.push(`${n} × ${pattern.source} (${why})`);
	}
	return alarms.filter((a) => !a.none && !explained.some(([p]) => p.test(a.text))).map((a) => a.text);
}

export default async function attack(dir) {
	const findings = [], told = [], known = [];
	for (const who of ['nobody', 'super']) {
		const panel = await stage();
		const outside = await endpoint();
		try {
			const starts = routes.filter((r) => r.get && !r.rest && (who === 'super' || r.who === 'ANYONE')).map((r) => panel.url + at(r, panel.ids));
			const headers = Object.entries(panel.headers).filter(([k]) => k !== 'X-CSRF-Token' && (who === 'super' || k !== 'Cookie')).flatMap(([k, v]) => ['-H', `${k}: ${v}`]);
			// its forms carry the token themselves; a header that is right would hide whether that one is looked at
			const report = path.join(dir, `${who}.json`);
			const { out, cut } = await runTool('/usr/bin/python3', ['-c', launcher, '-u', `${panel.url}/`, '--scope', 'folder', ...starts.flatMap((s) => ['-s', s]), ...[...excluded, ...others(panel.ids)].flatMap((x) => ['-x', panel.url + x]), ...headers,
				'-m', modules, '--level', '2', '--flush-session', '--store-session', path.join(dir, `${who}.session`), '--max-scan-time', String(crawl), '--max-attack-time', String(each), '--max-links-per-page', '200', '--no-bugreport', '--external-endpoint', outside.url, '--internal-endpoint', outside.url,
				'-f', 'json', '-o', report, '-v', '1'], { log: path.join(dir, `${who}.log`), seconds });
			if (cut || !fs.existsSync(report)) {
				findings.push(`${who}: wapiti did not end, see ${dir}/${who}.log`);
				continue;
			}
			const alarms = await sift(panel, report, known);
			findings.push(...alarms.map((text) => `${who}: ${text}`), ...outside.hits.map((url) => `${who}: somebody fetched ${url}`));
			const short = [...out.matchAll(/Max attack time was reached for module (\w+)|Max (scan) time was reached/g)].map((m) => m[1] ?? 'finding pages');
			told.push(`${who}: ${new Set([...out.matchAll(/^\[\+\] ((?:GET|POST) \S+) \(\d+\)/gm)].map((m) => m[1])).size} addresses found${short.length ? `, not done to the end: ${short.join(', ')}` : ''}`);
			if (/Traceback/.test(out)) findings.push(`${who}: a module broke, see ${dir}/${who}.log`);
			if (who === 'super' && !await stillIn(panel)) findings.push('the session ended on the way');
			if (/child\.died|internal/.test(panel.log())) findings.push(`the panel's log: ${/.*(child\.died|internal).*/.exec(panel.log())[0]}`);
		} finally {
			outside.stop();
			await panel.stop();
		}
	}
	return { findings, figures: [...told, ...new Set(known)].join('; ') };
}
