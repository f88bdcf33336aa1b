/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows of mailbox. The one thing to know is how a search runs: three or more characters go through the trigram index if they are rare, else the
 * sorting's own index is walked; within one domain the domain's rows are walked anyway, and so are those that are switched off. PostgreSQL
 * is asked for the rarest of several words, and not at all for a common one (words.h).
 */
#include "base/base.h"

#include "store/mailbox.h"
#include "store/search.h"
#include "store/mailbox_sql.h"
#include "store/words.h"

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
store_mailbox_add_many(struct op *op, const struct mailbox *rows, size_t n, int64_t *ret_ids)
{
	static const struct db_many many = { &q_mailbox_add_many, &q_mailbox_add, &mailbox_fields,
		"username" };

	return db_insert_many(op, &many, rows, n, ret_ids);
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
	return options;
}

static enum rc
rows(struct op *op, const struct store_list *list, const struct query_set *set, unsigned options,
    struct rows *ret)
{
	struct store_args a;
	const struct db_args *args = store_list_args(op, list, strcmp(list->sort, "created") == 0, &a);

	options |= filters(set, list);
	if (list->has_key)
		options |= query_option(set, "after");
	return db_all(op, store_list_query(set, list, options), args, &mailbox_fields,
	    (size_t)list->limit, ret);
}

/* Without filters the counters of the domains know it. */
static enum rc
total(struct op *op, const struct store_list *list, int64_t *ret)
{
	const struct query_set *set = &q_mailbox_total;
	struct store_args a;
	const struct db_args *args = store_list_args(op, list, false, &a);

	if (list->scope == 0 && list->domain_id == 0)
		return db_number(op, &q_mailbox_number, DB_NONE, ret);
	return db_number(op, query_pick(set, 0, false, filters(set, list)), args, ret);
}

static enum rc
find(struct op *op, const struct store_list *list, struct rows *ret)
{
	const struct query_set *set = &q_mailbox_found;
	struct store_list now = *list;
	struct store_words words = { 0 };
	struct store_args a;
	unsigned options = 0;
	enum rc rc;

	if (strchr(list->q, ' ') &&
	    (rc = store_words_look(op, list->q, &q_mailbox_guess, &words)) != RC_OK)
		return rc;
	now.part = words.rarest;
	if (list->scope != 0)
		options |= query_option(set, "scope");
	if (list->domain_id != 0)
		options |= query_option(set, "domain");
	return db_all(op, query_pick(set, 0, false, options), store_list_args(op, &now, false, &a),
	    &store_id_fields, STORE_RARE_MAX + 1, ret);
}

/* Only along the addresses, all that is looked at stands in one index. */
static enum rc
walked(struct op *op, const struct store_list *list, struct rows *ret)
{
	struct store_words words = { 0 };
	struct store_args a;
	enum rc rc;

	*ret = (struct rows){ 0 };
	if (strcmp(list->sort, "username") != 0 || strchr(list->q, ' '))
		return RC_OK;
	if ((rc = store_words_look(op, list->q, &q_mailbox_guess, &words)) != RC_OK || !words.common)
		return rc;
	return db_all(op, store_list_query(&q_mailbox_walked, list, 0),
	    store_list_args(op, list, false, &a), &store_id_fields, STORE_COUNT_MAX + 1, ret);
}

static enum rc
these(struct op *op, const struct store_list *list, struct rows *ret)
{
	const struct query_set *set = &q_mailbox_these;
	struct store_args a;
	const struct db_args *args = store_list_args(op, list, strcmp(list->sort, "created") == 0, &a);

	return db_all(op, store_list_query(set, list, list->has_key ? query_option(set, "after") : 0),
	    args, &mailbox_fields, (size_t)list->limit, ret);
}

static enum rc
count(struct op *op, const struct store_list *list, const char *plan, int64_t *ret)
{
	const struct query_set *set = &q_mailbox_count;
	struct store_args a;
	const struct db_args *args = store_list_args(op, list, false, &a);

	return db_number(op,
	    query_pick(set, 0, false, filters(set, list) | (*plan ? query_option(set, plan) : 0)),
	    args, ret);
}

static enum rc
found(struct op *op, const struct store_list *list, const char *plan, struct rows *ret)
{
	return rows(op, list, &q_mailbox_search, query_option(&q_mailbox_search, plan), ret);
}

static const struct store_searched searched = { "prefix", total, walked, find, count, these, found };

enum rc
store_mailbox_list(struct op *op, const struct store_list *list, struct rows *ret)
{
	return list->q ? store_search_rows(op, list, &searched, ret)
		       : rows(op, list, &q_mailbox_list, 0, ret);
}

enum rc
store_mailbox_count(struct op *op, const struct store_list *list, int64_t *ret_total, bool *ret_at_least)
{
	enum rc rc;

	if (list->q)
		return store_search_count(op, list, &searched, ret_total, ret_at_least);
	*ret_at_least = false;
	if (list->active < 0)
		return total(op, list, ret_total);
	if ((rc = count(op, list, "", ret_total)) != RC_OK)
		return rc;
	*ret_at_least = *ret_total > STORE_COUNT_MAX;
	*ret_total = MIN(*ret_total, (int64_t)STORE_COUNT_MAX);
	return RC_OK;
}
