-- SPDX-License-Identifier: GPL-3.0-or-later

-- name: seal_last
-- The end of the chain.
SELECT seq, log_id, sealed_at, mac FROM vimb_seal ORDER BY seq DESC LIMIT 1;

-- name: seal_newest
-- The newest row of the trail that is sealed.
SELECT max(log_id) FROM vimb_seal;

-- name: seal_pending
-- Rows that are not sealed, of those behind `from`.
SELECT l.id, l.action, l.data, l.timestamp, v.actor, v.door, v.source, v.object_type, v.object_id, v.object, v.domain_id AS object_domain,
  v.detail_before, v.detail_after, v.request_id
  FROM log l LEFT JOIN vimb_seal s ON s.log_id = l.id LEFT JOIN vimb_audit v ON v.log_id = l.id
  WHERE l.id > :from AND s.log_id IS NULL ORDER BY l.id LIMIT :limit;

-- name: seal_add
-- The next link.
INSERT INTO vimb_seal (seq, log_id, sealed_at, mac) VALUES (:seq, :log_id, :sealed_at, :mac);

-- name: seal_walk
-- The chain behind a link, each seal beside the row it covers, if that is still there.
SELECT s.seq, s.log_id, s.sealed_at, s.mac, l.id, l.action, l.data, l.timestamp, v.actor, v.door, v.source, v.object_type, v.object_id,
  v.object, v.domain_id AS object_domain, v.detail_before, v.detail_after, v.request_id
  FROM vimb_seal s LEFT JOIN log l ON l.id = s.log_id LEFT JOIN vimb_audit v ON v.log_id = s.log_id
  WHERE s.seq > :seq ORDER BY s.seq LIMIT :limit;

-- name: seal_unsealed
-- How many rows of the trail no seal covers.
SELECT count(*) FROM log l WHERE NOT EXISTS (SELECT 1 FROM vimb_seal s WHERE s.log_id = l.id);

-- name: seal_keys
-- The keys that seals were made with.
SELECT from_seq, sealed FROM vimb_seal_key ORDER BY from_seq LIMIT :limit;

-- name: seal_key_add
-- One more.
INSERT INTO vimb_seal_key (from_seq, sealed) VALUES (:from_seq, :sealed);

-- name: seal_key_put
-- Sealed anew.
UPDATE vimb_seal_key SET sealed = :sealed WHERE from_seq = :from_seq;

-- name: seal_start
-- Where the chain begins.
SELECT id, seq, mac, cut_at, removed, bad, proof FROM vimb_seal_start WHERE id = 1;

-- name: seal_start_add
-- For the first time.
INSERT INTO vimb_seal_start (id, seq, mac, cut_at, removed, bad, proof) VALUES (:id, :seq, :mac, :cut_at, :removed, :bad, :proof);

-- name: seal_start_move
-- Further on, unless somebody else did so meanwhile.
UPDATE vimb_seal_start SET seq = :seq, mac = :mac, cut_at = :cut_at, removed = :removed, bad = :bad, proof = :proof WHERE id = :id AND seq = :was;

-- name: seal_stray
-- The oldest rows of the trail before all that have a seal, as many as no seal will cover any more.
SELECT l.id, l.timestamp FROM log l WHERE l.id <= :below AND l.id < coalesce((SELECT min(log_id) FROM vimb_seal), :below + 1)
  ORDER BY l.id LIMIT :limit;

-- name: seal_cut_details
-- Rows of the trail up to a seal go: their details ...
DELETE FROM vimb_audit WHERE log_id IN (SELECT s.log_id FROM vimb_seal s WHERE s.seq <= :seq);

-- name: seal_cut_details @mysql
DELETE v FROM vimb_seal s JOIN vimb_audit v ON v.log_id = s.log_id WHERE s.seq <= :seq;

-- name: seal_cut_rows
-- ... themselves ...
DELETE FROM log WHERE id IN (SELECT s.log_id FROM vimb_seal s WHERE s.seq <= :seq);

-- name: seal_cut_rows @mysql
DELETE l FROM vimb_seal s JOIN log l ON l.id = s.log_id WHERE s.seq <= :seq;

-- name: seal_cut
-- ... and the seals.
DELETE FROM vimb_seal WHERE seq <= :seq;

-- name: seal_cut_stray_details
-- Rows up to an id that have no seal.
DELETE FROM vimb_audit WHERE log_id <= :id AND NOT EXISTS (SELECT 1 FROM vimb_seal s WHERE s.log_id = vimb_audit.log_id);

-- name: seal_cut_strays
-- ... and themselves.
DELETE FROM log WHERE id <= :id AND NOT EXISTS (SELECT 1 FROM vimb_seal s WHERE s.log_id = log.id);
