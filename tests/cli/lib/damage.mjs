// SPDX-License-Identifier: GPL-3.0-or-later
// What operators do to the tables of upstream (upstream.mjs), as SQL.
const keys = [['admin_pref', '814C1AD19D5DE046'], ['mailbox_pref', 'F9C4B42A29B1361C'], ['alias_pref', '3279E911A72028B4'], ['domain_pref', 'C89B55693AE8C46'], ['domain_admins', 'CD8319C69D5DE046'],
	['domain_admins', 'CD8319C693AE8C46'], ['mailbox', 'A69FE20B93AE8C46'], ['alias', 'E16C6B9493AE8C46'], ['log', '8F3F68C59D5DE046'], ['log', '8F3F68C593AE8C46'], ['archive', 'D5FC5D9C93AE8C46'],
	['archive', 'D5FC5D9C9D5DE046'], ['directory_entry', '6553C92D66EC35CC'], ['remember_me', '7AF2A7289D5DE046']];
export const noKeys = keys.map(([table, key]) => `ALTER TABLE ${table} DROP FOREIGN KEY FK_${key};`).join('\n');
export const tables = ['admin', 'domain', 'domain_admins', 'mailbox', 'alias', 'admin_pref', 'mailbox_pref', 'alias_pref', 'domain_pref', 'log', 'archive', 'directory_entry', 'remember_me', 'dbversion'];
export const each = (names, make) => names.map(make).join('\n');
const owners = [['mailbox', 'Domain_id'], ['alias', 'Domain_id'], ['log', 'Admin_id'], ['log', 'Domain_id'], ['archive', 'Admin_id'], ['archive', 'Domain_id'], ['admin_pref', 'Admin_id'],
	['mailbox_pref', 'Mailbox_id'], ['alias_pref', 'Alias_id'], ['domain_pref', 'Domain_id']];
export const ids = (type) => noKeys + each(['admin', 'domain', 'mailbox', 'alias', 'log'], (t) => `ALTER TABLE ${t} MODIFY id ${type} NOT NULL AUTO_INCREMENT;`)
	+ each(owners, ([t, c]) => `ALTER TABLE ${t} MODIFY ${c} ${type} NULL;`) + each(['Admin_id', 'Domain_id'], (c) => `ALTER TABLE domain_admins MODIFY ${c} ${type} NOT NULL;`)
	+ `ALTER TABLE directory_entry MODIFY mailbox_id ${type} NOT NULL;`;
export const hung = ids('INT') + `ALTER TABLE mailbox ADD CONSTRAINT k1 FOREIGN KEY (Domain_id) REFERENCES domain (id) ON DELETE CASCADE;
	ALTER TABLE domain_admins ADD CONSTRAINT k2 FOREIGN KEY (Admin_id) REFERENCES admin (id);`;
export const alias = (address, goto = 'ann@one.test') => `INSERT INTO alias (address, goto, active, created, Domain_id) VALUES ('${address}', '${goto}', 1, now(), 1);`;
