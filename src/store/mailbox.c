/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows of mailbox. The one thing to know is how a search runs: three or more characters go through the trigram index if they are rare, else the
 * sorting's own index is walked; within one domain the domain's rows are walked anyway, and so are those that are switched off.
 */
#include "base/base.h"

#include "store/mailbox.h"
#include "store/mailbox_sql.h"

const char *const store_mailbox_sorts[] = { "username", "name", "quota", "created", NULL };

enum rc
store_mailbox_get(struct op *op, int64_t id, struct mailbox *ret)
{
	return db_one(op, &q_mailbox_get, DB_ARGS(DB_I("id", id)), &mailbox_fields, ret);
}

enum rc
store_mailbox_find(struct op *op, const char *username, struct mailbox *ret)
{
	return db_one(op, &q_mailbox_find, DB_ARGS(DB_T("username", username)), &mailbox_fields, ret);
}

enum rc
store_mailbox_add(struct op *op, const struct mailbox *row, int64_t *ret_id)
{
	return db_insert(op, &q_mailbox_add, DB_OBJ(mailbox, row), ret_id);
}

enum rc
store_mailbox_put(struct op *op, const struct mailbox *row)
{
	return db_exec(op, &q_mailbox_put, DB_OBJ(mailbox, row), NULL);
}

enum rc
store_mailbox_delete(struct op *op, int64_t id)
{
	return db_exec(op, &q_mailbox_delete, DB_ARGS(DB_I("id", id)), NULL);
}

/* The option by which the search runs; "" without one. */
static enum rc
search_plan(struct op *op, const struct store_list *list, const struct db_args *args, const char **ret)
{
	int64_t found = 0;
	enum rc rc;

	*ret = "";
	if (!list->q)
		return RC_OK;
	*ret = "dense";
	if (list->domain_id != 0 || list->active == 0)
		return RC_OK;
	*ret = "prefix";
	if (store_list_is_short(list))
		return RC_OK;
	if ((rc = db_number(op, &q_mailbox_density, args, &found)) != RC_OK)
		return rc;
	*ret = found > STORE_RARE_MAX ? "dense" : "rare";
	return RC_OK;
}

static unsigned
off_option(const struct query_set *set, const struct store_list *list)
{
	return list->active == 0 ? query_option(set, "off") : 0;
}

enum rc
store_mailbox_list(struct op *op, const struct store_list *list, struct rows *ret)
{
	const struct query_set *set = list->q ? &q_mailbox_search : &q_mailbox_list;
	const struct db_args *args;
	struct store_args a;
	const char *plan;
	enum rc rc;

	args = store_list_args(op, list, strcmp(list->sort, "created") == 0, &a);
	if ((rc = search_plan(op, list, args, &plan)) != RC_OK)
		return rc;
	return db_all(op,
	    store_list_query(set, list,
		store_list_options(set, list) | off_option(set, list) |
		    (*plan ? query_option(set, plan) : 0)),
	    args, &mailbox_fields, (size_t)list->limit, ret);
}

/* Without filters the counters of the domains know it. */
static enum rc
total(struct op *op, const struct store_list *list, const struct db_args *args, int64_t *ret_total)
{
	const struct query_set *set = &q_mailbox_total;
	unsigned options = 0;

	if (list->scope == 0 && list->domain_id == 0)
		return db_number(op, &q_mailbox_number, DB_NONE, ret_total);
	if (list->scope != 0)
		options |= query_option(set, "scope");
	if (list->domain_id != 0)
		options |= query_option(set, "domain");
	return db_number(op, query_pick(set, 0, false, options), args, ret_total);
}

enum rc
store_mailbox_count(struct op *op, const struct store_list *list, int64_t *ret_total, bool *ret_at_least)
{
	const struct query_set *set = &q_mailbox_count;
	const struct db_args *args;
	struct store_args a;
	const char *plan = "dense";
	unsigned options = off_option(set, list);
	enum rc rc;

	*ret_at_least = false;
	args = store_list_args(op, list, false, &a);
	if (!list->q && list->active < 0)
		return total(op, list, args, ret_total);
	if (list->scope != 0)
		options |= query_option(set, "scope");
	if (list->domain_id != 0)
		options |= query_option(set, "domain");
	else if (list->active != 0)
		plan = list->q && store_list_is_short(list) ? "prefix" : "rare";
	if (list->q)
		options |= query_option(set, plan);
	if ((rc = db_number(op, query_pick(set, 0, false, options), args, ret_total)) != RC_OK)
		return rc;
	*ret_at_least = *ret_total > STORE_COUNT_MAX;
	*ret_total = MIN(*ret_total, (int64_t)STORE_COUNT_MAX);
	return RC_OK;
}
