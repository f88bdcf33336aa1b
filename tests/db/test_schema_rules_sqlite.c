/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the schema does by itself on SQLite, whoever writes: defaults that the PHP program relies on, keys that cascade or refuse, triggers that keep the
 * indexes and take Dovecot's reports.
 */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "db/schema_files.h"

#include <sqlite3.h>

static void
run(sqlite3 *db, const char *sql, int want)
{
	int code = sqlite3_exec(db, sql, NULL, NULL, NULL);

	if (code != want)
		fail_msg("%s: %s (%d)", sql, sqlite3_errmsg(db), code);
}

static int64_t
number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int64_t n;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	n = sqlite3_step(stmt) == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : -1;
	(void)sqlite3_finalize(stmt);
	return n;
}

static int
setup(void **state)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	run(db, "PRAGMA foreign_keys = ON", SQLITE_OK);
	for (size_t i = 0; i < schema_files_n; i++)
		if (strstr(schema_files[i].name, ".sqlite"))
			run(db, schema_files[i].sql, SQLITE_OK);
	*state = db;
	return 0;
}

static int
teardown(void **state)
{
	return sqlite3_close(*state);
}

#define AT "'2026-01-01 00:00:00'"

static void
fill(sqlite3 *db)
{
	run(db,
	    "INSERT INTO admin (id, username, password, created) VALUES (1, 'a@own.example', "
	    "'x', " AT "), (2, 'b@own.example', 'x', " AT ");"
	    "INSERT INTO domain (id, domain, created) VALUES (1, 'own.example', " AT ");"
	    "INSERT INTO mailbox (id, username, password, local_part, created, Domain_id) VALUES "
	    "(1, 'anna@own.example', 'x', 'anna', " AT ", 1);"
	    "INSERT INTO alias (id, address, goto, created, Domain_id) VALUES (1, "
	    "'info@own.example', 'anna@own.example', " AT ", 1);"
	    "INSERT INTO admin_pref (attribute, value, Admin_id) VALUES ('p', 'v', 1);"
	    "INSERT INTO domain_pref (attribute, value, Domain_id) VALUES ('p', 'v', 1);"
	    "INSERT INTO mailbox_pref (attribute, value, Mailbox_id) VALUES ('p', 'v', 1);"
	    "INSERT INTO alias_pref (attribute, value, Alias_id) VALUES ('p', 'v', 1);"
	    "INSERT INTO directory_entry (mailbox_id, vimb_created, vimb_update) VALUES (1, " AT
	    ", " AT ");"
	    "INSERT INTO dovecot_quota (username, bytes) VALUES ('anna@own.example', 5);"
	    "INSERT INTO dovecot_last_login (username, last_login) VALUES ('anna@own.example', 6);"
	    "INSERT INTO mailbox_task (type, username, status, priority, created_at, Domain_id, "
	    "Admin_id)"
	    "  VALUES ('REPAIR', 'anna@own.example', 'PENDING', 0, " AT ", 1, 1);"
	    "INSERT INTO vimb_session VALUES ('h', 1, 1, 1, 1, NULL, NULL, 0);",
	    SQLITE_OK);
}

/* Columns that the PHP program leaves out. */
static void
test_defaults(void **state)
{
	sqlite3 *db = *state;

	fill(db);
	assert_int_equal(number(db,
			     "SELECT count(*) FROM domain WHERE quota = 0 AND transport = "
			     "'virtual' AND backupmx = 0 AND active = 1 AND max_quota = 0"
			     " AND max_aliases = 0 AND max_mailboxes = 0 AND alias_count = 0 AND "
			     "mailbox_count = 0 AND modified IS NULL"),
	    1);
	assert_int_equal(number(db, "SELECT count(*) FROM mailbox WHERE quota = 0 AND active = 0 AND access_restriction = 'ALL' AND delete_pending = 0 AND name IS NULL"),
	    1);
	assert_int_equal(number(db, "SELECT count(*) FROM admin WHERE super = 0 AND active = 1 AND last_login IS NULL"),
	    2);
	assert_int_equal(number(db, "SELECT count(*) FROM alias WHERE active = 1"), 1);
	assert_int_equal(number(db, "SELECT count(*) FROM mailbox_pref WHERE ix = 0 AND op = ':=' AND expire = 0"),
	    1);
	assert_int_equal(number(db, "SELECT count(*) FROM dovecot_quota WHERE messages = 0 AND updated_at IS NOT NULL"),
	    1);
}

