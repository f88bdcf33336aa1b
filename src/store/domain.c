/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of domain and domain_admins. */
#include "base/base.h"

#include "base/arena.h"
#include "model/admin.h"
#include "store/domain.h"
#include "store/domain_sql.h"

#define ADMINS_MAX 1000

const char *const store_domain_sorts[] = { "domain", "mailbox_count", "alias_count", "quota",
	"created", NULL };

enum rc
store_domain_get(struct op *op, int64_t id, struct domain *ret)
{
	return db_one(op, &q_domain_get, DB_ARGS(DB_I("id", id)), &domain_fields, ret);
}

enum rc
store_domain_find(struct op *op, const char *name, struct domain *ret)
{
	return db_one(op, &q_domain_find, DB_ARGS(DB_T("domain", name)), &domain_fields, ret);
}

enum rc
store_domain_find_for(struct op *op, int64_t scope, const char *name, struct domain *ret)
{
	return db_one(op, &q_domain_find_for, DB_ARGS(DB_T("domain", name), DB_I("scope", scope)),
	    &domain_fields, ret);
}

enum rc
store_domain_add(struct op *op, const struct domain *row, int64_t *ret_id)
{
	struct domain made = *row;
	enum rc rc = db_insert(op, &q_domain_add, DB_OBJ(domain, row), &made.id);

	if (rc == RC_OK && row->total_quota > 0)
		rc = store_domain_put_total(op, &made);
	if (rc == RC_OK)
		*ret_id = made.id;
	return rc;
}

enum rc
store_domain_put(struct op *op, const struct domain *row)
{
	return db_exec(op, &q_domain_put, DB_OBJ(domain, row), NULL);
}

enum rc
store_domain_put_total(struct op *op, const struct domain *row)
{
	return db_exec(op, row->total_quota > 0 ? &q_domain_total_put : &q_domain_total_drop,
	    DB_OBJ(domain, row), NULL);
}

enum rc
store_domain_allotted(struct op *op, int64_t id, int64_t *ret)
{
	return db_number(op, &q_domain_allotted, DB_ARGS(DB_I("id", id)), ret);
}

enum rc
store_domain_allotted_now(struct op *op, int64_t id, int64_t *ret)
{
	return db_number(op, &q_domain_allotted_now, DB_ARGS(DB_I("id", id)), ret);
}

static unsigned
search_option(const struct query_set *set, const struct store_list *list)
{
	return list->q ? query_option(set, "search") : 0;
}

enum rc
store_domain_list(struct op *op, const struct store_list *list, struct rows *ret)
{
	const struct query_set *set = &q_domain_list;
	struct store_args a;

	return db_all(op,
	    store_list_query(set, list, store_list_options(set, list) | search_option(set, list)),
	    store_list_args(op, list, strcmp(list->sort, "created") == 0, &a), &domain_fields,
	    (size_t)list->limit, ret);
}

enum rc
store_domain_count(struct op *op, const struct store_list *list, int64_t *ret_total, bool *ret_at_least)
{
	struct store_list all = *list;
	const struct query_set *set = &q_domain_count;
	unsigned options = search_option(set, list);
	struct store_args a;

	*ret_at_least = false;
	all.has_key = false;
	if (list->scope != 0)
		options |= query_option(set, "scope");
	if (list->domain_id != 0)
		options |= query_option(set, "domain");
	return db_number(op, query_pick(set, 0, false, options),
	    store_list_args(op, &all, false, &a), ret_total);
}

enum rc
store_domain_take_mailbox(struct op *op, int64_t id, bool limited, int64_t *ret_changed)
{
	return db_exec(op, &q_domain_take_mailbox,
	    DB_ARGS(DB_I("id", id), DB_I("limited", limited)), ret_changed);
}

enum rc
store_domain_take_alias(struct op *op, int64_t id, bool limited, int64_t *ret_changed)
{
	return db_exec(op, &q_domain_take_alias, DB_ARGS(DB_I("id", id), DB_I("limited", limited)),
	    ret_changed);
}

enum rc
store_domain_count_mailbox(struct op *op, int64_t id, int64_t delta)
{
	return db_exec(op, &q_domain_count_mailbox, DB_ARGS(DB_I("id", id), DB_I("delta", delta)), NULL);
}

enum rc
store_domain_drifted(struct op *op, int64_t after, int64_t limit, struct rows *ret)
{
	return db_all(op, &q_domain_drifted, DB_ARGS(DB_I("after", after), DB_I("limit", limit)),
	    &counted_fields, (size_t)limit, ret);
}

enum rc
store_domain_counted(struct op *op, int64_t id, struct counted *ret)
{
	return db_one(op, &q_domain_counted, DB_ARGS(DB_I("id", id)), &counted_fields, ret);
}

enum rc
store_domain_recount(struct op *op, const struct counted *row)
{
	return db_exec(op, &q_domain_recount, DB_OBJ(counted, row), NULL);
}

