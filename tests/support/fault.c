/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Described in tests/fault.h. On a server the statement that is to fail is replaced by one that makes the server say so, or the connection is cut before it
 * goes out, so all the errors are the server's and the library's own. All engines in one file: the linker takes it whole or not at all.
 */
#include "base/base.h"

#include "fault.h"

#include <dlfcn.h>
#include <libpq-fe.h>
#include <mysql.h>
#include <mysqld_error.h>
#include <sqlite3.h>
#include <stdio.h>
#include <strings.h>
#include <sys/socket.h>

static struct fault_state own, *state = &own;
static struct {
	void (*call)(void *ctx);
	void *ctx;
} called;
static _Thread_local int injected, inside; /* SQLite's code to be reported; within its own functions */

void
fault_share(struct fault_state *shared)
{
	state = shared;
}

void
fault_arm(unsigned at, enum fault how)
{
	state->what = FAULT_STATEMENTS;
	state->how = how;
	state->seen = 0;
	state->at = at;
}

void
fault_call(unsigned at, void (*call)(void *ctx), void *ctx)
{
	called.call = call;
	called.ctx = ctx;
	fault_arm(at, FAULT_CALL);
}

bool
fault_disarm(void)
{
	bool came = state->at > 0 && state->seen >= state->at;

	came |= called.call &&
	    state->at == 0; /* it puts the number away, so as not to count its own statements */
	called.call = NULL;
	state->at = 0;
	return came;
}

enum fault
fault_due(enum fault_what what)
{
	uint32_t at = state->at, seen;

	if (at == 0 || state->what != what)
		return FAULT_NONE;
	seen = ++state->seen;
	if (state->how == FAULT_CALL) {
		if (seen == at) {
			state->at = 0;
			called.call(called.ctx);
		}
		return FAULT_NONE;
	}
	return seen == at || (state->on && seen > at) ? (enum fault)state->how : FAULT_NONE;
}

/* A failing rollback would test the test: the connection's end rolls back, too. */
static enum fault
due(const char *sql)
{
	return sql && strncasecmp(sql, "ROLLBACK", 8) != 0 ? fault_due(FAULT_STATEMENTS) : FAULT_NONE;
}

/* The library's function of that name, into the pointer that ret_function points to. */
static void
real(const char *name, void *ret_function)
{
	void *found = dlsym(RTLD_NEXT, name);

	memcpy(ret_function, &found, sizeof(found));
}

/* ---- SQLite ---- */

/* What the library runs inside a statement is no statement more; the search index names 'main' in those that it runs by itself. */
static int
sqlite_code(const char *sql)
{
	static const int codes[FAULT__MAX] = {
		[FAULT_REFUSED] = SQLITE_FULL, [FAULT_BUSY] = SQLITE_BUSY, [FAULT_LOST] = SQLITE_IOERR, [FAULT_AGAIN] = SQLITE_BUSY_SNAPSHOT
	};

	if (inside > 0 || !sql || strstr(sql, "'main'"))
		return 0;
	return injected = codes[due(sql)];
}

int
sqlite3_step(sqlite3_stmt *stmt)
{
	int (*step)(sqlite3_stmt *);
	int code = sqlite_code(sqlite3_sql(stmt));

	if (code != 0)
		return code;
	real("sqlite3_step", &step);
	inside++;
	code = step(stmt);
	inside--;
	return code;
}

int
sqlite3_exec(sqlite3 *db, const char *sql, int (*row)(void *, int, char **, char **), void *ctx,
    char **err)
{
	int (*exec)(sqlite3 *, const char *, int (*)(void *, int, char **, char **), void *, char **);
	int code = sqlite_code(sql);

	if (code != 0)
		return code;
	real("sqlite3_exec", &exec);
	inside++;
	code = exec(db, sql, row, ctx, err);
	inside--;
	return code;
}

int
sqlite3_extended_errcode(sqlite3 *db)
{
	int (*code)(sqlite3 *);
	int now = injected;

	injected = 0;
	real("sqlite3_extended_errcode", &code);
	return now ? now : code(db);
}

/* ---- MariaDB ---- */

static const unsigned mysql_errors[FAULT__MAX] = {
	[FAULT_REFUSED] = ER_DISK_FULL, [FAULT_BUSY] = ER_STATEMENT_TIMEOUT, [FAULT_AGAIN] = ER_LOCK_DEADLOCK
};

/* The server's error at the connection. False: the statement is to be sent, to nobody. */
static bool
server_says(MYSQL *my, enum fault how)
{
	char sql[96];

	if (how == FAULT_LOST) {
		(void)shutdown(mysql_get_socket(my), SHUT_RDWR);
		return false;
	}
	(void)snprintf(sql, sizeof(sql), "SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = %u",
	    mysql_errors[how]);
	return mysql_real_query(my, sql, strlen(sql)) != 0;
}

int STDCALL
mysql_real_query_start(int *ret, MYSQL *my, const char *sql, unsigned long length)
{
	int (*start)(int *, MYSQL *, const char *, unsigned long);
	enum fault how = due(sql);

	*ret = 1;
	if (how != FAULT_NONE && server_says(my, how))
		return 0;
	real("mysql_real_query_start", &start);
	return start(ret, my, sql, length);
}

int STDCALL
mysql_stmt_execute_start(int *ret, MYSQL_STMT *stmt)
{
	int (*start)(int *, MYSQL_STMT *);
	enum fault how = due("a prepared one");

	*ret = 1;
	if (how != FAULT_NONE && server_says(stmt->mysql, how))
		return 0;
	real("mysql_stmt_execute_start", &start);
	return start(ret, stmt);
}

/* ---- PostgreSQL ---- */

static const char *const pgsql_states[FAULT__MAX] = {
	[FAULT_REFUSED] = "53100", [FAULT_BUSY] = "57014", [FAULT_AGAIN] = "40001"
};

/* Sends what the server refuses. False: the statement is to be sent, to nobody where it is to be lost. */
static bool
replaced(PGconn *pg, const char *sql)
{
	int (*send)(PGconn *, const char *);
	enum fault how = due(sql);
	char text[80];

	if (how == FAULT_LOST)
		(void)shutdown(PQsocket(pg), SHUT_RDWR);
	if (how == FAULT_NONE || how == FAULT_LOST)
		return false;
	(void)snprintf(text, sizeof(text), "DO $$BEGIN RAISE SQLSTATE '%s'; END$$", pgsql_states[how]);
	real("PQsendQuery", &send);
	return send(pg, text) != 0;
}

int
PQsendQuery(PGconn *pg, const char *sql)
{
	int (*send)(PGconn *, const char *);

	if (replaced(pg, sql))
		return 1;
	real("PQsendQuery", &send);
	return send(pg, sql);
}

int
PQsendPrepare(PGconn *pg, const char *name, const char *sql, int n, const Oid *types)
{
	int (*send)(PGconn *, const char *, const char *, int, const Oid *);

	if (replaced(pg, sql))
		return 1;
	real("PQsendPrepare", &send);
	return send(pg, name, sql, n, types);
}

int
PQsendQueryPrepared(PGconn *pg, const char *name, int n, const char *const *values,
    const int *lengths, const int *formats, int format)
{
	int (*send)(PGconn *, const char *, int, const char *const *, const int *, const int *, int);

	if (replaced(pg, name))
		return 1;
	real("PQsendQueryPrepared", &send);
	return send(pg, name, n, values, lengths, formats, format);
}
