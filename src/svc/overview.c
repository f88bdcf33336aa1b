/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Owns who is told what on the first page: supers also how many are signed in and refused. */
#include "base/base.h"

#include "store/overview.h"
#include "svc/overview.h"
#include "svc/perm.h"

enum rc
overview_get(struct op *op, struct overview_page *ret)
{
	int64_t scope = perm_scope(op);
	struct rows domains, items = { 0 };
	enum rc rc;

	*ret = (struct overview_page){ 0 };
	if ((rc = perm_signed_in(op)) != RC_OK ||
	    (rc = store_overview_counts(op, scope, perm_is_super(op) ? op->now : 0, &ret->n)) != RC_OK ||
	    (rc = store_overview_domains(op, scope, OVERVIEW_ROWS, &domains)) != RC_OK)
		return rc;
	ret->looked = ret->n.mailboxes <= OVERVIEW_BOXES_MAX;
	if (ret->looked && (rc = store_overview_attention(op, scope, OVERVIEW_ROWS, &items)) != RC_OK)
		return rc;
	ret->domains = domains.at;
	ret->n_domains = domains.n;
	ret->items = items.at;
	ret->n_items = items.n;
	return RC_OK;
}
