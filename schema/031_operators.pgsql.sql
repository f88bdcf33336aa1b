-- SPDX-License-Identifier: GPL-3.0-or-later
-- Administrators who were invited and have not chosen a password yet.
CREATE TABLE vimb_invite (
	admin_id BIGINT NOT NULL PRIMARY KEY REFERENCES admin (id) ON DELETE CASCADE,
	invited_at BIGINT NOT NULL -- Unix seconds, of the last link
);

-- Where the chain over the trail begins, since older rows were removed with their seals: the last seal that went, under a MAC of its own.
CREATE TABLE vimb_seal_start (
	id BIGINT NOT NULL PRIMARY KEY, -- 1
	seq BIGINT NOT NULL,
	mac VARCHAR(64) COLLATE "C" NOT NULL,
	cut_at BIGINT NOT NULL, -- Unix seconds
	removed BIGINT NOT NULL, -- rows of the trail so far
	proof VARCHAR(64) COLLATE "C" NOT NULL
);

-- From where an API token was used last; when stands in the fork's mcp_token.
CREATE TABLE vimb_token_use (
	token_id BIGINT NOT NULL PRIMARY KEY REFERENCES mcp_token (id) ON DELETE CASCADE,
	source VARCHAR(64) COLLATE "C" NOT NULL
);
