-- SPDX-License-Identifier: GPL-3.0-or-later
-- What is read of a PostfixAdmin database (2.3 to 3.3; MySQL, PostgreSQL, SQLite). Its switches are BOOLEAN on PostgreSQL and numbers elsewhere.

-- name: pfa_domains
-- All domains but the one that stands for all of them.
SELECT d.domain, d.description, d.transport, CASE WHEN d.backupmx THEN 1 ELSE 0 END AS backupmx,
  CASE WHEN d.active THEN 1 ELSE 0 END AS active, d.aliases AS max_aliases, d.mailboxes AS max_mailboxes, d.maxquota AS max_quota,
  d.quota AS total_quota FROM domain d WHERE d.domain <> 'ALL' ORDER BY d.domain;

-- name: pfa_mailboxes
-- All mailboxes.
SELECT m.username, m.password, m.name, m.quota, CASE WHEN m.active THEN 1 ELSE 0 END AS active [other: , m.email_other AS alt_email]
  FROM mailbox m ORDER BY m.username;

-- name: pfa_aliases
-- All aliases, those of mailboxes too.
SELECT a.address, a.goto, CASE WHEN a.active THEN 1 ELSE 0 END AS active FROM alias a ORDER BY a.address;

-- name: pfa_alias_domains
-- Domains whose addresses are those of another, as aliases.
SELECT x.alias_domain AS address, x.target_domain AS goto, CASE WHEN x.active THEN 1 ELSE 0 END AS active FROM alias_domain x
  ORDER BY x.alias_domain;

-- name: pfa_admins
-- All administrators; before there was a column for it, a super was one who has ALL.
SELECT a.username, a.password, CASE WHEN a.active THEN 1 ELSE 0 END AS active,
  CASE WHEN EXISTS (SELECT 1 FROM domain_admins x WHERE x.username = a.username AND x.domain = 'ALL') [super: OR a.superadmin]
  THEN 1 ELSE 0 END AS super FROM admin a ORDER BY a.username;

-- name: pfa_assignments
-- Which administrator looks after which domain.
SELECT x.username, x.domain FROM domain_admins x WHERE x.domain <> 'ALL' ORDER BY x.username, x.domain;

-- name: pfa_vacations
-- Whose mail is answered.
SELECT v.email AS object FROM vacation v ORDER BY v.email;

-- name: pfa_fetches
-- Into which mailboxes mail is fetched from elsewhere.
SELECT f.mailbox AS object FROM fetchmail f ORDER BY f.mailbox;
