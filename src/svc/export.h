/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lists as CSV, a page at a time: the same rows, rights, filters and sorting as the lists have, so that nobody needs a million rows in memory.
 */
#ifndef SVC_EXPORT_H
#define SVC_EXPORT_H

#include "base/op.h"
#include "model/list.h"

struct str;

enum export_list {
	EXPORT_NONE,
	EXPORT_DOMAINS,
	EXPORT_MAILBOXES,
	EXPORT_ALIASES,
	EXPORT_ADMINS,
	EXPORT_LOG,
};

/* "mailboxes" */
const char *export_name(enum export_list list);
/*
 * Appends the page of `in` to out, before the first one (no in->after, no in->before) a line of names. *ret_next: what to put into in->after for
 * the next page, NULL after the last; lives in the op. in->hashes is for supers (mailboxes only) and makes a row of the trail, once.
 */
NODISCARD enum rc export_page(struct op *op, enum export_list list, const struct list_in *in,
    struct str *out, const char **ret_next);

#endif
