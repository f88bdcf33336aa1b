/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one statement that walks aliases backwards, by the index of their targets. */
#include "base/base.h"

#include "store/reach.h"
#include "store/reach_sql.h"

enum rc
store_reach_list(struct op *op, const char *address, int64_t scope, size_t max, struct rows *ret)
{
	return db_all(op, &q_reach_list,
	    DB_ARGS(DB_T("address", address), DB_I("scope", scope), DB_I("limit", max)),
	    &reach_fields, max, ret);
}

enum rc
store_reach_after(struct op *op, const char *address, const char *catch_all, struct reach *ret)
{
	return db_one(op, &q_reach_after,
	    DB_ARGS(DB_T("address", address), DB_T("catch_all", catch_all)), &reach_fields, ret);
}
