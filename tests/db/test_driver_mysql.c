/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The MariaDB driver on its own: what goes in comes out, and what the server refuses becomes the right outcome.
 */
#include "base/base.h"

#include "base/clock.h"
#include "mysql_bed.h"
#include "peek.h"

#include <setjmp.h>
#include <pthread.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- values ---- */

static void
test_values(void **state)
{
	static const char big[] =
	    "SELECT cast(? AS SIGNED), cast(? AS SIGNED), ?, ?, ?, cast('2026-01-02 03:04:05' AS "
	    "DATETIME), "
	    "cast(? AS DECIMAL(10,2)), repeat('x', 300000), 1 = 1, NULL, cast(? AS UNSIGNED)";
	const struct db_value params[] = { { DB_INT, INT64_MIN, NULL, 0 },
		{ DB_INT, INT64_MAX, NULL, 0 }, { 0 }, db_text(""),
		db_text("\xf0\x9f\x93\xab ü ' \\ \" %"), db_text("12.5"), { DB_INT, 7, NULL, 0 } };
	struct bed *b = *state;
	struct db_error e;
	struct db_stmt *s = D->prepare(b->c, big, &e);

	assert_non_null(s);
	for (int round = 0; round < 3; round++) {
		assert_int_equal(D->run(s, params, ARRAY_LEN(params), &e), DB_STEP_ROW);
		assert_int_equal(D->columns(s), 11);
		assert_true(D->column(s, 0).i == INT64_MIN && D->column(s, 1).i == INT64_MAX);
		assert_int_equal(D->column(s, 2).type, DB_NULL);
		assert_int_equal(D->column(s, 3).type, DB_TEXT);
		assert_string_equal(D->column(s, 3).text, "");
		assert_string_equal(D->column(s, 4).text, params[4].text);
		assert_string_equal(D->column(s, 5).text, "2026-01-02 03:04:05");
		assert_string_equal(D->column(s, 6).text, "12.50");
		assert_int_equal(D->column(s, 7).len, 300000);
		assert_int_equal(strlen(D->column(s, 7).text), 300000);
		assert_int_equal(D->column(s, 8).i, 1);
		assert_int_equal(D->column(s, 9).type, DB_NULL);
		assert_int_equal(D->column(s, 10).i, 7);
		assert_int_equal(D->next(s, &e), DB_STEP_DONE);
		D->reset(s);
	}
	D->finalize(s);
}

/* Texts of any length in one result, longer ones behind shorter ones, and a NULL between. */
static void
test_lengths(void **state)
{
	struct bed *b = *state;
	struct db_error e;
	struct db_stmt *s = D->prepare(b->c,
	    "SELECT n, CASE WHEN n % 7 = 3 THEN NULL ELSE repeat('ab', n * n) END FROM"
	    " (WITH RECURSIVE r (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM r WHERE n < 99) "
	    "SELECT n FROM r) x ORDER BY n",
	    &e);
	enum db_step step;
	int64_t n = 0;

	assert_non_null(s);
	for (step = D->run(s, NULL, 0, &e); step == DB_STEP_ROW; step = D->next(s, &e), n++) {
		struct db_value v = D->column(s, 1);

		assert_int_equal(D->column(s, 0).i, n);
		if (n % 7 == 3) {
			assert_int_equal(v.type, DB_NULL);
			continue;
		}
		assert_int_equal(v.len, 2 * n * n);
		assert_int_equal(strspn(v.text, "ab"), v.len);
	}
	assert_int_equal(step, DB_STEP_DONE);
	assert_int_equal(n, 100);
	D->finalize(s);
}

/* A result that is left in the middle does not stand in the way of the next statement; one that is not left does. */
static void
test_left_in_the_middle(void **state)
{
	struct bed *b = *state;
	struct db_error e;
	struct db_stmt *s = D->prepare(b->c, "SELECT seq FROM seq_1_to_100000", &e);
	struct db_stmt *t = D->prepare(b->c, "SELECT 5", &e);

	assert_true(s && t);
	assert_int_equal(D->run(s, NULL, 0, &e), DB_STEP_ROW);
	assert_int_equal(D->next(s, &e), DB_STEP_ROW);
	assert_int_equal(D->run(t, NULL, 0, &e), DB_STEP_ERROR);
	assert_int_equal(e.rc, RC_INTERNAL);
	D->reset(s);
	assert_int_equal(D->run(t, NULL, 0, &e), DB_STEP_ROW);
	assert_int_equal(D->column(t, 0).i, 5);
	D->finalize(s);
	D->finalize(t);
	assert_true(D->ping(b->c));
}

