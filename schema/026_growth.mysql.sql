-- SPDX-License-Identifier: GPL-3.0-or-later
-- How much there was on a day: the installation's totals, and each domain's. Days since 1970 in UTC. Old ones are thinned out (svc/growth.h).

CREATE TABLE IF NOT EXISTS vimb_growth (
	day BIGINT NOT NULL,
	domains BIGINT NOT NULL,
	mailboxes BIGINT NOT NULL,
	aliases BIGINT NOT NULL,
	used BIGINT NOT NULL,
	allotted BIGINT NOT NULL,
	PRIMARY KEY (day)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS vimb_growth_domain (
	domain_id BIGINT NOT NULL,
	day BIGINT NOT NULL,
	mailboxes BIGINT NOT NULL,
	aliases BIGINT NOT NULL,
	used BIGINT NOT NULL,
	allotted BIGINT NOT NULL,
	PRIMARY KEY (domain_id, day),
	KEY vimb_growth_domain_day (day),
	CONSTRAINT vimb_growth_of_domain FOREIGN KEY (domain_id) REFERENCES domain (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
