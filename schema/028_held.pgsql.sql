-- SPDX-License-Identifier: GPL-3.0-or-later
-- Domains that a super administrator switched off: their own administrators do not switch them on again.

CREATE TABLE vimb_domain_held (
	domain_id BIGINT NOT NULL PRIMARY KEY REFERENCES domain (id) ON DELETE CASCADE
);
