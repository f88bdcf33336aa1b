// SPDX-License-Identifier: GPL-3.0-or-later
// A small mail host to look at, made through the panel's own door.
const password = 'a long enough secret 1';

async function add(panel, kind, fields) {
	const r = await panel.api('POST', `/${kind}/add`, { active: true, ...fields });
	if (r.status > 201) throw new Error(`${kind} ${JSON.stringify(fields)}: ${r.status} ${r.text}`);
}

export async function fillSample(panel) {
	for (const [domain, description, active] of [['example.com', 'Example Ltd.', true], ['example.net', 'Network services', true],
		['mail.example.org', 'Staff', true], ['shop.example', 'Online shop, closed', false], ['bücher.example', 'Verlag', true]])
		await add(panel, 'domains', { domain, description, active, max_mailboxes: 20, max_aliases: 50, quota: '2G' });
	for (const [local, name, quota, active] of [['anna', 'Anna Berg', '5G', true], ['ben', 'Ben Carter', '1G', true], ['carla', 'Carla Diaz', '0', true],
		['dora.long-name.of.a.person', 'Dora Eckstein-Fernandez y Gomez', '500 MB', true], ['emil', 'Emil Fischer', '2G', false],
		['office', '', '10G', true]])
		await add(panel, 'mailboxes', { address: `${local}@example.com`, name, password, quota, active });
	for (const [address, goto] of [['info@example.com', 'anna@example.com\nben@example.com'], ['@example.net', 'office@example.com'],
		['sales@example.com', 'carla@example.com\noutside@partner.example\nteam@partner.example']])
		await add(panel, 'aliases', { address, goto });
	await add(panel, 'admins', { username: 'dadmin@example.com', password: 'another long secret 2' });
}
