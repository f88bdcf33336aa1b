/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of the trail. */
#include "base/base.h"

#include "base/arena.h"
#include "store/audit.h"
#include "store/audit_sql.h"

const char *const store_audit_sorts[] = { "id", NULL };

enum rc
store_audit_add(struct op *op, const struct audit *row, int64_t *ret_id)
{
	struct audit detail = *row;
	enum rc rc = db_insert(op, &q_audit_add_log, DB_OBJ(audit, row), &detail.id);

	if (rc != RC_OK || (rc = db_exec(op, &q_audit_add_detail, DB_OBJ(audit, &detail), NULL)) != RC_OK)
		return rc;
	*ret_id = detail.id;
	return RC_OK;
}

enum rc
store_audit_add_many(struct op *op, struct audit *rows, size_t n)
{
	static const struct db_many logs = { &q_audit_add_logs, &q_audit_add_log, &audit_fields, "data" };
	static const struct db_many details = { &q_audit_add_details, &q_audit_add_detail,
		&audit_fields, NULL };
	int64_t *ids = arena_array(op->arena, n, sizeof(*ids));
	enum rc rc = db_insert_many(op, &logs, rows, n, ids);

	for (size_t i = 0; rc == RC_OK && i < n; i++)
		rows[i].id = ids[i];
	return rc == RC_OK ? db_insert_many(op, &details, rows, n, NULL) : rc;
}

enum rc
store_audit_get(struct op *op, int64_t id, struct audit *ret)
{
	return db_one(op, &q_audit_get, DB_ARGS(DB_I("id", id)), &audit_fields, ret);
}

enum rc
store_audit_by_request(struct op *op, const char *request_id, struct audit *ret)
{
	return db_one(op, &q_audit_by_request, DB_ARGS(DB_T("request_id", request_id)),
	    &audit_fields, ret);
}

enum rc
store_audit_of_object(struct op *op, const char *type, int64_t id, size_t max, struct rows *ret)
{
	return db_all(op, &q_audit_of_object,
	    DB_ARGS(DB_T("object_type", type), DB_I("object_id", id), DB_I("limit", max)),
	    &audit_fields, max, ret);
}

/* The filters that lists of rows and their count share. */
static unsigned
filters(const struct query_set *set, const struct store_list *list)
{
	unsigned options = 0;

	if (list->scope != 0)
		options |= query_option(set, "scope");
	if (list->domain_id != 0)
		options |= query_option(set, "domain");
	if (list->since || list->until)
		options |= query_option(set, "span");
	if (list->q)
		options |= query_option(set, "search");
	return options;
}

static const struct db_args *
arguments(struct op *op, const struct store_list *list, struct store_args *a)
{
	(void)store_list_args(op, list, false, a);
	store_args_add(a, DB_T("actor", list->actor ? list->actor : ""));
	store_args_add(a, DB_T("action", list->action ? list->action : ""));
	store_args_add(a, DB_T("object", list->object ? list->object : ""));
	store_args_add(a, DB_T("door", list->door ? list->door : ""));
	store_args_add(a,
	    DB_T("since",
		arena_printf(op->arena, "%s 00:00:00", list->since ? list->since : "1000-01-01")));
	store_args_add(a,
	    DB_T("until",
		arena_printf(op->arena, "%s 23:59:59", list->until ? list->until : "9999-12-31")));
	a->args.n = a->n;
	return &a->args;
}

enum rc
store_audit_list(struct op *op, const struct store_list *list, struct rows *ret)
{
	const struct query_set *set = &q_audit_list;
	unsigned options = filters(set, list) | (list->has_key ? query_option(set, "after") : 0);
	struct store_args a;

	return db_all(op, store_list_query(set, list, options), arguments(op, list, &a),
	    &audit_fields, (size_t)list->limit, ret);
}

enum rc
store_audit_count(struct op *op, const struct store_list *list, int64_t *ret_total, bool *ret_at_least)
{
	const struct query_set *set = &q_audit_count;
	struct store_args a;
	enum rc rc;

	rc = db_number(op, query_pick(set, 0, false, filters(set, list)), arguments(op, list, &a),
	    ret_total);
	*ret_at_least = rc == RC_OK && *ret_total > STORE_COUNT_MAX;
	*ret_total = rc == RC_OK ? MIN(*ret_total, (int64_t)STORE_COUNT_MAX) : 0;
	return rc;
}
