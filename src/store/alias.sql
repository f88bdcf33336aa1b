-- SPDX-License-Identifier: GPL-3.0-or-later

-- name: alias_get
-- One alias by its id.
SELECT a.id, a.address, a.goto, a.active, a.created, a.modified, a.Domain_id AS domain_id, d.domain,
  d.active AS domain_active FROM alias a JOIN domain d ON d.id = a.Domain_id WHERE a.id = :id;

-- name: alias_find
-- One alias by its address.
SELECT a.id, a.address, a.goto, a.active, a.created, a.modified, a.Domain_id AS domain_id, d.domain,
  d.active AS domain_active FROM alias a JOIN domain d ON d.id = a.Domain_id WHERE a.address = :address;

-- name: alias_route
-- Where mail to an address goes: its own active alias before the catch-all of its domain.
SELECT a.id, a.address, a.goto, a.active, a.Domain_id AS domain_id FROM alias a
  WHERE a.address IN (:address, :catch_all) AND a.active = 1
  ORDER BY CASE WHEN a.address = :address THEN 0 ELSE 1 END LIMIT 1;

-- name: alias_target
-- What stands at an address of one of our domains: -1 nothing, 0 something that is off, 1 something that is on.
SELECT d.active AS domain_active, coalesce((SELECT max(m.active) FROM mailbox m WHERE m.username = :address), -1) AS box,
  coalesce((SELECT max(a.active) FROM alias a WHERE a.address IN (:address, :catch_all)), -1) AS alias
  FROM domain d WHERE d.domain = :domain
  AND (:scope = 0 OR {mine d.id});

-- name: alias_naming
-- Aliases that have an address among their targets, by the index of targets.
SELECT a.id, a.address, a.goto, a.active, a.created, a.modified, a.Domain_id AS domain_id, d.domain,
  d.active AS domain_active FROM vimb_alias_target t JOIN alias a ON a.id = t.alias_id JOIN domain d ON d.id = a.Domain_id
  WHERE t.target = :target ORDER BY a.address LIMIT :limit;

-- name: alias_add
-- A new alias; a trigger indexes its targets.
INSERT INTO alias (address, goto, active, created, Domain_id) VALUES (:address, :goto, :active, :created, :domain_id)
  [pgsql: RETURNING id];

-- name: alias_add_many
-- New aliases, as many as there are in a JSON array.
INSERT INTO alias (address, goto, active, created, Domain_id)
  SELECT json_extract(r.value, '$.address'), json_extract(r.value, '$.goto'), json_extract(r.value, '$.active'), json_extract(r.value, '$.created'),
    json_extract(r.value, '$.domain_id')
  FROM json_each(:rows) r WHERE 1 = 1;

-- name: alias_add_many @mysql
INSERT INTO alias (address, goto, active, created, Domain_id)
  SELECT r.address, r.r_goto, r.active, r.created, r.domain_id
  FROM JSON_TABLE(:rows, '$[*]' COLUMNS (address LONGTEXT PATH '$.address', r_goto LONGTEXT PATH '$.goto', active TINYINT PATH '$.active',
    created VARCHAR(32) PATH '$.created', domain_id BIGINT PATH '$.domain_id')) r;

-- name: alias_add_many @pgsql
INSERT INTO alias (address, goto, active, created, Domain_id)
  SELECT r.address, r.goto, r.active, r.created, r.domain_id
  FROM json_to_recordset(CAST(:rows AS json)) AS r (address text, goto text, active smallint, created timestamp(0), domain_id bigint);

-- name: alias_put
-- All that an edit may change.
UPDATE alias SET goto = :goto, active = :active, modified = :modified WHERE id = :id;

-- name: alias_delete
-- Preferences and targets go by cascade.
DELETE FROM alias WHERE id = :id;

