// SPDX-License-Identifier: GPL-3.0-or-later
// A Postfix and a Dovecot of the test's own: in a folder of theirs, on high loopback ports, reading the panel's database with exactly the
// files that `vimbadmin config postfix|dovecot` writes. Needs root, as both mail servers do.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { execFileSync, spawn } from 'node:child_process';
import timers from 'node:timers/promises';

const sleep = (ms, options) => timers.setTimeout(ms, undefined, options);

// A TCP port nobody listens on now.
function freePort() {
	return new Promise((done, fail) => {
		const s = net.createServer();
		s.once('error', fail);
		s.listen(0, '127.0.0.1', () => {
			const { port } = s.address();
			s.close(() => done(port));
		});
	});
}

// Waits until something answers there.
async function waitPort(port, what, log) {
	for (let i = 0; i < 200; i++) {
		const up = await new Promise((done) => {
			const s = net.connect(port, '127.0.0.1');
			s.once('connect', () => { s.destroy(); done(true); });
			s.once('error', () => done(false));
		});
		if (up) return;
		await sleep(100);
	}
	throw new Error(`${what} does not answer on port ${port}\n${log()}`);
}

const readLog = (file) => () => {
	try {
		return fs.readFileSync(file, 'utf8').split('\n').slice(-40).join('\n');
	} catch {
		return '(no log)';
	}
};

// 2.3 or 2.4: they differ in the names of a few settings, and in which of our files they read.
const is24 = (root) => !/^2\.3/.test(execFileSync(...program(root, ['--version']), { encoding: 'utf8' }));
const head23 = `
protocols = imap pop3 lmtp
disable_plaintext_auth = no
`;
const head24 = `dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
protocols = imap pop3 lmtp
auth_allow_cleartext = yes
`;

// Dovecot, or the one of a system in another folder (tests/servers/trixie): there with the test's folder and /dev where they are here
function program(root, args, dir) {
	if (!root) return ['/usr/sbin/dovecot', args];
	const mounts = dir ? `mkdir -p "${root}${dir}" && mount --bind "${dir}" "${root}${dir}" && mount --bind /dev "${root}/dev" && ` : '';
	return ['unshare', ['-m', 'sh', '-c', `${mounts}exec chroot "${root}" /usr/sbin/dovecot "$@"`, 'dovecot', ...args]];
}

// The doveadm API with that key, and a cache of who signed in that would last longer than any test.
const doveadmConf = (key, port) => `
doveadm_api_key = ${key}
auth_cache_size = 1M
auth_cache_ttl = 1 hour
auth_cache_negative_ttl = 1 hour
service doveadm {
  inet_listener http {
    port = ${port}
  }
}
`;

// within: the folder that holds all of the test's; doveadm: { key, port } of its HTTP API
async function startDovecot(dir, files, within, root, doveadm) {
	const ports = { imap: await freePort(), pop3: await freePort(), lmtp: await freePort() };
	const conf = path.join(dir, 'dovecot.conf');
	const log = path.join(dir, 'dovecot.log');
	fs.writeFileSync(conf, `${is24(root) ? head24 : head23}
listen = 127.0.0.1
base_dir = ${dir}/run
state_dir = ${dir}/state
log_path = ${log}
auth_verbose = yes
ssl = no
auth_mechanisms = plain login
auth_failure_delay = 0
default_internal_user = dovecot
default_login_user = dovenull
first_valid_uid = 1
service imap-login {
  inet_listener imap {
    port = ${ports.imap}
  }
  inet_listener imaps {
    port = 0
  }
}
service pop3-login {
  inet_listener pop3 {
    port = ${ports.pop3}
  }
  inet_listener pop3s {
    port = 0
  }
}
service lmtp {
  inet_listener lmtp {
    port = ${ports.lmtp}
  }
}
service auth {
  unix_listener ${dir}/sasl {
    mode = 0666
  }
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
${doveadm ? doveadmConf(doveadm.key, doveadm.port) : ''}
!include ${files}/vimbadmin-dovecot${is24(root) ? '-2.4' : ''}.conf
`);
	fs.mkdirSync(path.join(dir, 'run'), { recursive: true });
	fs.mkdirSync(path.join(dir, 'state'), { recursive: true });
	const child = spawn(...program(root, ['-F', '-c', conf], within), { stdio: ['ignore', 'ignore', fs.openSync(log, 'a')] });
	await waitPort(ports.imap, 'Dovecot', readLog(log));
	return {
		...ports,
		log: readLog(log),
		sasl: path.join(dir, 'sasl'),
		async stop() {
			const gone = new Promise((done) => child.once('exit', done));
			child.kill('SIGTERM');
			await Promise.race([gone, sleep(10000, { ref: false })]);
		},
	};
}

