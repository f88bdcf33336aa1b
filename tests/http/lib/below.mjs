// SPDX-License-Identifier: GPL-3.0-or-later
// A panel below /vimbadmin of a host, behind Debian's nginx: once with contrib/nginx/vimbadmin-below.conf as it is, which sends the path on, and once with
// a proxy that takes it off.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import { Client, freePort, sleep, startPanel } from './panel.mjs';

const nginx = '/usr/sbin/nginx';
const contrib = fs.readFileSync(new URL('../../../contrib/nginx/vimbadmin-below.conf', import.meta.url), 'utf8');
export const mount = '/vimbadmin';

// Like a browser, it says the origin and not the path where a form was.
export class BelowClient extends Client {
	fetch(method, target, options = {}) {
		const headers = { ...options.headers };
		if (headers.origin === this.url) headers.origin = new URL(this.url).origin;
		return super.fetch(method, target, { ...options, headers });
	}
}

// settings: further keys; paced: as slow at the sign-in page as contrib says, which tests are not; panel.kept and panel.stripped: the address behind either proxy.
export async function startBelow(settings = {}, { paced = false } = {}) {
	const [kept, stripped] = [await freePort(), await freePort()];
	const panel = await startPanel({ socket: true, settings: { public_url: `http://127.0.0.1:${kept}${mount}`, 'bruteforce.enabled': 'no', ...settings } });
	const home = fs.mkdtempSync(`${panel.dir}/nginx-`);
	fs.chmodSync(home, 0o755);
	const site = contrib.replaceAll('/run/vimbadmin.sock', panel.socket).replace('Host $host;', 'Host $http_host;');
	const taken = site.replace(/(location \/vimbadmin\/ \{[^}]*proxy_pass [^;]*);/, '$1:/;').replace(/(location ~[^}]*)(proxy_pass)/g, '$1rewrite ^/vimbadmin(.*) $$1 break; $2');
	if (taken === site) throw new Error('vimbadmin-below.conf is not as this test takes it to be');
	const slow = /^# {3}(limit_req_zone .*)/m.exec(contrib)[1], zone = paced ? slow : slow.replace(/rate=\S+;/, 'rate=10000r/s;');
	fs.writeFileSync(`${home}/nginx.conf`, `worker_processes 1; daemon off; pid ${home}/pid; error_log ${home}/error.log warn;${process.getuid() ? '' : ' user root;'}
events { worker_connections 512; }
http { access_log off; client_body_temp_path ${home}/body; proxy_temp_path ${home}/proxy; fastcgi_temp_path ${home}/f; uwsgi_temp_path ${home}/u; scgi_temp_path ${home}/s;
absolute_redirect off; merge_slashes off; ${zone}
server { listen 127.0.0.1:${kept}; ${site} }
server { listen 127.0.0.1:${stripped}; ${taken} } }
`);
	const args = ['-c', `${home}/nginx.conf`, '-p', home];
	execFileSync(nginx, ['-t', '-q', ...args], { stdio: 'pipe' });
	const child = spawn(nginx, args, { stdio: 'ignore' });
	const below = Object.assign(panel, { kept: `http://127.0.0.1:${kept}${mount}`, stripped: `http://127.0.0.1:${stripped}${mount}`, client: (url = panel.kept) => new BelowClient(url) });
	const stop = panel.stop.bind(panel);
	below.stop = async () => {
		const gone = new Promise((done) => { if (child.exitCode !== null) done(); else child.once('exit', done); });
		child.kill('SIGTERM');
		await gone;
		await stop();
	};
	for (const url of [below.kept, below.stripped]) for (let i = 0; i < 500 && !await below.client(url).get('/auth/login').then((r) => r.status === 200, () => false); i++) await sleep(10);
	return below;
}
