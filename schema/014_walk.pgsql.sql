-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a search along the addresses looks at stands in one index, so that the rows it passes by are not read.

CREATE INDEX vimb_mailbox_walk ON mailbox (username, id) INCLUDE (name, active, delete_pending, Domain_id);
DROP INDEX vimb_mailbox_username;
