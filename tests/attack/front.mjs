// SPDX-License-Identifier: GPL-3.0-or-later
// nginx with ModSecurity and the OWASP core rule set before a panel of the tests: contrib/nginx/vimbadmin.conf in clear on a free port of loopback, with the
// rules of contrib/nginx/modsecurity.conf, Debian's packages of both. Runs when TEST_FRONT names a folder; there lies what the rules had to say.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const read = (name) => fs.readFileSync(new URL(`../../contrib/nginx/${name}`, import.meta.url), 'utf8');
const nginx = '/usr/sbin/nginx';

// The server block of that file that is on TLS, in clear and on this port instead, with the host that was asked for.
function inClear(port, socket, paced) {
	const text = read('vimbadmin.conf');
	const upstream = /upstream[\s\S]*?\n}\n/.exec(text)[0].replace(/unix:\S+;/, `unix:${socket};`);
	const block = text.slice(text.lastIndexOf('\nserver {')).replace(/\n\tssl_.*/g, '').replace(/\n\tlisten \[.*/g, '').replace(/listen 443 ssl http2;/, `listen 127.0.0.1:${port};`)
		.replace(/\n\t(proxy_hide_header|add_header) Strict.*/g, '').replace(/server_name .*;/, 'server_name _;').replace('Host mail.example.com', 'Host $http_host');
	// tests sign in more often than people do
	const zones = text.match(/^limit_req_zone .*/gm).map((z) => (paced ? z : z.replace(/rate=\S+;/, 'rate=10000r/s;'))).join('\n');
	return `${upstream}${zones}\n${block}`;
}

// A proxy on that port before the panel on that socket, its files in a folder of its own below log; without the rules it needs no more than nginx; paced: as slow at the sign-in page as the file says.
export function startFront(port, socket, log, { rules = true, paced = false } = {}) {
	const home = fs.mkdtempSync(path.join(log, 'nginx-'));
	fs.chmodSync(home, 0o755);
	const text = read('modsecurity.conf').replace(/^(SecAuditLog) .*/m, `$1 ${home}/audit.log`);
	// a panel of the tests is asked by its address, which the rules hold against a client
	fs.writeFileSync(`${home}/modsecurity.conf`, `${text}SecRuleRemoveById 920350\n`);
	fs.writeFileSync(`${home}/nginx.conf`, `${rules ? 'load_module /usr/lib/nginx/modules/ngx_http_modsecurity_module.so;' : ''}
worker_processes 1; daemon off; pid ${home}/pid; error_log ${home}/error.log warn;${process.getuid() ? '' : ' user root;'}
events { worker_connections 512; }
http { access_log off; ${rules ? `modsecurity on; modsecurity_rules_file ${home}/modsecurity.conf;` : ''}
client_body_temp_path ${home}/body; proxy_temp_path ${home}/proxy; fastcgi_temp_path ${home}/f; uwsgi_temp_path ${home}/u; scgi_temp_path ${home}/s;
${inClear(port, socket, paced)} }
`);
	const args = ['-c', `${home}/nginx.conf`, '-p', home];
	execFileSync(nginx, ['-t', '-q', ...args], { stdio: 'pipe' });
	const child = spawn(nginx, args, { stdio: 'ignore' });
	return { async stop() {
		const gone = new Promise((done) => child.once('exit', done));
		child.kill('SIGTERM');
		await gone;
	} };
}
