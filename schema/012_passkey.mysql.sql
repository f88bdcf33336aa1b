-- SPDX-License-Identifier: GPL-3.0-or-later
-- Passkeys of administrators: public keys, so nothing here is secret. Bytes stand as base64url, times as Unix seconds.

CREATE TABLE IF NOT EXISTS vimb_passkey (
	id BIGINT NOT NULL AUTO_INCREMENT,
	admin_id BIGINT NOT NULL,
	credential_hash CHAR(64) NOT NULL, -- SHA-256 of the next: ids are too long for an index
	credential VARCHAR(1400) NOT NULL,
	alg INT NOT NULL, -- COSE's number
	public_key VARCHAR(700) NOT NULL,
	sign_count BIGINT NOT NULL,
	label VARCHAR(255) NOT NULL,
	transports VARCHAR(255) NOT NULL, -- how browsers reach it, comma list
	backed_up TINYINT NOT NULL,
	created_at BIGINT NOT NULL,
	used_at BIGINT NOT NULL, -- 0: not yet
	PRIMARY KEY (id),
	UNIQUE KEY vimb_passkey_credential (credential_hash),
	KEY vimb_passkey_admin (admin_id),
	CONSTRAINT vimb_passkey_of_admin FOREIGN KEY (admin_id) REFERENCES admin (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
