// SPDX-License-Identifier: GPL-3.0-or-later
// `make bench`: the rows of the budget table, each beside its reference in the same run. Ratios and medians of alternating rounds; the machine is shared, so
// single absolute times say little. BENCH_MAILBOXES (200000) in BENCH_DOMAINS (1000), BENCH_SECONDS (3) a round, BENCH_ROUNDS (3).
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startPanel, freePort, sleep, root } from '../http/lib/panel.mjs';

const mailboxes = Number(process.env.BENCH_MAILBOXES || 200000);
const domains = Number(process.env.BENCH_DOMAINS || 1000);
const seconds = Number(process.env.BENCH_SECONDS || 3);
const rounds = Number(process.env.BENCH_ROUNDS || 3);
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'vimbadmin-bench-'));
fs.chmodSync(work, 0o755);

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const rows = [];
const row = (what, measured, reference, ratio, budget, met) => rows.push({ what, measured, reference, ratio, budget, met });

// Fills a fresh database in one transaction, the search indexes through their triggers.
function load(file, count) {
	const started = Date.now();
	const per = Math.ceil(count / domains);
	const names = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${domains})`;
	execFileSync('sqlite3', [file], { input: `
PRAGMA synchronous = OFF; PRAGMA cache_size = -400000;
BEGIN;
${names} INSERT INTO domain (domain, description, quota, created, mailbox_count, alias_count)
  SELECT printf('d%04d.example', i), 'number ' || i, 1073741824, '2026-01-01 00:00:00', ${per}, 0 FROM n;
WITH RECURSIVE m(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM m WHERE i < ${per - 1})
INSERT INTO mailbox (username, password, name, quota, local_part, active, created, delete_pending, Domain_id)
  SELECT local || '@' || domain, '{BLF-CRYPT}*', name, 1073741824, local, 1, '2026-01-01 00:00:00', 0, id FROM (
    SELECT d.id, d.domain, printf('%s.%s%d', substr('annabencarldoraemilfritgretahansidajohnkatelenamaxnoraotto', (m.i * 7 + d.id * 3) % 54 + 1, 5),
      substr('smithjonesbrownwhitegreenblackmoorehallkingwrightscott', (m.i * 11 + d.id) % 48 + 1, 6), m.i) AS local,
      'Person ' || (m.i * 1000 + d.id) AS name FROM domain d CROSS JOIN m ORDER BY m.i, d.id);
INSERT INTO alias (address, goto, active, created, Domain_id) SELECT username, username, 1, created, Domain_id FROM mailbox;
INSERT INTO dovecot_quota (username, bytes, messages) SELECT username, (id * 7919) % 1073741824, id % 5000 FROM mailbox;
COMMIT; ANALYZE;
` });
	return (Date.now() - started) / 1000;
}

// wrk's own words: {rps, p50, p99, errors}; latencies in ms.
function wrk(url, { connections = 8, headers = {}, script } = {}) {
	const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency'];
	for (const [k, v] of Object.entries(headers)) args.push('-H', `${k}: ${v}`);
	if (script) args.push('-s', script);
	const out = spawnSync('wrk', [...args, url], { encoding: 'utf8' }).stdout;
	const ms = (text) => { const m = /([\d.]+)(us|ms|s)/.exec(text); return Number(m[1]) * { us: 0.001, ms: 1, s: 1000 }[m[2]]; };
	const pick = (p) => { const m = new RegExp(`${p}%\\s+(\\S+)`).exec(out); return m ? ms(m[1]) : NaN; };
	const bad = /Non-2xx or 3xx responses: (\d+)/.exec(out);
	return { rps: Number(/Requests\/sec:\s+([\d.]+)/.exec(out)?.[1] ?? 0), p50: pick(50), p99: pick(99), errors: Number(bad?.[1] ?? 0) };
}

// nginx sending files of our sizes: two workers, no log, keep-alive, as its manual suggests for static files.
async function startNginx() {
	const port = await freePort();
	const www = path.join(work, 'www');
	fs.mkdirSync(www, { recursive: true });
	const conf = path.join(work, 'nginx.conf');
	fs.writeFileSync(conf, `worker_processes 2; daemon off; pid ${work}/nginx.pid; error_log ${work}/nginx.err;
