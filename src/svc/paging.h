/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From what a list is asked for to what store is asked for, and back to how it pages on. Private to
 * svc.
 */
#ifndef SVC_PAGING_H
#define SVC_PAGING_H

#include "base/base.h"
#include "db/db.h"
#include "model/list.h"
#include "store/list.h"

/* One list as a service runs it. */
struct paging {
	const struct fields *row; /* field table of the rows: its name binds the cursors to this list */
	const char *const *sorts; /* whitelist, NULL-terminated; the first is the default */
	bool desc;                /* direction when none is asked for */
	enum rc (*rows)(struct op *op, const struct store_list *list, struct rows *ret);
	enum rc (*count)(struct op *op, const struct store_list *list, int64_t *ret_total,
	    bool *ret_at_least);
};

/*
 * Checks, looks up the domain filter, runs both statements. RC_INVALID at sort, dir, limit, after,
 * before, domain, active. *ret is the page in the order of the list.
 */
NODISCARD enum rc paging_run(struct op *op, const struct paging *p, const struct list_in *in,
    struct rows *ret, struct list_info *ret_info);

#endif
