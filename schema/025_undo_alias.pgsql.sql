-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a deletion keeps of aliases besides their rows: the fields of the operator's own.

CREATE TABLE vimb_undo_alias_pref (
	undo_id BIGINT NOT NULL REFERENCES vimb_undo (id) ON DELETE CASCADE,
	address VARCHAR(255) COLLATE "C" NOT NULL,
	attribute VARCHAR(255) COLLATE "C" NOT NULL,
	ix INTEGER NOT NULL,
	op VARCHAR(2) NOT NULL,
	value TEXT NOT NULL,
	expire BIGINT NOT NULL,
	PRIMARY KEY (undo_id, address, attribute, ix)
);
