-- SPDX-License-Identifier: GPL-3.0-or-later
-- Search in any part of a text of three characters or more: trigram indexes over the lists' columns, out of Debian's postgresql package. The line end
-- between two columns keeps a search within one of them. What a text is compared by, letter case aside, is the database's own locale.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE INDEX vimb_mailbox_search ON mailbox
	USING gin (lower((username || E'\n' || coalesce(name, '')) COLLATE "default") gin_trgm_ops);
CREATE INDEX vimb_alias_search ON alias USING gin (lower((address || E'\n' || goto) COLLATE "default") gin_trgm_ops);
-- most aliases belong to a mailbox and are not listed
CREATE INDEX vimb_alias_own_search ON alias USING gin (lower((address || E'\n' || goto) COLLATE "default") gin_trgm_ops)
	WHERE address <> goto;

-- How many rows hold some letters the planner reads off a sample: the larger, the better it tells rare from common.
ALTER INDEX vimb_mailbox_search ALTER COLUMN 1 SET STATISTICS 500;
ALTER INDEX vimb_alias_search ALTER COLUMN 1 SET STATISTICS 500;
ALTER INDEX vimb_alias_own_search ALTER COLUMN 1 SET STATISTICS 500;
