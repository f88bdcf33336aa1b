/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of vimb_growth and vimb_growth_domain; what there is now, to be put there. */
#ifndef STORE_GROWTH_H
#define STORE_GROWTH_H

#include "db/db.h"
#include "model/growth.h"

NODISCARD enum rc store_growth_seen(struct op *op, int64_t day, bool *ret);
/* struct growth rows of the domains behind that id, without their day. */
NODISCARD enum rc store_growth_figures(struct op *op, int64_t after, size_t max, struct rows *ret);
/* Do nothing where the day is there already, or the domain is gone. */
NODISCARD enum rc store_growth_put_domain(struct op *op, const struct growth *row);
NODISCARD enum rc store_growth_put(struct op *op, const struct growth *row);
/* Days before `ended` go, of those before `thinned` all but each `every`th. */
struct growth_thin {
	int64_t ended, thinned, every;
};
NODISCARD enum rc store_growth_thin(struct op *op, const struct growth_thin *all,
    const struct growth_thin *domains);
/* struct growth rows from that day on; scope as in store/list.h. */
NODISCARD enum rc store_growth_since(struct op *op, int64_t scope, int64_t day, size_t max,
    struct rows *ret);

#endif
