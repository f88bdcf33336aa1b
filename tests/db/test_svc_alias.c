/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rules of aliases: addresses, duplicates, limits and counts, rings, the self-alias of a mailbox.
 */
#include "base/base.h"

#include "svc_fixture.h"

#include "base/str.h"

static enum rc
add(struct op_box *box, const char *address, const char *targets, struct alias *ret)
{
	struct alias_in in = { 0 };

	GIVE(alias_in, &in, address, address);
	GIVE(alias_in, &in, goto_, targets);
	return alias_add(&box->op, &in, ret);
}

static void
refused(struct world *w, const char *address, const char *targets, enum rc want, const char *field,
    const char *words)
{
	OP box = as(w, &w->owner);
	struct alias row;

	EXPECT(box, add(box, address, targets, &row), want);
	expect_fault(box, field, words);
}

static void
edit_to(struct world *w, const char *address, const char *targets, enum rc want, const char *words)
{
	OP box = as(w, &w->root);
	struct alias_in in = { 0 };
	struct alias row;

	EXPECT(box, alias_find(&box->op, address, &row), RC_OK);
	GIVE(alias_in, &in, goto_, targets);
	EXPECT(box, alias_edit(&box->op, row.id, &in, &row), want);
	if (words)
		expect_fault(box, "goto", words);
}

static int64_t
counted(struct world *w)
{
	return world_number(w, "SELECT alias_count FROM domain WHERE domain = 'own.example'");
}

static void
test_add(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->owner);
	struct alias_in in = { 0 };
	struct alias row;

	GIVE(alias_in, &in, local_part, "Team");
	GIVE(alias_in, &in, domain, "own.example");
	GIVE(alias_in, &in, goto_, "a@elsewhere.example,b@elsewhere.example");
	EXPECT(box, alias_add(&box->op, &in, &row), RC_OK);
	assert_string_equal(row.address, "team@own.example");
	assert_string_equal(row.goto_, "a@elsewhere.example,b@elsewhere.example");
	assert_true(row.active);
	assert_int_equal(counted(w), 2);
	in.local_part = "";
	EXPECT(box, alias_add(&box->op, &in, &row), RC_OK);
	assert_string_equal(row.address, "@own.example");
	EXPECT(box, alias_find(&box->op, "@OWN.example", &row), RC_OK);
}

/* The PHP program let names without a domain in as targets: nothing leads on from them, and nothing may break over them. */
static void
test_target_without_domain(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->owner);
	struct alias row;

	world_exec(w,
	    "UPDATE alias SET goto = 'root,,info@own.example' WHERE address = 'info@own.example'");
	EXPECT(box, add(box, "round@own.example", "info@own.example", &row), RC_OK);
}

static void
test_add_refused(void **state)
{
	struct world *w = *state;
	struct str many = STR_INIT;

	refused(w, "info@own.example", "x@elsewhere.example", RC_CONFLICT, "address", "exists already");
	refused(w, "anna@own.example", "x@elsewhere.example", RC_CONFLICT, "address",
	    "belongs to a mailbox");
	refused(w, "new@other.example", "x@elsewhere.example", RC_INVALID, "address", "no such domain");
	refused(w, "new@missing.example", "x@elsewhere.example", RC_INVALID, "address",
	    "no such domain");
	refused(w, "new@own.example", "", RC_INVALID, "goto", "at least one");
	refused(w, "new@own.example", NULL, RC_INVALID, "goto", "at least one");
	for (int i = 0; i < 1001; i++)
		str_addf(&many, "%su%d@elsewhere.example", i ? "," : "", i);
	refused(w, "new@own.example", str_text(&many), RC_INVALID, "goto", "at most");
	str_release(&many);
}

/* H6: whether an address exists in somebody else's domain is not told. */
static void
test_no_oracle(void **state)
{
	struct world *w = *state;
	struct alias row;
	OP one = as(w, &w->owner);
	OP two = as(w, &w->owner);

	EXPECT(one, add(one, "sales@other.example", "x@elsewhere.example", &row), RC_INVALID);
	EXPECT(two, add(two, "free@other.example", "x@elsewhere.example", &row), RC_INVALID);
	assert_string_equal(one->op.errs.first->text, two->op.errs.first->text);
}

