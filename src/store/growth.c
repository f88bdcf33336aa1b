/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Statements of the days' figures. */
#include "base/base.h"

#include "store/growth.h"
#include "store/growth_sql.h"

#define LOOKED_DAYS 60 /* a job that rested for longer leaves rows until their end */

enum rc
store_growth_seen(struct op *op, int64_t day, bool *ret)
{
	int64_t n = 0;
	enum rc rc = db_number(op, &q_growth_seen, DB_ARGS(DB_I("day", day)), &n);

	*ret = n > 0;
	return rc;
}

enum rc
store_growth_figures(struct op *op, int64_t after, size_t max, struct rows *ret)
{
	return db_all(op, &q_growth_figures, DB_ARGS(DB_I("after", after), DB_I("limit", max)),
	    &growth_fields, max, ret);
}

enum rc
store_growth_put_domain(struct op *op, const struct growth *row)
{
	return db_exec(op, &q_growth_put_domain, DB_OBJ(growth, row), NULL);
}

enum rc
store_growth_put(struct op *op, const struct growth *row)
{
	return db_exec(op, &q_growth_put, DB_OBJ(growth, row), NULL);
}

enum rc
store_growth_thin(struct op *op, const struct growth_thin *all, const struct growth_thin *domains)
{
	enum rc rc = db_exec(op, &q_growth_thin,
	    DB_ARGS(DB_I("ended", all->ended), DB_I("thinned", all->thinned), DB_I("every", all->every)),
	    NULL);

	if (rc != RC_OK)
		return rc;
	return db_exec(op, &q_growth_thin_domains,
	    DB_ARGS(DB_I("ended", domains->ended), DB_I("thinned", domains->thinned),
		DB_I("looked", domains->thinned - LOOKED_DAYS), DB_I("every", domains->every)),
	    NULL);
}

enum rc
store_growth_since(struct op *op, int64_t scope, int64_t day, size_t max, struct rows *ret)
{
	return db_all(op, scope == 0 ? &q_growth_all : &q_growth_mine,
	    DB_ARGS(DB_I("scope", scope), DB_I("since", day), DB_I("limit", max)), &growth_fields,
	    max, ret);
}
