// SPDX-License-Identifier: GPL-3.0-or-later
//
// assets.mjs OUTDIR: makes the files the panel sends: app.css app.js theme.js icons.svg favicon.svg.
//
// app.css  assets/app.css with its imports, less every rule that no template, no C file of view or web and no script names, and the labels of
//          lists on a phone
// app.js   assets/app.js with its imports, one file; theme.js likewise, apart because it runs before the first paint
// icons.svg  the icons of @tabler/icons that assets/icons.txt lists, as <symbol id="name">, and the pictures that the style
//          sheet wants (ticks, arrows): the policy allows no data: URLs, so they become views of this one file
// favicon.svg  as it is
//
// A class counts as used when its name stands anywhere in those sources, so a class that is put together at run time has to
// be written out somewhere, a comment will do. Icons that templates ask for (`icons.svg...#name`) must be listed.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync, existsSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { PurgeCSS } from 'purgecss'

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = process.argv[2];
const budget = 100 * 1024; // style and script together, brotli
const target = ['chrome109', 'firefox115', 'safari16.4']

const die = (text) => {
	console.error(`assets: ${text}`);
	process.exit(1);
};
const read = (path) => readFileSync(join(root, path), 'utf8');
const inside = (dir, kinds) =>
	existsSync(join(root, dir))
		? readdirSync(join(root, dir)).filter((f) => kinds.test(f)).map((f) => `${dir}/${f}`)
		: []

async function bundle(entry) {
	const done = await build({
		absWorkingDir: root,
		entryPoints: [entry],
		bundle: true,
		minify: true,
		write: false,
		format: entry.endsWith('.js') ? 'iife' : undefined,
		target,
		legalComments: 'none',
		logLevel: 'error',
		loader: { '.svg': 'dataurl' },
	}).catch(() => die(`${entry} cannot be bundled`));
	return done.outputFiles[0].text;
}

// Attributes that scripts and htmx set: selectors on them stay although no template may name them.
const set_at_run_time = ['data-bs-theme', 'aria-expanded', 'aria-current', 'aria-invalid', 'aria-selected', 'open', 'disabled', 'hidden']

async function prune(css, script_sources) {
	const used = [...inside('src/view', /\.(tmpl|c|h)$/), ...inside('src/web', /\.(c|h)$/), ...script_sources];
	const [result] = await new PurgeCSS().purge({
		content: used.map((path) => ({ raw: read(path), extension: 'tmpl' })),
		css: [{ raw: css }],
		defaultExtractor: (text) => text.match(/[A-Za-z0-9_:\/-]+/g) ?? [],
		dynamicAttributes: set_at_run_time,
		safelist: { standard: [/^htmx-/, /^:/], greedy: [] },
		keyframes: true,
		variables: true,
	});
	return (await transform(result.css, { loader: 'css', minify: true, target })).code;
}

