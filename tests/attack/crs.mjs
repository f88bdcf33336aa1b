// SPDX-License-Identifier: GPL-3.0-or-later
// Functional tests through nginx, ModSecurity and the OWASP core rule set: what the rules stop there is a false alarm. The hostile tests are not among
// them, nor those of the wire, which ask of the panel what nginx answers. And contrib/nginx/vimbadmin.conf itself, with a certificate made for it. ATTACK_ONLY: a pattern of files.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { runTool } from './stage.mjs';

const files = ['back', 'bulk', 'demo', 'export', 'find', 'forms', 'import', 'import_task', 'invite', 'language', 'log', 'mail', 'matrix', 'overview', 'owner', 'plugins', 'reset', 'roles', 'second', 'session', 'stepup', 'token', 'token_page', 'undo', 'warn'];

// Tests that fail behind a proxy and the rules, and shall: the most send on purpose what the rules are there to stop.
const meant = {
	back: [['the way back is a list of this panel, the one the form belongs to, and nothing else', 'a way back of /../']],
	export: [['a name outside ASCII', 'a header field in a name']],
	forms: [['switches set a state, and lead back to the list with its filters', 'a way back of javascript:'], ['hostile values are shown as text everywhere', 'scripts in every field'], ['searches take every character literally', 'SQL as a search']],
	import: [['a check changes nothing and names every fault; then the rows are taken in', 'a script in a file'], ['a file that is none: an error at its field; a form that no browser sends: refused whole', 'bodies that cannot be read'],
		['a file beyond the limit is refused before it is read', 'nginx waits for the body that the test does not send']],
	language: [['what is no language, and where it cannot lead', 'a path of ../']],
	owner: [['the right one is taken, without a session before or after', 'it says to come from elsewhere, by a header that the proxy replaces, so tries of other tests count'],
		['the owner is mailed that the password was changed: from where, when it was on this page; by whom, when it was not', 'it says to come from elsewhere, by a header that the proxy replaces']],
	session: [['who signs in is told of tries from elsewhere that failed, and not of his own', 'it says to come from elsewhere, by a header that the proxy replaces']],
	reset: [['a proof counts once; without one the mail waits', 'SQL as a proof'], ['not offered without public_url, without mail, or when switched off', 'without public_url a panel on a socket alone has no name, so all is 421']],
	token: [['who asks is looked at before the body: what is wrong with one is told to nobody else', 'bodies that cannot be read']],
	stepup: [['one sees where one is signed in, and ends it', 'it says to come from elsewhere, by a header that the proxy replaces']],
};
// The alarms of those, and of tests that do not mind who refuses: rule, request and what was found in it.
const right = /ARGS:back: \/mailboxes\/\.\.\/|script>|javascript:|<script|OR 1=1|onfocus=|local_part: \.\.|^949110 |^941100 .*POST \/import|^200002 .*\/import|^200002 .*\/api\/aliases\/add 400|ARGS:language: \.\.\/de|ARGS:proof: ' OR 1|^9211[26]0 .*%0d%0aSet-Cookie|^920220 .*q=%25/;

// '' when nginx takes the file, otherwise what it says
function checkFile(dir) {
	const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(dir, name));
	execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=mail.example.com'], { stdio: 'pipe' });
	const text = fs.readFileSync(new URL('../../contrib/nginx/vimbadmin.conf', import.meta.url), 'utf8').replace(/\/etc\/letsencrypt\S+fullchain\.pem/, cert).replace(/\/etc\/letsencrypt\S+privkey\.pem/, key);
	fs.writeFileSync(path.join(dir, 'nginx.conf'), `pid ${dir}/pid; error_log stderr;\nevents {}\nhttp {\naccess_log off;\n${text}}\n`);
	try {
		execFileSync('nginx', ['-t', '-q', '-c', path.join(dir, 'nginx.conf'), '-p', dir], { stdio: 'pipe' });
		return '';
	} catch (e) {
		return e.stderr.toString();
	}
}

// What the rules said in the folders below: rule and its text, and how often.
function alarms(dir) {
	const seen = new Map();
	let requests = 0;
	for (const name of fs.readdirSync(dir).filter((n) => n.startsWith('nginx-'))) {
		const file = path.join(dir, name, 'audit.log');
		const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
		for (const { transaction: t } of lines.map((line) => JSON.parse(line))) {
			requests++;
			for (const m of t.messages) {
				const key = `${m.details.ruleId} ${m.message}`;
				seen.set(key, [...(seen.get(key) ?? []), `${t.request.method} ${t.request.uri} ${t.response.http_code}: ${m.details.data.slice(0, 200)}`]);
			}
		}
	}
	return { seen, requests };
}

export default async function attack(dir) {
	const findings = [];
	const said = checkFile(dir);
	if (said) findings.push(`contrib/nginx/vimbadmin.conf: ${said}`);
	process.env.TEST_FRONT = dir;
	let passed = 0, failed = 0;
	const named = files.filter((f) => new RegExp(process.env.ATTACK_ONLY || '').test(f)).filter((f) => fs.existsSync(`tests/http/${f}.test.mjs`));
	for (const name of named) {
		const log = path.join(dir, `${name}.log`);
		const { out } = await runTool('node', ['--test', `tests/http/${name}.test.mjs`], { log, seconds: 600 });
		const names = [...out.matchAll(/^not ok \d+ - (.*)$/gm)].map((m) => m[1].replaceAll('\\#', '#'));
		const known = (meant[name] ?? []).map(([test]) => test);
		const [, good] = /^# pass (\d+)$/m.exec(out) ?? [0, 0], [, bad] = /^# fail (\d+)$/m.exec(out) ?? [0, 1];
		passed += Number(good);
		failed += Number(bad);
		const others = names.filter((test) => !known.includes(test));
		if (others.length || names.length < Number(bad)) findings.push(`${name}: behind the rules fail: ${others.join('; ')}, see ${log}`);
		const stopped = known.filter((test) => names.includes(test));
		if (stopped.length < known.length) findings.push(`${name}: passes, though the rules should stop it: ${known.filter((test) => !stopped.includes(test)).join('; ')}`);
		console.error(`  ${name}: ${good} passed, ${bad} failed`);
	}
	delete process.env.TEST_FRONT;
	const { seen, requests } = alarms(dir);
	let explained = 0;
	for (const [rule, where] of seen) {
		const wrong = where.filter((w) => !right.test(`${rule} ${w}`));
		explained += where.length - wrong.length;
		if (wrong.length) findings.push(`${wrong.length} × ${rule}: ${wrong[0]}`);
	}
	return { findings, figures: `${named.length} files, ${passed} tests passed, ${failed} that attack or need another address fail, as they shall; ${requests} requests with an alarm, ${explained} alarms are right` };
}
