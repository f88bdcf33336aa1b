-- SPDX-License-Identifier: GPL-3.0-or-later
-- What is read of a PostfixAdmin database (2.3 to 4.0; MySQL, PostgreSQL, SQLite). Its switches are BOOLEAN on PostgreSQL and numbers elsewhere, and those of
-- an old database whatever its operator made of them, so they are looked at as words.

-- name: pfa_domains
-- All domains but the one that stands for all of them.
SELECT d.domain, d.description, d.transport, CASE WHEN lower(CAST(d.backupmx AS CHAR(5))) IN ('1', 't', 'true', 'y', 'yes', 'on') THEN 1 ELSE 0 END AS backupmx,
  CASE WHEN lower(CAST(d.active AS CHAR(5))) IN ('1', 't', 'true', 'y', 'yes', 'on') THEN 1 ELSE 0 END AS active, d.aliases AS max_aliases, d.mailboxes AS max_mailboxes, d.maxquota AS max_quota,
  d.quota AS total_quota FROM domain d WHERE d.domain <> 'ALL' ORDER BY d.domain;

-- name: pfa_mailboxes
-- All mailboxes.
SELECT m.username, m.password, m.name, m.quota, CASE WHEN lower(CAST(m.active AS CHAR(5))) IN ('1', 't', 'true', 'y', 'yes', 'on') THEN 1 ELSE 0 END AS active
  [other: , m.email_other AS alt_email] FROM mailbox m ORDER BY m.username;

-- name: pfa_aliases
-- All aliases, those of mailboxes too.
SELECT a.address, a.goto, CASE WHEN lower(CAST(a.active AS CHAR(5))) IN ('1', 't', 'true', 'y', 'yes', 'on') THEN 1 ELSE 0 END AS active FROM alias a ORDER BY a.address;

-- name: pfa_alias_domains
-- Domains whose addresses are those of another, as aliases.
SELECT x.alias_domain AS address, x.target_domain AS goto, CASE WHEN lower(CAST(x.active AS CHAR(5))) IN ('1', 't', 'true', 'y', 'yes', 'on') THEN 1 ELSE 0 END AS active
  FROM alias_domain x ORDER BY x.alias_domain;

-- name: pfa_admins
-- All administrators; before there was a column for it, a super was one who has ALL.
SELECT a.username, a.password, CASE WHEN lower(CAST(a.active AS CHAR(5))) IN ('1', 't', 'true', 'y', 'yes', 'on') THEN 1 ELSE 0 END AS active,
  CASE WHEN EXISTS (SELECT 1 FROM domain_admins x WHERE x.username = a.username AND x.domain = 'ALL' AND lower(CAST(x.active AS CHAR(5))) IN ('1', 't', 'true', 'y', 'yes', 'on'))
  [super: OR lower(CAST(a.superadmin AS CHAR(5))) IN ('1', 't', 'true', 'y', 'yes', 'on')] THEN 1 ELSE 0 END AS super FROM admin a ORDER BY a.username;

-- name: pfa_assignments
-- Which administrator looks after which domain.
SELECT x.username, x.domain, CASE WHEN lower(CAST(x.active AS CHAR(5))) IN ('1', 't', 'true', 'y', 'yes', 'on') THEN 1 ELSE 0 END AS active FROM domain_admins x WHERE x.domain <> 'ALL'
  ORDER BY x.username, x.domain;

-- name: pfa_vacations
-- Whose mail is answered.
SELECT v.email AS object FROM vacation v [active: WHERE lower(CAST(v.active AS CHAR(5))) IN ('1', 't', 'true', 'y', 'yes', 'on')] ORDER BY v.email;

-- name: pfa_fetches
-- Into which mailboxes mail is fetched from elsewhere.
SELECT f.mailbox AS object FROM fetchmail f ORDER BY f.mailbox;

-- name: pfa_app_passwords
-- Mailboxes with further passwords, one row for each.
SELECT p.username AS object FROM mailbox_app_password p ORDER BY p.username;

-- name: pfa_factors
-- Mailboxes with a second factor.
SELECT m.username AS object FROM mailbox m WHERE m.totp_secret <> '' ORDER BY m.username;

-- name: pfa_admin_factors
-- Administrators with a second factor.
SELECT a.username AS object FROM admin a WHERE a.totp_secret <> '' ORDER BY a.username;

-- name: pfa_senders
-- Mailboxes that may not send by SMTP.
SELECT m.username AS object FROM mailbox m WHERE NOT (lower(CAST(m.smtp_active AS CHAR(5))) IN ('1', 't', 'true', 'y', 'yes', 'on')) ORDER BY m.username;

-- name: pfa_keys
-- Domains with keys of DKIM.
SELECT k.domain_name AS object FROM dkim k ORDER BY k.domain_name;

-- name: pfa_descriptions
-- Aliases with a description.
SELECT a.address AS object FROM alias a WHERE a.description <> '' ORDER BY a.address;
