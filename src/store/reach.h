/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which aliases lead to a mailbox, through however many others. */
#ifndef STORE_REACH_H
#define STORE_REACH_H

#include "db/db.h"
#include "model/reach.h"

/* struct reach rows, one for each way, nearest first, at most max; scope: as in store/list.h. */
NODISCARD enum rc store_reach_list(struct op *op, const char *address, int64_t scope, size_t max,
    struct rows *ret);

/* What takes the mail to an address when no alias of its own does: depth 0, the mailbox of that name, or 1, via: the targets of a catch-all; RC_NOT_FOUND. */
NODISCARD enum rc store_reach_after(struct op *op, const char *address, const char *catch_all,
    struct reach *ret);

#endif
