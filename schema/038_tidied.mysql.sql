-- SPDX-License-Identifier: GPL-3.0-or-later
-- Up to which time what is old was removed: what is removed by age goes by this and not by the clock alone, so that a clock that jumps ahead removes little.

CREATE TABLE IF NOT EXISTS vimb_tidied (
	id BIGINT NOT NULL,
	tidied_at BIGINT NOT NULL,
	PRIMARY KEY (id)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
