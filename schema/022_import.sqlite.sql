-- SPDX-License-Identifier: GPL-3.0-or-later
-- Files on their way in: what was sent stays here until the keeper has taken it in, what came of it until it has been looked at; all goes with
-- expires_at. Passwords that were made are sealed for a key that only the browser of who asked has (part 'secret'). Times are Unix seconds.

CREATE TABLE vimb_import (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	admin_id BIGINT NOT NULL REFERENCES admin (id) ON DELETE CASCADE,
	source VARCHAR(64),
	kind VARCHAR(16) NOT NULL,
	file_name VARCHAR(255),
	mode VARCHAR(16) NOT NULL,
	on_error VARCHAR(16) NOT NULL,
	map TEXT NOT NULL,
	generate TINYINT NOT NULL,
	check_only TINYINT NOT NULL,
	request_id VARCHAR(32) NOT NULL,
	public_key VARCHAR(64) NOT NULL,
	state VARCHAR(16) NOT NULL,
	total BIGINT NOT NULL DEFAULT 0,
	done BIGINT NOT NULL DEFAULT 0,
	added BIGINT NOT NULL DEFAULT 0,
	changed BIGINT NOT NULL DEFAULT 0,
	unchanged BIGINT NOT NULL DEFAULT 0,
	failed BIGINT NOT NULL DEFAULT 0,
	kept TINYINT NOT NULL DEFAULT 0,
	message TEXT,
	created_at BIGINT NOT NULL,
	finished_at BIGINT NOT NULL DEFAULT 0,
	expires_at BIGINT NOT NULL
);
CREATE INDEX vimb_import_admin ON vimb_import (admin_id, id);
CREATE INDEX vimb_import_expires ON vimb_import (expires_at);

CREATE TABLE vimb_import_part (
	import_id BIGINT NOT NULL REFERENCES vimb_import (id) ON DELETE CASCADE,
	what VARCHAR(16) NOT NULL,
	n BIGINT NOT NULL,
	data LONGTEXT NOT NULL,
	PRIMARY KEY (import_id, what, n)
);
