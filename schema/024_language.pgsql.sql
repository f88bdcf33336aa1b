-- SPDX-License-Identifier: GPL-3.0-or-later
-- In which language an administrator wants the panel and its mails. No row: as the browser says.

CREATE TABLE vimb_language (
	admin_id BIGINT NOT NULL PRIMARY KEY REFERENCES admin (id) ON DELETE CASCADE,
	language VARCHAR(8) COLLATE "C" NOT NULL
);
