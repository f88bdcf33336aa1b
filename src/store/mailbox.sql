-- SPDX-License-Identifier: GPL-3.0-or-later

-- name: mailbox_get
-- One mailbox by its id, with what Dovecot told about it.
SELECT m.id, m.username, m.local_part, m.password, m.name, m.alt_email, m.quota, m.active, m.access_restriction,
  m.delete_pending, m.created, m.modified, m.Domain_id AS domain_id, d.domain, d.active AS domain_active,
  CASE WHEN q.bytes < 0 THEN 0 ELSE q.bytes END AS used_bytes,
  CASE WHEN q.messages < 0 THEN 0 ELSE q.messages END AS used_messages, l.last_login
  FROM mailbox m JOIN domain d ON d.id = m.Domain_id LEFT JOIN dovecot_quota q ON q.username = m.username
  LEFT JOIN dovecot_last_login l ON l.username = m.username WHERE m.id = :id;

-- name: mailbox_find
-- One mailbox by its address.
SELECT m.id, m.username, m.local_part, m.password, m.name, m.alt_email, m.quota, m.active, m.access_restriction,
  m.delete_pending, m.created, m.modified, m.Domain_id AS domain_id, d.domain, d.active AS domain_active,
  CASE WHEN q.bytes < 0 THEN 0 ELSE q.bytes END AS used_bytes,
  CASE WHEN q.messages < 0 THEN 0 ELSE q.messages END AS used_messages, l.last_login
  FROM mailbox m JOIN domain d ON d.id = m.Domain_id LEFT JOIN dovecot_quota q ON q.username = m.username
  LEFT JOIN dovecot_last_login l ON l.username = m.username WHERE m.username = :username;

-- name: mailbox_add
-- A new mailbox.
INSERT INTO mailbox (username, password, name, alt_email, quota, local_part, active, access_restriction, created,
  delete_pending, Domain_id)
  VALUES (:username, :password, :name, :alt_email, :quota, :local_part, :active, :access_restriction, :created, 0,
  :domain_id) [pgsql: RETURNING id];

-- name: mailbox_add_many
-- New mailboxes, as many as there are in a JSON array.
INSERT INTO mailbox (username, password, name, alt_email, quota, local_part, active, access_restriction, created, delete_pending, Domain_id)
  SELECT json_extract(r.value, '$.username'), json_extract(r.value, '$.password'), json_extract(r.value, '$.name'),
    json_extract(r.value, '$.alt_email'), json_extract(r.value, '$.quota'), json_extract(r.value, '$.local_part'), json_extract(r.value, '$.active'),
    json_extract(r.value, '$.access_restriction'), json_extract(r.value, '$.created'), 0, json_extract(r.value, '$.domain_id')
  FROM json_each(:rows) r WHERE 1 = 1
  RETURNING id, username AS name;

-- name: mailbox_add_many @mysql
INSERT INTO mailbox (username, password, name, alt_email, quota, local_part, active, access_restriction, created, delete_pending, Domain_id)
  SELECT r.username, r.password, r.name, r.alt_email, r.quota, r.local_part, r.active, r.access_restriction, r.created, 0, r.domain_id
  FROM JSON_TABLE(:rows, '$[*]' COLUMNS (username LONGTEXT PATH '$.username', password LONGTEXT PATH '$.password', name LONGTEXT PATH '$.name',
    alt_email LONGTEXT PATH '$.alt_email', quota BIGINT PATH '$.quota', local_part LONGTEXT PATH '$.local_part', active TINYINT PATH '$.active',
    access_restriction LONGTEXT PATH '$.access_restriction', created VARCHAR(32) PATH '$.created', domain_id BIGINT PATH '$.domain_id')) r
  /*M! RETURNING id, username AS name */;

-- name: mailbox_add_many @pgsql
INSERT INTO mailbox (username, password, name, alt_email, quota, local_part, active, access_restriction, created, delete_pending, Domain_id)
  SELECT r.username, r.password, r.name, r.alt_email, r.quota, r.local_part, r.active, r.access_restriction, r.created, 0, r.domain_id
  FROM json_to_recordset(CAST(:rows AS json)) AS r (username text, password text, name text, alt_email text, quota bigint, local_part text,
    active smallint, access_restriction text, created timestamp(0), domain_id bigint)
  RETURNING id, username AS name;

