-- SPDX-License-Identifier: GPL-3.0-or-later
-- The keys of the seals over the trail, each sealed for securitysalt: from which seal on it is used. Another securitysalt seals them anew and adds one, so that
-- what was sealed before still verifies.

CREATE TABLE IF NOT EXISTS vimb_seal_key (
	from_seq BIGINT NOT NULL,
	sealed VARCHAR(191) NOT NULL,
	PRIMARY KEY (from_seq)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
