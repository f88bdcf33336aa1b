/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The handlers that the route table names, a file per entity. A pair `x_form`, `x_post` shows a form and takes it. */
#ifndef WEB_HANDLERS_H
#define WEB_HANDLERS_H

#include "base/base.h"
#include "base/rc.h"

struct call;
struct op;

#define HANDLER(name) enum rc name(struct op *op, struct call *c)

/* auth.c */
HANDLER(web_home);
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
/* domain.c, domain_admins.c */
HANDLER(web_domains);
HANDLER(web_domain_add_form);
HANDLER(web_domain_add_post);
HANDLER(web_domain_edit_form);
HANDLER(web_domain_edit_post);
HANDLER(web_domain_enable);
HANDLER(web_domain_disable);
HANDLER(web_domain_delete_form);
HANDLER(web_domain_delete_post);
HANDLER(web_domain_admins);
HANDLER(web_domain_admin_assign);
HANDLER(web_domain_admin_remove);
/* mailbox.c */
HANDLER(web_mailboxes);
HANDLER(web_mailbox_add_form);
HANDLER(web_mailbox_add_post);
HANDLER(web_mailbox_edit_form);
HANDLER(web_mailbox_edit_post);
HANDLER(web_mailbox_password_form);
HANDLER(web_mailbox_password_post);
HANDLER(web_mailbox_aliases);
HANDLER(web_mailbox_enable);
HANDLER(web_mailbox_disable);
HANDLER(web_mailbox_delete_form);
HANDLER(web_mailbox_delete_post);
/* reset.c */
HANDLER(web_lost_form);
HANDLER(web_lost_post);
HANDLER(web_reset_form);
HANDLER(web_reset_post);
HANDLER(web_reset_link);
/* mail.c */
HANDLER(web_settings_mail_form);
HANDLER(web_settings_mail_post);
/* alias.c */
HANDLER(web_aliases);
HANDLER(web_alias_add_form);
HANDLER(web_alias_add_post);
HANDLER(web_alias_edit_form);
HANDLER(web_alias_edit_post);
HANDLER(web_alias_enable);
HANDLER(web_alias_disable);
HANDLER(web_alias_delete_form);
HANDLER(web_alias_delete_post);
/* admin.c */
HANDLER(web_admins);
HANDLER(web_admin_add_form);
HANDLER(web_admin_add_post);
HANDLER(web_admin_edit_form);
HANDLER(web_admin_edit_post);
HANDLER(web_admin_password_form);
HANDLER(web_admin_password_post);
HANDLER(web_admin_domains);
HANDLER(web_admin_domain_assign);
HANDLER(web_admin_domain_remove);
HANDLER(web_admin_enable);
HANDLER(web_admin_disable);
HANDLER(web_admin_delete_form);
HANDLER(web_admin_delete_post);
/* log.c */
HANDLER(web_log);
HANDLER(web_log_entry);
HANDLER(web_log_undo_form);
HANDLER(web_log_undo_post);
/* import.c */
HANDLER(web_import_form);
HANDLER(web_import_check);
HANDLER(web_import_run);
/* export.c */
HANDLER(web_export);
/* owner.c */
HANDLER(web_owner_form);
HANDLER(web_owner_post);
/* sessions.c */
HANDLER(web_account_sessions);
HANDLER(web_account_session_end);
HANDLER(web_account_sessions_end);
HANDLER(web_admin_sessions);
HANDLER(web_admin_session_end);
HANDLER(web_admin_sessions_end);
/* limit.c */
HANDLER(web_limits);
HANDLER(web_limit_clear);
/* bulk.c */
HANDLER(web_bulk);
/* strength.c, overview.c, search.c, show.c */
HANDLER(web_strength);
/* overview.c, search.c, show.c */
HANDLER(web_search);
HANDLER(web_mailbox_show);
HANDLER(web_domain_show);
/* misc.c, look.c, asset.c, words.c */
HANDLER(web_about);
HANDLER(web_health);
bool web_robots(struct call *c);
bool web_favicon(struct call *c);
bool web_look_style(struct call *c);
bool web_look_logo(struct call *c);
bool web_asset(struct call *c);
bool web_words(struct call *c);

#undef HANDLER

#endif