-- name: mailbox_put
-- All that an edit may change.
UPDATE mailbox SET password = :password, name = :name, alt_email = :alt_email, quota = :quota, active = :active,
  access_restriction = :access_restriction, modified = :modified WHERE id = :id;

-- name: mailbox_delete
-- Preferences, directory entry and Dovecot's rows go by cascade.
DELETE FROM mailbox WHERE id = :id;

-- name: mailbox_list
-- One page of mailboxes, each sorting along an index: (Domain_id, username) and those of 005_lists. No passwords: no list shows them.
-- sort: username m.username
-- sort: name coalesce(m.name, '')
-- sort: quota m.quota
-- sort: created m.created
SELECT m.id, m.username, m.local_part, m.name, m.alt_email, m.quota, m.active, m.access_restriction,
  m.delete_pending, m.created, m.modified, m.Domain_id AS domain_id, d.domain, d.active AS domain_active,
  CASE WHEN q.bytes < 0 THEN 0 ELSE q.bytes END AS used_bytes,
  CASE WHEN q.messages < 0 THEN 0 ELSE q.messages END AS used_messages, l.last_login
  FROM mailbox m JOIN domain d ON d.id = m.Domain_id
  LEFT JOIN dovecot_quota q ON q.username = m.username LEFT JOIN dovecot_last_login l ON l.username = m.username
  WHERE (:active < 0 OR m.active = :active) AND coalesce(m.delete_pending, 0) = 0
  [off: AND m.active = 0]
  [scope: AND m.Domain_{mine id}]
  [domain: AND m.Domain_id = :domain_id]
  [after: AND ({sort}, m.id) {cmp} (:key, :key_id)]
  ORDER BY {sort} {dir}, m.id {dir} LIMIT :limit;

-- name: mailbox_list @mysql
-- The page's rows are chosen first, from the one table along its index: joined beside others, the planner would rather sort all of it where those are
-- small. An empty name is NULL and comes first.
-- sort: username unique m.username
-- sort: name m.name
SELECT b.id, b.username, b.local_part, b.name, b.alt_email, b.quota, b.active, b.access_restriction,
  b.delete_pending, b.created, b.modified, b.Domain_id AS domain_id, d.domain, d.active AS domain_active,
  CASE WHEN q.bytes < 0 THEN 0 ELSE q.bytes END AS used_bytes,
  CASE WHEN q.messages < 0 THEN 0 ELSE q.messages END AS used_messages, l.last_login
  FROM (SELECT m.id, m.username, m.name, m.quota, m.created FROM mailbox m
    WHERE (:active < 0 OR m.active = :active) AND coalesce(m.delete_pending, 0) = 0
    [scope: AND m.Domain_{mine id}]
    [domain: AND m.Domain_id = :domain_id]
    [after: AND ({sort} {cmp} :key OR ({sort} <=> if(cast(:key AS CHAR) = '', NULL, :key) AND m.id {cmp} :key_id)
      OR (1 {cmp} 2 AND {sort} IS NULL AND cast(:key AS CHAR) <> ''))]
    ORDER BY {sort} {dir}{tie m.id} LIMIT :limit) m
  STRAIGHT_JOIN mailbox b ON b.id = m.id STRAIGHT_JOIN domain d ON d.id = b.Domain_id
  LEFT JOIN dovecot_quota q ON q.username = b.username LEFT JOIN dovecot_last_login l ON l.username = b.username
  ORDER BY {sort} {dir}{tie m.id};

