/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The life of an op: request ids, running again, deadlines; hashing tickets. */
#include "base/base.h"

#include "svc_fixture.h"

#include <pthread.h>

#include "base/clock.h"

struct runs {
	int n, retry;
	char ids[10][33];
};

static enum rc
body(struct op *op, void *ctx)
{
	struct runs *r = ctx;

	memcpy(r->ids[r->n], op->request_id, 33);
	assert_null(op->changes);
	assert_null(op->errs.first);
	assert_int_equal(op->request_id_given, r->n > 0);
	(void)arena_strdup(op->arena, "goes with the run");
	return r->n++ < r->retry ? op_fail(op, RC_RETRY, "lost") : RC_OK;
}

static enum rc
run(struct world *w, struct runs *r, int64_t deadline_ms, const char **ret_text)
{
	struct op_start start = { .actor = &w->operator, .deadline_ms = deadline_ms };
	struct op op = { 0 };
	enum rc rc = app_run(w->app, &op, &start, body, r);

	*ret_text = op.errs.first ? strdup(op.errs.first->text) : NULL;
	app_op_end(w->app, &op);
	return rc;
}

static void
test_runs(void **state)
{
	static const struct {
		int retry, runs;
		enum rc rc;
	} cases[] = { { 0, 1, RC_OK }, { 1, 2, RC_OK }, { 5, 6, RC_OK }, { 9, 6, RC_UNAVAILABLE } };
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct runs r = { .retry = cases[i].retry };
		const char *text;

		assert_int_equal(run(w, &r, 0, &text), cases[i].rc);
		assert_int_equal(r.n, cases[i].runs);
		for (int k = 1; k < r.n; k++)
			assert_string_equal(r.ids[k], r.ids[0]);
		assert_int_equal(text && strstr(text, "try again"), cases[i].rc != RC_OK);
		free((void *)(uintptr_t)text);
	}
}

static enum rc
in_the_way(struct op *op, void *ctx)
{
	int *n = ctx;

	return ++*n == 1 ? op_fail(op, RC_CONFLICT, "This exists already.") : RC_OK;
}

/* What a repeated request trips over may be itself; one that is new trips over somebody else. */
static void
test_a_repeat_looks_twice(void **state)
{
	struct world *w = *state;
	const char *const ids[] = { NULL, "00112233445566778899aabbccddeeff" };

	for (int i = 0; i < 2; i++) {
		struct op_start start = { .actor = &w->operator, .request_id = ids[i] };
		struct op op = { 0 };
		int n = 0;

		assert_int_equal(app_run(w->app, &op, &start, in_the_way, &n), i ? RC_OK : RC_CONFLICT);
		assert_int_equal(n, 1 + i);
		app_op_end(w->app, &op);
	}
}

static void
test_no_run_past_the_deadline(void **state)
{
	struct world *w = *state;
	struct runs r = { .retry = 9 };
	const char *text;

	assert_int_equal(run(w, &r, 1, &text), RC_UNAVAILABLE);
	assert_int_equal(r.n, 1);
	free((void *)(uintptr_t)text);
}

static void
test_request_id(void **state)
{
	struct world *w = *state;
	OP none = as(w, &w->operator);
	OP hex = as_with(w, &w->operator, 0, "00112233445566778899aabbccddeeff");
	OP text = as_with(w, &w->operator, 0,
	    "a key of the client's own, as long as it likes, with anything in it");
	OP same = as_with(w, &w->operator, 0,
	    "a key of the client's own, as long as it likes, with anything in it");

	assert_int_equal(strlen(none->op.request_id), 32);
	assert_false(none->op.request_id_given);
	assert_string_equal(hex->op.request_id, "00112233445566778899aabbccddeeff");
	assert_true(hex->op.request_id_given);
	assert_int_equal(strspn(text->op.request_id, "0123456789abcdef"), 32);
	assert_string_equal(text->op.request_id, same->op.request_id);
	assert_string_not_equal(text->op.request_id, none->op.request_id);
}

struct hasher {
	struct world *w;
	int64_t deadline_ms;
	enum rc rc;
	pthread_t thread;
};

static void *
hash(void *arg)
{
	struct hasher *h = arg;
	struct op_start start = { .actor = &h->w->operator, .deadline_ms = h->deadline_ms };
	struct op op = { 0 };
	bool ok;

	h->rc = app_op_begin(h->w->app, &op, &start);
	if (h->rc == RC_OK)
		h->rc = app_verify(&op, NULL, "some password", &ok);
	app_op_end(h->w->app, &op);
	return NULL;
}

/* B12: one ticket, sixteen may wait, the rest are sent away; who waits past the deadline too. */
static void
test_tickets(void **state)
{
	struct world *w = *state;
	struct hasher h[40];
	size_t ok = 0, sent_away = 0;

	w->conf.hash_tickets = 1;
	w->conf.db_pool = 64;
	w->conf.admin_cost = 8;
	world_change_conf(w);
	for (size_t i = 0; i < ARRAY_LEN(h); i++) {
		h[i] = (struct hasher){ .w = w, .deadline_ms = 30000 };
		assert_int_equal(pthread_create(&h[i].thread, NULL, hash, &h[i]), 0);
	}
	for (size_t i = 0; i < ARRAY_LEN(h); i++) {
		assert_int_equal(pthread_join(h[i].thread, NULL), 0);
		ok += h[i].rc == RC_OK;
		sent_away += h[i].rc == RC_UNAVAILABLE;
	}
	assert_int_equal(ok + sent_away, ARRAY_LEN(h));
	assert_true(ok >= 17);
	assert_true(sent_away > 0);
}

