// SPDX-License-Identifier: GPL-3.0-or-later
// PHP's serialize(), and what upstream puts into archive.data with it.
function php(v) {
	if (v === null) return 'N;';
	if (typeof v === 'boolean') return `b:${v ? 1 : 0};`;
	if (typeof v === 'number') return `i:${v};`;
	if (typeof v === 'string') return `s:${Buffer.byteLength(v)}:"${v}";`;
	const entries = Array.isArray(v) ? [...v.entries()] : Object.entries(v);
	return `a:${entries.length}:{${entries.map(([k, x]) => php(k) + php(x)).join('')}}`;
}
const date = { date: '2015-05-01 12:00:00', timezone_type: 3, timezone: 'UTC' };
export const snapshot = (username, more = {}) => php({ mailbox: { className: 'Entities\\Mailbox', params: { username, password: '$1$abcdefgh$6RlT0pkqP1ss.bWkPI8UL/', name: 'Böb',
	alt_email: '', quota: '1073741824', local_part: username.split('@')[0], active: true, access_restriction: 'ALL', homedir: '/srv/vmail', maildir: 'maildir:/srv/vmail/x', uid: 2000, gid: 2000,
	homedir_size: 0, maildir_size: '4711', size_at: date, created: date, modified: null, id: 7, domain: { id: 1 }, ...more } } }).replaceAll('\\', '\\\\');

