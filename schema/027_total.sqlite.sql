-- SPDX-License-Identifier: GPL-3.0-or-later
-- What all mailboxes of a domain are meant to take together, in bytes; no row: nothing is said. More than that is warned of and never refused. The
-- second keeps it for a domain that was removed.

CREATE TABLE vimb_domain_total (
	domain_id BIGINT NOT NULL PRIMARY KEY REFERENCES domain (id) ON DELETE CASCADE,
	total BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE vimb_undo_total (
	undo_id BIGINT NOT NULL PRIMARY KEY REFERENCES vimb_undo (id) ON DELETE CASCADE,
	total BIGINT NOT NULL
) WITHOUT ROWID;
