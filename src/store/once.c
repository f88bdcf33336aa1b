/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of one-time tokens of which several may live. */
#include "base/base.h"

#include "store/once.h"
#include "store/once_sql.h"

enum rc
store_once_add(struct op *op, const char *purpose, const char *hash, int64_t expires_at)
{
	return db_exec(op, &q_once_add,
	    DB_ARGS(DB_T("purpose", purpose), DB_T("token_hash", hash), DB_I("expires_at", expires_at)),
	    NULL);
}

enum rc
store_once_live(struct op *op, const char *purpose, int64_t now, int64_t *ret)
{
	return db_number(op, &q_once_live, DB_ARGS(DB_T("purpose", purpose), DB_I("now", now)), ret);
}

enum rc
store_once_clear(struct op *op, const char *purpose)
{
	return db_exec(op, &q_once_clear, DB_ARGS(DB_T("purpose", purpose)), NULL);
}
