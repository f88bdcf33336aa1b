/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs jobs: claim, run, settle, each an op of its own. The claim is committed before the work
 * begins and carries a fence: a worker that was frozen past its lease finds its settling refused,
 * because somebody else has the job by then.
 *
 * It never gives up on the queue itself: a job that always fails ends as failed after its attempts
 * and the others go on.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/log.h"
#include "base/rand.h"
#include "conf/conf.h"
#include "ext/doveadm.h"
#include "ext/smtp.h"
#include "job/job.h"
#include "svc/app.h"

#define SETTLE_MS 10000
#define BACKOFF_MAX_S 3600

static const struct actor worker_actor = {
	.kind = ACTOR_SYSTEM, .door = DOOR_JOB, .name = "vimbadmin", .source = ""
};

int64_t
job_retry_at(const struct job_kind *kind, int64_t attempts, int64_t now, uint32_t chance)
{
	int64_t wait = kind->backoff_s;

	for (int64_t i = 1; i < attempts && wait < BACKOFF_MAX_S; i++)
		wait *= 2;
	wait = MIN(wait, BACKOFF_MAX_S);
	return now + wait + wait * (int64_t)(chance % 1000) / 2000; /* up to half again */
}

/* A job in memory of its own: the ops that run and settle it empty theirs. */
struct claimed {
	const char *owner;
	struct system_lane lane;
	struct arena *arena;
	struct system_job job;
	const struct job_kind *kind;
	enum rc rc;      /* how its run ended */
	const char *why; /* if it failed */
};

static enum rc
claim(struct op *op, void *ctx)
{
	struct claimed *c = ctx;
	struct system_job job = { 0 };
	enum rc rc = system_job_claim_in(op, &c->lane, c->owner, LEASE_S, &job);

	if (rc != RC_OK)
		return rc;
	c->job = job;
	c->job.kind = arena_strdup(c->arena, job.kind);
	c->job.args = arena_strdup(c->arena, job.args);
	return RC_OK;
}

static enum rc
extend(struct op *op, void *ctx)
{
	const struct claimed *c = ctx;

	return system_job_extend(op, &c->job, c->kind->timeout_s * 2);
}

static enum rc
run(struct op *op, void *ctx)
{
	const struct claimed *c = ctx;

	return c->kind->run(op, &c->job);
}

static enum rc
settle(struct op *op, void *ctx)
{
	const struct claimed *c = ctx;
	int64_t retry_at = 0;
	enum rc rc;

	if (c->rc == RC_OK)
		return system_job_done(op, &c->job);
	if (c->kind && c->rc != RC_INVALID && c->job.attempts < c->kind->attempts)
		retry_at = job_retry_at(c->kind, c->job.attempts, op->now, rand_below(1000));
	rc = system_job_failed(op, &c->job, c->why, retry_at);
	/* only who still has the lease says so */
	if (rc == RC_OK && retry_at == 0 && c->kind && c->kind->gave_up)
		rc = c->kind->gave_up(op, &c->job, c->why);
	return rc;
}

/* One op; its first fault's text is kept in the arena of the job. */
static enum rc
one_op(struct app *app, op_body body, struct claimed *c, int64_t deadline_ms, const char **ret_why)
{
	const struct op_start start = { .actor = &worker_actor, .deadline_ms = deadline_ms };
	struct op op = { 0 };
	enum rc rc = app_run(app, &op, &start, body, c);

	if (rc != RC_OK && ret_why)
		*ret_why = arena_strdup(c->arena, op.errs.first ? op.errs.first->text : rc_slug(rc));
	app_op_end(app, &op);
	return rc;
}

/* Work that takes longer than leases do has its own extended first. */
static enum rc
run_kind(struct app *app, struct claimed *c)
{
	enum rc rc = RC_OK;

	if (c->kind->timeout_s * 2 > LEASE_S)
		rc = one_op(app, extend, c, SETTLE_MS, &c->why);
	return rc == RC_OK ? one_op(app, run, c, c->kind->timeout_s * 1000, &c->why) : rc;
}

static enum job_outcome
run_claimed(struct app *app, struct claimed *c)
{
	const char *why = "";
	enum rc rc;

	c->kind = job_kind_by_name(c->job.kind);
	if (!c->kind) {
		c->rc = RC_NOT_FOUND;
		c->why = "this program knows no such kind of job";
	} else if (c->job.attempts > c->kind->attempts) { /* claims count, however they ended */
		c->rc = RC_INTERNAL;
		c->why = "each of its workers died or was frozen";
	} else {
		c->rc = run_kind(app, c);
	}
	rc = one_op(app, settle, c, SETTLE_MS, &why);
	if (rc != RC_OK) /* the lease runs out and the job runs again */
		log_warn("job.not_settled", L_INT("job", c->job.id), L_TEXT("kind", c->job.kind),
		    L_TEXT("why", why), L_END);
	if (c->rc == RC_OK)
		return JOB_DONE;
	log_warn("job.failed", L_INT("job", c->job.id), L_TEXT("kind", c->job.kind),
	    L_INT("attempt", c->job.attempts), L_TEXT("why", c->why), L_END);
	return JOB_FAILED;
}

enum rc
job_prepare(const struct conf *conf, struct errs *errs)
{
	enum rc rc = smtp_prepare(&conf->mail, errs);

	return rc == RC_OK ? doveadm_prepare(&conf->doveadm, errs) : rc;
}

enum job_outcome
job_run_one(struct app *app, const char *owner)
{
	return job_run_one_of(app, owner, JOB_ANY);
}

static struct system_lane
lane_of(enum job_lane lane)
{
	const struct job_kind *k = job_kinds;

	while (!(k->flags & JOB_LONG))
		k++;
	return (struct system_lane){ lane == JOB_ANY ? NULL : k->name, lane == JOB_QUICK };
}

enum job_outcome
job_run_one_of(struct app *app, const char *owner, enum job_lane lane)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct claimed c = { .owner = owner, .lane = lane_of(lane), .arena = arena };
	enum rc rc = one_op(app, claim, &c, SETTLE_MS, &c.why);

	if (rc == RC_NOT_FOUND)
		return JOB_NONE;
	if (rc != RC_OK) {
		log_warn("job.no_queue", L_TEXT("why", c.why), L_END);
		return JOB_BLIND;
	}
	return run_claimed(app, &c);
}

static enum rc
release(struct op *op, void *ctx)
{
	int64_t released = 0;
	enum rc rc = system_job_release(op, ctx, &released);

	if (rc == RC_OK && released > 0)
		log_info("job.released", L_INT("jobs", released), L_END);
	return rc;
}

enum rc
job_release(struct app *app, const char *owners)
{
	const struct op_start start = { .actor = &worker_actor, .deadline_ms = SETTLE_MS };
	struct op op = { 0 };
	enum rc rc = app_run(app, &op, &start, release, (void *)(uintptr_t)owners);

	app_op_end(app, &op);
	return rc;
}

static enum rc
ensure(struct op *op, void *ctx UNUSED)
{
	for (size_t i = 0; i < job_kinds_n; i++) {
		const struct job_kind *k = &job_kinds[i];
		enum rc rc;

		if (k->flags & JOB_REPEATS &&
		    (rc = system_job_ensure(op, k->name, op->now + k->every_s)) != RC_OK)
			return rc;
	}
	return RC_OK;
}

enum rc
job_ensure_all(struct app *app)
{
	const struct op_start start = { .actor = &worker_actor, .deadline_ms = SETTLE_MS };
	struct op op = { 0 };
	enum rc rc = app_run(app, &op, &start, ensure, NULL);

	app_op_end(app, &op);
	return rc;
}
