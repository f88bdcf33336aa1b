-- SPDX-License-Identifier: GPL-3.0-or-later
-- Sessions know when they last proved who they are; accounts are known at the sources they were signed in to from, where a lock that others
-- brought about does not count. Times are Unix seconds.

ALTER TABLE vimb_session ADD COLUMN proved_at BIGINT NOT NULL DEFAULT 0;

CREATE TABLE vimb_known (
	account VARCHAR(300) COLLATE "C" NOT NULL,
	source VARCHAR(64) COLLATE "C" NOT NULL,
	seen_at BIGINT NOT NULL,
	PRIMARY KEY (account, source)
);
CREATE INDEX vimb_known_seen ON vimb_known (seen_at);
