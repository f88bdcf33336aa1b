// SPDX-License-Identifier: GPL-3.0-or-later
// A panel with an intruder in its web process, who does what he is told with the next request (intruder.c).
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sleep, startPanel } from './panel.mjs';

const at = { go: 0, began: 4, over: 8, result: 12, error: 16, number: 20, fd: 24, len: 28, pass: 32, times: 36, told: 40, ask: 44, act: 48, text: 112, out: 368, in: 4464 };
const size = 8560;
export const FD = { control: 4, channel: 5 };

export async function startIntruder(options = {}) {
	const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'vimb-intruder-')), 'plan');
	fs.writeFileSync(file, Buffer.alloc(size), { mode: 0o600 });
	const panel = await startPanel({ ...options, env: { ...options.env, LD_PRELOAD: path.join(process.env.TOOLS || path.resolve('build/tools'), 'intruder.so'), INTRUDER_FILE: file } });
	const children = (name) => {
		try {
			return fs.readFileSync(`/proc/${panel.child.pid}/task/${panel.child.pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
				.filter((pid) => { try { return fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === name; } catch { return false; } });
		} catch { return []; }
	};
	const count = (re) => panel.log().match(re)?.length ?? 0;
	const until = async (what, check) => {
		for (let i = 0; i < 1500; i++, await sleep(20)) if (await check()) return;
		throw new Error(`${what}: never\n${panel.log().slice(-3000)}`);
	};
	const health = () => panel.client().get('/health', { connection: 'close' }).then((r) => r.status === 200, () => false);
	const fd = fs.openSync(file, 'r+');
	return Object.assign(panel, {
		count, until,
		web: () => children('vimbadmin-web')[0],
		keeper: () => children('vimbadmin-keep')[0],
		// Once a web process is in its narrow cage, as many of them as were started.
		narrowed: () => until('the narrow cage', async () => panel.web() && /cage\.narrowed/.test(panel.log().slice(panel.log().lastIndexOf('child.started role=web'))) && await health()),
		// The act, by the thread that serves a request. began, over: did it come to it, and back; status: 0 when the request was not answered.
		async act(name, { text = '', number = 0, to = 0, out = Buffer.alloc(0), pass = 0, times = 1, ask = false } = {}) {
			const plan = Buffer.alloc(size);
			for (const [field, value] of [['number', number], ['fd', to], ['len', out.length], ['pass', pass], ['times', times], ['ask', ask ? 1 : 0]]) plan.writeInt32LE(value, at[field]);
			plan.write(name, at.act);
			plan.write(text, at.text);
			out.copy(plan, at.out);
			plan.writeInt32LE(1, at.go);
			fs.writeSync(fd, plan, 0, size, 0);
			const status = await panel.client().get('/auth/login', { 'x-intruder': '1', connection: 'close' }).then((r) => r.status, () => 0);
			fs.readSync(fd, plan, 0, size, 0);
			const get = (field) => plan.readInt32LE(at[field]);
			return { status, began: get('began') === 1, over: get('over') === 1, result: get('result'), error: get('error'),
				told: Buffer.from(plan.subarray(at.in, at.in + get('told'))) };
		},
		// All anew: the master would wait longer after each death.
		async anew() {
			const old = panel.child, gone = new Promise((done) => old.once('exit', done));
			old.kill('SIGTERM');
			await gone;
			panel.relaunch();
			await panel.narrowed();
		},
		async end() {
			await panel.stop();
			fs.closeSync(fd);
			fs.rmSync(path.dirname(file), { recursive: true, force: true });
		},
	});
}
