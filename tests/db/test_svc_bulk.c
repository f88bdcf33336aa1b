/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many rows at once: an entry of the trail for each, refusals that hold up nobody, and the way on behind a cursor. */
#include "base/base.h"

#include "svc_fixture.h"

#include "svc/bulk.h"

static struct bulk_in
picked(const char *verb, const char *ids)
{
	return (struct bulk_in){ .verb = verb, .ids = ids, .confirm = true };
}

static void
test_each_for_itself(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->owner);
	int64_t entries = AUDIT_ROWS(w), fresh = make_mailbox(w, "fresh@own.example");
	struct bulk_in in = picked("delete",
	    arena_printf(box->op.arena, "%lld,%lld,999999", (long long)w->other.mailbox_id,
		(long long)fresh));
	struct bulk_result r;

	EXPECT(box, bulk_run(&box->op, BULK_MAILBOXES, &in, &r), RC_OK);
	assert_int_equal(r.n, 3);
	assert_string_equal(r.rows[0].code, "not_found");
	assert_string_equal(r.rows[0].name, "");
	assert_string_equal(r.rows[1].code, "ok");
	assert_string_equal(r.rows[1].name, "fresh@own.example");
	assert_null(r.rows[1].text);
	/* somebody else's and nobody's are told in the same words */
	assert_string_equal(r.rows[2].text, r.rows[0].text);
	assert_int_equal(AUDIT_ROWS(w), entries + 2);
	assert_int_equal(world_number(w,
			     "SELECT count(*) FROM mailbox WHERE username = 'fresh@own.example'"),
	    0);
	assert_int_equal(world_number(w,
			     "SELECT count(*) FROM mailbox WHERE username LIKE '%@other.example'"),
	    1);
}

static void
test_dry_and_asked(void **state)
{
	struct world *w = *state;
	OP dry = as_with(w, &w->root, OP_DRY_RUN, NULL);
	OP ask = as(w, &w->root);
	const char *id = arena_printf(dry->op.arena, "%lld", (long long)w->own.mailbox_id);
	struct bulk_in in = picked("disable", id);
	struct bulk_result r;
	char *before = world_dump(w), *after;

	EXPECT(dry, bulk_run(&dry->op, BULK_MAILBOXES, &in, &r), RC_OK);
	assert_string_equal(r.rows[0].code, "ok");
	in.confirm = false;
	EXPECT(ask, bulk_preview(&ask->op, BULK_MAILBOXES, &in, &r), RC_OK);
	assert_string_equal(r.rows[0].name, "anna@own.example");
	after = world_dump(w);
	assert_string_equal(before, after);
	free(before);
	free(after);
}

static void
test_refused(void **state)
{
	struct world *w = *state;
	static const struct {
		enum bulk_kind kind;
		const char *verb, *ids, *field;
	} cases[] = {
		{ BULK_DOMAINS, "delete", "1", "verb" },
		{ BULK_ALIASES, "quota", "1", "verb" },
		{ BULK_MAILBOXES, "quota", "1", "quota" },
		{ BULK_MAILBOXES, "access", "1", "access_restriction" },
		{ BULK_MAILBOXES, "enable", "", "ids" },
		{ BULK_MAILBOXES, "enable", "1,x", "ids" },
		{ BULK_MAILBOXES, "enable", "-1", "ids" },
	};
	OP nobody = as(w, &w->nobody);
	struct bulk_in in = picked("enable", "1");
	struct bulk_result r;

	EXPECT(nobody, bulk_run(&nobody->op, BULK_MAILBOXES, &in, &r), RC_UNAUTHENTICATED);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		OP box = as(w, &w->root);

		in = picked(cases[i].verb, cases[i].ids);
		EXPECT(box, bulk_run(&box->op, cases[i].kind, &in, &r), RC_INVALID);
		expect_fault(box, cases[i].field, "");
	}
}

static void
test_goes_on(void **state)
{
	struct world *w = *state;
	struct bulk_in in = { .verb = "disable", .all = true, .q = "many", .confirm = true };
	struct bulk_result r;
	char name[64];

	for (int i = 0; i < BULK_MAX + 3; i++) {
		(void)snprintf(name, sizeof(name), "many%04d@own.example", i);
		(void)make_alias(w, name, "x@elsewhere.example");
	}
	{
		OP box = as(w, &w->owner);

		EXPECT(box, bulk_run(&box->op, BULK_ALIASES, &in, &r), RC_OK);
		assert_int_equal(r.n, BULK_MAX);
		assert_int_equal(r.total, BULK_MAX + 3);
		assert_non_null(r.next);
		(void)snprintf(name, sizeof(name), "%s", r.rows[r.n - 1].name);
		assert_string_equal(name, "many0499@own.example");
		in.after = r.next;
		assert_int_equal(world_number(w, "SELECT count(*) FROM alias WHERE address LIKE 'many%' AND active = 1"),
		    3);
		OP rest = as(w, &w->owner);

		EXPECT(rest, bulk_run(&rest->op, BULK_ALIASES, &in, &r), RC_OK);
	}
	assert_int_equal(r.n, 3);
	assert_null(r.next);
	assert_int_equal(world_number(w, "SELECT count(*) FROM alias WHERE address LIKE 'many%' AND active = 1"),
	    0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_for_itself),
		cmocka_unit_test(test_dry_and_asked),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_goes_on),
	};

	return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
