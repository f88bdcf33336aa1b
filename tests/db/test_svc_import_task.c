/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that are kept until somebody takes them in: in slices, from where the last one ended, never past a cancelling; what was not come back for goes.
 */
#include "base/base.h"

#include "svc_fixture.h"

#include "base/clock.h"
#include "base/rand.h"
#include "base/str.h"
#include "base/utf8.h"
#include "job/job.h"
#include "svc/import_task.h"

#define HASH "{SHA512-CRYPT}$6$saltsaltsaltsalt$9bJzQy1kZ1Qe0tJX8d0mYc6q5a3bV2"
#define NOW INT64_C(1800000000)
#define SECRET "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define BOXES(w) world_number((w), "SELECT count(*) FROM mailbox WHERE username LIKE 'task%'")

static const struct import_in skip = { .on_error = "skip" }, stop = { 0 },
			      made = { .on_error = "skip", .generate = true };

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

/* n good rows and, behind them, one that is not. */
static int64_t
send(struct world *w, const struct actor *actor, const struct import_in *how, int n)
{
	CLEANUP(str_release) struct str s = STR_INIT;
	OP box = as(w, actor);
	struct import_sent sent = {
		.kind = "mailboxes", .file_name = "x.csv", .how = how, .secret = SECRET
	};
	int64_t id = 0;

	str_add(&s, how->generate ? "address,name\n" : "address,name,hash\n");
	for (int i = 0; i < n; i++)
		str_addf(&s, "task%d@own.example,\xc3\xa4%s\n", i, how->generate ? "" : "," HASH);
	str_add(&s, how->generate ? "nobody,\n" : "nobody,," HASH "\n");
	sent.text = s.data;
	sent.len = s.len;
	EXPECT(box, import_task_send(&box->op, &sent, &id), RC_OK);
	return id;
}

/* Rows as somebody would write them who wants to see what gives way: what names them is longer than a part, or is cut within a letter. */
static int64_t
send_long(struct world *w, size_t len)
{
	CLEANUP(str_release) struct str s = STR_INIT;
	OP box = as(w, &w->root);
	struct import_sent sent = {
		.kind = "mailboxes", .file_name = "x.csv", .how = &skip, .secret = SECRET
	};
	int64_t id = 0;

	str_add(&s, "address,name,hash\ntask0@own.example,,\n");
	for (size_t i = 0; i < len; i++)
		str_addc(&s, 'x');
	str_add(&s, "\xc3\xa4\xc3\xa4@own.example,," HASH "\ntask1@own.example,," HASH "\n");
	sent.text = s.data;
	sent.len = s.len;
	EXPECT(box, import_task_send(&box->op, &sent, &id), RC_OK);
	return id;
}

static void
get(struct world *w, int64_t id, struct import_task *ret)
{
	OP box = as(w, &w->operator);

	EXPECT(box, import_task_get(&box->op, id, ret), RC_OK);
	/* its texts end with the op; a state is one of few */
	for (size_t i = 0; i < 6; i++) {
		static const char *const states[] = { "waiting", "running", "checked", "done",
			"failed", "cancelled" };

		if (strcmp(ret->state, states[i]) == 0)
			ret->state = states[i];
	}
}

/* One transaction's worth: its time is over when it begins. */
static bool
slice(struct world *w, int64_t id)
{
	OP box = as(w, &w->operator);
	bool more = false;

	EXPECT(box, import_task_run(&box->op, id, 0, &more), RC_OK);
	return more;
}

static void
test_slices(void **state)
{
	struct world *w = *state;
	int64_t id = send(w, &w->root, &skip, 2300);
	struct import_task t;

	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_job WHERE kind = 'import' AND state = 'waiting'"),
	    1);
	assert_true(slice(w, id));
	assert_int_equal(BOXES(w), 1000);
	get(w, id, &t);
	assert_string_equal(t.state, "running");
	assert_int_equal(t.done, 1000);
	assert_true(slice(w, id));
	assert_false(slice(w, id));
	get(w, id, &t);
	assert_string_equal(t.state, "done");
	assert_int_equal(t.added, 2300);
	assert_int_equal(t.failed, 1);
	assert_int_equal(BOXES(w), 2300);
	assert_false(slice(w, id)); /* once more does nothing */
	assert_int_equal(BOXES(w), 2300);
}

static void
test_cancelled_between(void **state)
{
	struct world *w = *state;
	int64_t id = send(w, &w->root, &skip, 2300);
	struct import_task t;
	OP box = as(w, &w->root);

	assert_true(slice(w, id));
	EXPECT(box, import_task_cancel(&box->op, id), RC_OK);
	assert_false(slice(w, id));
	get(w, id, &t);
	assert_string_equal(t.state, "cancelled");
	assert_int_equal(BOXES(w), 1000);
	EXPECT(box, import_task_cancel(&box->op, id), RC_CONFLICT);
}