-- name: mailbox_list @pgsql
-- The page's rows are chosen first, and once: a domain's rows are fewer than the planner thinks it is worth an order for, so it would join all of them to
-- the rest; and where it takes a table for empty it would choose the page again for each row of it.
-- sort: username m.username
-- sort: name coalesce(m.name, '')
-- sort: quota m.quota
-- sort: created m.created
WITH m AS MATERIALIZED (SELECT m.id, m.username, m.local_part, m.name, m.alt_email, m.quota, m.active, m.access_restriction, m.delete_pending, m.created,
    m.modified, m.Domain_id FROM mailbox m
  WHERE (:active < 0 OR m.active = :active) AND (m.delete_pending = 0 OR m.delete_pending IS NULL)
  [off: AND m.active = 0]
  [scope: AND m.Domain_{mine id}]
  [domain: AND m.Domain_id = :domain_id]
  [after: AND ({sort}, m.id) {cmp} (:key, :key_id)]
  ORDER BY {sort} {dir}, m.id {dir} LIMIT :limit)
SELECT m.id, m.username, m.local_part, m.name, m.alt_email, m.quota, m.active, m.access_restriction,
  m.delete_pending, m.created, m.modified, m.Domain_id AS domain_id, d.domain, d.active AS domain_active,
  CASE WHEN q.bytes < 0 THEN 0 ELSE q.bytes END AS used_bytes,
  CASE WHEN q.messages < 0 THEN 0 ELSE q.messages END AS used_messages, l.last_login
  FROM m JOIN domain d ON d.id = m.Domain_id
  LEFT JOIN dovecot_quota q ON q.username = m.username LEFT JOIN dovecot_last_login l ON l.username = m.username
  ORDER BY {sort} {dir}, m.id {dir};

-- name: mailbox_search
-- One page of a search, as src/store/search.h tells: rare (all it finds comes out of the trigram index and is sorted), dense (the sorting's index is walked until the page is full, or :walk rows were looked at) or too short for trigrams (addresses that begin
-- so). The page's rows are chosen first: the indexes of username, name and domain hold all that this looks at, so that the rows passed by are never read.
-- SQLite reads a walk in its order and stops when the page is full; sorting it once more would have it look at all of :walk.
-- one: rare dense prefix
-- either: domain rare prefix
-- either: off rare prefix
-- sort: username m.username
-- sort: name coalesce(m.name, '')
-- sort: quota m.quota
-- sort: created m.created
SELECT m.id, m.username, m.local_part, m.name, m.alt_email, m.quota, m.active, m.access_restriction,
  m.delete_pending, m.created, m.modified, m.Domain_id AS domain_id, d.domain, d.active AS domain_active,
  CASE WHEN q.bytes < 0 THEN 0 ELSE q.bytes END AS used_bytes,
  CASE WHEN q.messages < 0 THEN 0 ELSE q.messages END AS used_messages, l.last_login
  FROM (SELECT m.id FROM (SELECT m.id, m.username, m.name[!dense: , m.quota, m.created]
      FROM [rare: vimb_mailbox_search s CROSS JOIN] mailbox m
      WHERE (:active < 0 OR m.active = :active) AND coalesce(m.delete_pending, 0) = 0
      [off: AND m.active = 0]
      [rare: AND s.rowid = m.id AND vimb_mailbox_search MATCH :match]
      [scope: AND m.Domain_{mine id}]
      [domain: AND m.Domain_id = :domain_id]
      [prefix: AND m.username >= :low AND m.username < :high]
      [after: AND ({sort}, m.id) {cmp} (:key, :key_id)]
      [dense: ORDER BY {sort} {dir}, m.id {dir} LIMIT :walk]) m
    [dense: WHERE m.username LIKE :like ESCAPE '!' OR m.name LIKE :like ESCAPE '!']
    [!dense: ORDER BY {sort} {dir}, m.id {dir}] LIMIT :limit) x
  CROSS JOIN mailbox m ON m.id = x.id JOIN domain d ON d.id = m.Domain_id
  LEFT JOIN dovecot_quota q ON q.username = m.username LEFT JOIN dovecot_last_login l ON l.username = m.username
  ORDER BY {sort} {dir}, m.id {dir};

