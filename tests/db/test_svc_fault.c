/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Faults of the database: every statement of an op fails in turn, for each verb, and nothing of it
 * stays; one that asks to be run again is, with one effect. The engine is the real one.
 */
#include "base/base.h"

#include "svc_fixture.h"

#include "fault.h"

static enum rc
run_failing(struct world *w, const struct verb *v, unsigned at, enum fault how, bool *ret_came)
{
	OP box = as(w, &w->root);
	enum rc rc;

	fault_arm(at, how);
	rc = v->run(&box->op, &w->own);
	*ret_came = fault_disarm();
	return rc;
}

/*
 * Fails each statement in turn until the verb gets through; the database is as it was after each.
 */
static unsigned
fail_each(struct world *w, const struct verb *v, enum fault how)
{
	char *before = world_dump(w);
	unsigned at;

	for (at = 1; at < 200; at++) {
		bool came;
		enum rc rc = run_failing(w, v, at, how, &came);
		char *after = world_dump(w);
		bool same = strcmp(before, after) == 0;

		free(after);
		if (rc == RC_OK && came)
			fail_msg("%s: statement %u failed, and nobody noticed", v->name, at);
		if (rc == RC_OK)
			break;
		if (!same)
			fail_msg("%s: statement %u failed, and something stayed", v->name, at);
		if (rc != RC_UNAVAILABLE && rc != RC_INTERNAL && rc != RC_RETRY)
			fail_msg("%s: statement %u failed, and it answered %s", v->name, at,
			    rc_slug(rc));
	}
	free(before);
	return at;
}

static void
test_each_statement(void **state)
{
	static const enum fault hows[] = { FAULT_LOST, FAULT_REFUSED, FAULT_BUSY };

	(void)state;
	for (size_t i = 0; i < verbs_n; i++)
		for (size_t c = 0; c < ARRAY_LEN(hows); c++) {
			void *w;
			unsigned n;

			(void)world_setup(&w);
			n = fail_each(w, &verbs[i], hows[c]);
			if (n < 5 || n == 200)
				fail_msg("%s got through after %u failures", verbs[i].name, n);
			(void)world_teardown(&w);
		}
}

static enum rc
add_body(struct op *op, void *ctx)
{
	struct world *w = ctx;
	const struct verb *v = &verbs[5];

	return v->run(op, &w->own);
}

/* A lost race anywhere in an op ends in one effect, whichever statement it was. */
static void
test_run_again(void **state)
{
	struct world *w = *state;
	struct op_start start = { .actor = &w->root, .deadline_ms = 30000 };

	assert_string_equal(verbs[5].name, "mailbox_add");
	for (unsigned at = 1; at < 12; at++) {
		struct op op = { 0 };
		enum rc rc;

		fault_arm(at, FAULT_AGAIN);
		rc = app_run(w->app, &op, &start, add_body, w);
		(void)fault_disarm();
		if (rc != RC_OK)
			print_message("statement %u: %s\n", at,
			    op.errs.first ? op.errs.first->text : "");
		assert_int_equal(rc, RC_OK);
		app_op_end(w->app, &op);
		assert_int_equal(world_number(w, "SELECT count(*) FROM mailbox WHERE username = 'fresh@own.example'"),
		    1);
		{
			OP box = as(w, &w->root);
			struct mailbox row;

			EXPECT(box, mailbox_find(&box->op, "fresh@own.example", &row), RC_OK);
			EXPECT(box, mailbox_delete(&box->op, row.id), RC_OK);
		}
	}
}

struct lost {
	struct world *w;
	int runs;
};

/* The commit took place, its answer was lost: the second run finds it. */
static enum rc
lose_the_answer(struct op *op, void *ctx)
{
	struct lost *lost = ctx;
	enum rc rc = verbs[5].run(op, &lost->w->own);

	if (rc == RC_OK && lost->runs++ == 0)
		return op_fail(op, RC_RETRY, "the answer was lost");
	return rc;
}

static void
test_answer_lost(void **state)
{
	struct world *w = *state;
	struct op_start start = { .actor = &w->root, .deadline_ms = 30000 };
	struct op op = { 0 };
	struct lost lost = { w, 0 };
	int64_t rows = AUDIT_ROWS(w);
	enum rc rc = app_run(w->app, &op, &start, lose_the_answer, &lost);

	app_op_end(w->app, &op);
	assert_int_equal(lost.runs, 2);
	assert_int_equal(rc, RC_OK);
	assert_int_equal(AUDIT_ROWS(w), rows + 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_each_statement),
		T(test_run_again), T(test_answer_lost) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
