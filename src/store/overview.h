/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The statements of the first page. scope: as in store/list.h. */
#ifndef STORE_OVERVIEW_H
#define STORE_OVERVIEW_H

#include "db/db.h"
#include "model/overview.h"

/* now 0: nothing of sessions and refusals. */
NODISCARD enum rc store_overview_counts(struct op *op, int64_t scope, int64_t now, struct overview *ret);
/* struct overview_item rows, at most `max` of each kind: the domains first, then, if it is looked for, what needs attention. */
NODISCARD enum rc store_overview_items(struct op *op, int64_t scope, bool looked, size_t max,
    struct rows *ret);

#endif
