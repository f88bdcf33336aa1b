/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looks into a database past the program, over a connection of its own with the engine's own client library. Whatever goes wrong fails the test.
 */
#ifndef TESTS_PEEK_H
#define TESTS_PEEK_H

#include "base/base.h"

/* First column of the first row, NULL when there is none or it is NULL; to be freed. */
char *peek_text(const char *url, const char *sql);
/* The same as a number, 0 when there is none. */
int64_t peek_number(const char *url, const char *sql);
/* Runs one or several statements. */
void peek_exec(const char *url, const char *sql);
/* All tables as text, one line a row; to be freed. */
char *peek_dump(const char *url);
/* Removes all rows but those that the schema brings along. A database without tables is left alone. */
void peek_empty(const char *url);

/* ---- for the engines' files ---- */

typedef void (*peek_row)(void *ctx, size_t n, const char *const *values);

struct peek_engine {
	const char *scheme;
	const char *tables; /* statement that lists the tables by name, in order */
	void *(*open)(const char *url);
	void (*close)(void *db);
	void (*rows)(void *db, const char *sql, peek_row row, void *ctx);
	void (*exec)(void *db, const char *sql);
	/* statements around the removal, so that its order does not matter; may be NULL */
	const char *unbind, *bind;
};
extern const struct peek_engine peek_sqlite, peek_mysql, peek_pgsql;

#endif
