/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of the queue. A claim is a lease with a fence: who comes back after its lease ran out finds the fence moved and writes nothing. */
#ifndef STORE_JOB_H
#define STORE_JOB_H

#include "db/db.h"

struct job_row {
	int64_t id;
	const char *kind, *args; /* args: a JSON object */
	int64_t attempts, fence;
};

/* Which jobs a worker takes: all, those of a kind, or those of all others. */
struct job_lane {
	const char *kind; /* NULL: all */
	bool others;
};

/* Sets op->queued when it is due already. */
NODISCARD enum rc store_job_add(struct op *op, const char *kind, const char *args, int64_t run_at,
    int64_t requested_by);
/* When the last one runs that they asked for and that is not due yet nor was tried; 0: there is none. */
NODISCARD enum rc store_job_last(struct op *op, const char *kind, int64_t requested_by, int64_t *ret);
/* Does nothing while a job of the kind waits. */
NODISCARD enum rc store_job_ensure(struct op *op, const char *kind, int64_t run_at);
/* RC_NOT_FOUND without a fault when nothing is due; RC_RETRY when another worker was quicker. ret carries the new fence and attempt. */
NODISCARD enum rc store_job_claim(struct op *op, const char *owner, int64_t until, struct job_row *ret);
NODISCARD enum rc store_job_claim_in(struct op *op, const struct job_lane *lane, const char *owner,
    int64_t until, struct job_row *ret);
/* *ret_changed 0: the lease was lost meanwhile. */
NODISCARD enum rc store_job_done(struct op *op, const struct job_row *job, int64_t *ret_changed);
NODISCARD enum rc store_job_retry(struct op *op, const struct job_row *job, const char *why,
    int64_t run_at, int64_t *ret_changed);
NODISCARD enum rc store_job_give_up(struct op *op, const struct job_row *job, const char *why,
    int64_t *ret_changed);
NODISCARD enum rc store_job_extend(struct op *op, const struct job_row *job, int64_t until,
    int64_t *ret_changed);
/* owners: a pattern for LIKE. */
NODISCARD enum rc store_job_release(struct op *op, const char *owners, int64_t *ret_changed);
/* rows of struct job_row: others of its kind that nobody works on. */
NODISCARD enum rc store_job_peers(struct op *op, const struct job_row *job, int64_t limit,
    struct rows *ret);
NODISCARD enum rc store_job_put_off(struct op *op, const struct job_row *job, int64_t run_at,
    const char *why);
NODISCARD enum rc store_job_prune(struct op *op, int64_t before, int64_t *ret_removed);

#endif
