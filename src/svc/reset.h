/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lost passwords of administrators. Asking is the same work and the same answer for every name, because nobody looks whose it is before the keeper
 * sends the mail (svc/mail.c). A second factor stays, and nobody is signed in by a reset.
 */
#ifndef SVC_RESET_H
#define SVC_RESET_H

#include "base/op.h"
#include "model/reset.h"

#define RESET_PROOF_BITS 16 /* a second of a browser's time */
#define RESET_SLOT_S 600    /* a challenge holds for one to two of these */

/*
 * What a browser is to compute on: `secret` is its form's token, slot the number of the time slot. The proof is a number n for which
 * SHA-256("challenge:username:n") begins with RESET_PROOF_BITS zero bits.
 */
const char *reset_challenge(struct op *op, const char *secret, int64_t slot);

/*
 * Has a mail sent, if there is such an administrator. secret: see above. Without a valid proof, where the configuration wants one, the mail goes out
 * later and fewer are let through. RC_NOT_FOUND where this is not offered (mail_reset_offered()), RC_LIMITED.
 */
NODISCARD enum rc reset_ask(struct op *op, const struct lost_in *in, const char *secret);
/* Sets the new password against the token and ends all sessions. RC_INVALID, and one sentence for all that can be wrong with name or token. */
NODISCARD enum rc reset_password(struct op *op, const struct newpass_in *in);
/* The same with the code of an invitation, wherever lost passwords are not offered, too. */
NODISCARD enum rc reset_invited(struct op *op, const struct newpass_in *in);

#endif
