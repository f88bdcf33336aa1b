// SPDX-License-Identifier: GPL-3.0-or-later
// Which fields each route takes, read out of the route table and the field tables as routes.mjs reads the routes, so that a field added later is there, too.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const src = fileURLToPath(new URL('../../../src/', import.meta.url));
const read = (file) => fs.readFileSync(path.join(src, file), 'utf8').replace(/\\\n/g, ' ');

// "domain_in_fields" -> its names, in order
export const tables = Object.fromEntries(['model', 'svc', 'web'].flatMap((dir) => fs.readdirSync(path.join(src, dir)).filter((f) => f.endsWith('.c')).flatMap((file) =>
	[...read(`${dir}/${file}`).matchAll(/struct field (\w+)_field_rows\[\] = \{([\s\S]*?)\};/g)].map(([, name, rows]) =>
		[`${name}_fields`, [...rows.matchAll(/\bFIELD\(\w+, (\w+)|\bFIELD_AS\(\w+, \w+, "(\w+)"/g)].map(([, plain, as]) => plain ?? as)]))));

const text = read('web/routes.c');
const macros = Object.fromEntries([...text.matchAll(/^#define (\w+)\s+(.*)$/gm)].map(([, name, value]) => [name, value]));
// "..." MACRO "..." -> one text
const join = (expression) => [...expression.matchAll(/"([^"]*)"|(\w+)/g)].map(([, literal, macro]) => literal ?? join(macros[macro] ?? '')).join('');
const fieldsOf = (row, what) => {
	const table = new RegExp(`\\.${what} = &(\\w+)`).exec(row)?.[1];
	if (!table) return [];
	if (!tables[table]) throw new Error(`${table} could not be read`);
	const only = new RegExp(`\\.${what}_only = ((?:"[^"]*"|\\w+|\\s)+)`).exec(row)?.[1];
	return only ? join(only).trim().split(/\s+/) : tables[table];
};

const rows = text.slice(text.indexOf('routes[] = {'), text.indexOf('routes_n')).split(/\n\t\{ (?=ROUTE_)/).slice(1);
// {ROUTE id: {body: [names], query: [names]}}
export const fields = Object.fromEntries(rows.map((row) => [/^ROUTE_(\w+)/.exec(row)[1], { body: fieldsOf(row, 'body'), query: fieldsOf(row, 'query') }]));
