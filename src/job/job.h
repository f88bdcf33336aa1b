/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Work done later, by the keeper: jobs are rows, a worker claims one by a lease, runs its kind's
 * function and settles it. A worker that dies loses its lease, nothing else: the job runs again, so
 * every kind must be harmless when repeated.
 */
#ifndef JOB_JOB_H
#define JOB_JOB_H

#include "base/base.h"
#include "base/op.h"
#include "svc/system.h"

struct app;
struct conf;

#define LEASE_S 240 /* of a job whose kind is not known yet */

enum job_flags {
	JOB_REPEATS = 1 << 0, /* one is always waiting; every_s apart */
	JOB_LONG = 1 << 1, /* has a worker of its own, so that nothing waits for it; exactly one kind */
};

struct job_kind {
	const char *name; /* in the row */
	/* RC_INVALID: no further try would end differently */
	enum rc (*run)(struct op *op, const struct system_job *job);
	/* or NULL: no further try will be made, although none said so itself */
	enum rc (*gave_up)(struct op *op, const struct system_job *job, const char *why);
	int64_t timeout_s; /* the op's deadline; the lease is twice that, if that is more than LEASE_S */
	int64_t attempts;  /* after so many failures it is given up */
	int64_t backoff_s; /* before the second attempt; doubles each time, up to an hour */
	int64_t every_s;   /* JOB_REPEATS */
	unsigned flags;    /* enum job_flags */
	const char *doc;
};
extern const struct job_kind job_kinds[];
extern const size_t job_kinds_n;
const struct job_kind *job_kind_by_name(const char *name); /* NULL if none */

/*
 * When to try a job again that failed for the `attempts`th time; `chance` (0..999) spreads what
 * failed together.
 */
int64_t job_retry_at(const struct job_kind *kind, int64_t attempts, int64_t now, uint32_t chance);

enum job_outcome {
	JOB_NONE, /* nothing was due */
	JOB_DONE,
	JOB_FAILED, /* will be tried again, or was given up */
	JOB_BLIND,  /* the database does not answer */
};

/*
 * Claims one due job and runs it. owner: who holds the lease, unique among all workers of all
 * machines.
 */
enum job_outcome job_run_one(struct app *app, const char *owner);
/* The same of one lane: the kind that takes long, or all others. */
enum job_lane { JOB_ANY, JOB_QUICK, JOB_SLOW };
enum job_outcome job_run_one_of(struct app *app, const char *owner, enum job_lane lane);
/* Once per process, before its cage: what jobs will need of libraries and files. */
NODISCARD enum rc job_prepare(const struct conf *conf, struct errs *errs);
/* Frees what workers had whose names begin like this; they have to be dead. */
NODISCARD enum rc job_release(struct app *app, const char *owners);
/* Sees to it that one job of each repeating kind waits. */
NODISCARD enum rc job_ensure_all(struct app *app);

/* The kinds, a file each. */
enum rc job_housekeeping(struct op *op, const struct system_job *job);
enum rc job_growth(struct op *op, const struct system_job *job);
enum rc job_seal(struct op *op, const struct system_job *job);
enum rc job_mail(struct op *op, const struct system_job *job);
enum rc job_auth_flush(struct op *op, const struct system_job *job);
enum rc job_auth_flush_gave_up(struct op *op, const struct system_job *job, const char *why);
enum rc job_import(struct op *op, const struct system_job *job);
enum rc job_import_gave_up(struct op *op, const struct system_job *job, const char *why);

#endif
