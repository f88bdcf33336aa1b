-- SPDX-License-Identifier: GPL-3.0-or-later
-- The index of alias search leaves out the aliases that belong to mailboxes (address = goto): there are as many as mailboxes, and the index over these
-- finds them too.

DROP TRIGGER vimb_alias_search_insert;
DROP TRIGGER vimb_alias_search_delete;
DROP TRIGGER vimb_alias_search_update;
DROP TABLE vimb_alias_search;
CREATE VIEW vimb_alias_listed AS SELECT id, address, goto FROM alias WHERE address <> goto;
CREATE VIRTUAL TABLE vimb_alias_search USING fts5 (address, goto, content = 'vimb_alias_listed', content_rowid = 'id',
	tokenize = 'trigram');
CREATE TRIGGER vimb_alias_search_insert AFTER INSERT ON alias WHEN new.address <> new.goto BEGIN
	INSERT INTO vimb_alias_search (rowid, address, goto) VALUES (new.id, new.address, new.goto);
END;
CREATE TRIGGER vimb_alias_search_delete AFTER DELETE ON alias WHEN old.address <> old.goto BEGIN
	INSERT INTO vimb_alias_search (vimb_alias_search, rowid, address, goto) VALUES ('delete', old.id, old.address, old.goto);
END;
CREATE TRIGGER vimb_alias_search_update AFTER UPDATE OF address, goto ON alias
WHEN old.address <> new.address OR old.goto <> new.goto BEGIN
	INSERT INTO vimb_alias_search (vimb_alias_search, rowid, address, goto)
		SELECT 'delete', old.id, old.address, old.goto WHERE old.address <> old.goto;
	INSERT INTO vimb_alias_search (rowid, address, goto) SELECT new.id, new.address, new.goto WHERE new.address <> new.goto;
END;
INSERT INTO vimb_alias_search (vimb_alias_search) VALUES ('rebuild');

-- Who is switched off: few among many, found without walking along those who are not.
CREATE INDEX vimb_mailbox_off ON mailbox (username, id, name, delete_pending, Domain_id) WHERE active = 0;
CREATE INDEX vimb_alias_off ON alias (address, id, Domain_id) WHERE active = 0;

-- The sums of the domains' counters, so that a list of all need not add up thousands of them.
DROP INDEX vimb_domain_counts;
CREATE TABLE vimb_total (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	mailboxes BIGINT NOT NULL,
	aliases BIGINT NOT NULL
);
INSERT INTO vimb_total SELECT 1, coalesce(sum(mailbox_count), 0), coalesce(sum(alias_count), 0) FROM domain;
CREATE TRIGGER vimb_total_insert AFTER INSERT ON domain WHEN new.mailbox_count <> 0 OR new.alias_count <> 0 BEGIN
	UPDATE vimb_total SET mailboxes = mailboxes + new.mailbox_count, aliases = aliases + new.alias_count;
END;
CREATE TRIGGER vimb_total_delete AFTER DELETE ON domain WHEN old.mailbox_count <> 0 OR old.alias_count <> 0 BEGIN
	UPDATE vimb_total SET mailboxes = mailboxes - old.mailbox_count, aliases = aliases - old.alias_count;
END;
CREATE TRIGGER vimb_total_update AFTER UPDATE OF mailbox_count, alias_count ON domain BEGIN
	UPDATE vimb_total SET mailboxes = mailboxes + new.mailbox_count - old.mailbox_count,
		aliases = aliases + new.alias_count - old.alias_count;
END;
