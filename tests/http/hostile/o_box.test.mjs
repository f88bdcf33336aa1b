// SPDX-License-Identifier: GPL-3.0-or-later
// The program as a file among others: what it may, what it gives out, who may call it how.
// One engine is enough: this is not about the database.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { binary, Client, freePort, root as owner, sleep } from '../lib/panel.mjs';
import { get, run, same, stage, wire } from './lib/cases.mjs';

const w = stage();
const plain = (target) => wire(`GET ${target} HTTP/1.1`, 'Host: localhost', '', '');
const no = { status: [400, 404], not: /root:|\[owner\]|securitysalt|own\.example/ };

run(w, [
	...['/s/../../../etc/passwd', '/s/..%2f..%2fetc%2fpasswd', '/s/%2e%2e/%2e%2e/etc/passwd', '/s/....//etc/passwd', '/s//etc/passwd', '/s/\\..\\..\\etc\\passwd', '/s/%5c..%5cetc', '/s/app.css%00.js', '/s/%c0%ae%c0%ae/etc/passwd', '/s/file:///etc/passwd', '/s/.', '/s/..', '/look/../vimbadmin.conf', '/look/logo/../../etc/passwd', '/look/style.css%00'].map((target) => ['O6', target, plain(target), no]),
	...['/s/', '/s/app.css', '/s/x', '/s/app.0000000000.css', '/s/APP.css', `/s/${'a'.repeat(4000)}`, '/s/app.css/', '/s/{own.domains}', '/s/%61pp.css', '/look/', '/look/logo.svg'].map((target) => ['O6', `${target.slice(0, 40)} is no file`, get(target, { who: 'nobody' }), no]),
]);

test('O8 the binary has no bits and no capabilities that would make it more than who runs it', () => {
	const { mode } = fs.statSync(binary);
	assert.equal(mode & 0o6000, 0);
	assert.equal(mode & 0o022, 0);
	const r = spawnSync('getfattr', ['-n', 'security.capability', '--only-values', binary], { encoding: 'utf8' });
	if (!r.error) assert.equal(r.stdout, '');
});

test('O7 arguments that are huge, many, or begin where options do: a status, a sentence, no change', () => {
	const call = (args, options = {}) => spawnSync(binary, ['-c', w.panel.conf, ...args], { encoding: 'utf8', timeout: 20000, ...options });
	for (const args of [['mailbox', 'show', 'x'.repeat(100000)], ['mailbox', 'show', ...Array.from({ length: 5000 }, () => 'x')], ['mailbox', 'show', '--', '-x'], ['mailbox', 'show', '-x'], ['mailbox', 'add', 'x@own.example', `--name=${'x'.repeat(100000)}`, '--generate'], [''], ['', ''], ['mailbox', ''],
		['mailbox', 'show', 'box@own.example', '--json=x'], ['mailbox', 'show', 'box@own.example', '--json', '--tab'], ['-c', '/etc/passwd', 'domain', 'list'], ['-c', '', 'domain', 'list'], ['-o', 'x'.repeat(100000), 'domain', 'list'], ['-o', 'database=sqlite:/dev/null', 'domain', 'list'], ['domain', 'list', '--limit', '99999999999999999999'], ['domain', 'list', '--sort', "id'--"]]) {
		const r = call(args);
		assert.equal(r.signal, null, args.join(' ').slice(0, 80));
		assert.ok(r.status >= 64 && r.status <= 78, `${args.join(' ').slice(0, 80)}: ${r.status} ${r.stderr.slice(0, 200)}`);
		assert.ok(r.stderr.length > 0 && r.stderr.length < 5000, `${args.join(' ').slice(0, 80)}: ${r.stderr.length} bytes of complaint`);
		assert.doesNotMatch(r.stderr, /root:x|[\u0000-\u0009\u000b-\u001f]/);
	}
	same(w);
});

