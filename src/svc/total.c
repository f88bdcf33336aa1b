/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The quota of all mailboxes of a domain. The surprising thing: the domain's row is written before its mailboxes are added up, though nothing of it changes. All who
 * give a mailbox more do that, so they come one after the other, and none of them adds up what another is about to change.
 */
#include "base/base.h"

#include "base/lang.h"
#include "base/str.h"
#include "model/domain.h"
#include "store/domain.h"
#include "svc/perm.h"
#include "svc/total.h"

static enum rc
refuse(struct op *op, const char *field, int64_t total, bool unlimited)
{
	CLEANUP(str_release) struct str size = STR_INIT;

	lang_add_size(op->errs.lang, total, &size);
	return op_fail_field(op, RC_INVALID, field,
	    unlimited ? N_("Unlimited is not possible here: the mailboxes of this domain may have "
			   "at most %s together.")
		      : N_("With it the mailboxes of this domain would have more than the %s they "
			   "may have together."),
	    str_text(&size));
}

enum rc
total_check(struct op *op, const char *field, const struct domain *domain, int64_t was, int64_t quota)
{
	int64_t sum = 0;
	enum rc rc;

	if (domain->total_quota == 0 || perm_is_super(op) || was == 0 || quota == was ||
	    (was > 0 && quota > 0 && quota < was))
		return RC_OK;
	if (quota == 0)
		return refuse(op, field, domain->total_quota, true);
	if ((rc = store_domain_count_mailbox(op, domain->id, 0)) != RC_OK ||
	    (rc = store_domain_allotted_now(op, domain->id, &sum)) != RC_OK)
		return rc;
	sum -= MAX(was, 0);
	if (quota <= domain->total_quota && sum <= domain->total_quota - quota)
		return RC_OK;
	return refuse(op, field, domain->total_quota, false);
}
