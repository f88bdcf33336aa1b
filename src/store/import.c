/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of vimb_import and vimb_import_part. Their times are numbers: they are bound by themselves, since a table would bind dates. */
#include "base/base.h"

#include "store/import.h"
#include "store/import_sql.h"

#define IMPORTS_MAX 100

enum rc
store_import_add(struct op *op, const struct import_task *t, int64_t *ret_id)
{
	return db_insert(op, &q_import_add,
	    DB_OBJ_ARGS(import_task, t, DB_I("created_at", t->created_at),
		DB_I("expires_at", t->expires_at)),
	    ret_id);
}

enum rc
store_import_get(struct op *op, int64_t id, struct import_task *ret)
{
	return db_one(op, &q_import_get, DB_ARGS(DB_I("id", id)), &import_task_fields, ret);
}

enum rc
store_import_of(struct op *op, int64_t admin_id, int64_t limit, struct rows *ret)
{
	return db_all(op, &q_import_of, DB_ARGS(DB_I("admin_id", admin_id), DB_I("limit", limit)),
	    &import_task_fields, IMPORTS_MAX, ret);
}

enum rc
store_import_count(struct op *op, int64_t admin_id, int64_t *ret)
{
	return db_number(op, &q_import_count, DB_ARGS(DB_I("admin_id", admin_id)), ret);
}

enum rc
store_import_begin(struct op *op, int64_t id, int64_t total, int64_t expires_at, int64_t *ret_changed)
{
	return db_exec(op, &q_import_begin,
	    DB_ARGS(DB_I("id", id), DB_I("total", total), DB_I("expires_at", expires_at)), ret_changed);
}

enum rc
store_import_progress(struct op *op, const struct import_task *t, int64_t was, int64_t *ret_changed)
{
	return db_exec(op, &q_import_progress,
	    DB_OBJ_ARGS(import_task, t, DB_I("was", was), DB_I("expires_at", t->expires_at)),
	    ret_changed);
}

enum rc
store_import_share_begin(struct op *op, int64_t id, const struct import_at *at)
{
	enum rc rc = db_exec(op, &q_import_share_end, DB_ARGS(DB_I("id", id)), NULL);

	if (rc != RC_OK)
		return rc;
	return db_exec(op, &q_import_share_begin, DB_ARGS(DB_I("id", id), DB_I("done", at->done)), NULL);
}

enum rc
store_import_share(struct op *op, int64_t id, const struct import_at *at)
{
	return db_exec(op, &q_import_share,
	    DB_ARGS(DB_I("id", id), DB_I("done", at->done), DB_T("phase", import_phase_name(at->phase))),
	    NULL);
}

enum rc
store_import_shared(struct op *op, int64_t id, struct import_at *ret)
{
	struct import_task row;
	enum rc rc = db_one(op, &q_import_shared, DB_ARGS(DB_I("id", id)), &import_task_fields, &row);

	if (rc != RC_OK)
		return rc;
	ret->done = row.done;
	for (enum import_phase p = 0; p < IMPORT_PHASE__MAX; p++)
		if (strcmp(row.phase, import_phase_name(p)) == 0)
			ret->phase = p;
	return RC_OK;
}

enum rc
store_import_runs(struct op *op, int64_t id, int64_t *ret)
{
	return db_number(op, &q_import_runs, DB_ARGS(DB_I("id", id)), ret);
}

enum rc
store_import_end(struct op *op, const struct import_task *t, int64_t *ret_changed)
{
	return db_exec(op, &q_import_end,
	    DB_OBJ_ARGS(import_task, t, DB_I("now", op->now), DB_I("expires_at", t->expires_at)),
	    ret_changed);
}

enum rc
store_import_cancel(struct op *op, int64_t id, int64_t *ret_changed)
{
	return db_exec(op, &q_import_cancel, DB_ARGS(DB_I("id", id), DB_I("now", op->now)), ret_changed);
}

enum rc
store_import_again(struct op *op, const struct import_task *t, int64_t *ret_changed)
{
	return db_exec(op, &q_import_again,
	    DB_OBJ_ARGS(import_task, t, DB_I("expires_at", t->expires_at)), ret_changed);
}

enum rc
store_import_delete(struct op *op, int64_t id)
{
	return db_exec(op, &q_import_delete, DB_ARGS(DB_I("id", id)), NULL);
}

enum rc
store_import_prune(struct op *op, int64_t now, int64_t *ret_removed)
{
	return db_exec(op, &q_import_prune, DB_ARGS(DB_I("now", now)), ret_removed);
}

enum rc
store_import_part_add(struct op *op, int64_t id, const char *what, int64_t n, const char *data)
{
	return db_exec(op, &q_import_part_add,
	    DB_ARGS(DB_I("id", id), DB_T("what", what), DB_I("n", n), DB_T("data", data)), NULL);
}

enum rc
store_import_parts(struct op *op, int64_t id, const char *what,
    enum rc (*each)(void *ctx, const void *row), void *ctx)
{
	return db_each(op, &q_import_parts, DB_ARGS(DB_I("id", id), DB_T("what", what)),
	    &import_part_fields, each, ctx);
}

enum rc
store_import_outcome(struct op *op, int64_t id, enum rc (*each)(void *ctx, const void *row), void *ctx)
{
	return db_each(op, &q_import_outcome, DB_ARGS(DB_I("id", id)), &import_part_fields, each, ctx);
}

enum rc
store_import_outcome_drop(struct op *op, int64_t id)
{
	return db_exec(op, &q_import_outcome_drop, DB_ARGS(DB_I("id", id)), NULL);
}

enum rc
store_import_part_drop(struct op *op, int64_t id, const char *what)
{
	return db_exec(op, &q_import_part_drop, DB_ARGS(DB_I("id", id), DB_T("what", what)), NULL);
}

enum rc
store_import_part_number(struct op *op, int64_t id, const char *what, int64_t *ret)
{
	return db_number(op, &q_import_part_number, DB_ARGS(DB_I("id", id), DB_T("what", what)), ret);
}

enum rc
store_search_hold(struct op *op)
{
	return db_engine(op->db) == DB_SQLITE ? db_exec(op, &q_search_hold, DB_NONE, NULL) : RC_OK;
}

enum rc
store_search_release(struct op *op)
{
	enum rc rc;

	if (db_engine(op->db) != DB_SQLITE)
		return RC_OK;
	if ((rc = db_exec(op, &q_search_enter_mailboxes, DB_NONE, NULL)) != RC_OK ||
	    (rc = db_exec(op, &q_search_enter_aliases, DB_NONE, NULL)) != RC_OK)
		return rc;
	return db_exec(op, &q_search_release, DB_NONE, NULL);
}
