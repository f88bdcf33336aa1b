/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the first page tells: numbers, the largest domains, and what needs somebody's attention. */
#ifndef MODEL_OVERVIEW_H
#define MODEL_OVERVIEW_H

#include "base/field.h"

struct overview {
	int64_t domains, mailboxes, aliases, domains_off;
	int64_t domains_alone;    /* without an administrator of their own */
	int64_t sessions, locked; /* supers only; locked: subjects that are refused now */
};
extern const struct fields overview_fields;

struct overview_item {
	const char *kind; /* "domain": n of of_n mailboxes; "over": a domain, n bytes allotted of of_n; "full": a box, n of of_n bytes; "dead": an alias, detail is the target nobody has */
	int64_t id;
	const char *name, *detail;
	int64_t n, of_n;
};
extern const struct fields overview_item_fields;

#endif
