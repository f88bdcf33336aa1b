/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by warn.c (of one row, whose facts it asks for one by one) and warn_many.c (of many, whose facts are asked for together): what is said of which facts. Nothing here asks anything. */
#ifndef SVC_WARN_INT_H
#define SVC_WARN_INT_H

#include "store/alias.h"
#include "store/warn.h"
#include "svc/warn.h"

struct addr;

/* That a domain takes no mail here. */
void warn_of_domain(struct op *op, const struct warn_domain *d, struct warnings *w);
void warn_of_target(struct op *op, const char *target, const struct alias_target *at,
    struct warnings *w);
void warn_of_outside(struct op *op, const char *target, struct warnings *w);
/* A mailbox of the same name is passed by unless it is among the targets. */
void warn_of_shadow(struct op *op, const char *address, const char *list,
    const struct alias_target *at, struct warnings *w);
/* Postfix looks for the whole address first, so the mailbox works; but mail with an extension of its own does not find it everywhere. */
void warn_of_extension(struct op *op, const struct addr *addr, struct warnings *w);
/* was -1: it is made. used: what it holds. */
void warn_of_quota(struct op *op, const struct warn_domain *d, int64_t quota, int64_t was,
    int64_t used, struct warnings *w);
/* Without a limit where all of them together are meant to have one. */
void warn_of_no_limit(struct op *op, const struct warn_domain *d, struct warnings *w);
/* sum: what the mailboxes of the domain have together with this one, or with all of many. */
void warn_of_total(struct op *op, const struct warn_domain *d, int64_t sum, struct warnings *w);
void warn_of_sum(struct op *op, const struct warn_domain *d, int64_t sum, struct warnings *w);
/* What needs to be known of the domain's mailboxes besides, in l, is what warn_limits_ask() says. */
enum { WARN_ASK_OVER = 1 << 0, WARN_ASK_TOTAL = 1 << 1 };
unsigned warn_limits_ask(const struct domain *was, const struct domain_in *in);
void warn_of_limits(struct op *op, const struct domain *was, const struct domain_in *in,
    const struct warn_limit *l, struct warnings *w);

#endif
