// SPDX-License-Identifier: GPL-3.0-or-later
// Loads and what they are compared with: wrk, an nginx that sends files, alternating rounds of both.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { freePort, sleep } from '../../http/lib/panel.mjs';

export const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
export const percentile = (list, p) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor((list.length * p) / 100))];
export const msSince = (started) => Number(process.hrtime.bigint() - started) / 1e6;

// Milliseconds out of "1.05ms"; wrk writes -nan where it saw no answer.
function ms(text) {
	const m = /^([\d.]+)(us|ms|s|m)$/.exec(text ?? '');
	return m ? Number(m[1]) * { us: 0.001, ms: 1, s: 1000, m: 60000 }[m[2]] : NaN;
}

// One load of `seconds` at 8 connections: requests a second, latencies in ms, answers that were no success. any: refusals count, too
export function wrk(url, { seconds, headers = {}, connections = 8, any = false }) {
	const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency'];
	for (const [k, v] of Object.entries(headers)) args.push('-H', `${k}: ${v}`);
	const out = execFileSync('wrk', [...args, url], { encoding: 'utf8' });
	const number = (re) => Number(re.exec(out)?.[1] ?? 0);
	const bad = (any ? 0 : number(/Non-2xx or 3xx responses: (\d+)/)) + number(/Socket errors:.*timeout (\d+)/);
	const rps = number(/Requests\/sec:\s+([\d.]+)/);
	if (rps === 0 || bad > 0) throw new Error(`wrk ${url}: ${bad} bad answers\n${out}`);
	return { rps, p50: ms(/ 50%\s+(\S+)/.exec(out)?.[1]), p99: ms(/ 99%\s+(\S+)/.exec(out)?.[1]) };
}

// Bytes of one answer on the wire, head and body.
export function wireBytes(url, headers = {}) {
	const u = new URL(url);
	const head = Object.entries({ host: u.host, connection: 'close', ...headers }).map(([k, v]) => `${k}: ${v}\r\n`).join('');
	return new Promise((done, fail) => {
		let n = 0;
		const s = net.connect(Number(u.port), u.hostname, () => s.write(`GET ${u.pathname}${u.search} HTTP/1.1\r\n${head}\r\n`));
		s.on('data', (chunk) => { n += chunk.length; });
		s.on('end', () => done(n));
		s.on('error', fail);
	});
}

// nginx sending files: two workers, no log, as its manual has it for static files. startedMs: start to its first answer.
export async function startNginx(work) {
	const port = await freePort();
	const www = path.join(work, 'www');
	fs.mkdirSync(www, { recursive: true });
	fs.chmodSync(work, 0o755);
	fs.writeFileSync(path.join(work, 'nginx.conf'), `worker_processes 2; daemon off; pid ${work}/nginx.pid; error_log ${work}/nginx.err;
events { worker_connections 1024; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; open_file_cache max=100; default_type text/html;
server { listen 127.0.0.1:${port}; root ${www}; } }`);
	fs.writeFileSync(path.join(www, 'up'), 'up');
	const url = `http://127.0.0.1:${port}/`;
	const started = process.hrtime.bigint();
	const child = spawn('/usr/sbin/nginx', ['-c', path.join(work, 'nginx.conf'), '-p', work], { stdio: 'ignore' });
	for (let i = 0; ; i++) {
		try {
			await wireBytes(`${url}up`);
			break;
		} catch (e) {
			if (i > 1000) throw e;
			await sleep(5);
		}
	}
	return { startedMs: msSince(started),
		// a file that takes so many bytes on the wire, head included
		async put(name, bytes) {
			const file = path.join(www, name);
			fs.writeFileSync(file, '');
			const head = await wireBytes(url + name);
			fs.writeFileSync(file, 'x'.repeat(Math.max(1, bytes - head - String(bytes).length + 1)));
			return url + name;
		},
		async stop() {
			const gone = new Promise((done) => child.once('exit', done));
			child.kill('SIGTERM');
			await gone;
		} };
}

// Rounds of both, taking turns, since the machine may have other work; medians, and the median of the ratios.
export function inTurns(rounds, ours, theirs) {
	const a = [], b = [];
	for (let i = 0; i < rounds; i++) {
		a.push(ours());
		b.push(theirs());
	}
	return { rps: median(a.map((r) => r.rps)), ref: median(b.map((r) => r.rps)), ratio: median(a.map((r, i) => r.rps / b[i].rps)),
		p99: median(a.map((r) => r.p99)), refP99: median(b.map((r) => r.p99)) };
}
