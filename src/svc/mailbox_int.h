/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by mailbox.c (reading, making, changing) and mailbox_delete.c. */
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
NODISCARD enum rc mailbox_secret(struct op *op, const struct mailbox_in *in, struct mailbox_secret *ret);

#endif
