// SPDX-License-Identifier: GPL-3.0-or-later
// `make bench [BENCH=web,search,import,gate,flood,takeover,mysql,pgsql]`: the budgets, each beside its reference in the same run; docs/measurements.md says what the rows mean. It prints
// and judges nothing: the exit status is 0 unless something broke. BENCH_SECONDS (3) a round, BENCH_ROUNDS (5), BENCH_DATA (a folder to keep the
// databases in), BENCH_SCALE (1; 0.1 has all databases ten times smaller, to try the bench itself).
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { binary, root, sleep, startPanel } from '../http/lib/panel.mjs';
import { makeDatabase } from './lib/data.mjs';
import { startEngine } from './lib/engine.mjs';
import { inTurns, median, msSince, percentile, startNginx, wireBytes, wrk } from './lib/load.mjs';

const seconds = Number(process.env.BENCH_SECONDS || 3);
const rounds = Number(process.env.BENCH_ROUNDS || 5);
const scale = Number(process.env.BENCH_SCALE || 1);
const only = (process.env.BENCH || '').split(',').filter(Boolean);
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'vimbadmin-bench-'));
const data = process.env.BENCH_DATA || work;
const LIST = '/mailboxes?domain=d0007.example&limit=50';

const rows = [];
const row = (what, measured, reference, ratio, budget, met) => {
	rows.push({ what, measured, reference, ratio: typeof ratio === 'number' ? ratio.toFixed(2) : ratio, budget, met });
	console.error(`  ${what}: ${measured}`);
};
const perSecond = (n) => `${Math.round(n)}/s`;
const inMs = (n) => `${n.toFixed(2)} ms`;
const inMb = (n) => `${n.toFixed(1)} MB`;
const cookieOf = (panel) => [...panel.cookies].map(([k, v]) => `${k}=${v}`).join('; ');

// ---- panels, one per size ----

const sizes = { small: [50, 200], middle: [1000, 200], large: [1000, 1000] };
const perDomain = (size) => Math.max(60, sizes[size][1] * scale); // a page of 50 is to be full
const mailboxes = (size) => sizes[size][0] * perDomain(size);
const panels = {};

async function panelOf(size, settings = {}, name = size) {
	const file = path.join(data, `${size}-${scale}.db`);
	if (panels[name]) return panels[name];
	const took = makeDatabase(file, sizes[size][0], perDomain(size));
	if (took) console.error(`  ${mailboxes(size)} mailboxes in ${sizes[size][0]} domains brought in by the importer in ${took.toFixed(1)} s`);
	execFileSync('sqlite3', [file, `DELETE FROM vimb_session; DELETE FROM admin; DELETE FROM alias WHERE address LIKE 'bench%'`]);
	panels[name] = await startPanel({ database: `sqlite:${file}`, settings });
	return panels[name];
}

async function signedIn(size, settings, name) {
	const panel = await panelOf(size, settings, name);
	panel.agent.destroy(); // while wrk ran, nobody here saw that the panel closed idle connections
	if (![...panel.cookies.keys()].includes('VIMBADMIN4')) await panel.signIn(root.username, root.password);
	return panel;
}

// ---- pages and files against nginx ----

async function against(panel, nginx, what, target, headers, budget, met) {
	const bytes = await wireBytes(panel.url + target, headers);
	const url = await nginx.put(what.replace(/\W/g, '_'), bytes);
	const r = inTurns(rounds, () => wrk(panel.url + target, { seconds, headers }), () => wrk(url, { seconds }));
	row(`${what} (${bytes} bytes)`, perSecond(r.rps), `nginx ${perSecond(r.ref)}`, r.ratio, budget, met(r));
	return r;
}

