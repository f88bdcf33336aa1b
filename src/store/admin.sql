-- SPDX-License-Identifier: GPL-3.0-or-later

-- name: admin_get
-- One administrator by id.
SELECT a.id, a.username, a.password, a.super, a.active, a.created, a.modified, a.last_login,
  (SELECT count(*) FROM domain_admins x WHERE x.Admin_id = a.id) AS domains,
  (SELECT count(*) FROM vimb_invite i WHERE i.admin_id = a.id) AS invited FROM admin a WHERE a.id = :id;

-- name: admin_find
-- One administrator by user name.
SELECT a.id, a.username, a.password, a.super, a.active, a.created, a.modified, a.last_login,
  (SELECT count(*) FROM domain_admins x WHERE x.Admin_id = a.id) AS domains,
  (SELECT count(*) FROM vimb_invite i WHERE i.admin_id = a.id) AS invited FROM admin a WHERE a.username = :username;

-- name: admin_add
-- A new administrator.
INSERT INTO admin (username, password, super, active, created) VALUES (:username, :password, :super, :active, :created)
  [pgsql: RETURNING id];

-- name: admin_add_first
-- The first administrator, only while there is none.
INSERT INTO admin (username, password, super, active, created)
  SELECT :username, :password, :super, :active, :created WHERE NOT EXISTS (SELECT 1 FROM admin);

-- name: admin_add_first @pgsql
INSERT INTO admin (username, password, super, active, created)
  SELECT :username, :password, cast(:super AS SMALLINT), cast(:active AS SMALLINT), cast(:created AS TIMESTAMP)
  WHERE NOT EXISTS (SELECT 1 FROM admin);

-- name: admin_rights
-- Super and active, unless that would leave no active super. (MySQL reads the table it changes only in a derived table of its own, which LIMIT makes it.)
UPDATE admin SET super = :super, active = :active, modified = :modified WHERE id = :id AND
  ((:super = 1 AND :active = 1) OR super = 0 OR active = 0 OR
  EXISTS (SELECT 1 FROM (SELECT o.id FROM admin o WHERE o.id <> :id AND o.super = 1 AND o.active = 1 LIMIT 1) other));

-- name: admin_password
-- A new password.
UPDATE admin SET password = :password, modified = :modified WHERE id = :id;

-- name: admin_invited
-- Has not chosen a password yet; a link was made now.
INSERT INTO vimb_invite (admin_id, invited_at) VALUES (:id, :now) ON CONFLICT (admin_id) DO UPDATE SET invited_at = excluded.invited_at;

-- name: admin_invited @mysql
INSERT INTO vimb_invite (admin_id, invited_at) VALUES (:id, :now) ON DUPLICATE KEY UPDATE invited_at = VALUES(invited_at);

-- name: admin_chose
-- Has a password of its own now.
DELETE FROM vimb_invite WHERE admin_id = :id;

-- name: admin_lock
-- Until the transaction ends nobody else does what needs this row.
SELECT a.id FROM admin a WHERE a.id = :id [mysql: FOR UPDATE] [pgsql: FOR UPDATE];

-- name: admin_rehash
-- A stronger hash of the same password, unless the password was changed meanwhile.
UPDATE admin SET password = :new WHERE id = :id AND password = :old;

-- name: admin_last_login
-- Stamps a completed sign-in.
UPDATE admin SET last_login = :last_login WHERE id = :id;

-- name: admin_unlink_log
-- The trail outlives the administrator.
UPDATE log SET Admin_id = NULL WHERE Admin_id = :id;

-- name: admin_unlink_archive
-- Archives outlive the administrator.
UPDATE archive SET Admin_id = NULL WHERE Admin_id = :id;

-- name: admin_delete_remember
-- Upstream's cookies.
DELETE FROM remember_me WHERE Admin_id = :id;

-- name: admin_delete_domains
-- Assignments.
DELETE FROM domain_admins WHERE Admin_id = :id;

-- name: admin_delete
-- The administrator, unless it is the last active super; preferences and sessions go by cascade.
DELETE FROM admin WHERE id = :id AND (super = 0 OR active = 0 OR
  EXISTS (SELECT 1 FROM (SELECT o.id FROM admin o WHERE o.id <> :id AND o.super = 1 AND o.active = 1 LIMIT 1) other));

-- name: admin_list
-- One page of administrators.
-- sort: username coalesce(a.username, '')
SELECT a.id, a.username, a.super, a.active, a.created, a.modified, a.last_login,
  (SELECT count(*) FROM domain_admins x WHERE x.Admin_id = a.id) AS domains,
  (SELECT count(*) FROM vimb_invite i WHERE i.admin_id = a.id) AS invited
  FROM admin a WHERE (:active < 0 OR a.active = :active)
  [domain: AND a.id IN (SELECT Admin_id FROM domain_admins WHERE Domain_id = :domain_id)]
  [search: AND lower(a.username) LIKE lower(:like) ESCAPE '!']
  [after: AND ({sort}, a.id) {cmp} (:key, :key_id)]
  ORDER BY {sort} {dir}, a.id {dir} LIMIT :limit;

-- name: admin_count
-- How many administrators a list has.
SELECT count(*) FROM admin a WHERE (:active < 0 OR a.active = :active)
  [domain: AND a.id IN (SELECT Admin_id FROM domain_admins WHERE Domain_id = :domain_id)]
  [search: AND lower(a.username) LIKE lower(:like) ESCAPE '!'];

-- name: admin_number
-- How many administrators there are at all.
SELECT count(*) FROM (SELECT 1 FROM admin LIMIT 1) found;

-- name: admin_has_domain
-- Does the administrator manage the domain?
SELECT count(*) FROM domain_admins WHERE Admin_id = :id AND Domain_id = :domain_id;

-- name: admin_domains
-- Domains of an administrator.
SELECT d.id, d.domain, d.description, d.transport, d.backupmx, d.active, d.max_aliases, d.max_mailboxes, d.max_quota, d.quota,
  d.alias_count, d.mailbox_count, d.created, d.modified,
  coalesce((SELECT t.total FROM vimb_domain_total t WHERE t.domain_id = d.id), 0) AS total_quota
  FROM domain d JOIN domain_admins x ON x.Domain_id = d.id WHERE x.Admin_id = :id ORDER BY d.domain LIMIT :limit;

-- name: admin_second_factor
-- Is a second factor enrolled? It counts as enrolled even where it cannot be read.
SELECT count(*) FROM admin_pref WHERE Admin_id = :id AND attribute = 'auth.totp.secret' AND value <> '';

-- name: admin_forget_second_factor
-- The secret, its backup codes and the last slice used.
DELETE FROM admin_pref WHERE Admin_id = :id AND attribute IN ('auth.totp.secret', 'auth.totp.backup', 'auth.totp.lastts');

-- name: admin_supers
-- Active supers, for telling them something.
SELECT a.id, a.username FROM admin a WHERE a.super = 1 AND a.active = 1 ORDER BY a.id LIMIT :limit;
