/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Schema of the database: what is there, what is missing, and bringing it up to date. Steps are the numbered files in schema/,
 * each recorded with its checksum in vimb_schema when applied, in a transaction where the engine can.
 */
#ifndef DB_SCHEMA_H
#define DB_SCHEMA_H

#include "base/base.h"
#include "base/op.h"

struct schema_step {
	const char *name; /* "001_fork" */
	bool applied;
	bool changed;       /* applied with another checksum than the file has now */
	int64_t applied_at; /* UTC seconds, 0 if not */
};
struct schema_state {
	struct schema_step *steps; /* in order; op->arena */
	size_t n;
	size_t pending;
	int64_t dbversion; /* MAX(version) of dbversion, 0 if none */
	bool newer;        /* vimb_schema holds a step this program does not know: refuse to run */
};

NODISCARD enum rc schema_state(struct op *op, struct schema_state *ret);
/* Applies what is pending under a lock; safe to run again after a kill. With OP_DRY_RUN nothing changes. */
NODISCARD enum rc schema_apply(struct op *op, struct schema_state *ret_after);
/* RC_OK when the schema is exactly ours; else a fault that names the command to run. */
NODISCARD enum rc schema_check(struct op *op);

#endif
