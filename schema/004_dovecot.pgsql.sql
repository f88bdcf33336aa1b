-- SPDX-License-Identifier: GPL-3.0-or-later
-- Dovecot 2.3 writes its dictionaries to PostgreSQL by plain INSERTs; a second one for a mailbox becomes the UPDATE it stands for. (2.4 says so itself.)

CREATE FUNCTION vimb_dovecot_quota_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE dovecot_quota SET bytes = new.bytes, messages = new.messages, updated_at = new.updated_at WHERE username = new.username;
	IF FOUND THEN
		RETURN NULL;
	END IF;
	RETURN new;
END
$$;
CREATE TRIGGER vimb_dovecot_quota_again BEFORE INSERT ON dovecot_quota FOR EACH ROW EXECUTE FUNCTION vimb_dovecot_quota_again();

CREATE FUNCTION vimb_dovecot_last_login_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE dovecot_last_login SET last_login = new.last_login WHERE username = new.username;
	IF FOUND THEN
		RETURN NULL;
	END IF;
	RETURN new;
END
$$;
CREATE TRIGGER vimb_dovecot_last_login_again BEFORE INSERT ON dovecot_last_login FOR EACH ROW
	EXECUTE FUNCTION vimb_dovecot_last_login_again();
