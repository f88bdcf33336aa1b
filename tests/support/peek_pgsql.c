/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See tests/peek.h. */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "peek.h"

#include <libpq-fe.h>

static void *
open_db(const char *url)
{
	PGconn *db = PQconnectdb(url);

	if (PQstatus(db) != CONNECTION_OK)
		fail_msg("pgsql: %s", PQerrorMessage(db));
	PQclear(PQexec(db, "SET client_min_messages TO error; SET TimeZone TO 'UTC'"));
	return db;
}

static void
close_db(void *db)
{
	PQfinish(db);
}

static void
rows(void *db, const char *sql, peek_row row, void *ctx)
{
	PGresult *res = PQexec(db, sql);
	const char *values[100];
	size_t n;

	if (PQresultStatus(res) != PGRES_TUPLES_OK)
		fail_msg("pgsql: %s in %s", PQerrorMessage(db), sql);
	n = (size_t)PQnfields(res);
	assert_true(n <= ARRAY_LEN(values));
	for (int at = 0; at < PQntuples(res); at++) {
		for (size_t i = 0; i < n; i++)
			values[i] = PQgetisnull(res, at, (int)i) ? NULL : PQgetvalue(res, at, (int)i);
		row(ctx, n, values);
	}
	PQclear(res);
}

static void
exec(void *db, const char *sql)
{
	PGresult *res = PQexec(db, sql);

	if (PQresultStatus(res) != PGRES_COMMAND_OK && PQresultStatus(res) != PGRES_TUPLES_OK)
		fail_msg("pgsql: %s in %s", PQerrorMessage(db), sql);
	PQclear(res);
}

const struct peek_engine peek_pgsql = {
	.scheme = "postgresql",
	.tables =
	    "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
	    " AND table_type = 'BASE TABLE' ORDER BY table_name",
	.open = open_db,
	.close = close_db,
	.rows = rows,
	.exec = exec,
	.unbind = "SET session_replication_role TO replica",
	.bind = "SET session_replication_role TO origin",
};
