-- SPDX-License-Identifier: GPL-3.0-or-later
-- One-time tokens of which several may live at a time, such as those that lead to a new password.

-- name: once_add
-- A one-time token, as its hash.
INSERT INTO vimb_once (purpose, token_hash, expires_at) VALUES (:purpose, :token_hash, :expires_at);

-- name: once_live
-- How many of a purpose have not expired.
SELECT count(*) AS n FROM vimb_once WHERE purpose = :purpose AND expires_at > :now;

-- name: once_clear
-- All of a purpose are void.
DELETE FROM vimb_once WHERE purpose = :purpose;