-- name: mailbox_search @mysql
-- The page's rows are chosen first, as in the list. A rare search begins with the rows it finds: by local part and name out of vimb_mailbox_suffix, and
-- all of the domains it fits. A walk reads vimb_mailbox_walk and ends with what it has when it looked at :walk rows; MySQL, which cannot end so, takes that many
-- first and looks among them.
-- sort: username unique m.username
-- sort: name m.name
SELECT b.id, b.username, b.local_part, b.name, b.alt_email, b.quota, b.active, b.access_restriction,
  b.delete_pending, b.created, b.modified, b.Domain_id AS domain_id, d.domain, d.active AS domain_active,
  CASE WHEN q.bytes < 0 THEN 0 ELSE q.bytes END AS used_bytes,
  CASE WHEN q.messages < 0 THEN 0 ELSE q.messages END AS used_messages, l.last_login
  FROM (SELECT m.id, {sort}
    FROM [rare: (SELECT x.mailbox_id AS id FROM vimb_mailbox_suffix x WHERE x.suffix BETWEEN left(lower(:low), 24) AND concat(left(lower(:low), 24), convert(x'F48FBFBF' USING utf8mb4))
      UNION SELECT y.id FROM domain z STRAIGHT_JOIN mailbox y ON y.Domain_id = z.id
      WHERE concat('@', z.domain) LIKE lower(:like) ESCAPE '!') s STRAIGHT_JOIN]
    [dense: /*!80000 (SELECT m.id, m.username AS u, m.name AS n, {sort} FROM */] mailbox m
    WHERE (:active < 0 OR m.active = :active) AND coalesce(m.delete_pending, 0) = 0
    [rare: AND m.id = s.id AND (m.username LIKE lower(:like) ESCAPE '!' OR m.name LIKE :like ESCAPE '!')]
    [scope: AND m.Domain_{mine id}]
    [domain: AND m.Domain_id = :domain_id]
    [prefix: AND m.username >= :low AND m.username < :high]
    [after: AND ({sort} {cmp} :key OR ({sort} <=> if(cast(:key AS CHAR) = '', NULL, :key) AND m.id {cmp} :key_id)
      OR (1 {cmp} 2 AND {sort} IS NULL AND cast(:key AS CHAR) <> ''))]
    [dense: /*M! AND 0 < */ /*!80000 ORDER BY {sort} {dir}{tie m.id} LIMIT */ :walk /*!80000 ) m WHERE (m.u */ /*M! AND (m.username */
      LIKE lower(:like) ESCAPE '!' OR /*!80000 m.n */ /*M! m.name */ LIKE :like ESCAPE '!')]
    ORDER BY {sort} {dir}{tie m.id} LIMIT :limit) m
  STRAIGHT_JOIN mailbox b ON b.id = m.id STRAIGHT_JOIN domain d ON d.id = b.Domain_id
  LEFT JOIN dovecot_quota q ON q.username = b.username LEFT JOIN dovecot_last_login l ON l.username = b.username
  ORDER BY {sort} {dir}{tie m.id}
  [dense: LIMIT /*M! ROWS EXAMINED */ :walk];

-- name: mailbox_search @pgsql
-- The rows that a rare search finds are fetched before they are sorted (OFFSET 0), or the planner might walk along the sorting after all. A walk along the
-- addresses reads what it looks at, in small letters, out of vimb_mailbox_walk.
WITH x AS MATERIALIZED (SELECT m.id FROM (SELECT m.id, m.username, m.name, m.quota, m.created,
      lower((m.username || E'\n' || coalesce(m.name, '')) COLLATE "default") AS text FROM mailbox m
    WHERE (:active < 0 OR m.active = :active) AND (m.delete_pending = 0 OR m.delete_pending IS NULL)
    [off: AND m.active = 0]
    [rare: AND lower((m.username || E'\n' || coalesce(m.name, '')) COLLATE "default") LIKE lower(:like) ESCAPE '!']
    [scope: AND m.Domain_{mine id}]
    [domain: AND m.Domain_id = :domain_id]
    [prefix: AND m.username >= :low AND m.username < :high]
    [after: AND ({sort}, m.id) {cmp} (:key, :key_id)]
    [rare: OFFSET 0]
    [dense: ORDER BY {sort} {dir}, m.id {dir} LIMIT :walk]) m
  [dense: WHERE m.text LIKE lower(:like) ESCAPE '!']
  ORDER BY {sort} {dir}, m.id {dir} LIMIT :limit)
