-- SPDX-License-Identifier: GPL-3.0-or-later

-- name: audit_add_log
-- The fork's row of the trail.
INSERT INTO log (action, data, timestamp, Admin_id, Domain_id) VALUES (:action, :data, :timestamp, :admin_id, :domain_id)
  [pgsql: RETURNING id];

-- name: audit_add_logs
-- The same of many changes.
INSERT INTO log (action, data, timestamp, Admin_id, Domain_id)
  SELECT json_extract(r.value, '$.action'), json_extract(r.value, '$.data'), json_extract(r.value, '$.timestamp'),
    json_extract(r.value, '$.admin_id'), json_extract(r.value, '$.domain_id')
  FROM json_each(:rows) r WHERE 1 = 1
  RETURNING id, data AS name;

-- name: audit_add_logs @mysql
INSERT INTO log (action, data, timestamp, Admin_id, Domain_id)
  SELECT r.action, r.data, r.r_timestamp, r.admin_id, r.domain_id
  FROM JSON_TABLE(:rows, '$[*]' COLUMNS (action LONGTEXT PATH '$.action', data LONGTEXT PATH '$.data', r_timestamp VARCHAR(32) PATH '$.timestamp',
    admin_id BIGINT PATH '$.admin_id', domain_id BIGINT PATH '$.domain_id')) r
  /*M! RETURNING id, data AS name */;

-- name: audit_add_logs @pgsql
INSERT INTO log (action, data, timestamp, Admin_id, Domain_id)
  SELECT r.action, r.data, r."timestamp", r.admin_id, r.domain_id
  FROM json_to_recordset(CAST(:rows AS json)) AS r (action text, data text, "timestamp" timestamp(0), admin_id bigint, domain_id bigint)
  RETURNING id, data AS name;

-- name: audit_add_detail
-- What we keep beside it: names as text, so that they outlive what they name.
INSERT INTO vimb_audit (log_id, actor, door, source, object_type, object_id, object, domain_id, detail_before, detail_after,
  request_id) VALUES (:id, :actor, :door, :source, :object_type, :object_id, :object, :domain_id, :before, :after, :request_id);

-- name: audit_add_details
-- The same of many changes.
INSERT INTO vimb_audit (log_id, actor, door, source, object_type, object_id, object, domain_id, detail_before, detail_after, request_id)
  SELECT json_extract(r.value, '$.id'), json_extract(r.value, '$.actor'), json_extract(r.value, '$.door'), json_extract(r.value, '$.source'),
    json_extract(r.value, '$.object_type'), json_extract(r.value, '$.object_id'), json_extract(r.value, '$.object'),
    json_extract(r.value, '$.domain_id'), json_extract(r.value, '$.before'), json_extract(r.value, '$.after'), json_extract(r.value, '$.request_id')
  FROM json_each(:rows) r WHERE 1 = 1;

-- name: audit_add_details @mysql
INSERT INTO vimb_audit (log_id, actor, door, source, object_type, object_id, object, domain_id, detail_before, detail_after, request_id)
  SELECT r.id, r.actor, r.door, r.source, r.object_type, r.object_id, r.object, r.domain_id, r.r_before, r.after, r.request_id
  FROM JSON_TABLE(:rows, '$[*]' COLUMNS (id BIGINT PATH '$.id', actor LONGTEXT PATH '$.actor', door LONGTEXT PATH '$.door',
    source LONGTEXT PATH '$.source', object_type LONGTEXT PATH '$.object_type', object_id BIGINT PATH '$.object_id', object LONGTEXT PATH '$.object',
    domain_id BIGINT PATH '$.domain_id', r_before LONGTEXT PATH '$.before', after LONGTEXT PATH '$.after', request_id LONGTEXT PATH '$.request_id')) r;

-- name: audit_add_details @pgsql
INSERT INTO vimb_audit (log_id, actor, door, source, object_type, object_id, object, domain_id, detail_before, detail_after, request_id)
  SELECT r.id, r.actor, r.door, r.source, r.object_type, r.object_id, r.object, r.domain_id, r."before", r.after, r.request_id
  FROM json_to_recordset(CAST(:rows AS json)) AS r (id bigint, actor text, door text, source text, object_type text, object_id bigint, object text,
    domain_id bigint, "before" text, after text, request_id text);