-- name: alias_list
-- One page of aliases; those that belong to mailboxes (address = goto) only with `self`, else along an index that does not hold them. A rare search
-- begins with the rows it finds, those of mailboxes by their mailbox; a dense one walks along the sorting until the page is full or :walk rows were
-- looked at, as that of mailboxes does.
-- either: rare dense
-- either: domain rare
-- either: off rare
-- sort: address a.address
SELECT a.id, a.address, a.goto, a.active, a.created, a.modified, a.Domain_id AS domain_id, d.domain,
  d.active AS domain_active
  FROM (SELECT a.id, a.address FROM (SELECT a.id, a.address, a.goto
      FROM [rare: (SELECT s.rowid AS id FROM vimb_alias_search s WHERE vimb_alias_search MATCH :match
        UNION ALL SELECT y.id FROM vimb_mailbox_search s CROSS JOIN mailbox b CROSS JOIN alias y
        WHERE :self = 1 AND vimb_mailbox_search MATCH :match AND b.id = s.rowid AND b.username LIKE :like ESCAPE '!' AND y.address = b.username
        AND y.goto = y.address) f CROSS JOIN] alias a
      WHERE (:active < 0 OR a.active = :active)
      [off: AND a.active = 0]
      [rare: AND a.id = f.id]
      [own: AND a.address <> a.goto]
      [scope: AND a.Domain_{mine id}]
      [domain: AND a.Domain_id = :domain_id]
      [after: AND ({sort}, a.id) {cmp} (:key, :key_id)]
      [dense: ORDER BY {sort} {dir}, a.id {dir} LIMIT :walk]) a
    [dense: WHERE a.address LIKE :like ESCAPE '!' OR a.goto LIKE :like ESCAPE '!']
    [!dense: ORDER BY {sort} {dir}, a.id {dir}] LIMIT :limit) x
  CROSS JOIN alias a ON a.id = x.id JOIN domain d ON d.id = a.Domain_id
  ORDER BY {sort} {dir}, a.id {dir};

-- name: alias_list @mysql
-- The page's rows are chosen first, as those of mailboxes are. A rare search begins with the rows it finds: by local part and targets out of
-- vimb_alias_suffix, all of the domains it fits, and those of mailboxes by their mailbox.
-- sort: address unique a.address
SELECT b.id, b.address, b.goto, b.active, b.created, b.modified, b.Domain_id AS domain_id, d.domain,
  d.active AS domain_active
  FROM (SELECT a.id, a.address
    FROM [rare: (SELECT x.alias_id AS id FROM vimb_alias_suffix x WHERE x.suffix BETWEEN left(lower(:low), 24) AND concat(left(lower(:low), 24), convert(x'F48FBFBF' USING utf8mb4))
      UNION SELECT y.id FROM domain z STRAIGHT_JOIN alias y ON y.Domain_id = z.id
      WHERE concat('@', z.domain) LIKE lower(:like) ESCAPE '!'
      UNION SELECT y.id FROM vimb_mailbox_suffix x STRAIGHT_JOIN mailbox b ON b.id = x.mailbox_id STRAIGHT_JOIN alias y ON y.address = b.username
      WHERE :self = 1 AND x.suffix BETWEEN left(lower(:low), 24) AND concat(left(lower(:low), 24), convert(x'F48FBFBF' USING utf8mb4))) s STRAIGHT_JOIN]
    [dense: /*!80000 (SELECT a.id, a.address, a.goto FROM */]
    [!own: alias a]
    [own: (SELECT o.alias_id AS id, o.address, o.Domain_id, y.active, y.goto FROM vimb_alias_own o STRAIGHT_JOIN alias y ON y.id = o.alias_id) a]
    WHERE (:active < 0 OR a.active = :active)
    [rare: AND a.id = s.id AND (a.address LIKE lower(:like) ESCAPE '!' OR lower(a.goto) LIKE lower(:like) ESCAPE '!')]
    [scope: AND a.Domain_{mine id}]
    [domain: AND a.Domain_id = :domain_id]
    [after: AND ({sort} {cmp} :key OR ({sort} = :key AND a.id {cmp} :key_id))]
    [dense: /*M! AND 0 < */ /*!80000 ORDER BY {sort} {dir}{tie a.id} LIMIT */ :walk /*!80000 ) a WHERE */ /*M! AND */
      (a.address LIKE lower(:like) ESCAPE '!' OR lower(a.goto) LIKE lower(:like) ESCAPE '!')]
    ORDER BY {sort} {dir}{tie a.id} LIMIT :limit) a
  STRAIGHT_JOIN alias b ON b.id = a.id STRAIGHT_JOIN domain d ON d.id = b.Domain_id
  ORDER BY {sort} {dir}{tie a.id}
  [dense: LIMIT /*M! ROWS EXAMINED */ :walk];

