-- SPDX-License-Identifier: GPL-3.0-or-later
-- Many rows in one transaction: while a row stands in vimb_search_hold, the triggers leave rows above its numbers out of the search indexes, and whoever
-- put it there enters them all at once before the commit (store/import.sql, search_release). FTS5 writes out what it has gathered whenever a statement with
-- triggers begins; row by row that was a third of an import. Nobody else ever sees the row: it comes and goes within one transaction.

CREATE TABLE vimb_search_hold (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	mailbox_above BIGINT NOT NULL,
	alias_above BIGINT NOT NULL
);

DROP TRIGGER vimb_mailbox_search_insert;
DROP TRIGGER vimb_mailbox_search_delete;
DROP TRIGGER vimb_mailbox_search_update;
CREATE TRIGGER vimb_mailbox_search_insert AFTER INSERT ON mailbox
WHEN NOT EXISTS (SELECT 1 FROM vimb_search_hold h WHERE new.id > h.mailbox_above) BEGIN
	INSERT INTO vimb_mailbox_search (rowid, username, name) VALUES (new.id, new.username, new.name);
END;
CREATE TRIGGER vimb_mailbox_search_delete AFTER DELETE ON mailbox
WHEN NOT EXISTS (SELECT 1 FROM vimb_search_hold h WHERE old.id > h.mailbox_above) BEGIN
	INSERT INTO vimb_mailbox_search (vimb_mailbox_search, rowid, username, name) VALUES ('delete', old.id, old.username, old.name);
END;
CREATE TRIGGER vimb_mailbox_search_update AFTER UPDATE OF username, name ON mailbox
WHEN (old.username IS NOT new.username OR old.name IS NOT new.name)
	AND NOT EXISTS (SELECT 1 FROM vimb_search_hold h WHERE old.id > h.mailbox_above) BEGIN
	INSERT INTO vimb_mailbox_search (vimb_mailbox_search, rowid, username, name) VALUES ('delete', old.id, old.username, old.name);
	INSERT INTO vimb_mailbox_search (rowid, username, name) VALUES (new.id, new.username, new.name);
END;

DROP TRIGGER vimb_alias_search_insert;
DROP TRIGGER vimb_alias_search_delete;
DROP TRIGGER vimb_alias_search_update;
CREATE TRIGGER vimb_alias_search_insert AFTER INSERT ON alias
WHEN new.address <> new.goto AND NOT EXISTS (SELECT 1 FROM vimb_search_hold h WHERE new.id > h.alias_above) BEGIN
	INSERT INTO vimb_alias_search (rowid, address, goto) VALUES (new.id, new.address, new.goto);
END;
CREATE TRIGGER vimb_alias_search_delete AFTER DELETE ON alias
WHEN old.address <> old.goto AND NOT EXISTS (SELECT 1 FROM vimb_search_hold h WHERE old.id > h.alias_above) BEGIN
	INSERT INTO vimb_alias_search (vimb_alias_search, rowid, address, goto) VALUES ('delete', old.id, old.address, old.goto);
END;
CREATE TRIGGER vimb_alias_search_update AFTER UPDATE OF address, goto ON alias
WHEN (old.address <> new.address OR old.goto <> new.goto)
	AND NOT EXISTS (SELECT 1 FROM vimb_search_hold h WHERE old.id > h.alias_above) BEGIN
	INSERT INTO vimb_alias_search (vimb_alias_search, rowid, address, goto)
		SELECT 'delete', old.id, old.address, old.goto WHERE old.address <> old.goto;
	INSERT INTO vimb_alias_search (rowid, address, goto) SELECT new.id, new.address, new.goto WHERE new.address <> new.goto;
END;

-- Most aliases have one target, those of mailboxes among them: no list is taken apart for these.
DROP TRIGGER vimb_alias_target_insert;
CREATE TRIGGER vimb_alias_target_insert AFTER INSERT ON alias
WHEN instr(new.goto, ',') > 0 OR new.goto <> trim(new.goto, ' ' || char(9, 10, 13)) BEGIN
	INSERT INTO vimb_alias_target (target, alias_id)
		SELECT DISTINCT lower(trim(t.value, ' ' || char(9, 10, 13))), new.id
		FROM json_each('[' || replace(json_quote(new.goto), ',', '","') || ']') t
		WHERE trim(t.value, ' ' || char(9, 10, 13)) <> '';
END;
CREATE TRIGGER vimb_alias_target_insert_one AFTER INSERT ON alias
WHEN new.goto <> '' AND instr(new.goto, ',') = 0 AND new.goto = trim(new.goto, ' ' || char(9, 10, 13)) BEGIN
	INSERT INTO vimb_alias_target (target, alias_id) VALUES (lower(new.goto), new.id);
END;
