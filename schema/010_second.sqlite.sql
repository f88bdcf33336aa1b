-- SPDX-License-Identifier: GPL-3.0-or-later
-- Second factors stand in the fork's admin_pref. Here is what is on its way: sign-ins whose password was right, and secrets no code has confirmed yet.

CREATE TABLE vimb_parked (
	id_hash CHAR(64) NOT NULL PRIMARY KEY, -- SHA-256 of what the cookie holds; no session, and never becomes one
	admin_id BIGINT NOT NULL REFERENCES admin (id) ON DELETE CASCADE,
	created_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	tries INT NOT NULL
) WITHOUT ROWID;
CREATE INDEX vimb_parked_admin ON vimb_parked (admin_id);
CREATE INDEX vimb_parked_expires ON vimb_parked (expires_at);

CREATE TABLE vimb_enrolment (
	id_hash CHAR(64) NOT NULL PRIMARY KEY, -- of the session or parked sign-in that may see it
	admin_id BIGINT NOT NULL REFERENCES admin (id) ON DELETE CASCADE,
	sealed VARCHAR(191) NOT NULL,
	expires_at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX vimb_enrolment_admin ON vimb_enrolment (admin_id);
CREATE INDEX vimb_enrolment_expires ON vimb_enrolment (expires_at);
