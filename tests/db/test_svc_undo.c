/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Taking back: every kind of entry, what refuses, what a deletion keeps and for how long. That
 * something is back is said by the rows themselves, not by the services that put them there.
 */
#include "base/base.h"

#include "svc_fixture.h"

#include "svc/undo.h"

static int64_t
last_entry(const struct world *w)
{
	return world_number(w, "SELECT max(id) FROM log");
}

static void
undo(struct world *w, const struct actor *actor, int64_t entry, enum rc want, const char *words)
{
	OP box = as(w, actor);

	EXPECT(box, undo_entry(&box->op, entry), want);
	if (words)
		expect_fault(box, NULL, words);
}

static void
undo_last(struct world *w, const struct actor *actor)
{
	undo(w, actor, last_entry(w), RC_OK, NULL);
}

#define NUMBER(w, sql, want) assert_int_equal(world_number((w), (sql)), (want))

static void
assert_text(const struct world *w, const char *sql, const char *want)
{
	char *text = world_text(w, sql);

	assert_non_null(text);
	assert_string_equal(text, want);
	free(text);
}

static void
test_edit(void **state)
{
	struct world *w = *state;
	struct mailbox_in in = { 0 };
	struct mailbox row;
	int64_t entry;

	{
		OP box = as(w, &w->owner);

		GIVE(mailbox_in, &in, name, "Renamed");
		GIVE(mailbox_in, &in, quota, 1024);
		EXPECT(box, mailbox_edit(&box->op, w->own.mailbox_id, &in, &row), RC_OK);
	}
	entry = last_entry(w);
	assert_text(w, "SELECT name FROM mailbox WHERE username = 'anna@own.example'", "Renamed");
	undo(w, &w->stranger, entry, RC_NOT_FOUND, "no such");
	undo(w, &w->owner, entry, RC_OK, NULL);
	NUMBER(w, "SELECT count(*) FROM mailbox WHERE username = 'anna@own.example' AND quota = 0 AND coalesce(name, '') <> 'Renamed'",
	    1);
	assert_int_equal(last_entry(w), entry + 1);
	assert_text(w, "SELECT action FROM log ORDER BY id DESC LIMIT 1", "MAILBOX_EDIT");
	NUMBER(w, "SELECT count(*) FROM log WHERE data LIKE '%(takes back entry %'", 1);
	/* taken back already: the fields hold something else now */
	undo(w, &w->owner, entry, RC_CONFLICT, "changed since");
	/* and what took it back can be taken back */
	undo(w, &w->owner, entry + 1, RC_OK, NULL);
	assert_text(w, "SELECT name FROM mailbox WHERE username = 'anna@own.example'", "Renamed");
	undo(w, &w->owner, entry + 2, RC_OK, NULL);
}

static void
test_dry_run(void **state)
{
	struct world *w = *state;
	struct alias row;
	char *before, *after;
	int64_t entry;

	{
		OP box = as(w, &w->owner);

		EXPECT(box, alias_set_active(&box->op, w->own.alias_id, false, &row), RC_OK);
	}
	entry = last_entry(w);
	before = world_dump(w);
	{
		OP box = as_with(w, &w->owner, OP_DRY_RUN, NULL);

		EXPECT(box, undo_entry(&box->op, entry), RC_OK);
		assert_non_null(box->op.changes);
		assert_non_null(strstr(box->op.changes->after_json, "true"));
	}
	after = world_dump(w);
	assert_string_equal(before, after);
	free(before);
	free(after);
	undo(w, &w->owner, entry, RC_OK, NULL);
	NUMBER(w, "SELECT active FROM alias WHERE address = 'info@own.example'", 1);
}

/* Removes a mailbox that stands in two aliases alone and among others. */
static int64_t
remove_box(struct world *w)
{
	int64_t id = make_mailbox(w, "gone@own.example");
	char *hash = world_text(w, "SELECT password FROM mailbox WHERE username = 'gone@own.example'");

	assert_non_null(hash);
	free(hash);
	(void)make_alias(w, "alone@own.example", "gone@own.example");
	(void)make_alias(w, "among@own.example",
	    "x@elsewhere.example,gone@own.example,y@elsewhere.example");
	OP box = as(w, &w->owner);

	EXPECT(box, mailbox_delete(&box->op, id), RC_OK);
	return last_entry(w);
}

