-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a report reads of a database of the PHP program as it is, upstream's or the fork's. Only columns that all of them have, unless it says so.

-- name: takeover_column
-- Is there such a column? Some states of the PHP program lack some.
SELECT count(*) FROM pragma_table_info(:table_name) WHERE name = :column_name;

-- name: takeover_column @mysql
SELECT count(*) FROM information_schema.columns
  WHERE table_schema = database() AND table_name = :table_name AND column_name = :column_name;

-- name: takeover_column @pgsql
SELECT count(*) FROM information_schema.columns
  WHERE table_schema = current_schema() AND table_name = :table_name AND column_name = :column_name;

-- name: takeover_like
-- A table that ends with a name, has the column, and is called otherwise: its first name. (Of a database_prefix of PostfixAdmin.)
SELECT min(m.name) AS object FROM sqlite_master m JOIN pragma_table_info(m.name) c
  WHERE m.type = 'table' AND m.name LIKE '%' || :table_name AND m.name <> :table_name AND c.name = :column_name HAVING count(*) > 0;

-- name: takeover_like @mysql
SELECT min(table_name) AS object FROM information_schema.columns
  WHERE table_schema = database() AND table_name LIKE concat('%', :table_name) AND table_name <> :table_name AND column_name = :column_name
  HAVING count(*) > 0;

-- name: takeover_like @pgsql
SELECT min(table_name) AS object FROM information_schema.columns
  WHERE table_schema = current_schema() AND table_name LIKE '%' || :table_name AND table_name <> :table_name AND column_name = :column_name
  HAVING count(*) > 0;

-- name: takeover_mailboxes
-- All mailboxes with the name of their domain.
SELECT coalesce(m.username, '') AS username, coalesce(m.local_part, '') AS local_part, m.password, m.active, d.domain FROM mailbox m LEFT JOIN domain d ON d.id = m.Domain_id;

-- name: takeover_aliases
-- All aliases with the name of their domain.
SELECT coalesce(a.address, '') AS address, a.goto, a.active, d.domain FROM alias a LEFT JOIN domain d ON d.id = a.Domain_id;

-- name: takeover_domains
-- All domains with what their counters say and what they should. An alias that leads to itself belongs to a mailbox and is not counted.
SELECT coalesce(d.domain, '') AS domain, d.active, d.backupmx, d.mailbox_count, d.alias_count,
  (SELECT count(*) FROM mailbox m WHERE m.Domain_id = d.id) AS mailboxes,
  (SELECT count(*) FROM alias a WHERE a.Domain_id = d.id AND a.address <> a.goto) AS aliases
  FROM domain d ORDER BY d.domain;

-- name: takeover_limits
-- Domains of which one of the limits is less than none; not every state has each.
-- sort: quota d.quota
-- sort: max_quota d.max_quota
-- sort: max_mailboxes d.max_mailboxes
-- sort: max_aliases d.max_aliases
SELECT d.domain AS object, '' AS what FROM domain d WHERE {sort} < 0;

-- name: takeover_quotas
-- Quotas of mailboxes that are less than none.
SELECT m.username AS object, '' AS what FROM mailbox m WHERE m.quota < 0;

-- name: takeover_admins
-- All administrators.
SELECT a.username, a.password, a.super, a.active FROM admin a ORDER BY a.username;

-- name: takeover_factors
-- Secrets of second factors, sealed.
SELECT p.Admin_id AS admin_id, a.username, p.value FROM admin_pref p LEFT JOIN admin a ON a.id = p.Admin_id
  WHERE p.attribute = 'auth.totp.secret' AND p.value <> '' ORDER BY a.username;

-- name: takeover_deleting
-- Mailboxes that upstream was going to remove with their files.
SELECT m.username AS object, 'delete_pending' AS what FROM mailbox m WHERE m.delete_pending = 1 ORDER BY m.username;

-- name: takeover_tasks
-- The fork's tasks that wait or run. Upstream has no such table.
SELECT t.username AS object, t.status AS what FROM mailbox_task t WHERE t.status IN ('PENDING', 'RUNNING') ORDER BY t.id;

-- name: takeover_archives
-- All archives.
SELECT x.username, x.status, x.data, x.maildir_file, x.homedir_file, d.domain FROM archive x LEFT JOIN domain d ON d.id = x.Domain_id ORDER BY x.username;
