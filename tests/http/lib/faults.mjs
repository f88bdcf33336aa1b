// SPDX-License-Identifier: GPL-3.0-or-later
// A panel whose web process fails where it is told to: at its n-th statement, allocation or request for random bytes (preload.c, tests/fault.h).
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sleep, startPanel } from './panel.mjs';

const what = { statement: 0, memory: 1, random: 2, cage: 3 };
const how = { refused: 1, busy: 2, lost: 3, again: 4 };

// Whether the build takes a library in front of its own: sanitizers bring their own allocator.
export const built = !/\/(?:asan|tsan)\/vimbadmin$/.test(process.env.VIMBADMIN ?? '');

export async function startFaulty(options = {}) {
	const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'vimb-fault-')), 'state');
	fs.writeFileSync(file, Buffer.alloc(20), { mode: 0o600 });
	const fd = fs.openSync(file, 'r+');
	const panel = await startPanel({ ...options, env: { ...options.env, LD_PRELOAD: path.join(process.env.TOOLS || path.resolve('build/tools'), 'preload.so'), FAULT_FILE: file } });
	const write = (at, ...numbers) => fs.writeSync(fd, Buffer.from(new Uint32Array(numbers).buffer), 0, 4 * numbers.length, 4 * at);
	const read = () => {
		const b = Buffer.alloc(20);
		fs.readSync(fd, b, 0, 20, 0);
		return new Uint32Array(b.buffer, b.byteOffset, 5);
	};
	// what fails is to be the request, not the second cage of a process that has just begun
	const narrowed = async (from) => {
		for (let i = 0; !/cage\.narrowed/.test(panel.log().slice(from)) && i < 150; i++) await sleep(20);
	};
	const health = () => panel.client().get('/health', { connection: 'close' }).then((r) => r.status === 200, () => false);
	return Object.assign(panel, {
		// From now on the at-th fails. all: and those after it.
		arm(kind, at, by = 'refused', all = false) {
			write(1, 0);
			write(2, 0, how[by], all ? 1 : 0);
			write(0, what[kind], at);
		},
		// Nothing fails any more. How many there were, and whether one failed.
		disarm() {
			const [, at, seen] = read();
			write(1, 0);
			return { seen, came: at > 0 && seen >= at };
		},
		web: () => fs.readFileSync(`/proc/${panel.child.pid}/task/${panel.child.pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
			.find((pid) => { try { return fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'vimbadmin-web'; } catch { return false; } }),
		// Once the master has started another web process in place of the one that ended.
		async served() {
			for (let i = 0; i < 1000; i++, await sleep(20)) if (await health()) return;
			throw new Error(`not served again:\n${panel.log().slice(-3000)}`);
		},
		// The master anew: it would wait longer after each death
		async anew() {
			const old = panel.child;
			const gone = new Promise((done) => old.once('exit', done));
			old.kill('SIGKILL');
			await gone;
			panel.agent.destroy();
			const from = panel.log().length;
			for (panel.relaunch(); ; await sleep(10)) {
				if (panel.child.exitCode !== null) panel.relaunch();
				else if (await health()) return narrowed(from);
			}
		},
		async end() {
			await panel.stop();
			fs.closeSync(fd);
			fs.rmSync(path.dirname(file), { recursive: true, force: true });
		},
	});
}