static void
forget(struct world *w)
{
	world_exec(w, "DELETE FROM alias WHERE address IN ('alone@own.example', 'among@own.example', 'gone@own.example')");
	world_exec(w, "DELETE FROM mailbox WHERE username = 'gone@own.example'");
	/* this connection may not cascade */
	world_exec(w, "DELETE FROM vimb_undo_mailbox");
	world_exec(w, "DELETE FROM vimb_undo_alias");
	world_exec(w, "DELETE FROM vimb_undo");
	world_exec(w,
	    "UPDATE domain SET mailbox_count = (SELECT count(*) FROM mailbox m WHERE m.Domain_id = "
	    "domain.id), "
	    "alias_count = (SELECT count(*) FROM alias a WHERE a.Domain_id = domain.id AND "
	    "a.address <> a.goto)");
}

static void
test_mailbox_back(void **state)
{
	struct world *w = *state;
	int64_t mailboxes = world_number(w,
	    "SELECT mailbox_count FROM domain WHERE domain = 'own.example'");
	int64_t aliases = world_number(w, "SELECT alias_count FROM domain WHERE domain = 'own.example'");
	int64_t entry = remove_box(w);

	NUMBER(w, "SELECT count(*) FROM mailbox WHERE username = 'gone@own.example'", 0);
	NUMBER(w, "SELECT count(*) FROM vimb_audit WHERE detail_before LIKE '%SHA256%' OR detail_before LIKE '%$5$%'",
	    0);
	undo(w, &w->owner, entry, RC_OK, NULL);
	assert_text(w, "SELECT substr(password, 1, 17) FROM mailbox WHERE username = 'gone@own.example'",
	    "{SHA256-CRYPT}$5$");
	assert_text(w, "SELECT goto FROM alias WHERE address = 'alone@own.example'", "gone@own.example");
	assert_text(w, "SELECT goto FROM alias WHERE address = 'among@own.example'",
	    "x@elsewhere.example,gone@own.example,y@elsewhere.example");
	NUMBER(w, "SELECT count(*) FROM alias WHERE address = 'gone@own.example' AND goto = address", 1);
	assert_int_equal(world_number(w, "SELECT mailbox_count FROM domain WHERE domain = 'own.example'"),
	    mailboxes + 1);
	assert_int_equal(world_number(w, "SELECT alias_count FROM domain WHERE domain = 'own.example'"),
	    aliases + 2);
	NUMBER(w, "SELECT count(*) FROM vimb_undo", 0);
	NUMBER(w, "SELECT count(*) FROM vimb_undo_mailbox", 0);
	assert_text(w, "SELECT action FROM log ORDER BY id DESC LIMIT 1", "MAILBOX_RESTORE");
	undo(w, &w->owner, entry, RC_CONFLICT, "brought back already");
	/* the way back of the way back */
	undo_last(w, &w->owner);
	NUMBER(w, "SELECT count(*) FROM mailbox WHERE username = 'gone@own.example'", 0);
	forget(w);
}

static void
test_mailbox_in_the_way(void **state)
{
	struct world *w = *state;
	int64_t entry = remove_box(w);

	(void)make_alias(w, "gone@own.example", "new@elsewhere.example");
	undo(w, &w->owner, entry, RC_CONFLICT, "leads to new@elsewhere.example");
	NUMBER(w, "SELECT count(*) FROM mailbox WHERE username = 'gone@own.example'", 0);
	NUMBER(w, "SELECT count(*) FROM alias WHERE address = 'alone@own.example'", 0);
	world_exec(w, "DELETE FROM alias WHERE address = 'gone@own.example'");
	(void)make_mailbox(w, "gone@own.example");
	undo(w, &w->owner, entry, RC_CONFLICT, "a mailbox gone@own.example again");
	forget(w);
	/* aliases that somebody changed since are left alone */
	entry = remove_box(w);
	world_exec(w,
	    "UPDATE alias SET goto = 'z@elsewhere.example' WHERE address = 'among@own.example'");
	(void)make_alias(w, "alone@own.example", "new@elsewhere.example");
	undo(w, &w->owner, entry, RC_OK, NULL);
	assert_text(w, "SELECT goto FROM alias WHERE address = 'among@own.example'",
	    "z@elsewhere.example");
	assert_text(w, "SELECT goto FROM alias WHERE address = 'alone@own.example'",
	    "new@elsewhere.example");
	NUMBER(w, "SELECT count(*) FROM log WHERE data LIKE '%aliases: 1 as before, 2 left alone%'", 1);
	forget(w);
}

