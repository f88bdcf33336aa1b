/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Addresses that every domain should have: made with its first mailbox or alias, by every door since the services do it, and not to be lost by
 * accident. Off, nothing of it happens.
 */
#include "base/base.h"

#include "svc_fixture.h"

static int
setup(void **state)
{
	struct world *w;

	if (world_setup(state) != 0)
		return -1;
	w = *state;
	w->conf.auto_aliases = true;
	w->conf.auto_names = "postmaster abuse";
	w->conf.auto_mapping = "";
	world_change_conf(w);
	(void)make_domain(w, "new.example", 0, 0, 0, 0);
	return 0;
}

static int64_t
leads(const struct world *w, const char *address, const char *to)
{
	char sql[300];

	(void)snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM alias WHERE address = '%s' AND goto = '%s' AND active = 1",
	    address, to);
	return world_number(w, sql);
}

static void
test_made_with_a_mailbox(void **state)
{
	struct world *w = *state;
	int64_t rows = AUDIT_ROWS(w);

	(void)make_mailbox(w, "first@new.example");
	assert_int_equal(leads(w, "postmaster@new.example", "first@new.example"), 1);
	assert_int_equal(leads(w, "abuse@new.example", "first@new.example"), 1);
	assert_int_equal(AUDIT_ROWS(w), rows + 3);
	assert_int_equal(world_number(w, "SELECT alias_count FROM domain WHERE domain = 'new.example'"),
	    2);
	(void)make_mailbox(w, "second@new.example");
	assert_int_equal(AUDIT_ROWS(w), rows + 4);
	assert_int_equal(leads(w, "postmaster@new.example", "first@new.example"), 1);
}

static void
test_made_with_an_alias(void **state)
{
	struct world *w = *state;

	/* that another alias leads to such an address does not make it exist */
	(void)make_alias(w, "help@new.example", "abuse@new.example");
	assert_int_equal(leads(w, "postmaster@new.example", "help@new.example"), 1);
	assert_int_equal(world_number(w, "SELECT count(*) FROM alias WHERE address = 'abuse@new.example'"),
	    0);
	(void)make_mailbox(w, "box@new.example");
	assert_int_equal(leads(w, "abuse@new.example", "box@new.example"), 1);
}

static void
test_mapping(void **state)
{
	struct world *w = *state;

	w->conf.auto_names = "postmaster abuse info";
	w->conf.auto_mapping = "abuse=@elsewhere.example *=boss info=desk@elsewhere.example";
	world_change_conf(w);
	(void)make_mailbox(w, "first@new.example");
	assert_int_equal(leads(w, "postmaster@new.example", "boss@new.example"), 1);
	assert_int_equal(leads(w, "abuse@new.example", "abuse@elsewhere.example"), 1);
	assert_int_equal(leads(w, "info@new.example", "desk@elsewhere.example"), 1);
}

static void
test_not_made(void **state)
{
	struct world *w = *state;

	(void)make_alias(w, "@new.example", "x@elsewhere.example");
	(void)make_mailbox(w, "first@new.example");
	assert_int_equal(world_number(w, "SELECT count(*) FROM alias WHERE address = 'abuse@new.example'"),
	    0);
	(void)make_mailbox(w, "postmaster@own.example");
	assert_int_equal(leads(w, "postmaster@own.example", "postmaster@own.example"), 1);
	w->conf.auto_aliases = false;
	world_change_conf(w);
	(void)make_domain(w, "off.example", 0, 0, 0, 0);
	(void)make_mailbox(w, "first@off.example");
	assert_int_equal(world_number(w, "SELECT count(*) FROM alias WHERE address = 'abuse@off.example'"),
	    0);
}

static int64_t
alias_id(struct world *w, const char *address)
{
	OP box = as(w, &w->root);
	struct alias row;

	EXPECT(box, alias_find(&box->op, address, &row), RC_OK);
	return row.id;
}

static void
expect_kept(struct world *w, enum rc (*act)(struct op *, int64_t), int64_t id, const char *words)
{
	OP box = as(w, &w->root);
	char *before = world_dump(w), *after;

	EXPECT(box, act(&box->op, id), words ? RC_CONFLICT : RC_OK);
	if (words) {
		expect_fault(box, NULL, words);
		after = world_dump(w);
		assert_string_equal(before, after);
		free(after);
	}
	free(before);
}

static enum rc
box_off(struct op *op, int64_t id)
{
	struct mailbox row;

	return mailbox_set_active(op, id, false, &row);
}

static enum rc
box_edit_off(struct op *op, int64_t id)
{
	struct mailbox row;
	struct mailbox_in in = { 0 };

	GIVE(mailbox_in, &in, active, false);
	return mailbox_edit(op, id, &in, &row);
}

static enum rc
alias_off(struct op *op, int64_t id)
{
	struct alias row;

	return alias_set_active(op, id, false, &row);
}

static void
test_kept(void **state)
{
	struct world *w = *state;
	int64_t box = make_mailbox(w, "first@new.example"),
		other = make_mailbox(w, "second@new.example");
	int64_t role = alias_id(w, "abuse@new.example"), all;
	struct alias row;

	expect_kept(w, mailbox_delete, box, "RFC 2142");
	expect_kept(w, box_off, box, "postmaster@new.example");
	expect_kept(w, box_edit_off, box, "first@new.example");
	expect_kept(w, alias_delete, role, "abuse@new.example");
	expect_kept(w, alias_off, role, "RFC 2142");
	expect_kept(w, box_off, other, NULL);
	{
		OP op = as(w, &w->root);
		struct alias_in in = { 0 };

		GIVE(alias_in, &in, goto_, "first@new.example,second@new.example");
		EXPECT(op, alias_edit(&op->op, role, &in, &row), RC_OK);
	}
	expect_kept(w, mailbox_delete, box, "postmaster@new.example");
	all = make_alias(w, "@new.example", "second@new.example");
	expect_kept(w, mailbox_delete, box, NULL);
	world_exec(w, "DELETE FROM alias WHERE address = 'abuse@new.example'");
	expect_kept(w, alias_delete, all, "@new.example");
	expect_kept(w, alias_off, all, "there would be no");
}

static void
test_alias_that_is_needed(void **state)
{
	struct world *w = *state;
	int64_t desk = make_alias(w, "desk@new.example", "x@elsewhere.example");

	expect_kept(w, alias_delete, desk,
	    "All mail for postmaster@new.example goes to desk@new.example");
	expect_kept(w, alias_off, desk, "RFC 2142");
	w->conf.auto_aliases = false;
	world_change_conf(w);
	expect_kept(w, alias_delete, desk, NULL);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_made_with_a_mailbox),
		TEST(test_made_with_an_alias),
		TEST(test_mapping),
		TEST(test_not_made),
		TEST(test_kept),
		TEST(test_alias_that_is_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
