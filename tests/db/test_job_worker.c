/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The queue and its worker on a real database: repeating jobs wait once however many replicas ask for
 * them, what is due is run and settled, what fails comes back later and ends some day, a lost
 * worker only delays, and one that comes back after its lease changes nothing. And how much the one that removes what is old may remove at once.
 */
#include "base/base.h"

#include "svc_fixture.h"

#include "base/clock.h"
#include "base/log.h"
#include "job/job.h"
#include "svc/tidy.h"

#define NOW INT64_C(1800000000)
#define DAY_S (INT64_C(24) * 3600)
#define COUNT(w, where) world_number((w), "SELECT count(*) FROM vimb_job WHERE " where)

static int
setup(void **state)
{
	clock_freeze(NOW);
	return world_setup(state);
}

static int
teardown(void **state)
{
	clock_freeze(0);
	return world_teardown(state);
}

static void
enqueue(struct world *w, const char *kind)
{
	OP box = as(w, &w->operator);

	EXPECT(box, system_job_enqueue(&box->op, kind, "{}", NOW), RC_OK);
}

static void
test_repeating(void **state)
{
	struct world *w = *state;

	for (int replica = 0; replica < 3; replica++)
		assert_int_equal(job_ensure_all(w->app), RC_OK);
	assert_int_equal(COUNT(w, "kind = 'housekeeping' AND state = 'waiting'"), 1);
	assert_int_equal(job_run_one(w->app, "a"), JOB_NONE); /* not yet due */
	clock_freeze(NOW + 601);
	for (size_t i = 0; i < job_kinds_n; i++)
		if (job_kinds[i].flags & JOB_REPEATS)
			assert_int_equal(job_run_one(w->app, "a"), JOB_DONE);
	assert_int_equal(job_run_one(w->app, "b"), JOB_NONE);
	assert_int_equal(job_ensure_all(w->app), RC_OK);
	assert_int_equal(job_ensure_all(w->app), RC_OK);
	assert_int_equal(COUNT(w, "kind = 'housekeeping' AND state = 'done'"), 1);
	assert_int_equal(COUNT(w, "kind = 'housekeeping' AND state = 'waiting'"), 1);
	assert_int_equal(world_number(w, "SELECT run_at FROM vimb_job WHERE kind = 'housekeeping' AND state = 'waiting'"),
	    NOW + 601 + 600);
}

static int64_t
tidy(struct world *w)
{
	enqueue(w, "housekeeping");
	assert_int_equal(job_run_one(w->app, "a"), JOB_DONE);
	return world_number(w, "SELECT tidied_at FROM vimb_tidied");
}

/* Each run goes so far at most, so it takes some until it is where the clock is. */
static void
tidy_until(struct world *w, int64_t now)
{
	int64_t at = world_number(w, "SELECT tidied_at FROM vimb_tidied");

	clock_freeze(now);
	while (at < now) {
		int64_t next = tidy(w);

		assert_int_equal(next, MIN(now, at + TIDY_STEP_S));
		at = next;
	}
}

static void
test_housekeeping_removes(void **state)
{
	struct world *w = *state;

	assert_int_equal(tidy(w), NOW);
	assert_int_equal(COUNT(w, "state = 'done'"), 1);
	tidy_until(w, NOW + 31 * DAY_S);
	assert_int_equal(COUNT(w, "state = 'done' AND finished_at = 1800000000"), 0);
}

/* As what was deleted and what was done today would be. */
static void
leave_something(struct world *w)
{
	world_exec(w, "INSERT INTO vimb_undo (expires_at) VALUES (1802592000)"); /* in 30 days */
	world_exec(w, "INSERT INTO log (action, data, timestamp) VALUES ('X', 'today', '2027-01-15 08:00:00')");
	enqueue(w, "audit_seal");
	assert_int_equal(job_run_one(w->app, "a"), JOB_DONE);
	assert_int_equal(world_number(w, "SELECT count(*) FROM log l WHERE NOT EXISTS (SELECT 1 FROM vimb_seal s WHERE s.log_id = l.id)"),
	    0);
}

static void
expect_kept(struct world *w, int64_t n)
{
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_undo"), n);
	assert_int_equal(world_number(w, "SELECT count(*) FROM log WHERE data = 'today'"), n);
}

/* K13: ten years ahead, for most of a day, until somebody mends it. Nothing that people would miss is gone. */
static void
test_clock_ahead(void **state)
{
	struct world *w = *state;

	w->conf.log_days = 30;
	world_change_conf(w);
	assert_int_equal(tidy(w), NOW);
	leave_something(w);
	clock_freeze(NOW + 3653 * DAY_S);
	for (int64_t run = 1; run <= 100; run++)
		assert_int_equal(tidy(w), NOW + run * TIDY_STEP_S);
	expect_kept(w, 1);
	clock_freeze(NOW + DAY_S); /* mended: it is where the clock is at once, not ahead of it */
	assert_int_equal(tidy(w), NOW + DAY_S);
	expect_kept(w, 1);
	tidy_until(w, NOW + 29 * DAY_S);
	expect_kept(w, 1);
	tidy_until(w, NOW + 32 * DAY_S);
	expect_kept(w, 0);
	assert_int_equal(world_number(w, "SELECT count(*) FROM log WHERE action = 'LOG_CUT'"), 1);
}

/* Two keepers at it: one of them is late, and that is no fault. */
static void
test_tidied_by_another(void **state)
{
	struct world *w = *state;
	struct tidy t = { .now = NOW + 5, .was = NOW };
	OP box = as(w, &w->operator);

	assert_int_equal(tidy(w), NOW);
	world_exec(w, "UPDATE vimb_tidied SET tidied_at = 1800000001");
	EXPECT(box, tidy_end(&box->op, &t), RC_CONFLICT);
	assert_int_equal(world_number(w, "SELECT tidied_at FROM vimb_tidied"), NOW + 1);
}

