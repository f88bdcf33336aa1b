-- SPDX-License-Identifier: GPL-3.0-or-later

-- name: domain_get
-- One domain by its id.
SELECT id, domain, description, transport, backupmx, active, max_aliases, max_mailboxes, max_quota, quota, alias_count,
  mailbox_count, created, modified,
  coalesce((SELECT t.total FROM vimb_domain_total t WHERE t.domain_id = domain.id), 0) AS total_quota FROM domain WHERE id = :id;

-- name: domain_find
-- One domain by its name.
SELECT id, domain, description, transport, backupmx, active, max_aliases, max_mailboxes, max_quota, quota, alias_count,
  mailbox_count, created, modified,
  coalesce((SELECT t.total FROM vimb_domain_total t WHERE t.domain_id = domain.id), 0) AS total_quota FROM domain WHERE domain = :domain;

-- name: domain_find_for
-- One domain by its name, if it is among those of an administrator.
SELECT id, domain, description, transport, backupmx, active, max_aliases, max_mailboxes, max_quota, quota, alias_count,
  mailbox_count, created, modified,
  coalesce((SELECT t.total FROM vimb_domain_total t WHERE t.domain_id = domain.id), 0) AS total_quota FROM domain WHERE domain = :domain
  AND (:scope = 0 OR {mine id});

-- name: domain_add
-- A new domain; the counters start at zero.
INSERT INTO domain (domain, description, transport, backupmx, active, max_aliases, max_mailboxes, max_quota, quota,
  alias_count, mailbox_count, created)
  VALUES (:domain, :description, :transport, :backupmx, :active, :max_aliases, :max_mailboxes, :max_quota, :quota, 0, 0,
  :created) [pgsql: RETURNING id];

-- name: domain_put
-- All that an edit may change.
UPDATE domain SET description = :description, transport = :transport, backupmx = :backupmx, active = :active,
  max_aliases = :max_aliases, max_mailboxes = :max_mailboxes, max_quota = :max_quota, quota = :quota, modified = :modified
  WHERE id = :id;

-- name: domain_total_put
-- What its mailboxes are meant to take together.
INSERT INTO vimb_domain_total (domain_id, total) VALUES (:id, :total_quota)
  ON CONFLICT (domain_id) DO UPDATE SET total = excluded.total;

-- name: domain_total_put @mysql
INSERT INTO vimb_domain_total (domain_id, total) VALUES (:id, :total_quota)
  ON DUPLICATE KEY UPDATE total = VALUES(total);

-- name: domain_total_drop
-- Nothing is said of that any more.
DELETE FROM vimb_domain_total WHERE domain_id = :id;

-- name: domain_allotted
-- The sum of its mailboxes' quotas, no more than a number holds; exact up to 2^53 bytes.
SELECT cast(min(total(max(m.quota, 0)), 9223372036854774784.0) AS INTEGER) FROM mailbox m WHERE m.Domain_id = :id;

-- name: domain_allotted @mysql
SELECT cast(least(coalesce(sum(greatest(m.quota, 0)), 0), 9223372036854775807) AS SIGNED) FROM mailbox m WHERE m.Domain_id = :id;

-- name: domain_allotted @pgsql
SELECT cast(least(coalesce(sum(greatest(m.quota, 0)), 0), 9223372036854775807) AS BIGINT) FROM mailbox m WHERE m.Domain_id = :id;

-- name: domain_allotted_now
-- The same for who is about to change it: as it is, not as it was when the transaction began.
SELECT cast(min(total(m.quota), 9223372036854774784.0) AS INTEGER) FROM mailbox m WHERE m.Domain_id = :id;

-- name: domain_allotted_now @mysql
SELECT cast(least(coalesce(sum(m.quota), 0), 9223372036854775807) AS SIGNED) FROM mailbox m WHERE m.Domain_id = :id LOCK IN SHARE MODE;

-- name: domain_allotted_now @pgsql
SELECT cast(least(coalesce(sum(m.quota), 0), 9223372036854775807) AS BIGINT) FROM mailbox m WHERE m.Domain_id = :id;

-- name: domain_list
-- One page of domains. There are thousands at most, so a sorting without an index of its own is a short sort.
-- sort: domain d.domain
-- sort: mailbox_count d.mailbox_count
-- sort: alias_count d.alias_count
-- sort: quota d.quota
-- sort: created d.created
SELECT d.id, d.domain, d.description, d.transport, d.backupmx, d.active, d.max_aliases, d.max_mailboxes, d.max_quota, d.quota,
  d.alias_count, d.mailbox_count, d.created, d.modified,
  coalesce((SELECT t.total FROM vimb_domain_total t WHERE t.domain_id = d.id), 0) AS total_quota
  FROM domain d
  WHERE (:active < 0 OR d.active = :active)
  AND (:alone = 0 OR NOT EXISTS (SELECT 1 FROM domain_admins x WHERE x.Domain_id = d.id))
  [scope: AND {mine d.id}]
  [domain: AND d.id = :domain_id]
  [search: AND (lower(d.domain) LIKE lower(:like) ESCAPE '!' OR lower(d.description) LIKE lower(:like) ESCAPE '!' OR lower(d.transport) LIKE lower(:like) ESCAPE '!')]
  [after: AND ({sort}, d.id) {cmp} (:key, :key_id)]
  ORDER BY {sort} {dir}, d.id {dir} LIMIT :limit;

