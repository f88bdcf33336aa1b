/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of languages that administrators chose. */
#include "base/base.h"

#include "store/language.h"
#include "store/language_sql.h"

enum rc
store_language_get(struct op *op, int64_t admin_id, struct language *ret)
{
	return db_one(op, &q_language_get, DB_ARGS(DB_I("admin_id", admin_id)), &language_fields, ret);
}

enum rc
store_language_find(struct op *op, const char *username, struct language *ret)
{
	return db_one(op, &q_language_find, DB_ARGS(DB_T("username", username)), &language_fields, ret);
}

enum rc
store_language_put(struct op *op, int64_t admin_id, const char *language)
{
	return db_exec(op, &q_language_put,
	    DB_ARGS(DB_I("admin_id", admin_id), DB_T("language", language)), NULL);
}

enum rc
store_language_drop(struct op *op, int64_t admin_id)
{
	return db_exec(op, &q_language_drop, DB_ARGS(DB_I("admin_id", admin_id)), NULL);
}
