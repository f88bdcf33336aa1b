/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Insides shared by db.c, pool.c, tx.c and schema.c. */
#ifndef DB_DB_INT_H
#define DB_DB_INT_H

#include "db/driver.h"

/* A statement kept prepared, with the names resolved for the field tables it was used with last. */
struct db_prepared {
	const struct query *query;
	struct db_stmt *stmt;
	const struct fields *in_fields; /* for which `in` holds */
	const struct field **in; /* per parameter: the field, or NULL when the struct has none */
	const struct fields *out_fields; /* for which `out` holds */
	const struct field **out;        /* per column: the field, or NULL */
	size_t n_out;
};

/* Slots of the cache: a power of two, several times the number of statements in use. */
#define DB_CACHE 1024

struct db {
	struct db_pool *pool;
	const struct db_driver *driver;
	struct db_conn *conn;
	struct db_prepared cache[DB_CACHE];
	size_t cached;
	unsigned tx_depth;
	bool tx_failed;  /* a statement in it failed: only rolling back is left */
	bool broken;     /* the connection is lost */
	bool at_length;  /* db_at_length() was called */
	bool outdated;   /* the statements are of no use any more */
	struct db *next; /* in the pool's free list */
};

/* Records the driver's error as a fault and gives its outcome; marks the handle as broken where it says so. */
enum rc db_failed(struct op *op, const char *what, const struct db_error *e);
/* What a member of a struct is bound to; a time is written to time_buf. */
struct db_value db_value_of(const struct field *f, const void *obj, char time_buf[20]);
struct db *db_open(struct db_pool *pool, const struct db_driver *driver, const struct db_conf *conf,
    int64_t deadline, struct db_error *e);
void db_close(struct db *db);
/* An op is over: statements are forgotten when they have become too many or are outdated. Never within one, a row may still be read. */
void db_rest(struct db *db);

#endif