SELECT m.id, m.username, m.local_part, m.name, m.alt_email, m.quota, m.active, m.access_restriction,
  m.delete_pending, m.created, m.modified, m.Domain_id AS domain_id, d.domain, d.active AS domain_active,
  CASE WHEN q.bytes < 0 THEN 0 ELSE q.bytes END AS used_bytes,
  CASE WHEN q.messages < 0 THEN 0 ELSE q.messages END AS used_messages, l.last_login
  FROM x JOIN mailbox m ON m.id = x.id JOIN domain d ON d.id = m.Domain_id
  LEFT JOIN dovecot_quota q ON q.username = m.username LEFT JOIN dovecot_last_login l ON l.username = m.username
  ORDER BY {sort} {dir}, m.id {dir};

-- name: mailbox_walked
-- The first mailboxes along their addresses that a search for a common word finds among :walk, as many as a total counts; PostgreSQL alone has to ask.
-- sort: username m.username
SELECT m.id FROM mailbox m WHERE (:active < 0 OR m.active = :active) AND :walk < 0 AND m.username LIKE :like ESCAPE '!'
  ORDER BY {sort} {dir} LIMIT :count_max;

-- name: mailbox_walked @pgsql
-- sort: username m.username
SELECT m.id FROM (SELECT m.id, m.username, lower((m.username || E'\n' || coalesce(m.name, '')) COLLATE "default") AS text FROM mailbox m
    WHERE (:active < 0 OR m.active = :active) AND (m.delete_pending = 0 OR m.delete_pending IS NULL)
    ORDER BY {sort} {dir}, m.id {dir} LIMIT :walk) m
  WHERE m.text LIKE lower(:like) ESCAPE '!'
  ORDER BY {sort} {dir}, m.id {dir} LIMIT :count_max;

-- name: mailbox_guess
-- How many mailboxes PostgreSQL's statistics expect for each of some words, as the JSON of a plan; nobody else has to ask.
SELECT '' AS plan WHERE :word1 = :word2 AND :word2 = :word3 AND 1 = 0;

-- name: mailbox_guess @mysql
SELECT '' AS plan FROM dual WHERE :word1 = :word2 AND :word2 = :word3 AND 1 = 0;

-- name: mailbox_guess @pgsql
EXPLAIN (FORMAT JSON)
  SELECT 1 FROM mailbox word1 WHERE lower((word1.username || E'\n' || coalesce(word1.name, '')) COLLATE "default") LIKE lower(:word1) ESCAPE '!'
  UNION ALL SELECT 1 FROM mailbox word2 WHERE lower((word2.username || E'\n' || coalesce(word2.name, '')) COLLATE "default") LIKE lower(:word2) ESCAPE '!'
  UNION ALL SELECT 1 FROM mailbox word3 WHERE lower((word3.username || E'\n' || coalesce(word3.name, '')) COLLATE "default") LIKE lower(:word3) ESCAPE '!';

-- name: mailbox_these
-- One page of the rows that mailbox_found named.
-- sort: username m.username
-- sort: name coalesce(m.name, '')
-- sort: quota m.quota
-- sort: created m.created
SELECT m.id, m.username, m.local_part, m.name, m.alt_email, m.quota, m.active, m.access_restriction,
  m.delete_pending, m.created, m.modified, m.Domain_id AS domain_id, d.domain, d.active AS domain_active,
  CASE WHEN q.bytes < 0 THEN 0 ELSE q.bytes END AS used_bytes,
  CASE WHEN q.messages < 0 THEN 0 ELSE q.messages END AS used_messages, l.last_login
  FROM (SELECT m.id FROM json_each(:ids) s CROSS JOIN mailbox m
    WHERE m.id = s.value
    [after: AND ({sort}, m.id) {cmp} (:key, :key_id)]
    ORDER BY {sort} {dir}, m.id {dir} LIMIT :limit) x
  CROSS JOIN mailbox m ON m.id = x.id JOIN domain d ON d.id = m.Domain_id
  LEFT JOIN dovecot_quota q ON q.username = m.username LEFT JOIN dovecot_last_login l ON l.username = m.username
  ORDER BY {sort} {dir}, m.id {dir};

