-- SPDX-License-Identifier: GPL-3.0-or-later
-- Of the rows of the trail that were removed for their age: how many were not as they had been sealed. It counts in the mark's MAC.

ALTER TABLE vimb_seal_start ADD COLUMN bad BIGINT NOT NULL DEFAULT 0;