// The tables of upstream ViMbAdmin 3.x as its versions made them, empty. `defaults` came with 3.0.12, `unique` (on mailbox.username) with 3.4.
export function upstream({ version = 2, defaults = true, unique = version > 1, collate = 'utf8_unicode_ci', row = '' } = {}) {
	const d = (value) => (defaults ? ` DEFAULT ${value}` : '');
	const table = (name, ...lines) => `CREATE TABLE ${name} (\n${lines.join(',\n')}\n) DEFAULT CHARACTER SET ${collate.split('_')[0]} COLLATE ${collate} ENGINE = InnoDB ${row};\n`;
	const id = 'id BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY';
	const fk = (name, column, to) => `INDEX IDX_${name} (${column}), CONSTRAINT FK_${name} FOREIGN KEY (${column}) REFERENCES ${to} (id)`;
	const pref = (name, hash, column, to, key) => table(name, id, 'attribute VARCHAR(255) NOT NULL', `ix INT NOT NULL${d(0)}`, `op VARCHAR(2) NOT NULL${d("':='")}`,
		'value LONGTEXT NOT NULL', `expire BIGINT NOT NULL${d(0)}`, `${column} BIGINT DEFAULT NULL`, key, fk(hash, column, to));
	return [
		table('admin', id, 'username VARCHAR(255) DEFAULT NULL', 'password VARCHAR(255) NOT NULL', `super TINYINT(1) NOT NULL${d(0)}`, `active TINYINT(1) NOT NULL${d(1)}`,
			'created DATETIME NOT NULL', 'modified DATETIME DEFAULT NULL', 'UNIQUE INDEX IX_Username_1 (username)'),
		table('domain', id, 'domain VARCHAR(255) NOT NULL', 'description VARCHAR(255) DEFAULT NULL', `max_aliases INT NOT NULL${d(0)}`, `alias_count BIGINT NOT NULL${d(0)}`,
			`max_mailboxes INT NOT NULL${d(0)}`, `mailbox_count BIGINT NOT NULL${d(0)}`, `max_quota BIGINT NOT NULL${d(0)}`, `quota BIGINT NOT NULL${d(0)}`,
			`transport VARCHAR(255) NOT NULL${d("'virtual'")}`, `backupmx TINYINT(1) NOT NULL${d(0)}`, `active TINYINT(1) NOT NULL${d(1)}`, 'homedir VARCHAR(255) DEFAULT NULL',
			'maildir VARCHAR(255) DEFAULT NULL', 'uid INT DEFAULT NULL', 'gid INT DEFAULT NULL', 'created DATETIME NOT NULL', 'modified DATETIME DEFAULT NULL',
			'UNIQUE INDEX IX_Domain_1 (domain)'),
		table('domain_admins', 'Admin_id BIGINT NOT NULL', 'Domain_id BIGINT NOT NULL', 'PRIMARY KEY (Admin_id, Domain_id)', fk('CD8319C69D5DE046', 'Admin_id', 'admin'),
			fk('CD8319C693AE8C46', 'Domain_id', 'domain')),
		table('mailbox', id, 'username VARCHAR(255) NOT NULL', 'password VARCHAR(255) NOT NULL', 'name VARCHAR(255) DEFAULT NULL', 'alt_email VARCHAR(255) DEFAULT NULL',
			`quota BIGINT NOT NULL${d(0)}`, 'local_part VARCHAR(255) NOT NULL', `active TINYINT(1) NOT NULL${d(0)}`, `access_restriction VARCHAR(100) NOT NULL${d("'ALL'")}`,
			'homedir VARCHAR(255) DEFAULT NULL', 'maildir VARCHAR(255) DEFAULT NULL', 'uid BIGINT DEFAULT NULL', 'gid BIGINT DEFAULT NULL', 'homedir_size BIGINT DEFAULT NULL',
			'maildir_size BIGINT DEFAULT NULL', 'size_at DATETIME DEFAULT NULL', 'created DATETIME NOT NULL', 'modified DATETIME DEFAULT NULL',
			`delete_pending TINYINT(1)${defaults ? ' DEFAULT 0' : ' DEFAULT NULL'}`, 'Domain_id BIGINT DEFAULT NULL', ...(unique ? ['UNIQUE INDEX IX_Username_1 (username)'] : []),
			fk('A69FE20B93AE8C46', 'Domain_id', 'domain')),
		table('alias', id, 'address VARCHAR(255) NOT NULL', 'goto LONGTEXT NOT NULL', `active TINYINT(1) NOT NULL${d(1)}`, 'created DATETIME NOT NULL',
			'modified DATETIME DEFAULT NULL', 'Domain_id BIGINT DEFAULT NULL', `UNIQUE INDEX ${unique ? 'IX_Address_1' : 'UNIQ_E16C6B94D4E6F81'} (address)`,
			fk('E16C6B9493AE8C46', 'Domain_id', 'domain')),
		pref('admin_pref', '814C1AD19D5DE046', 'Admin_id', 'admin', 'UNIQUE INDEX IX_AdminPreference_1 (Admin_id, attribute, ix)'),
		pref('mailbox_pref', 'F9C4B42A29B1361C', 'Mailbox_id', 'mailbox', 'INDEX IX_MailboxPreference_1 (Mailbox_id, attribute, ix)'),
		pref('alias_pref', '3279E911A72028B4', 'Alias_id', 'alias', 'INDEX IX_AliasPreference_1 (Alias_id, attribute, ix)'),
		pref('domain_pref', 'C89B55693AE8C46', 'Domain_id', 'domain', `INDEX IX_${defaults ? 'DomainPreference' : 'AliasPreference'}_1 (Domain_id, attribute, ix)`),
		table('log', id, 'action VARCHAR(100) NOT NULL', 'data LONGTEXT DEFAULT NULL', 'timestamp DATETIME NOT NULL', 'Admin_id BIGINT DEFAULT NULL',
			'Domain_id BIGINT DEFAULT NULL', fk('8F3F68C59D5DE046', 'Admin_id', 'admin'), fk('8F3F68C593AE8C46', 'Domain_id', 'domain')),
		table('archive', id, 'username VARCHAR(255) NOT NULL', 'status VARCHAR(255) NOT NULL', 'archived_at DATETIME NOT NULL', 'status_changed_at DATETIME NOT NULL',
			'homedir_server VARCHAR(255) DEFAULT NULL', 'homedir_file VARCHAR(255) DEFAULT NULL', 'homedir_orig_size BIGINT DEFAULT NULL', 'homedir_size BIGINT DEFAULT NULL',
			'maildir_server VARCHAR(255) DEFAULT NULL', 'maildir_file VARCHAR(255) DEFAULT NULL', 'maildir_orig_size BIGINT DEFAULT NULL', 'maildir_size BIGINT DEFAULT NULL',
			'data LONGTEXT NOT NULL', 'Domain_id BIGINT DEFAULT NULL', 'Admin_id BIGINT DEFAULT NULL', 'UNIQUE INDEX UNIQ_D5FC5D9CF85E0677 (username)',
			fk('D5FC5D9C93AE8C46', 'Domain_id', 'domain'), fk('D5FC5D9C9D5DE046', 'Admin_id', 'admin')),
		table('directory_entry', id, ...['businessCategory', 'carLicense', 'departmentNumber', 'displayName', 'employeeNumber', 'employeeType', 'homePhone', 'mail', 'manager', 'mobile',
			'o', 'pager', 'preferredLanguage', 'roomNumber', 'secretary', 'personalTitle', 'sn', 'ou', 'title', 'facsimileTelephoneNumber', 'givenName', 'telephoneNumber']
			.map((c) => `${c} VARCHAR(255) DEFAULT NULL`), 'homePostalAddress LONGTEXT DEFAULT NULL', 'initials VARCHAR(10) DEFAULT NULL',
		"jpegPhoto LONGTEXT DEFAULT NULL COMMENT '(DC2Type:object)'", 'labeledURI LONGTEXT DEFAULT NULL', 'vimb_created DATETIME NOT NULL', 'vimb_update DATETIME NOT NULL',
		'mailbox_id BIGINT NOT NULL', 'UNIQUE INDEX UNIQ_6553C92D66EC35CC (mailbox_id)',
		'CONSTRAINT FK_6553C92D66EC35CC FOREIGN KEY (mailbox_id) REFERENCES mailbox (id)'),
		table('remember_me', id, 'userhash VARCHAR(40) NOT NULL', 'ckey VARCHAR(40) NOT NULL', 'original_ip VARCHAR(40) NOT NULL', 'expires DATETIME NOT NULL',
			'last_used DATETIME NOT NULL', 'created DATETIME NOT NULL', 'Admin_id BIGINT DEFAULT NULL', fk('7AF2A7289D5DE046', 'Admin_id', 'admin')),
		table('dbversion', 'id INT AUTO_INCREMENT NOT NULL PRIMARY KEY', 'version INT NOT NULL', 'name VARCHAR(255) NOT NULL', 'applied_on DATETIME NOT NULL'),
		`INSERT INTO dbversion (version, name, applied_on) VALUES (${version}, '${version > 1 ? 'Earth' : 'Venus'}', now());\n`,
	].join('');
}

