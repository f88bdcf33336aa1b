/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of mailbox_pref and directory_entry, of one mailbox at a time. */
#include "base/base.h"

#include "base/arena.h"
#include "store/extra.h"
#include "store/extra_sql.h"

#define INFO_MAX 500 /* preferences of one mailbox that are looked at */

/* clang-format off */
static const struct field info_row_field_rows[] = { FIELD(info_row, attribute), FIELD(info_row, value) };
static FIELDS(info_row);
/* clang-format on */

enum rc
store_info_all(struct op *op, int64_t mailbox_id, struct rows *ret)
{
	return db_all(op, &q_info_all, DB_ARGS(DB_I("mailbox_id", mailbox_id), DB_I("limit", INFO_MAX)),
	    &info_row_fields, INFO_MAX, ret);
}

enum rc
store_info_put(struct op *op, int64_t mailbox_id, const char *attribute, const char *value)
{
	enum rc rc = db_exec(op, &q_info_drop,
	    DB_ARGS(DB_I("mailbox_id", mailbox_id), DB_T("attribute", attribute)), NULL);

	if (rc != RC_OK || !value)
		return rc;
	return db_exec(op, &q_info_add,
	    DB_ARGS(DB_I("mailbox_id", mailbox_id), DB_T("attribute", attribute), DB_T("value", value)),
	    NULL);
}

enum rc
store_info_values(struct op *op, const char *attribute, int64_t scope, int64_t limit,
    const char **ret, size_t *ret_n)
{
	const struct query_set *set = &q_info_values;
	struct rows rows;
	enum rc rc = db_all(op, query_pick(set, 0, false, scope != 0 ? query_option(set, "scope") : 0),
	    DB_ARGS(DB_T("attribute", attribute), DB_I("scope", scope), DB_I("limit", limit)),
	    &info_row_fields, (size_t)limit, &rows);

	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < rows.n; i++)
		ret[i] = ((const struct info_row *)rows.at)[i].value;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_directory_get(struct op *op, int64_t mailbox_id, struct directory *ret)
{
	return db_one(op, &q_directory_get, DB_ARGS(DB_I("mailbox_id", mailbox_id)),
	    &directory_fields, ret);
}

static struct directory
stamped(const struct op *op, int64_t mailbox_id, const struct directory *d)
{
	struct directory row = *d;

	row.mailbox_id = mailbox_id;
	row.changed = op->now;
	return row;
}

enum rc
store_directory_add(struct op *op, int64_t mailbox_id, const struct directory *d)
{
	const struct directory row = stamped(op, mailbox_id, d);

	return db_exec(op, &q_directory_add, DB_OBJ(directory, &row), NULL);
}

enum rc
store_directory_put(struct op *op, int64_t mailbox_id, const struct directory *d)
{
	const struct directory row = stamped(op, mailbox_id, d);

	return db_exec(op, &q_directory_put, DB_OBJ(directory, &row), NULL);
}
