/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The numbers of mailboxes and aliases that stand in a domain's row: the program keeps them right with each change, but other programs and people with a
 * database client may not. For the operator and supers.
 */
#ifndef SVC_COUNTERS_H
#define SVC_COUNTERS_H

#include "base/op.h"
#include "model/domain.h"

#define COUNTERS_MAX 1000 /* domains at a time */

struct counted_list {
	struct counted *rows;
	size_t n;
};

/* Domains behind that id (0: all) whose numbers have drifted, at most COUNTERS_MAX. */
NODISCARD enum rc counters_look(struct op *op, int64_t after, struct counted_list *ret);
/* Counts one anew: one transaction, one row of the trail, none if the numbers are right meanwhile. */
NODISCARD enum rc counters_fix(struct op *op, int64_t domain_id);

#endif
