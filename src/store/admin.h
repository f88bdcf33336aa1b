/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of admin. Statements that could leave no active super decide that themselves; everything else is svc/admin.c's. */
#ifndef STORE_ADMIN_H
#define STORE_ADMIN_H

#include "db/db.h"
#include "model/admin.h"
#include "store/list.h"

extern const char *const store_admin_sorts[];

/* RC_NOT_FOUND without a fault when there is none. */
NODISCARD enum rc store_admin_get(struct op *op, int64_t id, struct admin *ret);
NODISCARD enum rc store_admin_find(struct op *op, const char *username, struct admin *ret);
NODISCARD enum rc store_admin_add(struct op *op, const struct admin *row, int64_t *ret_id);
/* *ret_id is 0 when there is an administrator already. */
NODISCARD enum rc store_admin_add_first(struct op *op, const struct admin *row, int64_t *ret_id);
/* super, active, modified of the row; *ret_changed 0: it is the last active super (or gone). */
NODISCARD enum rc store_admin_rights(struct op *op, const struct admin *row, int64_t *ret_changed);
/* Whoever was invited is not any more. */
NODISCARD enum rc store_admin_password(struct op *op, int64_t id, const char *stored, int64_t now);
/* Others that do the same wait until the transaction is over. */
NODISCARD enum rc store_admin_lock(struct op *op, int64_t id);
NODISCARD enum rc store_admin_invited(struct op *op, int64_t id, int64_t now);
/* Compare and set: *ret_changed 0 when the stored hash is no longer `old`. */
NODISCARD enum rc store_admin_rehash(struct op *op, int64_t id, const char *old, const char *stored,
    int64_t *ret_changed);
NODISCARD enum rc store_admin_last_login(struct op *op, int64_t id, int64_t now);
/* *ret_changed 0: it is the last active super (or gone), and nothing was removed that the transaction may keep. */
NODISCARD enum rc store_admin_delete(struct op *op, int64_t id, int64_t *ret_changed);
NODISCARD enum rc store_admin_list(struct op *op, const struct store_list *list, struct rows *ret);
NODISCARD enum rc store_admin_count(struct op *op, const struct store_list *list,
    int64_t *ret_total, bool *ret_at_least);
/* Enrolled in the PHP program: preference auth.totp.secret. */
NODISCARD enum rc store_admin_second_factor(struct op *op, int64_t id, bool *ret);
/* *ret_changed: rows removed, 0 when there was none. */
NODISCARD enum rc store_admin_forget_second_factor(struct op *op, int64_t id, int64_t *ret_changed);
/* struct admin rows of active supers, at most 50, with id and username. */
NODISCARD enum rc store_admin_supers(struct op *op, struct rows *ret);
/* 0 or 1: is there any? */
NODISCARD enum rc store_admin_number(struct op *op, int64_t *ret);
NODISCARD enum rc store_admin_has_domain(struct op *op, int64_t id, int64_t domain_id, bool *ret);
/* struct domain rows, at most 100,000. */
NODISCARD enum rc store_admin_domains(struct op *op, int64_t id, struct rows *ret);

#endif
