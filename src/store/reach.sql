-- SPDX-License-Identifier: GPL-3.0-or-later

-- name: reach_after
-- What takes the mail to an address when no alias of its own does: the mailbox of that name (depth 0), else the active catch-all of its domain (1).
SELECT 0 AS depth, '' AS via FROM mailbox m WHERE m.username = :address
UNION ALL SELECT 1 AS depth, a.goto AS via FROM alias a WHERE a.address = :catch_all AND a.address <> :address AND a.active = 1
  ORDER BY depth LIMIT 1;

-- name: reach_list
-- Aliases through which mail reaches a mailbox: those that name it, those that name these, and so on; "@other" -> "@its.domain" keeps the local part,
-- unless that address is somebody's own there. The depth ends rings. One alias may come on several ways.
WITH RECURSIVE r (address, depth, alias_id, via) AS (
  SELECT m.username, m.id * 0, m.id * 0, m.username FROM mailbox m WHERE m.username = :address
  UNION
  SELECT CASE WHEN t.target = r.address THEN a.address ELSE substr(r.address, 1, instr(r.address, '@') - 1) || substr(a.address, instr(a.address, '@')) END,
    r.depth + 1, a.id, r.address
  FROM r JOIN vimb_alias_target t ON t.target IN (r.address, substr(r.address, instr(r.address, '@'))) JOIN alias a ON a.id = t.alias_id
  WHERE r.depth < 10 AND a.address <> r.address
    AND (t.target = r.address OR (substr(a.address, 1, instr(a.address, '@') - 1) IN ('', substr(r.address, 1, instr(r.address, '@') - 1))
    AND NOT EXISTS (SELECT 1 FROM alias x WHERE x.address = substr(r.address, 1, instr(r.address, '@') - 1) || a.address)
    AND NOT EXISTS (SELECT 1 FROM mailbox y WHERE y.username = substr(r.address, 1, instr(r.address, '@') - 1) || a.address))))
SELECT a.id, a.address, a.goto, a.active, d.domain, r.depth, r.via
  FROM r JOIN alias a ON a.id = r.alias_id JOIN domain d ON d.id = a.Domain_id
  WHERE (:scope = 0 OR a.Domain_{mine id})
  ORDER BY r.depth, a.address, r.via LIMIT :limit;

-- name: reach_list @mysql
WITH RECURSIVE r (address, depth, alias_id, via) AS (
  SELECT m.username, m.id * 0, m.id * 0, m.username FROM mailbox m WHERE m.username = :address
  UNION
  SELECT CASE WHEN t.target = r.address THEN a.address ELSE concat(substring_index(r.address, '@', 1), '@', substring_index(a.address, '@', -1)) END,
    r.depth + 1, a.id, r.address
  FROM r STRAIGHT_JOIN vimb_alias_target t ON t.target IN (r.address, concat('@', substring_index(r.address, '@', -1))) STRAIGHT_JOIN alias a ON a.id = t.alias_id
  WHERE r.depth < 10 AND a.address <> r.address
    AND (t.target = r.address OR (substring_index(a.address, '@', 1) IN ('', substring_index(r.address, '@', 1))
    AND NOT EXISTS (SELECT 1 FROM alias x WHERE x.address = concat(substring_index(r.address, '@', 1), a.address))
    AND NOT EXISTS (SELECT 1 FROM mailbox y WHERE y.username = concat(substring_index(r.address, '@', 1), a.address)))))
SELECT a.id, a.address, a.goto, a.active, d.domain, r.depth, r.via
  FROM r JOIN alias a ON a.id = r.alias_id JOIN domain d ON d.id = a.Domain_id
  WHERE (:scope = 0 OR a.Domain_{mine id})
  ORDER BY r.depth, a.address, r.via LIMIT :limit;

-- name: reach_list @pgsql
WITH RECURSIVE r (address, depth, alias_id, via) AS (
  SELECT m.username, m.id * 0, m.id * 0, m.username FROM mailbox m WHERE m.username = :address
  UNION
  SELECT CASE WHEN t.target = r.address THEN a.address
    ELSE cast(split_part(r.address, '@', 1) || '@' || split_part(a.address, '@', 2) AS VARCHAR(255)) END,
    r.depth + 1, a.id, r.address
  FROM r JOIN vimb_alias_target t ON t.target IN (r.address, '@' || split_part(r.address, '@', 2)) JOIN alias a ON a.id = t.alias_id
  WHERE r.depth < 10 AND a.address <> r.address
    AND (t.target = r.address OR (split_part(a.address, '@', 1) IN ('', split_part(r.address, '@', 1))
    AND NOT EXISTS (SELECT 1 FROM alias x WHERE x.address = split_part(r.address, '@', 1) || a.address)
    AND NOT EXISTS (SELECT 1 FROM mailbox y WHERE y.username = split_part(r.address, '@', 1) || a.address))))
SELECT a.id, a.address, a.goto, a.active, d.domain, r.depth, r.via
  FROM r JOIN alias a ON a.id = r.alias_id JOIN domain d ON d.id = a.Domain_id
  WHERE (:scope = 0 OR a.Domain_{mine id})
  ORDER BY r.depth, a.address, r.via LIMIT :limit;
