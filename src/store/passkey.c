/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of passkeys. They are found by a hash of their id, which is as long as the authenticator likes. */
#include "base/base.h"

#include "base/rand.h"
#include "store/passkey.h"
#include "store/passkey_sql.h"

enum rc
store_passkey_list(struct op *op, int64_t admin_id, struct rows *ret)
{
	return db_all(op, &q_passkey_list,
	    DB_ARGS(DB_I("admin_id", admin_id), DB_I("limit", STORE_PASSKEYS_MAX)), &passkey_fields,
	    STORE_PASSKEYS_MAX, ret);
}

enum rc
store_passkey_number(struct op *op, int64_t admin_id, int64_t *ret)
{
	return db_number(op, &q_passkey_number, DB_ARGS(DB_I("admin_id", admin_id)), ret);
}

enum rc
store_passkey_find(struct op *op, const char *credential, struct passkey *ret)
{
	char hash[65];

	sha256_hex(credential, strlen(credential), hash);
	return db_one(op, &q_passkey_find, DB_ARGS(DB_T("credential_hash", hash)), &passkey_fields, ret);
}

enum rc
store_passkey_get(struct op *op, int64_t id, int64_t admin_id, struct passkey *ret)
{
	return db_one(op, &q_passkey_get, DB_ARGS(DB_I("id", id), DB_I("admin_id", admin_id)),
	    &passkey_fields, ret);
}

enum rc
store_passkey_add(struct op *op, const struct passkey *row)
{
	char hash[65];

	sha256_hex(row->credential, strlen(row->credential), hash);
	return db_exec(op, &q_passkey_add, DB_OBJ_ARGS(passkey, row, DB_T("credential_hash", hash)),
	    NULL);
}

enum rc
store_passkey_used(struct op *op, const struct passkey *row, int64_t count, bool backed_up,
    int64_t *ret_changed)
{
	return db_exec(op, &q_passkey_used,
	    DB_ARGS(DB_I("id", row->id), DB_I("old", row->sign_count), DB_I("sign_count", count),
		DB_I("backed_up", backed_up), DB_I("now", op->now)),
	    ret_changed);
}

enum rc
store_passkey_delete(struct op *op, int64_t id, int64_t admin_id, int64_t *ret_changed)
{
	return db_exec(op, &q_passkey_delete, DB_ARGS(DB_I("id", id), DB_I("admin_id", admin_id)),
	    ret_changed);
}

enum rc
store_passkey_delete_admin(struct op *op, int64_t admin_id, int64_t *ret_changed)
{
	return db_exec(op, &q_passkey_delete_admin, DB_ARGS(DB_I("admin_id", admin_id)), ret_changed);
}
