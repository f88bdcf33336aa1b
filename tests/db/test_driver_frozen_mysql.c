/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The MariaDB driver and a server that says nothing any more: no wait outlives its deadline. And TLS, which waits in its own way.
 */
#include "base/base.h"

#include "base/clock.h"
#include "mysql_bed.h"
#include "peek.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* ---- frozen ---- */

/* Runs with 300 ms to go; they are all it takes. */
#define IN_TIME(b, call)                                    \
	do {                                                \
		int64_t start_ = clock_mono_ms();           \
		D->set_deadline((b)->c, start_ + 300);      \
		call;                                       \
		over_time(#call, clock_mono_ms() - start_); \
	} while (0)

static void
over_time(const char *call, int64_t ms)
{
	if (ms > 300 + SLACK_MS)
		fail_msg("%s took %lld ms", call, (long long)ms);
}

static void
frozen_open(struct bed *b, const char *url)
{
	int64_t start = clock_mono_ms();
	struct db_error e;

	bed_freeze(b, true);
	assert_null(bed_try_open(url, 300, &e));
	bed_freeze(b, false);
	assert_in_range(clock_mono_ms() - start, 250, 300 + SLACK_MS);
	assert_int_equal(e.rc, RC_UNAVAILABLE);
}

static void
test_frozen_open(void **state)
{
	struct bed *b = *state;

	frozen_open(b, b->url);
	frozen_open(b, b->tcp);
}

static void
test_frozen_statement(void **state)
{
	struct bed *b = *state;
	struct db_error e = { 0 };
	struct db_stmt *s = D->prepare(b->c, "SELECT 1", &e);

	bed_freeze(b, true);
	IN_TIME(b, assert_int_equal(D->run(s, NULL, 0, &e), DB_STEP_ERROR));
	assert_int_equal(e.rc, RC_UNAVAILABLE);
	assert_true(e.connection_lost);
	assert_non_null(strstr(e.text, "deadline"));
	IN_TIME(b, assert_false(D->ping(b->c)));
	IN_TIME(b, D->reset(s));
	IN_TIME(b, D->finalize(s));
	IN_TIME(b, assert_null(D->prepare(b->c, "SELECT 2", &e)));
	IN_TIME(b, D->rollback(b->c));
	bed_freeze(b, false);
}

static void
test_frozen_prepare_and_begin(void **state)
{
	struct bed *b = *state;
	struct db_error e = { 0 };

	bed_freeze(b, true);
	IN_TIME(b, assert_null(D->prepare(b->c, "SELECT 1", &e)));
	assert_true(e.connection_lost);
	D->set_deadline(b->other, clock_mono_ms() + 300);
	IN_TIME(b, assert_int_equal(D->begin(b->other, 0, &e), RC_UNAVAILABLE));
	bed_freeze(b, false);
}

static void
test_frozen_commit(void **state)
{
	struct bed *b = *state;
	struct db_error e = { 0 };

	assert_int_equal(D->begin(b->c, 0, &e), RC_OK);
	bed_must(b->c, "UPDATE parent SET n = 5 WHERE id = 2");
	bed_freeze(b, true);
	IN_TIME(b, assert_int_equal(D->commit(b->c, &e), RC_UNAVAILABLE));
	assert_true(e.connection_lost);
	bed_freeze(b, false);
}

static void
test_frozen_fetch(void **state)
{
	struct bed *b = *state;
	struct db_error e = { 0 };
	struct db_stmt *s = D->prepare(b->c, "SELECT seq, repeat('x', 1000) FROM seq_1_to_1000000", &e);
	enum db_step step;

	assert_int_equal(D->run(s, NULL, 0, &e), DB_STEP_ROW);
	bed_freeze(b, true);
	IN_TIME(b, while ((step = D->next(s, &e)) == DB_STEP_ROW));
	assert_int_equal(step, DB_STEP_ERROR);
	assert_true(e.connection_lost);
	IN_TIME(b, D->reset(s));
	IN_TIME(b, D->finalize(s));
	bed_freeze(b, false);
}

/* Frozen while nobody looks: the handle is asked before it is lent again, and a rollback past the deadline gets a second of its own. */
static void
test_frozen_rollback(void **state)
{
	struct bed *b = *state;
	struct db_error e = { 0 };

	assert_int_equal(D->begin(b->c, 0, &e), RC_OK);
	D->set_deadline(b->c, clock_mono_ms() - 1000);
	D->rollback(b->c);
	assert_true(D->ping(b->c));
	assert_int_equal(D->begin(b->other, 0, &e), RC_OK);
	D->set_deadline(b->other, clock_mono_ms() + 300);
	bed_freeze(b, true);
	IN_TIME(b, D->rollback(b->other));
	bed_freeze(b, false);
	assert_false(D->ping(b->other));
}

/* ---- TLS ---- */

static struct db_conn *
open_tls(const struct bed *b, const char *host, const char *options, const char *ca, struct db_error *e)
{
	char url[400];

	(void)snprintf(url, sizeof(url), "mysql://tester:a%%40b@%s:%u/drv?%s%s%s%s", host, b->port,
	    options, ca ? b->dir : "", ca ? "/" : "", ca ? ca : "");
	return bed_try_open(url, 5000, e);
}

static void
expect_tls(const struct bed *b, const char *options, const char *ca, bool encrypted)
{
	struct db_error e;
	struct db_conn *c = open_tls(b, "127.0.0.1", options, ca, &e);
	struct db_stmt *s;

	if (!c)
		fail_msg("%s: %s", options, e.text);
	D->set_deadline(c, clock_mono_ms() + 5000);
	s = D->prepare(c, "SHOW SESSION STATUS LIKE 'Ssl_cipher'", &e);
	assert_non_null(s);
	assert_int_equal(D->run(s, NULL, 0, &e), DB_STEP_ROW);
	assert_int_equal(D->column(s, 1).len > 0, encrypted);
	D->finalize(s);
	D->close(c);
}

static void
test_tls(void **state)
{
	struct bed *b = *state;
	struct db_error e;

	expect_tls(b, "ssl_mode=off", NULL, false);
	expect_tls(b, "ssl_mode=require", NULL, true);
	expect_tls(b, "ssl_ca=", "server.pem", true);
	expect_tls(b, "ssl_mode=verify&ssl_ca=", "server.pem", true);
	assert_null(open_tls(b, "127.0.0.1", "ssl_ca=", "stranger.pem", &e));
	assert_int_equal(e.rc, RC_UNAVAILABLE);
	assert_null(open_tls(b, "127.0.0.1", "ssl_mode=verify", NULL, &e));
	assert_null(open_tls(b, "127.0.0.1", "ssl_ca=", "absent.pem", &e));
	/* signed by the right one, for another name */
	assert_null(open_tls(b, "127.0.0.2", "ssl_ca=", "server.pem", &e));
}

static void
test_frozen_tls(void **state)
{
	struct bed *b = *state;
	struct db_error e = { 0 };
	struct db_conn *c = open_tls(b, "127.0.0.1", "ssl_ca=", "server.pem", &e);
	int64_t start;

	assert_non_null(c);
	bed_freeze(b, true);
	start = clock_mono_ms();
	D->set_deadline(c, start + 300);
	assert_null(D->prepare(c, "SELECT 1", &e));
	assert_true(e.connection_lost);
	D->close(c);
	assert_in_range(clock_mono_ms() - start, 250, 300 + SLACK_MS);
	start = clock_mono_ms();
	assert_null(bed_try_open(b->tcp, 300, &e));
	bed_freeze(b, false);
	assert_in_range(clock_mono_ms() - start, 250, 300 + SLACK_MS);
}

#define T(f) cmocka_unit_test_setup_teardown(f, bed_connect, bed_disconnect)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_frozen_open),
		T(test_frozen_statement),
		T(test_frozen_prepare_and_begin),
		T(test_frozen_commit),
		T(test_frozen_fetch),
		T(test_frozen_rollback),
		T(test_tls),
		T(test_frozen_tls),
	};

	return cmocka_run_group_tests(tests, bed_setup, bed_teardown);
}
