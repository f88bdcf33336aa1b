-- SPDX-License-Identifier: GPL-3.0-or-later
-- Long lists of targets, entered into the search piece by piece. The triggers of 003_search looked at the whole list for each of its characters: a list of
-- 2,000 addresses took seconds to change or to remove, one of a megabyte minutes. What is kept is the same: 24 characters from each of the first 65,025 on.

CREATE OR REPLACE TRIGGER vimb_alias_suffix_insert AFTER INSERT ON alias FOR EACH ROW
	IF NOT (BINARY new.address <=> BINARY new.goto) THEN
	BEGIN
		DECLARE list LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT lower(left(new.goto, 65048));
		DECLARE part VARCHAR(278) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
		DECLARE at, len INT DEFAULT 0;
		INSERT INTO vimb_alias_own (alias_id, Domain_id, address) VALUES (new.id, new.Domain_id, new.address);
		INSERT IGNORE INTO vimb_alias_suffix (suffix, alias_id)
			SELECT lower(substr(new.address, n.n, 24)), new.id FROM vimb_number n
			WHERE n.n <= char_length(substring_index(new.address, '@', 1));
		SET len = char_length(list);
		WHILE at < len - 2 AND at < 65025 DO
			SET part = substr(list, at + 1, 278);
			INSERT IGNORE INTO vimb_alias_suffix (suffix, alias_id)
				SELECT substr(part, n.n, 24), new.id FROM vimb_number n WHERE n.n <= char_length(part) - 2;
			SET at = at + 255;
		END WHILE;
	END;
	END IF;

CREATE OR REPLACE TRIGGER vimb_alias_suffix_delete AFTER DELETE ON alias FOR EACH ROW
BEGIN
	DECLARE list LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT lower(left(old.goto, 65048));
	DECLARE part VARCHAR(278) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
	DECLARE at, len INT DEFAULT 0;
	DELETE s FROM vimb_number n STRAIGHT_JOIN vimb_alias_suffix s ON s.alias_id = old.id
		AND s.suffix = convert(lower(substr(old.address, n.n, 24)) USING utf8mb4) COLLATE utf8mb4_bin
		WHERE n.n <= char_length(substring_index(old.address, '@', 1));
	SET len = char_length(list);
	WHILE at < len - 2 AND at < 65025 DO
		SET part = substr(list, at + 1, 278);
		DELETE s FROM vimb_number n STRAIGHT_JOIN vimb_alias_suffix s ON s.alias_id = old.id AND s.suffix = substr(part, n.n, 24)
			WHERE n.n <= char_length(part) - 2;
		SET at = at + 255;
	END WHILE;
END;

CREATE OR REPLACE TRIGGER vimb_alias_suffix_update AFTER UPDATE ON alias FOR EACH ROW
	IF NOT (BINARY old.address <=> BINARY new.address AND BINARY old.goto <=> BINARY new.goto
		AND old.Domain_id <=> new.Domain_id) THEN
	BEGIN
		DECLARE list LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT lower(left(old.goto, 65048));
		DECLARE part VARCHAR(278) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
		DECLARE at, len INT DEFAULT 0;
		DELETE s FROM vimb_number n STRAIGHT_JOIN vimb_alias_suffix s ON s.alias_id = old.id
			AND s.suffix = convert(lower(substr(old.address, n.n, 24)) USING utf8mb4) COLLATE utf8mb4_bin
			WHERE n.n <= char_length(substring_index(old.address, '@', 1));
		SET len = char_length(list);
		WHILE at < len - 2 AND at < 65025 DO
			SET part = substr(list, at + 1, 278);
			DELETE s FROM vimb_number n STRAIGHT_JOIN vimb_alias_suffix s ON s.alias_id = old.id AND s.suffix = substr(part, n.n, 24)
				WHERE n.n <= char_length(part) - 2;
			SET at = at + 255;
		END WHILE;
		DELETE FROM vimb_alias_own WHERE alias_id = old.id;
		IF NOT (BINARY new.address <=> BINARY new.goto) THEN
			INSERT INTO vimb_alias_own (alias_id, Domain_id, address) VALUES (new.id, new.Domain_id, new.address);
			INSERT IGNORE INTO vimb_alias_suffix (suffix, alias_id)
				SELECT lower(substr(new.address, n.n, 24)), new.id FROM vimb_number n
				WHERE n.n <= char_length(substring_index(new.address, '@', 1));
			SET list = lower(left(new.goto, 65048)), at = 0;
			SET len = char_length(list);
			WHILE at < len - 2 AND at < 65025 DO
				SET part = substr(list, at + 1, 278);
				INSERT IGNORE INTO vimb_alias_suffix (suffix, alias_id)
					SELECT substr(part, n.n, 24), new.id FROM vimb_number n WHERE n.n <= char_length(part) - 2;
				SET at = at + 255;
			END WHILE;
		END IF;
	END;
	END IF;