static void
test_self_loop(void **state)
{
	struct world *w = *state;

	refused(w, "me@own.example", "me@own.example", RC_INVALID, "goto", "no such mailbox");
	refused(w, "me@own.example", "x@elsewhere.example,me@own.example", RC_INVALID, "goto",
	    "no such mailbox");
	refused(w, "@own.example", "@own.example", RC_INVALID, "goto", "no such mailbox");
	w->conf.mailbox_aliases = false;
	make_mailbox(w, "me@own.example");
	make_alias(w, "me@own.example", "x@elsewhere.example,me@own.example");
}

static void
test_ring(void **state)
{
	struct world *w = *state;

	make_alias(w, "a@own.example", "b@own.example");
	refused(w, "b@own.example", "a@own.example", RC_INVALID, "goto",
	    "b@own.example → a@own.example → b@own.example");
	make_alias(w, "b@own.example", "c@own.example");
	make_alias(w, "c@own.example", "x@elsewhere.example");
	edit_to(w, "c@own.example", "x@elsewhere.example,a@own.example", RC_INVALID,
	    "c@own.example → a@own.example → b@own.example → c@own.example");
	edit_to(w, "c@own.example", "y@elsewhere.example", RC_OK, NULL);
}

/* What lies between in other domains is not told to the administrator of one. */
static void
test_ring_hides(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->owner);
	struct alias row;

	make_alias(w, "first@other.example", "hidden@other.example");
	make_alias(w, "hidden@other.example", "ring@own.example");
	EXPECT(box, add(box, "ring@own.example", "first@other.example", &row), RC_INVALID);
	expect_fault(box, "goto", "ring@own.example → first@other.example → … → ring@own.example");
}

static void
test_ring_through_catch_all(void **state)
{
	struct world *w = *state;

	make_alias(w, "trap@other.example", "nobody@own.example");
	refused(w, "@own.example", "trap@other.example", RC_INVALID, "goto", "circles");
	make_alias(w, "@other.example", "@third.example");
	make_domain(w, "third.example", 0, 0, 0, 0);
	{
		OP box = as(w, &w->root);
		struct alias row;

		EXPECT(box, add(box, "@third.example", "@other.example", &row), RC_INVALID);
		expect_fault(box, "goto", "circles");
	}
}

/* An alias that sleeps may close a ring; waking it may not. */
static void
test_ring_asleep(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->owner);
	struct alias_in in = { 0 };
	struct alias row;

	make_alias(w, "a@own.example", "b@own.example");
	GIVE(alias_in, &in, address, "b@own.example");
	GIVE(alias_in, &in, goto_, "a@own.example");
	GIVE(alias_in, &in, active, false);
	EXPECT(box, alias_add(&box->op, &in, &row), RC_OK);
	EXPECT(box, alias_set_active(&box->op, row.id, true, &row), RC_INVALID);
	expect_fault(box, "goto", "circles");
}

static void
test_depth_and_width(void **state)
{
	struct world *w = *state;
	struct str wide = STR_INIT;
	char from[40], to[40];

	for (int i = 49; i > 0; i--) {
		(void)snprintf(from, sizeof(from), "step%d@own.example", i);
		(void)snprintf(to, sizeof(to), "step%d@own.example", i + 1);
		make_alias(w, from, to);
	}
	refused(w, "step0@own.example", "step1@own.example,step2@own.example", RC_INVALID, "goto",
	    "through more than 50");
	for (int i = 0; i < 200; i++)
		str_addf(&wide, "%su%d@elsewhere.example", i ? "," : "", i);
	for (int i = 0; i < 5; i++) {
		(void)snprintf(from, sizeof(from), "wide%d@own.example", i);
		make_alias(w, from, str_text(&wide));
	}
	refused(w,
	    "all@own.example", "wide0@own.example,wide1@own.example,wide2@own.example,wide3@own.example,wide4@own.example",
	    RC_INVALID, "goto", "more than 1000");
	str_release(&wide);
}

