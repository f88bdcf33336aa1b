-- SPDX-License-Identifier: GPL-3.0-or-later

-- name: undo_add
-- Something is about to be removed.
INSERT INTO vimb_undo (expires_at) VALUES (:expires_at) [pgsql: RETURNING id];

-- name: undo_name
-- It was, by this entry of the trail.
UPDATE vimb_undo SET log_id = :log_id WHERE id = :undo_id;

-- name: undo_of
-- What an entry of the trail removed, while it is kept.
SELECT id FROM vimb_undo WHERE log_id = :log_id AND expires_at > :now;

-- name: undo_drop
-- It is back: nothing needs to be kept any more.
DELETE FROM vimb_undo WHERE id = :undo_id;

-- name: undo_prune
-- What was kept long enough, with all that hangs on it.
DELETE FROM vimb_undo WHERE expires_at <= :now;

-- name: undo_keep_mailbox
-- One mailbox with all its columns.
INSERT INTO vimb_undo_mailbox (undo_id, username, password, name, alt_email, quota, local_part, active, access_restriction, created, domain)
  SELECT u.id, m.username, m.password, m.name, m.alt_email, m.quota, m.local_part, m.active, m.access_restriction, m.created, d.domain
  FROM vimb_undo u JOIN mailbox m ON m.id = :id JOIN domain d ON d.id = m.Domain_id WHERE u.id = :undo_id;

-- name: undo_keep_mailboxes
-- All mailboxes of a domain.
INSERT INTO vimb_undo_mailbox (undo_id, username, password, name, alt_email, quota, local_part, active, access_restriction, created, domain)
  SELECT u.id, m.username, m.password, m.name, m.alt_email, m.quota, m.local_part, m.active, m.access_restriction, m.created, d.domain
  FROM vimb_undo u JOIN domain d ON d.id = :id JOIN mailbox m ON m.Domain_id = d.id WHERE u.id = :undo_id;

-- name: undo_keep_prefs
-- Preferences of the mailboxes kept.
INSERT INTO vimb_undo_pref (undo_id, username, attribute, ix, op, value, expire)
  SELECT k.undo_id, k.username, p.attribute, p.ix, min(p.op), min(p.value), min(p.expire) FROM vimb_undo_mailbox k
  JOIN mailbox m ON m.username = k.username JOIN mailbox_pref p ON p.Mailbox_id = m.id WHERE k.undo_id = :undo_id
  GROUP BY k.undo_id, k.username, p.attribute, p.ix;

-- name: undo_keep_directory
-- Directory entries of the mailboxes kept.
INSERT INTO vimb_undo_directory (undo_id, username,
  businessCategory, carLicense, departmentNumber, displayName, employeeNumber, employeeType, homePhone,
  homePostalAddress, initials, jpegPhoto, labeledURI, mail, manager, mobile, o, pager, preferredLanguage,
  roomNumber, secretary, personalTitle, sn, ou, title, facsimileTelephoneNumber, givenName, telephoneNumber,
  vimb_created, vimb_update)
  SELECT k.undo_id, k.username,
  e.businessCategory, e.carLicense, e.departmentNumber, e.displayName, e.employeeNumber, e.employeeType,
  e.homePhone, e.homePostalAddress, e.initials, e.jpegPhoto, e.labeledURI, e.mail, e.manager, e.mobile, e.o,
  e.pager, e.preferredLanguage, e.roomNumber, e.secretary, e.personalTitle, e.sn, e.ou, e.title,
  e.facsimileTelephoneNumber, e.givenName, e.telephoneNumber, e.vimb_created, e.vimb_update
  FROM vimb_undo_mailbox k JOIN mailbox m ON m.username = k.username JOIN directory_entry e ON e.mailbox_id = m.id
  WHERE k.undo_id = :undo_id;

-- name: undo_keep_alias
-- One alias as it was, and what is left of its targets: NULL, it was removed.
INSERT INTO vimb_undo_alias (undo_id, address, goto, goto_after, active, created, domain)
  VALUES (:undo_id, :address, :goto, :goto_after, :active, :created, :domain);

