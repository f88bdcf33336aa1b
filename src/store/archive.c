/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of archives. */
#include "base/base.h"

#include "store/archive.h"
#include "store/archive_sql.h"

enum rc
store_archive_list(struct op *op, int64_t scope, int64_t limit, struct rows *ret)
{
	return db_all(op, &q_archive_list, DB_ARGS(DB_I("scope", scope), DB_I("limit", limit)),
	    &archive_fields, (size_t)limit, ret);
}

enum rc
store_archive_count(struct op *op, int64_t scope, int64_t *ret)
{
	return db_number(op, &q_archive_count, DB_ARGS(DB_I("scope", scope)), ret);
}

enum rc
store_archive_find(struct op *op, const char *username, struct archive *ret)
{
	return db_one(op, &q_archive_find, DB_ARGS(DB_T("username", username)), &archive_fields, ret);
}