-- name: domain_count
-- How many domains a list has in all.
SELECT count(*) FROM domain d
  WHERE (:active < 0 OR d.active = :active)
  AND (:alone = 0 OR NOT EXISTS (SELECT 1 FROM domain_admins x WHERE x.Domain_id = d.id))
  [scope: AND {mine d.id}]
  [domain: AND d.id = :domain_id]
  [search: AND (lower(d.domain) LIKE lower(:like) ESCAPE '!' OR lower(d.description) LIKE lower(:like) ESCAPE '!' OR lower(d.transport) LIKE lower(:like) ESCAPE '!')];

-- name: domain_take_mailbox
-- Room for one mailbox more, decided and taken in one statement.
UPDATE domain SET mailbox_count = mailbox_count + 1
  WHERE id = :id AND (:limited = 0 OR max_mailboxes <= 0 OR mailbox_count < max_mailboxes);

-- name: domain_take_alias
-- Room for one alias more, decided and taken in one statement.
UPDATE domain SET alias_count = alias_count + 1
  WHERE id = :id AND (:limited = 0 OR max_aliases <= 0 OR alias_count < max_aliases);

-- name: domain_count_mailbox
-- Corrects the number of mailboxes, never below zero.
UPDATE domain SET mailbox_count = CASE WHEN mailbox_count + :delta < 0 THEN 0 ELSE mailbox_count + :delta END WHERE id = :id;

-- name: domain_count_alias
-- Corrects the number of aliases, never below zero.
UPDATE domain SET alias_count = CASE WHEN alias_count + :delta < 0 THEN 0 ELSE alias_count + :delta END WHERE id = :id;

-- name: domain_drifted
-- Domains whose numbers are not those of their rows; an alias that leads to itself does not count.
SELECT x.id, x.domain, x.mailbox_count, x.alias_count, x.mailboxes, x.aliases FROM
  (SELECT d.id, d.domain, d.mailbox_count, d.alias_count, (SELECT count(*) FROM mailbox m WHERE m.Domain_id = d.id) AS mailboxes,
    (SELECT count(*) FROM alias a WHERE a.Domain_id = d.id AND a.address <> a.goto) AS aliases FROM domain d WHERE d.id > :after) x
  WHERE x.mailbox_count <> x.mailboxes OR x.alias_count <> x.aliases ORDER BY x.id LIMIT :limit;

-- name: domain_counted
-- The same of one domain, whatever its numbers are.
SELECT d.id, d.domain, d.mailbox_count, d.alias_count, (SELECT count(*) FROM mailbox m WHERE m.Domain_id = d.id) AS mailboxes,
  (SELECT count(*) FROM alias a WHERE a.Domain_id = d.id AND a.address <> a.goto) AS aliases FROM domain d WHERE d.id = :id;

-- name: domain_recount
-- Its numbers are these.
UPDATE domain SET mailbox_count = :mailboxes, alias_count = :aliases WHERE id = :id;

-- name: domain_impact
-- What goes with a domain.
SELECT (SELECT count(*) FROM mailbox WHERE Domain_id = :id) AS mailboxes,
  (SELECT count(*) FROM alias WHERE Domain_id = :id) AS aliases,
  (SELECT count(*) FROM domain_admins WHERE Domain_id = :id) AS admins;

-- name: domain_usage
-- What its mailboxes take together, no more than a number holds; counted 0: nothing is added up. Exact up to 2^53 bytes. Behind that, which is day 0,
-- what there was on the days since.
SELECT 0 AS day, 0 AS mailboxes, 0 AS aliases, (SELECT count(*) FROM domain_admins WHERE Domain_id = :id) AS admins,
  cast(min(total(max(q.bytes, 0)), 9223372036854774784.0) AS INTEGER) AS used,
  cast(min(total(max(m.quota, 0)), 9223372036854774784.0) AS INTEGER) AS allotted, coalesce(sum(CASE WHEN m.quota <= 0 THEN 1 ELSE 0 END), 0) AS unlimited
  FROM mailbox m LEFT JOIN dovecot_quota q ON q.username = m.username WHERE m.Domain_id = :counted
UNION ALL
SELECT g.day, g.mailboxes, g.aliases, 0, g.used, g.allotted, 0 FROM vimb_growth_domain g WHERE g.domain_id = :id AND g.day >= :since
  ORDER BY day LIMIT :limit;

