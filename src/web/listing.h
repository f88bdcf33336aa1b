/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Builds what list pages have around their rows: links that keep the filters, sorting, paging. */
#ifndef WEB_LISTING_H
#define WEB_LISTING_H

#include "base/base.h"
#include "view/listing.h"

struct call;

/* One column as a page declares it. */
struct listing_column {
	const char *label;
	const char *sort; /* name of the sorting, NULL: none */
	bool number, wide, pick;
};

void listing_build(struct call *c, const struct listing_column *columns, size_t n_columns,
    size_t n_rows, const struct list_info *info, struct listing *ret);

#endif
