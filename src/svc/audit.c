/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading the trail. Owns who sees which of its rows and how much of them; writing it is
 * change.c's. The surprising thing: a row may hold, under the key "elsewhere" and always last, what
 * a change did in domains that are not the reader's (mailbox_delete.c); that part is cut off for
 * all but supers. A quote inside a JSON string is escaped, so the key cannot be forged by a name.
 */
#include "base/base.h"

#include "base/arena.h"
#include "store/audit.h"
#include "svc/audit.h"
#include "svc/paging.h"
#include "svc/perm.h"

#define RECENT 10
#define ELSEWHERE ",\"elsewhere\":"

static const char *
near_only(struct op *op, const char *json)
{
	const char *far = json ? strstr(json, ELSEWHERE) : NULL;

	return far ? arena_printf(op->arena, "%.*s}", (int)(far - json), json) : json;
}

static void
hide(struct op *op, struct audit *row)
{
	if (perm_is_super(op))
		return;
	row->before = near_only(op, row->before);
	row->after = near_only(op, row->after);
}

enum rc
audit_list(struct op *op, const struct list_in *in, struct audit_list *ret)
{
	static const struct paging paging = { .row = &audit_fields,
		.sorts = store_audit_sorts,
		.desc = true,
		.rows = store_audit_list,
		.count = store_audit_count };
	struct rows rows;
	enum rc rc;

	if ((rc = perm_signed_in(op)) != RC_OK ||
	    (rc = paging_run(op, &paging, in, &rows, &ret->info)) != RC_OK)
		return rc;
	ret->rows = rows.at;
	ret->n = rows.n;
	for (size_t i = 0; i < ret->n; i++)
		hide(op, &ret->rows[i]);
	return RC_OK;
}

enum rc
audit_recent(struct op *op, const char *type, int64_t id, int64_t domain_id, struct audit_list *ret)
{
	const struct store_list of_domain = {
		.domain_id = domain_id, .active = -1, .sort = "id", .desc = true, .limit = RECENT
	};
	struct rows rows;
	enum rc rc = perm_domain(op, domain_id, "entry");

	if (rc != RC_OK)
		return rc;
	rc = type ? store_audit_of_object(op, type, id, RECENT, &rows)
		  : store_audit_list(op, &of_domain, &rows);
	if (rc != RC_OK)
		return rc;
	*ret = (struct audit_list){ .rows = rows.at, .n = rows.n };
	for (size_t i = 0; i < ret->n; i++)
		hide(op, &ret->rows[i]);
	return RC_OK;
}

enum rc
audit_get(struct op *op, int64_t id, struct audit *ret)
{
	enum rc rc = perm_signed_in(op);

	if (rc != RC_OK)
		return rc;
	rc = store_audit_get(op, id, ret);
	if (rc == RC_NOT_FOUND)
		return op_fail(op, RC_NOT_FOUND, "There is no such entry.");
	if (rc != RC_OK || (rc = perm_domain(op, ret->domain_id, "entry")) != RC_OK)
		return rc;
	hide(op, ret);
	return RC_OK;
}
