// SPDX-License-Identifier: GPL-3.0-or-later
// The tables of PostfixAdmin as its versions 2.3 (old) and 3.3 made them on each of its engines, with all that cannot be carried over.
export const MD5 = '$1$abcdefgh$6RlT0pkqP1ss.bWkPI8UL/', BCRYPT = '$2y$10$6Syz8xiz2j8KH0j8.w6kROlTU7sVhi2X/UPwcbTxhRxYALLdfFLU6';
export const SHA512 = '$6$abcdefghijklmnop$TM3P2DrmPDq8F3f6yEyoJzhXmX9vpFNma56Es8vlj5hSgXMolXR6v1SIUvKmI8RwwqzpvnCrPMaxu.mWMyXPx.';
export function postfixadmin(engine, old) {
	const bool = engine === 'pgsql' ? 'BOOLEAN NOT NULL DEFAULT true' : 'INTEGER NOT NULL DEFAULT 1';
	const yes = engine === 'pgsql' ? 'true' : '1', no = engine === 'pgsql' ? 'false' : '0';
	const q = engine === 'mysql' ? '`' : '"';
	return `
CREATE TABLE admin (username VARCHAR(255) NOT NULL PRIMARY KEY, password VARCHAR(255) NOT NULL, active ${bool}${old ? '' : `, superadmin ${bool}`});
CREATE TABLE domain (domain VARCHAR(255) NOT NULL PRIMARY KEY, description VARCHAR(255) NOT NULL, aliases INTEGER NOT NULL DEFAULT 0, mailboxes INTEGER NOT NULL DEFAULT 0,
	maxquota BIGINT NOT NULL DEFAULT 0, quota BIGINT NOT NULL DEFAULT 0, transport VARCHAR(255), backupmx ${bool}, active ${bool});
CREATE TABLE domain_admins (username VARCHAR(255) NOT NULL, domain VARCHAR(255) NOT NULL, active ${bool});
CREATE TABLE mailbox (username VARCHAR(255) NOT NULL PRIMARY KEY, password VARCHAR(255) NOT NULL, name VARCHAR(255) NOT NULL, maildir VARCHAR(255) NOT NULL, quota BIGINT NOT NULL DEFAULT 0,
	local_part VARCHAR(255) NOT NULL, domain VARCHAR(255) NOT NULL, active ${bool}${old ? '' : ", email_other VARCHAR(255) NOT NULL DEFAULT ''"});
CREATE TABLE alias (address VARCHAR(255) NOT NULL PRIMARY KEY, ${q}goto${q} TEXT NOT NULL, domain VARCHAR(255) NOT NULL, active ${bool});
${old ? '' : `CREATE TABLE alias_domain (alias_domain VARCHAR(255) NOT NULL PRIMARY KEY, target_domain VARCHAR(255) NOT NULL, active ${bool});
CREATE TABLE fetchmail (id INTEGER NOT NULL PRIMARY KEY, mailbox VARCHAR(255) NOT NULL);
INSERT INTO alias_domain (alias_domain, target_domain) VALUES ('alias.test', 'main.test'), ('all.test', 'main.test');
INSERT INTO fetchmail VALUES (1, 'ann@main.test');`}
CREATE TABLE vacation (email VARCHAR(255) NOT NULL PRIMARY KEY, subject VARCHAR(255), body TEXT);
INSERT INTO vacation VALUES ('ann@main.test', 'away', '');
INSERT INTO domain (domain, description, aliases, mailboxes, maxquota, quota, transport, backupmx, active) VALUES ('ALL', '', 0, 0, 0, 0, '', ${no}, ${yes}),
	('main.test', 'Größe', 10, 20, 100, 500, 'virtual', ${no}, ${yes}), ('alias.test', '', 0, 0, 0, 0, '', ${no}, ${yes}), ('all.test', '', -1, -1, 0, 0, 'lmtp:unix:/x', ${yes}, ${no}),
	('nodot', '', 0, 0, 0, 0, 'virtual', ${no}, ${yes});
INSERT INTO admin (username, password, active${old ? '' : ', superadmin'}) VALUES ('boss@main.test', '{BLF-CRYPT}${BCRYPT}', ${yes}${old ? '' : `, ${yes}`}),
	('clerk@main.test', '${MD5}', ${yes}${old ? '' : `, ${no}`}), ('lost@main.test', 'secret', ${no}${old ? '' : `, ${no}`});
INSERT INTO domain_admins (username, domain) VALUES ('boss@main.test', 'ALL'), ('clerk@main.test', 'main.test'), ('clerk@main.test', 'alias.test'), ('ghost@main.test', 'main.test');
INSERT INTO mailbox (username, password, name, maildir, quota, local_part, domain, active) VALUES ('ann@main.test', '${MD5}', 'Ann Grün', 'x', 51200000, 'ann', 'main.test', ${yes}),
	('ben@main.test', '{SHA512-CRYPT}${SHA512}', '', 'x', 0, 'ben', 'main.test', ${yes}), ('cid@main.test', 'clear text', '', 'x', 1024000, 'cid', 'main.test', ${no}),
	('dee@main.test', '{PLAIN}secret', '', 'x', 1024000, 'dee', 'main.test', ${yes}), ('eve@main.test', '{CRAM-MD5}ee7a55893bf56fcdcb2fd6907c34f6375686ea627f02300958aab7da8939739d', '', 'x', 1024000, 'eve', 'main.test', ${yes}),
	('o%x@main.test', '${BCRYPT}', '', 'x', 0, 'o%x', 'main.test', ${yes}), ('there@main.test', '${BCRYPT}', '', 'x', 1, 'there', 'main.test', ${yes});
INSERT INTO alias (address, ${q}goto${q}, domain, active) VALUES ('ann@main.test', 'ann@main.test,ann#main.test@autoreply.main.test,away@elsewhere.test', 'main.test', ${yes}),
	('ben@main.test', 'ben@main.test', 'main.test', ${yes}), ('cid@main.test', 'cid@main.test', 'main.test', ${no}), ('o%x@main.test', 'o%x@main.test', 'main.test', ${yes}),
	('dee@main.test', 'dee#main.test@autoreply.main.test', 'main.test', ${yes}), ('info@main.test', 'ann@main.test,ben@main.test', 'main.test', ${yes}),
	('off@main.test', 'x@elsewhere.test', 'main.test', ${no}), ('x@main.test', 'y@main.test', 'main.test', ${yes}), ('y@main.test', 'x@main.test', 'main.test', ${yes}),
	('pipe@main.test', '|/bin/sh', 'main.test', ${yes}), ('@all.test', 'ann@main.test', 'all.test', ${yes}), ('there@main.test', 'there@main.test', 'main.test', ${yes});`;
}