async function web(nginx) {
	const panel = await signedIn('middle');
	const login = await panel.client().get('/auth/login');
	const css = /href="(\/s\/app\.[^"]+\.css)"/.exec(login.text)[1];
	const cookie = cookieOf(panel);
	await against(panel, nginx, 'asset, as browsers ask', css, { 'accept-encoding': 'gzip, br' }, '>= 0.7', (r) => r.ratio >= 0.7);
	await against(panel, nginx, 'asset, uncompressed', css, {}, '>= 0.7', (r) => r.ratio >= 0.7);
	await against(panel, nginx, 'login page', '/auth/login', {}, '>= 0.7', (r) => r.ratio >= 0.7);
	const r = await against(panel, nginx, `mailbox list, 50 of ${mailboxes('middle')}`, LIST, { cookie }, '>= 0.4', (r) => r.ratio >= 0.4);
	row('  its p99 at 8 connections', inMs(r.p99), `nginx ${inMs(r.refP99)}`, r.p99 / r.refP99, '< 10 ms', r.p99 < 10);
	await against(panel, nginx, 'API list of 200', `/api${LIST.replace(/\blimit=\d+/, 'limit=200')}`, { cookie, accept: 'application/json' }, '12000/s', (r) => r.rps >= 12000);
}

// ---- the same page on a small and a large database ----

async function scaling() {
	const small = await signedIn('small'), large = await signedIn('large');
	const load = (panel, target) => wrk(panel.url + target, { seconds, headers: { cookie: cookieOf(panel) } });
	for (const [what, target] of [['one domain', LIST], ['all', '/mailboxes?limit=50'], ['all, by name', '/mailboxes?sort=name&limit=50']]) {
		const r = inTurns(rounds, () => load(large, target), () => load(small, target));
		row(`list of ${what} at ${mailboxes('large')}`, perSecond(r.rps), `at ${mailboxes('small')} ${perSecond(r.ref)}`, 1 / r.ratio, '<= 1.3', 1 / r.ratio <= 1.3);
	}
}

// ---- search ----

const searches = {
	rare: (i) => `smithj${i * 3}@d0${100 + i}`,
	'a few hundred': (i) => `${['nnabe', 'oraem', 'gretah'][i % 3]}.${['smithj', 'whiteg', 'hallki'][i % 3]}${i}`,
	common: (i) => ['smith', 'person', 'example', 'brown', 'anna', 'white'][i % 6],
	'three letters': (i) => ['mit', 'ann', 'exa', '.ex', 'son', '@d0'][i % 6],
	'two letters': (i) => ['an', 'sm', 'be', 'ca', 'zz', 'do'][i % 6],
	'common, then not': (i) => `Person ${i}99`,
	nothing: (i) => `zzqq${i}`,
};

// The reference is what a search without an index costs: one pass with LIKE, as the PHP fork does it.
const likeQuery = (i) => `SELECT count(*) FROM mailbox m JOIN domain d ON d.id = m.Domain_id
	WHERE m.username LIKE '%smithj${i}@%' OR m.name LIKE '%smithj${i}@%';`;

function scan() {
	const times = [];
	for (let i = 0; i < 3; i++) {
		const out = execFileSync('sqlite3', [path.join(data, `large-${scale}.db`)], { encoding: 'utf8', input: `.timer on\n${likeQuery(i)}\n` });
		times.push(Number(/real ([\d.]+)/.exec(out)[1]) * 1000);
	}
	return median(times);
}

async function timedSearches(panel, texts) {
	const times = [];
	for (const text of texts) {
		const started = process.hrtime.bigint();
		const r = await panel.get(`/mailboxes?limit=50&q=${encodeURIComponent(text)}`);
		times.push(msSince(started));
		if (r.status !== 200) throw new Error(`search: ${r.status} ${r.text}`);
	}
	return times;
}

async function searchRows(panel, where, reference) {
	const judge = (name, times) => {
		const p95 = percentile(times, 95);
		row(`search ${where}, ${name}, p95`, inMs(p95), `LIKE ${inMs(reference)}`, p95 / reference, '< 30 ms', p95 < 30);
	};
	const all = [];
	for (const [name, text] of Object.entries(searches)) {
		const times = await timedSearches(panel, Array.from({ length: 40 }, (_, i) => text(i)));
		all.push(...times);
		judge(name, times);
	}
	judge('all of these', all);
}

async function search() {
	await panelOf('large');
	const reference = scan();
	await searchRows(await signedIn('large'), `at ${mailboxes('large')}`, reference);
}

// ---- a change ----

async function newAlias(panel) {
	const made = await panel.api('POST', '/aliases/add', { address: 'bench@d0001.example', goto: 'someone@elsewhere.example', active: true });
	if (made.status >= 300) throw new Error(made.text);
	return made.json.id;
}

