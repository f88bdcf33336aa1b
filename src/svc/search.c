/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks each list for its first rows. It must not know how they are found: what serves a list's search serves this one. */
#include "base/base.h"

#include "svc/perm.h"
#include "svc/search.h"

enum rc
search_all(struct op *op, const char *q, struct search_result *ret)
{
	const struct list_in in = { .q = q, .limit = SEARCH_ROWS, .uncounted = true };
	enum rc rc = perm_signed_in(op);

	*ret = (struct search_result){ 0 };
	if (rc != RC_OK || !q || !*q)
		return rc;
	if ((rc = domain_list(op, &in, &ret->domains)) != RC_OK ||
	    (rc = mailbox_list(op, &in, &ret->mailboxes)) != RC_OK ||
	    (rc = alias_list(op, &in, &ret->aliases)) != RC_OK || !perm_is_super(op))
		return rc;
	return admin_list(op, &in, &ret->admins);
}
