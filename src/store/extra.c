/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of mailbox_pref, alias_pref and directory_entry, of one mailbox or alias at a time. */
#include "base/base.h"

#include "base/arena.h"
#include "store/extra.h"
#include "store/extra_sql.h"

#define INFO_MAX 500 /* preferences of one that are looked at */

/* clang-format off */
static const struct field info_row_field_rows[] = { FIELD(info_row, attribute), FIELD(info_row, value) };
static FIELDS(info_row);
/* clang-format on */

static const struct {
	const char *id;
	const struct query *all, *drop, *add;
	const struct query_set *values;
} statements[INFO_OF__MAX] = {
	[INFO_OF_MAILBOX] = { "mailbox_id", &q_info_all, &q_info_drop, &q_info_add, &q_info_values },
	[INFO_OF_ALIAS] = { "alias_id", &q_info_alias_all, &q_info_alias_drop, &q_info_alias_add,
	    &q_info_alias_values },
};

enum rc
store_info_all(struct op *op, enum info_of of, int64_t id, struct rows *ret)
{
	return db_all(op, statements[of].all,
	    DB_ARGS(DB_I(statements[of].id, id), DB_I("limit", INFO_MAX)), &info_row_fields,
	    INFO_MAX, ret);
}

enum rc
store_info_put(struct op *op, enum info_of of, int64_t id, const char *attribute, const char *value)
{
	enum rc rc = db_exec(op, statements[of].drop,
	    DB_ARGS(DB_I(statements[of].id, id), DB_T("attribute", attribute)), NULL);

	if (rc != RC_OK || !value)
		return rc;
	return db_exec(op, statements[of].add,
	    DB_ARGS(DB_I(statements[of].id, id), DB_T("attribute", attribute), DB_T("value", value)),
	    NULL);
}

enum rc
store_info_values(struct op *op, const struct info_wanted *in, const char **ret, size_t *ret_n)
{
	const struct query_set *set = statements[in->of].values;
	struct rows rows;
	enum rc rc = db_all(op,
	    query_pick(set, 0, false, in->scope != 0 ? query_option(set, "scope") : 0),
	    DB_ARGS(DB_T("attribute", in->attribute), DB_I("scope", in->scope), DB_I("limit", in->limit)),
	    &info_row_fields, (size_t)in->limit, &rows);

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
