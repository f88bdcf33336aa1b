import { startPanel, root } from '../http/lib/panel.mjs';
import { percentile, median } from './lib/load.mjs';
const searches = {
	rare: (i) => `smithj${i * 3}@d0${100 + i}`,
	'a few hundred': (i) => `${['nnabe', 'oraem', 'gretah'][i % 3]}.${['smithj', 'whiteg', 'hallki'][i % 3]}${i}`,
	common: (i) => ['smith', 'person', 'example', 'brown', 'anna', 'white'][i % 6],
	'three letters': (i) => ['mit', 'ann', 'exa', '.ex', 'son', '@d0'][i % 6],
	'two letters': (i) => ['an', 'sm', 'be', 'ca', 'zz', 'do'][i % 6],
	'common, then not': (i) => `Person ${i}99`,
	nothing: (i) => `zzqq${i}`,
};
const panel = await startPanel({ database: process.argv[2] });
await panel.signIn(root.username, root.password);
const all = [];
for (const [name, text] of Object.entries(searches)) {
	const times = [], by = {};
	for (let i = 0; i < 40; i++) {
		const s = process.hrtime.bigint();
		const r = await panel.get(`/mailboxes?q=${encodeURIComponent(text(i))}`);
		const t = Number(process.hrtime.bigint() - s) / 1e6;
		if (r.status !== 200) console.log(text(i), panel.log().slice(-1500)); if (r.status !== 200) throw new Error(r.status + r.text.replace(/[^]*<main/, ''));
		times.push(t); if (t > 26) console.log('slow', text(i), t.toFixed(1)); (by[text(i)] ??= []).push(t);
	}
	all.push(...times);
	console.log(name.padEnd(20), 'p95', percentile(times, 95).toFixed(1), 'median', median(times).toFixed(1), Object.keys(by).length < 10 ? Object.entries(by).map(([k, v]) => `${k}=${median(v).toFixed(1)}`).join(' ') : '');
}
console.log('all p95', percentile(all, 95).toFixed(1));
await panel.stop();
