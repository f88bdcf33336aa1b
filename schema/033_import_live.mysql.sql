-- SPDX-License-Identifier: GPL-3.0-or-later
-- How far a file is that the keeper takes in, for the pages of other machines: who works on it writes it over a connection of its own, because nobody
-- sees what stands in the transaction of the rows before it is over. Not on SQLite, where there is one machine and one writer.

CREATE TABLE IF NOT EXISTS vimb_import_live (
	import_id BIGINT NOT NULL,
	done BIGINT NOT NULL,
	phase VARCHAR(16) NOT NULL,
	PRIMARY KEY (import_id),
	CONSTRAINT vimb_import_live_of FOREIGN KEY (import_id) REFERENCES vimb_import (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
