/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mailboxes: supers, and administrators of their domain within its limits. */
#ifndef SVC_MAILBOX_H
#define SVC_MAILBOX_H

#include "base/op.h"
#include "model/list.h"
#include "model/mailbox.h"

struct mailbox_list {
	struct mailbox *rows;
	size_t n;
	struct list_info info;
};

/* ret_password: the generated clear text (in->generate), else NULL; may be NULL. */
NODISCARD enum rc mailbox_add(struct op *op, const struct mailbox_in *in, struct mailbox *ret,
    const char **ret_password);
NODISCARD enum rc mailbox_get(struct op *op, int64_t id, struct mailbox *ret);
NODISCARD enum rc mailbox_find(struct op *op, const char *address, struct mailbox *ret);
NODISCARD enum rc mailbox_list(struct op *op, const struct list_in *in, struct mailbox_list *ret);
/*
 * Name, alternative address, quota, access restriction, active; password when given. The address
 * cannot change.
 */
NODISCARD enum rc mailbox_edit(struct op *op, int64_t id, const struct mailbox_in *in,
    struct mailbox *ret);
/* ret (NULL: not wanted): the row as it is now. */
NODISCARD enum rc mailbox_password(struct op *op, int64_t id, const struct mailbox_in *in,
    struct mailbox *ret, const char **ret_password);
NODISCARD enum rc mailbox_set_active(struct op *op, int64_t id, bool active, struct mailbox *ret);
/*
 * Removes the rows: mailbox, preferences, self-alias, aliases left empty; stored mail stays on
 * disk.
 */
NODISCARD enum rc mailbox_delete(struct op *op, int64_t id);

#endif
