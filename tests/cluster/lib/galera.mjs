// SPDX-License-Identifier: GPL-3.0-or-later
// Three MariaDB servers on loopback that are one Galera cluster (Debian's galera-4), each in a folder of its own.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';

const provider = '/usr/lib/galera/libgalera_smm.so';

function free(port) {
	return new Promise((done) => {
		const s = net.createServer();
		s.once('error', () => done(false));
		s.listen(port, '127.0.0.1', () => s.close(() => done(true)));
	});
}

// The first of 30 ports: ten for each node, of which it uses four.
async function freeBase() {
	for (;;) {
		const base = 10000 + 10 * Math.floor(Math.random() * 2000);
		const ports = [0, 10, 20].flatMap((n) => [0, 1, 2, 3].map((p) => base + n + p));
		if ((await Promise.all(ports.map(free))).every(Boolean)) return base;
	}
}

// Starts them one after another: the second and third take what the first holds over rsync. Debian's rsync gives up root, so the servers are not root either.
export async function startGalera() {
	const dir = fs.mkdtempSync('/tmp/vimb-gal-');
	fs.chmodSync(dir, 0o755);
	const base = await freeBase();
	const ports = [0, 10, 20].map((n) => base + n);
	const script = (...words) => execFileSync(path.resolve('tests/servers/mysql'), words,
		{ encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...(process.getuid() === 0 ? { SERVER_USER: 'mysql' } : {}) } }).trim();
	const nodes = ports.map((p, n) => ({ dir: `${dir}/n${n}`, port: p + 3, alive: false,
		start() {
			const join = nodes.some((other) => other.alive) ? ports.map((q) => `127.0.0.1:${q}`).join(',') : '';
			script('start', this.dir, '--skip-networking=0', '--bind-address=127.0.0.1', `--port=${p + 3}`, '--wsrep-on=ON', `--wsrep-provider=${provider}`,
				`--wsrep-cluster-address=gcomm://${join}`, `--wsrep-node-address=127.0.0.1:${p}`, `--wsrep-node-name=n${n}`, '--wsrep-sst-method=rsync',
				`--wsrep-sst-receive-address=127.0.0.1:${p + 2}`,
				`--wsrep-provider-options=gmcast.listen_addr=tcp://127.0.0.1:${p};base_port=${p};ist.recv_addr=127.0.0.1:${p + 1};gcache.size=32M`,
				'--binlog-format=ROW', '--innodb-autoinc-lock-mode=2', '--innodb-flush-log-at-trx-commit=2');
			this.alive = true;
		},
		kill() {
			process.kill(Number(fs.readFileSync(`${this.dir}/pid`, 'utf8')), 'SIGKILL');
			this.alive = false;
		},
		// rows of a statement, cells with | between
		sql(text, name = 'mysql') {
			return execFileSync('mariadb', ['--no-defaults', '--user=root', `--socket=${this.dir}/s`, '--batch', '--skip-column-names', name],
				{ encoding: 'utf8', input: text, timeout: 30000 }).replaceAll('\t', '|').trim();
		} }));
	const cluster = { nodes, remove() {
		for (const node of nodes) if (node.alive) script('stop', node.dir);
		fs.rmSync(dir, { recursive: true, force: true });
	} };
	try {
		for (const node of nodes) node.start();
		return cluster;
	} catch (fault) {
		cluster.remove();
		throw fault;
	}
}
