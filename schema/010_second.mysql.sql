-- SPDX-License-Identifier: GPL-3.0-or-later
-- Second factors stand in the fork's admin_pref. Here is what is on its way: sign-ins whose password was right, and secrets no code has confirmed yet.

CREATE TABLE IF NOT EXISTS vimb_parked (
	id_hash CHAR(64) NOT NULL, -- SHA-256 of what the cookie holds; no session, and never becomes one
	admin_id BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	tries INT NOT NULL,
	PRIMARY KEY (id_hash),
	KEY vimb_parked_admin (admin_id),
	KEY vimb_parked_expires (expires_at),
	CONSTRAINT vimb_parked_of_admin FOREIGN KEY (admin_id) REFERENCES admin (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS vimb_enrolment (
	id_hash CHAR(64) NOT NULL, -- of the session or parked sign-in that may see it
	admin_id BIGINT NOT NULL,
	sealed VARCHAR(191) NOT NULL,
	expires_at BIGINT NOT NULL,
	PRIMARY KEY (id_hash),
	KEY vimb_enrolment_admin (admin_id),
	KEY vimb_enrolment_expires (expires_at),
	CONSTRAINT vimb_enrolment_of_admin FOREIGN KEY (admin_id) REFERENCES admin (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
