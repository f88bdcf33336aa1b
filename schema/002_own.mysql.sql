-- SPDX-License-Identifier: GPL-3.0-or-later
-- What this program keeps beside the fork's tables. Times here are Unix seconds.

CREATE TABLE IF NOT EXISTS vimb_session (
	id_hash CHAR(64) NOT NULL, -- SHA-256 of what the cookie holds
	admin_id BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	seen_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	source VARCHAR(64),
	agent VARCHAR(255),
	PRIMARY KEY (id_hash),
	KEY vimb_session_admin (admin_id),
	KEY vimb_session_expires (expires_at),
	CONSTRAINT vimb_session_of_admin FOREIGN KEY (admin_id) REFERENCES admin (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Detail of a row of log. Names are text and ids are no keys, so an entry outlives what it names.
CREATE TABLE IF NOT EXISTS vimb_audit (
	log_id BIGINT NOT NULL,
	actor VARCHAR(255),
	door VARCHAR(16),
	source VARCHAR(64),
	object_type VARCHAR(32),
	object_id BIGINT,
	object VARCHAR(255),
	domain_id BIGINT,
	detail_before LONGTEXT,
	detail_after LONGTEXT,
	request_id CHAR(32),
	PRIMARY KEY (log_id),
	UNIQUE KEY vimb_audit_request (request_id, log_id), -- a repeated request finds what it did the first time
	KEY vimb_audit_object (object_type, object_id),
	KEY vimb_audit_actor (actor, log_id),
	CONSTRAINT vimb_audit_of_log FOREIGN KEY (log_id) REFERENCES log (id)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS vimb_attempt (
	subject VARCHAR(300) NOT NULL,
	failures INT NOT NULL,
	first_at BIGINT NOT NULL,
	last_at BIGINT NOT NULL,
	locked_until BIGINT NOT NULL,
	PRIMARY KEY (subject)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS vimb_once (
	purpose VARCHAR(32) NOT NULL,
	token_hash CHAR(64) NOT NULL,
	expires_at BIGINT NOT NULL,
	PRIMARY KEY (purpose, token_hash)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS vimb_job (
	id BIGINT NOT NULL AUTO_INCREMENT,
	kind VARCHAR(64) NOT NULL,
	args LONGTEXT NOT NULL,
	state VARCHAR(16) NOT NULL,
	run_at BIGINT NOT NULL,
	attempts INT NOT NULL DEFAULT 0,
	lease_owner VARCHAR(255),
	lease_until BIGINT,
	fence BIGINT NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL,
	finished_at BIGINT,
	last_error LONGTEXT,
	requested_by BIGINT,
	PRIMARY KEY (id),
	KEY vimb_job_due (state, run_at)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One row per target of an alias, kept by triggers: which aliases lead to an address is one look. The PHP program writes aliases too, and its lists
-- may hold blanks, capitals and doubles.
CREATE TABLE IF NOT EXISTS vimb_alias_target (
	target VARCHAR(255) NOT NULL,
	alias_id BIGINT NOT NULL,
	PRIMARY KEY (target, alias_id),
	KEY vimb_alias_target_alias (alias_id),
	CONSTRAINT vimb_alias_target_of_alias FOREIGN KEY (alias_id) REFERENCES alias (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE OR REPLACE TRIGGER vimb_alias_target_insert AFTER INSERT ON alias FOR EACH ROW
	INSERT INTO vimb_alias_target (target, alias_id)
		SELECT DISTINCT left(lower(regexp_replace(t.value, '^[[:space:]]+|[[:space:]]+$', '')), 255), new.id
		FROM json_table(concat('[', replace(json_quote(new.goto), ',', '","'), ']'), '$[*]' COLUMNS (value LONGTEXT PATH '$')) t
		WHERE t.value RLIKE '[^[:space:]]';
CREATE OR REPLACE TRIGGER vimb_alias_target_update AFTER UPDATE ON alias FOR EACH ROW
	IF NOT (old.goto <=> new.goto) THEN
		DELETE FROM vimb_alias_target WHERE alias_id = old.id;
		INSERT INTO vimb_alias_target (target, alias_id)
			SELECT DISTINCT left(lower(regexp_replace(t.value, '^[[:space:]]+|[[:space:]]+$', '')), 255), new.id
			FROM json_table(concat('[', replace(json_quote(new.goto), ',', '","'), ']'), '$[*]' COLUMNS (value LONGTEXT PATH '$')) t
			WHERE t.value RLIKE '[^[:space:]]';
	END IF;
INSERT IGNORE INTO vimb_alias_target (target, alias_id)
	SELECT DISTINCT left(lower(regexp_replace(t.value, '^[[:space:]]+|[[:space:]]+$', '')), 255), a.id
	FROM alias a,
	json_table(concat('[', replace(json_quote(a.goto), ',', '","'), ']'), '$[*]' COLUMNS (value LONGTEXT PATH '$')) t
	WHERE t.value RLIKE '[^[:space:]]';

-- Writers that collided stand in line at its one row (src/db/mysql.c); it is locked, never changed.
CREATE TABLE IF NOT EXISTS vimb_turn (
	id INT NOT NULL,
	PRIMARY KEY (id)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
INSERT IGNORE INTO vimb_turn (id) VALUES (1);

-- The lists, each along its sorting, whole and within a domain. InnoDB keeps the id at the end of each index by itself, so the fork's own on
-- mailbox.username, alias.address and log.Domain_id serve as they are.
CREATE INDEX IF NOT EXISTS vimb_mailbox_domain ON mailbox (Domain_id, username);
CREATE INDEX IF NOT EXISTS vimb_mailbox_name ON mailbox (name);
CREATE INDEX IF NOT EXISTS vimb_mailbox_quota ON mailbox (quota);
CREATE INDEX IF NOT EXISTS vimb_mailbox_created ON mailbox (created);
CREATE INDEX IF NOT EXISTS vimb_alias_domain ON alias (Domain_id, address);
