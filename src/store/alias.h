/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows of alias. Beside it stands vimb_alias_target, one row per target, so that "which aliases lead to this address" is an index look-up. The
 * schema's triggers keep it, because the PHP program and others write aliases too. No rules here.
 */
#ifndef STORE_ALIAS_H
#define STORE_ALIAS_H

#include "db/db.h"
#include "model/alias.h"
#include "store/list.h"

extern const char *const store_alias_sorts[];

/* RC_NOT_FOUND without a fault when there is none. */
NODISCARD enum rc store_alias_get(struct op *op, int64_t id, struct alias *ret);
NODISCARD enum rc store_alias_find(struct op *op, const char *address, struct alias *ret);
/* The active alias that mail to the address follows: its own, else the one of catch_all ("@domain"). */
NODISCARD enum rc store_alias_route(struct op *op, const char *address, const char *catch_all,
    struct alias *ret);
/* struct alias rows, at most max, that have the address among their targets, in any domain. */
NODISCARD enum rc store_alias_naming(struct op *op, const char *address, size_t max, struct rows *ret);
/* What stands at an address: -1 nothing, 0 something that is off, 1 something that is on. */
struct alias_target {
	bool domain_active;
	int64_t box, alias; /* its own alias or the catch-all */
};
struct addr;
/* RC_NOT_FOUND when its domain is not here, or not in the scope. */
NODISCARD enum rc store_alias_target(struct op *op, const struct addr *a, int64_t scope,
    struct alias_target *ret);
NODISCARD enum rc store_alias_add(struct op *op, const struct alias *row, int64_t *ret_id);
/* By one statement. RC_CONFLICT when any of the addresses is taken. */
NODISCARD enum rc store_alias_add_many(struct op *op, const struct alias *rows, size_t n);
NODISCARD enum rc store_alias_put(struct op *op, const struct alias *row);
NODISCARD enum rc store_alias_delete(struct op *op, int64_t id);
NODISCARD enum rc store_alias_list(struct op *op, const struct store_list *list, struct rows *ret);
NODISCARD enum rc store_alias_count(struct op *op, const struct store_list *list,
    int64_t *ret_total, bool *ret_at_least);

#endif
