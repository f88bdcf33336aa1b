/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of the queue. */
#include "base/base.h"

#include "base/field.h"
#include "store/job.h"
#include "store/job_sql.h"

static const struct field job_row_field_rows[] = {
	FIELD(job_row, id, .kind = KIND_ID),
	FIELD(job_row, kind),
	FIELD(job_row, args),
	FIELD(job_row, attempts),
	FIELD(job_row, fence),
};
static FIELDS(job_row);

enum rc
store_job_add(struct op *op, const char *kind, const char *args, int64_t run_at, int64_t requested_by)
{
	struct db_value by = requested_by ? (struct db_value){ DB_INT, requested_by, NULL, 0 }
					  : (struct db_value){ 0 };

	op->queued |= run_at <= op->now;
	return db_exec(op, &q_job_add,
	    DB_ARGS(DB_T("kind", kind), DB_T("args", args), DB_I("run_at", run_at),
		DB_I("now", op->now), (struct db_arg){ "requested_by", by }),
	    NULL);
}

enum rc
store_job_last(struct op *op, const char *kind, int64_t requested_by, int64_t *ret)
{
	return db_number(op, &q_job_last,
	    DB_ARGS(DB_T("kind", kind), DB_I("now", op->now), DB_I("requested_by", requested_by)), ret);
}

enum rc
store_job_ensure(struct op *op, const char *kind, int64_t run_at)
{
	return db_exec(op, &q_job_ensure,
	    DB_ARGS(DB_T("kind", kind), DB_I("run_at", run_at), DB_I("now", op->now)), NULL);
}

enum rc
store_job_claim(struct op *op, const char *owner, int64_t until, struct job_row *ret)
{
	return store_job_claim_in(op, &(const struct job_lane){ 0 }, owner, until, ret);
}

enum rc
store_job_claim_in(struct op *op, const struct job_lane *lane, const char *owner, int64_t until,
    struct job_row *ret)
{
	const struct query *q = !lane->kind ? &q_job_due
	    : lane->others                  ? &q_job_due_short
					    : &q_job_due_long;
	struct job_row job;
	int64_t changed = 0;
	enum rc rc = db_one(op, q, DB_ARGS(DB_I("now", op->now), DB_T("kind", lane->kind)),
	    &job_row_fields, &job);

	if (rc != RC_OK)
		return rc;
	rc = db_exec(op, &q_job_claim,
	    DB_ARGS(DB_I("id", job.id), DB_T("owner", owner), DB_I("until", until),
		DB_I("fence", job.fence)),
	    &changed);
	if (rc != RC_OK)
		return rc;
	if (changed == 0)
		return op_fail(op, RC_RETRY, "Another worker took the job.");
	job.fence++;
	job.attempts++;
	*ret = job;
	return RC_OK;
}

enum rc
store_job_done(struct op *op, const struct job_row *job, int64_t *ret_changed)
{
	return db_exec(op, &q_job_done,
	    DB_ARGS(DB_I("id", job->id), DB_I("fence", job->fence), DB_I("now", op->now)), ret_changed);
}

enum rc
store_job_retry(struct op *op, const struct job_row *job, const char *why, int64_t run_at,
    int64_t *ret_changed)
{
	return db_exec(op, &q_job_retry,
	    DB_ARGS(DB_I("id", job->id), DB_I("fence", job->fence), DB_T("why", why),
		DB_I("run_at", run_at)),
	    ret_changed);
}

enum rc
store_job_give_up(struct op *op, const struct job_row *job, const char *why, int64_t *ret_changed)
{
	return db_exec(op, &q_job_give_up,
	    DB_ARGS(DB_I("id", job->id), DB_I("fence", job->fence), DB_T("why", why),
		DB_I("now", op->now)),
	    ret_changed);
}

enum rc
store_job_extend(struct op *op, const struct job_row *job, int64_t until, int64_t *ret_changed)
{
	return db_exec(op, &q_job_extend,
	    DB_ARGS(DB_I("id", job->id), DB_I("fence", job->fence), DB_I("until", until)), ret_changed);
}

enum rc
store_job_release(struct op *op, const char *owners, int64_t *ret_changed)
{
	return db_exec(op, &q_job_release, DB_ARGS(DB_T("owner", owners)), ret_changed);
}

enum rc
store_job_peers(struct op *op, const struct job_row *job, int64_t limit, struct rows *ret)
{
	return db_all(op, &q_job_peers,
	    DB_ARGS(DB_T("kind", job->kind), DB_I("id", job->id), DB_I("now", op->now),
		DB_I("limit", limit)),
	    &job_row_fields, (size_t)limit, ret);
}

enum rc
store_job_put_off(struct op *op, const struct job_row *job, int64_t run_at, const char *why)
{
	return db_exec(op, &q_job_put_off,
	    DB_ARGS(DB_T("kind", job->kind), DB_I("id", job->id), DB_I("now", op->now),
		DB_I("run_at", run_at), DB_T("why", why)),
	    NULL);
}

enum rc
store_job_prune(struct op *op, int64_t before, int64_t *ret_removed)
{
	return db_exec(op, &q_job_prune, DB_ARGS(DB_I("before", before)), ret_removed);
}
