/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of mailbox, joined with their domain and what Dovecot writes. No rules here. */
#ifndef STORE_MAILBOX_H
#define STORE_MAILBOX_H

#include "db/db.h"
#include "model/mailbox.h"
#include "store/list.h"

extern const char *const store_mailbox_sorts[];

/* RC_NOT_FOUND without a fault when there is none. */
NODISCARD enum rc store_mailbox_get(struct op *op, int64_t id, struct mailbox *ret);
NODISCARD enum rc store_mailbox_find(struct op *op, const char *username, struct mailbox *ret);
/* RC_CONFLICT when the address is taken. */
NODISCARD enum rc store_mailbox_add(struct op *op, const struct mailbox *row, int64_t *ret_id);
/* By one statement; ret_ids has room for n. RC_CONFLICT when the address of any of them is taken. */
NODISCARD enum rc store_mailbox_add_many(struct op *op, const struct mailbox *rows, size_t n,
    int64_t *ret_ids);
NODISCARD enum rc store_mailbox_put(struct op *op, const struct mailbox *row);
NODISCARD enum rc store_mailbox_delete(struct op *op, int64_t id);
NODISCARD enum rc store_mailbox_list(struct op *op, const struct store_list *list, struct rows *ret);
NODISCARD enum rc store_mailbox_count(struct op *op, const struct store_list *list,
    int64_t *ret_total, bool *ret_at_least);

#endif
