/* SPDX-License-Identifier: GPL-3.0-or-later */
/* K10: many mails of one change are sent in turn, and a mail of somebody else does not stand behind them; nor does a single one of the same sender. */
#include "base/base.h"

#include "svc_fixture.h"

#include "base/clock.h"
#include "db/tx.h"
#include "svc/mail_int.h"
#include "svc/system.h"

#define NOW INT64_C(1800000000)
#define MANY 400

static int
setup(void **state)
{
	int rc;
	struct world *w;

	clock_freeze(NOW);
	rc = world_setup(state);
	w = *state;
	w->conf.mail.host = "127.0.0.1";
	w->conf.mail.from_email = "panel@own.example";
	w->conf.mail.support_email = "";
	world_change_conf(w);
	return rc;
}

static int
teardown(void **state)
{
	clock_freeze(0);
	return world_teardown(state);
}

static void
send(struct world *w, const struct actor *who, const char *to, int n)
{
	const struct mail_job job = { .kind = "notice", .to = to, .event = "x", .about = "y", .by = "" };
	OP box = as(w, who);
	TX tx = { 0 };

	EXPECT(box, tx_begin(&tx, &box->op), RC_OK);
	for (int i = 0; i < n; i++)
		EXPECT(box, mail_queue(&box->op, &job), RC_OK);
	EXPECT(box, tx_commit(&tx), RC_OK);
}

static int64_t
due_at(struct world *w, const char *to, int64_t when)
{
	char sql[200];

	(void)snprintf(sql,
	    sizeof(sql), "SELECT count(*) FROM vimb_job WHERE kind = 'mail' AND args LIKE '%%%s%%' AND run_at <= %lld",
	    to, (long long)when);
	return world_number(w, sql);
}

/* Works off what is due, in the order of the queue, until a mail to that address comes; how many came before it. */
static int
before(struct world *w, const char *to)
{
	for (int n = 0;; n++) {
		OP box = as(w, &w->operator);
		struct system_job job;

		EXPECT(box, system_job_claim(&box->op, "a", 60, &job), RC_OK);
		EXPECT(box, system_job_done(&box->op, &job), RC_OK);
		if (strstr(job.args, to))
			return n;
	}
}

static void
test_in_turn(void **state)
{
	struct world *w = *state;

	send(w, &w->owner, "many@own.example", MANY);
	assert_int_equal(due_at(w, "many@", NOW), 20);
	assert_int_equal(due_at(w, "many@", NOW + 1), 30);
	assert_int_equal(due_at(w, "many@", NOW + 38), MANY);
	/* the next lot of the same sender waits behind the first */
	send(w, &w->owner, "more@own.example", MANY);
	assert_int_equal(due_at(w, "more@", NOW), 20);
	assert_int_equal(due_at(w, "more@", NOW + 38), 20);
	assert_int_equal(due_at(w, "more@", NOW + 39), 30);
	assert_int_equal(due_at(w, "more@", NOW + 2 * 38), MANY);
	/* that of another does not */
	send(w, &w->stranger, "other@own.example", MANY);
	assert_int_equal(due_at(w, "other@", NOW + 38), MANY);
}

static void
test_others_are_not_behind(void **state)
{
	struct world *w = *state;

	send(w, &w->owner, "many@own.example", MANY);
	send(w, &w->stranger, "alone@other.example", 1);
	assert_int_equal(before(w, "alone@"), 20);
	clock_freeze(NOW + 10);
	assert_int_equal(due_at(w, "many@", NOW + 10), 120);
	send(w, &w->owner, "mine@own.example", 1); /* nor is one's own next */
	assert_int_equal(due_at(w, "mine@", NOW + 10), 1);
	assert_int_equal(before(w, "mine@"), 100);
}

/* A mail server that was away for an hour moves what was tried; that keeps nothing else waiting. */
static void
test_tried_are_no_turn(void **state)
{
	struct world *w = *state;

	send(w, &w->owner, "many@own.example", 1);
	world_exec(w, "UPDATE vimb_job SET attempts = 3, run_at = 1800003600");
	send(w, &w->owner, "more@own.example", MANY);
	assert_int_equal(due_at(w, "more@", NOW + 38), MANY);
}

/* Without anybody's number: the command line. */
static void
test_of_the_operator(void **state)
{
	struct world *w = *state;

	send(w, &w->operator, "many@own.example", MANY);
	send(w, &w->operator, "more@own.example", MANY);
	assert_int_equal(due_at(w, "more@", NOW + 38), 20);
	assert_int_equal(due_at(w, "more@", NOW + 2 * 38), MANY);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = { T(test_in_turn), T(test_others_are_not_behind),
		T(test_tried_are_no_turn), T(test_of_the_operator) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
