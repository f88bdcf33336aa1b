/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files about mail share. */
#ifndef SVC_MAIL_INT_H
#define SVC_MAIL_INT_H

#include "svc/mail.h"
#include "svc/mailtext.h"

#define RESET_LIFE_S (2 * 3600)

/* Sender, subject and bodies of a text about a mailbox. */
NODISCARD enum rc mail_make_owner(struct op *op, enum mailtext text, const struct mailbox *row,
    struct mail_ready *ret);
/* "reset:12", the purpose of an administrator's tokens. */
const char *mail_reset_purpose(struct op *op, int64_t admin_id);

#endif
