-- SPDX-License-Identifier: GPL-3.0-or-later
-- In which language an administrator wants the panel and its mails. No row: as the browser says.

CREATE TABLE IF NOT EXISTS vimb_language (
	admin_id BIGINT NOT NULL,
	language VARCHAR(8) NOT NULL,
	PRIMARY KEY (admin_id),
	CONSTRAINT vimb_language_of_admin FOREIGN KEY (admin_id) REFERENCES admin (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