-- name: domain_usage @mysql
SELECT 0 AS day, 0 AS mailboxes, 0 AS aliases, (SELECT count(*) FROM domain_admins WHERE Domain_id = :id) AS admins,
  cast(least(coalesce(sum(greatest(q.bytes, 0)), 0), 9223372036854775807) AS SIGNED) AS used,
  cast(least(coalesce(sum(greatest(m.quota, 0)), 0), 9223372036854775807) AS SIGNED) AS allotted, coalesce(sum(CASE WHEN m.quota <= 0 THEN 1 ELSE 0 END), 0) AS unlimited
  FROM mailbox m LEFT JOIN dovecot_quota q ON q.username = m.username WHERE m.Domain_id = :counted
UNION ALL
SELECT g.day, g.mailboxes, g.aliases, 0, g.used, g.allotted, 0 FROM vimb_growth_domain g WHERE g.domain_id = :id AND g.day >= :since
  ORDER BY day LIMIT :limit;

-- name: domain_usage @pgsql
SELECT cast(0 AS BIGINT) AS day, cast(0 AS BIGINT) AS mailboxes, cast(0 AS BIGINT) AS aliases, (SELECT count(*) FROM domain_admins WHERE Domain_id = :id) AS admins,
  cast(least(coalesce(sum(greatest(q.bytes, 0)), 0), 9223372036854775807) AS BIGINT) AS used,
  cast(least(coalesce(sum(greatest(m.quota, 0)), 0), 9223372036854775807) AS BIGINT) AS allotted, coalesce(sum(CASE WHEN m.quota <= 0 THEN 1 ELSE 0 END), 0) AS unlimited
  FROM mailbox m LEFT JOIN dovecot_quota q ON q.username = m.username WHERE m.Domain_id = :counted
UNION ALL
SELECT g.day, g.mailboxes, g.aliases, 0, g.used, g.allotted, 0 FROM vimb_growth_domain g WHERE g.domain_id = :id AND g.day >= :since
  ORDER BY day LIMIT :limit;

-- name: domain_over
-- Mailboxes that may take more than a largest quota that is to be.
SELECT count(*) FROM mailbox m WHERE m.Domain_id = :id AND (m.quota <= 0 OR m.quota > :max_quota);

-- name: domain_unlink_log
-- The trail outlives the domain.
UPDATE log SET Domain_id = NULL WHERE Domain_id = :id;

-- name: domain_unlink_archive
-- Archives outlive the domain.
UPDATE archive SET Domain_id = NULL WHERE Domain_id = :id;

-- name: domain_delete_aliases
-- Preferences and targets go by cascade.
DELETE FROM alias WHERE Domain_id = :id;

-- name: domain_delete_mailboxes
-- Preferences, directory entries and Dovecot's rows go by cascade.
DELETE FROM mailbox WHERE Domain_id = :id;

-- name: domain_delete_admins
-- Assignments of the domain.
DELETE FROM domain_admins WHERE Domain_id = :id;

-- name: domain_delete
-- The domain itself; its preferences go by cascade.
DELETE FROM domain WHERE id = :id;

-- name: domain_admins_assigned
-- Administrators of a domain.
SELECT a.id, a.username, a.super, a.active FROM admin a JOIN domain_admins x ON x.Admin_id = a.id
  WHERE x.Domain_id = :id ORDER BY a.username LIMIT :limit;

-- name: domain_admins_possible
-- Administrators who are no supers and could be assigned.
SELECT a.id, a.username, a.super, a.active FROM admin a
  WHERE a.super = 0 AND NOT EXISTS (SELECT 1 FROM domain_admins x WHERE x.Admin_id = a.id AND x.Domain_id = :id)
  ORDER BY a.username LIMIT :limit;

-- name: domain_hold
-- Switched off by a super administrator: only such a one switches it on.
INSERT INTO vimb_domain_held (domain_id) VALUES (:id) ON CONFLICT (domain_id) DO NOTHING;

-- name: domain_hold @mysql
INSERT INTO vimb_domain_held (domain_id) VALUES (:id) ON DUPLICATE KEY UPDATE domain_id = domain_id;

-- name: domain_release
-- Switched on again.
DELETE FROM vimb_domain_held WHERE domain_id = :id;

-- name: domain_held
-- Was it switched off by a super administrator?
SELECT count(*) FROM vimb_domain_held WHERE domain_id = :id;

-- name: domain_assign
-- Lets an administrator manage a domain.
INSERT INTO domain_admins (Admin_id, Domain_id) VALUES (:admin_id, :id);

-- name: domain_unassign
-- Takes a domain from an administrator.
DELETE FROM domain_admins WHERE Admin_id = :admin_id AND Domain_id = :id;