static void
test_limit(void **state)
{
	struct world *w = *state;

	world_exec(w, "UPDATE domain SET max_aliases = 1 WHERE domain = 'own.example'");
	refused(w, "two@own.example", "x@elsewhere.example", RC_CONFLICT, NULL,
	    "all the aliases it may have");
	make_alias(w, "super@own.example", "x@elsewhere.example");
	assert_int_equal(counted(w), 2);
}

/*
 * The way round the limit: an alias that is not counted because it leads to itself, then turned
 * elsewhere.
 */
static void
test_count_moves(void **state)
{
	struct world *w = *state;
	struct alias_in in = { 0 };
	struct alias row;

	assert_int_equal(counted(w), 1);
	world_exec(w, "UPDATE domain SET max_aliases = 1 WHERE domain = 'own.example'");
	{
		OP box = as(w, &w->owner);

		EXPECT(box, alias_find(&box->op, "anna@own.example", &row), RC_OK);
		GIVE(alias_in, &in, goto_, "x@elsewhere.example");
		EXPECT(box, alias_edit(&box->op, row.id, &in, &row), RC_CONFLICT);
		expect_fault(box, NULL, "all the aliases");
	}
	edit_to(w, "anna@own.example", "x@elsewhere.example", RC_OK, NULL);
	assert_int_equal(counted(w), 2);
	edit_to(w, "anna@own.example", "anna@own.example", RC_OK, NULL);
	assert_int_equal(counted(w), 1);
}

static void
test_guard(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->owner);
	struct alias row;

	EXPECT(box, alias_find(&box->op, "anna@own.example", &row), RC_OK);
	EXPECT(box, alias_delete(&box->op, row.id), RC_CONFLICT);
	expect_fault(box, NULL, "belongs to the mailbox anna@own.example");
	err_clear(&box->op.errs);
	EXPECT(box, alias_set_active(&box->op, row.id, false, &row), RC_CONFLICT);
	world_exec(w, "DELETE FROM mailbox WHERE username = 'anna@own.example'");
	EXPECT(box, alias_delete(&box->op, row.id), RC_OK);
	assert_int_equal(counted(w), 1);
}

static void
test_edit(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->owner);
	struct alias_in in = { 0 };
	struct alias row;
	char rev[17];

	EXPECT(box, alias_get(&box->op, w->own.alias_id, &row), RC_OK);
	field_rev(&alias_fields, &row, rev);
	in.rev = rev;
	GIVE(alias_in, &in, goto_, "one@elsewhere.example");
	EXPECT(box, alias_edit(&box->op, row.id, &in, &row), RC_OK);
	assert_string_equal(row.goto_, "one@elsewhere.example");
	in.goto_ = "two@elsewhere.example";
	EXPECT(box, alias_edit(&box->op, row.id, &in, &row), RC_CONFLICT);
	expect_fault(box, NULL, "This alias was changed");
	err_clear(&box->op.errs);
	in.rev = NULL;
	GIVE(alias_in, &in, address, "other@own.example");
	EXPECT(box, alias_edit(&box->op, row.id, &in, &row), RC_INVALID);
	expect_fault(box, "address", "cannot be changed");
}

static void
test_delete(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->owner);

	world_exec(w,
	    "INSERT INTO alias_pref (attribute, ix, op, value, expire, Alias_id) "
	    "SELECT 'a', 0, '=', 'b', 0, id FROM alias WHERE address = 'info@own.example'");
	EXPECT(box, alias_delete(&box->op, w->own.alias_id), RC_OK);
	assert_int_equal(counted(w), 0);
	assert_int_equal(world_number(w, "SELECT count(*) FROM alias_pref"), 0);
	EXPECT(box, alias_delete(&box->op, w->own.alias_id), RC_NOT_FOUND);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = { T(test_add), T(test_target_without_domain),
		T(test_add_refused), T(test_no_oracle), T(test_self_loop), T(test_ring),
		T(test_ring_hides), T(test_ring_through_catch_all), T(test_ring_asleep),
		T(test_depth_and_width), T(test_limit), T(test_count_moves), T(test_guard),
		T(test_edit), T(test_delete) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
