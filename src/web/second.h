/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers that hold a secret or backup codes, which several pages give. They are shown once and stored nowhere (headers.c). */
#ifndef WEB_SECOND_H
#define WEB_SECOND_H

#include "base/base.h"
#include "base/rc.h"
#include "svc/second.h"
#include "view/secrets.h"

struct call;

/* As a page shows it; false when the account's name makes the picture too large. */
NODISCARD bool second_view_secret(struct call *c, const struct second_secret *secret,
    const char *account, struct secret_view *ret);
/* {"secret":...,"uri":...}, with "backup_codes" unless NULL, and the token if there is one. */
enum rc second_reply_secret(struct call *c, const struct second_secret *secret,
    const struct second_codes *codes);
/* The page with the codes, and with the secret when there is one; or {"ok":true,"backup_codes":[...]}. */
enum rc second_reply_codes(struct call *c, const char *title, const struct secret_view *secret,
    const struct second_codes *codes, struct link next);

#endif
