-- SPDX-License-Identifier: GPL-3.0-or-later
-- What this program keeps beside the fork's tables. Times here are Unix seconds.

CREATE TABLE vimb_session (
	id_hash CHAR(64) NOT NULL PRIMARY KEY, -- SHA-256 of what the cookie holds
	admin_id BIGINT NOT NULL REFERENCES admin (id) ON DELETE CASCADE,
	created_at BIGINT NOT NULL,
	seen_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	source VARCHAR(64),
	agent VARCHAR(255)
) WITHOUT ROWID;
CREATE INDEX vimb_session_admin ON vimb_session (admin_id);
CREATE INDEX vimb_session_expires ON vimb_session (expires_at);

-- Detail of a row of log. Names are text and ids are no keys, so an entry outlives what it names.
CREATE TABLE vimb_audit (
	log_id INTEGER PRIMARY KEY REFERENCES log (id),
	actor VARCHAR(255),
	door VARCHAR(16),
	source VARCHAR(64),
	object_type VARCHAR(32),
	object_id BIGINT,
	object VARCHAR(255),
	domain_id BIGINT,
	detail_before LONGTEXT,
	detail_after LONGTEXT,
	request_id CHAR(32)
);
-- a repeated request finds what it did the first time
CREATE UNIQUE INDEX vimb_audit_request ON vimb_audit (request_id, log_id);
CREATE INDEX vimb_audit_object ON vimb_audit (object_type, object_id);
CREATE INDEX vimb_audit_actor ON vimb_audit (actor, log_id);

CREATE TABLE vimb_attempt (
	subject VARCHAR(300) NOT NULL PRIMARY KEY,
	failures INT NOT NULL,
	first_at BIGINT NOT NULL,
	last_at BIGINT NOT NULL,
	locked_until BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE vimb_once (
	purpose VARCHAR(32) NOT NULL,
	token_hash CHAR(64) NOT NULL,
	expires_at BIGINT NOT NULL,
	PRIMARY KEY (purpose, token_hash)
) WITHOUT ROWID;

CREATE TABLE vimb_job (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
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
	requested_by BIGINT
);
CREATE INDEX vimb_job_due ON vimb_job (state, run_at);

-- One row per target of an alias: which aliases lead to an address is one look. Triggers keep it, since others write aliases too. Their lists may hold
-- blanks, capitals, empty entries and one target twice. A list is split by making a JSON array of it.
CREATE TABLE vimb_alias_target (
	target VARCHAR(255) NOT NULL,
	alias_id BIGINT NOT NULL REFERENCES alias (id) ON DELETE CASCADE,
	PRIMARY KEY (target, alias_id)
) WITHOUT ROWID;
CREATE INDEX vimb_alias_target_alias ON vimb_alias_target (alias_id);
CREATE TRIGGER vimb_alias_target_insert AFTER INSERT ON alias BEGIN
	INSERT INTO vimb_alias_target (target, alias_id)
		SELECT DISTINCT lower(trim(t.value, ' ' || char(9, 10, 13))), new.id
		FROM json_each('[' || replace(json_quote(new.goto), ',', '","') || ']') t
		WHERE trim(t.value, ' ' || char(9, 10, 13)) <> '';
END;
CREATE TRIGGER vimb_alias_target_update AFTER UPDATE OF goto ON alias WHEN old.goto <> new.goto BEGIN
	DELETE FROM vimb_alias_target WHERE alias_id = old.id;
	INSERT INTO vimb_alias_target (target, alias_id)
		SELECT DISTINCT lower(trim(t.value, ' ' || char(9, 10, 13))), new.id
		FROM json_each('[' || replace(json_quote(new.goto), ',', '","') || ']') t
		WHERE trim(t.value, ' ' || char(9, 10, 13)) <> '';
END;
INSERT INTO vimb_alias_target (target, alias_id)
	SELECT DISTINCT lower(trim(t.value, ' ' || char(9, 10, 13))), a.id
	FROM alias a, json_each('[' || replace(json_quote(a.goto), ',', '","') || ']') t
	WHERE trim(t.value, ' ' || char(9, 10, 13)) <> '';

-- The lists, each along its sorting, whole and within a domain.
CREATE INDEX vimb_mailbox_username ON mailbox (username, id);
CREATE INDEX vimb_mailbox_domain ON mailbox (Domain_id, username, id);
CREATE INDEX vimb_mailbox_name ON mailbox (coalesce(name, ''), id);
CREATE INDEX vimb_mailbox_quota ON mailbox (quota, id);
CREATE INDEX vimb_mailbox_created ON mailbox (created, id);
CREATE INDEX vimb_alias_address ON alias (address, id);
CREATE INDEX vimb_alias_domain ON alias (Domain_id, address, id);
-- most aliases belong to a mailbox and are not listed
CREATE INDEX vimb_alias_own ON alias (address, id) WHERE address <> goto;
CREATE INDEX vimb_alias_own_domain ON alias (Domain_id, address, id) WHERE address <> goto;
CREATE INDEX vimb_log_domain ON log (Domain_id, id);
