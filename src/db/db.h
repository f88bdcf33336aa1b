/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Database handle: runs named statements (db/query.h) on whichever engine the configuration names. There is no way to pass
 * SQL text: statements come from the .sql files only. A handle belongs to one op at a time and is taken from the pool.
 *
 * Parameters are bound by name from a list of arguments and/or a struct with its field table; result columns go by name
 * into a struct with its field table. Both are resolved once per prepared statement. KIND_TIME fields are DATETIME (or Unix
 * seconds where the column is an integer), KIND_ID 0 is NULL, text NULL is NULL.
 *
 * Outcomes: RC_OK; RC_NOT_FOUND (no row where one was asked for); RC_CONFLICT (unique or foreign key violated; the fault's
 * detail names the constraint); RC_INVALID (a character that the column's charset lacks); RC_RETRY (deadlock, serialization:
 * run the whole op again); RC_UNAVAILABLE (busy past the deadline, gone, frozen, read-only); RC_INTERNAL (anything else).
 * Waits end at op->deadline at the latest.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include "base/base.h"
#include "base/field.h"
#include "base/op.h"
#include "db/query.h"

struct db;
struct db_pool;

/* What a process knows of several servers that take each other's place; of the pool. */
struct db_epoch {
	_Atomic uint32_t line;     /* the latest time line a connection was to; 0: none yet */
	_Atomic int64_t looked_at; /* when all of them were asked last; monotonic ms */
	_Atomic bool looked;       /* all of them have been asked, and there was one to work with */
};

struct db_conf {
	const char *url;        /* sqlite:/path, mysql://..., postgresql://... */
	unsigned pool_size;     /* connections kept at most */
	int64_t statement_ms;   /* longest run of one statement */
	int64_t lock_ms;        /* longest wait for a lock (SQLite: busy) */
	struct db_epoch *epoch; /* set by the pool */
	bool whole;             /* db_pool_whole() */
};

/* Opens nothing yet; checks the URL. *ret_pool is freed with db_pool_free(). */
NODISCARD enum rc db_pool_new(const struct db_conf *conf, struct db_pool **ret_pool, struct errs *errs);
void db_pool_free(struct db_pool *pool);
enum db_engine db_pool_engine(const struct db_pool *pool);
/* Waits for a free handle until `deadline` (monotonic ms), then RC_UNAVAILABLE. Thread-safe. */
NODISCARD enum rc db_pool_take(struct db_pool *pool, int64_t deadline, struct db **ret_db,
    struct errs *errs);
/*
 * For processes that give up the right to open anything once they have all they need (proc/narrow.c): before the first handle is taken, each
 * connection is to open at once all it will ever need.
 */
void db_pool_whole(struct db_pool *pool);
/* Opens what is missing. */
NODISCARD enum rc db_pool_fill(struct db_pool *pool, int64_t deadline, struct errs *errs);
/*
 * From now on nothing is opened: a connection that is lost is gone. lost() is told each time, with how many are left; by any thread, under no lock.
 * False, and nothing is changed: some are missing.
 */
NODISCARD bool db_pool_seal(struct db_pool *pool, void (*lost)(void *ctx, unsigned left), void *ctx);
/*
 * Of a sealed pool, every few seconds: connections that lie idle are asked whether they are there, so that none is closed for its idleness, and one that
 * was lost is lost at once, not when somebody wants it. Of one that is not sealed: nothing.
 */
void db_pool_tend(struct db_pool *pool);
/* Says goodbye to the servers, at the end of a process that frees nothing. A file is left as it is. */
void db_pool_part(struct db_pool *pool);
/* Rolls back whatever is open; a broken handle is closed. Accepts NULL. */
void db_pool_give(struct db_pool *pool, struct db *db);

enum db_value_type { DB_NULL, DB_INT, DB_TEXT };
struct db_value {
	enum db_value_type type;
	int64_t i;
	const char *text; /* len bytes and a NUL */
	size_t len;
};

