-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a deletion took away, so that it can be taken back for a while: whole rows with what no trail may hold (the hash of a password). They are as
-- well guarded as the rows they were, go with their end, and no page or answer shows them. log_id is the entry of the trail that removed them.

CREATE TABLE IF NOT EXISTS vimb_undo (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	log_id BIGINT,
	expires_at BIGINT NOT NULL,
	KEY vimb_undo_log (log_id),
	KEY vimb_undo_expires (expires_at)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS vimb_undo_domain (
	undo_id BIGINT NOT NULL,
	domain VARCHAR(255) NOT NULL,
	description VARCHAR(255),
	quota BIGINT NOT NULL,
	transport VARCHAR(255) NOT NULL,
	backupmx TINYINT NOT NULL,
	active TINYINT NOT NULL,
	created DATETIME NOT NULL,
	max_quota BIGINT NOT NULL,
	max_aliases INT NOT NULL,
	max_mailboxes INT NOT NULL,
	PRIMARY KEY (undo_id),
	CONSTRAINT vimb_undo_domain_of FOREIGN KEY (undo_id) REFERENCES vimb_undo (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS vimb_undo_admin (
	undo_id BIGINT NOT NULL,
	admin_id BIGINT NOT NULL,
	PRIMARY KEY (undo_id, admin_id),
	CONSTRAINT vimb_undo_admin_of FOREIGN KEY (undo_id) REFERENCES vimb_undo (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS vimb_undo_mailbox (
	undo_id BIGINT NOT NULL,
	username VARCHAR(255) NOT NULL,
	password VARCHAR(255) NOT NULL,
	name VARCHAR(255),
	alt_email VARCHAR(255),
	quota BIGINT NOT NULL,
	local_part VARCHAR(255) NOT NULL,
	active TINYINT NOT NULL,
	access_restriction VARCHAR(100) NOT NULL,
	created DATETIME NOT NULL,
	domain VARCHAR(255) NOT NULL,
	PRIMARY KEY (undo_id, username),
	CONSTRAINT vimb_undo_mailbox_of FOREIGN KEY (undo_id) REFERENCES vimb_undo (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS vimb_undo_alias (
	undo_id BIGINT NOT NULL,
	address VARCHAR(255) NOT NULL,
	goto LONGTEXT NOT NULL,
	goto_after LONGTEXT,
	active TINYINT NOT NULL,
	created DATETIME NOT NULL,
	domain VARCHAR(255) NOT NULL,
	PRIMARY KEY (undo_id, address),
	CONSTRAINT vimb_undo_alias_of FOREIGN KEY (undo_id) REFERENCES vimb_undo (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS vimb_undo_pref (
	undo_id BIGINT NOT NULL,
	username VARCHAR(255) NOT NULL,
	attribute VARCHAR(255) NOT NULL,
	ix INT NOT NULL,
	op VARCHAR(2) NOT NULL,
	value LONGTEXT NOT NULL,
	expire BIGINT NOT NULL,
	PRIMARY KEY (undo_id, username, attribute, ix),
	CONSTRAINT vimb_undo_pref_of FOREIGN KEY (undo_id) REFERENCES vimb_undo (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS vimb_undo_directory (
	undo_id BIGINT NOT NULL,
	username VARCHAR(255) NOT NULL,
	businessCategory VARCHAR(255),
	carLicense VARCHAR(255),
	departmentNumber VARCHAR(255),
	displayName VARCHAR(255),
	employeeNumber VARCHAR(255),
	employeeType VARCHAR(255),
	homePhone VARCHAR(255),
	homePostalAddress LONGTEXT,
	initials VARCHAR(10),
	jpegPhoto LONGTEXT,
	labeledURI LONGTEXT,
	mail VARCHAR(255),
	manager VARCHAR(255),
	mobile VARCHAR(255),
	o VARCHAR(255),
	pager VARCHAR(255),
	preferredLanguage VARCHAR(255),
	roomNumber VARCHAR(255),
	secretary VARCHAR(255),
	personalTitle VARCHAR(255),
	sn VARCHAR(255),
	ou VARCHAR(255),
	title VARCHAR(255),
	facsimileTelephoneNumber VARCHAR(255),
	givenName VARCHAR(255),
	telephoneNumber VARCHAR(255),
	vimb_created DATETIME NOT NULL,
	vimb_update DATETIME NOT NULL,
	PRIMARY KEY (undo_id, username),
	CONSTRAINT vimb_undo_directory_of FOREIGN KEY (undo_id) REFERENCES vimb_undo (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
