/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Insides of the MariaDB driver: mysql.c has the statements and the driver's table, mysql_open.c makes connections, mysql_wait.c is libmariadb's calls
 * with our deadline on each, mysql_script.c runs migrations. Its own names begin with maria_, since mysql_ is the library's.
 */
#ifndef DB_MYSQL_INT_H
#define DB_MYSQL_INT_H

#include "db/driver.h"
#include "db/url.h"

#include <mysql.h>

struct db_conn {
	MYSQL *my;
	int64_t deadline; /* the op's, monotonic ms */
	int64_t end;      /* of the wait at hand: the op's deadline or the statement's */
	int64_t used_at; /* when a statement last began, or the server was asked whether it is there */
	int64_t statement_ms, lock_ms;
	struct db_stmt *reading; /* its rows are on their way: nothing else can run */
	bool lost;               /* given up; every wait ends at once */
	bool snapshots;          /* the server finds out by itself when two writers collide */
	bool mariadb;            /* else MySQL */
};

/* ---- mysql_wait.c: the library's calls, not blocking, until c->end. What they return is what the library's own return. ---- */

bool maria_connect(struct db_conn *c, const struct db_url *u, const struct db_url_host *host);
void maria_disconnect(struct db_conn *c);
bool maria_alive(struct db_conn *c); /* asks the server */
bool maria_query(struct db_conn *c, const char *sql);
int maria_next_result(struct db_conn *c);         /* 0 another, -1 none, >0 error */
MYSQL_RES *maria_store_result(struct db_conn *c); /* NULL: none or error */
bool maria_multi_statements(struct db_conn *c, bool on);
bool maria_stmt_prepare(struct db_conn *c, MYSQL_STMT *stmt, const char *sql);
bool maria_stmt_execute(struct db_conn *c, MYSQL_STMT *stmt);
int maria_stmt_fetch(struct db_conn *c, MYSQL_STMT *stmt); /* 0, 1, MYSQL_NO_DATA, MYSQL_DATA_TRUNCATED */
bool maria_stmt_free_result(struct db_conn *c, MYSQL_STMT *stmt);
void maria_stmt_close(struct db_conn *c, MYSQL_STMT *stmt);

/* ---- mysql_open.c ---- */

bool maria_check(const struct db_conf *conf, struct db_error *e);
void maria_reach(const struct db_conf *conf, struct db_reach *r, struct arena *arena);
struct db_conn *maria_open(const struct db_conf *conf, int64_t deadline, struct db_error *e);
void maria_close(struct db_conn *c);
/* max_statement_time, where the server has it; 0: none */
bool maria_limit_statements(struct db_conn *c, int64_t ms);

/* ---- mysql_script.c ---- */

enum rc maria_script(struct db_conn *c, const char *sql, struct db_error *e);

/* ---- mysql.c ---- */

/* What an error number means for the op and for the connection. */
void maria_set_error(struct db_conn *c, unsigned code, const char *text, struct db_error *e);

#endif
