-- SPDX-License-Identifier: GPL-3.0-or-later
-- How far a file is that the keeper takes in, for the pages of other machines: who works on it writes it over a connection of its own, because nobody
-- sees what stands in the transaction of the rows before it is over. Not on SQLite, where there is one machine and one writer.

CREATE TABLE vimb_import_live (
	import_id INTEGER NOT NULL PRIMARY KEY REFERENCES vimb_import (id) ON DELETE CASCADE,
	done BIGINT NOT NULL,
	phase VARCHAR(16) NOT NULL
);
