-- SPDX-License-Identifier: GPL-3.0-or-later
-- Administrators who were invited and have not chosen a password yet.
CREATE TABLE IF NOT EXISTS vimb_invite (
	admin_id BIGINT NOT NULL,
	invited_at BIGINT NOT NULL, -- Unix seconds, of the last link
	PRIMARY KEY (admin_id),
	CONSTRAINT vimb_invite_of_admin FOREIGN KEY (admin_id) REFERENCES admin (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Where the chain over the trail begins, since older rows were removed with their seals: the last seal that went, under a MAC of its own.
CREATE TABLE IF NOT EXISTS vimb_seal_start (
	id BIGINT NOT NULL, -- 1
	seq BIGINT NOT NULL,
	mac CHAR(64) NOT NULL,
	cut_at BIGINT NOT NULL, -- Unix seconds
	removed BIGINT NOT NULL, -- rows of the trail so far
	proof CHAR(64) NOT NULL,
	PRIMARY KEY (id)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- From where an API token was used last; when stands in the fork's mcp_token.
CREATE TABLE IF NOT EXISTS vimb_token_use (
	token_id INT NOT NULL,
	source VARCHAR(64) NOT NULL,
	PRIMARY KEY (token_id),
	CONSTRAINT vimb_token_use_of_token FOREIGN KEY (token_id) REFERENCES mcp_token (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
