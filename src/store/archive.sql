-- SPDX-License-Identifier: GPL-3.0-or-later

-- name: archive_list
-- Archives by address, those of the scope.
SELECT x.id, x.username, x.status, x.archived_at, x.status_changed_at, x.maildir_server, x.maildir_file, x.homedir_file, x.maildir_orig_size,
  x.maildir_size, x.data, x.autoprune, x.Domain_id AS domain_id, d.domain, a.username AS admin,
  (SELECT count(*) FROM mailbox m WHERE m.username = x.username) AS taken
  FROM archive x LEFT JOIN domain d ON d.id = x.Domain_id LEFT JOIN admin a ON a.id = x.Admin_id
  WHERE (:scope = 0 OR {mine x.Domain_id}) ORDER BY x.username, x.id LIMIT :limit;

-- name: archive_find
-- The archive of an address.
SELECT x.id, x.username, x.status, x.archived_at, x.status_changed_at, x.maildir_server, x.maildir_file, x.homedir_file, x.maildir_orig_size,
  x.maildir_size, x.data, x.autoprune, x.Domain_id AS domain_id, d.domain, a.username AS admin,
  (SELECT count(*) FROM mailbox m WHERE m.username = x.username) AS taken
  FROM archive x LEFT JOIN domain d ON d.id = x.Domain_id LEFT JOIN admin a ON a.id = x.Admin_id WHERE x.username = :username;

-- name: archive_count
-- How many archives the scope has.
SELECT count(*) FROM archive x WHERE (:scope = 0 OR {mine x.Domain_id});
