-- SPDX-License-Identifier: GPL-3.0-or-later
-- The chain over the trail: each seal covers one row of log with its detail, and the seal before it. Sealed in the order in which rows were found, which
-- is not always that of their ids. No foreign key: a row that was taken out of the trail leaves its seal behind.

CREATE TABLE IF NOT EXISTS vimb_seal (
	seq BIGINT NOT NULL,
	log_id BIGINT NOT NULL,
	sealed_at BIGINT NOT NULL,
	mac CHAR(64) NOT NULL,
	PRIMARY KEY (seq),
	UNIQUE KEY vimb_seal_log (log_id)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
