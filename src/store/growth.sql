-- SPDX-License-Identifier: GPL-3.0-or-later

-- name: growth_seen
-- Was the day taken down?
SELECT count(*) FROM vimb_growth WHERE day = :day;

-- name: growth_figures
-- What the next domains have now; sums no more than a number holds, exact up to 2^53 bytes.
SELECT d.id AS domain_id, 1 AS domains, d.mailbox_count AS mailboxes, d.alias_count AS aliases,
  (SELECT cast(min(total(max(q.bytes, 0)), 9223372036854774784.0) AS INTEGER) FROM mailbox m JOIN dovecot_quota q ON q.username = m.username
    WHERE m.Domain_id = d.id) AS used,
  (SELECT cast(min(total(max(m.quota, 0)), 9223372036854774784.0) AS INTEGER) FROM mailbox m WHERE m.Domain_id = d.id) AS allotted
  FROM domain d WHERE d.id > :after ORDER BY d.id LIMIT :limit;

-- name: growth_figures @mysql
SELECT d.id AS domain_id, 1 AS domains, d.mailbox_count AS mailboxes, d.alias_count AS aliases,
  (SELECT cast(least(coalesce(sum(greatest(q.bytes, 0)), 0), 9223372036854775807) AS SIGNED) FROM mailbox m JOIN dovecot_quota q ON q.username = m.username
    WHERE m.Domain_id = d.id) AS used,
  (SELECT cast(least(coalesce(sum(greatest(m.quota, 0)), 0), 9223372036854775807) AS SIGNED) FROM mailbox m WHERE m.Domain_id = d.id) AS allotted
  FROM domain d WHERE d.id > :after ORDER BY d.id LIMIT :limit;

-- name: growth_figures @pgsql
SELECT d.id AS domain_id, 1 AS domains, d.mailbox_count AS mailboxes, d.alias_count AS aliases,
  (SELECT cast(least(coalesce(sum(greatest(q.bytes, 0)), 0), 9223372036854775807) AS BIGINT) FROM mailbox m JOIN dovecot_quota q ON q.username = m.username
    WHERE m.Domain_id = d.id) AS used,
  (SELECT cast(least(coalesce(sum(greatest(m.quota, 0)), 0), 9223372036854775807) AS BIGINT) FROM mailbox m WHERE m.Domain_id = d.id) AS allotted
  FROM domain d WHERE d.id > :after ORDER BY d.id LIMIT :limit;

-- name: growth_put_domain
-- A domain's day; nothing when it is there, or the domain no longer.
INSERT INTO vimb_growth_domain (domain_id, day, mailboxes, aliases, used, allotted)
  SELECT d.id, :day, :mailboxes, :aliases, :used, :allotted FROM domain d WHERE d.id = :domain_id
  ON CONFLICT (domain_id, day) DO NOTHING;

-- name: growth_put_domain @mysql
INSERT INTO vimb_growth_domain (domain_id, day, mailboxes, aliases, used, allotted)
  SELECT d.id, :day, :mailboxes, :aliases, :used, :allotted FROM domain d WHERE d.id = :domain_id
  ON DUPLICATE KEY UPDATE day = vimb_growth_domain.day;

-- name: growth_put_domain @pgsql
INSERT INTO vimb_growth_domain (domain_id, day, mailboxes, aliases, used, allotted)
  SELECT d.id, cast(:day AS BIGINT), cast(:mailboxes AS BIGINT), cast(:aliases AS BIGINT), cast(:used AS BIGINT), cast(:allotted AS BIGINT)
  FROM domain d WHERE d.id = :domain_id
  ON CONFLICT (domain_id, day) DO NOTHING;

-- name: growth_put
-- The installation's day; nothing when it is there.
INSERT INTO vimb_growth (day, domains, mailboxes, aliases, used, allotted) VALUES (:day, :domains, :mailboxes, :aliases, :used, :allotted)
  ON CONFLICT (day) DO NOTHING;

-- name: growth_put @mysql
INSERT INTO vimb_growth (day, domains, mailboxes, aliases, used, allotted) VALUES (:day, :domains, :mailboxes, :aliases, :used, :allotted)
  ON DUPLICATE KEY UPDATE day = day;

-- name: growth_thin
-- The installation's old days: one in so many stays for long.
DELETE FROM vimb_growth WHERE day < :ended OR (day < :thinned AND day % :every <> 0);

-- name: growth_thin_domains
-- The domains'. Of those that are thinned out only what lately became old is looked at.
DELETE FROM vimb_growth_domain WHERE day < :ended OR (day < :thinned AND day >= :looked AND day % :every <> 0);

-- name: growth_all
-- The installation, day by day.
SELECT day, domains, mailboxes, aliases, used, allotted FROM vimb_growth WHERE day >= :since ORDER BY day LIMIT :limit;

-- name: growth_mine
-- An administrator's domains together.
SELECT g.day, count(*) AS domains, sum(g.mailboxes) AS mailboxes, sum(g.aliases) AS aliases,
  cast(min(total(g.used), 9223372036854774784.0) AS INTEGER) AS used, cast(min(total(g.allotted), 9223372036854774784.0) AS INTEGER) AS allotted
  FROM vimb_growth_domain g WHERE {mine g.domain_id} AND g.day >= :since GROUP BY g.day ORDER BY g.day LIMIT :limit;

-- name: growth_mine @mysql
SELECT g.day, count(*) AS domains, cast(sum(g.mailboxes) AS SIGNED) AS mailboxes, cast(sum(g.aliases) AS SIGNED) AS aliases,
  cast(least(sum(g.used), 9223372036854775807) AS SIGNED) AS used, cast(least(sum(g.allotted), 9223372036854775807) AS SIGNED) AS allotted
  FROM vimb_growth_domain g WHERE {mine g.domain_id} AND g.day >= :since GROUP BY g.day ORDER BY g.day LIMIT :limit;

-- name: growth_mine @pgsql
SELECT g.day, count(*) AS domains, cast(sum(g.mailboxes) AS BIGINT) AS mailboxes, cast(sum(g.aliases) AS BIGINT) AS aliases,
  cast(least(sum(g.used), 9223372036854775807) AS BIGINT) AS used, cast(least(sum(g.allotted), 9223372036854775807) AS BIGINT) AS allotted
  FROM vimb_growth_domain g WHERE {mine g.domain_id} AND g.day >= :since GROUP BY g.day ORDER BY g.day LIMIT :limit;
