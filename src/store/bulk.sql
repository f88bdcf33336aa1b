-- SPDX-License-Identifier: GPL-3.0-or-later
-- Rows that were picked out of a list, as far as they are within the scope, and what warnings ask about them.

-- name: bulk_domains
-- Domains.
SELECT d.id, d.domain AS name, d.domain, d.active AS domain_active FROM domain d
  WHERE d.id IN (SELECT f.value FROM json_each(:ids) f) AND (:scope = 0 OR {mine d.id});

-- name: bulk_domains @mysql
SELECT d.id, d.domain AS name, d.domain, d.active AS domain_active FROM domain d
  WHERE d.id IN (SELECT f.id FROM JSON_TABLE(:ids, '$[*]' COLUMNS (id BIGINT PATH '$')) f) AND (:scope = 0 OR {mine d.id});

-- name: bulk_domains @pgsql
SELECT d.id, d.domain AS name, d.domain, d.active AS domain_active FROM domain d
  WHERE d.id IN (SELECT f.value::bigint FROM json_array_elements_text(:ids::json) f) AND (:scope = 0 OR {mine d.id});

-- name: bulk_mailboxes
-- Mailboxes.
SELECT m.id, m.username AS name, d.domain, d.active AS domain_active, m.quota, CASE WHEN q.bytes < 0 THEN 0 ELSE q.bytes END AS used_bytes
  FROM mailbox m JOIN domain d ON d.id = m.Domain_id LEFT JOIN dovecot_quota q ON q.username = m.username
  WHERE m.id IN (SELECT f.value FROM json_each(:ids) f) AND (:scope = 0 OR m.Domain_{mine id});

-- name: bulk_mailboxes @mysql
SELECT m.id, m.username AS name, d.domain, d.active AS domain_active, m.quota, CASE WHEN q.bytes < 0 THEN 0 ELSE q.bytes END AS used_bytes
  FROM mailbox m JOIN domain d ON d.id = m.Domain_id LEFT JOIN dovecot_quota q ON q.username = m.username
  WHERE m.id IN (SELECT f.id FROM JSON_TABLE(:ids, '$[*]' COLUMNS (id BIGINT PATH '$')) f) AND (:scope = 0 OR m.Domain_{mine id});

-- name: bulk_mailboxes @pgsql
SELECT m.id, m.username AS name, d.domain, d.active AS domain_active, m.quota, CASE WHEN q.bytes < 0 THEN 0 ELSE q.bytes END AS used_bytes
  FROM mailbox m JOIN domain d ON d.id = m.Domain_id LEFT JOIN dovecot_quota q ON q.username = m.username
  WHERE m.id IN (SELECT f.value::bigint FROM json_array_elements_text(:ids::json) f) AND (:scope = 0 OR m.Domain_{mine id});

-- name: bulk_aliases
-- Aliases.
SELECT a.id, a.address AS name, d.domain, d.active AS domain_active FROM alias a JOIN domain d ON d.id = a.Domain_id
  WHERE a.id IN (SELECT f.value FROM json_each(:ids) f) AND (:scope = 0 OR a.Domain_{mine id});

-- name: bulk_aliases @mysql
SELECT a.id, a.address AS name, d.domain, d.active AS domain_active FROM alias a JOIN domain d ON d.id = a.Domain_id
  WHERE a.id IN (SELECT f.id FROM JSON_TABLE(:ids, '$[*]' COLUMNS (id BIGINT PATH '$')) f) AND (:scope = 0 OR a.Domain_{mine id});

-- name: bulk_aliases @pgsql
SELECT a.id, a.address AS name, d.domain, d.active AS domain_active FROM alias a JOIN domain d ON d.id = a.Domain_id
  WHERE a.id IN (SELECT f.value::bigint FROM json_array_elements_text(:ids::json) f) AND (:scope = 0 OR a.Domain_{mine id});
