/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of sessions, counted tries and one-time tokens. */
#include "base/base.h"

#include "store/second.h"
#include "store/session.h"
#include "store/session_sql.h"

enum rc
store_session_get(struct op *op, const char *id_hash, struct session *ret)
{
	return db_one(op, &q_session_get, DB_ARGS(DB_T("id_hash", id_hash)), &session_fields, ret);
}

enum rc
store_session_add(struct op *op, const struct session *row)
{
	return db_exec(op, &q_session_add, DB_OBJ(session, row), NULL);
}

enum rc
store_session_list(struct op *op, int64_t admin_id, int64_t limit, struct rows *ret)
{
	return db_all(op, &q_session_list, DB_ARGS(DB_I("admin_id", admin_id), DB_I("limit", limit)),
	    &session_fields, (size_t)limit, ret);
}

enum rc
store_session_renew(struct op *op, const char *id_hash, const char *new_hash, int64_t now,
    int64_t *ret_changed)
{
	return db_exec(op, &q_session_renew,
	    DB_ARGS(DB_T("id_hash", id_hash), DB_T("new_hash", new_hash), DB_I("now", now)),
	    ret_changed);
}

enum rc
store_session_seen(struct op *op, const char *id_hash, int64_t now)
{
	return db_exec(op, &q_session_seen, DB_ARGS(DB_T("id_hash", id_hash), DB_I("now", now)), NULL);
}

enum rc
store_session_delete(struct op *op, const char *id_hash)
{
	return db_exec(op, &q_session_delete, DB_ARGS(DB_T("id_hash", id_hash)), NULL);
}

enum rc
store_session_delete_admin(struct op *op, int64_t admin_id, const char *keep)
{
	enum rc rc = db_exec(op, &q_session_delete_admin,
	    DB_ARGS(DB_I("admin_id", admin_id), DB_T("keep", keep ? keep : "")), NULL);

	return rc == RC_OK ? store_parked_delete_admin(op, admin_id) : rc;
}

enum rc
store_session_prune(struct op *op, int64_t now, int64_t idle_since, int64_t *ret_removed)
{
	return db_exec(op, &q_session_prune,
	    DB_ARGS(DB_I("now", now), DB_I("idle_since", idle_since)), ret_removed);
}

static const struct field attempt_field_rows[] = {
	FIELD(attempt, subject),
	FIELD(attempt, failures),
	FIELD(attempt, first_at),
	FIELD(attempt, last_at),
	FIELD(attempt, locked_until),
};
static FIELDS(attempt);

enum rc
store_attempt_count(struct op *op, const char *subject, int64_t now, int64_t window, int64_t max,
    int64_t lockout, struct attempt *ret)
{
	enum rc rc = db_exec(op, &q_attempt_count,
	    DB_ARGS(DB_T("subject", subject), DB_I("now", now), DB_I("window", window),
		DB_I("max", max), DB_I("lockout", lockout), DB_I("n", 1)),
	    NULL);

	return rc == RC_OK ? store_attempt_get(op, subject, ret) : rc;
}

enum rc
store_attempt_count_n(struct op *op, const char *subject, int64_t n, int64_t max, int64_t window,
    struct attempt *ret)
{
	enum rc rc = db_exec(op, &q_attempt_count,
	    DB_ARGS(DB_T("subject", subject), DB_I("now", op->now), DB_I("window", window),
		DB_I("max", max), DB_I("lockout", window), DB_I("n", n)),
	    NULL);

	return rc == RC_OK ? store_attempt_get(op, subject, ret) : rc;
}

enum rc
store_attempt_get(struct op *op, const char *subject, struct attempt *ret)
{
	return db_one(op, &q_attempt_get, DB_ARGS(DB_T("subject", subject)), &attempt_fields, ret);
}

enum rc
store_attempt_clear(struct op *op, const char *subject)
{
	return db_exec(op, &q_attempt_clear, DB_ARGS(DB_T("subject", subject)), NULL);
}

enum rc
store_attempt_forgive(struct op *op, const char *subject, int64_t n, int64_t max)
{
	return db_exec(op, &q_attempt_forgive,
	    DB_ARGS(DB_T("subject", subject), DB_I("n", n), DB_I("max", max)), NULL);
}

enum rc
store_attempt_list(struct op *op, int64_t since, int64_t limit, struct rows *ret)
{
	return db_all(op, &q_attempt_list,
	    DB_ARGS(DB_I("now", op->now), DB_I("since", since), DB_I("limit", limit)),
	    &attempt_fields, (size_t)limit, ret);
}

enum rc
store_known_has(struct op *op, const char *account, const char *source, bool *ret)
{
	int64_t n = 0;
	enum rc rc = db_number(op, &q_known_has,
	    DB_ARGS(DB_T("account", account), DB_T("source", source)), &n);

	if (rc == RC_OK)
		*ret = n > 0;
	return rc;
}

enum rc
store_known_put(struct op *op, const char *account, const char *source, int64_t now)
{
	return db_exec(op, &q_known_put,
	    DB_ARGS(DB_T("account", account), DB_T("source", source), DB_I("now", now)), NULL);
}

enum rc
store_known_prune(struct op *op, int64_t before, int64_t *ret_removed)
{
	return db_exec(op, &q_known_prune, DB_ARGS(DB_I("before", before)), ret_removed);
}

enum rc
store_attempt_prune(struct op *op, int64_t before, int64_t *ret_removed)
{
	return db_exec(op, &q_attempt_prune, DB_ARGS(DB_I("before", before)), ret_removed);
}

enum rc
store_token_put(struct op *op, const char *purpose, const char *hash, int64_t now, int64_t expires_at)
{
	enum rc rc = db_exec(op, &q_token_clear, DB_ARGS(DB_T("purpose", purpose)), NULL);

	(void)now;
	if (rc != RC_OK)
		return rc;
	return db_exec(op, &q_token_add,
	    DB_ARGS(DB_T("purpose", purpose), DB_T("token_hash", hash), DB_I("expires_at", expires_at)),
	    NULL);
}

enum rc
store_token_take(struct op *op, const char *purpose, const char *hash, int64_t now, int64_t *ret_changed)
{
	return db_exec(op, &q_token_take,
	    DB_ARGS(DB_T("purpose", purpose), DB_T("token_hash", hash), DB_I("now", now)), ret_changed);
}

enum rc
store_token_prune(struct op *op, int64_t now, int64_t *ret_removed)
{
	return db_exec(op, &q_token_prune, DB_ARGS(DB_I("now", now)), ret_removed);
}
