/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which aliases reach a mailbox: through chains, catch-alls that name it and whole domains that lead to its own. */
#ifndef SVC_REACH_H
#define SVC_REACH_H

#include "base/op.h"
#include "model/alias.h"
#include "model/mailbox.h"
#include "model/reach.h"

#define REACH_MAX 200 /* more are not shown */

struct reach_list {
	struct reach *rows;
	size_t n;
};
/* The mailbox must be one the actor got from mailbox_get(); of the aliases only those of its domains are told. */
NODISCARD enum rc reach_of(struct op *op, const struct mailbox *row, struct reach_list *ret);

/* Aliases of the actor's domains that have an address among their targets, alone or with others. */
struct reach_naming {
	struct alias *rows;
	size_t n;
};
NODISCARD enum rc reach_naming(struct op *op, const char *address, struct reach_naming *ret);
/* What takes mail to an address when nothing of its own does: the active catch-all of its domain; RC_NOT_FOUND without a fault when nothing does. */
NODISCARD enum rc reach_catch_all(struct op *op, const char *address, struct alias *ret);
/* The same where its alias goes, which is one of the actor's: *ret_box: the mailbox of that name does; else *ret_goto, the catch-all's targets. */
NODISCARD enum rc reach_after(struct op *op, const char *address, bool *ret_box, const char **ret_goto);
/* A list of targets without one address, "" when nothing is left. */
const char *reach_without(struct op *op, const char *list, const char *address);

#endif
