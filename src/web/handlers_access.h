/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The handlers of getting in, which the route table names: signing in, passwords, second factors, sessions, who is refused. */
#ifndef WEB_HANDLERS_ACCESS_H
#define WEB_HANDLERS_ACCESS_H

#include "base/base.h"
#include "base/rc.h"

struct call;
struct op;

#define HANDLER(name) enum rc name(struct op *op, struct call *c)

/* auth.c */
bool web_login_fast(struct call *c);
HANDLER(web_login_form);
HANDLER(web_login_post);
HANDLER(web_logout_post);
HANDLER(web_setup_form);
HANDLER(web_setup_post);
HANDLER(web_account_password_form);
HANDLER(web_account_password_post);
/* auth_second.c */
HANDLER(web_totp_form);
HANDLER(web_totp_post);
HANDLER(web_totp_setup_form);
HANDLER(web_totp_setup_post);
/* second.c, admin_second.c */
HANDLER(web_second);
HANDLER(web_second_setup_form);
HANDLER(web_second_setup_post);
HANDLER(web_second_confirm_form);
HANDLER(web_second_confirm_post);
HANDLER(web_second_codes_form);
HANDLER(web_second_codes_post);
HANDLER(web_second_disable_form);
HANDLER(web_second_disable_post);
HANDLER(web_admin_second);
HANDLER(web_admin_second_form);
HANDLER(web_admin_second_post);
/* reset.c */
HANDLER(web_lost_form);
HANDLER(web_lost_post);
HANDLER(web_reset_form);
HANDLER(web_reset_post);
HANDLER(web_reset_link);
HANDLER(web_invitation_form);
HANDLER(web_invitation_post);
/* invite.c */
HANDLER(web_admin_invite_form);
HANDLER(web_admin_invite_post);
/* owner.c */
HANDLER(web_owner_form);
HANDLER(web_owner_post);
/* owner_invite.c */
HANDLER(web_mailbox_invite_form);
HANDLER(web_mailbox_invite_post);
HANDLER(web_owner_invited_form);
HANDLER(web_owner_invited_post);
/* sessions.c */
HANDLER(web_account_sessions);
HANDLER(web_account_session_end);
HANDLER(web_account_sessions_end);
HANDLER(web_admin_sessions);
HANDLER(web_admin_session_end);
HANDLER(web_admin_sessions_end);
/* token.c */
HANDLER(web_tokens);
HANDLER(web_token_add_form);
HANDLER(web_token_add_post);
HANDLER(web_token_rotate_form);
HANDLER(web_token_rotate_post);
HANDLER(web_token_revoke_form);
HANDLER(web_token_revoke_post);
/* limit.c */
HANDLER(web_limits);
HANDLER(web_limit_clear);

#undef HANDLER

#endif
