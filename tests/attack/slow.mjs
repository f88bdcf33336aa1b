// SPDX-License-Identifier: GPL-3.0-or-later
// slowhttptest's four ways to hold a server without work (headers, body, reading, ranges), each with ten times as many connections as one source may
// have. Who comes from another address is to be served meanwhile: a page every 100 ms over a new connection, and every one answered.
// ATTACK_CONNECTIONS (3000), ATTACK_SLOW_SECONDS (40).
import { execFileSync } from 'node:child_process';
import http from 'node:http';
import path from 'node:path';
import { runTool, stage } from './stage.mjs';
import { sleep } from '../http/lib/panel.mjs';

const connections = Number(process.env.ATTACK_CONNECTIONS || 3000);
const seconds = Number(process.env.ATTACK_SLOW_SECONDS || 40);
const rate = Math.ceil(connections / 10);

const ways = {
	headers: ['-H', '-i', '5', '-x', '24', '-t', 'GET'],
	body: ['-B', '-i', '5', '-s', '8192', '-x', '10', '-t', 'POST'],
	reading: ['-X', '-w', '10', '-y', '20', '-n', '5', '-z', '32', '-k', '3'],
	ranges: ['-R', '-t', 'GET', '-a', '10', '-b', '3000'],
};
const pages = { headers: '/auth/login', body: '/auth/login', reading: '/mailboxes', ranges: '/auth/login' };

// One page over a connection of its own from 127.0.0.2; {status, ms}
function ask(panel) {
	const began = performance.now();
	return new Promise((done) => {
		const end = (status) => done({ status, ms: performance.now() - began });
		const r = http.get(`${panel.url}/domains`, { agent: false, localAddress: '127.0.0.2', headers: panel.headers, timeout: 5000 }, (res) => res.resume().on('end', () => end(res.statusCode)).on('error', () => end(0)));
		r.on('timeout', () => r.destroy()).on('error', () => end(0));
	});
}

// How many connections the panel has: the tool's own count has in it those that were refused and whose end it has not read yet.
function held(panel) {
	return execFileSync('ss', ['-Htn', 'state', 'established', `sport = :${panel.port}`], { encoding: 'utf8' }).split('\n').length - 1;
}

export default async function attack(dir) {
	const panel = await stage();
	const findings = [], told = [];
	try {
		for (const [name, args] of Object.entries(ways)) {
			let running = true, most = 0;
			const seen = [];
			const watch = (async () => {
				while (running) {
					seen.push(await ask(panel));
					most = Math.max(most, held(panel));
					await sleep(100);
				}
			})();
			const { out, cut } = await runTool('slowhttptest', ['-c', String(connections), '-r', String(rate), '-l', String(seconds), '-p', '5', '-j', panel.headers.Cookie, '-u', panel.url + pages[name], ...args],
				{ log: path.join(dir, `${name}.log`), seconds: seconds + 60 });
			running = false;
			await watch;
			const bare = out.replace(/\x1b\[[0-9;]*m/g, '');
			const bad = seen.filter((s) => s.status !== 200), slowest = Math.max(...seen.map((s) => s.ms));
			told.push(`${name}: at most ${most} of ${connections} connections held, ${seen.length} pages to others, slowest ${Math.round(slowest)} ms`);
			console.error(`  ${told.at(-1)}; ${/Exit status: .*/.exec(bare)?.[0] ?? ''}`);
			if (bad.length || slowest > 1000) findings.push(`${name}: ${bad.length} of ${seen.length} pages to another address failed (${[...new Set(bad.map((b) => b.status))]}), slowest ${Math.round(slowest)} ms`);
			if (most > 256 + 4) findings.push(`${name}: one source held ${most} connections, see http.max_connections_per_source`);
			if (cut || seen.length < seconds || !/Exit status/.test(bare)) findings.push(`${name}: slowhttptest did not do its work, see ${dir}/${name}.log`);
		}
		if (/child\.died|internal/.test(panel.log())) findings.push(`the panel's log: ${/.*(child\.died|internal).*/.exec(panel.log())[0]}`);
	} finally {
		await panel.stop();
	}
	return { findings, figures: told.join('; ') };
}
