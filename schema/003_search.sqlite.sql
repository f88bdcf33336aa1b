-- SPDX-License-Identifier: GPL-3.0-or-later
-- Search in any part of a text of three characters or more: trigram indexes over the lists' columns, kept by triggers.

CREATE VIRTUAL TABLE vimb_mailbox_search USING fts5 (username, name, content = 'mailbox', content_rowid = 'id',
	tokenize = 'trigram');
CREATE TRIGGER vimb_mailbox_search_insert AFTER INSERT ON mailbox BEGIN
	INSERT INTO vimb_mailbox_search (rowid, username, name) VALUES (new.id, new.username, new.name);
END;
CREATE TRIGGER vimb_mailbox_search_delete AFTER DELETE ON mailbox BEGIN
	INSERT INTO vimb_mailbox_search (vimb_mailbox_search, rowid, username, name) VALUES ('delete', old.id, old.username, old.name);
END;
CREATE TRIGGER vimb_mailbox_search_update AFTER UPDATE OF username, name ON mailbox
WHEN old.username IS NOT new.username OR old.name IS NOT new.name BEGIN
	INSERT INTO vimb_mailbox_search (vimb_mailbox_search, rowid, username, name) VALUES ('delete', old.id, old.username, old.name);
	INSERT INTO vimb_mailbox_search (rowid, username, name) VALUES (new.id, new.username, new.name);
END;

CREATE VIRTUAL TABLE vimb_alias_search USING fts5 (address, goto, content = 'alias', content_rowid = 'id',
	tokenize = 'trigram');
CREATE TRIGGER vimb_alias_search_insert AFTER INSERT ON alias BEGIN
	INSERT INTO vimb_alias_search (rowid, address, goto) VALUES (new.id, new.address, new.goto);
END;
CREATE TRIGGER vimb_alias_search_delete AFTER DELETE ON alias BEGIN
	INSERT INTO vimb_alias_search (vimb_alias_search, rowid, address, goto) VALUES ('delete', old.id, old.address, old.goto);
END;
CREATE TRIGGER vimb_alias_search_update AFTER UPDATE OF address, goto ON alias
WHEN old.address <> new.address OR old.goto <> new.goto BEGIN
	INSERT INTO vimb_alias_search (vimb_alias_search, rowid, address, goto) VALUES ('delete', old.id, old.address, old.goto);
	INSERT INTO vimb_alias_search (rowid, address, goto) VALUES (new.id, new.address, new.goto);
END;

INSERT INTO vimb_mailbox_search (vimb_mailbox_search) VALUES ('rebuild');
INSERT INTO vimb_alias_search (vimb_alias_search) VALUES ('rebuild');
