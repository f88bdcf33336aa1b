-- SPDX-License-Identifier: GPL-3.0-or-later

-- name: language_get
-- What an administrator chose.
SELECT admin_id, language FROM vimb_language WHERE admin_id = :admin_id;

-- name: language_find
-- The same by name: for mails.
SELECT l.admin_id, l.language FROM vimb_language l JOIN admin a ON a.id = l.admin_id WHERE a.username = :username;

-- name: language_put
-- Chosen, whether another was before or none.
INSERT INTO vimb_language (admin_id, language) VALUES (:admin_id, :language)
  ON CONFLICT (admin_id) DO UPDATE SET language = excluded.language;

-- name: language_put @mysql
INSERT INTO vimb_language (admin_id, language) VALUES (:admin_id, :language)
  ON DUPLICATE KEY UPDATE language = VALUES(language);

-- name: language_drop
-- As the browser says again.
DELETE FROM vimb_language WHERE admin_id = :admin_id;
