/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the program itself needs of the database, for callers that see no db: schema, health, jobs.
 * Owns no rule but one: a job's outcome is taken only from the runner that holds its newest lease
 * (fence), so one that slept through its lease changes nothing when it wakes.
 */
#include "base/base.h"

#include "base/arena.h"
#include "db/schema.h"
#include "db/tx.h"
#include "model/actor.h"
#include "store/admin.h"
#include "store/job.h"
#include "svc/system.h"

static void
copy_state(struct op *op, const struct schema_state *from, struct system_schema *ret)
{
	*ret = (struct system_schema){
		.n = from->n, .pending = from->pending, .dbversion = from->dbversion, .newer = from->newer
	};
	ret->steps = arena_array(op->arena, from->n, sizeof(*ret->steps));
	for (size_t i = 0; i < from->n; i++)
		ret->steps[i] = (struct system_step){ from->steps[i].name, from->steps[i].applied,
			from->steps[i].changed, from->steps[i].applied_at };
}

enum rc
system_schema_state(struct op *op, struct system_schema *ret)
{
	struct schema_state state;
	enum rc rc = schema_state(op, &state);

	if (rc == RC_OK)
		copy_state(op, &state, ret);
	return rc;
}

enum rc
system_schema_plan(struct op *op, bool drop_legacy, struct system_schema *ret)
{
	struct schema_state state;
	enum rc rc = schema_plan(op, drop_legacy, &state);

	*ret = (struct system_schema){ .kind = state.kind, .dbversion = state.dbversion };
	if (rc != RC_OK)
		return rc;
	copy_state(op, &state, ret);
	ret->kind = state.kind;
	ret->actions = arena_array(op->arena, state.n_actions + 1, sizeof(*ret->actions));
	for (size_t i = 0; i < state.n_actions; i++)
		ret->actions[i] = (struct system_action){ state.actions[i].what, state.actions[i].sql };
	ret->n_actions = state.n_actions;
	return RC_OK;
}

enum rc
system_schema_drop_legacy(struct op *op)
{
	return schema_drop_legacy(op);
}

enum rc
system_schema_apply(struct op *op, struct system_schema *ret_after)
{
	struct schema_state state;
	enum rc rc = schema_apply(op, &state);

	if (rc == RC_OK)
		copy_state(op, &state, ret_after);
	return rc;
}

enum rc
system_schema_check(struct op *op)
{
	return schema_check(op);
}

enum rc
system_health(struct op *op)
{
	int64_t n;

	return store_admin_number(op, &n);
}

enum rc
system_job_enqueue(struct op *op, const char *kind, const char *args, int64_t run_at)
{
	TX tx = { 0 };
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = store_job_add(op, kind, args ? args : "{}", run_at, op->actor->admin_id)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

enum rc
system_job_ensure(struct op *op, const char *kind, int64_t run_at)
{
	TX tx = { 0 };
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = store_job_ensure(op, kind, run_at)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

enum rc
system_job_claim(struct op *op, const char *owner, int64_t lease_seconds, struct system_job *ret)
{
	return system_job_claim_in(op, &(const struct system_lane){ 0 }, owner, lease_seconds, ret);
}

enum rc
system_job_claim_in(struct op *op, const struct system_lane *lane, const char *owner,
    int64_t lease_seconds, struct system_job *ret)
{
	TX tx = { 0 };
	struct job_row row;
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = store_job_claim_in(op, &(const struct job_lane){ lane->kind, lane->others },
		 owner, op->now + lease_seconds, &row)) != RC_OK ||
	    (rc = tx_commit(&tx)) != RC_OK)
		return rc;
	*ret = (struct system_job){ row.id, row.kind, row.args, row.attempts, row.fence };
	return RC_OK;
}

static enum rc
lost_lease(struct op *op)
{
	return op_fail(op, RC_CONFLICT, "The lease of this job ran out and another runner has it.");
}

enum rc
system_job_extend(struct op *op, const struct system_job *job, int64_t lease_seconds)
{
	TX tx = { 0 };
	struct job_row row = { .id = job->id, .fence = job->fence };
	int64_t changed;
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = store_job_extend(op, &row, op->now + lease_seconds, &changed)) != RC_OK)
		return rc;
	return changed ? tx_commit(&tx) : lost_lease(op);
}

enum rc
system_job_release(struct op *op, const char *owners, int64_t *ret_released)
{
	TX tx = { 0 };
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = store_job_release(op, arena_printf(op->arena, "%s%%", owners), ret_released)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

enum rc
system_job_done(struct op *op, const struct system_job *job)
{
	TX tx = { 0 };
	struct job_row row = { .id = job->id, .fence = job->fence };
	int64_t changed;
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = store_job_done(op, &row, &changed)) != RC_OK)
		return rc;
	return changed ? tx_commit(&tx) : lost_lease(op);
}

enum rc
system_job_failed(struct op *op, const struct system_job *job, const char *why, int64_t retry_at)
{
	TX tx = { 0 };
	struct job_row row = { .id = job->id, .fence = job->fence };
	int64_t changed;
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK)
		return rc;
	rc = retry_at > 0 ? store_job_retry(op, &row, why, retry_at, &changed)
			  : store_job_give_up(op, &row, why, &changed);
	if (rc != RC_OK)
		return rc;
	return changed ? tx_commit(&tx) : lost_lease(op);
}

enum rc
system_job_peers(struct op *op, const struct system_job *job, size_t limit, struct system_job **ret,
    size_t *ret_n)
{
	const struct job_row of = { .id = job->id, .kind = job->kind };
	const struct job_row *at;
	struct rows rows;
	enum rc rc = store_job_peers(op, &of, (int64_t)limit, &rows);

	*ret_n = 0;
	if (rc != RC_OK)
		return rc;
	at = rows.at;
	*ret = arena_array(op->arena, rows.n + 1, sizeof(**ret));
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = (struct system_job){ at[i].id, at[i].kind, at[i].args, at[i].attempts,
			at[i].fence };
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
system_job_peers_done(struct op *op, const struct system_job *peers, size_t n)
{
	TX tx = { 0 };
	enum rc rc = tx_begin(&tx, op);

	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		const struct job_row row = { .id = peers[i].id, .fence = peers[i].fence };
		int64_t changed;

		rc = store_job_done(op, &row, &changed);
	}
	return rc == RC_OK ? tx_commit(&tx) : rc;
}

enum rc
system_job_put_off(struct op *op, const struct system_job *job, int64_t run_at, const char *why)
{
	const struct job_row of = { .id = job->id, .kind = job->kind };
	TX tx = { 0 };
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = store_job_put_off(op, &of, run_at, why)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

enum rc
system_job_prune(struct op *op, int64_t before, int64_t *ret_removed)
{
	TX tx = { 0 };
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = store_job_prune(op, before, ret_removed)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}
