/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Growth: what there was on each day, taken down by a job of the keeper. Kept for the installation: two years each day, then every fourth week for
 * twenty years; for each domain: three months each day, then each week for two years. A domain's days go with the domain.
 */
#ifndef SVC_GROWTH_H
#define SVC_GROWTH_H

#include "base/op.h"
#include "model/growth.h"

#define GROWTH_DAYS 366        /* that are shown */
#define GROWTH_DOMAINS_MAX 500 /* of an administrator are added up while somebody waits */
#define GROWTH_DAY (24 * 3600)

struct growth_list {
	struct growth *rows; /* by day */
	size_t n;
	bool too_many; /* domains: nobody added them up */
};

/* The first day that is shown now. */
int64_t growth_since(const struct op *op);
/* The actor's domains, of which there are so many, together; none when they are too many. */
NODISCARD enum rc growth_of(struct op *op, int64_t domains, struct growth_list *ret);
/* Takes today down unless that was done; harmless when repeated. For the system only. */
NODISCARD enum rc growth_take(struct op *op, bool *ret_taken);

#endif