enum rc
store_domain_count_alias(struct op *op, int64_t id, int64_t delta)
{
	return db_exec(op, &q_domain_count_alias, DB_ARGS(DB_I("id", id), DB_I("delta", delta)), NULL);
}

struct impact {
	int64_t mailboxes, aliases, admins;
};
static const struct field impact_field_rows[] = {
	FIELD(impact, mailboxes),
	FIELD(impact, aliases),
	FIELD(impact, admins),
};
static FIELDS(impact);

enum rc
store_domain_impact(struct op *op, int64_t id, int64_t *ret_mailboxes, int64_t *ret_aliases,
    int64_t *ret_admins)
{
	struct impact n = { 0 };
	enum rc rc = db_one(op, &q_domain_impact, DB_ARGS(DB_I("id", id)), &impact_fields, &n);

	if (rc != RC_OK)
		return rc;
	*ret_mailboxes = n.mailboxes;
	*ret_aliases = n.aliases;
	*ret_admins = n.admins;
	return RC_OK;
}

/* clang-format off */
struct usage { int64_t day, mailboxes, aliases, admins, used, allotted, unlimited; };
static const struct field usage_field_rows[] = {
	FIELD(usage, day),
	FIELD(usage, mailboxes),
	FIELD(usage, aliases),
	FIELD(usage, admins),
	FIELD(usage, used),
	FIELD(usage, allotted),
	FIELD(usage, unlimited),
};
static FIELDS(usage);
/* clang-format on */

enum rc
store_domain_over(struct op *op, int64_t id, int64_t max_quota, int64_t *ret)
{
	return db_number(op, &q_domain_over, DB_ARGS(DB_I("id", id), DB_I("max_quota", max_quota)), ret);
}

enum rc
store_domain_usage(struct op *op, int64_t id, const struct store_usage_in *in, struct store_usage *ret)
{
	struct rows rows;
	const struct usage *at;
	struct growth *days;
	enum rc rc = db_all(op, &q_domain_usage,
	    DB_ARGS(DB_I("id", id), DB_I("counted", in->counted ? id : 0), DB_I("since", in->since),
		DB_I("limit", in->days + 1)),
	    &usage_fields, in->days + 1, &rows);

	if (rc != RC_OK)
		return rc;
	at = rows.at;
	days = arena_array(op->arena, rows.n, sizeof(*days));
	*ret = (struct store_usage){ .admins = at->admins,
		.used = at->used,
		.allotted = at->allotted,
		.unlimited = at->unlimited,
		.days = days,
		.n_days = rows.n - 1 };
	for (size_t i = 1; i < rows.n; i++)
		days[i - 1] = (struct growth){ .day = at[i].day,
			.domain_id = id,
			.domains = 1,
			.mailboxes = at[i].mailboxes,
			.aliases = at[i].aliases,
			.used = at[i].used,
			.allotted = at[i].allotted };
	return RC_OK;
}

enum rc
store_domain_delete(struct op *op, int64_t id)
{
	static const struct query *const steps[] = { &q_domain_unlink_log, &q_domain_unlink_archive,
		&q_domain_delete_aliases, &q_domain_delete_mailboxes, &q_domain_delete_admins,
		&q_domain_delete };
	enum rc rc = RC_OK;

	for (size_t i = 0; i < ARRAY_LEN(steps) && rc == RC_OK; i++)
		rc = db_exec(op, steps[i], DB_ARGS(DB_I("id", id)), NULL);
	return rc;
}

enum rc
store_domain_admins(struct op *op, int64_t id, bool assigned, struct rows *ret)
{
	return db_all(op, assigned ? &q_domain_admins_assigned : &q_domain_admins_possible,
	    DB_ARGS(DB_I("id", id), DB_I("limit", ADMINS_MAX)), &admin_fields, ADMINS_MAX, ret);
}

enum rc
store_domain_hold(struct op *op, int64_t id)
{
	return db_exec(op, &q_domain_hold, DB_ARGS(DB_I("id", id)), NULL);
}

enum rc
store_domain_release(struct op *op, int64_t id)
{
	return db_exec(op, &q_domain_release, DB_ARGS(DB_I("id", id)), NULL);
}

enum rc
store_domain_held(struct op *op, int64_t id, bool *ret)
{
	int64_t n = 0;
	enum rc rc = db_number(op, &q_domain_held, DB_ARGS(DB_I("id", id)), &n);

	*ret = n > 0;
	return rc;
}

enum rc
store_domain_assign(struct op *op, int64_t id, int64_t admin_id)
{
	return db_exec(op, &q_domain_assign, DB_ARGS(DB_I("id", id), DB_I("admin_id", admin_id)), NULL);
}

enum rc
store_domain_unassign(struct op *op, int64_t id, int64_t admin_id)
{
	return db_exec(op, &q_domain_unassign, DB_ARGS(DB_I("id", id), DB_I("admin_id", admin_id)),
	    NULL);
}
