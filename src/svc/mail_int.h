/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files about mail share. */
#ifndef SVC_MAIL_INT_H
#define SVC_MAIL_INT_H

#include "svc/mail.h"
#include "svc/mailtext.h"

#define RESET_LIFE_S (2 * 3600)
#define DAY_S (24 * 3600)
#define INVITE_PAGE "invitation" /* below /auth/ */
#define OWNER_PAGE "mailbox-invitation"

/* Sender, subject and bodies of a text about a mailbox. */
NODISCARD enum rc mail_make_owner(struct op *op, enum mailtext text, const struct mailbox *row,
    struct mail_ready *ret);
/* The mail with the link of a mailbox's owner; none where he may not use it. */
NODISCARD enum rc mail_make_first(struct op *op, const struct mail_job *job,
    const struct mailbox *row, struct mail_ready *ret);
/* "reset:12", "invite:12", the purposes of an administrator's tokens. */
const char *mail_reset_purpose(struct op *op, int64_t admin_id);
const char *mail_invite_purpose(struct op *op, int64_t admin_id);
/* The one token of that purpose, one of the above: those before are void. Within the caller's transaction. */
NODISCARD enum rc mail_token_only(struct op *op, int64_t admin_id, const char *purpose,
    const char *hash, int64_t life);
#define MAIL_TOKEN_MAX 41
void mail_token_make(char ret[MAIL_TOKEN_MAX], char ret_hash[65]);
/* https://panel/auth/PAGE with name and token behind the #, so that no server on the way ever sees or logs them. */
const char *mail_link(struct op *op, const char *page, const char *username, const char *token);

#endif
