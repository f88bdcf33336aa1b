/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the program itself needs of the database: schema, health, jobs. For command line, master and
 * keeper, which see no db.
 */
#ifndef SVC_SYSTEM_H
#define SVC_SYSTEM_H

#include "base/op.h"

struct system_step {
	const char *name;
	bool applied, changed;
	int64_t applied_at;
};
struct system_action {
	const char *what, *sql;
};
struct system_schema {
	struct system_step *steps;
	size_t n, pending;
	struct system_action *actions; /* by system_schema_plan(): what precedes the steps */
	size_t n_actions;
	const char *kind; /* likewise: which state of the PHP program was found, also when it cannot be taken over as it is; or NULL */
	int64_t dbversion;
	bool newer;
};
NODISCARD enum rc system_schema_state(struct op *op, struct system_schema *ret);
/* Also what would be done to a database of the PHP program first; refuses what apply would refuse. Changes nothing. */
NODISCARD enum rc system_schema_plan(struct op *op, bool drop_legacy, struct system_schema *ret);
/* Drops the columns that only upstream 3.x used. */
NODISCARD enum rc system_schema_drop_legacy(struct op *op);
NODISCARD enum rc system_schema_apply(struct op *op, struct system_schema *ret_after);
/* RC_OK when the schema is exactly ours; else a fault that names the command to run. */
NODISCARD enum rc system_schema_check(struct op *op);
/* One statement that proves the database answers. */
NODISCARD enum rc system_health(struct op *op);

/*
 * Queue: jobs are rows; enqueue within the caller's transaction, claim by lease. args is a JSON
 * object as text.
 */
struct system_job {
	int64_t id;
	const char *kind, *args;
	int64_t attempts, fence;
};
NODISCARD enum rc system_job_enqueue(struct op *op, const char *kind, const char *args, int64_t run_at);
/*
 * The same for work that repeats: does nothing when a job of this kind waits or runs (one
 * conditional statement), so that each replica may call it each minute.
 */
NODISCARD enum rc system_job_ensure(struct op *op, const char *kind, int64_t run_at);
/* RC_NOT_FOUND when nothing is due. */
NODISCARD enum rc system_job_claim(struct op *op, const char *owner, int64_t lease_seconds,
    struct system_job *ret);
/* Only jobs of a kind, or only those of all others. */
struct system_lane {
	const char *kind; /* NULL: all */
	bool others;
};
NODISCARD enum rc system_job_claim_in(struct op *op, const struct system_lane *lane,
    const char *owner, int64_t lease_seconds, struct system_job *ret);
/* The lease lasts so long from now on; RC_CONFLICT as below. */
NODISCARD enum rc system_job_extend(struct op *op, const struct system_job *job, int64_t lease_seconds);
/* Gives up the leases of owners whose names begin like this; they have to be dead. */
NODISCARD enum rc system_job_release(struct op *op, const char *owners, int64_t *ret_released);
NODISCARD enum rc system_job_done(struct op *op, const struct system_job *job);
/*
 * retry_at 0: given up. Both: RC_CONFLICT when the lease was lost meanwhile; nothing is written
 * then.
 */
NODISCARD enum rc system_job_failed(struct op *op, const struct system_job *job, const char *why,
    int64_t retry_at);
/* Others of the kind that wait and nobody works on, for work that can be done for several in one go. */
NODISCARD enum rc system_job_peers(struct op *op, const struct system_job *job, size_t limit,
    struct system_job **ret, size_t *ret_n);
/* They were done along; one that somebody took meanwhile is left to him. */
NODISCARD enum rc system_job_peers_done(struct op *op, const struct system_job *peers, size_t n);
/* All others of the kind wait until then; that is no try of theirs. */
NODISCARD enum rc system_job_put_off(struct op *op, const struct system_job *job, int64_t run_at,
    const char *why);
/* Removes the rows of jobs that ended before that time. */
NODISCARD enum rc system_job_prune(struct op *op, int64_t before, int64_t *ret_removed);

#endif
