/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which services a mailbox may be restricted to: the operator's names in the operator's order, those that are gone kept, nothing at all while it is off. */
#include "base/base.h"

#include "svc_fixture.h"

#include "svc/bulk.h"
#include "svc/undo.h"

static int
setup(void **state)
{
	struct world *w;

	if (world_setup(state) != 0)
		return -1;
	w = *state;
	w->conf.access_types = "SMTP=Sending mail, IMAP, XMPP=Chat";
	world_change_conf(w);
	return 0;
}

static enum rc
set_access(struct op_box *box, const char *access, const char **ret)
{
	struct mailbox_in in = { 0 };
	struct mailbox row;
	enum rc rc;

	GIVE(mailbox_in, &in, access_restriction, access);
	rc = mailbox_edit(&box->op, box->w->own.mailbox_id, &in, &row);
	if (rc == RC_OK && ret)
		*ret = row.access_restriction;
	return rc;
}

static void
test_names_and_order(void **state)
{
	static const struct {
		const char *given, *stored; /* NULL: refused */
	} cases[] = {
		{ "XMPP,SMTP", "SMTP,XMPP" },
		{ "imap", "IMAP" },
		{ "SMTP,IMAP,XMPP", "SMTP,IMAP,XMPP" },
		{ "ALL", "ALL" },
		{ "POP3", NULL },
		{ "IMAP,FTP", NULL },
		{ "NONE", NULL },
		{ "", "ALL" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		OP box = as(w, &w->owner);
		const char *stored = NULL;

		EXPECT(box, set_access(box, cases[i].given, &stored),
		    cases[i].stored ? RC_OK : RC_INVALID);
		if (cases[i].stored)
			assert_string_equal(stored, cases[i].stored);
		else
			expect_fault(box, "access_restriction", "a list out of SMTP, IMAP, XMPP.");
	}
}

static void
test_names_that_are_gone(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->owner);
	const char *stored = NULL;

	world_exec(w, "UPDATE mailbox SET access_restriction = 'POP3,IMAP' WHERE username = 'anna@own.example'");
	EXPECT(box, set_access(box, "XMPP,POP3", &stored), RC_OK);
	assert_string_equal(stored, "XMPP,POP3");
	EXPECT(box, set_access(box, "XMPP", &stored), RC_OK);
	EXPECT(box, set_access(box, "XMPP,POP3", NULL), RC_INVALID);
}

static void
test_add(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->owner);
	struct mailbox_in in = { 0 };
	struct mailbox row;

	GIVE(mailbox_in, &in, address, "new@own.example");
	GIVE(mailbox_in, &in, password, PASSWORD);
	GIVE(mailbox_in, &in, access_restriction, "POP3");
	EXPECT(box, mailbox_add(&box->op, &in, &row, NULL), RC_INVALID);
	expect_fault(box, "access_restriction", "SMTP, IMAP, XMPP");
	err_clear(&box->op.errs);
	in.access_restriction = "XMPP,IMAP";
	EXPECT(box, mailbox_add(&box->op, &in, &row, NULL), RC_OK);
	assert_string_equal(row.access_restriction, "IMAP,XMPP");
}

static void
test_off(void **state)
{
	struct world *w = *state;
	struct mailbox_in in = { 0 };
	struct mailbox row;
	const char *stored = NULL;

	world_exec(w,
	    "UPDATE mailbox SET access_restriction = 'IMAP' WHERE username = 'anna@own.example'");
	w->conf.access_on = false;
	world_change_conf(w);
	{
		OP box = as(w, &w->owner);

		EXPECT(box, set_access(box, "ALL", NULL), RC_INVALID);
		expect_fault(box, "access_restriction", "switched off");
		err_clear(&box->op.errs);
		EXPECT(box, set_access(box, "IMAP", &stored), RC_OK);
		assert_string_equal(stored, "IMAP");
		GIVE(mailbox_in, &in, name, "Anna");
		EXPECT(box, mailbox_edit(&box->op, w->own.mailbox_id, &in, &row), RC_OK);
		assert_string_equal(row.access_restriction, "IMAP");
	}
	OP box = as(w, &w->owner);
	in = (struct mailbox_in){ 0 };
	GIVE(mailbox_in, &in, address, "new@own.example");
	GIVE(mailbox_in, &in, password, PASSWORD);
	EXPECT(box, mailbox_add(&box->op, &in, &row, NULL), RC_OK);
	assert_string_equal(row.access_restriction, "ALL");
}

/* What an entry did is taken back whatever the configuration says by now. */
static void
test_undo(void **state)
{
	struct world *w = *state;
	int64_t entry;

	{
		OP box = as(w, &w->owner);

		EXPECT(box, set_access(box, "IMAP", NULL), RC_OK);
		EXPECT(box, set_access(box, "SMTP", NULL), RC_OK);
		entry = change_entry(&box->op);
	}
	w->conf.access_types = "SMTP";
	world_change_conf(w);
	OP box = as(w, &w->owner);
	EXPECT(box, undo_entry(&box->op, entry), RC_OK);
	assert_int_equal(world_number(w, "SELECT count(*) FROM mailbox WHERE username = 'anna@own.example' AND access_restriction = 'IMAP'"),
	    1);
}

static void
test_bulk(void **state)
{
	struct world *w = *state;
	struct bulk_in in = { 0 };
	struct bulk_result result;
	char ids[32];

	(void)snprintf(ids, sizeof(ids), "%lld", (long long)w->own.mailbox_id);
	GIVE(bulk_in, &in, verb, "access");
	GIVE(bulk_in, &in, ids, ids);
	GIVE(bulk_in, &in, confirm, true);
	GIVE(bulk_in, &in, access_restriction, "POP3");
	{
		OP box = as(w, &w->owner);

		EXPECT(box, bulk_run(&box->op, BULK_MAILBOXES, &in, &result), RC_INVALID);
		expect_fault(box, "access_restriction", "SMTP, IMAP, XMPP");
		err_clear(&box->op.errs);
		in.access_restriction = "XMPP";
		EXPECT(box, bulk_run(&box->op, BULK_MAILBOXES, &in, &result), RC_OK);
		assert_string_equal(result.rows[0].code, "ok");
	}
	w->conf.access_on = false;
	world_change_conf(w);
	OP box = as(w, &w->owner);
	EXPECT(box, bulk_run(&box->op, BULK_MAILBOXES, &in, &result), RC_INVALID);
	expect_fault(box, "verb", "cannot be done");
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = { T(test_names_and_order), T(test_names_that_are_gone),
		T(test_add), T(test_off), T(test_undo), T(test_bulk) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
