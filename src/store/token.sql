-- SPDX-License-Identifier: GPL-3.0-or-later

-- name: apitoken_get
-- A token by the hash of what its holder sent, with its owner as things are now.
SELECT t.id, t.name, t.token_hash, t.scope, t.allowed_ips, t.allowed_domains, t.created, t.expires_at, t.last_used_at, t.revoked,
  o.owner, o.made_by, u.source AS used_from, a.id AS owner_id, coalesce(a.active, 0) AS owner_active, coalesce(a.super, 0) AS owner_super
  FROM mcp_token t LEFT JOIN vimb_token o ON o.token_id = t.id LEFT JOIN vimb_token_use u ON u.token_id = t.id
  LEFT JOIN admin a ON a.id = o.owner_id AND a.username = o.owner
  WHERE t.token_hash = :token_hash;

-- name: apitoken_list
-- All tokens, those that are in force first.
SELECT t.id, t.name, t.scope, t.allowed_ips, t.allowed_domains, t.created, t.expires_at, t.last_used_at, t.revoked,
  o.owner, o.made_by, u.source AS used_from, a.id AS owner_id, coalesce(a.active, 0) AS owner_active, coalesce(a.super, 0) AS owner_super
  FROM mcp_token t LEFT JOIN vimb_token o ON o.token_id = t.id LEFT JOIN vimb_token_use u ON u.token_id = t.id
  LEFT JOIN admin a ON a.id = o.owner_id AND a.username = o.owner
  ORDER BY t.revoked, t.id LIMIT :limit;

-- name: apitoken_add
-- A new token, as its hash.
INSERT INTO mcp_token (name, token_hash, scope, allowed_ips, allowed_domains, created, expires_at, revoked)
  VALUES (:name, :token_hash, :scope, :allowed_ips, :allowed_domains, :created, :expires_at, 0) [pgsql: RETURNING id];

-- name: apitoken_own
-- Whose it is.
INSERT INTO vimb_token (token_id, owner_id, owner, made_by) VALUES (:id, :owner_id, :owner, :made_by);

-- name: apitoken_used
-- It is in use.
UPDATE mcp_token SET last_used_at = :last_used_at WHERE id = :id;

-- name: apitoken_used_from
-- From there.
INSERT INTO vimb_token_use (token_id, source) VALUES (:id, :source) ON CONFLICT (token_id) DO UPDATE SET source = excluded.source;

-- name: apitoken_used_from @mysql
INSERT INTO vimb_token_use (token_id, source) VALUES (:id, :source) ON DUPLICATE KEY UPDATE source = VALUES(source);

-- name: apitoken_until
-- It ends earlier than it would have.
UPDATE mcp_token SET expires_at = :expires_at WHERE id = :id AND revoked = 0;

-- name: apitoken_revoke
-- It is void from now on.
UPDATE mcp_token SET revoked = 1 WHERE id = :id AND revoked = 0;

-- name: apitoken_domains
-- The domains a token is limited to, and which of them are its owner's.
SELECT d.id AS domain_id, d.domain, (SELECT count(*) FROM domain_admins x WHERE x.Admin_id = :owner_id AND x.Domain_id = d.id) AS assigned
  FROM vimb_token_domain t JOIN domain d ON d.id = t.domain_id WHERE t.scope = :scope ORDER BY d.id LIMIT :limit;

-- name: apitoken_limit
-- One more domain.
INSERT INTO vimb_token_domain (scope, domain_id) VALUES (:scope, :domain_id);

-- name: apitoken_unlimit
-- One domain less.
DELETE FROM vimb_token_domain WHERE scope = :scope AND domain_id = :domain_id;

-- name: scope_has
-- Is the domain within the scope?
SELECT count(*) FROM domain d WHERE d.id = :domain_id AND {mine d.id};
