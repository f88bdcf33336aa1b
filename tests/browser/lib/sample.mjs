// SPDX-License-Identifier: GPL-3.0-or-later
// A small mail host to look at, made through the panel's own door, with the figures that Dovecot would write.

const password = 'a long enough secret 1';
export const dadmin = { username: 'nora.lind@example.com', password: 'another long secret 2' };

const domains = [
	['example.com', 'Example Ltd., head office', 50, true], ['example.net', 'Network services', 20, true], ['mail.example.org', 'Charity, staff only', 200, true],
	['bücher.example', 'Verlag und Antiquariat', 0, true], ['shop.example', 'Online shop, closed', 10, false], ['backup.example', 'Kept for a partner', 0, true],
];
const people = [
	['anna.berg', 'Anna Berg', '10G', true], ['ben.carter', 'Ben Carter', '5G', true], ['carla.diaz', 'Carla Diaz', '0', true], ['david.eke', 'David Eke', '5G', true],
	['dora.eckstein-fernandez.y.gomez', 'Dora Eckstein-Fernandez y Gomez', '500 MB', true], ['emil.fischer', 'Emil Fischer', '2G', false], ['fatima.haddad', 'Fatima Haddad', '5G', true],
	['grace.ito', 'Grace Ito', '5G', true], ['hugo.jansen', 'Hugo Jansen', '5G', true], ['office', 'Front desk', '20G', true], ['printer', '', '100 MB', true],
];
const aliases = [
	['info', 'office@example.com'], ['sales', 'carla.diaz@example.com\noutside@partner.example\nteam@partner.example'], ['press', 'anna.berg@example.com'],
	['all', people.map(([name]) => `${name}@example.com`).join('\n')],
];

async function add(panel, kind, fields) {
	const r = await panel.api('POST', `/${kind}/add`, { active: true, ...fields });
	if (r.status !== 201) throw new Error(`${kind} ${JSON.stringify(fields)}: ${r.status} ${r.text}`);
	return r.json.id;
}

// Fills the panel; the ids of what the tests look at.
export async function fillSample(panel) {
	const ids = {};
	for (const [domain, description, max, active] of domains) {
		const id = await add(panel, 'domains', { domain, description, active, max_mailboxes: max, max_aliases: max * 2, quota: '2G', backupmx: domain === 'backup.example' });
		ids.domain ??= id;
	}
	for (const [name, full, quota, active] of people) {
		const id = await add(panel, 'mailboxes', { address: `${name}@example.com`, name: full, password, quota, active });
		ids.mailbox ??= id;
	}
	for (const domain of ['example.net', 'mail.example.org'])
		for (const name of ['hello', 'support', 'team']) await add(panel, 'mailboxes', { address: `${name}@${domain}`, password });
	for (const [name, goto] of aliases) ids.alias = await add(panel, 'aliases', { address: `${name}@example.com`, goto });
	await add(panel, 'aliases', { address: '@example.net', goto: 'office@example.com' });
	ids.admin = await add(panel, 'admins', dadmin);
	await add(panel, 'admins', { username: 'ines.kovac@example.com', password: dadmin.password, super: true });
	ids.idle = await add(panel, 'admins', { username: 'otto@example.com', password: dadmin.password });
	for (const domain of ['example.com', 'shop.example']) await panel.api('POST', `/admins/${ids.admin}/domains/assign`, { domain });
	const tokens = [['backup', 'read', { domains: 'example.com, example.net', ip: '192.0.2.0/24 2001:db8:5::/48', days: 90 }], ['provisioning of the shop', 'read write', { owner: dadmin.username, days: 0 }],
		['monitor', 'read', {}], ['migration', '*', {}]];
	for (const [name, scope, more] of tokens) ids.token = await add(panel, 'tokens', { name, scope, days: 365, ...more, active: undefined });
	await panel.api('POST', `/tokens/${ids.token}/revoke`, {});
	ids.token--;
	panel.sql(`UPDATE mcp_token SET last_used_at = created WHERE id = ${ids.token}`);
	const today = Math.floor(Date.now() / 864e5), all = [], one = [];
	for (let i = 0; i < 300; i += 3) {
		const [day, wave] = [today - 300 + i, Math.sin(i / 20)];
		all.push(`(${day}, 6, ${8 + Math.floor(i / 30 + wave)}, ${3 + Math.floor(i / 100)}, ${Math.floor(1e9 * (20 + i / 8 + 3 * wave))}, ${Math.floor(1e9 * (60 + i / 10))})`);
		one.push(`(${ids.domain}, ${day}, ${5 + Math.floor(i / 50)}, 3, ${Math.floor(1e9 * (9 + i / 12))}, ${56e9})`);
	}
	panel.sql(`INSERT INTO vimb_growth (day, domains, mailboxes, aliases, used, allotted) VALUES ${all.join()};
		INSERT INTO vimb_growth_domain (domain_id, day, mailboxes, aliases, used, allotted) VALUES ${one.join()}`);
	panel.sql(`
		INSERT INTO dovecot_quota (username, bytes, messages)
			SELECT username, CASE WHEN quota THEN quota * (id * 37 % 97) / 100 ELSE 3300000000 END, id * 331 FROM mailbox;
		INSERT INTO dovecot_last_login (username, last_login) SELECT username, strftime('%s', 'now') - id * 7411 FROM mailbox WHERE id % 5;`);
	return ids;
}
