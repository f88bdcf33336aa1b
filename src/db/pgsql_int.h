/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Insides of the PostgreSQL driver: pgsql.c has the statements and the driver's table, pgsql_open.c makes connections, pgsql_hosts.c chooses between several, pgsql_wait.c is libpq's calls
 * with our deadline on each, pgsql_error.c says what the server's error codes mean.
 */
#ifndef DB_PGSQL_INT_H
#define DB_PGSQL_INT_H

#include "db/driver.h"
#include "db/url.h"

#include <libpq-fe.h>

struct db_conn {
	PGconn *pg;
	int64_t deadline; /* the op's, monotonic ms */
	int64_t end;      /* of the wait at hand: the op's deadline or the statement's */
	int64_t used_at; /* when a statement last began, or the server was asked whether it is there */
	int64_t statement_ms, lock_ms;
	struct db_epoch *epoch;  /* NULL: one host only */
	uint32_t line;           /* of the server; 0: a standby, or not known */
	struct db_stmt *reading; /* its rows are on their way: nothing else can run */
	bool lost;               /* given up; every wait ends at once */
	bool late;               /* ... because the time was over */
	unsigned named;          /* statements prepared so far; makes their names */
	unsigned live;           /* of those not finalized yet */
	bool stale;              /* the server still keeps statements that all are finalized */
};

/* ---- pgsql_wait.c: never waits beyond c->end; afterwards c->lost ---- */

/* Goes on with a connection that was begun; true when it stands. */
bool pgsql_connect(struct db_conn *c);
/* The next result of what was sent; NULL: there is no other, or the connection is lost. */
PGresult *pgsql_result(struct db_conn *c);
/* Sends and reads to the end. The last result, or the first that is an error; NULL: lost. To be cleared. */
PGresult *pgsql_query(struct db_conn *c, const char *sql);
/* The same for something that was just sent; `sent` is what the library's function answered. */
PGresult *pgsql_last(struct db_conn *c, int sent);

/* ---- pgsql_open.c ---- */

bool pgsql_check(const struct db_conf *conf, struct db_error *e);
void pgsql_reach(const struct db_conf *conf, struct db_reach *r, struct arena *arena);
struct db_conn *pgsql_open(const struct db_conf *conf, int64_t deadline, struct db_error *e);
void pgsql_close(struct db_conn *c);
/* To that host (NULL: the socket), by c->end; what is left of it is in c->pg either way. */
bool pgsql_connect_to(struct db_conn *c, const struct db_url *u, const struct db_url_host *host);
/*
 * No parallel workers: what a page reads is over before they have started, and they would be taken from others. Ends by asking whether the session can
 * write.
 */
bool pgsql_set_session(struct db_conn *c, bool *ret_reads_only, struct db_error *e);

/* ---- pgsql_hosts.c ---- */

/* Opens c->pg to the host that is fit to work with, by the deadline. epoch NULL: the first that takes changes. */
bool pgsql_choose(struct db_conn *c, const struct db_url *u, struct db_epoch *epoch,
    int64_t deadline, struct db_error *e);

/* ---- pgsql_error.c ---- */

bool pgsql_ok(const PGresult *res);
bool pgsql_is(const PGresult *res, const char *sqlstate);
/* What a result (NULL: the connection itself) means for the op and for the connection. Gives e->rc. */
enum rc pgsql_error(struct db_conn *c, const PGresult *res, struct db_error *e);

#endif