test('O7 from a program without a terminal, without an environment, without standard streams', () => {
	const list = ['-c', w.panel.conf, 'domain', 'list', '--tab'];
	for (const options of [{ env: {} }, { stdio: ['ignore', 'pipe', 'pipe'] }, { env: { LC_ALL: 'tr_TR.UTF-8', TERM: '\u001b[31m', COLUMNS: '-1', HOME: '/nowhere' } }, { cwd: '/' }]) {
		const r = spawnSync(binary, list, { encoding: 'utf8', timeout: 20000, ...options });
		assert.equal(r.status, 0, r.stderr);
		assert.match(r.stdout, /own\.example/);
		assert.doesNotMatch(r.stdout, /\u001b/);
	}
	const asked = spawnSync(binary, ['-c', w.panel.conf, 'mailbox', 'passwd', 'box@own.example'], { encoding: 'utf8', timeout: 20000, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
	assert.ok(asked.status >= 64, 'a password is not asked of nobody');
	same(w);
});

test('O7 somebody who may not read the configuration may do nothing', { skip: process.getuid() !== 0 && 'needs to be root' }, () => {
	const r = spawnSync(binary, ['-c', w.panel.conf, 'admin', 'add', 'evil@example.org', '--super', 'yes', '--generate'], { encoding: 'utf8', uid: 65534, gid: 65534, timeout: 20000, cwd: '/' });
	assert.ok(r.status > 0 || r.error, r.stdout);
	assert.doesNotMatch(r.stdout ?? '', /securitysalt/);
	same(w);
});

// As an image would have it: nothing but the binary, its libraries, /proc, /dev/null and a folder for data.
function bareRoot(dir) {
	const files = [...execFileSync('ldd', [binary], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)].map((m) => m[1]);
	for (const [from, to] of [[binary, '/vimbadmin'], ...files.map((f) => [f, f])]) {
		fs.mkdirSync(path.dirname(dir + to), { recursive: true });
		fs.copyFileSync(from, dir + to);
	}
	for (const name of ['data', 'proc', 'dev']) fs.mkdirSync(`${dir}/${name}`);
	fs.writeFileSync(`${dir}/dev/null`, '');
}

test('O4 in a root without anything else, read-only, as nobody, without capabilities: it serves', { skip: process.getuid() !== 0 && 'needs to be root' }, async () => {
	const dir = fs.mkdtempSync('/tmp/vimb-bare-'), port = await freePort(), data = `${dir}/data`;
	let child;
	try {
		fs.chmodSync(dir, 0o755);
		fs.mkdirSync(data);
		bareRoot(`${dir}/root`);
		const conf = (at) => `database = sqlite:${at}/v.db\nlisten = 127.0.0.1:${port}\npublic_url = http://127.0.0.1:${port}\nsecuritysalt = 6f2c81d94be7a03558ce1f74d6b09a2eb3517fc8\n`;
		fs.writeFileSync(`${dir}/outside.conf`, conf(data), { mode: 0o600 });
		const cli = (args, input) => execFileSync(binary, ['-c', `${dir}/outside.conf`, ...args], { input, stdio: ['pipe', 'pipe', 'pipe'] });
		cli(['schema', 'apply']);
		cli(['admin', 'add', owner.username, '--super', 'yes', '--password-stdin'], `${owner.password}\n`);
		fs.writeFileSync(`${data}/vimbadmin.conf`, conf('/data'), { mode: 0o600 });
		execFileSync('chown', ['-R', '65534:65534', data]);
		// within a chroot / is no mount point, and can be made nobody's own; the first mount can
		const own = spawnSync('unshare', ['--mount', 'true']).status === 0 ? [] : ['--propagation', 'unchanged'];
		child = spawn('unshare', ['--mount', ...own, '--', 'sh', '-ec', `mount --bind ${dir}/root ${dir}/root; mount --make-rprivate ${dir}/root; mount --bind ${data} ${dir}/root/data; mount -o bind,nosuid,noexec,nodev,remount ${dir}/root/data
			mount -t proc proc ${dir}/root/proc; mount --bind /dev/null ${dir}/root/dev/null; mount -o bind,ro,nosuid,nodev,remount ${dir}/root; exec setpriv --no-new-privs chroot --userspec=65534:65534 --groups= ${dir}/root /vimbadmin -c /data/vimbadmin.conf serve`], { stdio: ['ignore', 'ignore', 'pipe'] });
		let said = '';
		child.stderr.on('data', (d) => { said += d; });
		const c = new Client(`http://127.0.0.1:${port}`);
		for (let i = 0; !await c.get('/health').then((r) => r.status === 200, () => false); i++, await sleep(20)) assert.ok(i < 500 && child.exitCode === null, said);
		await c.signIn(owner.username, owner.password);
		assert.equal((await c.api('POST', '/domains/add', { domain: 'bare.example', active: true })).status, 201);
		assert.equal((await c.api('POST', '/mailboxes/add', { address: 'box@bare.example', password: owner.password })).status, 201);
		for (const page of ['/', '/domains', '/mailboxes?q=box', '/log', '/mailboxes/export.csv']) assert.equal((await c.get(page)).status, 200, page);
		const pids = [child.pid, ...fs.readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ').map(Number)];
		assert.equal(pids.length, 3);
		for (const pid of pids) {
			const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
			assert.match(status, /^Uid:\t65534\t65534\t65534\t65534$/m);
			for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb']) assert.match(status, new RegExp(`^${set}:\\t0+$`, 'm'));
			assert.match(status, /^NoNewPrivs:\t1$/m);
		}
		assert.match(fs.readFileSync(`/proc/${child.pid}/mountinfo`, 'utf8'), /^\d+ \d+ \S+ \S+\/root \/ ro,/m);
		assert.doesNotMatch(execFileSync('find', [`${dir}/root`, '-xdev', '-type', 'f'], { encoding: 'utf8' }), /\/(sh|bash|dash|busybox|apt|dpkg)$/m);
		assert.doesNotMatch(said, /child\.died/);
		c.agent.destroy();
	} finally {
		const gone = child && new Promise((done) => { if (child.exitCode !== null || child.signalCode !== null) done(); else child.once('exit', done); });
		child?.kill('SIGTERM');
		await gone;
		spawnSync('umount', ['-R', `${dir}/root`]); // nothing to do, but where the mount was everybody's
		fs.rmSync(dir, { recursive: true, force: true });
	}
});