// What a change costs, a page that reads one row, and what `reference` does, by turns; medians.
async function changes(panel, reference) {
	const id = await newAlias(panel);
	const times = [], refs = [], reads = [];
	const timed = async (list, work) => {
		const started = process.hrtime.bigint();
		const r = await work();
		list.push(msSince(started));
		if (r?.status >= 300) throw new Error(r.text);
	};
	for (let i = 0; i < 300; i++) {
		await timed(times, () => panel.api('POST', `/aliases/${id}/edit`, { goto: `t${i}@elsewhere.example` }));
		await timed(refs, reference);
		await timed(reads, () => panel.api('GET', `/aliases/${id}/edit`));
	}
	await panel.api('POST', `/aliases/${id}/delete`, {});
	return [median(times), median(refs), median(reads)];
}

// the reference of a durable change is the disk, an append with fdatasync; that of a request from here a page that reads one row
async function change() {
	const panel = await signedIn('middle');
	const fd = fs.openSync(path.join(data, 'sync'), 'w');
	const [t, s, g] = await changes(panel, () => {
		fs.writeSync(fd, Buffer.alloc(16384));
		fs.fdatasyncSync(fd);
	});
	fs.closeSync(fd);
	row('change of an alias, answered', inMs(t), `sync ${inMs(s)} + get ${inMs(g)}`, t / (s + g), '1 ms', t <= 1);
}

// ---- many rows at once ----

// The reference is what the rows themselves cost with their indexes and triggers: the same mailboxes and aliases by two statements of sqlite3.
function bareRows(file, n) {
	const started = process.hrtime.bigint();
	execFileSync('sqlite3', [file], { input: `BEGIN;
		INSERT INTO mailbox (username, password, name, quota, local_part, active, access_restriction, created, Domain_id) WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < ${n})
			SELECT 'bare' || n || '@bench.example', '${HASH}', 'Name ' || n, 0, 'bare' || n, 1, 'ALL', '2026-01-01 00:00:00', 1 FROM i;
		INSERT INTO alias (address, goto, active, created, Domain_id) SELECT username, username, 1, created, 1 FROM mailbox WHERE username LIKE 'bare%';
		COMMIT;` });
	return msSince(started);
}

const HASH = '{SHA512-CRYPT}$6$saltsaltsaltsalt$9bJzQy1kZ1Qe0tJX8d0mYc6q5a3bV2';
const csvOf = (name, n) => `address,hash,name\n${Array.from({ length: n }, (_, i) => `${name}${i}@bench.example,${HASH},Name ${i}\n`).join('')}`;

// Times of a list's page, one after the other, until the keeper is done with the file; and how long that took.
async function pagesDuring(panel, id) {
	const times = [], started = process.hrtime.bigint();
	for (;;) {
		for (let i = 0; i < 20; i++) {
			const at = process.hrtime.bigint(), r = await panel.get('/mailboxes?domain=bench.example&limit=50');
			times.push(msSince(at));
			if (r.status !== 200) throw new Error(`list: ${r.status} ${r.text}`);
		}
		const { json } = await panel.api('GET', `/import/${id}`);
		if (json.state === 'done') return [times, msSince(started)];
		if (json.state !== 'waiting' && json.state !== 'running') throw new Error(`import: ${json.state} ${json.message}`);
	}
}

async function imports() {
	const n = 100000 * scale, panel = panels.import = await startPanel();
	await panel.signIn(root.username, root.password);
	panel.cli(['domain', 'add', 'bench.example']);
	const bare = bareRows(path.join(panel.dir, 'vimbadmin.db'), n), file = path.join(work, 'import.csv');
	fs.writeFileSync(file, csvOf('command', n));
	const started = process.hrtime.bigint();
	panel.cli(['import', 'mailboxes', file]);
	const took = msSince(started);
	row(`import of ${n} mailboxes by command`, inMs(took), `bare rows ${inMs(bare)}`, took / bare, '10 s', took <= 10000);
	for (const [how, on_error] of [['all or nothing', 'stop'], ['without bad rows', 'skip']]) {
		const sent = await panel.upload('/import/run', { kind: 'mailboxes', on_error }, csvOf(on_error, n));
		if (sent.status !== 303) throw new Error(`upload: ${sent.status} ${sent.text}`);
		const [times, all] = await pagesDuring(panel, sent.headers.get('location').split('/').pop());
		row(`  through the browser, ${how}`, inMs(all), `bare rows ${inMs(bare)}`, all / bare, '', undefined);
		row('  a list\'s page meanwhile, p99', inMs(percentile(times, 99)), `median ${inMs(median(times))}`, '', '50 ms', percentile(times, 99) <= 50);
	}
}

