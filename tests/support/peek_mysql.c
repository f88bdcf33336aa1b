/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See tests/peek.h. */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "db/url.h"
#include "peek.h"

#include <mysql.h>

static void *
open_db(const char *url)
{
	static const char *const options[] = { "socket", "ssl_mode", "ssl_ca", "ssl_cert",
		"ssl_key", NULL };
	MYSQL *db = mysql_init(NULL);
	char why[DB_URL_WHY];
	struct db_url u;

	assert_non_null(db);
	if (!db_url_parse(url, options, &u, why))
		fail_msg("%s", why);
	(void)mysql_options(db, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	if (!mysql_real_connect(db, u.n_hosts > 0 ? u.hosts[0].name : NULL, u.user, u.password,
		u.name, u.hosts[0].port, db_url_option(&u, "socket"), CLIENT_MULTI_STATEMENTS))
		fail_msg("mysql: %s", mysql_error(db));
	db_url_release(&u);
	return db;
}

static void
close_db(void *db)
{
	mysql_close(db);
}

static void
rows(void *db, const char *sql, peek_row row, void *ctx)
{
	MYSQL_RES *res = mysql_query(db, sql) == 0 ? mysql_store_result(db) : NULL;
	MYSQL_ROW values;

	if (!res)
		fail_msg("mysql: %s in %s", mysql_error(db), sql);
	while ((values = mysql_fetch_row(res)))
		row(ctx, mysql_num_fields(res), (const char *const *)values);
	mysql_free_result(res);
}

static void
exec(void *db, const char *sql)
{
	int code = mysql_query(db, sql);

	while (code == 0) {
		mysql_free_result(mysql_store_result(db));
		code = mysql_next_result(db);
	}
	if (code > 0)
		fail_msg("mysql: %s in %s", mysql_error(db), sql);
}

const struct peek_engine peek_mysql = {
	.scheme = "mysql",
	.tables =
	    "SELECT table_name FROM information_schema.tables"
	    " WHERE table_schema = database() AND table_type = 'BASE TABLE' ORDER BY table_name",
	.open = open_db,
	.close = close_db,
	.rows = rows,
	.exec = exec,
	.unbind = "SET foreign_key_checks = 0",
	.bind = "SET foreign_key_checks = 1",
};
