/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Owns who is told what on the first page: supers also how many are signed in and refused. */
#include "base/base.h"

#include "base/arena.h"
#include "store/overview.h"
#include "svc/growth.h"
#include "svc/overview.h"
#include "svc/perm.h"

/* Each kind keeps its order; that one stands before another is no promise of the engines. */
static void
share_out(struct op *op, const struct rows *rows, struct overview_page *ret)
{
	const struct overview_item *at = rows->at;

	ret->domains = arena_array(op->arena, rows->n, sizeof(*at));
	ret->items = arena_array(op->arena, rows->n, sizeof(*at));
	for (size_t i = 0; i < rows->n; i++)
		if (strcmp(at[i].kind, "domain") == 0)
			ret->domains[ret->n_domains++] = at[i];
		else
			ret->items[ret->n_items++] = at[i];
}

enum rc
overview_get(struct op *op, struct overview_page *ret)
{
	int64_t scope = perm_scope(op);
	struct rows rows;
	enum rc rc;

	*ret = (struct overview_page){ 0 };
	if ((rc = perm_signed_in(op)) != RC_OK ||
	    (rc = store_overview_counts(op, scope, perm_is_super(op) ? op->now : 0, &ret->n)) != RC_OK)
		return rc;
	ret->looked = ret->n.mailboxes <= OVERVIEW_BOXES_MAX;
	if ((rc = store_overview_items(op, scope, ret->looked, OVERVIEW_ROWS, &rows)) != RC_OK)
		return rc;
	share_out(op, &rows, ret);
	return growth_of(op, ret->n.domains, &ret->growth);
}
