-- SPDX-License-Identifier: GPL-3.0-or-later
-- How much there was on a day: the installation's totals, and each domain's. Days since 1970 in UTC. Old ones are thinned out (svc/growth.h).

CREATE TABLE vimb_growth (
	day BIGINT NOT NULL PRIMARY KEY,
	domains BIGINT NOT NULL,
	mailboxes BIGINT NOT NULL,
	aliases BIGINT NOT NULL,
	used BIGINT NOT NULL,
	allotted BIGINT NOT NULL
);

CREATE TABLE vimb_growth_domain (
	domain_id BIGINT NOT NULL REFERENCES domain (id) ON DELETE CASCADE,
	day BIGINT NOT NULL,
	mailboxes BIGINT NOT NULL,
	aliases BIGINT NOT NULL,
	used BIGINT NOT NULL,
	allotted BIGINT NOT NULL,
	PRIMARY KEY (domain_id, day)
);
CREATE INDEX vimb_growth_domain_day ON vimb_growth_domain (day);