static void
test_changes(void **state)
{
	struct bed *b = *state;
	struct db_error e;
	struct db_stmt *s = D->prepare(b->c, "INSERT INTO parent (name) VALUES ('three'), ('four')", &e);
	int64_t id;

	assert_non_null(s);
	assert_int_equal(D->begin(b->c, 0, &e), RC_OK);
	assert_int_equal(D->run(s, NULL, 0, &e), DB_STEP_DONE);
	assert_int_equal(D->changed(s), 2);
	id = D->last_id(s);
	assert_true(id > 2);
	D->finalize(s);
	/* rows that are met count, whether they change or not */
	s = D->prepare(b->c, "UPDATE parent SET n = n WHERE id <= 2", &e);
	assert_non_null(s);
	assert_int_equal(D->run(s, NULL, 0, &e), DB_STEP_DONE);
	assert_int_equal(D->changed(s), 2);
	D->finalize(s);
	D->rollback(b->c);
	assert_int_equal(peek_number(b->url, "SELECT count(*) FROM parent"), 2);
	assert_int_equal(D->begin(b->c, 1, &e), RC_OK);
	bed_must(b->c, "UPDATE parent SET n = 4 WHERE id = 1");
	assert_int_equal(D->commit(b->c, &e), RC_OK);
	assert_int_equal(peek_number(b->url, "SELECT n FROM parent WHERE id = 1"), 4);
}

static void
test_session(void **state)
{
	struct bed *b = *state;
	struct db_error e;

	bed_must(b->c, "DO 1");
	bed_refused(b->c, "SELECT 1 +", RC_INTERNAL, "1064");
	bed_refused(b->c, "INSERT INTO parent (name, n) VALUES ('x', 'no number')", RC_INVALID, "1366");
	bed_refused(b->c, "SELECT * FROM absent", RC_INTERNAL, "1146");
	assert_int_equal(
	    bed_try(b->c,
		"SELECT 1 FROM DUAL WHERE @@time_zone = '+00:00' AND @@character_set_client = "
		"'utf8mb4'"
		" AND @@tx_isolation = 'REPEATABLE-READ' AND @@sql_mode LIKE '%STRICT_ALL%'",
		&e),
	    DB_STEP_ROW);
	/* one statement at a time, except in scripts */
	bed_refused(b->c, "SELECT 1; SELECT 2", RC_INTERNAL, "1064");
	D->set_deadline(b->c, clock_mono_ms() + 10000);
	assert_int_equal(D->script(b->c, "SET @a = 1; SELECT @a; DO 2;", &e), RC_OK);
	assert_int_equal(D->script(b->c, "SET @a = 1; SELECT absent; SET @a = 2", &e), RC_INTERNAL);
	assert_int_equal(bed_try(b->c,
			     "SELECT 1 FROM DUAL WHERE @a = 1 AND @@max_statement_time = 2", &e),
	    DB_STEP_ROW);
	bed_refused(b->c, "SELECT 1; SELECT 2", RC_INTERNAL, "1064");
}

/* ---- outcomes ---- */

static void
test_conflicts(void **state)
{
	struct bed *b = *state;

	bed_refused(b->c, "INSERT INTO parent (name) VALUES ('one')", RC_CONFLICT, "name");
	bed_refused(b->c, "INSERT INTO child (id, p) VALUES (1, 99)", RC_CONFLICT, "1452");
	bed_must(b->c, "INSERT INTO child (id, p) VALUES (1, 1)");
	bed_refused(b->c, "DELETE FROM parent WHERE id = 1", RC_CONFLICT, "1451");
	bed_must(b->c, "DELETE FROM child");
	bed_refused(b->c, "INSERT INTO old (name) VALUES ('\xf0\x9f\x93\xab')", RC_INVALID, "1366");
}

