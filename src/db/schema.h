/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Schema of the database: what is there, what is missing, and bringing it up to date. Steps are the numbered files in schema/,
 * each recorded with its checksum in vimb_schema when applied, in a transaction where the engine can.
 */
#ifndef DB_SCHEMA_H
#define DB_SCHEMA_H

#include "base/base.h"
#include "base/op.h"
#include "db/query.h"

struct schema_step {
	const char *name; /* "001_fork" */
	bool applied;
	bool changed;       /* applied with another checksum than the file has now */
	int64_t applied_at; /* UTC seconds, 0 if not */
};
/* What has to be done first to a living database of the PHP program. */
struct schema_action {
	const char *what; /* one sentence */
	const char *sql;
};
struct schema_state {
	struct schema_step *steps; /* in order; op->arena */
	size_t n;
	size_t pending;
	int64_t dbversion;                   /* MAX(version) of dbversion, 0 if none */
	const struct schema_action *actions; /* by schema_plan() only */
	size_t n_actions;
	const char *kind; /* by schema_plan(): state of the PHP program found, also on RC_CONFLICT and RC_CONFIG */
	bool newer; /* vimb_schema holds a step this program does not know: refuse to run */
};

NODISCARD enum rc schema_state(struct op *op, struct schema_state *ret);
/* The same with all that schema_apply() would do before its steps, and schema_drop_legacy() after them; refuses what that would refuse. */
NODISCARD enum rc schema_plan(struct op *op, bool drop_legacy, struct schema_state *ret);
/* Applies what is pending under a lock; safe to run again after a kill. With OP_DRY_RUN nothing changes. */
NODISCARD enum rc schema_apply(struct op *op, struct schema_state *ret_after);
/* Drops the columns that only upstream 3.x used; what still reads them stops working. */
NODISCARD enum rc schema_drop_legacy(struct op *op);
/* RC_OK when the schema is exactly ours; else a fault that names the command to run. */
NODISCARD enum rc schema_check(struct op *op);

/*
 * Every table (or, on PostgreSQL, function) that the steps for an engine create, in their order: read off the steps themselves, in the arena. `what` is
 * "TABLE" or "FUNCTION".
 */
void schema_names(enum db_engine engine, const char *what, struct arena *arena,
    const char *const **ret, size_t *ret_n);

#endif
