-- SPDX-License-Identifier: GPL-3.0-or-later
-- The keys of the seals over the trail, each sealed for securitysalt: from which seal on it is used. Another securitysalt seals them anew and adds one, so that
-- what was sealed before still verifies.

CREATE TABLE vimb_seal_key (
	from_seq BIGINT NOT NULL PRIMARY KEY,
	sealed VARCHAR(191) COLLATE "C" NOT NULL
);
