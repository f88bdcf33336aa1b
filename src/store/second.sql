-- SPDX-License-Identifier: GPL-3.0-or-later

-- name: second_get
-- What an administrator has of a second factor, in one look.
SELECT a.id AS admin_id,
  (SELECT p.value FROM admin_pref p WHERE p.Admin_id = a.id AND p.attribute = 'auth.totp.secret' AND p.ix = 0) AS secret,
  (SELECT p.value FROM admin_pref p WHERE p.Admin_id = a.id AND p.attribute = 'auth.totp.backup' AND p.ix = 0) AS backup,
  (SELECT p.value FROM admin_pref p WHERE p.Admin_id = a.id AND p.attribute = 'auth.totp.lastts' AND p.ix = 0) AS last,
  (SELECT p.value FROM admin_pref p WHERE p.Admin_id = a.id AND p.attribute = 'auth.totp.force' AND p.ix = 0) AS force,
  (SELECT count(*) FROM vimb_passkey k WHERE k.admin_id = a.id) AS passkeys
  FROM admin a WHERE a.id = :admin_id;

-- name: second_get @mysql
SELECT a.id AS admin_id,
  (SELECT p.value FROM admin_pref p WHERE p.Admin_id = a.id AND p.attribute = 'auth.totp.secret' AND p.ix = 0) AS secret,
  (SELECT p.value FROM admin_pref p WHERE p.Admin_id = a.id AND p.attribute = 'auth.totp.backup' AND p.ix = 0) AS backup,
  (SELECT p.value FROM admin_pref p WHERE p.Admin_id = a.id AND p.attribute = 'auth.totp.lastts' AND p.ix = 0) AS last,
  (SELECT p.value FROM admin_pref p WHERE p.Admin_id = a.id AND p.attribute = 'auth.totp.force' AND p.ix = 0) AS `force`,
  (SELECT count(*) FROM vimb_passkey k WHERE k.admin_id = a.id) AS passkeys
  FROM admin a WHERE a.id = :admin_id;

-- name: second_all
-- Every secret there is, with its owner, a page at a time.
SELECT p.Admin_id AS admin_id, p.value AS secret, a.username FROM admin_pref p JOIN admin a ON a.id = p.Admin_id
  WHERE p.attribute = 'auth.totp.secret' AND p.ix = 0 AND p.value <> '' AND p.Admin_id > :admin_id
  ORDER BY p.Admin_id LIMIT :limit;

-- name: second_holders
-- Whoever has any, a page at a time.
SELECT a.id AS admin_id, a.username FROM admin a WHERE a.id > :admin_id AND (EXISTS (SELECT 1 FROM admin_pref p WHERE p.Admin_id = a.id
  AND p.attribute = 'auth.totp.secret' AND p.value <> '') OR EXISTS (SELECT 1 FROM vimb_passkey k WHERE k.admin_id = a.id))
  ORDER BY a.id LIMIT :limit;

-- name: second_put
-- A preference, whether it was there or not.
INSERT INTO admin_pref (Admin_id, attribute, ix, op, value, expire) VALUES (:admin_id, :attribute, 0, '=', :value, 0)
  ON CONFLICT (Admin_id, attribute, ix) DO UPDATE SET value = excluded.value;

-- name: second_put @mysql
INSERT INTO admin_pref (Admin_id, attribute, ix, op, value, expire) VALUES (:admin_id, :attribute, 0, '=', :value, 0)
  ON DUPLICATE KEY UPDATE value = VALUES(value);

-- name: second_put_absent
-- The same, unless it is there.
INSERT INTO admin_pref (Admin_id, attribute, ix, op, value, expire) VALUES (:admin_id, :attribute, 0, '=', :value, 0)
  ON CONFLICT (Admin_id, attribute, ix) DO NOTHING;

-- name: second_put_absent @mysql
INSERT INTO admin_pref (Admin_id, attribute, ix, op, value, expire) VALUES (:admin_id, :attribute, 0, '=', :value, 0)
  ON DUPLICATE KEY UPDATE value = value;

-- name: second_swap
-- Compare and set: of several who read the same value, one changes it. This is what makes codes good for once.
UPDATE admin_pref SET value = :value WHERE Admin_id = :admin_id AND attribute = :attribute AND ix = 0 AND value = :old;

-- name: second_drop
-- Removes one preference.
DELETE FROM admin_pref WHERE Admin_id = :admin_id AND attribute = :attribute;

-- name: parked_get
-- A sign-in on its way, with its administrator.
SELECT p.id_hash, p.admin_id, p.created_at, p.expires_at, p.tries, a.username, a.super, a.active
  FROM vimb_parked p JOIN admin a ON a.id = p.admin_id WHERE p.id_hash = :id_hash;

-- name: parked_add
-- The password was right.
INSERT INTO vimb_parked (id_hash, admin_id, created_at, expires_at, tries)
  VALUES (:id_hash, :admin_id, :created_at, :expires_at, 0);

-- name: parked_try
-- One more code, as long as some are left: the number of rows says whether.
UPDATE vimb_parked SET tries = tries + 1 WHERE id_hash = :id_hash AND tries < :max AND expires_at > :now;

-- name: parked_take
-- Over: whoever deletes the row goes on with it.
DELETE FROM vimb_parked WHERE id_hash = :id_hash;

-- name: parked_delete_admin
-- All of an administrator.
DELETE FROM vimb_parked WHERE admin_id = :admin_id;

-- name: parked_prune
-- Those past their end.
DELETE FROM vimb_parked WHERE expires_at <= :now;

-- name: enrolment_get
-- The secret that this browser may see.
SELECT id_hash, admin_id, sealed, expires_at FROM vimb_enrolment WHERE id_hash = :id_hash AND expires_at > :now;

-- name: enrolment_add
-- A new one.
INSERT INTO vimb_enrolment (id_hash, admin_id, sealed, expires_at) VALUES (:id_hash, :admin_id, :sealed, :expires_at);

-- name: enrolment_delete
-- Confirmed, given up, or about to be replaced.
DELETE FROM vimb_enrolment WHERE id_hash = :id_hash;

-- name: enrolment_delete_admin
-- All of an administrator.
DELETE FROM vimb_enrolment WHERE admin_id = :admin_id;

-- name: enrolment_prune
-- Those past their end.
DELETE FROM vimb_enrolment WHERE expires_at <= :now;
