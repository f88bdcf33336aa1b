/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first page: numbers of the actor's domains and what in them needs attention; three statements. */
#ifndef SVC_OVERVIEW_H
#define SVC_OVERVIEW_H

#include "base/op.h"
#include "model/overview.h"
#include "svc/growth.h"

#define OVERVIEW_ROWS 8
#define OVERVIEW_BOXES_MAX 50000 /* more are not looked at one by one while somebody waits */

struct overview_page {
	struct overview n;
	struct overview_item *domains, *items;
	size_t n_domains, n_items;
	bool looked; /* items were looked for */
	struct growth_list growth;
};
NODISCARD enum rc overview_get(struct op *op, struct overview_page *ret);

#endif