// ---- the same on a database server ----

function scanOn(db) {
	const times = [];
	for (let i = 0; i < 3; i++) {
		const started = process.hrtime.bigint();
		db.sql(likeQuery(i));
		times.push(msSince(started));
	}
	return median(times);
}

async function onEngine(kind) {
	const engine = await startEngine(kind);
	try {
		for (const size of ['middle', 'large']) {
			const db = engine.database(sizes[size][0], perDomain(size));
			const at = `on ${kind} at ${mailboxes(size)}`;
			console.error(`  ${mailboxes(size)} mailboxes brought in by the importer in ${db.seconds.toFixed(1)} s`);
			row(`import ${at}`, `${db.seconds.toFixed(1)} s`, '', '', '', undefined);
			const panel = panels[at] = await startPanel({ database: db.url });
			await panel.signIn(root.username, root.password);
			await searchRows(panel, at, scanOn(db));
			const [t, , g] = await changes(panel, () => undefined);
			row(`change of an alias ${at}`, inMs(t), `get ${inMs(g)}`, t / g, '', undefined);
			const headers = { cookie: cookieOf(panel) };
			for (const [what, target] of [['one domain', LIST], ['all', '/mailboxes?limit=50'], ['all, by name', '/mailboxes?sort=name&limit=50']]) {
				const r = wrk(panel.url + target, { seconds, headers });
				row(`list of ${what} ${at}`, perSecond(r.rps), `p99 ${inMs(r.p99)}`, '', '', undefined);
			}
			await panel.stop();
			delete panels[at];
		}
	} finally {
		engine.remove();
	}
}

// ---- taking over the PHP program's database ----

async function takeovers() {
	const engine = await startEngine('mysql');
	try {
		const { url } = engine.fork(sizes.middle[0], perDomain('middle'));
		for (const [what, args] of [['plan of a takeover', ['schema', 'plan']], ['report before a takeover', ['takeover', 'report']]]) {
			const times = [];
			for (let i = 0; i < 3; i++) {
				const started = process.hrtime.bigint();
				const text = execFileSync(binary, args, { encoding: 'utf8', env: { ...process.env, VIMBADMIN_DATABASE: url } });
				times.push(msSince(started));
				if (!/pending|Found: /.test(text)) throw new Error(text);
			}
			row(`${what}, ${mailboxes('middle')} mailboxes on mysql`, inMs(median(times)), '', '', '10 s', median(times) <= 10000);
		}
	} finally {
		engine.remove();
	}
}

// ---- statements ----

async function statements() {
	const panel = await signedIn('small', { log_level: 'debug' }, 'counting');
	const count = async (what, budget, send) => {
		const before = panel.log().length;
		await send();
		await sleep(20);
		const n = Number(/web\.answered .*statements=(\d+)/.exec(panel.log().slice(before))?.[1]);
		row(`statements: ${what}`, String(n), '', '', budget ? `<= ${budget}` : '', budget ? n <= budget : undefined);
	};
	for (const target of ['/domains', '/mailboxes', LIST, `${LIST}&q=smith`, '/mailboxes?q=smith', '/aliases', '/admins', '/log', '/mailboxes/7/edit'])
		await count(target, 4, () => panel.get(target));
	const id = await newAlias(panel);
	await count('change of an alias', 10, () => panel.api('POST', `/aliases/${id}/edit`, { goto: 'other@elsewhere.example' }));
	await panel.api('POST', `/aliases/${id}/delete`, {});
}

// ---- what stands before every page ----

