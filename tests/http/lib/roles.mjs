// SPDX-License-Identifier: GPL-3.0-or-later
// The schema and the users of few rights in a database: made as an administrator would make them, with what `vimbadmin config roles` prints.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const binary = process.env.VIMBADMIN || path.resolve('build/release/vimbadmin');

// admin: the database's URL as its administrator; sql(text): runs SQL there as the same. Answers the URLs that the comments name, by key: database,
// keeper.database, mail.postfix_database, mail.dovecot_database, mail.dict_database, migrate. prefix: of the users' names, on a server with several databases.
export function makeRoles(admin, sql, prefix = 'vimbadmin') {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'vimbadmin-roles-'));
	const conf = path.join(dir, 'vimbadmin.conf');
	const run = (...args) => execFileSync(binary, ['-c', conf, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
	try {
		fs.writeFileSync(conf, `database = ${admin}\n`, { mode: 0o600 });
		run('schema', 'apply');
		const text = run('config', 'roles').replace(/\bvimbadmin(?=\W|_(keeper|postfix|dovecot|dict|migrate)\W)/g, prefix);
		sql(text);
		const urls = Object.fromEntries([...text.matchAll(/^-- {3}([\w.]+) = (\S+)$/gm)].map((m) => [m[1], m[2]]));
		return { ...urls, migrate: /^-- {3}VIMBADMIN_DATABASE=(\S+)$/m.exec(text)[1] };
	} finally {
		fs.rmSync(dir, { recursive: true, force: true });
	}
}
