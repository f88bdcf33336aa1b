/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every list page has around its rows: search, filters, sorting, paging. Filled by web/listing.h. */
#ifndef VIEW_LISTING_H
#define VIEW_LISTING_H

#include "base/base.h"
#include "model/list.h"
#include "view/form.h"
#include "view/route_id.h"

enum sorted { SORTED_NOT, SORTED_ASC, SORTED_DESC };
enum shown { SHOWN_ALL, SHOWN_ON, SHOWN_OFF };

struct list_column {
	const char *label; /* NULL: a column of buttons */
	struct link sort;  /* query NULL: cannot be sorted by */
	enum sorted sorted;
	bool pick;   /* boxes to pick rows by */
	bool number; /* right-aligned */
	bool wide;   /* may be left out on narrow screens */
};

/* How many rows a page may have; the link starts at the first page. */
struct list_size {
	int64_t rows;
	bool now;
	struct link link;
};

#define LIST_SIZES 5 /* the usual ones and the one in force */

struct listing {
	const struct list_column *columns;
	size_t n_columns;
	size_t n; /* rows on this page */
	const struct list_info *info;
	const struct list_in *in;
	int64_t limit;               /* rows asked for, 0: as the configuration says */
	bool filtered;               /* a search or a filter is in force */
	bool has_active;             /* rows can be on or off */
	bool access;                 /* mailboxes can be restricted to some services */
	enum shown active;           /* which of them are shown */
	struct link all, next, prev; /* query NULL: no such page */
	struct link here;            /* this page, to come back to after a switch */
	struct link bulk;            /* where picked rows are sent */
	struct link import;          /* rows of this kind out of a file; query NULL: not here */
	struct link csv;             /* all rows as CSV */
	struct list_size sizes[LIST_SIZES]; /* none: all rows fit on the smallest page */
	size_t n_sizes;
	const struct option *doors; /* log: four */
	struct link self;           /* aliases: with or without those of mailboxes */
};

#endif