-- name: undo_keep_aliases
-- All aliases of a domain.
INSERT INTO vimb_undo_alias (undo_id, address, goto, active, created, domain)
  SELECT u.id, a.address, a.goto, a.active, a.created, d.domain
  FROM vimb_undo u JOIN domain d ON d.id = :id JOIN alias a ON a.Domain_id = d.id WHERE u.id = :undo_id;

-- name: undo_keep_alias_prefs
-- Preferences of one alias that is removed with its mailbox.
INSERT INTO vimb_undo_alias_pref (undo_id, address, attribute, ix, op, value, expire)
  SELECT k.undo_id, k.address, p.attribute, p.ix, min(p.op), min(p.value), min(p.expire) FROM vimb_undo_alias k
  JOIN alias a ON a.address = k.address JOIN alias_pref p ON p.Alias_id = a.id WHERE k.undo_id = :undo_id AND k.address = :address
  GROUP BY k.undo_id, k.address, p.attribute, p.ix;

-- name: undo_keep_aliases_prefs
-- Preferences of all aliases kept.
INSERT INTO vimb_undo_alias_pref (undo_id, address, attribute, ix, op, value, expire)
  SELECT k.undo_id, k.address, p.attribute, p.ix, min(p.op), min(p.value), min(p.expire) FROM vimb_undo_alias k
  JOIN alias a ON a.address = k.address JOIN alias_pref p ON p.Alias_id = a.id WHERE k.undo_id = :undo_id
  GROUP BY k.undo_id, k.address, p.attribute, p.ix;

-- name: undo_keep_domain
-- The domain itself.
INSERT INTO vimb_undo_domain (undo_id, domain, description, quota, transport, backupmx, active, created, max_quota, max_aliases, max_mailboxes)
  SELECT u.id, d.domain, d.description, d.quota, d.transport, d.backupmx, d.active, d.created, d.max_quota, d.max_aliases, d.max_mailboxes
  FROM vimb_undo u JOIN domain d ON d.id = :id WHERE u.id = :undo_id;

-- name: undo_keep_total
-- What its mailboxes were meant to take together.
INSERT INTO vimb_undo_total (undo_id, total)
  SELECT u.id, t.total FROM vimb_undo u JOIN vimb_domain_total t ON t.domain_id = :id WHERE u.id = :undo_id;

-- name: undo_keep_admins
-- Who looked after the domain.
INSERT INTO vimb_undo_admin (undo_id, admin_id)
  SELECT u.id, x.Admin_id FROM vimb_undo u JOIN domain_admins x ON x.Domain_id = :id WHERE u.id = :undo_id;

-- name: undo_mailbox
-- The one mailbox that was removed, as a row that could be added again; domain_id 0: its domain is gone.
SELECT k.username, k.password, k.name, k.alt_email, k.quota, k.local_part, k.active, k.access_restriction, k.created, k.domain, d.id AS domain_id,
  d.active AS domain_active FROM vimb_undo_mailbox k LEFT JOIN domain d ON d.domain = k.domain WHERE k.undo_id = :undo_id;

-- name: undo_domain
-- The domain that was removed.
SELECT k.domain, k.description, k.quota, k.transport, k.backupmx, k.active, k.created, k.max_quota, k.max_aliases, k.max_mailboxes,
  coalesce(t.total, 0) AS total_quota FROM vimb_undo_domain k LEFT JOIN vimb_undo_total t ON t.undo_id = k.undo_id WHERE k.undo_id = :undo_id;

-- name: undo_aliases
-- Aliases that were removed or cut, with what stands at their address now.
SELECT k.address, k.goto, k.goto_after, k.active, k.created, k.domain, d.id AS domain_id, a.id, a.goto AS goto_now, a.active AS active_now
  FROM vimb_undo_alias k LEFT JOIN domain d ON d.domain = k.domain LEFT JOIN alias a ON a.address = k.address
  WHERE k.undo_id = :undo_id ORDER BY k.address LIMIT :limit;