-- name: mailbox_these @mysql
-- sort: username unique m.username
-- sort: name m.name
SELECT b.id, b.username, b.local_part, b.name, b.alt_email, b.quota, b.active, b.access_restriction,
  b.delete_pending, b.created, b.modified, b.Domain_id AS domain_id, d.domain, d.active AS domain_active,
  CASE WHEN q.bytes < 0 THEN 0 ELSE q.bytes END AS used_bytes,
  CASE WHEN q.messages < 0 THEN 0 ELSE q.messages END AS used_messages, l.last_login
  FROM (SELECT m.id, {sort} FROM JSON_TABLE(:ids, '$[*]' COLUMNS (id BIGINT PATH '$')) s STRAIGHT_JOIN mailbox m
    WHERE m.id = s.id
    [after: AND ({sort} {cmp} :key OR ({sort} <=> if(cast(:key AS CHAR) = '', NULL, :key) AND m.id {cmp} :key_id)
      OR (1 {cmp} 2 AND {sort} IS NULL AND cast(:key AS CHAR) <> ''))]
    ORDER BY {sort} {dir}{tie m.id} LIMIT :limit) m
  STRAIGHT_JOIN mailbox b ON b.id = m.id STRAIGHT_JOIN domain d ON d.id = b.Domain_id
  LEFT JOIN dovecot_quota q ON q.username = b.username LEFT JOIN dovecot_last_login l ON l.username = b.username
  ORDER BY {sort} {dir}{tie m.id};

-- name: mailbox_these @pgsql
WITH x AS MATERIALIZED (SELECT m.id FROM json_array_elements_text(:ids::json) s JOIN mailbox m ON m.id = s.value::bigint
  WHERE 1 = 1
  [after: AND ({sort}, m.id) {cmp} (:key, :key_id)]
  ORDER BY {sort} {dir}, m.id {dir} LIMIT :limit)
SELECT m.id, m.username, m.local_part, m.name, m.alt_email, m.quota, m.active, m.access_restriction,
  m.delete_pending, m.created, m.modified, m.Domain_id AS domain_id, d.domain, d.active AS domain_active,
  CASE WHEN q.bytes < 0 THEN 0 ELSE q.bytes END AS used_bytes,
  CASE WHEN q.messages < 0 THEN 0 ELSE q.messages END AS used_messages, l.last_login
  FROM x JOIN mailbox m ON m.id = x.id JOIN domain d ON d.id = m.Domain_id
  LEFT JOIN dovecot_quota q ON q.username = m.username LEFT JOIN dovecot_last_login l ON l.username = m.username
  ORDER BY {sort} {dir}, m.id {dir};

-- name: mailbox_number
-- How many mailboxes there are in all domains.
SELECT mailboxes FROM vimb_total WHERE id = 1;

-- name: mailbox_number @mysql
SELECT coalesce(sum(mailbox_count), 0) FROM domain;

-- name: mailbox_number @pgsql
SELECT coalesce(sum(mailbox_count), 0) FROM domain;

-- name: mailbox_total
-- How many mailboxes there are, out of the domains' counters.
SELECT coalesce(sum(d.mailbox_count), 0) FROM domain d WHERE 1 = 1
  [scope: AND {mine d.id}]
  [domain: AND d.id = :domain_id];

