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
