-- SPDX-License-Identifier: GPL-3.0-or-later

-- name: import_add
-- A file that was sent.
INSERT INTO vimb_import (admin_id, source, kind, file_name, mode, on_error, map, generate, check_only, request_id, public_key, state, created_at, expires_at)
  VALUES (:admin_id, :source, :kind, :file_name, :mode, :on_error, :map, :generate, :check_only, :request_id, :public_key, 'waiting', :created_at, :expires_at)
  [pgsql: RETURNING id];

-- name: import_get
-- One of them.
SELECT id, admin_id, source, kind, file_name, mode, on_error, map, generate, check_only, request_id, public_key, state, total, done, added, changed,
  unchanged, failed, kept, message, created_at, finished_at, expires_at FROM vimb_import WHERE id = :id;

-- name: import_of
-- Those of an administrator, the newest first.
SELECT id, admin_id, source, kind, file_name, mode, on_error, map, generate, check_only, request_id, public_key, state, total, done, added, changed,
  unchanged, failed, kept, message, created_at, finished_at, expires_at FROM vimb_import WHERE admin_id = :admin_id ORDER BY id DESC LIMIT :limit;

-- name: import_count
-- How many an administrator has.
SELECT count(*) FROM vimb_import WHERE admin_id = :admin_id;

-- name: import_begin
-- The keeper has it; one of several that read the same state.
UPDATE vimb_import SET state = 'running', total = :total, expires_at = :expires_at WHERE id = :id AND state IN ('waiting', 'running');

-- name: import_progress
-- Rows are in, in the transaction that brings them; unless it was cancelled meanwhile, or another keeper has brought them.
UPDATE vimb_import SET done = :done, added = :added, changed = :changed, unchanged = :unchanged, failed = :failed, expires_at = :expires_at
  WHERE id = :id AND state = 'running' AND done = :was;

-- name: import_share
-- How far it is, for those who do not see the transaction of the rows.
UPDATE vimb_import_live SET done = :done, phase = :phase WHERE import_id = :id;

-- name: import_share_begin
-- The row for that.
INSERT INTO vimb_import_live (import_id, done, phase) VALUES (:id, :done, 'rows');

-- name: import_share_end
-- As it was before somebody began.
DELETE FROM vimb_import_live WHERE import_id = :id;

-- name: import_shared
-- How far it is, as whoever works on it said last.
SELECT done, phase FROM vimb_import_live WHERE import_id = :id;

-- name: import_runs
-- Nobody has cancelled it.
SELECT count(*) FROM vimb_import WHERE id = :id AND state = 'running';

-- name: import_end
-- It is over.
UPDATE vimb_import SET state = :state, message = :message, done = :done, added = :added, changed = :changed, unchanged = :unchanged, failed = :failed,
  kept = :kept, finished_at = :now, expires_at = :expires_at WHERE id = :id AND state IN ('waiting', 'running');

-- name: import_cancel
-- Whoever brings rows in finds it cancelled before the commit.
UPDATE vimb_import SET state = 'cancelled', finished_at = :now WHERE id = :id AND state IN ('waiting', 'running');

-- name: import_again
-- Once more, with other settings and under other ids.
UPDATE vimb_import SET state = 'waiting', mode = :mode, on_error = :on_error, map = :map, generate = :generate, check_only = :check_only, source = :source,
  request_id = :request_id, public_key = :public_key, total = 0, done = 0, added = 0, changed = 0, unchanged = 0, failed = 0, kept = 0, message = NULL,
  finished_at = 0, expires_at = :expires_at
  WHERE id = :id AND state IN ('checked', 'failed', 'cancelled');

-- name: import_delete
-- With all its parts.
DELETE FROM vimb_import WHERE id = :id;

-- name: import_prune
-- What nobody came back for.
DELETE FROM vimb_import WHERE expires_at <= :now;

-- name: import_part_add
-- A piece of the file, of what came of it, or of sealed passwords.
INSERT INTO vimb_import_part (import_id, what, n, data) VALUES (:id, :what, :n, :data);

-- name: import_parts
-- All pieces of one sort, in order.
SELECT data FROM vimb_import_part WHERE import_id = :id AND what = :what ORDER BY n;

-- name: import_outcome
-- What came of it, in order; and that there is a file, and that there are sealed passwords: those are not read here.
SELECT p.what AS what, p.n AS n, p.data AS data FROM vimb_import_part p
  WHERE p.import_id = :id AND p.what IN ('reason', 'fault', 'warned', 'warning')
UNION ALL SELECT p.what AS what, min(p.n) AS n, '' AS data FROM vimb_import_part p WHERE p.import_id = :id AND p.what IN ('file', 'secret') GROUP BY p.what
  ORDER BY what, n;

-- name: import_outcome_drop
-- Only the file stays.
DELETE FROM vimb_import_part WHERE import_id = :id AND what <> 'file';

-- name: import_part_drop
-- They are not needed any more.
DELETE FROM vimb_import_part WHERE import_id = :id AND what = :what;

-- name: import_part_number
-- How many there are.
SELECT count(*) FROM vimb_import_part WHERE import_id = :id AND what = :what;

-- name: search_hold
-- New rows stay out of the search indexes until they are entered all at once. Elsewhere there is nothing to hold back.
INSERT INTO vimb_search_hold (id, mailbox_above, alias_above)
  VALUES (1, (SELECT coalesce(max(id), 0) FROM mailbox), (SELECT coalesce(max(id), 0) FROM alias));

-- name: search_hold @mysql
DELETE FROM vimb_import WHERE 1 = 0;

-- name: search_hold @pgsql
DELETE FROM vimb_import WHERE 1 = 0;

-- name: search_enter_mailboxes
-- The mailboxes that were held back.
INSERT INTO vimb_mailbox_search (rowid, username, name)
  SELECT m.id, m.username, m.name FROM vimb_search_hold h JOIN mailbox m ON m.id > h.mailbox_above;

-- name: search_enter_mailboxes @mysql
DELETE FROM vimb_import WHERE 1 = 0;

-- name: search_enter_mailboxes @pgsql
DELETE FROM vimb_import WHERE 1 = 0;

-- name: search_enter_aliases
-- The aliases that were held back.
INSERT INTO vimb_alias_search (rowid, address, goto)
  SELECT a.id, a.address, a.goto FROM vimb_search_hold h JOIN alias a ON a.id > h.alias_above WHERE a.address <> a.goto;

-- name: search_enter_aliases @mysql
DELETE FROM vimb_import WHERE 1 = 0;

-- name: search_enter_aliases @pgsql
DELETE FROM vimb_import WHERE 1 = 0;

-- name: search_release
-- From here on each row enters by itself.
DELETE FROM vimb_search_hold;

-- name: search_release @mysql
DELETE FROM vimb_import WHERE 1 = 0;

-- name: search_release @pgsql
DELETE FROM vimb_import WHERE 1 = 0;
