-- SPDX-License-Identifier: GPL-3.0-or-later

-- name: job_add
-- A job to be run from a time on.
INSERT INTO vimb_job (kind, args, state, run_at, attempts, fence, created_at, requested_by)
  VALUES (:kind, :args, 'waiting', :run_at, 0, 0, :now, :requested_by);

-- name: job_last
-- When the last of the kind is to run that somebody asked for and that was not tried yet.
SELECT max(run_at) FROM vimb_job WHERE state = 'waiting' AND run_at > :now AND kind = :kind AND attempts = 0 AND coalesce(requested_by, 0) = :requested_by;

-- name: job_ensure
-- The same unless a job of the kind waits or runs.
INSERT INTO vimb_job (kind, args, state, run_at, attempts, fence, created_at)
  SELECT :kind, '{}', 'waiting', :run_at, 0, 0, :now
  WHERE NOT EXISTS (SELECT 1 FROM vimb_job WHERE kind = :kind AND state = 'waiting');

-- name: job_due
-- The next job that may be claimed: due, or left by a worker whose lease ran out.
SELECT id, kind, args, attempts, fence FROM vimb_job
  WHERE state = 'waiting' AND run_at <= :now AND (lease_until IS NULL OR lease_until <= :now) ORDER BY run_at, id LIMIT 1;

-- name: job_due_long
-- The same of the kind that has a lane of its own.
SELECT id, kind, args, attempts, fence FROM vimb_job
  WHERE state = 'waiting' AND run_at <= :now AND (lease_until IS NULL OR lease_until <= :now) AND kind = :kind ORDER BY run_at, id LIMIT 1;

-- name: job_due_short
-- The same of all other kinds.
SELECT id, kind, args, attempts, fence FROM vimb_job
  WHERE state = 'waiting' AND run_at <= :now AND (lease_until IS NULL OR lease_until <= :now) AND kind <> :kind ORDER BY run_at, id LIMIT 1;

-- name: job_claim
-- Claims it: one of several claimers sees the fence it read. The state stays `waiting`, so a lost worker only delays.
UPDATE vimb_job SET lease_owner = :owner, lease_until = :until, fence = fence + 1, attempts = attempts + 1
  WHERE id = :id AND state = 'waiting' AND fence = :fence;

-- name: job_done
-- Finished, if the lease is still ours.
UPDATE vimb_job SET state = 'done', finished_at = :now, lease_until = NULL WHERE id = :id AND fence = :fence;

-- name: job_extend
-- It will take longer than leases do.
UPDATE vimb_job SET lease_until = :until WHERE id = :id AND fence = :fence;

-- name: job_release
-- What a worker had that is known to be dead: nobody needs to wait for its leases to run out.
UPDATE vimb_job SET lease_until = NULL WHERE state = 'waiting' AND lease_owner LIKE :owner;

-- name: job_retry
-- Failed this time; again later.
UPDATE vimb_job SET run_at = :run_at, lease_until = NULL, last_error = :why WHERE id = :id AND fence = :fence;

-- name: job_give_up
-- Failed for good.
UPDATE vimb_job SET state = 'failed', finished_at = :now, lease_until = NULL, last_error = :why WHERE id = :id AND fence = :fence;

-- name: job_peers
-- Others of the kind that nobody works on, due or not.
SELECT id, kind, args, attempts, fence FROM vimb_job
  WHERE state = 'waiting' AND kind = :kind AND id <> :id AND (lease_until IS NULL OR lease_until <= :now) ORDER BY run_at, id LIMIT :limit;

-- name: job_put_off
-- All of those later, without a try of theirs being counted.
UPDATE vimb_job SET run_at = :run_at, last_error = :why
  WHERE state = 'waiting' AND kind = :kind AND id <> :id AND run_at < :run_at AND (lease_until IS NULL OR lease_until <= :now);

-- name: job_prune
-- Finished jobs older than a time.
DELETE FROM vimb_job WHERE state <> 'waiting' AND finished_at < :before;
