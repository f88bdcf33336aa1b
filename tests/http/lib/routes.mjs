// SPDX-License-Identifier: GPL-3.0-or-later
// The route table as the tests walk it: read out of src/web/routes.c, so that a new row is walked too.
import fs from 'node:fs';

const text = fs.readFileSync(new URL('../../../src/web/routes.c', import.meta.url), 'utf8');
const rows = text.slice(text.indexOf('routes[] = {'), text.indexOf('routes_n')).split(/\n\t\{ (?=ROUTE_)/).slice(1);

export const routes = rows.map((row) => ({
	id: /^ROUTE_(\w+)/.exec(row)[1],
	path: /"([^"]+)"/.exec(row)[1],
	who: /\.who = WHO_(\w+)/.exec(row)?.[1] ?? 'SIGNED_IN',
	get: /\.(get|plain) = /.test(row),
	post: /\.post = /.test(row),
	json: !/ROUTE_NO_JSON/.test(row),
	rest: /ROUTE_REST/.test(row),
}));
if (routes.length < 40) throw new Error('the route table could not be read');
