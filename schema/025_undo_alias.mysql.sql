-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a deletion keeps of aliases besides their rows: the fields of the operator's own.

CREATE TABLE IF NOT EXISTS vimb_undo_alias_pref (
	undo_id BIGINT NOT NULL,
	address VARCHAR(255) NOT NULL,
	attribute VARCHAR(255) NOT NULL,
	ix INT NOT NULL,
	op VARCHAR(2) NOT NULL,
	value LONGTEXT NOT NULL,
	expire BIGINT NOT NULL,
	PRIMARY KEY (undo_id, address, attribute, ix),
	CONSTRAINT vimb_undo_alias_pref_of FOREIGN KEY (undo_id) REFERENCES vimb_undo (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
