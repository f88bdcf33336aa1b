/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See tests/peek.h. */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "peek.h"

#include <sqlite3.h>

static void *
open_db(const char *url)
{
	sqlite3 *db;

	if (sqlite3_open(url + strlen("sqlite:"), &db) != SQLITE_OK)
		fail_msg("sqlite: %s", sqlite3_errmsg(db));
	(void)sqlite3_busy_timeout(db, 10000);
	return db;
}

static void
close_db(void *db)
{
	(void)sqlite3_close(db);
}

static void
rows(void *db, const char *sql, peek_row row, void *ctx)
{
	const char *values[100];
	sqlite3_stmt *stmt;
	size_t n;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("sqlite: %s in %s", sqlite3_errmsg(db), sql);
	n = (size_t)sqlite3_column_count(stmt);
	assert_true(n <= ARRAY_LEN(values));
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		for (size_t i = 0; i < n; i++)
			values[i] = (const char *)sqlite3_column_text(stmt, (int)i);
		row(ctx, n, values);
	}
	(void)sqlite3_finalize(stmt);
}

static void
exec(void *db, const char *sql)
{
	char *err = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &err) != SQLITE_OK)
		fail_msg("sqlite: %s in %s", err, sql);
}

const struct peek_engine peek_sqlite = {
	.scheme = "sqlite",
	.tables = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
	.open = open_db,
	.close = close_db,
	.rows = rows,
	.exec = exec,
};