static void
test_all_or_nothing(void **state)
{
	struct world *w = *state;
	int64_t id = send(w, &w->owner, &stop, 30);
	struct import_outcome o;
	struct import_task t;
	OP box = as(w, &w->owner);

	assert_int_equal(job_run_one(w->app, "a"), JOB_DONE);
	EXPECT(box, import_task_get(&box->op, id, &t), RC_OK);
	assert_string_equal(t.state, "failed");
	assert_int_equal(BOXES(w), 0);
	EXPECT(box, import_task_outcome(&box->op, &t, &o), RC_OK);
	assert_int_equal(o.n_reasons, 1);
	assert_int_equal(o.reasons[0].n, 1);
	assert_int_equal(o.faults[0].line, 32);
	assert_true(o.has_file);
	EXPECT(box,
	    import_task_again(&box->op, id, &(struct import_again_in){ .on_error = "skip" }, false,
		SECRET),
	    RC_OK);
	assert_int_equal(job_run_one(w->app, "a"), JOB_DONE);
	get(w, id, &t);
	assert_string_equal(t.state, "done");
	assert_int_equal(BOXES(w), 30);
}

/* A name that nothing could be is shown by its beginning. */
static void
test_long_names(void **state)
{
	static const size_t lens[] = { 300000, 319 };
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(lens); i++) {
		int64_t id = send_long(w, lens[i]);
		CLEANUP(str_release) struct str out = STR_INIT;
		struct import_outcome o;
		struct import_task t;
		OP box = as(w, &w->root);

		assert_false(slice(w, id));
		EXPECT(box, import_task_get(&box->op, id, &t), RC_OK);
		assert_string_equal(t.state, "done");
		assert_int_equal(t.failed, 2);
		EXPECT(box, import_task_outcome(&box->op, &t, &o), RC_OK);
		assert_int_equal(o.n_faults, 2);
		assert_true(strlen(o.faults[1].key) >= 319 && strlen(o.faults[1].key) <= 320);
		assert_true(utf8_valid(o.faults[1].key, strlen(o.faults[1].key)));
		EXPECT(box, import_task_result(&box->op, id, &out), RC_OK);
		assert_true(out.len < 2000 && strstr(out.data, "task1@own.example"));
		world_exec(w, "DELETE FROM alias WHERE address = 'task1@own.example'");
		world_exec(w, "DELETE FROM mailbox WHERE username = 'task1@own.example'");
	}
}

static void
test_passwords(void **state)
{
	struct world *w = *state;
	int64_t id;
	OP box = as(w, &w->root);
	OP other = as(w, &w->root2);
	struct str out = STR_INIT;

	w->conf.mailbox_cost = 4;
	world_change_conf(w);
	id = send(w, &w->root, &made, 25);
	while (job_run_one(w->app, "a") == JOB_DONE)
		;
	assert_int_equal(BOXES(w), 25);
	assert_true(world_number(w, "SELECT count(*) FROM vimb_import_part WHERE what = 'secret'") >= 2);
	EXPECT(other, import_task_passwords(&other->op, id, SECRET, &out), RC_NOT_FOUND);
	str_clear(&out);
	EXPECT(box, import_task_passwords(&box->op, id, NULL, &out), RC_NOT_FOUND);
	err_clear(&box->op.errs);
	str_clear(&out);
	EXPECT(box, import_task_passwords(&box->op, id, SECRET, &out), RC_OK);
	assert_non_null(strstr(out.data, "\"task24@own.example\",\""));
	err_clear(&box->op.errs);
	EXPECT(box, import_task_passwords(&box->op, id, SECRET, &out), RC_NOT_FOUND);
	str_release(&out);
}

/* Keepers that die of a file over and over do not leave it under way for ever. */
static void
test_given_up(void **state)
{
	struct world *w = *state;
	int64_t id = send(w, &w->root, &skip, 3);
	struct import_task t;

	world_exec(w, "UPDATE vimb_job SET attempts = 5 WHERE kind = 'import'");
	assert_int_equal(job_run_one(w->app, "a"), JOB_FAILED);
	get(w, id, &t);
	assert_string_equal(t.state, "failed");
	assert_int_equal(BOXES(w), 0);
}

static void
test_housekeeping(void **state)
{
	struct world *w = *state;
	int64_t removed;
	OP box = as(w, &w->operator);

	(void)send(w, &w->root, &skip, 3);
	EXPECT(box, import_task_prune(&box->op, box->op.now, &removed), RC_OK);
	assert_int_equal(removed, 0);
	box->op.now += 25 * 3600;
	EXPECT(box, import_task_prune(&box->op, box->op.now, &removed), RC_OK);
	assert_int_equal(removed, 1);
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_import_part"), 0);
	assert_int_equal(job_run_one(w->app, "a"), JOB_DONE); /* and its job finds nothing to do */
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = { T(test_slices), T(test_cancelled_between),
		T(test_all_or_nothing), T(test_long_names), T(test_passwords), T(test_given_up),
		T(test_housekeeping) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
