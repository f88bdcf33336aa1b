/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which changes queue a job that has Dovecot forget somebody, and that it stands or falls with the change: nothing is queued for what was rolled back,
 * and nothing is left out because something else was.
 */
#include "base/base.h"

#include "svc_fixture.h"

#include "db/tx.h"
#include "svc/flush.h"

#define JOBS(w) world_number((w), "SELECT count(*) FROM vimb_job WHERE kind = 'auth_flush'")
#define MANY 20

static int
setup(void **state)
{
	int rc = world_setup(state);
	struct world *w = *state;

	w->conf.doveadm = (struct conf_doveadm){
		.url = "http://127.0.0.1:1/doveadm/v1", .api_key = "", .ca_file = "", .timeout = 900
	};
	world_change_conf(w);
	return rc;
}

static void
last_is(struct world *w, const char *want)
{
	char *args = world_text(w,
	    "SELECT args FROM vimb_job WHERE kind = 'auth_flush' ORDER BY id DESC LIMIT 1");

	assert_string_equal(args, want);
	free(args);
}

static enum rc
toggle(struct op *op, int64_t id, bool active)
{
	struct mailbox row;

	return mailbox_set_active(op, id, active, &row);
}

static void
test_not_configured(void **state)
{
	struct world *w = *state;

	w->conf.doveadm.url = "";
	world_change_conf(w);
	{
		OP op = as(w, &w->root);

		EXPECT(op, toggle(&op->op, w->own.mailbox_id, false), RC_OK);
	}
	assert_int_equal(JOBS(w), 0);
}

static void
test_with_the_change(void **state)
{
	struct world *w = *state;
	char want[300];

	{
		OP op = as_with(w, &w->root, OP_DRY_RUN, NULL);

		EXPECT(op, toggle(&op->op, w->own.mailbox_id, false), RC_OK);
	}
	assert_int_equal(JOBS(w), 0);
	{
		OP op = as(w, &w->root);
		TX tx = { 0 };

		EXPECT(op, tx_begin(&tx, &op->op), RC_OK);
		EXPECT(op, toggle(&op->op, w->own.mailbox_id, false), RC_OK);
	}
	assert_int_equal(JOBS(w), 0); /* was not committed */
	{
		OP op = as(w, &w->owner);

		EXPECT(op, toggle(&op->op, w->own.mailbox_id, true), RC_OK); /* it is */
		EXPECT(op, toggle(&op->op, w->own.mailbox_id, false), RC_OK);
		assert_true(op->op.queued);
	}
	assert_int_equal(JOBS(w), 1);
	(void)snprintf(want, sizeof(want), "{\"user\":\"%s\"}", w->own.mailbox);
	last_is(w, want);
	{
		OP op = as(w, &w->stranger);

		EXPECT(op, toggle(&op->op, w->own.mailbox_id, true), RC_NOT_FOUND);
	}
	assert_int_equal(JOBS(w), 1);
}

static void
test_many(void **state)
{
	struct world *w = *state;
	OP op = as(w, &w->root);
	TX tx = { 0 };

	EXPECT(op, tx_begin(&tx, &op->op), RC_OK);
	for (int i = 0; i < MANY; i++)
		EXPECT(op, toggle(&op->op, w->own.mailbox_id, i % 2), RC_OK);
	EXPECT(op, tx_commit(&tx), RC_OK);
	assert_int_equal(JOBS(w), 9);
	last_is(w, "{\"user\":\"\"}");
	/* the next transaction begins anew */
	EXPECT(op, toggle(&op->op, w->own.mailbox_id, false), RC_OK);
	assert_int_equal(JOBS(w), 10);
}

/* What stood for everybody was undone with a row: those that follow ask again. */
static void
test_undone_row(void **state)
{
	struct world *w = *state;
	OP op = as(w, &w->root);
	TX tx = { 0 };

	EXPECT(op, tx_begin(&tx, &op->op), RC_OK);
	EXPECT(op, tx_save(&tx), RC_OK);
	for (int i = 0; i < MANY; i++)
		EXPECT(op, toggle(&op->op, w->own.mailbox_id, i % 2), RC_OK);
	EXPECT(op, tx_undo(&tx), RC_OK);
	EXPECT(op, toggle(&op->op, w->own.mailbox_id, false), RC_OK);
	EXPECT(op, tx_commit(&tx), RC_OK);
	assert_int_equal(JOBS(w), 1);
}

static void
test_domain(void **state)
{
	struct world *w = *state;
	OP op = as(w, &w->root);
	struct domain row;

	EXPECT(op, domain_set_active(&op->op, w->own.domain_id, false, &row), RC_OK);
	assert_int_equal(JOBS(w), 1);
	last_is(w, "{\"user\":\"\"}");
}

static void
test_read(void **state)
{
	struct world *w = *state;
	static const char *const bad[] = { "", "[]", "{\"user\":[\"a@b.example\",\"c@d.example\"]}",
		"{\"user\":\"a@b.example\",\"destination\":\"sh\"}", "{\"user\":\"a\\u0000b\"}", "{" };
	OP op = as(w, &w->operator);
	struct flush_job job = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (flush_read_job(&op->op, bad[i], &job) != RC_INVALID)
			fail_msg("taken: %s", bad[i]);
	err_clear(&op->op.errs);
	EXPECT(op, flush_read_job(&op->op, "{\"user\":\"a@b.example\"}", &job), RC_OK);
	assert_string_equal(job.user, "a@b.example");
	EXPECT(op, flush_read_job(&op->op, "{}", &job), RC_OK);
	assert_string_equal(job.user, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_not_configured, setup, world_teardown),
		cmocka_unit_test_setup_teardown(test_with_the_change, setup, world_teardown),
		cmocka_unit_test_setup_teardown(test_many, setup, world_teardown),
		cmocka_unit_test_setup_teardown(test_undone_row, setup, world_teardown),
		cmocka_unit_test_setup_teardown(test_domain, setup, world_teardown),
		cmocka_unit_test_setup_teardown(test_read, setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
