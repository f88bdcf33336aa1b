/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rights. Operator and system may all; a super may all within the panel; a domain administrator
 * what concerns its domains. What an actor may not know of answers exactly as what does not exist:
 * RC_NOT_FOUND.
 */
#ifndef SVC_PERM_H
#define SVC_PERM_H

#include "base/op.h"

bool perm_is_super(const struct op *op); /* super administrator, operator or system */
NODISCARD enum rc perm_super(struct op *op);
NODISCARD enum rc perm_signed_in(struct op *op);
/* RC_NOT_FOUND when the domain (0 = none) is not the actor's; what: "mailbox" for the sentence. */
NODISCARD enum rc perm_domain(struct op *op, int64_t domain_id, const char *what);
/* Is the domain one of the actor's? Nothing is said of one that is not. */
NODISCARD enum rc perm_near(struct op *op, int64_t domain_id, bool *ret);
/* What limits this actor's lists, as in store/list.h: the id of an administrator, 0 for all, below 0 something else. */
int64_t perm_scope(const struct op *op);

#endif
