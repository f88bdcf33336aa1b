-- SPDX-License-Identifier: GPL-3.0-or-later
-- Passkeys of administrators: public keys, so nothing here is secret. Bytes stand as base64url, times as Unix seconds.

CREATE TABLE vimb_passkey (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	admin_id BIGINT NOT NULL REFERENCES admin (id) ON DELETE CASCADE,
	credential_hash CHAR(64) NOT NULL, -- SHA-256 of the next: ids are too long for an index
	credential VARCHAR(1400) NOT NULL,
	alg INT NOT NULL, -- COSE's number
	public_key VARCHAR(700) NOT NULL,
	sign_count BIGINT NOT NULL,
	label VARCHAR(255) NOT NULL,
	transports VARCHAR(255) NOT NULL, -- how browsers reach it, comma list
	backed_up TINYINT NOT NULL,
	created_at BIGINT NOT NULL,
	used_at BIGINT NOT NULL -- 0: not yet
);
CREATE UNIQUE INDEX vimb_passkey_credential ON vimb_passkey (credential_hash);
CREATE INDEX vimb_passkey_admin ON vimb_passkey (admin_id);
