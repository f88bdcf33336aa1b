/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which aliases lead to a mailbox, through however many others. */
#ifndef STORE_REACH_H
#define STORE_REACH_H

#include "db/db.h"
#include "model/reach.h"

/* struct reach rows, one for each way, nearest first, at most max; scope: as in store/list.h. */
NODISCARD enum rc store_reach_list(struct op *op, const char *address, int64_t scope, size_t max,
    struct rows *ret);

#endif
