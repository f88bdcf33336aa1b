/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Removing old rows of the trail, interrupted: its process is killed before each of its statements in turn; and removing them while somebody looks through
 * the seals, before each statement of his. What is left is proven each time.
 */
#include "base/base.h"

#include "svc_fixture.h"

#include "fault.h"
#include "svc/seal.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define AT_ONCE 500 /* rows of one removal */

static int
setup(void **state)
{
	int code = world_setup(state);
	struct world *w = *state;

	w->conf.log_days = 30;
	world_change_conf(w);
	return code;
}

/* So many rows of long ago, before all others of their age that will be. */
static void
fill(struct world *w, int hundreds)
{
	static const char row[] = "('X', 'of long ago', '2020-01-01 00:00:00')";
	char sql[100 * (sizeof(row) + 1) + 60];

	world_exec(w, "UPDATE log SET timestamp = '2020-01-01 00:00:00'");
	for (int i = 0; i < hundreds; i++) {
		size_t n = (size_t)snprintf(sql, sizeof(sql),
		    "INSERT INTO log (action, data, timestamp) VALUES ");

		for (int j = 0; j < 100; j++)
			n += (size_t)snprintf(sql + n, sizeof(sql) - n, "%s%s", j ? "," : "", row);
		world_exec(w, sql);
	}
}

static void
seal(struct world *w)
{
	const char *head = NULL;
	int64_t n = 1;

	while (n > 0) {
		OP box = as(w, &w->operator);

		EXPECT(box, audit_seal(&box->op, &n, &head), RC_OK);
	}
}

static struct verify
verify(struct world *w)
{
	const struct verify_in in = { 0 };
	struct verify got = { 0 };
	OP box = as(w, &w->operator);

	EXPECT(box, audit_verify(&box->op, &in, &got), RC_OK);
	got.head = NULL; /* of the op */
	return got;
}

static int64_t
rows_of(struct world *w, const char *table)
{
	char sql[60];

	(void)snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", table);
	return world_number(w, sql);
}

/* ---- killed ---- */

static void
die(void *ctx)
{
	(void)ctx;
	(void)raise(SIGKILL);
}

static _Noreturn void
cut_and_die(struct world *w, unsigned at)
{
	int64_t n = 0;
	enum rc rc;

	world_change_conf(w);
	{
		OP box = as(w, &w->operator);

		fault_call(at, die, NULL);
		rc = audit_cut(&box->op, box->op.now, &n);
	}
	_exit(rc == RC_OK && n == AT_ONCE ? 0 : 1);
}

/* In a process of its own, with connections of its own. False: there are not so many statements, and it got through. */
static bool
killed_before(struct world *w, unsigned at)
{
	int status = 0;
	pid_t pid;

	app_free(w->app);
	w->app = NULL;
	pid = fork();
	if (pid == 0)
		cut_and_die(w, at);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	world_change_conf(w);
	if (WIFEXITED(status))
		assert_int_equal(WEXITSTATUS(status), 0);
	else
		assert_int_equal(WTERMSIG(status), SIGKILL);
	return !WIFEXITED(status);
}

static void
kill_each(struct world *w, int64_t removed)
{
	int64_t rows = AUDIT_ROWS(w), details = rows_of(w, "vimb_audit"),
		seals = rows_of(w, "vimb_seal");
	unsigned at = 1;

	for (; killed_before(w, at); at++) {
		assert_int_equal(verify(w).removed, removed);
		assert_int_equal(AUDIT_ROWS(w), rows);
		assert_int_equal(rows_of(w, "vimb_audit"), details);
		assert_int_equal(rows_of(w, "vimb_seal"), seals);
	}
	assert_true(at > 8);
	assert_int_equal(verify(w).removed, removed + AT_ONCE);
	assert_int_equal(AUDIT_ROWS(w), rows - AT_ONCE + 1); /* that they were removed */
	assert_int_equal(rows_of(w, "vimb_seal"), seals - AT_ONCE);
}

/* The first time, and when there is a mark already. */
static void
test_killed(void **state)
{
	struct world *w = *state;

	fill(w, 12);
	seal(w);
	kill_each(w, 0);
	kill_each(w, AT_ONCE);
	seal(w);
	assert_int_equal(verify(w).unsealed, 0);
}

/* ---- seen meanwhile ---- */

static void
cut(void *ctx)
{
	struct world *w = ctx;
	int64_t n = 0;
	OP box = as(w, &w->operator);

	EXPECT(box, audit_cut(&box->op, box->op.now, &n), RC_OK);
	assert_int_equal(n, AT_ONCE);
}

/* Rows that go between two looks are no alarm. */
static void
test_seen_meanwhile(void **state)
{
	struct world *w = *state;
	bool came = true;
	int64_t removed = 0;

	fill(w, 50);
	seal(w);
	for (unsigned at = 1; came && removed < 9 * AT_ONCE; at++) {
		fault_call(at, cut, w);
		(void)verify(w);
		came = fault_disarm();
		removed += came ? AT_ONCE : 0;
		assert_int_equal(verify(w).removed, removed);
	}
	assert_true(removed > 2 * AT_ONCE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_killed), TEST(test_seen_meanwhile) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
