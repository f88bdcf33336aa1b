-- SPDX-License-Identifier: GPL-3.0-or-later

-- name: overview_counts
-- Numbers of the first page, out of the domains' counters; now 0: nothing is told of sessions and refusals.
SELECT count(*) AS domains, coalesce(sum(d.mailbox_count), 0) AS mailboxes, coalesce(sum(d.alias_count), 0) AS aliases,
  coalesce(sum(CASE WHEN d.active = 0 THEN 1 ELSE 0 END), 0) AS domains_off,
  coalesce(sum(CASE WHEN EXISTS (SELECT 1 FROM domain_admins x WHERE x.Domain_id = d.id) THEN 0 ELSE 1 END), 0) AS domains_alone,
  (SELECT count(*) FROM vimb_session s WHERE s.expires_at > :now AND :now > 0) AS sessions,
  (SELECT count(*) FROM vimb_attempt t WHERE t.locked_until > :now AND :now > 0) AS locked
  FROM domain d WHERE (:scope = 0 OR {mine d.id});

-- name: overview_items
-- The domains with the most mailboxes; and, where they are looked for, domains whose mailboxes have more together than they are meant to, boxes
-- nearly full, and aliases in force that lead to an address of ours that nobody has. These look at every box: not for very large installations.
SELECT * FROM (SELECT 'domain' AS kind, d.id, d.domain AS name, '' AS detail, d.mailbox_count AS n, d.max_mailboxes AS of_n FROM domain d
  WHERE (:scope = 0 OR {mine d.id})
  ORDER BY d.mailbox_count DESC, d.domain LIMIT :limit) e
UNION ALL
SELECT * FROM (SELECT 'over' AS kind, d.id, d.domain AS name, '' AS detail,
  cast(min(total(max(m.quota, 0)), 9223372036854774784.0) AS INTEGER) AS n, o.total AS of_n
  FROM vimb_domain_total o JOIN domain d ON d.id = o.domain_id JOIN mailbox m ON m.Domain_id = d.id
  WHERE :looked = 1 AND (:scope = 0 OR {mine d.id})
  GROUP BY d.id, d.domain, o.total HAVING total(max(m.quota, 0)) > o.total
  ORDER BY d.domain LIMIT :limit) h
UNION ALL
SELECT * FROM (SELECT 'full' AS kind, m.id, m.username AS name, '' AS detail, q.bytes AS n, m.quota AS of_n
  FROM dovecot_quota q JOIN mailbox m ON m.username = q.username
  WHERE :looked = 1 AND m.quota > 0 AND m.active = 1 AND q.bytes >= m.quota - m.quota / 10
  AND (:scope = 0 OR m.Domain_{mine id})
  ORDER BY q.bytes * 1.0 / m.quota DESC, m.username LIMIT :limit) f
UNION ALL
SELECT * FROM (SELECT 'dead' AS kind, a.id, a.address AS name, t.target AS detail, 0 AS n, 0 AS of_n
  FROM alias a JOIN vimb_alias_target t ON t.alias_id = a.id JOIN domain d ON d.domain = substr(t.target, instr(t.target, '@') + 1)
  WHERE :looked = 1 AND a.active = 1 AND a.address <> a.goto AND t.target NOT LIKE '@%'
  AND NOT EXISTS (SELECT 1 FROM mailbox m WHERE m.username = t.target)
  AND NOT EXISTS (SELECT 1 FROM alias b WHERE b.address IN (t.target, '@' || d.domain))
  AND (:scope = 0 OR (a.Domain_{mine id}
    AND {mine d.id}))
  ORDER BY a.address, t.target LIMIT :limit) g;

-- name: overview_items @mysql
SELECT * FROM (SELECT 'domain' AS kind, d.id, d.domain AS name, '' AS detail, d.mailbox_count AS n, d.max_mailboxes AS of_n FROM domain d
  WHERE (:scope = 0 OR {mine d.id})
  ORDER BY d.mailbox_count DESC, d.domain LIMIT :limit) e
UNION ALL
SELECT * FROM (SELECT 'over' AS kind, d.id, d.domain AS name, '' AS detail,
  cast(least(sum(greatest(m.quota, 0)), 9223372036854775807) AS SIGNED) AS n, o.total AS of_n
  FROM vimb_domain_total o JOIN domain d ON d.id = o.domain_id JOIN mailbox m ON m.Domain_id = d.id
  WHERE :looked = 1 AND (:scope = 0 OR {mine d.id})
  GROUP BY d.id, d.domain, o.total HAVING sum(greatest(m.quota, 0)) > o.total
  ORDER BY d.domain LIMIT :limit) h
