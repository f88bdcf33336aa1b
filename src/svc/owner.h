/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the owner of a mailbox may do, who is no administrator and has no session: nothing but a new password. */
#ifndef SVC_OWNER_H
#define SVC_OWNER_H

#include "base/op.h"
#include "model/owner.h"
#include "model/reset.h"

/*
 * A new password for who knows the current one. Counted (RC_LIMITED, op->wait). RC_UNAUTHENTICATED, with one sentence
 * and equal work, for wrong passwords and unknown, inactive or disappearing mailboxes and inactive domains.
 * RC_NOT_FOUND when the operator has switched it off.
 */
NODISCARD enum rc owner_password(struct op *op, const struct owner_in *in);
/* The same with the code of a link that was mailed (svc/owner_invite.h). RC_INVALID at `token`, and one sentence for all that can be wrong. */
NODISCARD enum rc owner_invited(struct op *op, const struct newpass_in *in);
/* The same refusal for the page that asks. */
NODISCARD enum rc owner_offered(struct op *op);

#endif
