/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers and few rows out of several tables at once. */
#include "base/base.h"

#include "store/overview.h"
#include "store/overview_sql.h"

enum rc
store_overview_counts(struct op *op, int64_t scope, int64_t now, struct overview *ret)
{
	return db_one(op, &q_overview_counts, DB_ARGS(DB_I("scope", scope), DB_I("now", now)),
	    &overview_fields, ret);
}

enum rc
store_overview_items(struct op *op, int64_t scope, bool looked, size_t max, struct rows *ret)
{
	return db_all(op, &q_overview_items,
	    DB_ARGS(DB_I("scope", scope), DB_I("looked", looked), DB_I("limit", max)),
	    &overview_item_fields, 4 * max, ret);
}
