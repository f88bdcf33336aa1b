-- SPDX-License-Identifier: GPL-3.0-or-later
-- Up to which time what is old was removed.

-- name: tidied
-- So far, if ever.
SELECT tidied_at FROM vimb_tidied WHERE id = 1;

-- name: tidied_first
-- For the first time.
INSERT INTO vimb_tidied (id, tidied_at) VALUES (1, :tidied_at);

-- name: tidied_move
-- Further on, or back with the clock, unless somebody else did so meanwhile.
UPDATE vimb_tidied SET tidied_at = :tidied_at WHERE id = 1 AND tidied_at = :was;