// CPU time of the web process in microseconds a request, of those that wrk asks for.
function cpuOf(panel, target, headers) {
	const pid = fs.readFileSync(`/proc/${panel.child.pid}/task/${panel.child.pid}/children`, 'utf8').trim().split(' ').find((p) => fs.readFileSync(`/proc/${p}/comm`, 'utf8').trim() === 'vimbadmin-web');
	const ticks = () => fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).reduce((a, b) => a + Number(b), 0);
	const before = ticks(), { rps } = wrk(panel.url + target, { seconds, headers, any: true });
	return ((ticks() - before) * 10000) / (rps * seconds);
}

// A request that is refused once it is known who asks, beside one that nobody is asked for: the difference is the gate, the look at the session and the words of the refusal.
async function gate() {
	const panel = panels.gate = await startPanel({ settings: { log_level: 'debug' } });
	panel.cli(['admin', 'add', 'limited@example.org', '--password-stdin'], { input: 'a long enough secret 1\n' });
	await panel.signIn('limited@example.org', 'a long enough secret 1');
	const before = panel.log().length;
	if ((await panel.get('/api/admins', { accept: 'application/json' })).status !== 403) throw new Error('that was to be refused');
	await sleep(20);
	const n = Number(/web\.answered .*statements=(\d+)/.exec(panel.log().slice(before))?.[1]);
	row('gate and session, statements', String(n), '', '', '<= 1', n <= 1);
	await panel.stop();
	const quiet = panels.gate = await startPanel();
	quiet.cli(['admin', 'add', 'limited@example.org', '--password-stdin'], { input: 'a long enough secret 1\n' });
	await quiet.signIn('limited@example.org', 'a long enough secret 1');
	const icon = /href="(\/s\/favicon[^"]+)"/.exec((await quiet.client().get('/auth/login')).text)[1];
	const whole = [], bare = [];
	for (let i = 0; i < rounds; i++) {
		whole.push(cpuOf(quiet, '/api/admins', { cookie: cookieOf(quiet), accept: 'application/json' }));
		bare.push(cpuOf(quiet, icon, {}));
	}
	const [a, b] = [median(whole), median(bare)];
	row('gate and session, CPU of a request', `${(a - b).toFixed(1)} us`, `asset ${b.toFixed(1)} us`, a / b, '50 us', a - b <= 50);
}

// ---- a flood of wrong passwords ----

// 200 a second, each from another address and for another name, so that nothing is refused unseen; meanwhile somebody looks at pages.
async function flood() {
	const panel = panels.flood = await startPanel({ settings: { 'trustedproxy.mode': 'auto', 'resources.auth.oss.hash_cost': 12 } });
	await panel.signIn(root.username, root.password);
	const pages = async (until) => {
		const times = [];
		while (Date.now() < until) {
			const at = process.hrtime.bigint(), r = await panel.get('/domains');
			times.push(msSince(at));
			if (r.status !== 200) throw new Error(`a page during the flood: ${r.status}`);
			await sleep(5);
		}
		return times;
	};
	const lasts = Math.max(3, seconds * rounds) * 1000, quiet = await pages(Date.now() + 1000);
	const answers = {}, waiting = [], c = panel.client(), started = Date.now();
	c.agent.maxSockets = 512;
	await c.get('/auth/login');
	const timer = setInterval(() => {
		for (let due = Math.floor((Date.now() - started) / 5); waiting.length < due;) {
			const i = waiting.length, address = `198.${18 + ((i >> 16) & 1)}.${(i >> 8) & 255}.${i & 255}`;
			waiting.push(c.post('/auth/login', { username: `name${i}@example.org`, password: `wrong ${i}` }, { 'x-forwarded-for': address })
				.then((r) => { answers[r.status] = (answers[r.status] ?? 0) + 1; }, () => { answers.cut = (answers.cut ?? 0) + 1; }));
		}
	}, 5);
	const times = await pages(started + lasts);
	clearInterval(timer);
	await Promise.all(waiting);
	const said = Object.entries(answers).map(([status, n]) => `${n} x ${status}`).join(', ');
	row(`a page during ${perSecond((waiting.length * 1000) / lasts)} wrong passwords, p99`, inMs(percentile(times, 99)), `before ${inMs(percentile(quiet, 99))}`, percentile(times, 99) / percentile(quiet, 99), '50 ms', percentile(times, 99) <= 50);
	row('  its median; answers to the flood', inMs(median(times)), said, '', '', undefined);
}

