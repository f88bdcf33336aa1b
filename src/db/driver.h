/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an engine has to offer: a dozen functions that MariaDB's binary protocol, libpq and SQLite can all fill without a
 * change above this line. A driver knows texts, values and error classes; names, structs, pools, transactions' nesting and
 * retries are db.c's. Private to src/db.
 */
#ifndef DB_DRIVER_H
#define DB_DRIVER_H

#include "base/base.h"
#include "base/rc.h"
#include "db/db.h"
#include "db/reach.h"

struct db_conn; /* the engine's own connection */
struct db_stmt; /* the engine's own prepared statement */
struct arena;

enum db_step { DB_STEP_ROW, DB_STEP_DONE, DB_STEP_ERROR };

struct db_error {
	enum rc rc;           /* RC_CONFLICT RC_RETRY RC_UNAVAILABLE RC_INVALID RC_INTERNAL */
	bool connection_lost; /* the handle cannot be used again */
	bool outdated;        /* what was prepared on it cannot; the rest of it can */
	char text[256];       /* the engine's words, for the log */
};

struct db_driver {
	const char *scheme; /* of the URL: "sqlite" */
	enum db_engine engine;
	/* NULL, or says in e->text (DB_URL_WHY bytes at most, no secret) what is wrong with the URL. Opens nothing. */
	bool (*check)(const struct db_conf *, struct db_error *);
	/* db_reach() of a URL that has been checked; NULL: there is nothing to reach. */
	void (*reach)(const struct db_conf *, struct db_reach *, struct arena *);
	/* Ends by that monotonic millisecond at the latest. */
	struct db_conn *(*open)(const struct db_conf *, int64_t deadline, struct db_error *);
	void (*close)(struct db_conn *);
	/* close() where nothing more may be done than to forget it. NULL: close() is fine. */
	void (*forget)(struct db_conn *);
	/* Is the connection fit for another op? Called when a handle is taken after lying idle. */
	bool (*ping)(struct db_conn *);
	/* All waits of the following calls end by this monotonic millisecond. */
	void (*set_deadline)(struct db_conn *, int64_t deadline);
	/* db_at_length(). NULL: there is nothing to be done for it. */
	void (*at_length)(struct db_conn *, bool on);
	/*
	 * A writing transaction. run: 0 the first time, more when the op runs again after RC_RETRY; an engine that lets writers collide should then
	 * make them take turns, so that a crowd at one row gets through in the few runs there are.
	 */
	enum rc (*begin)(struct db_conn *, unsigned run, struct db_error *);
	enum rc (*commit)(struct db_conn *, struct db_error *);
	void (*rollback)(struct db_conn *);
	/* One of SAVEPOINT, RELEASE and ROLLBACK TO, which all engines spell alike; tx.c knows them. */
	enum rc (*word)(struct db_conn *, const char *sql, struct db_error *);
	struct db_stmt *(*prepare)(struct db_conn *, const char *sql, struct db_error *);
	void (*finalize)(struct db_stmt *);
	enum db_step (*run)(struct db_stmt *, const struct db_value *params, size_t n,
	    struct db_error *);
	enum db_step (*next)(struct db_stmt *, struct db_error *); /* after run gave DB_STEP_ROW */
	size_t (*columns)(struct db_stmt *);
	const char *(*column_name)(struct db_stmt *, size_t i);
	struct db_value (*column)(struct db_stmt *, size_t i); /* valid until next() or reset() */
	void (*reset)(struct db_stmt *);
	int64_t (*changed)(struct db_stmt *);
	int64_t (*last_id)(struct db_stmt *);
	/* db_is_mysql(); NULL: no. */
	bool (*is_mysql)(struct db_conn *);
	/* Runs a script of several statements, for migrations only. */
	enum rc (*script)(struct db_conn *, const char *sql, struct db_error *);
};

extern const struct db_driver db_driver_sqlite;
extern const struct db_driver db_driver_mysql;
extern const struct db_driver db_driver_pgsql;
extern const struct db_driver db_driver_fake; /* scripted answers, for tests; db/fake.h */

#endif
