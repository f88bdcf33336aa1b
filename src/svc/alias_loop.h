/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where does mail to an alias end? Private to svc. */
#ifndef SVC_ALIAS_LOOP_H
#define SVC_ALIAS_LOOP_H

#include "base/base.h"
#include "base/op.h"

/*
 * Follows the targets of an alias (as it would be: address, goto list) through the active aliases,
 * as Postfix does. RC_INVALID at the field "goto" when mail would come back to an address it
 * passed, when it would go deeper or wider than Postfix follows, or when the alias names itself
 * although no mailbox stands behind it.
 */
NODISCARD enum rc alias_loop_check(struct op *op, const char *address, const char *goto_);

struct alias;
/* The active alias that mail to the address follows: its own, else the one of catch_all ("@domain"); RC_NOT_FOUND without a fault. */
typedef enum rc (*alias_route)(struct op *op, void *ctx, const char *address, const char *catch_all,
    struct alias *ret);
/* The same walk through aliases that are looked up by route(), without the question about itself. */
NODISCARD enum rc alias_loop_walk(struct op *op, const char *address, const char *goto_,
    alias_route route, void *ctx);

#endif