static void
test_lock_wait(void **state)
{
	struct bed *b = *state;
	struct db_error e;
	int64_t start;

	assert_int_equal(D->begin(b->other, 0, &e), RC_OK);
	bed_must(b->other, "UPDATE parent SET n = 1 WHERE id = 1");
	start = clock_mono_ms();
	bed_refused(b->c, "UPDATE parent SET n = 2 WHERE id = 1", RC_RETRY, "1205");
	assert_in_range(clock_mono_ms() - start, LOCK_MS / 2, LOCK_MS + SLACK_MS);
	D->rollback(b->other);
}

/* Read-then-write: who looked before the other wrote has to look again. */
static void
test_collision(void **state)
{
	struct bed *b = *state;
	struct db_error e;

	assert_int_equal(D->begin(b->c, 0, &e), RC_OK);
	bed_must(b->c, "SELECT n FROM parent WHERE id = 1");
	bed_must(b->other, "UPDATE parent SET n = n + 1 WHERE id = 1");
	bed_refused(b->c, "UPDATE parent SET n = 10 WHERE id = 1", RC_RETRY, "1020");
	D->rollback(b->c);
	/* the second run waits for its turn before it looks */
	assert_int_equal(D->begin(b->c, 1, &e), RC_OK);
	D->set_deadline(b->other, clock_mono_ms() + 20000);
	assert_int_equal(D->begin(b->other, 1, &e), RC_RETRY);
	D->rollback(b->other);
	bed_must(b->c, "UPDATE parent SET n = 10 WHERE id = 1");
	assert_int_equal(D->commit(b->c, &e), RC_OK);
}

struct crossing {
	struct db_conn *c;
	struct db_error e;
	enum db_step step;
};

static void *
cross(void *arg)
{
	struct crossing *x = arg;

	x->step = bed_try(x->c, "UPDATE parent SET n = 1 WHERE id = 1", &x->e);
	return NULL;
}

static void
test_deadlock(void **state)
{
	struct bed *b = *state;
	struct crossing x = { .c = b->other };
	struct db_error e;
	enum db_step step;
	pthread_t thread;

	assert_int_equal(D->begin(b->c, 0, &e), RC_OK);
	assert_int_equal(D->begin(b->other, 0, &e), RC_OK);
	bed_must(b->c, "UPDATE parent SET n = 1 WHERE id = 1");
	bed_must(b->other, "UPDATE parent SET n = 1 WHERE id = 2");
	assert_int_equal(pthread_create(&thread, NULL, cross, &x), 0);
	step = bed_try(b->c, "UPDATE parent SET n = 1 WHERE id = 2", &e);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true((step == DB_STEP_ERROR) != (x.step == DB_STEP_ERROR));
	if (step == DB_STEP_ERROR)
		x.e = e;
	assert_int_equal(x.e.rc, RC_RETRY);
	assert_non_null(strstr(x.e.text, "1213"));
	D->rollback(b->c);
	D->rollback(b->other);
}

static void
test_slow_statement(void **state)
{
	struct bed *b = *state;
	int64_t start = clock_mono_ms();

	bed_refused(b->c, "SELECT count(*) FROM seq_1_to_1000000000 x WHERE x.seq % 3 = 1",
	    RC_UNAVAILABLE, "1969");
	assert_in_range(clock_mono_ms() - start, STATEMENT_MS / 2, STATEMENT_MS + SLACK_MS);
	bed_must(b->c, "SELECT 1");
}

static void
test_read_only(void **state)
{
	struct bed *b = *state;
	struct db_conn *c = bed_open(b->tcp);
	struct db_error e;

	peek_exec(b->url, "SET GLOBAL read_only = 1");
	assert_int_equal(bed_try(c, "UPDATE parent SET n = 3 WHERE id = 1", &e), DB_STEP_ERROR);
	peek_exec(b->url, "SET GLOBAL read_only = 0");
	assert_int_equal(e.rc, RC_UNAVAILABLE);
	assert_true(e.connection_lost); /* another host may be the one that writes now */
	assert_false(D->ping(c));
	D->close(c);
}