// The labels of a list's cells on a phone are the heads of its columns (web/*.c), in every language (po): said once here, not in each row.
function labels() {
	const catalogues = inside('po', /\.po$/).map((path) => [path.slice(3, -3), new Map([...read(path).matchAll(/^msgid "(.+)"\nmsgstr "(.+)"$/gm)].map(([, id, text]) => [id, text]))]);
	const rules = [], cells = [];
	for (const [list, file] of Object.entries({ domains: 'domain', mailboxes: 'mailbox', aliases: 'alias', admins: 'admin', log: 'log' })) {
		const table = read(`src/web/${file}.c`).match(/columns\[\] = \{\n([\s\S]*?)\n\};/)?.[1] ?? die(`src/web/${file}.c: no columns[]`);
		const columns = table.split('\n').map((line) => line.match(/N_\("([^"]+)"\)/)?.[1]);
		const first = columns.findIndex(Boolean); // the name of the row needs none, nor does a switch
		for (const [i, label] of columns.entries()) {
			if (i === first || !label || label === 'Active') continue;
			const cell = `.${list} td:nth-child(${i + 1})`;
			cells.push(cell);
			rules.push(`${cell}::before{content:"${label}"}`, ...catalogues.map(([code, texts]) => `:lang(${code}) ${cell}::before{content:"${texts.get(label) ?? die(`po/${code}.po: no "${label}"`)}"}`));
		}
	}
	return `@media (max-width: 991.98px) {${cells}{display:flex;align-items:center;gap:.5rem}${cells.map((c) => `${c}::before`)}{color:var(--tblr-secondary);flex:0 0 6.5rem}${rules.join('')}}`;
}

const attribute = (tag, name) => tag.match(new RegExp(`\\s${name}=["']([^"']*)["']`))?.[1]

function icon_symbol(line) {
	const [name, style = 'outline'] = line.split(/\s+/);
	const path = `node_modules/@tabler/icons/icons/${style}/${name}.svg`;
	if (!existsSync(join(root, path))) die(`assets/icons.txt: @tabler/icons has no ${style} icon "${name}"`);
	const body = read(path)
		.replace(/^[\s\S]*?<svg[\s\S]*?>/, '')
		.replace(/<\/svg>\s*$/, '')
		.replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" ?\/>/, '')
		.replace(/>\s+</g, '><')
		.trim();
	const paint = style === 'filled'
		? 'fill="currentColor"'
		: 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"';
	return `<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${body}</symbol>`;
}

// Pictures of the style sheet: each distinct data: URL becomes a view of the sprite, below the one before.
function take_pictures(css) {
	const views = [];
	const seen = new Map();
	const marked = css.replace(/url\((["']?)data:image\/svg\+xml(;base64)?,((?:(?!\1\)).)*)\1\)/g, (all, quote, base64, text) => {
		const svg = base64 ? Buffer.from(text, 'base64').toString() : decodeURIComponent(text.replace(/\\(["'])/g, '$1'));
		if (!seen.has(svg)) {
			const tag = svg.match(/<svg[^>]*>/)?.[0] ?? die(`a picture in the style sheet is no SVG: ${svg.slice(0, 80)}`);
			const box = attribute(tag, 'viewBox') ?? `0 0 ${attribute(tag, 'width')} ${attribute(tag, 'height')}`;
			const [width, height] = box.split(/[\s,]+/).slice(2).map(Number);
			const top = 1000 * (seen.size + 1);
			const inner = tag.replace(/\s(xmlns|x|y|width|height)=("[^"]*"|'[^']*')/g, '')
				.replace('<svg', `<svg y="${top}" width="${width}" height="${height}"`);
			views.push(`<view id="p${seen.size}" viewBox="0 ${top} ${width} ${height}"/>${svg.replace(/[\s\S]*?<svg[^>]*>/, inner)}`);
			seen.set(svg, `p${seen.size}`);
		}
		return `url("@sprite@#${seen.get(svg)}")`;
	});
	if (/url\(\s*["']?data:/.test(marked)) die('the style sheet holds a data: URL that is no SVG; the policy forbids it');
	return { marked, views };
}

// the same path that tools/embed gives the file
const path_of = (name, text) =>
	`/s/${name.replace('.', `.${createHash('sha256').update(text).digest('hex').slice(0, 10)}.`)}`

const icons = read('assets/icons.txt').split('\n').map((l) => l.replace(/#.*/, '').trim()).filter(Boolean);
const listed = new Set(icons.map((l) => l.split(/\s+/)[0]));
for (const path of inside('src/view', /\.tmpl$/))
	for (const [, name] of read(path).matchAll(/icons\.svg[^#"'<>]{0,12}#([a-z0-9-]+)/g))
		if (!listed.has(name)) die(`${path}: icon "${name}" is not in assets/icons.txt`)

const js = await bundle('assets/app.js');
const css = await prune(await bundle('assets/app.css') + labels(), inside('assets', /\.js$/));
const { marked, views } = take_pictures(css);
const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${icons.map(icon_symbol).join('')}${views.join('')}</svg>\n`;
const files = {
	'app.js': js,
	'theme.js': await bundle('assets/theme.js'),
	'app.css': marked.replaceAll('@sprite@', path_of('icons.svg', sprite).replace('/s/', '')),
	'icons.svg': sprite,
	'favicon.svg': read('assets/favicon.svg'),
}
mkdirSync(out, { recursive: true });
for (const [name, text] of Object.entries(files)) writeFileSync(join(out, name), text)

const weight = ['app.css', 'app.js'].reduce((sum, name) => sum + brotliCompressSync(files[name]).length, 0);
if (weight > budget) die(`app.css and app.js weigh ${weight} bytes with brotli; the budget is ${budget}`)
