-- SPDX-License-Identifier: GPL-3.0-or-later
-- The chain over the trail: each seal covers one row of log with its detail, and the seal before it. Sealed in the order in which rows were found, which
-- is not always that of their ids. No foreign key: a row that was taken out of the trail leaves its seal behind.

CREATE TABLE vimb_seal (
	seq BIGINT NOT NULL PRIMARY KEY,
	log_id BIGINT NOT NULL,
	sealed_at BIGINT NOT NULL,
	mac VARCHAR(64) COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX vimb_seal_log ON vimb_seal (log_id);
