-- SPDX-License-Identifier: GPL-3.0-or-later
-- A walk along the addresses looks for its text in small letters: kept in the index, a third of its time is saved. A mailbox's address has at most 255
-- bytes and its name 1,020, so that an entry stays below the 2,704 that PostgreSQL allows.

DROP INDEX vimb_mailbox_walk;
CREATE INDEX vimb_mailbox_walk ON mailbox (username, id, lower((username || E'\n' || coalesce(name, '')) COLLATE "default"))
  INCLUDE (name, active, delete_pending, Domain_id);

-- Whether a word of a search is rare is asked of statistics (src/store/words.h): the usual hundred samples tell no less than one row in a hundred.
-- One of the two indexes of that text is enough to gather them by.
ALTER INDEX vimb_mailbox_walk ALTER COLUMN 3 SET STATISTICS 400;
ALTER INDEX vimb_mailbox_search ALTER COLUMN 1 SET STATISTICS 0;
ANALYZE mailbox;