static void
test_killed(void **state)
{
	struct bed *b = *state;
	struct db_error e;
	char sql[64];

	assert_true(D->ping(b->c));
	{
		struct db_stmt *s = D->prepare(b->c, "SELECT connection_id()", &e);

		assert_int_equal(D->run(s, NULL, 0, &e), DB_STEP_ROW);
		(void)snprintf(sql, sizeof(sql), "KILL %lld", (long long)D->column(s, 0).i);
		D->reset(s);
		D->finalize(s);
	}
	peek_exec(b->url, sql);
	(void)usleep(100000);
	assert_false(D->ping(b->c));
	assert_int_equal(bed_try(b->c, "SELECT 1", &e), DB_STEP_ERROR);
	assert_int_equal(e.rc, RC_UNAVAILABLE);
	assert_true(e.connection_lost);
}

/* ---- hosts ---- */

static void
test_hosts(void **state)
{
	struct bed *b = *state;
	struct db_error e;
	struct db_conn *c;
	char url[256];

	(void)snprintf(url, sizeof(url), "mysql://tester:a%%40b@127.0.0.1:1,127.0.0.1:%u/drv", b->port);
	c = bed_open(url);
	bed_must(c, "SELECT 1");
	D->close(c);
	(void)snprintf(url, sizeof(url), "mysql://tester:a%%40b@127.0.0.1:1,127.0.0.1:2/drv");
	assert_null(bed_try_open(url, 2000, &e));
	assert_int_equal(e.rc, RC_UNAVAILABLE);
	/* one that only reads is passed over while another is named, and taken when there is none */
	peek_exec(b->url, "SET GLOBAL read_only = 1");
	(void)snprintf(url, sizeof(url), "mysql://tester:a%%40b@127.0.0.1:%u,127.0.0.1:1/drv", b->port);
	c = bed_try_open(url, 2000, &e);
	assert_null(c);
	c = bed_try_open(b->tcp, 2000, &e);
	peek_exec(b->url, "SET GLOBAL read_only = 0");
	assert_non_null(c);
	D->close(c);
}

static void
test_refused_url(void **state)
{
	static const char *const bad[][2] = {
		{ "mysql://u@h/db?ssl_mode=maybe", "off, require or verify" },
		{ "mysql://u@h/db?ssl_mode=off&ssl_ca=/x", "turns TLS off" },
		{ "mysql://u@h/db?ssl_cert=/x", "belong together" },
		{ "mysql://u@h/db?socket=/x", "both a host and a socket" },
		{ "mysql://h/db", "no user" },
		{ "mysql://u@h/db?sslmode=off", "not known" },
	};
	struct db_error e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct db_conf conf = bed_conf(bad[i][0]);

		assert_false(D->check(&conf, &e));
		if (!strstr(e.text, bad[i][1]))
			fail_msg("%s: %s", bad[i][0], e.text);
	}
}

static void
test_wrong_password(void **state)
{
	struct bed *b = *state;
	struct db_error e;
	char url[256];

	(void)snprintf(url, sizeof(url), "mysql://tester:wrong-one@127.0.0.1:%u/drv", b->port);
	assert_null(bed_try_open(url, 2000, &e));
	assert_int_equal(e.rc, RC_UNAVAILABLE);
	assert_non_null(strstr(e.text, "1045"));
	assert_null(strstr(e.text, "wrong-one"));
	(void)snprintf(url, sizeof(url), "mysql://tester:a%%40b@127.0.0.1:%u/absent", b->port);
	assert_null(bed_try_open(url, 2000, &e));
	assert_int_equal(e.rc, RC_UNAVAILABLE);
}

#define T(f) cmocka_unit_test_setup_teardown(f, bed_connect, bed_disconnect)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_values),
		T(test_lengths),
		T(test_left_in_the_middle),
		T(test_changes),
		T(test_session),
		T(test_conflicts),
		T(test_lock_wait),
		T(test_collision),
		T(test_deadlock),
		T(test_slow_statement),
		T(test_read_only),
		T(test_killed),
		T(test_hosts),
		T(test_refused_url),
		T(test_wrong_password),
	};

	return cmocka_run_group_tests(tests, bed_setup, bed_teardown);
}