static void
test_mailbox_limits(void **state)
{
	struct world *w = *state;
	int64_t entry = remove_box(w);

	world_exec(w, "UPDATE domain SET max_mailboxes = mailbox_count WHERE domain = 'own.example'");
	undo(w, &w->owner, entry, RC_CONFLICT, "all the mailboxes");
	undo(w, &w->root, entry, RC_OK, NULL);
	world_exec(w, "UPDATE domain SET max_mailboxes = 0 WHERE domain = 'own.example'");
	forget(w);
}

static void
test_kept_for_a_while(void **state)
{
	struct world *w = *state;
	int64_t entry = remove_box(w), removed = 0;

	{
		OP box = as(w, &w->operator);

		EXPECT(box, undo_prune(&box->op, box->op.now, &removed), RC_OK);
		assert_int_equal(removed, 0);
	}
	world_exec(w, "UPDATE vimb_undo SET expires_at = 1");
	undo(w, &w->owner, entry, RC_CONFLICT, "not kept any more");
	{
		OP box = as(w, &w->operator);

		EXPECT(box, undo_prune(&box->op, box->op.now, &removed), RC_OK);
		assert_int_equal(removed, 1);
	}
	NUMBER(w, "SELECT count(*) FROM vimb_undo_mailbox", 0);
	NUMBER(w, "SELECT count(*) FROM vimb_undo_alias", 0);
	forget(w);
	w->conf.undo_days = 0;
	world_change_conf(w);
	entry = remove_box(w);
	NUMBER(w, "SELECT count(*) FROM vimb_undo", 0);
	undo(w, &w->owner, entry, RC_CONFLICT, "not kept any more");
	forget(w);
	w->conf.undo_days = 30;
	world_change_conf(w);
}

static void
test_made(void **state)
{
	struct world *w = *state;
	int64_t entry;

	(void)make_mailbox(w, "fresh@own.example");
	entry = last_entry(w);
	world_exec(w, "INSERT INTO dovecot_quota (username, bytes, messages) VALUES ('fresh@own.example', 5, 1)");
	undo(w, &w->owner, entry, RC_CONFLICT, "in use");
	world_exec(w, "DELETE FROM dovecot_quota WHERE username = 'fresh@own.example'");
	undo(w, &w->owner, entry, RC_OK, NULL);
	NUMBER(w, "SELECT count(*) FROM mailbox WHERE username = 'fresh@own.example'", 0);
	undo(w, &w->owner, entry, RC_CONFLICT, "not there any more");
	/* the number of the entry is not the row's: another one of that name is somebody else */
	(void)make_alias(w, "new@own.example", "a@elsewhere.example");
	entry = last_entry(w);
	world_exec(w,
	    "UPDATE alias SET modified = '2030-01-01 00:00:00' WHERE address = 'new@own.example'");
	undo(w, &w->owner, entry, RC_CONFLICT, "changed since");
	world_exec(w, "UPDATE alias SET modified = NULL WHERE address = 'new@own.example'");
	undo(w, &w->owner, entry, RC_OK, NULL);
	undo_last(w, &w->owner);
	assert_text(w, "SELECT goto FROM alias WHERE address = 'new@own.example'",
	    "a@elsewhere.example");
	world_exec(w, "DELETE FROM alias WHERE address = 'new@own.example'");
}

