/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which aliases reach a mailbox, and who is told of them. */
#include "base/base.h"

#include "svc_fixture.h"

#include "svc/reach.h"

/* "address>via(depth) ..." of what the actor is told of anna@own.example. */
static void
expect(struct world *w, const struct actor *actor, const char *want)
{
	OP box = as(w, actor);
	struct mailbox row;
	struct reach_list list;
	const char *got = "";

	EXPECT(box, mailbox_get(&box->op, w->own.mailbox_id, &row), RC_OK);
	EXPECT(box, reach_of(&box->op, &row, &list), RC_OK);
	for (size_t i = 0; i < list.n; i++)
		got = arena_printf(box->op.arena, "%s%s>%s(%lld) ", got, list.rows[i].address,
		    list.rows[i].via ? list.rows[i].via : "?", (long long)list.rows[i].depth);
	assert_string_equal(got, want);
}

static void
test_ways(void **state)
{
	struct world *w = *state;

	world_exec(w, "DELETE FROM alias WHERE address <> goto");
	expect(w, &w->root, "");
	(void)make_alias(w, "one@own.example", "anna@own.example,x@elsewhere.example");
	(void)make_alias(w, "two@own.example", "one@own.example");
	(void)make_alias(w, "@own.example", "two@own.example");
	expect(w, &w->root,
	    "one@own.example>anna@own.example(1) two@own.example>one@own.example(2) "
	    "@own.example>two@own.example(3) ");
	/* a whole domain that leads here keeps the local part, and an alias of that address leads on */
	(void)make_alias(w, "@other.example", "@own.example");
	(void)make_alias(w, "far@other.example", "anna@other.example");
	expect(w, &w->root,
	    "@other.example>anna@own.example(1) one@own.example>anna@own.example(1) "
	    "far@other.example>anna@other.example(2) two@own.example>one@own.example(2) "
	    "@own.example>two@own.example(3) ");
	/* ... unless the address is somebody's own there */
	(void)make_alias(w, "anna@other.example", "x@elsewhere.example");
	expect(w, &w->root,
	    "one@own.example>anna@own.example(1) @other.example>one@own.example(2) "
	    "two@own.example>one@own.example(2) @own.example>two@own.example(3) ");
	world_exec(w, "DELETE FROM alias WHERE address = 'anna@other.example'");
}

static void
test_told(void **state)
{
	struct world *w = *state;

	expect(w, &w->owner,
	    "one@own.example>anna@own.example(1) two@own.example>?(2) @own.example>?(3) ");
	/* a ring that somebody else wrote ends */
	world_exec(w, "UPDATE alias SET goto = 'anna@own.example,two@own.example' WHERE address = 'one@own.example'");
	expect(w, &w->owner,
	    "one@own.example>anna@own.example(1) two@own.example>?(2) @own.example>?(3) ");
}

static void
test_naming(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->owner);
	struct reach_naming found;
	struct alias row;

	(void)make_alias(w, "spy@other.example", "anna@own.example");
	EXPECT(box, reach_naming(&box->op, "anna@own.example", &found), RC_OK);
	assert_int_equal(found.n, 2);
	assert_string_equal(found.rows[0].address, "anna@own.example");
	assert_string_equal(found.rows[1].address, "one@own.example");
	EXPECT(box, reach_catch_all(&box->op, "nobody@own.example", &row), RC_OK);
	assert_string_equal(row.goto_, "two@own.example");
	assert_int_equal(reach_catch_all(&box->op, "nobody@missing.example", &row), RC_NOT_FOUND);
	assert_int_equal(reach_catch_all(&box->op, "@own.example", &row), RC_NOT_FOUND);
	assert_string_equal(reach_without(&box->op, " A@b.c , d@e.f", "a@b.c"), "d@e.f");
	assert_string_equal(reach_without(&box->op, "a@b.c", "a@b.c"), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ways),
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_naming),
	};

	return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
