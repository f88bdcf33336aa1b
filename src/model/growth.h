/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much there was on a day. */
#ifndef MODEL_GROWTH_H
#define MODEL_GROWTH_H

#include "base/field.h"

struct growth {
	int64_t day;       /* since 1970, in UTC */
	int64_t domain_id; /* 0: of several */
	int64_t domains, mailboxes, aliases;
	int64_t used, allotted; /* bytes; allotted: the sum of quotas, of boxes that have one */
};
extern const struct fields growth_fields;

#endif