UNION ALL
SELECT * FROM (SELECT 'full' AS kind, m.id, m.username AS name, '' AS detail, q.bytes AS n, m.quota AS of_n
  FROM dovecot_quota q JOIN mailbox m ON m.username = q.username
  WHERE :looked = 1 AND m.quota > 0 AND m.active = 1 AND q.bytes >= m.quota - m.quota DIV 10
  AND (:scope = 0 OR m.Domain_{mine id})
  ORDER BY q.bytes * 1.0 / m.quota DESC, m.username LIMIT :limit) f
UNION ALL
SELECT * FROM (SELECT 'dead' AS kind, a.id, a.address AS name, t.target AS detail, 0 AS n, 0 AS of_n
  FROM alias a JOIN vimb_alias_target t ON t.alias_id = a.id JOIN domain d ON d.domain = substring_index(t.target, '@', -1)
  WHERE :looked = 1 AND a.active = 1 AND a.address <> a.goto AND t.target NOT LIKE '@%'
  AND NOT EXISTS (SELECT 1 FROM mailbox m WHERE m.username = t.target)
  AND NOT EXISTS (SELECT 1 FROM alias b WHERE b.address IN (t.target, concat('@', substring_index(t.target, '@', -1))))
  AND (:scope = 0 OR (a.Domain_{mine id}
    AND {mine d.id}))
  ORDER BY a.address, t.target LIMIT :limit) g;

-- name: overview_items @pgsql
SELECT * FROM (SELECT cast('domain' AS TEXT) AS kind, d.id, cast(d.domain AS TEXT) AS name, cast('' AS TEXT) AS detail, cast(d.mailbox_count AS BIGINT) AS n, cast(d.max_mailboxes AS BIGINT) AS of_n FROM domain d
  WHERE (:scope = 0 OR {mine d.id})
  ORDER BY d.mailbox_count DESC, d.domain LIMIT :limit) e
UNION ALL
SELECT * FROM (SELECT cast('over' AS TEXT) AS kind, d.id, cast(d.domain AS TEXT) AS name, cast('' AS TEXT) AS detail,
  cast(least(sum(greatest(m.quota, 0)), 9223372036854775807) AS BIGINT) AS n, o.total AS of_n
  FROM vimb_domain_total o JOIN domain d ON d.id = o.domain_id JOIN mailbox m ON m.Domain_id = d.id
  WHERE :looked = 1 AND (:scope = 0 OR {mine d.id})
  GROUP BY d.id, d.domain, o.total HAVING sum(greatest(m.quota, 0)) > o.total
  ORDER BY d.domain LIMIT :limit) h
UNION ALL
SELECT * FROM (SELECT cast('full' AS TEXT) AS kind, m.id, cast(m.username AS TEXT) AS name, cast('' AS TEXT) AS detail, q.bytes AS n, m.quota AS of_n
  FROM dovecot_quota q JOIN mailbox m ON m.username = q.username
  WHERE :looked = 1 AND m.quota > 0 AND m.active = 1 AND q.bytes >= m.quota - m.quota / 10
  AND (:scope = 0 OR m.Domain_{mine id})
  ORDER BY q.bytes * 1.0 / m.quota DESC, m.username LIMIT :limit) f
UNION ALL
SELECT * FROM (SELECT cast('dead' AS TEXT) AS kind, a.id, cast(a.address AS TEXT) AS name, cast(t.target AS TEXT) AS detail, cast(0 AS BIGINT) AS n, cast(0 AS BIGINT) AS of_n
  FROM alias a JOIN vimb_alias_target t ON t.alias_id = a.id JOIN domain d ON d.domain = split_part(t.target, '@', 2)
  WHERE :looked = 1 AND a.active = 1 AND a.address <> a.goto AND t.target NOT LIKE '@%'
  AND NOT EXISTS (SELECT 1 FROM mailbox m WHERE m.username = t.target)
  AND NOT EXISTS (SELECT 1 FROM alias b WHERE b.address IN (t.target, '@' || split_part(t.target, '@', 2)))
  AND (:scope = 0 OR (a.Domain_{mine id}
    AND {mine d.id}))
  ORDER BY a.address, t.target LIMIT :limit) g;