struct db_arg {
	const char *name;
	struct db_value v;
};
struct db_args {
	const struct fields *fields; /* may be NULL */
	const void *obj;
	const struct db_arg *at; /* looked up before the fields */
	size_t n;
};
#define DB_I(name, value) ((struct db_arg){ (name), { DB_INT, (int64_t)(value), NULL, 0 } })
#define DB_T(name, value) ((struct db_arg){ (name), db_text(value) })
struct db_value db_text(const char *text); /* NULL gives SQL NULL */
/* DB_ARGS(DB_I("id", id), DB_T("username", name)); DB_OBJ(mailbox, &mb); DB_OBJ_ARGS(mailbox, &mb, DB_I(...)); DB_NONE */
#define DB_ARGS(...)                                                            \
	(&(const struct db_args){ .at = (const struct db_arg[]){ __VA_ARGS__ }, \
	    .n = ARRAY_LEN(((const struct db_arg[]){ __VA_ARGS__ })) })
#define DB_OBJ(S, o) (&(const struct db_args){ .fields = &S##_fields, .obj = (o) })
#define DB_OBJ_ARGS(S, o, ...)                            \
	(&(const struct db_args){ .fields = &S##_fields,  \
	    .obj = (o),                                   \
	    .at = (const struct db_arg[]){ __VA_ARGS__ }, \
	    .n = ARRAY_LEN(((const struct db_arg[]){ __VA_ARGS__ })) })
#define DB_NONE (&(const struct db_args){ 0 })

/* Runs a statement that returns no rows. ret_changed (may be NULL): rows inserted, updated or deleted. */
NODISCARD enum rc db_exec(struct op *op, const struct query *q, const struct db_args *args,
    int64_t *ret_changed);
/* db_exec of an INSERT into a table with an id of its own; gives that id. */
NODISCARD enum rc db_insert(struct op *op, const struct query *q, const struct db_args *args,
    int64_t *ret_id);
/* First row into *row (zeroed first; texts in op->arena); RC_NOT_FOUND (no fault recorded) when there is none. */
NODISCARD enum rc db_one(struct op *op, const struct query *q, const struct db_args *args,
    const struct fields *f, void *row);
/* One integer: first column of the first row, 0 when there is no row or it is NULL. */
NODISCARD enum rc db_number(struct op *op, const struct query *q, const struct db_args *args,
    int64_t *ret);

struct rows {
	void *at; /* array of f->size elements in op->arena */
	size_t n;
};
/* All rows, at most `max` (more is RC_INTERNAL: lists have a LIMIT). */
NODISCARD enum rc db_all(struct op *op, const struct query *q, const struct db_args *args,
    const struct fields *f, size_t max, struct rows *ret);
/* Row by row; `row` is reused and its texts live only during the call. each() may stop with another rc than RC_OK. */
NODISCARD enum rc db_each(struct op *op, const struct query *q, const struct db_args *args,
    const struct fields *f, enum rc (*each)(void *ctx, const void *row), void *ctx);

/* Many rows by one statement (many.c). */
struct db_many {
	/*
	 * Takes them as :rows, a JSON array of objects with what the parameters of `one` would be bound to, less those that are NULL. If ids are asked
	 * for, it returns them, and what names each row, as "id" and "name".
	 */
	const struct query *many, *one;
	const struct fields *fields;
	const char *name; /* the field that names a row; NULL where no ids are asked for */
};
/* ret_ids: NULL, or room for n ids, in the order of the rows. Faults are of all rows: nobody says of which. */
NODISCARD enum rc db_insert_many(struct op *op, const struct db_many *m, const void *rows, size_t n,
    int64_t *ret_ids);
extern const struct fields db_added_fields; /* what it reads back */

enum db_engine db_engine(const struct db *db);
bool db_is_mysql(const struct db *db); /* no MariaDB: see docs/queries.md */
/*
 * Until the handle is given back, its op writes very much: one statement may take as long as the op, and more of the database is kept in memory.
 */
void db_at_length(struct db *db);

#endif
