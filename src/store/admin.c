/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of admin. */
#include "base/base.h"

#include "model/domain.h"
#include "store/admin.h"
#include "store/admin_sql.h"

#define DOMAINS_MAX 100000

const char *const store_admin_sorts[] = { "username", NULL };

enum rc
store_admin_get(struct op *op, int64_t id, struct admin *ret)
{
	return db_one(op, &q_admin_get, DB_ARGS(DB_I("id", id)), &admin_fields, ret);
}

enum rc
store_admin_find(struct op *op, const char *username, struct admin *ret)
{
	return db_one(op, &q_admin_find, DB_ARGS(DB_T("username", username)), &admin_fields, ret);
}

enum rc
store_admin_add(struct op *op, const struct admin *row, int64_t *ret_id)
{
	return db_insert(op, &q_admin_add, DB_OBJ(admin, row), ret_id);
}

enum rc
store_admin_add_first(struct op *op, const struct admin *row, int64_t *ret_id)
{
	int64_t changed = 0;
	struct admin made;
	enum rc rc = db_exec(op, &q_admin_add_first, DB_OBJ(admin, row), &changed);

	*ret_id = 0;
	if (rc != RC_OK || changed == 0)
		return rc;
	if ((rc = store_admin_find(op, row->username, &made)) == RC_OK)
		*ret_id = made.id;
	return rc;
}

enum rc
store_admin_rights(struct op *op, const struct admin *row, int64_t *ret_changed)
{
	return db_exec(op, &q_admin_rights, DB_OBJ(admin, row), ret_changed);
}

enum rc
store_admin_password(struct op *op, int64_t id, const char *stored, int64_t now)
{
	struct admin row = { .id = id, .password = stored, .modified = now };
	enum rc rc = db_exec(op, &q_admin_password, DB_OBJ(admin, &row), NULL);

	return rc == RC_OK ? db_exec(op, &q_admin_chose, DB_ARGS(DB_I("id", id)), NULL) : rc;
}

enum rc
store_admin_lock(struct op *op, int64_t id)
{
	int64_t seen;

	return db_number(op, &q_admin_lock, DB_ARGS(DB_I("id", id)), &seen);
}

enum rc
store_admin_invited(struct op *op, int64_t id, int64_t now)
{
	return db_exec(op, &q_admin_invited, DB_ARGS(DB_I("id", id), DB_I("now", now)), NULL);
}

enum rc
store_admin_rehash(struct op *op, int64_t id, const char *old, const char *stored, int64_t *ret_changed)
{
	return db_exec(op, &q_admin_rehash,
	    DB_ARGS(DB_I("id", id), DB_T("old", old), DB_T("new", stored)), ret_changed);
}

enum rc
store_admin_last_login(struct op *op, int64_t id, int64_t now)
{
	struct admin row = { .id = id, .last_login = now };

	return db_exec(op, &q_admin_last_login, DB_OBJ(admin, &row), NULL);
}

enum rc
store_admin_delete(struct op *op, int64_t id, int64_t *ret_changed)
{
	static const struct query *const steps[] = { &q_admin_unlink_log, &q_admin_unlink_archive,
		&q_admin_delete_remember, &q_admin_delete_domains, &q_admin_delete };
	enum rc rc = RC_OK;

	*ret_changed = 0;
	for (size_t i = 0; i < ARRAY_LEN(steps) && rc == RC_OK; i++)
		rc = db_exec(op, steps[i], DB_ARGS(DB_I("id", id)), ret_changed);
	return rc;
}

enum rc
store_admin_list(struct op *op, const struct store_list *list, struct rows *ret)
{
	const struct query_set *set = &q_admin_list;
	unsigned options = list->q ? query_option(set, "search") : 0;
	struct store_args a;

	if (list->domain_id != 0)
		options |= query_option(set, "domain");
	if (list->has_key)
		options |= query_option(set, "after");
	return db_all(op, store_list_query(set, list, options),
	    store_list_args(op, list, false, &a), &admin_fields, (size_t)list->limit, ret);
}

enum rc
store_admin_count(struct op *op, const struct store_list *list, int64_t *ret_total, bool *ret_at_least)
{
	const struct query_set *set = &q_admin_count;
	unsigned options = list->q ? query_option(set, "search") : 0;
	struct store_args a;

	*ret_at_least = false;
	if (list->domain_id != 0)
		options |= query_option(set, "domain");
	return db_number(op, query_pick(set, 0, false, options),
	    store_list_args(op, list, false, &a), ret_total);
}

enum rc
store_admin_number(struct op *op, int64_t *ret)
{
	return db_number(op, &q_admin_number, DB_NONE, ret);
}

enum rc
store_admin_has_domain(struct op *op, int64_t id, int64_t domain_id, bool *ret)
{
	int64_t n = 0;
	enum rc rc = db_number(op, &q_admin_has_domain,
	    DB_ARGS(DB_I("id", id), DB_I("domain_id", domain_id)), &n);

	*ret = n > 0;
	return rc;
}

enum rc
store_admin_second_factor(struct op *op, int64_t id, bool *ret)
{
	int64_t n = 0;
	enum rc rc = db_number(op, &q_admin_second_factor, DB_ARGS(DB_I("id", id)), &n);

	*ret = n > 0;
	return rc;
}

enum rc
store_admin_forget_second_factor(struct op *op, int64_t id, int64_t *ret_changed)
{
	return db_exec(op, &q_admin_forget_second_factor, DB_ARGS(DB_I("id", id)), ret_changed);
}

enum rc
store_admin_domains(struct op *op, int64_t id, struct rows *ret)
{
	return db_all(op, &q_admin_domains, DB_ARGS(DB_I("id", id), DB_I("limit", DOMAINS_MAX)),
	    &domain_fields, DOMAINS_MAX, ret);
}

#define SUPERS_MAX 50

enum rc
store_admin_supers(struct op *op, struct rows *ret)
{
	return db_all(op, &q_admin_supers, DB_ARGS(DB_I("limit", SUPERS_MAX)), &admin_fields,
	    SUPERS_MAX, ret);
}
