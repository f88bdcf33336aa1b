-- SPDX-License-Identifier: GPL-3.0-or-later

-- name: doctor_strong
-- Rights that the panel's database user has and does not need: to change or remove rows of the trail, and tables.
SELECT 0;

-- name: doctor_strong @mysql
SELECT count(*) FROM (
  SELECT privilege_type, grantee FROM information_schema.user_privileges
  UNION ALL SELECT privilege_type, grantee FROM information_schema.schema_privileges WHERE database() LIKE table_schema
  UNION ALL SELECT privilege_type, grantee FROM information_schema.table_privileges
    WHERE table_schema = database() AND table_name IN ('log', 'vimb_audit', 'vimb_seal')) p
  WHERE replace(p.grantee, char(39), '') = current_user()
  AND p.privilege_type IN ('UPDATE', 'DELETE', 'DROP', 'ALTER', 'CREATE USER', 'FILE', 'SUPER', 'RELOAD');

-- name: doctor_strong @pgsql
SELECT CAST(has_table_privilege('log', 'DELETE') AS INT) + CAST(has_table_privilege('log', 'UPDATE') AS INT)
  + CAST(has_table_privilege('vimb_audit', 'DELETE') AS INT) + CAST(has_table_privilege('vimb_audit', 'UPDATE') AS INT)
  + CAST(has_schema_privilege(current_schema(), 'CREATE') AS INT);

-- name: doctor_supers
-- Supers who can sign in; `bare`: of these, who have no second factor.
SELECT count(*) FROM admin a WHERE a.super = 1 AND a.active = 1
  [bare: AND NOT EXISTS (SELECT 1 FROM admin_pref p WHERE p.Admin_id = a.id AND p.attribute = 'auth.totp.secret' AND p.value <> '')
    AND NOT EXISTS (SELECT 1 FROM vimb_passkey k WHERE k.admin_id = a.id)];

-- name: doctor_tokens
-- Tokens of the API that may do all, from anywhere or for ever.
SELECT count(*) FROM mcp_token WHERE revoked = 0
  AND (scope LIKE '%*%' OR scope LIKE '%write%') AND (expires_at IS NULL OR allowed_ips IS NULL OR allowed_ips = '');

-- name: doctor_hashes
-- Passwords of mailboxes that whoever reads the database can use as they are, or find out in no time.
SELECT count(*) FROM mailbox WHERE password LIKE '{PLAIN%' OR password LIKE '{CLEAR%' OR password LIKE '{MD5}%' OR password LIKE '{PLAIN-MD5}%'
  OR password LIKE '{SHA}%' OR password LIKE '{CRAM-MD5}%' OR password LIKE '$1$%' OR password LIKE '{MD5-CRYPT}%' OR password = '';

-- name: doctor_late_jobs
-- Work that should have begun before a time.
SELECT count(*) FROM vimb_job WHERE state = 'waiting' AND run_at < :before AND (lease_until IS NULL OR lease_until < :before);

-- name: doctor_failed_jobs
-- Work that was given up since a time.
SELECT count(*) FROM vimb_job WHERE state = 'failed' AND finished_at > :since;
