/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a MariaDB or MySQL database holds, out of information_schema: tables, columns, indexes, foreign keys, triggers. The version number of the PHP
 * program is not to be trusted (it went up and down), so a takeover is planned from this. Private to src/db.
 */
#ifndef DB_FACTS_H
#define DB_FACTS_H

#include "base/base.h"
#include "base/op.h"
#include "db/db.h"

struct fact_table {
	const char *name, *engine;
	const char *row_format; /* Dynamic, Compact, ... */
	bool partitioned;
};
struct fact_column {
	const char *table, *name;
	const char *type; /* "varchar(255)" */
	bool nullable;
	bool has_default;                /* another one than NULL */
	const char *charset, *collation; /* NULL: no text */
	const char *extra;               /* "auto_increment", "STORED GENERATED", ... or "" */
};
struct fact_index {
	const char *table, *name;
	bool is_unique;
	const char *columns; /* "Admin_id,attribute,ix"; a part of a column as "goto(20)" */
};
struct fact_key {
	const char *table, *name, *column, *ref_table;
	const char *on_delete, *on_update; /* CASCADE, SET NULL, RESTRICT, NO ACTION */
};
struct fact_trigger {
	const char *name;
};

struct facts {
	struct rows tables, columns, indexes, keys, triggers; /* of the structs above, in op->arena */
};

/* Reads all of the current schema, in five statements. */
NODISCARD enum rc facts_read(struct op *op, struct facts *ret);

/* NULL or false: there is none. Names are compared without case, as the server does. */
const struct fact_table *facts_table(const struct facts *f, const char *table);
const struct fact_column *facts_column(const struct facts *f, const char *table, const char *column);
/* An index on exactly these columns. */
const struct fact_index *facts_index_on(const struct facts *f, const char *table,
    const char *columns, bool must_be_unique);
const struct fact_index *facts_index_named(const struct facts *f, const char *table, const char *name);
/* A foreign key of that column alone to the table `to`; the first after `after` (NULL: of all). */
const struct fact_key *facts_key(const struct facts *f, const char *table, const char *column,
    const char *to, const struct fact_key *after);
bool facts_trigger(const struct facts *f, const char *name);

#endif
