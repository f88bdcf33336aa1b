-- SPDX-License-Identifier: GPL-3.0-or-later
-- API tokens stand in the fork's mcp_token. Here is what it does not know: whose they are, and the domains they are limited to by number, so that every
-- list can keep to them. A token without a row was made by the PHP program: it is nobody's, and whoever holds it acts as the operator who made it.

CREATE TABLE IF NOT EXISTS vimb_token (
	token_id INT NOT NULL,
	owner_id BIGINT, -- no foreign key: a token whose owner is gone is void, not nobody's
	owner VARCHAR(255), -- NULL: nobody's
	made_by VARCHAR(255) NOT NULL,
	PRIMARY KEY (token_id),
	CONSTRAINT vimb_token_of_token FOREIGN KEY (token_id) REFERENCES mcp_token (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS vimb_token_domain (
	scope BIGINT NOT NULL, -- -1 - number of the token
	domain_id BIGINT NOT NULL,
	PRIMARY KEY (scope, domain_id),
	KEY vimb_token_domain_of (domain_id),
	CONSTRAINT vimb_token_domain_of_domain FOREIGN KEY (domain_id) REFERENCES domain (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
