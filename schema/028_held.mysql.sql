-- SPDX-License-Identifier: GPL-3.0-or-later
-- Domains that a super administrator switched off: their own administrators do not switch them on again.

CREATE TABLE IF NOT EXISTS vimb_domain_held (
	domain_id BIGINT NOT NULL,
	PRIMARY KEY (domain_id),
	CONSTRAINT vimb_domain_held_of_domain FOREIGN KEY (domain_id) REFERENCES domain (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
