/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by takeover.c (may it be taken over?), takeover_shape.c (are its columns fit?) and takeover_plan.c (what has to be done). */
#ifndef DB_TAKEOVER_INT_H
#define DB_TAKEOVER_INT_H

#include "base/arena.h"
#include "db/facts.h"
#include "db/takeover.h"

struct planning {
	struct op *op;
	struct facts facts;
	struct takeover_plan *plan;
	const char *charset, *collation; /* of mailbox.username */
};

#define SAY(p, ...) arena_printf((p)->op->arena, __VA_ARGS__)
/* A statement that counts; MariaDB and MySQL only. */
#define COUNT(name, sql) \
	static const struct query name = { #name, { [DB_MYSQL] = { sql, NULL, 0 } }, false }

/*
 * Can the column be compared with mailbox.username? The server brings two character sets together, and anything with a binary collation, but not two
 * other collations of one character set (error 1267).
 */
bool takeover_comparable(const struct planning *p, const struct fact_column *c);
/* A column of the fork's tables: "log", "timestamp", "DATETIME NOT NULL". */
struct takeover_column {
	const char *table, *name, *definition;
};
#define TAKEOVER_COLUMNS_MAX 300
/* All of them, as a new database has them, without collations; ret has room for TAKEOVER_COLUMNS_MAX. */
void takeover_columns(struct arena *arena, struct takeover_column *ret, size_t *ret_n);
/* Has it a value for rows that are there? */
bool takeover_addable(const struct takeover_column *c);
/* What rows are told apart by: username, address, domain. */
bool takeover_is_name(const struct takeover_column *c);
/* RC_CONFIG with a fault for each column that is missing, of a type that cannot be, or that nobody would fill. */
NODISCARD enum rc takeover_check_shape(struct planning *p);
/* Adds to p->plan all that has to be done to the database that p->facts describe; p->charset and p->collation are set. */
NODISCARD enum rc takeover_fill(struct planning *p, bool drop_legacy);

#endif