-- name: mailbox_count
-- How many rows a filtered list has, counted up to a bound; a search only among few rows or by its beginning.
-- either: dense prefix
-- either: domain prefix
-- either: off prefix
SELECT count(*) FROM (SELECT 1 FROM mailbox m
  WHERE (:active < 0 OR m.active = :active) AND coalesce(m.delete_pending, 0) = 0
  [off: AND m.active = 0]
  [scope: AND m.Domain_{mine id}]
  [domain: AND m.Domain_id = :domain_id]
  [dense: AND (m.username LIKE :like ESCAPE '!' OR m.name LIKE :like ESCAPE '!')]
  [prefix: AND m.username >= :low AND m.username < :high]
  LIMIT :count_max) found;

-- name: mailbox_count @mysql
SELECT count(*) FROM (SELECT m.id FROM mailbox m
  WHERE (:active < 0 OR m.active = :active) AND coalesce(m.delete_pending, 0) = 0
  [scope: AND m.Domain_{mine id}]
  [domain: AND m.Domain_id = :domain_id]
  [dense: AND (m.username LIKE lower(:like) ESCAPE '!' OR m.name LIKE :like ESCAPE '!')]
  [prefix: AND m.username >= :low AND m.username < :high]
  LIMIT :count_max) found;

-- name: mailbox_count @pgsql
SELECT count(*) FROM (SELECT 1 FROM mailbox m
  WHERE (:active < 0 OR m.active = :active) AND (m.delete_pending = 0 OR m.delete_pending IS NULL)
  [scope: AND m.Domain_{mine id}]
  [domain: AND m.Domain_id = :domain_id]
  [dense: AND (m.username LIKE lower(:like) ESCAPE '!' OR lower(m.name COLLATE "default") LIKE lower(:like) ESCAPE '!')]
  [prefix: AND m.username >= :low AND m.username < :high]
  LIMIT :count_max) found;

-- name: mailbox_found
-- Which rows a search in the index of letters finds, no more than it takes to tell a rare one from others.
SELECT m.id FROM vimb_mailbox_search s CROSS JOIN mailbox m
  WHERE s.rowid = m.id AND vimb_mailbox_search MATCH :match
  AND (:active < 0 OR m.active = :active) AND coalesce(m.delete_pending, 0) = 0
  [scope: AND m.Domain_{mine id}]
  [domain: AND m.Domain_id = :domain_id]
  LIMIT :rare_max;

-- name: mailbox_found @mysql
SELECT found.id FROM (
  (SELECT DISTINCT m.id FROM vimb_mailbox_suffix x STRAIGHT_JOIN mailbox m
  WHERE (:active < 0 OR m.active = :active) AND coalesce(m.delete_pending, 0) = 0
  AND m.id = x.mailbox_id AND x.suffix BETWEEN left(lower(:low), 24) AND concat(left(lower(:low), 24), convert(x'F48FBFBF' USING utf8mb4))
  AND (m.username LIKE lower(:like) ESCAPE '!' OR m.name LIKE :like ESCAPE '!')
  [scope: AND m.Domain_{mine id}]
  [domain: AND m.Domain_id = :domain_id]
  LIMIT :rare_max)
  UNION (SELECT m.id FROM domain z STRAIGHT_JOIN mailbox m ON m.Domain_id = z.id
    WHERE concat('@', z.domain) LIKE lower(:like) ESCAPE '!'
    AND (:active < 0 OR m.active = :active) AND coalesce(m.delete_pending, 0) = 0
    [scope: AND m.Domain_{mine id}]
    [domain: AND m.Domain_id = :domain_id]
    LIMIT :rare_max)) found LIMIT :rare_max;

-- name: mailbox_found @pgsql
SELECT m.id FROM mailbox m
  WHERE (:active < 0 OR m.active = :active) AND (m.delete_pending = 0 OR m.delete_pending IS NULL)
  AND lower((m.username || E'\n' || coalesce(m.name, '')) COLLATE "default") LIKE lower(:part) ESCAPE '!'
  AND (:part = :like OR m.username LIKE lower(:like) ESCAPE '!' OR lower(m.name COLLATE "default") LIKE lower(:like) ESCAPE '!')
  [scope: AND m.Domain_{mine id}]
  [domain: AND m.Domain_id = :domain_id]
  LIMIT :rare_max;
