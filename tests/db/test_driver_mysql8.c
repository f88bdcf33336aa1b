/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the driver does otherwise on MySQL than on MariaDB (test_driver_mysql.c), on the server of TEST_DATABASE. */
#include "base/base.h"

#include "base/clock.h"
#include "mysql_bed.h"
#include "peek.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static int
setup(void **state)
{
	*state = bed_open(getenv("TEST_DATABASE"));
	return 0;
}

static int
teardown(void **state)
{
	D->close(*state);
	return 0;
}

static void
test_which(void **state)
{
	assert_true(D->is_mysql(*state));
}

/* The server ends what only reads, and the connection goes on. */
static void
test_slow_statement(void **state)
{
	bed_refused(*state,
	    "SELECT count(*) FROM (WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i "
	    "WHERE "
	    "n < 1000) SELECT a.n FROM i a, i b, i c, i d) x WHERE x.n % 3 = 1",
	    RC_UNAVAILABLE, "3024");
	bed_must(*state, "SELECT 1");
}

static void
must_script(struct db_conn *c, const char *sql)
{
	struct db_error e = { 0 };

	if (D->script(c, sql, &e) != RC_OK)
		fail_msg("%s: %s", sql, e.text);
}

#define INDEX "CREATE INDEX IF NOT EXISTS drv_name ON drv (name);\n"
#define COLUMN "ALTER TABLE drv ADD COLUMN IF NOT EXISTS more INT NOT NULL DEFAULT 7;\n"
#define TRIGGER(n) \
	"CREATE OR REPLACE TRIGGER drv_in BEFORE INSERT ON drv FOR EACH ROW\n\tSET new.more = " n ";\n"

/* Scripts are MariaDB's, may be run again, and go on behind what is there. */
static void
test_script(void **state)
{
	const char *url = getenv("TEST_DATABASE");
	char *more;

	must_script(*state,
	    "-- made\nCREATE TABLE IF NOT EXISTS drv (\n\tname VARCHAR(50)\n);\n" INDEX COLUMN TRIGGER("1"));
	must_script(*state, INDEX COLUMN TRIGGER("2") INDEX "INSERT INTO drv (name) VALUES ('x');\n");
	more = peek_text(url, "SELECT more FROM drv");
	assert_string_equal(more, "2");
	free(more);
	more = peek_text(url, "SELECT count(*) FROM information_schema.statistics WHERE table_schema = database() AND table_name = 'drv'");
	assert_string_equal(more, "1");
	free(more);
	bed_must(*state, "SELECT 1");
}

/* ... but not behind anything else, nor beyond a statement that fails. */
static void
test_script_fails(void **state)
{
	static const char *const bad[] = { "CREATE INDEX IF NOT EXISTS drv_no ON drv (nothing);\n",
		"ALTER TABLE missing ADD COLUMN IF NOT EXISTS x INT;\n", "SELECT nothing FROM drv;\n" };
	struct db_error e;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		char sql[200];

		(void)snprintf(sql, sizeof(sql), "%sCREATE TABLE drv_after (x INT);\n", bad[i]);
		e = (struct db_error){ 0 };
		assert_int_not_equal(D->script(*state, sql, &e), RC_OK);
		assert_true(*e.text);
		bed_refused(*state, "SELECT * FROM drv_after", RC_INTERNAL, "1146");
	}
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_which),
		TEST(test_slow_statement),
		TEST(test_script),
		TEST(test_script_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