// ---- memory, start, sizes ----

// Of all processes, in MB: proportional shares, the pages of the database that are merely mapped counted apart.
function memory(pid) {
	const kids = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }).trim().split(/\s+/).filter(Boolean);
	const sum = { own: 0, mapped: 0 };
	for (const p of [pid, ...kids]) {
		let database = false;
		for (const line of fs.readFileSync(`/proc/${p}/smaps`, 'utf8').split('\n')) {
			if (/^[0-9a-f]+-/.test(line)) database = /\.db$/.test(line);
			const kb = /^Pss:\s+(\d+)/.exec(line);
			if (kb) sum[database ? 'mapped' : 'own'] += Number(kb[1]) / 1024;
		}
	}
	return sum;
}

async function memories() {
	const panel = await signedIn('large', {}, 'memory');
	const idle = memory(panel.child.pid);
	row(`memory idle at ${mailboxes('large')}`, inMb(idle.own), `+ ${inMb(idle.mapped)} of the file mapped`, '', '15 MB', idle.own <= 15);
	const headers = { cookie: cookieOf(panel) };
	for (const target of ['/mailboxes', '/mailboxes?q=smith', '/aliases', '/api/mailboxes?limit=200', '/domains'])
		wrk(panel.url + target, { seconds, headers, connections: 32 });
	const after = memory(panel.child.pid);
	row('memory after loads', inMb(after.own), `+ ${inMb(after.mapped)} of the file mapped`, '', '40 MB', after.own <= 40);
}

async function starts(nginx) {
	const times = [];
	for (let i = 0; i < rounds; i++) {
		const panel = await startPanel();
		times.push(panel.startedMs);
		await panel.stop();
	}
	row('start to first answered page', inMs(median(times)), `nginx ${inMs(nginx.startedMs)}`, median(times) / nginx.startedMs, '100 ms', median(times) <= 100);
}

async function firstLoad() {
	const panel = await panelOf('small');
	const page = await panel.client().get('/auth/login');
	const assets = [...new Set([...page.text.matchAll(/(?:href|src)="(\/(?:s\/|favicon)[^"#]+)/g)].map((m) => m[1]))];
	let bytes = await wireBytes(`${panel.url}/auth/login`);
	for (const a of assets) bytes += await wireBytes(panel.url + a, { 'accept-encoding': 'gzip, deflate, br' });
	row('first load, requests', String(assets.length + 1), '', '', '6', assets.length + 1 <= 6);
	row('first load, on the wire', `${(bytes / 1024).toFixed(0)} KB`, '', '', '150 KB', bytes <= 150 * 1024);
	const size = fs.statSync(binary).size / 1024 / 1024;
	row('binary, stripped', inMb(size), '', '', '4 MB', size <= 4);
}

// ---- all of it ----

const nginx = await startNginx(work);
const parts = { web: () => web(nginx), scaling, search, change, import: imports, takeover: takeovers, statements, gate, flood, memory: memories, start: () => starts(nginx), size: firstLoad,
	mysql: () => onEngine('mysql'), pgsql: () => onEngine('pgsql') };
console.log(`${os.cpus().length} cores, Linux ${os.release()}, ${rounds} rounds of ${seconds} s each, taking turns; medians`);
try {
	for (const [name, part] of Object.entries(parts))
		if (only.length === 0 || only.includes(name)) await part();
} finally {
	await nginx.stop();
	for (const panel of Object.values(panels)) await panel.stop();
	fs.rmSync(work, { recursive: true, force: true });
}

const columns = ['what', 'measured', 'reference', 'ratio', 'budget'];
const widths = columns.map((k) => Math.max(k.length, ...rows.map((r) => String(r[k]).length)));
const line = (r) => columns.map((k, i) => String(r[k]).padEnd(widths[i])).join('  ');
console.log(line(Object.fromEntries(columns.map((k) => [k, k]))));
for (const r of rows) console.log(`${line(r)}  ${r.met === undefined ? '' : r.met ? 'ok' : 'over'}`.trimEnd());
