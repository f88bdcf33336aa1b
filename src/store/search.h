/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a search in a large table is answered, the same for mailboxes and aliases. Where statistics call the text common, the first page and a total that
 * says "more than" come from one walk. Else the index of letters is asked, for STORE_RARE_MAX rows and one:
 *   these: that is all of them, and the page is made of these;
 *   walk: there are more, so the sorting's index is walked until the page is full, which with common words is soon. Where those that match sit together
 *     far away, the walk is given up where that sort is quicker (walk_max) and all that match are sorted after all ("rare");
 *   dense: few rows are in reach (a domain or scope that is not large, those switched off), and each is looked at;
 *   prefix: less than three letters, which no index knows: what begins so.
 * Private to store.
 */
#ifndef STORE_SEARCH_H
#define STORE_SEARCH_H

#include "store/list.h"

struct store_id {
	int64_t id;
};
extern const struct fields store_id_fields;

/* What an entity tells of itself. */
struct store_searched {
	const char *short_plan; /* for less than three letters */
	/* How many rows are in the scope, out of counters. */
	enum rc (*total)(struct op *op, const struct store_list *list, int64_t *ret);
	/*
	 * The first rows along the sorting among list->walk, where the text is known to be common: struct store_id, no more than STORE_COUNT_MAX + 1; none
	 * where it is not. NULL: nothing is known.
	 */
	enum rc (*walked)(struct op *op, const struct store_list *list, struct rows *ret);
	/* Which rows the index of letters finds: struct store_id, no more than STORE_RARE_MAX + 1. */
	enum rc (*find)(struct op *op, const struct store_list *list, struct rows *ret);
	/* How many rows a search by this plan finds, up to STORE_COUNT_MAX + 1. */
	enum rc (*count)(struct op *op, const struct store_list *list, const char *plan, int64_t *ret);
	/* One page of the rows list->ids. */
	enum rc (*these)(struct op *op, const struct store_list *list, struct rows *ret);
	enum rc (*rows)(struct op *op, const struct store_list *list, const char *plan,
	    struct rows *ret);
};

/* One page of list->q, which is set. */
NODISCARD enum rc store_search_rows(struct op *op, const struct store_list *list,
    const struct store_searched *what, struct rows *ret);
/* Its total; *ret_at_least: there are more than that. */
NODISCARD enum rc store_search_count(struct op *op, const struct store_list *list,
    const struct store_searched *what, int64_t *ret_total, bool *ret_at_least);

#endif