/* A few rows of each kind, as a site of upstream's has them. */
export const people = `
INSERT INTO admin (id, username, password, super, active, created) VALUES
  (1, 'root@one.test', '$2a$09$abcdefghijklmnopqrstuuUzKvLCMXuYY45Y6WyMZaLCf6A1xf85e', 1, 1, now()), (2, 'dom@one.test', '$1$abcdefgh$6RlT0pkqP1ss.bWkPI8UL/', 0, 1, now());
INSERT INTO domain (id, domain, description, max_aliases, alias_count, max_mailboxes, mailbox_count, max_quota, quota, transport, backupmx, active, created) VALUES
  (1, 'one.test', 'One', 0, 2, 0, 3, 0, 0, 'virtual', 0, 1, now()), (2, 'two.test', NULL, 0, 7, 0, 0, 0, 0, 'virtual', 0, 1, now());
INSERT INTO domain_admins VALUES (2, 1);
INSERT INTO mailbox (id, username, password, name, quota, local_part, active, access_restriction, maildir, maildir_size, created, delete_pending, Domain_id) VALUES
  (1, 'ann@one.test', '$6$abcdefghijklmnop$TM3P2DrmPDq8F3f6yEyoJzhXmX9vpFNma56Es8vlj5hSgXMolXR6v1SIUvKmI8RwwqzpvnCrPMaxu.mWMyXPx.', 'Ann', 0, 'ann', 1, 'ALL', '/m/ann', 4096, now(), 0, 1),
  (2, 'ben@one.test', 'c6b5402bc644515e9f9623d1c9e53a8d', 'Ben', 0, 'ben', 1, 'ALL', '/m/ben', NULL, now(), 1, 1),
  (3, 'cid@one.test', 'Not a hash', NULL, 0, 'cid', 1, 'IMAP', '/m/cid', 8192, now(), NULL, 1);
INSERT INTO alias (address, goto, active, created, Domain_id) VALUES ('ann@one.test', 'ann@one.test', 1, now(), 1), ('info@one.test', 'ann@one.test, ben@one.test', 1, now(), 1),
  ('all@one.test', 'info@one.test', 1, now(), 1);
INSERT INTO admin_pref (attribute, ix, op, value, expire, Admin_id) VALUES ('auth.last_login_at', 0, '=', '1', 0, 1), ('tokens.password_reset', 0, '=', 'x', 5, 1);
INSERT INTO mailbox_pref (attribute, ix, op, value, expire, Mailbox_id) VALUES ('xpiInfo.phone', 0, '=', '1', 0, 1);
INSERT INTO remember_me (userhash, ckey, original_ip, expires, last_used, created, Admin_id) VALUES ('a', 'b', '::1', now(), now(), now(), 1);
INSERT INTO log (action, data, timestamp, Admin_id, Domain_id) VALUES ('DOMAIN_ADD', 'root@one.test added domain one.test', now(), 1, 1);
INSERT INTO archive (username, status, archived_at, status_changed_at, maildir_server, maildir_file, data, Domain_id, Admin_id) VALUES
  ('old@one.test', 'ARCHIVED', now(), now(), 'mail1', '/archive/maildir-7.tar', '${snapshot('old@one.test')}', 1, 1),
  ('soon@one.test', 'PENDING_ARCHIVE', now(), now(), NULL, NULL, '', 1, 1);
`;
