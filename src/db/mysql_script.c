/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Scripts of migrations, and what MySQL wants said otherwise in them than MariaDB. They are written for MariaDB; here, and nowhere else, they are put
 * into MySQL's words as they are run. (Statements of src/store say themselves what is for one of the two: see docs/queries.md.)
 *
 * The surprising thing: MySQL has no IF NOT EXISTS for indexes and columns. Each stands in a line of its own in the scripts, and goes to the server by itself, so
 * that "it is there" can be told from all else that may go wrong.
 */
#include "base/base.h"

#include "base/str.h"
#include "db/mysql_int.h"

#include <mysqld_error.h>

static enum rc
failed(struct db_conn *c, struct db_error *e)
{
	maria_set_error(c, mysql_errno(c->my), mysql_error(c->my), e);
	return e->rc;
}

static enum rc
run(struct db_conn *c, const char *sql, struct db_error *e)
{
	int more;

	if (!maria_query(c, sql))
		return failed(c, e);
	do {
		mysql_free_result(maria_store_result(c));
		more = maria_next_result(c);
	} while (more == 0);
	return more < 0 ? RC_OK : failed(c, e);
}

static bool
is_there(unsigned code)
{
	return code == ER_DUP_KEYNAME || code == ER_DUP_FIELDNAME;
}

/* Runs what has come together, which may be nothing. */
static enum rc
run_so_far(struct db_conn *c, struct str *sql, struct db_error *e)
{
	bool empty = str_text(sql)[strspn(str_text(sql), " \t\n")] == '\0';
	enum rc rc = empty ? RC_OK : run(c, str_text(sql), e);

	str_clear(sql);
	return rc;
}

/* A line with IF NOT EXISTS that MySQL does not know, without it. */
static enum rc
run_unless_there(struct db_conn *c, const char *line, size_t n, const char *words, size_t skip,
    struct db_error *e)
{
	CLEANUP(str_release) struct str sql = STR_INIT;
	enum rc rc;

	str_addn(&sql, line, (size_t)(words - line));
	str_addn(&sql, words + skip, n - (size_t)(words - line) - skip);
	rc = run(c, str_text(&sql), e);
	if (rc == RC_OK || c->lost || !is_there(mysql_errno(c->my)))
		return rc;
	*e = (struct db_error){ 0 };
	return RC_OK;
}

static bool
begins(const char *line, const char *words)
{
	return strncmp(line, words, strlen(words)) == 0;
}

/* CREATE OR REPLACE TRIGGER name ...: without the one before, which had its day when a step is run again */
static void
add_trigger(struct str *sql, const char *line, size_t n)
{
	static const char create[] = "CREATE OR REPLACE TRIGGER ";
	const char *name = line + sizeof(create) - 1;

	str_addf(sql, "DROP TRIGGER IF EXISTS %.*s;\nCREATE TRIGGER ", (int)strcspn(name, " \n"), name);
	str_addn(sql, name, n - sizeof(create) + 1);
}

static enum rc
run_line(struct db_conn *c, struct str *sql, const char *line, size_t n, struct db_error *e)
{
	static const char if_not[] = " IF NOT EXISTS";
	const char *words = strstr(line, if_not);
	enum rc rc;

	if (begins(line, "CREATE OR REPLACE TRIGGER ")) {
		add_trigger(sql, line, n);
		return RC_OK;
	}
	if (!words || words >= line + n ||
	    !(begins(line, "CREATE INDEX ") || begins(line, "ALTER TABLE "))) {
		str_addn(sql, line, n);
		return RC_OK;
	}
	rc = run_so_far(c, sql, e);
	return rc != RC_OK ? rc : run_unless_there(c, line, n, words, sizeof(if_not) - 1, e);
}

static enum rc
run_on_mysql(struct db_conn *c, const char *script, struct db_error *e)
{
	CLEANUP(str_release) struct str sql = STR_INIT;
	enum rc rc = RC_OK;

	while (*script && rc == RC_OK) {
		size_t n = strcspn(script, "\n");

		n += script[n] == '\n';
		rc = run_line(c, &sql, script, n, e);
		script += n;
	}
	return rc == RC_OK ? run_so_far(c, &sql, e) : rc;
}

/* Migrations may take as long as the op lets them: building an index over a million rows is one statement. */
enum rc
maria_script(struct db_conn *c, const char *sql, struct db_error *e)
{
	enum rc rc;

	c->end = c->deadline;
	if (!maria_limit_statements(c, 0) || !maria_multi_statements(c, true))
		return failed(c, e);
	rc = c->mariadb ? run(c, sql, e) : run_on_mysql(c, sql, e);
	if (!c->lost &&
	    !(maria_multi_statements(c, false) && maria_limit_statements(c, c->statement_ms)))
		c->lost = true;
	return rc;
}
