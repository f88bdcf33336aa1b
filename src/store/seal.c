/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of the chain over the trail. */
#include "base/base.h"

#include "store/seal.h"
#include "store/seal_sql.h"

enum rc
store_seal_last(struct op *op, struct seal *ret)
{
	return db_one(op, &q_seal_last, DB_NONE, &seal_fields, ret);
}

enum rc
store_seal_newest(struct op *op, int64_t *ret_log_id)
{
	return db_number(op, &q_seal_newest, DB_NONE, ret_log_id);
}

enum rc
store_seal_pending(struct op *op, int64_t from, int64_t limit, struct rows *ret)
{
	return db_all(op, &q_seal_pending, DB_ARGS(DB_I("from", from), DB_I("limit", limit)),
	    &seal_fields, (size_t)limit, ret);
}

enum rc
store_seal_add(struct op *op, const struct seal *row)
{
	return db_exec(op, &q_seal_add, DB_OBJ(seal, row), NULL);
}

enum rc
store_seal_walk(struct op *op, int64_t seq, int64_t limit, struct rows *ret)
{
	return db_all(op, &q_seal_walk, DB_ARGS(DB_I("seq", seq), DB_I("limit", limit)),
	    &seal_fields, (size_t)limit, ret);
}

enum rc
store_seal_unsealed(struct op *op, int64_t *ret)
{
	return db_number(op, &q_seal_unsealed, DB_NONE, ret);
}

/* ---- keys ---- */

enum rc
store_seal_keys(struct op *op, int64_t limit, struct rows *ret)
{
	return db_all(op, &q_seal_keys, DB_ARGS(DB_I("limit", limit)), &seal_key_fields,
	    (size_t)limit, ret);
}

enum rc
store_seal_key_add(struct op *op, const struct seal_key *row)
{
	return db_exec(op, &q_seal_key_add, DB_OBJ(seal_key, row), NULL);
}

enum rc
store_seal_key_put(struct op *op, const struct seal_key *row)
{
	return db_exec(op, &q_seal_key_put, DB_OBJ(seal_key, row), NULL);
}

/* ---- removing ---- */

enum rc
store_seal_start(struct op *op, struct seal_start *ret)
{
	return db_one(op, &q_seal_start, DB_NONE, &seal_start_fields, ret);
}

enum rc
store_seal_start_move(struct op *op, const struct seal_start *row, int64_t was)
{
	int64_t changed = 0;
	enum rc rc;

	if (was == 0)
		return db_exec(op, &q_seal_start_add, DB_OBJ(seal_start, row), NULL);
	rc = db_exec(op, &q_seal_start_move,
	    DB_ARGS(DB_I("id", row->id), DB_I("seq", row->seq), DB_T("mac", row->mac),
		DB_I("cut_at", row->cut_at), DB_I("removed", row->removed), DB_I("bad", row->bad),
		DB_T("proof", row->proof), DB_I("was", was)),
	    &changed);
	return rc == RC_OK && changed == 0 ? RC_CONFLICT : rc;
}

enum rc
store_seal_cut(struct op *op, int64_t seq)
{
	static const struct query *const steps[] = { &q_seal_cut_details, &q_seal_cut_rows, &q_seal_cut };
	enum rc rc = RC_OK;

	for (size_t i = 0; i < ARRAY_LEN(steps) && rc == RC_OK; i++)
		rc = db_exec(op, steps[i], DB_ARGS(DB_I("seq", seq)), NULL);
	return rc;
}

enum rc
store_seal_stray(struct op *op, int64_t below, int64_t limit, struct rows *ret)
{
	return db_all(op, &q_seal_stray, DB_ARGS(DB_I("below", below), DB_I("limit", limit)),
	    &seal_fields, (size_t)limit, ret);
}

enum rc
store_seal_cut_strays(struct op *op, int64_t id, int64_t *ret_removed)
{
	enum rc rc = db_exec(op, &q_seal_cut_stray_details, DB_ARGS(DB_I("id", id)), NULL);

	return rc == RC_OK ? db_exec(op, &q_seal_cut_strays, DB_ARGS(DB_I("id", id)), ret_removed) : rc;
}
