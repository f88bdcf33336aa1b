// SPDX-License-Identifier: GPL-3.0-or-later
// Database servers of a test's own: MariaDB (MySQL where the environment says TEST_ENGINE=mysql8) and PostgreSQL in a folder of their own, on its socket and on a loopback port, with TLS and users that
// prove themselves in different ways. They can be frozen, stopped and started again.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { freePort } from './panel.mjs';

const scripts = path.resolve('tests/servers');

// pids of a process and all below it
function family(pid) {
	const parents = fs.readdirSync('/proc').filter((n) => /^\d+$/.test(n)).map((n) => {
		try {
			return [Number(n), Number(/^PPid:\s*(\d+)/m.exec(fs.readFileSync(`/proc/${n}/status`, 'utf8'))[1])];
		} catch {
			return [0, 0]; // gone meanwhile
		}
	});
	const below = (p) => [p, ...parents.filter(([, parent]) => parent === p).flatMap(([child]) => below(child))];
	return below(pid);
}

// neither gone nor a zombie
function lives(pid) {
	try {
		return !/^State:\s*[ZX]/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
	} catch {
		return false;
	}
}

// A certificate of localhost that signed itself, and its key for the account the server runs as.
function certificate(dir, owner) {
	const [cert, key] = [`${dir}/tls.pem`, `${dir}/tls.key`];
	execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj',
		'/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost', '-keyout', key, '-out', cert], { stdio: 'pipe' });
	fs.chmodSync(key, 0o600);
	if (owner && process.getuid() === 0) execFileSync('chown', [owner, key]);
	return { cert, key };
}

// verb(dir, ...): the script of tests/servers with its words; options: those of the server
function server(kind, dir, env, options) {
	const verb = (word, ...words) => execFileSync(path.join(scripts, kind), [word, dir, ...words],
		{ encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } }).trim();
	const pid = () => Number(fs.readFileSync(`${dir}/pid`, 'utf8').split('\n')[0]);
	const signal = (name) => family(pid()).forEach((p) => {
		try {
			process.kill(p, name);
		} catch (e) {
			if (e.code !== 'ESRCH') throw e; // one for a connection, which ended meanwhile
		}
	});
	return {
		kind, dir,
		start: () => verb('start', ...options),
		stop: () => verb('stop'),
		database: (name) => verb('url', name),
		freeze: () => signal('SIGSTOP'),
		thaw: () => signal('SIGCONT'),
		// as if its machine had no time to say anything; there is none of it left then
		kill() {
			const all = family(pid());
			signal('SIGKILL');
			for (let i = 0; all.some(lives); i++) {
				if (i > 10000) throw new Error(`${kind} cannot be killed`);
				Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
			}
		},
		remove() {
			verb('stop');
			fs.rmSync(dir, { recursive: true, force: true });
		},
	};
}

// users that `config roles` makes: the server is to ask them for their passwords
const roles = 'vimbadmin,vimbadmin_postfix,vimbadmin_dovecot,vimbadmin_dict,vimbadmin_migrate';
const folder = () => fs.mkdtempSync('/tmp/vimb-srv-');

export const mysql8 = process.env.TEST_ENGINE === 'mysql8';

// more: further options of the server. sql(text, name): asks it. urls(name): addresses of a new database by what they go through
export async function startMysql(more = []) {
	const dir = folder();
	const port = await freePort();
	const { cert, key } = certificate(dir);
	const s = server(mysql8 ? 'mysql8' : 'mysql', dir, {}, [`--port=${port}`, '--skip-networking=0', '--bind-address=127.0.0.1', `--ssl-cert=${cert}`,
		`--ssl-key=${key}`, ...(mysql8 ? [] : ['--plugin-load-add=auth_ed25519']), '--max-connect-errors=1000000', ...more]);
	s.start();
	const sql = (text, name = 'mysql') => execFileSync('mariadb', ['--no-defaults', '--user=root', `--socket=${dir}/s`, '-N', name], { encoding: 'utf8', input: text });
	sql("CREATE USER plain@'%' IDENTIFIED BY 'pläin/secret'; GRANT ALL ON *.* TO plain@'%'");
	if (!mysql8) sql("CREATE USER edward@'%' IDENTIFIED VIA ed25519 USING PASSWORD('curve'); GRANT ALL ON *.* TO edward@'%'");
	const secret = encodeURIComponent('pläin/secret');
	return { ...s, port, sql, admin: (name, host) => `mysql://root@${host ? `${host}:${port}/${name}` : `/${name}?socket=${dir}/s`}`, urls(name) {
		const socket = s.database(name);
		return { socket,
			'a host by name': `mysql://plain:${secret}@localhost:${port}/${name}`,
			'TLS, verified': `mysql://plain:${secret}@127.0.0.1:${port}/${name}?ssl_mode=verify&ssl_ca=${cert}`,
			...(mysql8 ? {} : { ed25519: `mysql://edward:curve@127.0.0.1:${port}/${name}` }) };
	} };
}

export async function startPgsql(more = []) {
	const dir = folder();
	const port = await freePort();
	fs.chmodSync(dir, 0o755);
	const { cert, key } = certificate(dir, 'nobody');
	const s = server('pgsql', dir, { PGPORT: String(port) }, ['-c', 'listen_addresses=127.0.0.1', '-c', 'ssl=on', '-c', `ssl_cert_file=${cert}`, '-c',
		`ssl_key_file=${key}`, ...more]);
	s.start();
	const sql = (text, name = 'postgres') => execFileSync('psql', ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', '-h', dir, '-p', String(port), '-U', 'vimb', '-d', name],
		{ encoding: 'utf8', input: text });
	sql(`CREATE ROLE scram LOGIN SUPERUSER PASSWORD 'pläin/secret'`);
	const hba = `${dir}/data/pg_hba.conf`;
	fs.writeFileSync(hba, `host all scram 127.0.0.1/32 scram-sha-256\nlocal all ${roles} scram-sha-256\nhost all ${roles} all scram-sha-256\n${fs.readFileSync(hba, 'utf8')}`);
	sql('SELECT pg_reload_conf()');
	const secret = encodeURIComponent('pläin/secret');
	return { ...s, port, sql, admin: (name, host) => `postgresql://vimb@${host ? `${host}:${port}/${name}` : `/${name}?host=${dir}&port=${port}`}`, urls(name) {
		const socket = s.database(name);
		return { socket,
			'a host by name': `postgresql://vimb@localhost:${port}/${name}?sslmode=disable`,
			'TLS, verified': `postgresql://vimb@localhost:${port}/${name}?sslmode=verify-full&sslrootcert=${cert}`,
			SCRAM: `postgresql://scram:${secret}@127.0.0.1:${port}/${name}` };
	} };
}
