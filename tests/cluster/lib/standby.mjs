// SPDX-License-Identifier: GPL-3.0-or-later
// Two PostgreSQL servers on loopback: a primary, and a standby that a commit waits for. Each in a folder of its own; on TCP, since several hosts in an address have ports.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { freePort, sleep } from '../../http/lib/panel.mjs';

const bin = fs.readdirSync('/usr/lib/postgresql').filter((v) => fs.existsSync(`/usr/lib/postgresql/${v}/bin/postgres`)).sort((a, b) => b - a).map((v) => `/usr/lib/postgresql/${v}/bin`)[0];
// the server refuses to run as root
const as = (program, args) => (process.getuid() === 0 ? ['setpriv', ['--reuid=nobody', '--regid=nogroup', '--clear-groups', program, ...args]] : [program, args]);
const run = (program, args, options = {}) => execFileSync(...as(program, args), { encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'], ...options });

function server(dir, port) {
	const data = `${dir}/data`;
	return { dir, port, child: null,
		async start(...options) {
			const log = fs.openSync(`${dir}/log`, 'a');
			this.child = spawn(...as(`${bin}/postgres`, ['-D', data, '-c', `unix_socket_directories=${dir}`, '-c', `port=${port}`, '-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=100',
				'-c', 'shared_buffers=32MB', '-c', 'wal_level=replica', '-c', 'hot_standby=on', '-c', 'max_wal_senders=4', '-c', 'fsync=off', ...options]), { cwd: dir, stdio: ['ignore', log, log] });
			fs.closeSync(log);
			for (let i = 0; i < 300; i++, await sleep(100)) {
				if (this.child.exitCode !== null) break;
				try {
					this.sql('SELECT 1');
					return;
				} catch { /* not yet */ }
			}
			throw new Error(`postgres does not answer: ${fs.readFileSync(`${dir}/log`, 'utf8').slice(-2000)}`);
		},
		// SIGKILL: as by a power cut. SIGQUIT: all its processes at once, without a word to anybody
		async end(how) {
			const gone = new Promise((done) => { if (this.child.exitCode !== null || this.child.signalCode !== null) done(); else this.child.once('exit', done); });
			this.child.kill(how);
			await gone;
		},
		promote: () => run(`${bin}/pg_ctl`, ['promote', '-D', data, '-w', '-t', '60']),
		// rows of a statement, cells with | between
		sql: (text, name = 'postgres') => execFileSync('psql', ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', '-h', dir, '-p', String(port), '-U', 'vimb', '-d', name], { encoding: 'utf8', input: text, stdio: ['pipe', 'pipe', 'pipe'], timeout: 30000 }).trim() };
}

// { primary, standby }: the standby follows, and no commit is acknowledged without it.
export async function startPair() {
	const dir = fs.mkdtempSync('/tmp/vimb-pair-');
	fs.chmodSync(dir, 0o755);
	const [primary, standby] = [server(`${dir}/p`, await freePort()), server(`${dir}/s`, await freePort())];
	const pair = { primary, standby, async remove() {
		for (const s of [primary, standby]) if (s.child && s.child.exitCode === null && s.child.signalCode === null) await s.end('SIGQUIT');
		fs.rmSync(dir, { recursive: true, force: true });
	} };
	for (const s of [primary, standby]) {
		fs.mkdirSync(s.dir, { mode: 0o755 });
		fs.mkdirSync(`${s.dir}/data`, { mode: 0o700 });
		if (process.getuid() === 0) execFileSync('chown', ['-R', 'nobody:nogroup', s.dir]);
	}
	try {
		run(`${bin}/initdb`, ['-D', `${primary.dir}/data`, '-U', 'vimb', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'], { cwd: primary.dir });
		await primary.start();
		run(`${bin}/pg_basebackup`, ['-h', primary.dir, '-p', String(primary.port), '-U', 'vimb', '-D', `${standby.dir}/data`, '-R', '-X', 'stream', '-c', 'fast', '--no-sync'],
			{ cwd: standby.dir });
		await standby.start();
		primary.sql("ALTER SYSTEM SET synchronous_standby_names = '*'");
		primary.sql('SELECT pg_reload_conf()');
		for (let i = 0; primary.sql("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") !== '1'; i++, await sleep(100)) if (i > 100) throw new Error('the standby does not follow');
		return pair;
	} catch (fault) {
		await pair.remove();
		throw fault;
	}
}