-- name: alias_list @pgsql
-- The page's rows are chosen once (MATERIALIZED), and those that a rare search finds are fetched before they are sorted (OFFSET 0), as with mailboxes.
WITH x AS MATERIALIZED (SELECT a.id, a.address FROM (SELECT a.id, a.address, a.goto FROM alias a
    WHERE (:active < 0 OR a.active = :active)
    [off: AND a.active = 0]
    [rare: AND lower((a.address || E'\n' || a.goto) COLLATE "default") LIKE lower(:like) ESCAPE '!']
    [own: AND a.address <> a.goto]
    [scope: AND a.Domain_{mine id}]
    [domain: AND a.Domain_id = :domain_id]
    [after: AND ({sort}, a.id) {cmp} (:key, :key_id)]
    [rare: OFFSET 0]
    [dense: ORDER BY {sort} {dir}, a.id {dir} LIMIT :walk]) a
  [dense: WHERE lower((a.address || E'\n' || a.goto) COLLATE "default") LIKE lower(:like) ESCAPE '!']
  ORDER BY {sort} {dir}, a.id {dir} LIMIT :limit)
SELECT a.id, a.address, a.goto, a.active, a.created, a.modified, a.Domain_id AS domain_id, d.domain,
  d.active AS domain_active
  FROM x JOIN alias a ON a.id = x.id JOIN domain d ON d.id = a.Domain_id
  ORDER BY {sort} {dir}, a.id {dir};

-- name: alias_these
-- One page of the rows that alias_found named.
-- sort: address a.address
SELECT a.id, a.address, a.goto, a.active, a.created, a.modified, a.Domain_id AS domain_id, d.domain,
  d.active AS domain_active
  FROM json_each(:ids) f CROSS JOIN alias a ON a.id = f.value JOIN domain d ON d.id = a.Domain_id
  WHERE 1 = 1 [after: AND ({sort}, a.id) {cmp} (:key, :key_id)]
  ORDER BY {sort} {dir}, a.id {dir} LIMIT :limit;

-- name: alias_these @mysql
-- sort: address unique a.address
SELECT a.id, a.address, a.goto, a.active, a.created, a.modified, a.Domain_id AS domain_id, d.domain,
  d.active AS domain_active
  FROM JSON_TABLE(:ids, '$[*]' COLUMNS (id BIGINT PATH '$')) s STRAIGHT_JOIN alias a ON a.id = s.id STRAIGHT_JOIN domain d ON d.id = a.Domain_id
  WHERE 1 = 1 [after: AND ({sort} {cmp} :key OR ({sort} = :key AND a.id {cmp} :key_id))]
  ORDER BY {sort} {dir}{tie a.id} LIMIT :limit;

-- name: alias_these @pgsql
SELECT a.id, a.address, a.goto, a.active, a.created, a.modified, a.Domain_id AS domain_id, d.domain,
  d.active AS domain_active
  FROM json_array_elements_text(:ids::json) s JOIN alias a ON a.id = s.value::bigint JOIN domain d ON d.id = a.Domain_id
  WHERE 1 = 1
  [after: AND ({sort}, a.id) {cmp} (:key, :key_id)]
  ORDER BY {sort} {dir}, a.id {dir} LIMIT :limit;

-- name: alias_number
-- How many aliases there are besides those of mailboxes, in all domains.
SELECT aliases FROM vimb_total WHERE id = 1;

-- name: alias_number @mysql
SELECT coalesce(sum(alias_count), 0) FROM domain;

-- name: alias_number @pgsql
SELECT coalesce(sum(alias_count), 0) FROM domain;

-- name: alias_total
-- How many aliases there are, those of mailboxes only with `self`, out of the domains' counters.
SELECT coalesce(sum(d.alias_count + :self * d.mailbox_count), 0) FROM domain d WHERE 1 = 1
  [scope: AND {mine d.id}]
  [domain: AND d.id = :domain_id];

-- name: alias_count
-- How many rows a filtered list has, counted up to a bound; a search only among few rows.
SELECT count(*) FROM (SELECT 1 FROM alias a
  WHERE (:active < 0 OR a.active = :active)
  [off: AND a.active = 0]
  [own: AND a.address <> a.goto]
  [scope: AND a.Domain_{mine id}]
  [domain: AND a.Domain_id = :domain_id]
  [dense: AND (a.address LIKE :like ESCAPE '!' OR a.goto LIKE :like ESCAPE '!')]
  LIMIT :count_max) found;

