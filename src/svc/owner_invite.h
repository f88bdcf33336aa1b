/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Links with which the owner of a mailbox chooses the password, mailed to the first of the other addresses: good once, for `invite.days`, and void as soon as the
 * mailbox has another password. Taking one up is owner_invited() (svc/owner.h). Until then the password is the one before, or of a new mailbox one that nobody knows.
 */
#ifndef SVC_OWNER_INVITE_H
#define SVC_OWNER_INVITE_H

#include "base/op.h"
#include "model/mailbox.h"

struct conf;
bool owner_invite_offered(const struct conf *conf);
/* Can the owner be sent one? RC_INVALID at that field. */
NODISCARD enum rc owner_invite_check(struct op *op, const struct mailbox *row, const char *field);
/* The same for a page, which says it before anybody asks: NULL, or why a mailbox that is there cannot be sent one, for whoever shows it to translate. */
const char *owner_invite_why_not(struct op *op, const struct mailbox *row);
/* Within the caller's transaction. */
NODISCARD enum rc owner_invite_queue(struct op *op, const struct mailbox *row);
/* Sends one to the owner of a mailbox that is there. RC_CONFLICT when it is switched off. */
NODISCARD enum rc owner_invite(struct op *op, int64_t id, struct mailbox *ret);
/* Where it goes; "" nowhere. */
const char *owner_invite_to(struct op *op, const struct mailbox *row);

#endif