static void
test_domain_back(void **state)
{
	struct world *w = *state;
	int64_t id = make_domain(w, "whole.example", 7, 8, 4096, 2048), entry;

	world_exec(w, "UPDATE domain SET max_quota = 0 WHERE domain = 'whole.example'");
	(void)make_mailbox(w, "one@whole.example");
	(void)make_mailbox(w, "two@whole.example");
	(void)make_alias(w, "all@whole.example", "one@whole.example,two@whole.example");
	world_exec(w,
	    "INSERT INTO mailbox_pref (attribute, ix, op, value, expire, Mailbox_id) "
	    "SELECT 'phone', 0, ':=', '123', 0, id FROM mailbox WHERE username = "
	    "'one@whole.example'");
	{
		OP box = as(w, &w->root);

		EXPECT(box, domain_assign(&box->op, id, w->own.admin_id, true), RC_OK);
		EXPECT(box, domain_delete(&box->op, id, "whole.example"), RC_OK);
	}
	entry = last_entry(w);
	NUMBER(w, "SELECT count(*) FROM domain WHERE domain = 'whole.example'", 0);
	undo(w, &w->owner, entry, RC_NOT_FOUND, NULL);
	undo(w, &w->root, entry, RC_OK, NULL);
	NUMBER(w, "SELECT count(*) FROM domain WHERE domain = 'whole.example' AND mailbox_count = 2 AND alias_count = 1 AND max_mailboxes = 7",
	    1);
	NUMBER(w, "SELECT count(*) FROM mailbox WHERE username LIKE '%@whole.example' AND password LIKE '{SHA256-CRYPT}%'",
	    2);
	NUMBER(w, "SELECT count(*) FROM mailbox_pref WHERE attribute = 'phone' AND value = '123'", 1);
	NUMBER(w, "SELECT count(*) FROM domain_admins x JOIN domain d ON d.id = x.Domain_id WHERE d.domain = 'whole.example'",
	    1);
	NUMBER(w,
	    "SELECT count(*) FROM alias WHERE address = 'one@whole.example' AND goto = address", 1);
	/* it was never touched, but it is not empty */
	undo(w, &w->root, last_entry(w), RC_CONFLICT, "nothing to take back");
	{
		OP box = as(w, &w->root);
		int64_t again = world_number(w, "SELECT id FROM domain WHERE domain = 'whole.example'");

		EXPECT(box, domain_delete(&box->op, again, "whole.example"), RC_OK);
	}
	entry = last_entry(w);
	(void)make_domain(w, "whole.example", 0, 0, 0, 0);
	undo(w, &w->root, entry, RC_CONFLICT, "domain whole.example again");
	undo(w, &w->root, last_entry(w), RC_OK, NULL);
}

static void
test_admins(void **state)
{
	struct world *w = *state;
	struct admin row;
	int64_t entry;

	{
		OP box = as(w, &w->root);

		EXPECT(box, admin_set_active(&box->op, w->own.admin_id, false, &row), RC_OK);
	}
	entry = last_entry(w);
	undo(w, &w->owner, entry, RC_NOT_FOUND, NULL);
	undo(w, &w->root, entry, RC_OK, NULL);
	NUMBER(w, "SELECT count(*) FROM admin WHERE active = 0", 0);
	{
		OP box = as(w, &w->root);

		EXPECT(box, domain_assign(&box->op, w->own.domain_id, w->own.admin_id, false), RC_OK);
	}
	entry = last_entry(w);
	undo(w, &w->root, entry, RC_OK, NULL);
	undo(w, &w->root, entry, RC_CONFLICT, "so already");
	undo_last(w, &w->root);
	undo_last(w, &w->root);
	NUMBER(w, "SELECT count(*) FROM domain_admins", 2);
}

static void
test_refused(void **state)
{
	struct world *w = *state;
	struct mailbox_in in = { 0 };

	{
		OP box = as(w, &w->owner);

		GIVE(mailbox_in, &in, password, "another password");
		EXPECT(box, mailbox_password(&box->op, w->own.mailbox_id, &in, NULL, NULL), RC_OK);
	}
	undo(w, &w->owner, last_entry(w), RC_CONFLICT, "password is not put back");
	undo(w, &w->nobody, last_entry(w), RC_UNAUTHENTICATED, NULL);
	undo(w, &w->root, 999999, RC_NOT_FOUND, "no such entry");
	/* an entry of the PHP program */
	world_exec(w, "INSERT INTO log (action, data, timestamp) VALUES ('MAILBOX_EDIT', 'x edited mailbox y', '2020-01-01 00:00:00')");
	undo(w, &w->root, last_entry(w), RC_CONFLICT, "did not say");
}

static void
test_repeat(void **state)
{
	struct world *w = *state;
	static const char key[] = "0123456789abcdef0123456789abcdef";
	struct mailbox row;
	int64_t entry;

	{
		OP box = as(w, &w->owner);

		EXPECT(box, mailbox_set_active(&box->op, w->own.mailbox_id, false, &row), RC_OK);
	}
	entry = last_entry(w);
	for (int i = 0; i < 2; i++) {
		OP box = as_with(w, &w->owner, 0, key);

		EXPECT(box, undo_entry(&box->op, entry), RC_OK);
	}
	assert_int_equal(last_entry(w), entry + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_edit),
		cmocka_unit_test(test_dry_run),
		cmocka_unit_test(test_mailbox_back),
		cmocka_unit_test(test_mailbox_in_the_way),
		cmocka_unit_test(test_mailbox_limits),
		cmocka_unit_test(test_kept_for_a_while),
		cmocka_unit_test(test_made),
		cmocka_unit_test(test_domain_back),
		cmocka_unit_test(test_admins),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_repeat),
	};

	return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