/* Of four threads one is left to others: three hash, nobody waits, and the rest is sent away at once. */
static void
test_tickets_of_threads(void **state)
{
	struct world *w = *state;
	struct hasher h[12];
	size_t ok = 0, sent_away = 0;

	w->conf.hash_tickets = 8;
	w->conf.db_pool = 64;
	w->conf.admin_cost = 12;
	world_change_conf(w);
	app_hash_threads(w->app, 4);
	for (size_t i = 0; i < ARRAY_LEN(h); i++) {
		h[i] = (struct hasher){ .w = w, .deadline_ms = 30000 };
		assert_int_equal(pthread_create(&h[i].thread, NULL, hash, &h[i]), 0);
	}
	for (size_t i = 0; i < ARRAY_LEN(h); i++) {
		assert_int_equal(pthread_join(h[i].thread, NULL), 0);
		ok += h[i].rc == RC_OK;
		sent_away += h[i].rc == RC_UNAVAILABLE;
	}
	assert_int_equal(ok + sent_away, ARRAY_LEN(h));
	assert_true(ok >= 3);
	assert_true(sent_away > 0);
}

static void
test_ticket_deadline(void **state)
{
	struct world *w = *state;
	struct hasher h[8];
	size_t ok = 0, late = 0;

	w->conf.hash_tickets = 1;
	w->conf.admin_cost = 12;
	world_change_conf(w);
	for (size_t i = 0; i < ARRAY_LEN(h); i++) {
		h[i] = (struct hasher){ .w = w, .deadline_ms = 100 };
		assert_int_equal(pthread_create(&h[i].thread, NULL, hash, &h[i]), 0);
	}
	for (size_t i = 0; i < ARRAY_LEN(h); i++) {
		assert_int_equal(pthread_join(h[i].thread, NULL), 0);
		ok += h[i].rc == RC_OK;
		late += h[i].rc == RC_UNAVAILABLE;
	}
	assert_int_equal(ok + late, ARRAY_LEN(h));
	assert_true(ok >= 1 && late >= 1);
}

static void
test_health_and_jobs(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->operator);
	struct system_job job, again;

	EXPECT(box, system_health(&box->op), RC_OK);
	EXPECT(box, system_schema_check(&box->op), RC_OK);
	EXPECT(box, system_job_claim(&box->op, "one", 60, &job), RC_NOT_FOUND);
	EXPECT(box, system_job_enqueue(&box->op, "prune", "{}", box->op.now), RC_OK);
	EXPECT(box, system_job_claim(&box->op, "one", 60, &job), RC_OK);
	assert_string_equal(job.kind, "prune");
	assert_string_equal(job.args, "{}");
	EXPECT(box, system_job_claim(&box->op, "two", 60, &again), RC_NOT_FOUND);
	EXPECT(box, system_job_failed(&box->op, &job, "no luck", box->op.now), RC_OK);
	EXPECT(box, system_job_claim(&box->op, "two", 60, &again), RC_OK);
	assert_true(again.fence > job.fence);
	/* J8: who lost its lease is fenced off */
	EXPECT(box, system_job_done(&box->op, &job), RC_CONFLICT);
	err_clear(&box->op.errs);
	EXPECT(box, system_job_done(&box->op, &again), RC_OK);
	EXPECT(box, system_job_claim(&box->op, "one", 60, &job), RC_NOT_FOUND);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

static void
count_up(void *ctx)
{
	++*(int *)ctx;
}

static enum rc
queue_and_fail(struct op *op, void *ctx)
{
	const int64_t *run_at = ctx;
	enum rc rc = system_job_enqueue(op, "housekeeping", NULL, *run_at);

	return rc == RC_OK ? op_fail(op, RC_UNAUTHENTICATED, "no, but somebody is told") : rc;
}

/* Who works the queue is told after the op, and only of what is due. */
static void
test_waking(void **state)
{
	static const struct {
		int64_t later;
		int woken;
	} cases[] = { { 0, 1 }, { 60, 0 } };
	struct world *w = *state;
	int woken;

	app_waker(w->app, count_up, &woken);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct op_start start = { .actor = &w->operator};
		int64_t run_at = clock_now() + cases[i].later;
		struct op op = { 0 };

		woken = 0;
		assert_int_equal(app_run(w->app, &op, &start, queue_and_fail, &run_at),
		    RC_UNAUTHENTICATED);
		app_op_end(w->app, &op);
		assert_int_equal(woken, cases[i].woken);
	}
	app_waker(w->app, NULL, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(test_runs), T(test_waking), T(test_a_repeat_looks_twice),
		T(test_no_run_past_the_deadline), T(test_request_id), T(test_tickets),
		T(test_tickets_of_threads), T(test_ticket_deadline), T(test_health_and_jobs) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
