-- SPDX-License-Identifier: GPL-3.0-or-later
-- What warnings about many rows need to know, for a page of them at once. Names are parameters and no JSON: MariaDB would compare those of a JSON
-- array by another collation than that of the index.

-- name: warn_names
-- Which of these addresses are mailboxes (what 0) and which aliases (1), and whether they are on.
SELECT 0 AS what, m.username AS name, m.active FROM mailbox m WHERE m.username IN (:n0, :n1, :n2, :n3, :n4, :n5, :n6, :n7, :n8, :n9, :n10, :n11, :n12, :n13, :n14, :n15, :n16, :n17, :n18, :n19, :n20, :n21, :n22, :n23, :n24,
    :n25, :n26, :n27, :n28, :n29)
UNION ALL SELECT 1 AS what, a.address AS name, a.active FROM alias a WHERE a.address IN (:n0, :n1, :n2, :n3, :n4, :n5, :n6, :n7, :n8, :n9, :n10, :n11, :n12, :n13, :n14, :n15, :n16, :n17, :n18, :n19, :n20, :n21, :n22, :n23, :n24,
    :n25, :n26, :n27, :n28, :n29);

-- name: warn_domains
-- Which of these domains are here, whether they are in the scope, and what their mailboxes may and do have together. Exact up to 2^53 bytes.
SELECT d.domain, d.active, d.backupmx, d.quota, coalesce(t.total, 0) AS total_quota, CASE WHEN :scope = 0 OR {mine d.id} THEN 1 ELSE 0 END AS mine,
  CASE WHEN coalesce(t.total, 0) = 0 THEN 0
    ELSE (SELECT cast(min(total(max(m.quota, 0)), 9223372036854774784.0) AS INTEGER) FROM mailbox m WHERE m.Domain_id = d.id) END AS allotted
  FROM domain d LEFT JOIN vimb_domain_total t ON t.domain_id = d.id WHERE d.domain IN (:n0, :n1, :n2, :n3, :n4, :n5, :n6, :n7, :n8, :n9, :n10, :n11, :n12, :n13, :n14, :n15, :n16, :n17, :n18, :n19, :n20, :n21, :n22, :n23, :n24,
    :n25, :n26, :n27, :n28, :n29);

-- name: warn_domains @mysql
SELECT d.domain, d.active, d.backupmx, d.quota, coalesce(t.total, 0) AS total_quota, CASE WHEN :scope = 0 OR {mine d.id} THEN 1 ELSE 0 END AS mine,
  CASE WHEN coalesce(t.total, 0) = 0 THEN 0
    ELSE (SELECT cast(least(coalesce(sum(greatest(m.quota, 0)), 0), 9223372036854775807) AS SIGNED) FROM mailbox m WHERE m.Domain_id = d.id) END AS allotted
  FROM domain d LEFT JOIN vimb_domain_total t ON t.domain_id = d.id WHERE d.domain IN (:n0, :n1, :n2, :n3, :n4, :n5, :n6, :n7, :n8, :n9, :n10, :n11, :n12, :n13, :n14, :n15, :n16, :n17, :n18, :n19, :n20, :n21, :n22, :n23, :n24,
    :n25, :n26, :n27, :n28, :n29);

-- name: warn_domains @pgsql
SELECT d.domain, d.active, d.backupmx, d.quota, coalesce(t.total, 0) AS total_quota, CASE WHEN :scope = 0 OR {mine d.id} THEN 1 ELSE 0 END AS mine,
  CASE WHEN coalesce(t.total, 0) = 0 THEN 0
    ELSE (SELECT cast(least(coalesce(sum(greatest(m.quota, 0)), 0), 9223372036854775807) AS BIGINT) FROM mailbox m WHERE m.Domain_id = d.id) END AS allotted
  FROM domain d LEFT JOIN vimb_domain_total t ON t.domain_id = d.id WHERE d.domain IN (:n0, :n1, :n2, :n3, :n4, :n5, :n6, :n7, :n8, :n9, :n10, :n11, :n12, :n13, :n14, :n15, :n16, :n17, :n18, :n19, :n20, :n21, :n22, :n23, :n24,
    :n25, :n26, :n27, :n28, :n29);

-- name: warn_limits
-- Of these domains: how many mailboxes have more than their largest quota or no limit, and what they have together, where either is limited.
SELECT d.domain, CASE WHEN d.max_quota <= 0 THEN 0
    ELSE (SELECT count(*) FROM mailbox m WHERE m.Domain_id = d.id AND (m.quota <= 0 OR m.quota > d.max_quota)) END AS over_max,
  CASE WHEN coalesce(t.total, 0) = 0 THEN 0
    ELSE (SELECT cast(min(total(max(m.quota, 0)), 9223372036854774784.0) AS INTEGER) FROM mailbox m WHERE m.Domain_id = d.id) END AS allotted
  FROM domain d LEFT JOIN vimb_domain_total t ON t.domain_id = d.id WHERE d.domain IN (:n0, :n1, :n2, :n3, :n4, :n5, :n6, :n7, :n8, :n9, :n10, :n11, :n12, :n13, :n14, :n15, :n16, :n17, :n18, :n19, :n20, :n21, :n22, :n23, :n24,
    :n25, :n26, :n27, :n28, :n29);

-- name: warn_limits @mysql
SELECT d.domain, CASE WHEN d.max_quota <= 0 THEN 0
    ELSE (SELECT count(*) FROM mailbox m WHERE m.Domain_id = d.id AND (m.quota <= 0 OR m.quota > d.max_quota)) END AS over_max,
  CASE WHEN coalesce(t.total, 0) = 0 THEN 0
    ELSE (SELECT cast(least(coalesce(sum(greatest(m.quota, 0)), 0), 9223372036854775807) AS SIGNED) FROM mailbox m WHERE m.Domain_id = d.id) END AS allotted
  FROM domain d LEFT JOIN vimb_domain_total t ON t.domain_id = d.id WHERE d.domain IN (:n0, :n1, :n2, :n3, :n4, :n5, :n6, :n7, :n8, :n9, :n10, :n11, :n12, :n13, :n14, :n15, :n16, :n17, :n18, :n19, :n20, :n21, :n22, :n23, :n24,
    :n25, :n26, :n27, :n28, :n29);

-- name: warn_limits @pgsql
SELECT d.domain, CASE WHEN d.max_quota <= 0 THEN 0
    ELSE (SELECT count(*) FROM mailbox m WHERE m.Domain_id = d.id AND (m.quota <= 0 OR m.quota > d.max_quota)) END AS over_max,
  CASE WHEN coalesce(t.total, 0) = 0 THEN 0
    ELSE (SELECT cast(least(coalesce(sum(greatest(m.quota, 0)), 0), 9223372036854775807) AS BIGINT) FROM mailbox m WHERE m.Domain_id = d.id) END AS allotted
  FROM domain d LEFT JOIN vimb_domain_total t ON t.domain_id = d.id WHERE d.domain IN (:n0, :n1, :n2, :n3, :n4, :n5, :n6, :n7, :n8, :n9, :n10, :n11, :n12, :n13, :n14, :n15, :n16, :n17, :n18, :n19, :n20, :n21, :n22, :n23, :n24,
    :n25, :n26, :n27, :n28, :n29);
