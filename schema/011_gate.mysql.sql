-- SPDX-License-Identifier: GPL-3.0-or-later
-- Sessions know when they last proved who they are; accounts are known at the sources they were signed in to from, where a lock that others
-- brought about does not count. Times are Unix seconds.

ALTER TABLE vimb_session ADD COLUMN IF NOT EXISTS proved_at BIGINT NOT NULL DEFAULT 0;

CREATE TABLE IF NOT EXISTS vimb_known (
	account VARCHAR(300) NOT NULL,
	source VARCHAR(64) NOT NULL,
	seen_at BIGINT NOT NULL,
	PRIMARY KEY (account, source),
	KEY vimb_known_seen (seen_at)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
