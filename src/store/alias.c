/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of alias. Searches run as those of mailboxes do; short ones walk the index of addresses. */
#include "base/base.h"

#include "base/addr.h"
#include "store/alias.h"
#include "store/search.h"
#include "store/alias_sql.h"

const char *const store_alias_sorts[] = { "address", NULL };

enum rc
store_alias_get(struct op *op, int64_t id, struct alias *ret)
{
	return db_one(op, &q_alias_get, DB_ARGS(DB_I("id", id)), &alias_fields, ret);
}

enum rc
store_alias_find(struct op *op, const char *address, struct alias *ret)
{
	return db_one(op, &q_alias_find, DB_ARGS(DB_T("address", address)), &alias_fields, ret);
}

enum rc
store_alias_route(struct op *op, const char *address, const char *catch_all, struct alias *ret)
{
	return db_one(op, &q_alias_route,
	    DB_ARGS(DB_T("address", address), DB_T("catch_all", catch_all)), &alias_fields, ret);
}

enum rc
store_alias_naming(struct op *op, const char *address, size_t max, struct rows *ret)
{
	return db_all(op, &q_alias_naming, DB_ARGS(DB_T("target", address), DB_I("limit", max)),
	    &alias_fields, max, ret);
}

/* clang-format off */
static const struct field alias_target_field_rows[] = {
	FIELD(alias_target, domain_active),
	FIELD(alias_target, box),
	FIELD(alias_target, alias),
};
static FIELDS(alias_target);
/* clang-format on */

enum rc
store_alias_target(struct op *op, const struct addr *a, int64_t scope, struct alias_target *ret)
{
	return db_one(op, &q_alias_target,
	    DB_ARGS(DB_T("address", a->full), DB_T("catch_all", strchr(a->full, '@')),
		DB_T("domain", a->domain), DB_I("scope", scope)),
	    &alias_target_fields, ret);
}

enum rc
store_alias_add(struct op *op, const struct alias *row, int64_t *ret_id)
{
	return db_insert(op, &q_alias_add, DB_OBJ(alias, row), ret_id);
}

enum rc
store_alias_add_many(struct op *op, const struct alias *rows, size_t n)
{
	static const struct db_many many = { &q_alias_add_many, &q_alias_add, &alias_fields, NULL };

	return db_insert_many(op, &many, rows, n, NULL);
}

enum rc
store_alias_put(struct op *op, const struct alias *row)
{
	return db_exec(op, &q_alias_put, DB_OBJ(alias, row), NULL);
}

enum rc
store_alias_delete(struct op *op, int64_t id)
{
	return db_exec(op, &q_alias_delete, DB_ARGS(DB_I("id", id)), NULL);
}

static unsigned
filters(const struct query_set *set, const struct store_list *list)
{
	unsigned options = 0;

	if (list->active == 0)
		options |= query_option(set, "off");
	if (list->scope != 0)
		options |= query_option(set, "scope");
	if (list->domain_id != 0)
		options |= query_option(set, "domain");
	if (!list->self)
		options |= query_option(set, "own");
	return options;
}

static enum rc
rows(struct op *op, const struct store_list *list, const char *plan, struct rows *ret)
{
	const struct query_set *set = &q_alias_list;
	struct store_args a;
	const struct db_args *args = store_list_args(op, list, false, &a);
	unsigned options = filters(set, list);

	if (list->has_key)
		options |= query_option(set, "after");
	if (*plan)
		options |= query_option(set, plan);
	return db_all(op, store_list_query(set, list, options), args, &alias_fields,
	    (size_t)list->limit, ret);
}

/* Without filters the counters of the domains know it. */
static enum rc
total(struct op *op, const struct store_list *list, int64_t *ret)
{
	const struct query_set *set = &q_alias_total;
	struct store_args a;
	const struct db_args *args = store_list_args(op, list, false, &a);
	unsigned options = 0;

	if (list->scope == 0 && list->domain_id == 0)
		return db_number(op, &q_alias_number, DB_NONE, ret);
	if (list->scope != 0)
		options |= query_option(set, "scope");
	if (list->domain_id != 0)
		options |= query_option(set, "domain");
	return db_number(op, query_pick(set, 0, false, options), args, ret);
}

static enum rc
find(struct op *op, const struct store_list *list, struct rows *ret)
{
	const struct query_set *set = &q_alias_found;
	struct store_args a;
	const struct db_args *args = store_list_args(op, list, false, &a);
	unsigned options = 0;

	if (list->scope != 0)
		options |= query_option(set, "scope");
	if (list->domain_id != 0)
		options |= query_option(set, "domain");
	if (!list->self)
		options |= query_option(set, "own");
	return db_all(op, query_pick(set, 0, false, options), args, &store_id_fields,
	    STORE_RARE_MAX + 1, ret);
}

static enum rc
these(struct op *op, const struct store_list *list, struct rows *ret)
{
	const struct query_set *set = &q_alias_these;
	struct store_args a;
	const struct db_args *args = store_list_args(op, list, false, &a);

	return db_all(op, store_list_query(set, list, list->has_key ? query_option(set, "after") : 0),
	    args, &alias_fields, (size_t)list->limit, ret);
}

static enum rc
count(struct op *op, const struct store_list *list, const char *plan, int64_t *ret)
{
	const struct query_set *set = &q_alias_count;
	struct store_args a;
	const struct db_args *args = store_list_args(op, list, false, &a);

	return db_number(op,
	    query_pick(set, 0, false, filters(set, list) | (*plan ? query_option(set, plan) : 0)),
	    args, ret);
}

static const struct store_searched searched = { "dense", total, NULL, find, count, these, rows };

enum rc
store_alias_list(struct op *op, const struct store_list *list, struct rows *ret)
{
	return list->q ? store_search_rows(op, list, &searched, ret) : rows(op, list, "", ret);
}

enum rc
store_alias_count(struct op *op, const struct store_list *list, int64_t *ret_total, bool *ret_at_least)
{
	enum rc rc;

	if (list->q)
		return store_search_count(op, list, &searched, ret_total, ret_at_least);
	*ret_at_least = false;
	if (list->active < 0 && !list->self)
		return total(op, list, ret_total);
	if ((rc = count(op, list, "", ret_total)) != RC_OK)
		return rc;
	*ret_at_least = *ret_total > STORE_COUNT_MAX;
	*ret_total = MIN(*ret_total, (int64_t)STORE_COUNT_MAX);
	return RC_OK;
}
