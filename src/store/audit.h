/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of the trail: the fork's log with vimb_audit beside it. Rows are only ever added. */
#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H

#include "db/db.h"
#include "model/audit.h"
#include "store/list.h"

extern const char *const store_audit_sorts[];

NODISCARD enum rc store_audit_add(struct op *op, const struct audit *row, int64_t *ret_id);
/* The same of many, by two statements; each gets its id. */
NODISCARD enum rc store_audit_add_many(struct op *op, struct audit *rows, size_t n);
/* RC_NOT_FOUND without a fault when there is none. */
NODISCARD enum rc store_audit_get(struct op *op, int64_t id, struct audit *ret);
NODISCARD enum rc store_audit_by_request(struct op *op, const char *request_id, struct audit *ret);
/* The latest entries about one object. */
NODISCARD enum rc store_audit_of_object(struct op *op, const char *type, int64_t id, size_t max,
    struct rows *ret);
NODISCARD enum rc store_audit_list(struct op *op, const struct store_list *list, struct rows *ret);
NODISCARD enum rc store_audit_count(struct op *op, const struct store_list *list,
    int64_t *ret_total, bool *ret_at_least);

#endif
