-- SPDX-License-Identifier: GPL-3.0-or-later

-- name: session_get
-- A session with its administrator, in one look.
SELECT s.id_hash, s.admin_id, s.created_at, s.seen_at, s.expires_at, s.proved_at, s.source, s.agent, a.username, a.super, a.active,
    l.language
  FROM vimb_session s JOIN admin a ON a.id = s.admin_id LEFT JOIN vimb_language l ON l.admin_id = s.admin_id WHERE s.id_hash = :id_hash;

-- name: session_list
-- Sessions of an administrator, the one used last first.
SELECT s.id_hash, s.admin_id, s.created_at, s.seen_at, s.expires_at, s.proved_at, s.source, s.agent, a.username, a.super, a.active
  FROM vimb_session s JOIN admin a ON a.id = s.admin_id WHERE s.admin_id = :admin_id ORDER BY s.seen_at DESC, s.id_hash LIMIT :limit;

-- name: session_renew
-- A new id for the same session, whose administrator has just proved to be the one.
UPDATE vimb_session SET id_hash = :new_hash, proved_at = :now WHERE id_hash = :id_hash;

-- name: session_add
-- A new session: its administrator has just proved to be the one.
INSERT INTO vimb_session (id_hash, admin_id, created_at, seen_at, expires_at, proved_at, source, agent)
  VALUES (:id_hash, :admin_id, :created_at, :seen_at, :expires_at, :created_at, :source, :agent);

-- name: session_seen
-- The session is in use.
UPDATE vimb_session SET seen_at = :now WHERE id_hash = :id_hash;

-- name: session_delete
-- Signed out.
DELETE FROM vimb_session WHERE id_hash = :id_hash;

-- name: session_delete_admin
-- All sessions of an administrator but one.
DELETE FROM vimb_session WHERE admin_id = :admin_id AND id_hash <> :keep;

-- name: session_prune
-- Sessions past their end, or not seen since.
DELETE FROM vimb_session WHERE expires_at <= :now OR seen_at < :idle_since;

-- name: attempt_count
-- Counts n tries and locks at the limit, all in one statement: the window starts anew when it has passed, a lock ends by itself.
INSERT INTO vimb_attempt AS a (subject, failures, first_at, last_at, locked_until) VALUES (:subject, :n, :now, :now,
  CASE WHEN cast(:n AS BIGINT) >= :max THEN cast(:now AS BIGINT) + :lockout ELSE 0 END)
  ON CONFLICT (subject) DO UPDATE SET
  failures = CASE WHEN a.locked_until > :now THEN a.failures + :n WHEN a.first_at + :window <= :now OR a.locked_until > 0 THEN cast(:n AS BIGINT)
    ELSE a.failures + :n END,
  first_at = CASE WHEN a.locked_until > :now THEN a.first_at WHEN a.first_at + :window <= :now OR a.locked_until > 0 THEN :now
    ELSE a.first_at END,
  last_at = :now,
  locked_until = CASE WHEN a.locked_until > :now THEN a.locked_until
    WHEN (CASE WHEN a.first_at + :window <= :now OR a.locked_until > 0 THEN cast(:n AS BIGINT) ELSE a.failures + :n END) >= :max
    THEN cast(:now AS BIGINT) + :lockout ELSE 0 END;

-- name: attempt_count @mysql
-- Each assignment sees what those before it made: locked_until needs the new number of failures, the others the old lock.
INSERT INTO vimb_attempt (subject, failures, first_at, last_at, locked_until) VALUES (:subject, :n, :now, :now,
  CASE WHEN :n >= :max THEN :now + :lockout ELSE 0 END)
  ON DUPLICATE KEY UPDATE
  failures = CASE WHEN locked_until > :now THEN failures + :n WHEN first_at + :window <= :now OR locked_until > 0 THEN :n ELSE failures + :n END,
  first_at = CASE WHEN locked_until > :now THEN first_at WHEN first_at + :window <= :now OR locked_until > 0 THEN :now ELSE first_at END,
  last_at = :now,
  locked_until = CASE WHEN locked_until > :now THEN locked_until WHEN failures >= :max THEN :now + :lockout ELSE 0 END;

-- name: attempt_get
-- Where a subject stands.
SELECT subject, failures, first_at, last_at, locked_until FROM vimb_attempt WHERE subject = :subject;

-- name: attempt_clear
-- Forgets a subject.
DELETE FROM vimb_attempt WHERE subject = :subject;

-- name: attempt_forgive
-- Takes back some of a subject's tries, and its lock when it is not deserved without them (the lock first: MySQL sees each assignment).
UPDATE vimb_attempt SET locked_until = CASE WHEN failures - :n >= :max THEN locked_until ELSE 0 END,
  failures = CASE WHEN failures > :n THEN failures - :n ELSE 0 END WHERE subject = :subject;

-- name: attempt_list
-- Counters that say something: locked ones first, then the latest.
SELECT subject, failures, first_at, last_at, locked_until FROM vimb_attempt
  WHERE failures > 0 AND subject NOT LIKE 'pair:%' AND (locked_until > :now OR last_at > :since)
  ORDER BY CASE WHEN locked_until > :now THEN 0 ELSE 1 END, last_at DESC, subject LIMIT :limit;

-- name: known_has
-- Was this account signed in to from there?
SELECT count(*) FROM vimb_known WHERE account = :account AND source = :source;

-- name: known_put
-- This account was signed in to from there.
INSERT INTO vimb_known (account, source, seen_at) VALUES (:account, :source, :now)
  ON CONFLICT (account, source) DO UPDATE SET seen_at = :now;

-- name: known_put @mysql
INSERT INTO vimb_known (account, source, seen_at) VALUES (:account, :source, :now)
  ON DUPLICATE KEY UPDATE seen_at = :now;

-- name: known_prune
-- Sources not seen for long.
DELETE FROM vimb_known WHERE seen_at < :before;

-- name: attempt_prune
-- Subjects whose window and lock have passed.
DELETE FROM vimb_attempt WHERE last_at < :before AND locked_until < :before;

-- name: token_clear
-- One token per purpose: the older ones are void.
DELETE FROM vimb_once WHERE purpose = :purpose;

-- name: token_add
-- A one-time token, as its hash.
INSERT INTO vimb_once (purpose, token_hash, expires_at) VALUES (:purpose, :token_hash, :expires_at);

-- name: token_take
-- Takes a token: whoever deletes the row had it.
DELETE FROM vimb_once WHERE purpose = :purpose AND token_hash = :token_hash AND expires_at > :now;

-- name: token_prune
-- Tokens past their end.
DELETE FROM vimb_once WHERE expires_at <= :now;
