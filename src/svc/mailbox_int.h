/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by mailbox.c (reading, making, changing), mailbox_delete.c and mailbox_restore.c. */
#ifndef SVC_MAILBOX_INT_H
#define SVC_MAILBOX_INT_H

#include "base/base.h"
#include "svc/mailbox.h"

/* Passwords as they come in: exactly one of clear text, ready hash, "make one". */
struct mailbox_secret {
	const char *stored; /* what goes into the column */
	const char *made;   /* the clear text that was made, else NULL */
};
/* RC_INVALID at password or hash; takes a hashing ticket, so before tx_begin(). */
NODISCARD enum rc mailbox_secret(struct op *op, const struct mailbox_in *in, const char *account,
    struct mailbox_secret *ret);

#define REACH_NAMING_MAX 10000 /* aliases that name one address */
/* May the actor know of what lies in that domain? */
NODISCARD enum rc mailbox_near(struct op *op, int64_t domain_id, bool *ret);
struct str;
/*
 * The row (NULL: none) and the aliases that went or came with it, as the trail keeps them: members
 * made by mailbox_trail_member(), those of the actor's domains and those elsewhere.
 */
const char *mailbox_trail(struct op *op, const struct mailbox *row, const struct str *near,
    const struct str *far);
void mailbox_trail_member(struct str *out, const char *key, const char *value);
/* Brings back a mailbox that was kept (undo_keep.h); RC_CONFLICT where something stands in its way. */
NODISCARD enum rc mailbox_restore(struct op *op, int64_t undo_id);

#endif
