/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of second factors and of sign-ins that wait for one. */
#include "base/base.h"

#include "store/second.h"
#include "store/second_sql.h"

#define ALL_MAX 1000

static const char *const attributes[] = {
	[SECOND_SECRET] = "auth.totp.secret",
	[SECOND_BACKUP] = "auth.totp.backup",
	[SECOND_LAST] = "auth.totp.lastts",
	[SECOND_FORCE] = "auth.totp.force",
};
_Static_assert(ARRAY_LEN(attributes) == SECOND__MAX, "one name each");

/* ---- preferences ---- */

enum rc
store_second_get(struct op *op, int64_t admin_id, struct second *ret)
{
	return db_one(op, &q_second_get, DB_ARGS(DB_I("admin_id", admin_id)), &second_fields, ret);
}

enum rc
store_second_all(struct op *op, int64_t after, int64_t limit, struct rows *ret)
{
	return db_all(op, &q_second_all, DB_ARGS(DB_I("admin_id", after), DB_I("limit", limit)),
	    &second_fields, ALL_MAX, ret);
}

enum rc
store_second_holders(struct op *op, int64_t after, int64_t limit, struct rows *ret)
{
	return db_all(op, &q_second_holders, DB_ARGS(DB_I("admin_id", after), DB_I("limit", limit)),
	    &second_fields, ALL_MAX, ret);
}

enum rc
store_second_put(struct op *op, int64_t admin_id, enum second_pref which, const char *value)
{
	return db_exec(op, &q_second_put,
	    DB_ARGS(DB_I("admin_id", admin_id), DB_T("attribute", attributes[which]),
		DB_T("value", value)),
	    NULL);
}

enum rc
store_second_put_absent(struct op *op, int64_t admin_id, enum second_pref which, const char *value)
{
	return db_exec(op, &q_second_put_absent,
	    DB_ARGS(DB_I("admin_id", admin_id), DB_T("attribute", attributes[which]),
		DB_T("value", value)),
	    NULL);
}

enum rc
store_second_swap(struct op *op, const struct second *row, enum second_pref which,
    const char *value, int64_t *ret_changed)
{
	const char *const old[] = {
		[SECOND_SECRET] = row->secret, [SECOND_BACKUP] = row->backup, [SECOND_LAST] = row->last, [SECOND_FORCE] = row->force
	};

	return db_exec(op, &q_second_swap,
	    DB_ARGS(DB_I("admin_id", row->admin_id), DB_T("attribute", attributes[which]),
		DB_T("value", value), DB_T("old", old[which])),
	    ret_changed);
}

enum rc
store_second_drop(struct op *op, int64_t admin_id, enum second_pref which, int64_t *ret_changed)
{
	return db_exec(op, &q_second_drop,
	    DB_ARGS(DB_I("admin_id", admin_id), DB_T("attribute", attributes[which])), ret_changed);
}

/* ---- sign-ins on their way ---- */

enum rc
store_parked_get(struct op *op, const char *id_hash, struct parked *ret)
{
	return db_one(op, &q_parked_get, DB_ARGS(DB_T("id_hash", id_hash)), &parked_fields, ret);
}

enum rc
store_parked_add(struct op *op, const struct parked *row)
{
	return db_exec(op, &q_parked_add, DB_OBJ(parked, row), NULL);
}

enum rc
store_parked_try(struct op *op, const char *id_hash, int64_t max, int64_t *ret_changed)
{
	return db_exec(op, &q_parked_try,
	    DB_ARGS(DB_T("id_hash", id_hash), DB_I("max", max), DB_I("now", op->now)), ret_changed);
}

enum rc
store_parked_take(struct op *op, const char *id_hash, int64_t *ret_changed)
{
	return db_exec(op, &q_parked_take, DB_ARGS(DB_T("id_hash", id_hash)), ret_changed);
}

/* ---- secrets on their way ---- */

enum rc
store_enrolment_get(struct op *op, const char *id_hash, struct enrolment *ret)
{
	return db_one(op, &q_enrolment_get, DB_ARGS(DB_T("id_hash", id_hash), DB_I("now", op->now)),
	    &enrolment_fields, ret);
}

enum rc
store_enrolment_put(struct op *op, const struct enrolment *row)
{
	enum rc rc = store_enrolment_delete(op, row->id_hash, NULL);

	return rc == RC_OK ? db_exec(op, &q_enrolment_add, DB_OBJ(enrolment, row), NULL) : rc;
}

enum rc
store_enrolment_delete(struct op *op, const char *id_hash, int64_t *ret_changed)
{
	return db_exec(op, &q_enrolment_delete, DB_ARGS(DB_T("id_hash", id_hash)), ret_changed);
}

/* ---- ends ---- */

enum rc
store_parked_delete_admin(struct op *op, int64_t admin_id)
{
	static const struct query *const steps[] = { &q_parked_delete_admin, &q_enrolment_delete_admin };
	enum rc rc = RC_OK;

	for (size_t i = 0; i < ARRAY_LEN(steps) && rc == RC_OK; i++)
		rc = db_exec(op, steps[i], DB_ARGS(DB_I("admin_id", admin_id)), NULL);
	return rc;
}

enum rc
store_parked_prune(struct op *op, int64_t *ret_removed)
{
	int64_t parked = 0, enrolments = 0;
	enum rc rc = db_exec(op, &q_parked_prune, DB_ARGS(DB_I("now", op->now)), &parked);

	if (rc == RC_OK)
		rc = db_exec(op, &q_enrolment_prune, DB_ARGS(DB_I("now", op->now)), &enrolments);
	*ret_removed = parked + enrolments;
	return rc;
}
