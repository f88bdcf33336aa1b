// SPDX-License-Identifier: GPL-3.0-or-later
// sqlmap on every filter of every list, every number in a path, every field of every form by the JSON door, and the headers the panel reads.
// TEST_ENGINE and TEST_SERVER: on a server, as in tests/http/lib/engine.mjs. ATTACK_LEVEL (3), ATTACK_RISK (2); ATTACK_LISTS_LEVEL (5), ATTACK_LISTS_RISK (3) for the filters; ATTACK_ONLY: a pattern of targets.
import http from 'node:http';
import path from 'node:path';
import { engine, freshDatabase } from '../http/lib/engine.mjs';
import { routes } from '../http/lib/routes.mjs';
import { at, filters, forms, runTool, stage, stillIn } from './stage.mjs';

const number = (name, otherwise) => Number(process.env[name] || otherwise);
const deep = { level: number('ATTACK_LISTS_LEVEL', 5), risk: number('ATTACK_LISTS_RISK', 3) };
const wide = { level: number('ATTACK_LEVEL', 3), risk: number('ATTACK_RISK', 2) };
const dbms = { sqlite: 'SQLite', mysql: 'MySQL', pgsql: 'PostgreSQL' }[engine];
const vulnerable = /is vulnerable|identified the following injection/;
const heads = ['User-Agent', 'Referer', 'Cookie', 'Host'];

// The attacks: a name, where, and what sqlmap is told besides.
async function plan(panel) {
	const all = [];
	for (const { target, parameters, route } of filters(panel.ids)) {
		const query = parameters.filter(([, value]) => value !== '').map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
		all.push({ name: `GET ${route.path}`, url: `/api${target}?${query}`, ...deep });
		for (const [name, value] of parameters.filter(([, v]) => v === '')) all.push({ name: `GET ${route.path} ${name}`, url: `/api${target}?${name}=1${value}`, ...wide });
	}
	for (const route of routes.filter((r) => r.get && r.json && r.path.includes('{id}'))) {
		const id = at(route, panel.ids).split('/')[2];
		all.push({ name: `GET ${route.path} id`, url: `/api${route.path.replace('{id}', `${id}*`)}`, ...wide });
	}
	for (const { target, fields, route } of await forms(panel)) all.push({ name: `POST ${route.path}`, url: `/api${target}`, data: JSON.stringify(fields), ...wide });
	for (const name of heads.slice(0, 3)) all.push({ name: `header ${name}`, url: '/api/domains', only: name, level: Math.max(5, wide.level), risk: wide.risk });
	all.push({ name: 'header X-Forwarded-For', url: '/api/domains', forwarded: true, ...wide });
	return all.filter((a) => new RegExp(process.env.ATTACK_ONLY || '').test(a.name));
}

function options(panel, dir, attack) {
	const { Cookie, ...others } = panel.headers;
	const lines = Object.entries(others).map(([k, v]) => `${k}: ${v}`);
	if (attack.forwarded) lines.push('X-Forwarded-For: 192.0.2.9*');
	if (attack.data) lines.push('Content-Type: application/json');
	return ['-u', panel.url + attack.url, ...(attack.data ? ['--data', attack.data] : []), '--cookie', Cookie, '--headers', lines.join('\n'),
		...(attack.only ? ['-p', attack.only.toLowerCase()] : ['--skip', heads.join(',')]), '--level', String(attack.level), '--risk', String(attack.risk), '--dbms', dbms, '--batch',
		'--flush-session', '--disable-coloring', '--skip-waf', '--ignore-code', '401,404', '--ignore-redirects', '--drop-set-cookie', '--output-dir', path.join(dir, 'sqlmap')];
}

// Whether sqlmap finds what is there, told the same way: a server that pastes its parameter into a statement.
async function findsControl(dir) {
	const db = freshDatabase(path.join(dir, 'control.db'));
	db.sql("DROP TABLE IF EXISTS t; CREATE TABLE t (id INT, name VARCHAR(20)); INSERT INTO t VALUES (1, 'own'), (2, 'other')");
	const server = http.createServer((req, res) => {
		const id = new URL(req.url, 'http://x').searchParams.get('id');
		try {
			res.end(db.sql(`SELECT * FROM t WHERE id = ${id}`));
		} catch {
			res.writeHead(400).end('no');
		}
	});
	await new Promise((done) => server.listen(0, '127.0.0.1', done));
	try {
		const panel = { url: `http://127.0.0.1:${server.address().port}`, headers: { Cookie: 'a=b' } };
		const { out } = await runTool('sqlmap', options(panel, dir, { url: '/?id=1', level: 1, risk: 1 }), { log: path.join(dir, 'control.log'), seconds: 300 });
		return vulnerable.test(out);
	} finally {
		server.closeAllConnections?.();
		server.close();
		db.remove();
	}
}

export default async function attack(dir) {
	const panel = await stage();
	const findings = [];
	let parameters = 0, requests = 0, done = 0;
	if (!await findsControl(dir)) findings.push('sqlmap does not find the hole that was made for it');
	try {
		for (const target of await plan(panel)) {
			const log = path.join(dir, `${++done}.log`);
			const { out, cut } = await runTool('sqlmap', options(panel, dir, target), { log, seconds: number('ATTACK_SECONDS', 3600) });
			const tested = new Set([...out.matchAll(/(?:parameter|header) '([^']+)' (?:does not seem to be injectable|is vulnerable|appears to be)/g)].map((m) => m[1]));
			parameters += tested.size;
			requests += [...out.matchAll(/ - (\d+) times/g)].reduce((sum, m) => sum + Number(m[1]), 0);
			if (cut || tested.size === 0) findings.push(`${target.name}: not done, see ${log}`);
			if (vulnerable.test(out)) findings.push(`${target.name}: ${/Parameter: .*/.exec(out)?.[0] ?? ''} see ${log}`);
			if (/internal server error|500 \(Internal/i.test(out)) findings.push(`${target.name}: the panel answered 500, see ${log}`);
			console.error(`  ${target.name} (${target.level}/${target.risk}): ${[...tested].join(', ')}`);
		}
		if (!await stillIn(panel)) findings.push('the session ended on the way');
		if (/child\.died|internal/.test(panel.log())) findings.push(`the panel's log: ${/.*(child\.died|internal).*/.exec(panel.log())[0]}`);
	} finally {
		await panel.stop();
	}
	return { findings, figures: `${dbms}: ${done} targets, ${parameters} parameters, ${requests} refusals counted` };
}
