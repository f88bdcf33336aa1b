/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows that were picked out of a list by their numbers, all at once. */
#ifndef STORE_BULK_H
#define STORE_BULK_H

#include "db/db.h"
#include "model/bulk.h"

/* struct bulk_found, in any order; of n numbers those that are within the scope (as in store/list.h). */
NODISCARD enum rc store_bulk_domains(struct op *op, int64_t scope, const struct bulk_row *rows,
    size_t n, struct rows *ret);
NODISCARD enum rc store_bulk_mailboxes(struct op *op, int64_t scope, const struct bulk_row *rows,
    size_t n, struct rows *ret);
NODISCARD enum rc store_bulk_aliases(struct op *op, int64_t scope, const struct bulk_row *rows,
    size_t n, struct rows *ret);

#endif
