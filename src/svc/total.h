/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the mailboxes of a domain may have together. Like the other limits of a domain it binds its administrators; supers, who set it, are warned (svc/warn.h). */
#ifndef SVC_TOTAL_H
#define SVC_TOTAL_H

#include "base/op.h"

struct domain;

/*
 * Within the transaction that gives a mailbox of the domain so much (0 = unlimited): RC_INVALID at `field` when that is beyond the sum. was: what the mailbox has
 * now, -1: it is new. Less than before is never refused.
 */
NODISCARD enum rc total_check(struct op *op, const char *field, const struct domain *domain,
    int64_t was, int64_t quota);

#endif
