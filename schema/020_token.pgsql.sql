-- SPDX-License-Identifier: GPL-3.0-or-later
-- API tokens stand in the fork's mcp_token. Here is what it does not know: whose they are, and the domains they are limited to by number, so that every
-- list can keep to them. A token without a row was made by the PHP program: it is nobody's, and whoever holds it acts as the operator who made it.

CREATE TABLE vimb_token (
	token_id BIGINT NOT NULL PRIMARY KEY REFERENCES mcp_token (id) ON DELETE CASCADE,
	owner_id BIGINT, -- no foreign key: a token whose owner is gone is void, not nobody's
	owner VARCHAR(255) COLLATE "C", -- NULL: nobody's
	made_by VARCHAR(255) NOT NULL
);

CREATE TABLE vimb_token_domain (
	scope BIGINT NOT NULL, -- -1 - number of the token
	domain_id BIGINT NOT NULL REFERENCES domain (id) ON DELETE CASCADE,
	PRIMARY KEY (scope, domain_id)
);
CREATE INDEX vimb_token_domain_of ON vimb_token_domain (domain_id);
