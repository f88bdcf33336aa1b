// SPDX-License-Identifier: GPL-3.0-or-later
// tests/bench/httpbare and Debian's nginx in front of it, as processes of the test's own; and raw connections to either.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { freePort, sleep } from '../lib/panel.mjs';

export { freePort, sleep };

// HTTPBARE names a binary that is there already (another flavour); else it is built.
function binary() {
	if (process.env.HTTPBARE) return process.env.HTTPBARE;
	const out = process.env.O || path.resolve('build');
	const made = `${out}/release/tests/bench/httpbare`;
	execFileSync(process.env.MAKE || 'make', ['--no-print-directory', `O=${out}`, made], { stdio: ['ignore', 'ignore', 'inherit'] });
	return made;
}

let built;
export const bareBinary = () => (built ??= binary());

// {port, pid, stats(), stop() -> exit code}; arguments are httpbare's.
export async function startBare(...args) {
	const child = spawn(bareBinary(), ['127.0.0.1:0', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
	let output = '';
	let exited;
	const ended = new Promise((done) => child.once('exit', (code, signal) => done((exited = code ?? signal))));
	child.stdout.on('data', (data) => { output += data; });
	for (let i = 0; !output.includes('serving') && exited === undefined && i < 500; i++) await sleep(20);
	if (!output.includes('serving')) throw new Error(`httpbare did not start: ${exited} ${output}`);
	const port = Number(/listening (\d+)/.exec(output)[1]);
	return {
		port, pid: child.pid, ended,
		fds: () => fs.readdirSync(`/proc/${child.pid}/fd`).length,
		cpu: () => { const f = fs.readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' '); return Number(f[11]) + Number(f[12]); },
		stats: async () => JSON.parse(body(await exchange(port, 'GET /stats HTTP/1.1\r\nHost: t.example\r\nConnection: close\r\n\r\n'))),
		signal: (name) => child.kill(name),
		stop: async () => { child.kill('SIGTERM'); return ended; },
	};
}

// nginx as contrib/nginx has it, without TLS.
export async function startNginx(upstream) {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'vimb-nginx-'));
	const port = await freePort();
	fs.chmodSync(dir, 0o755);
	fs.writeFileSync(`${dir}/nginx.conf`, `worker_processes 1; daemon off; pid ${dir}/pid; error_log ${dir}/error.log;
events { worker_connections 256; }
http {
	access_log off;
	client_body_temp_path ${dir}/body; proxy_temp_path ${dir}/proxy; fastcgi_temp_path ${dir}/f; uwsgi_temp_path ${dir}/u; scgi_temp_path ${dir}/s;
	upstream panel { server 127.0.0.1:${upstream}; keepalive 16; }
	server { listen 127.0.0.1:${port} default_server; return 421; }
	server {
		listen 127.0.0.1:${port};
		server_name t.example;
		client_max_body_size 1m; client_header_timeout 3s; client_body_timeout 3s; lingering_timeout 1s;
		large_client_header_buffers 4 8k; merge_slashes off;
		ignore_invalid_headers off; # else it drops fields with impossible names instead of letting the panel refuse them
		location / {
			proxy_pass http://panel;
			proxy_http_version 1.1; proxy_request_buffering on; proxy_next_upstream off;
			proxy_set_header Connection ""; proxy_set_header Host $http_host;
			proxy_set_header X-Forwarded-For $remote_addr;
		}
	}
}
`);
	const child = spawn('/usr/sbin/nginx', ['-c', `${dir}/nginx.conf`, '-p', dir, '-e', `${dir}/error.log`], { stdio: ['ignore', 'ignore', 'inherit'] });
	const ended = new Promise((done) => child.once('exit', done));
	for (let i = 0; i < 100 && !(await exchange(port, 'GET /up HTTP/1.0\r\nHost: t.example\r\n\r\n', 1000).catch(() => null))?.text; i++) await sleep(50);
	return { port, stop: async () => { child.kill('SIGTERM'); await ended; fs.rmSync(dir, { recursive: true, force: true }); } };
}

// Sends bytes and reads until the other side closes: {text, closed (by the other side), ms}. With `settle`, an answer that
// looks complete ends it too, so many milliseconds later.
export function exchange(port, raw, patience = 5000, settle = 0) {
	return new Promise((done, fail) => {
		const socket = net.connect(port, '127.0.0.1');
		const chunks = [];
		const started = Date.now();
		const end = (closed) => { clearTimeout(timer); socket.destroy(); done({ text: Buffer.concat(chunks).toString('latin1'), closed, ms: Date.now() - started }); };
		const timer = setTimeout(() => end(false), patience);
		socket.on('data', (data) => {
			chunks.push(data);
			if (settle && complete(Buffer.concat(chunks).toString('latin1'))) setTimeout(() => end(false), settle);
		});
		socket.once('end', () => end(true));
		socket.once('error', (e) => { if (e.code === 'ECONNREFUSED') { clearTimeout(timer); fail(e); } else end(true); });
		socket.once('connect', () => socket.write(raw, 'latin1'));
	});
}

function complete(text) {
	const [head, rest] = [text.slice(0, text.indexOf('\r\n\r\n')), text.slice(text.indexOf('\r\n\r\n') + 4)];
	return head !== '' && !/^HTTP\/1\.1 1/.test(head) && rest.length >= Number(/\r\nContent-Length: (\d+)/i.exec(head)?.[1] ?? Infinity);
}

export const body = (r) => Buffer.from(r.text.slice(r.text.indexOf('\r\n\r\n') + 4), 'latin1').toString('utf8');
export const statuses = (r) => [...r.text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map((m) => Number(m[1]));