events { worker_connections 1024; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; open_file_cache max=100; default_type text/html;
server { listen 127.0.0.1:${port}; root ${www}; } }`);
	const child = spawn('/usr/sbin/nginx', ['-c', conf, '-p', work], { stdio: 'ignore' });
	await sleep(500);
	return { port, put: (name, bytes) => { fs.writeFileSync(path.join(www, name), bytes); fs.chmodSync(www, 0o755); return `http://127.0.0.1:${port}/${name}`; },
		stop: () => child.kill('SIGTERM') };
}

// Alternating rounds of ours and the reference; the median of the ratios.
function pair(ours, theirs) {
	const a = [], b = [], ratios = [];
	for (let i = 0; i < rounds; i++) {
		a.push(ours());
		b.push(theirs());
		ratios.push(a[i].rps / b[i].rps);
	}
	const worst = Math.max(...a.map((r) => r.errors));
	return { rps: median(a.map((r) => r.rps)), ref: median(b.map((r) => r.rps)), ratio: median(ratios), p99: median(a.map((r) => r.p99)), errors: worst };
}

const perSecond = (n) => `${Math.round(n)}/s`;

async function againstNginx(panel, nginx) {
	const cookie = [...panel.cookies].map(([k, v]) => `${k}=${v}`).join('; ');
	const login = await panel.client().get('/auth/login');
	const css = /href="(\/s\/app\.[^"]+\.css)"/.exec(login.text)[1];
	const style = await panel.get(css);
	const list = await panel.get('/mailboxes?domain=d0500.example');
	if (list.status !== 200) throw new Error(`list: ${list.status}`);
	const cases = [
		['static asset', css, style.text, {}, 0.7],
		['login page', '/auth/login', login.text, {}, 0.7],
		[`mailbox list, 50 of ${mailboxes}`, '/mailboxes?domain=d0500.example', list.text, { cookie }, 0.4],
	];
	for (const [what, target, body, headers, budget] of cases) {
		const url = nginx.put(what.replace(/\W/g, '_'), body);
		const r = pair(() => wrk(panel.url + target, { headers }), () => wrk(url));
		row(`${what} (${body.length} bytes)`, perSecond(r.rps), `nginx ${perSecond(r.ref)}`, r.ratio.toFixed(2),
			`>= ${budget}${what.startsWith('mailbox') ? ', p99 < 10 ms' : ''}`, r.ratio >= budget && r.errors === 0 && (!what.startsWith('mailbox') || r.p99 < 10));
		if (what.startsWith('mailbox')) row('  its p99 at 8 connections', `${r.p99.toFixed(2)} ms`, '', '', '< 10 ms', r.p99 < 10);
	}
}

async function lists(panel) {
	const cookie = [...panel.cookies].map(([k, v]) => `${k}=${v}`).join('; ');
	const api = wrk(`${panel.url}/api/mailboxes?domain=d0500.example&limit=200`, { headers: { cookie, accept: 'application/json' } });
	row('API list of 200 mailboxes', perSecond(api.rps), 'PHP fork 127/s (quoted)', '', '12000/s', api.rps >= 12000);
	const times = [];
	for (let i = 0; i < 200; i++) {
		const text = ['nna.bro', 'person 77', `n${i}@d0${100 + i}`, 'example', 'zzzzqq', 'mith', 'hall', `d0${300 + i}`][i % 8];
		const started = process.hrtime.bigint();
		const r = await panel.get(`/mailboxes?q=${encodeURIComponent(text)}`);
		if (r.status !== 200) throw new Error(`search: ${r.status} ${r.text}`);
		times.push(Number(process.hrtime.bigint() - started) / 1e6);
	}
	times.sort((a, b) => a - b);
	row(`substring search over ${mailboxes}, p95 of 200`, `${times[190].toFixed(1)} ms`, 'PHP fork 2670 ms (quoted)', '', '< 30 ms', times[190] < 30);
}

