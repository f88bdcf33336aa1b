/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Named statements. tools/sqlc makes them from the .sql files of src/store (format: docs/queries.md); they are the only thing the database layer
 * runs, so SQL text that was put together at run time cannot reach an engine.
 */
#ifndef DB_QUERY_H
#define DB_QUERY_H

#include "base/base.h"

enum db_engine { DB_SQLITE, DB_MYSQL, DB_PGSQL, DB_ENGINE__MAX };

struct query_text {
	const char *sql;
	const char *const *params; /* names in the order of the placeholders */
	unsigned n_params;
};

struct query {
	const char *name;
	struct query_text text[DB_ENGINE__MAX];
	bool writes; /* INSERT, UPDATE, DELETE, REPLACE */
};

/* A statement with optional parts and a whitelist of sortings: every combination is a query of its own. */
struct query_set {
	const char *name;
	const char *const *sorts; /* names; one nameless when there is no sorting */
	unsigned n_sorts;
	const char *const *options;
	unsigned n_options;
	const struct query *variants; /* [((sort * 2 + desc) << n_options) | options]; nameless where an `either` line says no */
};

static inline const struct query *
query_pick(const struct query_set *set, unsigned sort, bool desc, unsigned options)
{
	const struct query *q = &set->variants[((sort * 2 + (desc ? 1 : 0)) << set->n_options) | options];

	if (!q->name)
		abort();
	return q;
}

/* Index of a sorting in the whitelist, -1 when it is not there. */
static inline int
query_sort_index(const struct query_set *set, const char *name)
{
	for (unsigned i = 0; i < set->n_sorts; i++)
		if (strcmp(set->sorts[i], name) == 0)
			return (int)i;
	return -1;
}

/* Bit of an optional part, for query_pick(); the part must exist. */
static inline unsigned
query_option(const struct query_set *set, const char *name)
{
	for (unsigned i = 0; i < set->n_options; i++)
		if (strcmp(set->options[i], name) == 0)
			return 1U << i;
	abort();
}

#endif