static void
test_uniques(void **state)
{
	static const char *const twice[] = {
		"INSERT INTO admin (username, password, created) VALUES ('a@own.example', 'x', " AT ")",
		"INSERT INTO domain (domain, created) VALUES ('own.example', " AT ")",
		"INSERT INTO mailbox (username, password, local_part, created) VALUES "
		"('anna@own.example', 'x', 'anna', " AT ")",
		"INSERT INTO alias (address, goto, created) VALUES ('info@own.example', 'x', " AT ")",
		"INSERT INTO admin_pref (attribute, value, Admin_id) VALUES ('p', 'w', 1)",
		"INSERT INTO directory_entry (mailbox_id, vimb_created, vimb_update) VALUES (1, " AT
		", " AT ")",
		"INSERT INTO vimb_session VALUES ('h', 2, 1, 1, 1, NULL, NULL, 0)",
	};
	sqlite3 *db = *state;

	fill(db);
	for (size_t i = 0; i < ARRAY_LEN(twice); i++)
		run(db, twice[i], SQLITE_CONSTRAINT);
	/* a mailbox may have a preference twice, as in the fork */
	run(db, "INSERT INTO mailbox_pref (attribute, value, Mailbox_id) VALUES ('p', 'w', 1)",
	    SQLITE_OK);
}

/* Dovecot 2.3 can only insert here; what it says again counts. */
static void
test_dovecot_again(void **state)
{
	sqlite3 *db = *state;

	fill(db);
	run(db, "INSERT INTO dovecot_quota (username, bytes, messages) VALUES ('anna@own.example', 11, 12)",
	    SQLITE_OK);
	run(db, "INSERT INTO dovecot_last_login (username, last_login) VALUES ('anna@own.example', 13)",
	    SQLITE_OK);
	assert_int_equal(number(db, "SELECT count(*) FROM dovecot_quota WHERE bytes = 11 AND messages = 12"),
	    1);
	assert_int_equal(number(db, "SELECT count(*) FROM dovecot_last_login WHERE last_login = 13"), 1);
	assert_int_equal(number(db, "SELECT count(*) FROM dovecot_quota"), 1);
}

static void
test_cascades(void **state)
{
	sqlite3 *db = *state;

	fill(db);
	run(db, "UPDATE mailbox SET username = 'anne@own.example' WHERE id = 1", SQLITE_OK);
	assert_int_equal(number(db, "SELECT bytes FROM dovecot_quota WHERE username = 'anne@own.example'"),
	    5);
	assert_int_equal(number(db, "SELECT last_login FROM dovecot_last_login WHERE username = 'anne@own.example'"),
	    6);
	run(db, "DELETE FROM domain WHERE id = 1", SQLITE_CONSTRAINT); /* it has mailboxes */
	run(db, "DELETE FROM mailbox", SQLITE_OK);
	assert_int_equal(number(db,
			     "SELECT (SELECT count(*) FROM mailbox_pref) + (SELECT count(*) FROM "
			     "directory_entry)"
			     " + (SELECT count(*) FROM dovecot_quota) + (SELECT count(*) FROM "
			     "dovecot_last_login)"),
	    0);
	assert_int_equal(number(db, "SELECT count(*) FROM vimb_alias_target"), 1);
	run(db, "DELETE FROM alias", SQLITE_OK);
	assert_int_equal(number(db, "SELECT (SELECT count(*) FROM alias_pref) + (SELECT count(*) FROM vimb_alias_target)"),
	    0);
	run(db, "DELETE FROM domain WHERE id = 1", SQLITE_OK);
	assert_int_equal(number(db, "SELECT count(*) FROM domain_pref"), 0);
	run(db, "DELETE FROM admin WHERE id = 1", SQLITE_OK);
	assert_int_equal(number(db, "SELECT (SELECT count(*) FROM admin_pref) + (SELECT count(*) FROM vimb_session)"),
	    0);
	/* a task outlives both */
	assert_int_equal(number(db, "SELECT count(*) FROM mailbox_task WHERE Domain_id IS NULL AND Admin_id IS NULL"),
	    1);
}

/* The trail and the archives keep their owner from going unless the program unlinks them first. */
static void
test_refusals(void **state)
{
	sqlite3 *db = *state;

	fill(db);
	run(db,
	    "INSERT INTO log (id, action, timestamp, Admin_id) VALUES (1, 'X', " AT
	    ", 2); INSERT INTO vimb_audit (log_id) VALUES (1)",
	    SQLITE_OK);
	run(db, "DELETE FROM admin WHERE id = 2", SQLITE_CONSTRAINT);
	run(db, "DELETE FROM log WHERE id = 1", SQLITE_CONSTRAINT); /* detail without its entry */
	run(db, "UPDATE log SET Admin_id = NULL", SQLITE_OK);
	run(db, "INSERT INTO domain_admins VALUES (2, 1)", SQLITE_OK);
	run(db, "DELETE FROM admin WHERE id = 2", SQLITE_CONSTRAINT);
	run(db, "DELETE FROM domain_admins", SQLITE_OK);
	run(db, "DELETE FROM admin WHERE id = 2", SQLITE_OK);
	run(db, "INSERT INTO mailbox (username, password, local_part, created, Domain_id) VALUES ('x', 'x', 'x', " AT ", 4711)",
	    SQLITE_CONSTRAINT);
	run(db, "INSERT INTO dovecot_quota (username) VALUES ('nobody@own.example')", SQLITE_CONSTRAINT);
}

