-- SPDX-License-Identifier: GPL-3.0-or-later
-- The tables of ViMbAdmin 4.0 (DBVERSION 4) for SQLite: names, columns, defaults and keys as the PHP fork has them, so that lookups written for it go on
-- working. Index names are the fork's; where two tables share one, ours carries the table's name, since SQLite wants them unique.

CREATE TABLE admin (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	username VARCHAR(255),
	password VARCHAR(255) NOT NULL,
	super TINYINT NOT NULL DEFAULT 0,
	active TINYINT NOT NULL DEFAULT 1,
	created DATETIME NOT NULL,
	modified DATETIME,
	last_login DATETIME
);
CREATE UNIQUE INDEX IX_Username_admin ON admin (username);

CREATE TABLE domain (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	domain VARCHAR(255) NOT NULL,
	description VARCHAR(255),
	quota BIGINT NOT NULL DEFAULT 0,
	transport VARCHAR(255) NOT NULL DEFAULT 'virtual',
	backupmx TINYINT NOT NULL DEFAULT 0,
	active TINYINT NOT NULL DEFAULT 1,
	homedir VARCHAR(255),
	maildir VARCHAR(255),
	uid INT,
	gid INT,
	created DATETIME NOT NULL,
	modified DATETIME,
	max_quota BIGINT NOT NULL DEFAULT 0,
	max_aliases INT NOT NULL DEFAULT 0,
	max_mailboxes INT NOT NULL DEFAULT 0,
	alias_count BIGINT NOT NULL DEFAULT 0,
	mailbox_count BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX IX_Domain_1 ON domain (domain);
CREATE INDEX IX_Domain_active ON domain (active);

CREATE TABLE domain_admins (
	Admin_id BIGINT NOT NULL REFERENCES admin (id),
	Domain_id BIGINT NOT NULL REFERENCES domain (id),
	PRIMARY KEY (Admin_id, Domain_id)
);
CREATE INDEX IDX_CD8319C693AE8C46 ON domain_admins (Domain_id);

CREATE TABLE mailbox (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	username VARCHAR(255) NOT NULL,
	password VARCHAR(255) NOT NULL,
	name VARCHAR(255),
	alt_email VARCHAR(255),
	quota BIGINT NOT NULL DEFAULT 0,
	local_part VARCHAR(255) NOT NULL,
	active TINYINT NOT NULL DEFAULT 0,
	access_restriction VARCHAR(100) NOT NULL DEFAULT 'ALL',
	created DATETIME NOT NULL,
	modified DATETIME,
	delete_pending TINYINT DEFAULT 0,
	Domain_id BIGINT REFERENCES domain (id)
);
CREATE UNIQUE INDEX IX_Username_mailbox ON mailbox (username);
CREATE INDEX IX_Mailbox_active ON mailbox (active);
CREATE INDEX IDX_A69FE20B93AE8C46 ON mailbox (Domain_id);

CREATE TABLE alias (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	address VARCHAR(255) NOT NULL,
	goto LONGTEXT NOT NULL,
	active TINYINT NOT NULL DEFAULT 1,
	created DATETIME NOT NULL,
	modified DATETIME,
	Domain_id BIGINT REFERENCES domain (id)
);
CREATE UNIQUE INDEX IX_Address_1 ON alias (address);
CREATE INDEX IX_Alias_active ON alias (active);
CREATE INDEX IDX_E16C6B9493AE8C46 ON alias (Domain_id);

-- Preferences go with their owner; the fork has no cascade here, and trips over it.
CREATE TABLE admin_pref (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	attribute VARCHAR(255) NOT NULL,
	ix INT NOT NULL DEFAULT 0,
	op VARCHAR(2) NOT NULL DEFAULT ':=',
	value LONGTEXT NOT NULL,
	expire BIGINT NOT NULL DEFAULT 0,
	Admin_id BIGINT REFERENCES admin (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX IX_AdminPreference_1 ON admin_pref (Admin_id, attribute, ix);

CREATE TABLE mailbox_pref (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	attribute VARCHAR(255) NOT NULL,
	ix INT NOT NULL DEFAULT 0,
	op VARCHAR(2) NOT NULL DEFAULT ':=',
	value LONGTEXT NOT NULL,
	expire BIGINT NOT NULL DEFAULT 0,
	Mailbox_id BIGINT REFERENCES mailbox (id) ON DELETE CASCADE
);
CREATE INDEX IX_MailboxPreference_1 ON mailbox_pref (Mailbox_id, attribute, ix);

CREATE TABLE alias_pref (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	attribute VARCHAR(255) NOT NULL,
	ix INT NOT NULL DEFAULT 0,
	op VARCHAR(2) NOT NULL DEFAULT ':=',
	value LONGTEXT NOT NULL,
	expire BIGINT NOT NULL DEFAULT 0,
	Alias_id BIGINT REFERENCES alias (id) ON DELETE CASCADE
);
CREATE INDEX IX_AliasPreference_1 ON alias_pref (Alias_id, attribute, ix);

CREATE TABLE domain_pref (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	attribute VARCHAR(255) NOT NULL,
	ix INT NOT NULL DEFAULT 0,
	op VARCHAR(2) NOT NULL DEFAULT ':=',
	value LONGTEXT NOT NULL,
	expire BIGINT NOT NULL DEFAULT 0,
	Domain_id BIGINT REFERENCES domain (id) ON DELETE CASCADE
);
CREATE INDEX IX_DomainPreference_1 ON domain_pref (Domain_id, attribute, ix);

CREATE TABLE log (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	action VARCHAR(100) NOT NULL,
	data LONGTEXT,
	timestamp DATETIME NOT NULL,
	Admin_id BIGINT REFERENCES admin (id),
	Domain_id BIGINT REFERENCES domain (id)
);
CREATE INDEX IX_Log_timestamp ON log (timestamp);
CREATE INDEX IDX_8F3F68C59D5DE046 ON log (Admin_id);
CREATE INDEX IDX_8F3F68C593AE8C46 ON log (Domain_id);

CREATE TABLE archive (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	username VARCHAR(255) NOT NULL,
	status VARCHAR(255) NOT NULL,
	archived_at DATETIME NOT NULL,
	status_changed_at DATETIME NOT NULL,
	homedir_server VARCHAR(255),
	homedir_file VARCHAR(255),
	homedir_orig_size BIGINT,
	homedir_size BIGINT,
	maildir_server VARCHAR(255),
	maildir_file VARCHAR(255),
	maildir_orig_size BIGINT,
	maildir_size BIGINT,
	data LONGTEXT NOT NULL,
	autoprune TINYINT NOT NULL DEFAULT 0,
	Domain_id BIGINT REFERENCES domain (id),
	Admin_id BIGINT REFERENCES admin (id)
);
CREATE UNIQUE INDEX UNIQ_D5FC5D9CF85E0677 ON archive (username);
CREATE INDEX IDX_D5FC5D9C93AE8C46 ON archive (Domain_id);
CREATE INDEX IDX_D5FC5D9C9D5DE046 ON archive (Admin_id);

CREATE TABLE directory_entry (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	mailbox_id BIGINT NOT NULL REFERENCES mailbox (id) ON DELETE CASCADE,
	businessCategory VARCHAR(255), carLicense VARCHAR(255), departmentNumber VARCHAR(255), displayName VARCHAR(255),
	employeeNumber VARCHAR(255), employeeType VARCHAR(255), homePhone VARCHAR(255), homePostalAddress LONGTEXT,
	initials VARCHAR(10), jpegPhoto LONGTEXT, labeledURI LONGTEXT, mail VARCHAR(255), manager VARCHAR(255),
	mobile VARCHAR(255), o VARCHAR(255), pager VARCHAR(255), preferredLanguage VARCHAR(255), roomNumber VARCHAR(255),
	secretary VARCHAR(255), personalTitle VARCHAR(255), sn VARCHAR(255), ou VARCHAR(255), title VARCHAR(255),
	facsimileTelephoneNumber VARCHAR(255), givenName VARCHAR(255), telephoneNumber VARCHAR(255),
	vimb_created DATETIME NOT NULL,
	vimb_update DATETIME NOT NULL
);
CREATE UNIQUE INDEX UNIQ_6553C92D66EC35CC ON directory_entry (mailbox_id);

CREATE TABLE dbversion (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	version INT NOT NULL,
	name VARCHAR(255) NOT NULL,
	applied_on DATETIME NOT NULL
);

CREATE TABLE mailbox_task (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	type VARCHAR(32) NOT NULL,
	username VARCHAR(255) NOT NULL,
	status VARCHAR(32) NOT NULL,
	priority INT NOT NULL,
	created_at DATETIME NOT NULL,
	started_at DATETIME,
	finished_at DATETIME,
	log LONGTEXT,
	data LONGTEXT,
	Domain_id BIGINT REFERENCES domain (id) ON DELETE SET NULL,
	Admin_id BIGINT REFERENCES admin (id) ON DELETE SET NULL
);
CREATE INDEX mailbox_task_status_idx ON mailbox_task (status);
CREATE INDEX IDX_AEFF73E93AE8C46 ON mailbox_task (Domain_id);
CREATE INDEX IDX_AEFF73E9D5DE046 ON mailbox_task (Admin_id);

CREATE TABLE queue_runner (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	host VARCHAR(255) NOT NULL,
	pid INT NOT NULL,
	started_at DATETIME NOT NULL,
	heartbeat_at DATETIME NOT NULL
);
CREATE INDEX queue_runner_heartbeat_idx ON queue_runner (heartbeat_at);

CREATE TABLE mcp_token (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	name VARCHAR(255) NOT NULL,
	token_hash VARCHAR(64) NOT NULL,
	scope VARCHAR(255) NOT NULL,
	allowed_ips LONGTEXT,
	allowed_domains LONGTEXT,
	created DATETIME NOT NULL,
	expires_at DATETIME,
	last_used_at DATETIME,
	revoked TINYINT NOT NULL
);
CREATE UNIQUE INDEX UNIQ_9DE4E92AB3BC57DA ON mcp_token (token_hash);
CREATE INDEX mcp_token_hash_idx ON mcp_token (token_hash);

CREATE TABLE setting (
	name VARCHAR(64) NOT NULL PRIMARY KEY,
	value VARCHAR(255),
	updated_at DATETIME
);

CREATE TABLE dovecot_quota (
	username VARCHAR(255) NOT NULL PRIMARY KEY REFERENCES mailbox (username) ON DELETE CASCADE ON UPDATE CASCADE,
	bytes BIGINT NOT NULL DEFAULT 0,
	messages BIGINT NOT NULL DEFAULT 0,
	updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE dovecot_last_login (
	username VARCHAR(255) NOT NULL PRIMARY KEY REFERENCES mailbox (username) ON DELETE CASCADE ON UPDATE CASCADE,
	last_login BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE remember_me (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	userhash VARCHAR(40) NOT NULL,
	ckey VARCHAR(40) NOT NULL,
	original_ip VARCHAR(40) NOT NULL,
	expires DATETIME NOT NULL,
	created DATETIME NOT NULL,
	last_used DATETIME NOT NULL,
	Admin_id BIGINT REFERENCES admin (id)
);
CREATE INDEX IDX_7AF2A7289D5DE046 ON remember_me (Admin_id);

INSERT INTO dbversion (version, name, applied_on) VALUES (4, 'ViMbAdmin in C', CURRENT_TIMESTAMP);
