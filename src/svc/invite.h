/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Invitations: an administrator who was added without a password chooses one with a link that is good once and for `invite.days`. The link goes out by
 * mail; where none can be sent, whoever asked on the command line is shown it. Taking one up is reset_invited() (svc/reset.h).
 */
#ifndef SVC_INVITE_H
#define SVC_INVITE_H

#include "base/op.h"
#include "model/admin.h"

#define INVITE_CODE_MAX 41

/* A fresh code for a link that is shown. Made outside of the op that stores it, so that the op can run again. */
void invite_fresh(char ret[INVITE_CODE_MAX]);
const char *invite_link(struct op *op, const char *username, const char *code);

/* Can one be made here? code: NULL: by mail. RC_INVALID with field `invite`. */
NODISCARD enum rc invite_check(struct op *op, const char *code);
/* Within the caller's transaction: the administrator is invited, the links before are void. */
NODISCARD enum rc invite_begin(struct op *op, const struct admin *row, const char *code);
/* Invites again, for supers. RC_CONFLICT when the administrator has a password of his own. */
NODISCARD enum rc invite_again(struct op *op, int64_t id, const char *code, struct admin *ret);

#endif
