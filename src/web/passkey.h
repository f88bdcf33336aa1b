/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages of passkeys: handlers of the route table, and what the sign-in pages share. */
#ifndef WEB_PASSKEY_H
#define WEB_PASSKEY_H

#include "base/base.h"
#include "base/rc.h"

struct call;
struct op;
struct passkey_ask;
struct str;

#define HANDLER(name) enum rc name(struct op *op, struct call *c)

/* passkey.c: one's own */
HANDLER(web_passkeys);
HANDLER(web_passkey_add_form);
HANDLER(web_passkey_add_post);
HANDLER(web_passkey_confirm_post);
HANDLER(web_passkey_codes_form);
HANDLER(web_passkey_codes_post);
HANDLER(web_passkey_remove_form);
HANDLER(web_passkey_remove_post);
/* auth_passkey.c: signing in, proving once more who one is */
HANDLER(web_totp_passkey_ask);
HANDLER(web_totp_passkey_post);
HANDLER(web_passkey_ask);
HANDLER(web_passkey_post);
HANDLER(web_proof_ask);
/* auth_second.c: setting one up before one is let in */
HANDLER(web_totp_setup_ask);
HANDLER(web_totp_setup_passkey);

#undef HANDLER

/* A question as navigator.credentials wants it, with bytes as base64url. */
void passkey_json(const struct passkey_ask *ask, struct str *out);
/* auth.c: the sign-in page, with the faults of op; and "?next=..." as it came, or "". */
enum rc auth_login_page(struct op *op, struct call *c, enum rc rc);
const char *auth_next_query(struct call *c);
/* auth_second.c: the page of the second step; and its end, when it took too long. */
enum rc auth_code_page(struct op *op, struct call *c, enum rc rc);
enum rc auth_start_again(struct op *op, struct call *c);
const char *auth_agent(const struct call *c);

#endif
