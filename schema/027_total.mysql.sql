-- SPDX-License-Identifier: GPL-3.0-or-later
-- What all mailboxes of a domain are meant to take together, in bytes; no row: nothing is said. More than that is warned of and never refused. The
-- second keeps it for a domain that was removed.

CREATE TABLE IF NOT EXISTS vimb_domain_total (
	domain_id BIGINT NOT NULL,
	total BIGINT NOT NULL,
	PRIMARY KEY (domain_id),
	CONSTRAINT vimb_total_of_domain FOREIGN KEY (domain_id) REFERENCES domain (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS vimb_undo_total (
	undo_id BIGINT NOT NULL,
	total BIGINT NOT NULL,
	PRIMARY KEY (undo_id),
	CONSTRAINT vimb_undo_total_of FOREIGN KEY (undo_id) REFERENCES vimb_undo (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