const daemonDirectory = () => execFileSync('/usr/sbin/postconf', ['-h', '-d', 'daemon_directory'], { encoding: 'utf8' }).trim();

async function startPostfix(dir, files, lmtpPort, saslSocket) {
	const port = await freePort();
	const etc = path.join(dir, 'etc');
	const log = path.join(dir, 'postfix.log');
	for (const d of [etc, path.join(dir, 'spool'), path.join(dir, 'data')]) fs.mkdirSync(d, { recursive: true });
	execFileSync('chown', ['postfix', path.join(dir, 'data')]);
	// where this Dovecot listens is the test's own; all the rest is as printed
	const generated = fs.readFileSync(path.join(files, 'vimbadmin-main.cf'), 'utf8')
		.replace(/^virtual_transport = .*$/m, `virtual_transport = lmtp:inet:127.0.0.1:${lmtpPort}`)
		.replace(/^smtpd_sasl_path = .*$/m, `smtpd_sasl_path = ${saslSocket}`);
	fs.writeFileSync(path.join(etc, 'main.cf'), `
compatibility_level = 3.6
queue_directory = ${dir}/spool
data_directory = ${dir}/data
daemon_directory = ${daemonDirectory()}
myhostname = mail.test.invalid
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
alias_maps =
alias_database =
local_recipient_maps =
maillog_file = ${log}
maillog_file_prefixes = ${dir}
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_sasl_auth_enable = yes
notify_classes =
${generated}`);
	fs.writeFileSync(path.join(etc, 'master.cf'), [
		`127.0.0.1:${port} inet n - n - - smtpd`,
		'pickup unix n - n 60 1 pickup', 'cleanup unix n - n - 0 cleanup', 'qmgr unix n - n 300 1 qmgr',
		'tlsmgr unix - - n 1000? 1 tlsmgr', 'rewrite unix - - n - - trivial-rewrite', 'bounce unix - - n - 0 bounce',
		'defer unix - - n - 0 bounce', 'trace unix - - n - 0 bounce', 'verify unix - - n - 1 verify',
		'flush unix n - n 1000? 0 flush', 'proxymap unix - - n - - proxymap', 'proxywrite unix - - n - 1 proxymap',
		'smtp unix - - n - - smtp', 'relay unix - - n - - smtp', 'showq unix n - n - - showq', 'error unix - - n - - error',
		'retry unix - - n - - error', 'discard unix - - n - - discard', 'lmtp unix - - n - - lmtp', 'anvil unix - - n - 1 anvil',
		'scache unix - - n - 1 scache', 'postlog unix-dgram n - n - 1 postlogd', '',
	].join('\n'));
	execFileSync('/usr/sbin/postfix', ['-c', etc, 'start'], { stdio: 'ignore' });
	await waitPort(port, 'Postfix', readLog(log));
	return {
		port, etc,
		log: readLog(log),
		queued: () => execFileSync('/usr/sbin/postqueue', ['-c', etc, '-p'], { encoding: 'utf8' }),
		stop() {
			execFileSync('/usr/sbin/postfix', ['-c', etc, 'stop'], { stdio: 'ignore' });
		},
	};
}

export { startDovecot, startPostfix, freePort, sleep };
