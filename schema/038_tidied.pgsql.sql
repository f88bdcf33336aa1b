-- SPDX-License-Identifier: GPL-3.0-or-later
-- Up to which time what is old was removed: what is removed by age goes by this and not by the clock alone, so that a clock that jumps ahead removes little.

CREATE TABLE vimb_tidied (
	id BIGINT NOT NULL PRIMARY KEY,
	tidied_at BIGINT NOT NULL
);
