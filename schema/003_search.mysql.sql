-- SPDX-License-Identifier: GPL-3.0-or-later
-- Search in any part of a text of three characters or more. MariaDB has no index of trigrams, so what is searched is kept from each of its characters
-- on, in tables of our own that triggers fill: "any part" is then "a beginning", one range of the primary key. Of addresses only the local part counts
-- (with what follows, so that a@b is found); domains are few and are looked through. 24 characters are kept; a statement compares the rest itself.

CREATE TABLE IF NOT EXISTS vimb_number (
	n INT NOT NULL,
	PRIMARY KEY (n)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
INSERT IGNORE INTO vimb_number (n)
	WITH RECURSIVE one (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM one WHERE n < 255) SELECT n FROM one;

CREATE TABLE IF NOT EXISTS vimb_mailbox_suffix (
	suffix VARCHAR(24) NOT NULL,
	mailbox_id BIGINT NOT NULL,
	PRIMARY KEY (suffix, mailbox_id)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS vimb_alias_suffix (
	suffix VARCHAR(24) NOT NULL,
	alias_id BIGINT NOT NULL,
	PRIMARY KEY (suffix, alias_id)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Most aliases belong to a mailbox (address = goto) and are not listed; these are the others, along the sortings of their list. The former are searched
-- for by their mailboxes.
CREATE TABLE IF NOT EXISTS vimb_alias_own (
	alias_id BIGINT NOT NULL,
	Domain_id BIGINT,
	address VARCHAR(255) NOT NULL,
	PRIMARY KEY (alias_id),
	KEY vimb_alias_own_address (address),
	KEY vimb_alias_own_domain (Domain_id, address),
	CONSTRAINT vimb_alias_own_of_alias FOREIGN KEY (alias_id) REFERENCES alias (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- A name that is empty is no name: the list of mailboxes is sorted by an index, which would tell the two apart.
CREATE OR REPLACE TRIGGER vimb_mailbox_name_insert BEFORE INSERT ON mailbox FOR EACH ROW
	SET new.name = nullif(new.name, '');
CREATE OR REPLACE TRIGGER vimb_mailbox_name_update BEFORE UPDATE ON mailbox FOR EACH ROW
	SET new.name = nullif(new.name, '');

CREATE OR REPLACE TRIGGER vimb_mailbox_suffix_insert AFTER INSERT ON mailbox FOR EACH ROW
BEGIN
	INSERT IGNORE INTO vimb_mailbox_suffix (suffix, mailbox_id)
		SELECT lower(substr(new.username, n.n, 24)), new.id FROM vimb_number n
		WHERE n.n <= char_length(substring_index(new.username, '@', 1));
	INSERT IGNORE INTO vimb_mailbox_suffix (suffix, mailbox_id)
		SELECT lower(substr(new.name, n.n, 24)), new.id FROM vimb_number n WHERE n.n <= char_length(new.name) - 2;
END;
CREATE OR REPLACE TRIGGER vimb_mailbox_suffix_delete AFTER DELETE ON mailbox FOR EACH ROW
BEGIN
	DELETE s FROM vimb_number n STRAIGHT_JOIN vimb_mailbox_suffix s ON s.mailbox_id = old.id
		AND s.suffix = convert(lower(substr(old.username, n.n, 24)) USING utf8mb4) COLLATE utf8mb4_bin
		WHERE n.n <= char_length(substring_index(old.username, '@', 1));
	DELETE s FROM vimb_number n STRAIGHT_JOIN vimb_mailbox_suffix s ON s.mailbox_id = old.id
		AND s.suffix = convert(lower(substr(old.name, n.n, 24)) USING utf8mb4) COLLATE utf8mb4_bin
		WHERE n.n <= char_length(old.name) - 2;
END;
CREATE OR REPLACE TRIGGER vimb_mailbox_suffix_update AFTER UPDATE ON mailbox FOR EACH ROW
	IF NOT (BINARY old.username <=> BINARY new.username AND BINARY old.name <=> BINARY new.name) THEN
		DELETE s FROM vimb_number n STRAIGHT_JOIN vimb_mailbox_suffix s ON s.mailbox_id = old.id
			AND s.suffix = convert(lower(substr(old.username, n.n, 24)) USING utf8mb4) COLLATE utf8mb4_bin
			WHERE n.n <= char_length(substring_index(old.username, '@', 1));
		DELETE s FROM vimb_number n STRAIGHT_JOIN vimb_mailbox_suffix s ON s.mailbox_id = old.id
			AND s.suffix = convert(lower(substr(old.name, n.n, 24)) USING utf8mb4) COLLATE utf8mb4_bin
			WHERE n.n <= char_length(old.name) - 2;
		INSERT IGNORE INTO vimb_mailbox_suffix (suffix, mailbox_id)
			SELECT lower(substr(new.username, n.n, 24)), new.id FROM vimb_number n
			WHERE n.n <= char_length(substring_index(new.username, '@', 1));
		INSERT IGNORE INTO vimb_mailbox_suffix (suffix, mailbox_id)
			SELECT lower(substr(new.name, n.n, 24)), new.id FROM vimb_number n WHERE n.n <= char_length(new.name) - 2;
	END IF;

-- Targets may stand far back: two numbers make one position.
CREATE OR REPLACE TRIGGER vimb_alias_suffix_insert AFTER INSERT ON alias FOR EACH ROW
	IF NOT (BINARY new.address <=> BINARY new.goto) THEN
		INSERT INTO vimb_alias_own (alias_id, Domain_id, address) VALUES (new.id, new.Domain_id, new.address);
		INSERT IGNORE INTO vimb_alias_suffix (suffix, alias_id)
			SELECT lower(substr(new.address, n.n, 24)), new.id FROM vimb_number n
			WHERE n.n <= char_length(substring_index(new.address, '@', 1));
		INSERT IGNORE INTO vimb_alias_suffix (suffix, alias_id)
			SELECT lower(substr(new.goto, (h.n - 1) * 255 + n.n, 24)), new.id FROM vimb_number h JOIN vimb_number n
			WHERE h.n <= char_length(new.goto) DIV 255 + 1 AND (h.n - 1) * 255 + n.n <= char_length(new.goto) - 2;
	END IF;
CREATE OR REPLACE TRIGGER vimb_alias_suffix_delete AFTER DELETE ON alias FOR EACH ROW
BEGIN
	DELETE s FROM vimb_number n STRAIGHT_JOIN vimb_alias_suffix s ON s.alias_id = old.id
		AND s.suffix = convert(lower(substr(old.address, n.n, 24)) USING utf8mb4) COLLATE utf8mb4_bin
		WHERE n.n <= char_length(substring_index(old.address, '@', 1));
	DELETE s FROM vimb_number h STRAIGHT_JOIN vimb_number n STRAIGHT_JOIN vimb_alias_suffix s ON s.alias_id = old.id
		AND s.suffix = convert(lower(substr(old.goto, (h.n - 1) * 255 + n.n, 24)) USING utf8mb4) COLLATE utf8mb4_bin
		WHERE h.n <= char_length(old.goto) DIV 255 + 1 AND (h.n - 1) * 255 + n.n <= char_length(old.goto) - 2;
END;
CREATE OR REPLACE TRIGGER vimb_alias_suffix_update AFTER UPDATE ON alias FOR EACH ROW
	IF NOT (BINARY old.address <=> BINARY new.address AND BINARY old.goto <=> BINARY new.goto
		AND old.Domain_id <=> new.Domain_id) THEN
		DELETE s FROM vimb_number n STRAIGHT_JOIN vimb_alias_suffix s ON s.alias_id = old.id
			AND s.suffix = convert(lower(substr(old.address, n.n, 24)) USING utf8mb4) COLLATE utf8mb4_bin
			WHERE n.n <= char_length(substring_index(old.address, '@', 1));
		DELETE s FROM vimb_number h STRAIGHT_JOIN vimb_number n STRAIGHT_JOIN vimb_alias_suffix s ON s.alias_id = old.id
			AND s.suffix = convert(lower(substr(old.goto, (h.n - 1) * 255 + n.n, 24)) USING utf8mb4) COLLATE utf8mb4_bin
			WHERE h.n <= char_length(old.goto) DIV 255 + 1 AND (h.n - 1) * 255 + n.n <= char_length(old.goto) - 2;
		DELETE FROM vimb_alias_own WHERE alias_id = old.id;
		IF NOT (BINARY new.address <=> BINARY new.goto) THEN
			INSERT INTO vimb_alias_own (alias_id, Domain_id, address) VALUES (new.id, new.Domain_id, new.address);
			INSERT IGNORE INTO vimb_alias_suffix (suffix, alias_id)
				SELECT lower(substr(new.address, n.n, 24)), new.id FROM vimb_number n
				WHERE n.n <= char_length(substring_index(new.address, '@', 1));
			INSERT IGNORE INTO vimb_alias_suffix (suffix, alias_id)
				SELECT lower(substr(new.goto, (h.n - 1) * 255 + n.n, 24)), new.id FROM vimb_number h JOIN vimb_number n
				WHERE h.n <= char_length(new.goto) DIV 255 + 1 AND (h.n - 1) * 255 + n.n <= char_length(new.goto) - 2;
		END IF;
	END IF;

-- What is there already. In order of the keys, so that a million mailboxes take minutes and not hours.
UPDATE mailbox SET name = NULL WHERE name = '';
INSERT IGNORE INTO vimb_mailbox_suffix (suffix, mailbox_id)
	SELECT convert(lower(substr(m.username, n.n, 24)) USING utf8mb4) COLLATE utf8mb4_bin, m.id FROM mailbox m
	JOIN vimb_number n ON n.n <= char_length(substring_index(m.username, '@', 1)) ORDER BY 1, 2;
INSERT IGNORE INTO vimb_mailbox_suffix (suffix, mailbox_id)
	SELECT convert(lower(substr(m.name, n.n, 24)) USING utf8mb4) COLLATE utf8mb4_bin, m.id FROM mailbox m
	JOIN vimb_number n ON n.n <= char_length(m.name) - 2 ORDER BY 1, 2;
INSERT IGNORE INTO vimb_alias_own (alias_id, Domain_id, address)
	SELECT a.id, a.Domain_id, a.address FROM alias a WHERE BINARY a.address <> BINARY a.goto;
INSERT IGNORE INTO vimb_alias_suffix (suffix, alias_id)
	SELECT convert(lower(substr(a.address, n.n, 24)) USING utf8mb4) COLLATE utf8mb4_bin, a.id FROM alias a
	JOIN vimb_number n ON n.n <= char_length(substring_index(a.address, '@', 1)) WHERE BINARY a.address <> BINARY a.goto ORDER BY 1, 2;
INSERT IGNORE INTO vimb_alias_suffix (suffix, alias_id)
	SELECT convert(lower(substr(a.goto, (h.n - 1) * 255 + n.n, 24)) USING utf8mb4) COLLATE utf8mb4_bin, a.id FROM alias a
	JOIN vimb_number h ON h.n <= char_length(a.goto) DIV 255 + 1
	JOIN vimb_number n ON (h.n - 1) * 255 + n.n <= char_length(a.goto) - 2 WHERE BINARY a.address <> BINARY a.goto ORDER BY 1, 2;
