// SPDX-License-Identifier: GPL-3.0-or-later
// A page as a strict reader sees it: every tag whole, every value in quotes, nothing that runs. What is not so fails with the place.
import assert from 'node:assert/strict';

const empty = new Set(['meta', 'link', 'input', 'br', 'hr', 'img', 'use', 'path', 'rect', 'wbr', 'col', 'source']);
const never = new Set(['iframe', 'object', 'embed', 'base', 'style', 'applet', 'frame', 'math', 'noscript', 'foreignobject', 'animate', 'video', 'audio']);
// HTML lets the end tags of these be left out: the next of the kind, or the end of what they stand in, says so
const cells = ['tr', 'td', 'th'], rowsOf = ['tr', 'thead', 'tbody', 'table'];
const links = new Set(['href', 'src', 'action', 'formaction', 'hx-get', 'hx-post', 'xlink:href', 'poster', 'data', 'srcset', 'ping']);
const token = /<!doctype html>|<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z][\w:-]*(?:=(?:"[^"]*"|'[^']*'))?)*)\s*\/?>|([^<]+)/gy;

export const decode = (text) => text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(lt|gt|amp|quot|apos));/gi, (_, dec, hex, name) =>
	(name ? { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }[name.toLowerCase()] : String.fromCodePoint(dec ? Number(dec) : parseInt(hex, 16))));

function attributes(tag, text, where) {
	const found = {};
	for (const [, name, value, single] of text.matchAll(/\s+([a-zA-Z][\w:-]*)(?:=(?:"([^"]*)"|'([^']*)'))?/g)) {
		assert.ok(!/^on/i.test(name) && name !== 'style' && name !== 'srcdoc', `${where}: <${tag}> has ${name}`);
		assert.ok(!(name in found), `${where}: <${tag}> has ${name} twice`);
		found[name] = decode(value ?? single ?? '');
		if (links.has(name)) assert.match(found[name], /^(?:\/(?!\/)|#|mailto:|https:\/\/(?:github\.com|www\.gnu\.org)\/|$)/, `${where}: <${tag} ${name}>`);
	}
	return found;
}

// {tags: [{name, attributes}], texts: [{text, inside: [names of elements]}]}
export function read(html, where) {
	const tags = [], texts = [], open = [];
	token.lastIndex = 0;
	while (token.lastIndex < html.length) {
		const at = token.lastIndex;
		const m = token.exec(html);
		assert.ok(m, `${where}: no HTML at ${JSON.stringify(html.slice(at, at + 120))}`);
		const [, close, name, rest, text] = m;
		if (text !== undefined) texts.push({ text: decode(text), inside: [...open] });
		if (!name) continue;
		assert.ok(!never.has(name), `${where}: <${name}>`);
		if (close) {
			while (cells.includes(open.at(-1)) && open.at(-1) !== name && rowsOf.includes(name)) open.pop();
			assert.equal(open.pop(), name, `${where}: </${name}> at ${JSON.stringify(html.slice(at - 80, at + 20))}`);
			continue;
		}
		const found = attributes(name, rest, where);
		if (name === 'script') assert.match(found.src ?? '', /^\/(s|words)\//, `${where}: a script in the page`);
		tags.push({ name, attributes: found });
		if (name === 'template') assert.equal(found.id, 'acts', `${where}: <template>`); // what can be done with a row, read like the rest
		if (cells.includes(name)) while (cells.slice(name === 'tr' ? 0 : 1).includes(open.at(-1))) open.pop();
		if (!empty.has(name)) open.push(name);
	}
	assert.deepEqual(open, [], `${where}: elements that are not closed`);
	return { tags, texts };
}