static void
test_unknown_kind(void **state)
{
	struct world *w = *state;

	enqueue(w, "from-the-future");
	enqueue(w, "housekeeping");
	assert_int_equal(job_run_one(w->app, "a"), JOB_FAILED);
	assert_int_equal(job_run_one(w->app, "a"), JOB_DONE); /* the next one is not held up */
	assert_int_equal(job_run_one(w->app, "a"), JOB_NONE);
	assert_int_equal(COUNT(w, "state = 'failed' AND last_error LIKE '%no such kind%'"), 1);
}

static void
test_failing_job(void **state)
{
	const struct job_kind *k = job_kind_by_name("housekeeping");
	struct world *w = *state;
	int64_t now = NOW, before = 0;

	/* its statement fails until the table is back */
	world_exec(w, "ALTER TABLE vimb_session RENAME TO vimb_session_away");
	enqueue(w, "housekeeping");
	for (int64_t attempt = 1; attempt < k->attempts; attempt++) {
		int64_t run_at;

		assert_int_equal(job_run_one(w->app, "a"), JOB_FAILED);
		assert_int_equal(job_run_one(w->app, "a"), JOB_NONE); /* not at once */
		assert_int_equal(COUNT(w, "state = 'waiting' AND last_error <> ''"), 1);
		run_at = world_number(w, "SELECT run_at FROM vimb_job");
		assert_true(run_at >= now + k->backoff_s);
		assert_true(run_at - now > before);
		before = (run_at - now) * 2 / 3; /* without what chance added, the next pause is longer */
		now = run_at;
		clock_freeze(now);
	}
	assert_int_equal(job_run_one(w->app, "a"), JOB_FAILED);
	assert_int_equal(COUNT(w, "state = 'failed'"), 1);
	assert_int_equal(job_run_one(w->app, "a"), JOB_NONE);
	world_exec(w, "ALTER TABLE vimb_session_away RENAME TO vimb_session");
}

static void
claim(struct world *w, const char *owner, struct system_job *ret)
{
	OP box = as(w, &w->operator);

	EXPECT(box, system_job_claim(&box->op, owner, 60, ret), RC_OK);
	ret->kind = ret->args = "";
}

static void
test_lost_worker(void **state)
{
	struct world *w = *state;
	struct system_job lost;

	enqueue(w, "housekeeping");
	claim(w, "lost", &lost);
	assert_int_equal(job_run_one(w->app, "b"), JOB_NONE); /* leased */
	clock_freeze(NOW + 61);
	assert_int_equal(job_run_one(w->app, "b"), JOB_DONE);
	{
		OP box = as(w, &w->operator);

		EXPECT(box, system_job_failed(&box->op, &lost, "late", NOW), RC_CONFLICT);
	}
	{
		OP box = as(w, &w->operator);

		EXPECT(box, system_job_done(&box->op, &lost), RC_CONFLICT);
	}
	assert_int_equal(COUNT(w, "state = 'done' AND last_error IS NULL"), 1);
}

/* Each worker that takes it dies: after as many claims as a kind has attempts it is not run again. */
static void
test_poison(void **state)
{
	const struct job_kind *k = job_kind_by_name("housekeeping");
	struct world *w = *state;
	int64_t now = NOW;

	enqueue(w, "housekeeping");
	for (int64_t i = 0; i < k->attempts; i++) {
		struct system_job dead;

		claim(w, "dies", &dead);
		now += 61;
		clock_freeze(now);
	}
	assert_int_equal(job_run_one(w->app, "b"), JOB_FAILED);
	assert_int_equal(COUNT(w, "state = 'failed' AND last_error LIKE '%workers died%'"), 1);
	assert_int_equal(job_run_one(w->app, "b"), JOB_NONE);
}

/* Each lane takes its own jobs, however many of the other's are due before; what this program does not know is no long work. */
static void
test_lanes(void **state)
{
	struct world *w = *state;
	size_t n = 0;

	for (size_t i = 0; i < job_kinds_n; i++)
		n += (job_kinds[i].flags & JOB_LONG) != 0;
	assert_int_equal(n, 1);
	enqueue(w, "import");
	enqueue(w, "housekeeping");
	enqueue(w, "from-the-future");
	assert_int_equal(job_run_one_of(w->app, "quick", JOB_QUICK), JOB_DONE);
	assert_int_equal(job_run_one_of(w->app, "quick", JOB_QUICK), JOB_FAILED);
	assert_int_equal(job_run_one_of(w->app, "quick", JOB_QUICK), JOB_NONE);
	assert_int_equal(COUNT(w, "kind = 'import' AND fence = 0"), 1);
	enqueue(w, "housekeeping");
	assert_int_equal(job_run_one_of(w->app, "slow", JOB_SLOW), JOB_FAILED); /* it names no import */
	assert_int_equal(job_run_one_of(w->app, "slow", JOB_SLOW), JOB_NONE);
	assert_int_equal(COUNT(w, "kind = 'housekeeping' AND state = 'waiting'"), 1);
	assert_int_equal(job_run_one(w->app, "any"), JOB_DONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_repeating, setup, teardown),
		cmocka_unit_test_setup_teardown(test_housekeeping_removes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_clock_ahead, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tidied_by_another, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unknown_kind, setup, teardown),
		cmocka_unit_test_setup_teardown(test_failing_job, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lost_worker, setup, teardown),
		cmocka_unit_test_setup_teardown(test_poison, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lanes, setup, teardown),
	};

	log_open("test", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