-- name: alias_count @mysql
SELECT count(*) FROM (SELECT a.id FROM [own: vimb_alias_own o STRAIGHT_JOIN] alias a
  WHERE (:active < 0 OR a.active = :active)
  [own: AND o.alias_id = a.id AND o.address = a.address AND o.Domain_id = a.Domain_id]
  [scope: AND a.Domain_{mine id}]
  [domain: AND a.Domain_id = :domain_id]
  [dense: AND (a.address LIKE lower(:like) ESCAPE '!' OR lower(a.goto) LIKE lower(:like) ESCAPE '!')]
  LIMIT :count_max) found;

-- name: alias_count @pgsql
SELECT count(*) FROM (SELECT 1 FROM alias a
  WHERE (:active < 0 OR a.active = :active)
  [own: AND a.address <> a.goto]
  [scope: AND a.Domain_{mine id}]
  [domain: AND a.Domain_id = :domain_id]
  [dense: AND lower((a.address || E'\n' || a.goto) COLLATE "default") LIKE lower(:like) ESCAPE '!']
  LIMIT :count_max) found;

-- name: alias_found
-- Which rows a search in the index of letters finds, no more than it takes to tell a rare one from others. Aliases that belong to
-- mailboxes are in no index of their own and found by their mailbox.
SELECT a.id FROM (SELECT s.rowid AS id FROM vimb_alias_search s WHERE vimb_alias_search MATCH :match
  [!own: UNION ALL SELECT y.id FROM vimb_mailbox_search s CROSS JOIN mailbox b CROSS JOIN alias y
    WHERE vimb_mailbox_search MATCH :match AND b.id = s.rowid AND b.username LIKE :like ESCAPE '!' AND y.address = b.username
    AND y.goto = y.address]) f CROSS JOIN alias a
  WHERE a.id = f.id AND (:active < 0 OR a.active = :active)
  [scope: AND a.Domain_{mine id}]
  [domain: AND a.Domain_id = :domain_id]
  LIMIT :rare_max;

-- name: alias_found @mysql
SELECT found.id FROM (
  (SELECT DISTINCT a.id FROM vimb_alias_suffix x STRAIGHT_JOIN alias a
  WHERE x.suffix BETWEEN left(lower(:low), 24) AND concat(left(lower(:low), 24), convert(x'F48FBFBF' USING utf8mb4))
  AND a.id = x.alias_id AND (a.address LIKE lower(:like) ESCAPE '!' OR lower(a.goto) LIKE lower(:like) ESCAPE '!')
  AND (:active < 0 OR a.active = :active)
  [scope: AND a.Domain_{mine id}]
  [domain: AND a.Domain_id = :domain_id]
  LIMIT :rare_max)
  UNION (SELECT a.id FROM domain z STRAIGHT_JOIN [own: vimb_alias_own o ON o.Domain_id = z.id STRAIGHT_JOIN alias a ON a.id = o.alias_id]
  [!own: alias a ON a.Domain_id = z.id]
  WHERE concat('@', z.domain) LIKE lower(:like) ESCAPE '!' AND (:active < 0 OR a.active = :active)
  [scope: AND a.Domain_{mine id}]
  [domain: AND a.Domain_id = :domain_id]
  LIMIT :rare_max)
  [!own: UNION (SELECT a.id FROM vimb_mailbox_suffix x STRAIGHT_JOIN mailbox b ON b.id = x.mailbox_id STRAIGHT_JOIN alias a ON a.address = b.username
  WHERE x.suffix BETWEEN left(lower(:low), 24) AND concat(left(lower(:low), 24), convert(x'F48FBFBF' USING utf8mb4))
  AND a.address LIKE lower(:like) ESCAPE '!' AND (:active < 0 OR a.active = :active)
  AND (:scope = 0 OR a.Domain_{mine id}) AND (:domain_id = 0 OR a.Domain_id = :domain_id) LIMIT :rare_max)]) found LIMIT :rare_max;

-- name: alias_found @pgsql
SELECT a.id FROM alias a
  WHERE (:active < 0 OR a.active = :active)
  AND lower((a.address || E'\n' || a.goto) COLLATE "default") LIKE lower(:like) ESCAPE '!'
  [own: AND a.address <> a.goto]
  [scope: AND a.Domain_{mine id}]
  [domain: AND a.Domain_id = :domain_id]
  LIMIT :rare_max;