async function changes(panel) {
	const made = await panel.api('POST', '/aliases/add', { address: 'bench@d0001.example', goto: 'someone@elsewhere.example', active: true });
	if (made.status >= 300) throw new Error(made.text);
	const times = [];
	for (let i = 0; i < 200; i++) {
		const started = process.hrtime.bigint();
		const r = await panel.api('POST', `/aliases/${made.json.id}/edit`, { goto: `t${i}@elsewhere.example` });
		if (r.status >= 300) throw new Error(r.text);
		times.push(Number(process.hrtime.bigint() - started) / 1e6);
	}
	// the reference of a durable change is the disk: as many appends of one page with fsync
	const fd = fs.openSync(path.join(panel.dir, 'sync'), 'w');
	const syncs = times.map(() => {
		const started = process.hrtime.bigint();
		fs.writeSync(fd, Buffer.alloc(4096));
		fs.fdatasyncSync(fd);
		return Number(process.hrtime.bigint() - started) / 1e6;
	});
	fs.closeSync(fd);
	row('change of an alias, request to answer, median', `${median(times).toFixed(2)} ms`, `fdatasync ${median(syncs).toFixed(2)} ms`,
		(median(times) / median(syncs)).toFixed(2), '1 ms', median(times) <= 1);
}

// Proportional set size of all processes of the panel, in MB.
function memory(pid) {
	const kids = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }).trim().split(/\s+/).filter(Boolean);
	const pss = (p) => Number(/^Pss:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${p}/smaps_rollup`, 'utf8'))[1]) / 1024;
	return [pid, ...kids].reduce((sum, p) => sum + pss(p), 0);
}

async function startTime() {
	const times = [];
	for (let i = 0; i < 5; i++) {
		const panel = await startPanel();
		times.push(panel.startedMs);
		await panel.stop();
	}
	return median(times);
}

async function firstLoad(panel) {
	const page = await panel.client().get('/auth/login');
	const assets = [...new Set([...page.text.matchAll(/(?:href|src)="(\/s\/[^"#]+)/g)].map((m) => m[1]))];
	let bytes = page.text.length;
	for (const a of assets) {
		const r = await panel.get(a, { 'accept-encoding': 'br' });
		bytes += Number(r.headers.get('content-length'));
	}
	row('first load', `${assets.length + 1} requests, ${(bytes / 1024).toFixed(0)} KB`, 'PHP fork 34, 407 KB (quoted)', '', '6, 150 KB', assets.length + 1 <= 6 && bytes <= 150 * 1024);
}

const panel = await startPanel();
const file = path.join(panel.dir, 'vimbadmin.db');
const took = load(file, mailboxes);
console.log(`${os.cpus().length} cores, ${mailboxes} mailboxes in ${domains} domains loaded in ${took.toFixed(1)} s; ${rounds} rounds of ${seconds} s`);
row('memory at rest, all processes', `${memory(panel.child.pid).toFixed(1)} MB`, 'PHP fork 51 MB (quoted)', '', '15 MB', memory(panel.child.pid) <= 15);
await panel.signIn(root.username, root.password);
const nginx = await startNginx();
try {
	await againstNginx(panel, nginx);
	await lists(panel);
	await changes(panel);
	row('memory after load, all processes', `${memory(panel.child.pid).toFixed(1)} MB`, '', '', '40 MB', memory(panel.child.pid) <= 40);
	await firstLoad(panel);
} finally {
	nginx.stop();
	await panel.stop();
}
const ms = await startTime();
row('start to first answered page', `${ms.toFixed(0)} ms`, 'PHP fork 787 ms (quoted)', '', '100 ms', ms <= 100);
const size = fs.statSync(process.env.VIMBADMIN || 'build/release/vimbadmin').size / 1024 / 1024;
row('binary, stripped', `${size.toFixed(1)} MB`, '', '', '4 MB', size <= 4);

const widths = ['what', 'measured', 'reference', 'ratio', 'budget'].map((k) => Math.max(k.length, ...rows.map((r) => String(r[k]).length)));
const line = (r) => ['what', 'measured', 'reference', 'ratio', 'budget'].map((k, i) => String(r[k]).padEnd(widths[i])).join('  ');
console.log(line({ what: 'what', measured: 'measured', reference: 'reference', ratio: 'ratio', budget: 'budget' }));
for (const r of rows) console.log(`${line(r)}  ${r.met ? 'met' : 'NOT MET'}`);
fs.rmSync(work, { recursive: true, force: true });
