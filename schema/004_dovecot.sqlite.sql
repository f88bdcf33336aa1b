-- SPDX-License-Identifier: GPL-3.0-or-later
-- Dovecot 2.3 writes its dictionaries to SQLite by plain INSERTs; a second one for a mailbox becomes the UPDATE it stands for. (2.4 says so itself.)

CREATE TRIGGER vimb_dovecot_quota_again BEFORE INSERT ON dovecot_quota
WHEN EXISTS (SELECT 1 FROM dovecot_quota WHERE username = new.username) BEGIN
	UPDATE dovecot_quota SET bytes = new.bytes, messages = new.messages, updated_at = CURRENT_TIMESTAMP WHERE username = new.username;
	SELECT RAISE(IGNORE);
END;
CREATE TRIGGER vimb_dovecot_last_login_again BEFORE INSERT ON dovecot_last_login
WHEN EXISTS (SELECT 1 FROM dovecot_last_login WHERE username = new.username) BEGIN
	UPDATE dovecot_last_login SET last_login = new.last_login WHERE username = new.username;
	SELECT RAISE(IGNORE);
END;
