/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Taking over a living database of the PHP program (upstream 3.x or any state of the fork, on MariaDB or MySQL): what has to be done to it before
 * the steps of schema/ fit, and doing it. Planned anew from what is there each time, so it may be killed at any statement and called again.
 */
#ifndef DB_TAKEOVER_H
#define DB_TAKEOVER_H

#include "base/base.h"
#include "base/op.h"
#include "db/schema.h"

struct schema_lock;

#define TAKEOVER_ACTIONS_MAX 1000

struct takeover_plan {
	struct schema_action *at; /* in order; op->arena */
	size_t n;
	bool found;       /* there is such a database */
	int64_t version;  /* MAX(version) of dbversion, 0 if none */
	const char *kind; /* which state of the PHP program it is; NULL when it is none or too new */
};

/*
 * Changes nothing. RC_CONFIG: not a database of ViMbAdmin, one that is newer, or an engine or collation that cannot be; RC_CONFLICT: duplicates. All that
 * is in the way is named; ret->kind is set then too, once it is known to be one.
 * drop_legacy: also the columns that only upstream used (mail servers that still read them stop working).
 */
NODISCARD enum rc takeover_plan(struct op *op, bool drop_legacy, struct takeover_plan *ret);
/* Runs the plan statement by statement; the caller holds the schema lock. */
NODISCARD enum rc takeover_apply(struct op *op, bool drop_legacy, const struct schema_lock *l);

#endif
