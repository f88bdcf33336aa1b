/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one row that says up to which time what is old was removed. */
#include "base/base.h"

#include "store/tidy.h"
#include "store/tidy_sql.h"

enum rc
store_tidied(struct op *op, int64_t *ret)
{
	return db_number(op, &q_tidied, DB_NONE, ret);
}

enum rc
store_tidied_move(struct op *op, int64_t was, int64_t to)
{
	int64_t changed = 0;
	enum rc rc;

	if (was == 0)
		return db_exec(op, &q_tidied_first, DB_ARGS(DB_I("tidied_at", to)), NULL);
	rc = db_exec(op, &q_tidied_move, DB_ARGS(DB_I("tidied_at", to), DB_I("was", was)), &changed);
	return rc == RC_OK && changed == 0 ? RC_CONFLICT : rc;
}