-- name: undo_taken
-- An address of what was removed that is somebody else's now.
SELECT min(t.address) AS address FROM (SELECT k.username AS address FROM vimb_undo_mailbox k JOIN mailbox m ON m.username = k.username
  WHERE k.undo_id = :undo_id UNION ALL SELECT k.address FROM vimb_undo_alias k JOIN alias a ON a.address = k.address WHERE k.undo_id = :undo_id) t;

-- name: undo_put_mailboxes
-- Mailboxes of a domain that is there again.
INSERT INTO mailbox (username, password, name, alt_email, quota, local_part, active, access_restriction, created, delete_pending, Domain_id)
  SELECT k.username, k.password, k.name, k.alt_email, k.quota, k.local_part, k.active, k.access_restriction, k.created, 0, d.id
  FROM vimb_undo_mailbox k JOIN domain d ON d.domain = k.domain WHERE k.undo_id = :undo_id;

-- name: undo_put_prefs
-- Their preferences.
INSERT INTO mailbox_pref (attribute, ix, op, value, expire, Mailbox_id)
  SELECT p.attribute, p.ix, p.op, p.value, p.expire, m.id FROM vimb_undo_pref p JOIN mailbox m ON m.username = p.username
  WHERE p.undo_id = :undo_id;

-- name: undo_put_directory
-- Their directory entries.
INSERT INTO directory_entry (mailbox_id,
  businessCategory, carLicense, departmentNumber, displayName, employeeNumber, employeeType, homePhone,
  homePostalAddress, initials, jpegPhoto, labeledURI, mail, manager, mobile, o, pager, preferredLanguage,
  roomNumber, secretary, personalTitle, sn, ou, title, facsimileTelephoneNumber, givenName, telephoneNumber,
  vimb_created, vimb_update)
  SELECT m.id,
  e.businessCategory, e.carLicense, e.departmentNumber, e.displayName, e.employeeNumber, e.employeeType,
  e.homePhone, e.homePostalAddress, e.initials, e.jpegPhoto, e.labeledURI, e.mail, e.manager, e.mobile, e.o,
  e.pager, e.preferredLanguage, e.roomNumber, e.secretary, e.personalTitle, e.sn, e.ou, e.title,
  e.facsimileTelephoneNumber, e.givenName, e.telephoneNumber, e.vimb_created, e.vimb_update
  FROM vimb_undo_directory e JOIN mailbox m ON m.username = e.username WHERE e.undo_id = :undo_id;

-- name: undo_put_aliases
-- Aliases of a domain that is there again.
INSERT INTO alias (address, goto, active, created, Domain_id)
  SELECT k.address, k.goto, k.active, k.created, d.id FROM vimb_undo_alias k JOIN domain d ON d.domain = k.domain WHERE k.undo_id = :undo_id;

-- name: undo_put_alias_prefs
-- Preferences of one alias that is there again.
INSERT INTO alias_pref (attribute, ix, op, value, expire, Alias_id)
  SELECT p.attribute, p.ix, p.op, p.value, p.expire, a.id FROM vimb_undo_alias_pref p JOIN alias a ON a.id = :id
  WHERE p.undo_id = :undo_id AND p.address = a.address;

-- name: undo_put_aliases_prefs
-- Preferences of all aliases that are there again.
INSERT INTO alias_pref (attribute, ix, op, value, expire, Alias_id)
  SELECT p.attribute, p.ix, p.op, p.value, p.expire, a.id FROM vimb_undo_alias_pref p JOIN alias a ON a.address = p.address
  WHERE p.undo_id = :undo_id;

-- name: undo_put_admins
-- Who looked after the domain and is still there.
INSERT INTO domain_admins (Admin_id, Domain_id)
  SELECT a.id, d.id FROM vimb_undo_admin k JOIN admin a ON a.id = k.admin_id JOIN domain d ON d.id = :id WHERE k.undo_id = :undo_id;

-- name: undo_recount
-- The counters of a domain that is there again.
UPDATE domain SET mailbox_count = (SELECT count(*) FROM mailbox m WHERE m.Domain_id = :id),
  alias_count = (SELECT count(*) FROM alias a WHERE a.Domain_id = :id AND a.address <> a.goto) WHERE id = :id;