static void
expect_found(sqlite3 *db, const char *table, const char *text, int64_t want)
{
	char sql[200];

	(void)snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s WHERE %s MATCH '\"%s\"'", table,
	    table, text);
	if (number(db, sql) != want)
		fail_msg("%s: %d rows with %s", table, (int)number(db, sql), text);
}

#define INTEGRITY                                                                                 \
	"INSERT INTO vimb_mailbox_search (vimb_mailbox_search, rank) VALUES ('integrity-check', " \
	"1);"                                                                                     \
	"INSERT INTO vimb_alias_search (vimb_alias_search, rank) VALUES ('integrity-check', 1)"

/* The indexes follow whatever is written, by whomever; at the end they say themselves that they are right. */
static void
test_search_triggers(void **state)
{
	sqlite3 *db = *state;

	fill(db);
	expect_found(db, "vimb_mailbox_search", "anna@own", 1);
	expect_found(db, "vimb_alias_search", "anna@own", 1);
	run(db, "UPDATE mailbox SET name = 'Änne Schmidt', quota = 5 WHERE id = 1", SQLITE_OK);
	expect_found(db, "vimb_mailbox_search", "änne", 1);
	expect_found(db, "vimb_mailbox_search", "SCHM", 1);
	run(db, "UPDATE mailbox SET name = NULL, username = 'anne@own.example' WHERE id = 1", SQLITE_OK);
	expect_found(db, "vimb_mailbox_search", "schm", 0);
	expect_found(db, "vimb_mailbox_search", "anna", 0);
	expect_found(db, "vimb_mailbox_search", "anne@", 1);
	run(db, "UPDATE mailbox SET quota = 7, name = NULL", SQLITE_OK);
	run(db, "UPDATE alias SET goto = 'anne@own.example', address = 'contact@own.example'",
	    SQLITE_OK);
	expect_found(db, "vimb_alias_search", "info@", 0);
	expect_found(db, "vimb_alias_search", "contact@", 1);
	run(db, INTEGRITY, SQLITE_OK);
	/* an alias that leads to itself is found by its mailbox */
	run(db, "UPDATE alias SET goto = address", SQLITE_OK);
	expect_found(db, "vimb_alias_search", "contact@", 0);
	run(db,
	    "INSERT INTO alias (address, goto, created) VALUES ('self@own.example', "
	    "'self@own.example', " AT "); UPDATE alias SET goto = 'x@own.example' WHERE address "
	    "LIKE 'self@%'",
	    SQLITE_OK);
	expect_found(db, "vimb_alias_search", "self@", 1);
	run(db, INTEGRITY, SQLITE_OK);
	run(db, "DELETE FROM mailbox; DELETE FROM alias", SQLITE_OK);
	expect_found(db, "vimb_mailbox_search", "own.example", 0);
	expect_found(db, "vimb_alias_search", "own.example", 0);
	run(db, INTEGRITY, SQLITE_OK);
}

#define TOTALS_WRONG                                                                          \
	"SELECT count(*) FROM vimb_total WHERE mailboxes <> (SELECT sum(mailbox_count) FROM " \
	"domain) "                                                                            \
	"OR aliases <> (SELECT sum(alias_count) FROM domain)"

/* The sums follow the domains' counters, whoever writes them. */
static void
test_totals(void **state)
{
	sqlite3 *db = *state;

	fill(db);
	run(db, "UPDATE domain SET mailbox_count = 5, alias_count = 7", SQLITE_OK);
	assert_int_equal(number(db, "SELECT mailboxes * 100 + aliases FROM vimb_total"), 507);
	run(db,
	    "INSERT INTO domain (domain, created, mailbox_count) VALUES ('two.example', " AT
	    ", 30), ('three.example', " AT ", 4)",
	    SQLITE_OK);
	assert_int_equal(number(db, "SELECT mailboxes * 100 + aliases FROM vimb_total"), 3907);
	run(db,
	    "UPDATE domain SET alias_count = alias_count + 1; DELETE FROM domain WHERE domain = "
	    "'two.example'",
	    SQLITE_OK);
	assert_int_equal(number(db, "SELECT mailboxes * 100 + aliases FROM vimb_total"), 909);
	assert_int_equal(number(db, TOTALS_WRONG), 0);
}

/* Ids are not given twice: an entry of the trail that names 7 must not come to mean somebody else. */
static void
test_ids_not_reused(void **state)
{
	static const char *const tables[] = { "admin", "domain", "mailbox", "alias", "log", "vimb_job" };
	sqlite3 *db = *state;

	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		char sql[120];

		(void)snprintf(sql,
		    sizeof(sql), "SELECT count(*) FROM sqlite_master WHERE name = '%s' AND sql LIKE '%%AUTOINCREMENT%%'",
		    tables[i]);
		if (number(db, sql) != 1)
			fail_msg("%s gives ids twice", tables[i]);
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_defaults),
		T(test_uniques),
		T(test_dovecot_again),
		T(test_cascades),
		T(test_refusals),
		T(test_search_triggers),
		T(test_totals),
		T(test_ids_not_reused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
