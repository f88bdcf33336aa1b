/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pages of one entry of the log show. */
#ifndef VIEW_TRAIL_H
#define VIEW_TRAIL_H

#include "model/audit.h"
#include "model/list.h"
#include "view/form.h"

/* Is there anything in the filters that are folded away on a phone? */
static inline bool
log_narrowed(const struct list_in *in)
{
	const char *const of[] = { in->actor, in->object, in->domain, in->door, in->since, in->until };

	for (size_t i = 0; i < ARRAY_LEN(of); i++)
		if (of[i] && *of[i])
			return true;
	return false;
}

struct log_diff {
	const char *name, *before, *after; /* NULL: was not there */
};

struct log_entry_view {
	const struct audit *row;
	const struct log_diff *diff;
	size_t n;
	bool undo; /* it can be taken back, as far as its kind goes */
};

/* One row that would change. */
struct log_change {
	const char *type, *object;
	const struct log_diff *diff;
	size_t n;
};

struct log_undo_view {
	const struct audit *row;
	const struct log_change *changes;
	size_t n;
	const char *refused; /* why it cannot be taken back, NULL: it can */
	struct link back;
};

#endif