-- name: audit_get
-- One entry.
SELECT l.id, l.action, l.data, l.timestamp, l.Admin_id AS admin_id, l.Domain_id AS domain_id, coalesce(v.actor, a.username) AS actor,
  v.door, v.source, v.object_type, v.object_id, v.object, v.detail_before AS "before", v.detail_after AS "after", v.request_id,
  d.domain FROM log l LEFT JOIN vimb_audit v ON v.log_id = l.id LEFT JOIN admin a ON a.id = l.Admin_id
  LEFT JOIN domain d ON d.id = l.Domain_id WHERE l.id = :id;

-- name: audit_by_request
-- The latest entry of a request: a repeat finds what it did.
SELECT l.id, l.action, l.data, l.timestamp, l.Admin_id AS admin_id, l.Domain_id AS domain_id, v.actor, v.object_type, v.object_id,
  v.object FROM vimb_audit v JOIN log l ON l.id = v.log_id WHERE v.request_id = :request_id ORDER BY l.id DESC LIMIT 1;

-- name: audit_of_object
-- The latest entries about one object, along the index of objects.
SELECT l.id, l.action, l.data, l.timestamp, l.Admin_id AS admin_id, l.Domain_id AS domain_id, v.actor, v.door, v.source, v.object_type, v.object_id,
  v.object, v.detail_before AS "before", v.detail_after AS "after", v.request_id
  FROM vimb_audit v JOIN log l ON l.id = v.log_id WHERE v.object_type = :object_type AND v.object_id = :object_id
  ORDER BY v.log_id DESC LIMIT :limit;

-- name: audit_list
-- One page of the trail, by its key or along (Domain_id, id).
-- sort: id l.id
SELECT l.id, l.action, l.data, l.timestamp, l.Admin_id AS admin_id, l.Domain_id AS domain_id, coalesce(v.actor, a.username) AS actor,
  v.door, v.source, v.object_type, v.object_id, v.object, v.detail_before AS "before", v.detail_after AS "after", v.request_id,
  d.domain FROM log l LEFT JOIN vimb_audit v ON v.log_id = l.id LEFT JOIN admin a ON a.id = l.Admin_id
  LEFT JOIN domain d ON d.id = l.Domain_id
  WHERE 1 = 1
  [scope: AND l.Domain_{mine id}]
  [domain: AND l.Domain_id = :domain_id]
  AND (:actor = '' OR coalesce(v.actor, a.username) = :actor) AND (:action = '' OR l.action = :action)
  AND (:object = '' OR v.object = :object) AND (:door = '' OR v.door = :door)
  [span: AND l.timestamp >= :since AND l.timestamp <= :until]
  [search: AND (lower(l.data) LIKE lower(:like) ESCAPE '!' OR lower(v.object) LIKE lower(:like) ESCAPE '!')]
  [after: AND {sort} {cmp} :key_id]
  ORDER BY {sort} {dir} LIMIT :limit;

-- name: audit_count
-- How many entries a list has, counted up to a bound.
SELECT count(*) FROM (SELECT 1 FROM log l LEFT JOIN vimb_audit v ON v.log_id = l.id LEFT JOIN admin a ON a.id = l.Admin_id
  WHERE 1 = 1
  [scope: AND l.Domain_{mine id}]
  [domain: AND l.Domain_id = :domain_id]
  AND (:actor = '' OR coalesce(v.actor, a.username) = :actor) AND (:action = '' OR l.action = :action)
  AND (:object = '' OR v.object = :object) AND (:door = '' OR v.door = :door)
  [span: AND l.timestamp >= :since AND l.timestamp <= :until]
  [search: AND (lower(l.data) LIKE lower(:like) ESCAPE '!' OR lower(v.object) LIKE lower(:like) ESCAPE '!')]
  LIMIT :count_max) found;
