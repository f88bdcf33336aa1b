-- SPDX-License-Identifier: GPL-3.0-or-later

-- name: passkey_list
-- All of an administrator, oldest first.
SELECT id, admin_id, credential_hash, credential, alg, public_key, sign_count, label, transports, backed_up, created_at, used_at
  FROM vimb_passkey WHERE admin_id = :admin_id ORDER BY id LIMIT :limit;

-- name: passkey_find
-- The one that an authenticator names.
SELECT id, admin_id, credential_hash, credential, alg, public_key, sign_count, label, transports, backed_up, created_at, used_at
  FROM vimb_passkey WHERE credential_hash = :credential_hash;

-- name: passkey_get
-- One of an administrator's own.
SELECT id, admin_id, credential_hash, credential, alg, public_key, sign_count, label, transports, backed_up, created_at, used_at
  FROM vimb_passkey WHERE id = :id AND admin_id = :admin_id;

-- name: passkey_number
-- How many an administrator has.
SELECT count(*) AS n FROM vimb_passkey WHERE admin_id = :admin_id;

-- name: passkey_add
-- A new one.
INSERT INTO vimb_passkey (admin_id, credential_hash, credential, alg, public_key, sign_count, label, transports, backed_up, created_at, used_at)
  VALUES (:admin_id, :credential_hash, :credential, :alg, :public_key, :sign_count, :label, :transports, :backed_up, :created_at, :used_at);

-- name: passkey_used
-- Compare and set: of several who saw the same count, one goes on, unless the authenticator does not count.
UPDATE vimb_passkey SET sign_count = :sign_count, backed_up = :backed_up, used_at = :now WHERE id = :id AND sign_count = :old;

-- name: passkey_delete
-- One of an administrator's own.
DELETE FROM vimb_passkey WHERE id = :id AND admin_id = :admin_id;

-- name: passkey_delete_admin
-- All of an administrator.
DELETE FROM vimb_passkey WHERE admin_id = :admin_id;
