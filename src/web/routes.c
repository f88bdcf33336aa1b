/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * THE route table. Reading it is the security review: path, who may, which fields come in, which functions run. A row without `who` is for
 * whoever is signed in; every POST needs the form's token and a known Origin (gate.c), there is no flag to turn that off; below
 * /api the same rows answer in JSON, to a session or to a token (bearer.c), to which ROUTE_PERSON and ROUTE_STEP_UP are closed. It must not know
 * how requests are read or answers are made. Where a table of fields serves several rows, body_only and query_only name what this row takes of it: the
 * rest is refused as unknown.
 */
#include "base/base.h"

#include "model/admin.h"
#include "model/alias.h"
#include "model/bulk.h"
#include "model/domain.h"
#include "model/import.h"
#include "model/import_task.h"
#include "model/language.h"
#include "model/limit.h"
#include "model/list.h"
#include "model/mail.h"
#include "model/mailbox.h"
#include "model/reset.h"
#include "model/second.h"
#include "model/owner.h"
#include "model/passkey.h"
#include "model/session.h"
#include "model/token.h"
#include "web/handlers.h"
#include "web/handlers_access.h"
#include "web/handlers_site.h"
#include "web/import_task.h"
#include "web/inputs.h"
#include "web/passkey.h"
#include "web/language.h"
#include "web/routes.h"

#define ROWS "q sort dir "
#define LIST ROWS "after before limit "
#define MAILBOX_ADD                                                              \
	"address local_part domain name alt_email password hash generate quota " \
	"access_restriction active welcome_email invite"
#define MAILBOX_EDIT "name alt_email quota access_restriction active rev"

#define BULK "verb ids all q active after confirm back"

/* clang-format off */
const struct route routes[] = {
	{ ROUTE_HOME,   "/", .who = WHO_ANYONE, .flags = ROUTE_NO_JSON, .get = web_home },
	{ ROUTE_ABOUT,  "/about", .get = web_about },
	{ ROUTE_LOOK_STYLE, "/look/style.css", .who = WHO_ANYONE, .flags = ROUTE_NO_JSON, .plain = web_look_style },
	{ ROUTE_LOOK_LOGO, "/look/logo", .who = WHO_ANYONE, .flags = ROUTE_NO_JSON, .plain = web_look_logo },
	{ ROUTE_STRENGTH, "/password/strength", .flags = ROUTE_PERSON, .post = web_strength, .body = &strength_in_fields },
	{ ROUTE_SEARCH, "/search", .get = web_search, .query = &list_in_fields, .query_only = "q" },
	{ ROUTE_LANGUAGE, "/language", .who = WHO_ANYONE, .post = web_language, .query = &back_in_fields,
	    .body = &language_in_fields },
	{ ROUTE_HEALTH, "/health", .who = WHO_ANYONE, .flags = ROUTE_ANY_HOST | ROUTE_NO_JSON, .get = web_health },
	{ ROUTE_ROBOTS, "/robots.txt", .who = WHO_ANYONE, .flags = ROUTE_ANY_HOST | ROUTE_NO_JSON, .plain = web_robots },
	{ ROUTE_FAVICON, "/favicon.ico", .who = WHO_ANYONE, .flags = ROUTE_NO_JSON, .plain = web_favicon },
	{ ROUTE_ASSET,  "/s/", .who = WHO_ANYONE, .flags = ROUTE_NO_JSON | ROUTE_REST, .plain = web_asset },
	{ ROUTE_WORDS,  "/words/", .who = WHO_ANYONE, .flags = ROUTE_NO_JSON | ROUTE_REST, .plain = web_words },

	/* signing in and out */
	{ ROUTE_LOGIN,  "/auth/login", .who = WHO_ANYONE, .flags = ROUTE_MAKES, .plain = web_login_fast, .get = web_login_form,
	    .post = web_login_post, .query = &next_in_fields, .body = &signin_in_fields },
	{ ROUTE_LOGOUT, "/auth/logout", .flags = ROUTE_PERSON, .post = web_logout_post },
	{ ROUTE_LOST,   "/auth/lost-password", .who = WHO_ANYONE, .flags = ROUTE_MAKES, .get = web_lost_form, .post = web_lost_post,
	    .body = &lost_in_fields },
	{ ROUTE_RESET,  "/auth/reset-password", .who = WHO_ANYONE, .flags = ROUTE_MAKES, .get = web_reset_form,
	    .post = web_reset_post, .body = &newpass_in_fields },
	{ ROUTE_RESET_LINK, "/auth/reset-password/", .who = WHO_ANYONE, .flags = ROUTE_NO_JSON | ROUTE_REST, .get = web_reset_link },
	{ ROUTE_INVITATION, "/auth/invitation", .who = WHO_ANYONE, .flags = ROUTE_MAKES, .get = web_invitation_form,
	    .post = web_invitation_post, .body = &newpass_in_fields },
	{ ROUTE_SETUP,  "/auth/setup", .who = WHO_ANYONE, .flags = ROUTE_MAKES, .get = web_setup_form, .post = web_setup_post,
	    .body = &setup_in_fields },
	{ ROUTE_TOTP, "/auth/totp", .who = WHO_ANYONE, .get = web_totp_form, .post = web_totp_post, .query = &next_in_fields,
	    .body = &second_in_fields, .body_only = "code" },
	{ ROUTE_TOTP_SETUP, "/auth/totp-setup", .who = WHO_ANYONE, .get = web_totp_setup_form, .post = web_totp_setup_post,
	    .query = &next_in_fields, .body = &second_in_fields, .body_only = "code" },
	{ ROUTE_TOTP_SETUP_ASK, "/auth/totp-setup/passkey/ask", .who = WHO_ANYONE, .post = web_totp_setup_ask },
	{ ROUTE_TOTP_SETUP_PASSKEY, "/auth/totp-setup/passkey", .who = WHO_ANYONE, .post = web_totp_setup_passkey,
	    .body = &passkey_in_fields, .body_only = "label client_data attestation transports" },
	{ ROUTE_TOTP_PASSKEY_ASK, "/auth/totp/passkey/ask", .who = WHO_ANYONE, .post = web_totp_passkey_ask },
	{ ROUTE_TOTP_PASSKEY, "/auth/totp/passkey", .who = WHO_ANYONE, .post = web_totp_passkey_post, .query = &next_in_fields,
	    .body = &passkey_proof_in_fields },
	{ ROUTE_PASSKEY_ASK, "/auth/passkey/ask", .who = WHO_ANYONE, .post = web_passkey_ask },
	{ ROUTE_PASSKEY, "/auth/passkey", .who = WHO_ANYONE, .post = web_passkey_post, .query = &next_in_fields,
	    .body = &passkey_proof_in_fields },
	{ ROUTE_OWNER_PASSWORD, "/auth/change-password", .who = WHO_ANYONE, .flags = ROUTE_MAKES, .get = web_owner_form,
	    .post = web_owner_post, .body = &owner_in_fields },
	{ ROUTE_OWNER_INVITED, "/auth/mailbox-invitation", .who = WHO_ANYONE, .flags = ROUTE_MAKES, .get = web_owner_invited_form,
	    .post = web_owner_invited_post, .body = &newpass_in_fields },
	{ ROUTE_ACCOUNT_PASSWORD, "/account/password", .flags = ROUTE_PERSON, .get = web_account_password_form, .post = web_account_password_post,
	    .body = &admin_in_fields, .body_only = "current_password password" },
	{ ROUTE_ACCOUNT_SESSIONS, "/account/sessions", .flags = ROUTE_PERSON, .get = web_account_sessions },
	{ ROUTE_ACCOUNT_SESSION_END, "/account/sessions/end", .flags = ROUTE_PERSON | ROUTE_STEP_UP, .post = web_account_session_end, .body = &session_in_fields },
	{ ROUTE_ACCOUNT_SESSIONS_END, "/account/sessions/end-others", .flags = ROUTE_PERSON | ROUTE_STEP_UP, .post = web_account_sessions_end },

	/* one's own second factor */
	{ ROUTE_TWO_FACTOR, "/admin/two-factor", .flags = ROUTE_PERSON, .get = web_second },
	{ ROUTE_TWO_FACTOR_SETUP, "/admin/two-factor/setup", .flags = ROUTE_PERSON, .get = web_second_setup_form, .post = web_second_setup_post,
	    .body = &second_in_fields, .body_only = "password" },
	{ ROUTE_TWO_FACTOR_CONFIRM, "/admin/two-factor/confirm", .flags = ROUTE_PERSON, .get = web_second_confirm_form, .post = web_second_confirm_post,
	    .body = &second_in_fields, .body_only = "code" },
	{ ROUTE_TWO_FACTOR_CODES, "/admin/two-factor/codes", .flags = ROUTE_PERSON, .get = web_second_codes_form, .post = web_second_codes_post,
	    .body = &second_in_fields },
	{ ROUTE_TWO_FACTOR_DISABLE, "/admin/two-factor/disable", .flags = ROUTE_PERSON, .get = web_second_disable_form, .post = web_second_disable_post,
	    .body = &second_in_fields },
	{ ROUTE_PROOF_ASK, "/account/proof/ask", .flags = ROUTE_PERSON, .post = web_proof_ask },
	{ ROUTE_PASSKEYS, "/admin/two-factor/passkeys", .flags = ROUTE_PERSON, .get = web_passkeys },
	{ ROUTE_PASSKEY_ADD, "/admin/two-factor/passkeys/add", .flags = ROUTE_STEP_UP, .get = web_passkey_add_form,
	    .post = web_passkey_add_post, .body = &passkey_in_fields, .body_only = "label" },
	{ ROUTE_PASSKEY_CONFIRM, "/admin/two-factor/passkeys/confirm", .flags = ROUTE_STEP_UP, .post = web_passkey_confirm_post,
	    .body = &passkey_in_fields, .body_only = "label client_data attestation transports" },
	{ ROUTE_PASSKEY_CODES, "/admin/two-factor/passkeys/codes", .flags = ROUTE_STEP_UP, .get = web_passkey_codes_form,
	    .post = web_passkey_codes_post },
	{ ROUTE_PASSKEY_REMOVE, "/admin/two-factor/passkeys/remove", .flags = ROUTE_STEP_UP, .get = web_passkey_remove_form,
	    .post = web_passkey_remove_post, .query = &passkey_in_fields, .query_only = "id", .body = &passkey_in_fields, .body_only = "id" },

	/* domains */
	{ ROUTE_DOMAINS, "/domains", .get = web_domains, .query = &list_in_fields, .query_only = LIST "active alone",
	    .csv = ROUTE_DOMAINS_CSV },
	{ ROUTE_DOMAINS_CSV, "/domains/export.csv", .flags = ROUTE_DEAR, .get = web_export, .query = &list_in_fields, .query_only = ROWS "active alone" },
	{ ROUTE_DOMAINS_BULK, "/domains/bulk", .flags = ROUTE_MAKES, .post = web_bulk, .body = &bulk_in_fields, .body_only = BULK " alone" },
	{ ROUTE_DOMAIN_ADD, "/domains/add", .who = WHO_SUPER, .flags = ROUTE_BACK | ROUTE_MAKES, .get = web_domain_add_form,
	    .post = web_domain_add_post, .body = &domain_in_fields,
	    .body_only = "domain description transport backupmx active max_aliases max_mailboxes max_quota quota total_quota" },
	{ ROUTE_DOMAIN_SHOW, "/domains/{id}", .flags = ROUTE_BACK, .get = web_domain_show },
	{ ROUTE_DOMAIN_EDIT, "/domains/{id}/edit", .who = WHO_SUPER, .flags = ROUTE_BACK, .get = web_domain_edit_form, .post = web_domain_edit_post,
	    .body = &domain_in_fields,
	    .body_only = "description transport backupmx active max_aliases max_mailboxes max_quota quota total_quota rev" },
	{ ROUTE_DOMAIN_ENABLE, "/domains/{id}/enable", .post = web_domain_enable, .body = &back_in_fields },
	{ ROUTE_DOMAIN_DISABLE, "/domains/{id}/disable", .post = web_domain_disable, .body = &back_in_fields },
	{ ROUTE_DOMAIN_DELETE, "/domains/{id}/delete", .who = WHO_SUPER, .flags = ROUTE_BACK | ROUTE_STEP_UP, .get = web_domain_delete_form,
	    .post = web_domain_delete_post, .body = &confirm_in_fields },
	{ ROUTE_DOMAIN_ADMINS, "/domains/{id}/admins", .who = WHO_SUPER, .get = web_domain_admins },
	{ ROUTE_DOMAIN_ADMIN_ASSIGN, "/domains/{id}/admins/assign", .who = WHO_SUPER, .flags = ROUTE_MAKES,
	    .post = web_domain_admin_assign, .body = &assign_in_fields, .body_only = "admin_id" },
	{ ROUTE_DOMAIN_ADMIN_REMOVE, "/domains/{id}/admins/remove", .who = WHO_SUPER, .flags = ROUTE_MAKES,
	    .post = web_domain_admin_remove, .body = &assign_in_fields, .body_only = "admin_id" },

	/* mailboxes */
	{ ROUTE_MAILBOXES, "/mailboxes", .get = web_mailboxes, .query = &list_in_fields, .query_only = LIST "domain active",
	    .csv = ROUTE_MAILBOXES_CSV },
	{ ROUTE_MAILBOXES_CSV, "/mailboxes/export.csv", .flags = ROUTE_DEAR, .get = web_export, .query = &list_in_fields, .query_only = ROWS "domain active hashes" },
	{ ROUTE_MAILBOXES_BULK, "/mailboxes/bulk", .flags = ROUTE_MAKES, .post = web_bulk, .body = &bulk_in_fields,
	    .body_only = BULK " domain quota access_restriction" },
	{ ROUTE_MAILBOX_ADD, "/mailboxes/add", .flags = ROUTE_BACK | ROUTE_MAKES | ROUTE_EXTRAS, .get = web_mailbox_add_form, .post = web_mailbox_add_post,
	    .query = &list_in_fields, .query_only = "domain", .body = &mailbox_in_fields, .body_only = MAILBOX_ADD },
	{ ROUTE_MAILBOX_SHOW, "/mailboxes/{id}", .flags = ROUTE_BACK, .get = web_mailbox_show },
	{ ROUTE_MAILBOX_EDIT, "/mailboxes/{id}/edit", .flags = ROUTE_BACK | ROUTE_EXTRAS, .get = web_mailbox_edit_form, .post = web_mailbox_edit_post,
	    .body = &mailbox_in_fields, .body_only = MAILBOX_EDIT },
	{ ROUTE_MAILBOX_PASSWORD, "/mailboxes/{id}/password", .flags = ROUTE_BACK, .get = web_mailbox_password_form,
	    .post = web_mailbox_password_post, .body = &mailbox_in_fields, .body_only = "password hash generate" },
	{ ROUTE_MAILBOX_INVITE, "/mailboxes/{id}/invite", .flags = ROUTE_BACK | ROUTE_MAKES, .get = web_mailbox_invite_form, .post = web_mailbox_invite_post },
	{ ROUTE_MAILBOX_ALIASES, "/mailboxes/{id}/aliases", .get = web_mailbox_aliases },
	{ ROUTE_MAILBOX_SETTINGS_MAIL, "/mailboxes/{id}/settings-mail", .flags = ROUTE_BACK, .get = web_settings_mail_form,
	    .post = web_settings_mail_post, .body = &settings_mail_in_fields },
	{ ROUTE_MAILBOX_ENABLE, "/mailboxes/{id}/enable", .post = web_mailbox_enable, .body = &back_in_fields },
	{ ROUTE_MAILBOX_DISABLE, "/mailboxes/{id}/disable", .post = web_mailbox_disable, .body = &back_in_fields },
	{ ROUTE_MAILBOX_DELETE, "/mailboxes/{id}/delete", .flags = ROUTE_BACK, .get = web_mailbox_delete_form, .post = web_mailbox_delete_post },

	/* aliases */
	{ ROUTE_ALIASES, "/aliases", .get = web_aliases, .query = &list_in_fields, .query_only = LIST "domain active self",
	    .csv = ROUTE_ALIASES_CSV },
	{ ROUTE_ALIASES_CSV, "/aliases/export.csv", .flags = ROUTE_DEAR, .get = web_export, .query = &list_in_fields, .query_only = ROWS "domain active self" },
	{ ROUTE_ALIASES_BULK, "/aliases/bulk", .flags = ROUTE_MAKES, .post = web_bulk, .body = &bulk_in_fields,
	    .body_only = BULK " domain" },
	{ ROUTE_ALIAS_ADD, "/aliases/add", .flags = ROUTE_BACK | ROUTE_MAKES | ROUTE_EXTRAS, .get = web_alias_add_form, .post = web_alias_add_post,
	    .query = &list_in_fields, .query_only = "domain", .body = &alias_in_fields,
	    .body_only = "address local_part domain goto active" },
	{ ROUTE_ALIAS_EDIT, "/aliases/{id}/edit", .flags = ROUTE_BACK | ROUTE_EXTRAS, .get = web_alias_edit_form, .post = web_alias_edit_post,
	    .body = &alias_in_fields, .body_only = "goto active rev" },
	{ ROUTE_ALIAS_ENABLE, "/aliases/{id}/enable", .post = web_alias_enable, .body = &back_in_fields },
	{ ROUTE_ALIAS_DISABLE, "/aliases/{id}/disable", .post = web_alias_disable, .body = &back_in_fields },
	{ ROUTE_ALIAS_DELETE, "/aliases/{id}/delete", .flags = ROUTE_BACK, .get = web_alias_delete_form, .post = web_alias_delete_post },

	/* many at once */
	{ ROUTE_IMPORT, "/import", .flags = ROUTE_MAKES | ROUTE_UPLOAD | ROUTE_DEAR, .get = web_import_form, .post = web_import_check,
	    .query = &import_page_in_fields, .query_only = "kind", .body = &import_page_in_fields },
	{ ROUTE_IMPORT_RUN, "/import/run", .flags = ROUTE_MAKES | ROUTE_UPLOAD | ROUTE_DEAR, .post = web_import_run, .body = &import_page_in_fields },
	{ ROUTE_IMPORT_TASK, "/import/{id}", .flags = ROUTE_PERSON, .get = web_import_task },
	{ ROUTE_IMPORT_TASK_CHECK, "/import/{id}/check", .flags = ROUTE_PERSON | ROUTE_DEAR, .post = web_import_task_check, .body = &import_again_in_fields },
	{ ROUTE_IMPORT_TASK_TAKE, "/import/{id}/take", .flags = ROUTE_PERSON | ROUTE_DEAR, .post = web_import_task_take, .body = &import_again_in_fields },
	{ ROUTE_IMPORT_TASK_CANCEL, "/import/{id}/cancel", .flags = ROUTE_PERSON, .post = web_import_task_cancel },
	{ ROUTE_IMPORT_TASK_REMOVE, "/import/{id}/remove", .flags = ROUTE_PERSON, .post = web_import_task_remove },
	{ ROUTE_IMPORT_TASK_RESULT, "/import/{id}/result.csv", .flags = ROUTE_PERSON | ROUTE_DEAR, .get = web_import_task_result },
	{ ROUTE_IMPORT_TASK_PASSWORDS, "/import/{id}/passwords", .flags = ROUTE_PERSON, .post = web_import_task_passwords },

	/* administrators */
	{ ROUTE_ADMINS, "/admins", .who = WHO_SUPER, .get = web_admins, .query = &list_in_fields, .query_only = LIST "active",
	    .csv = ROUTE_ADMINS_CSV },
	{ ROUTE_ADMINS_CSV, "/admins/export.csv", .who = WHO_SUPER, .flags = ROUTE_DEAR, .get = web_export, .query = &list_in_fields, .query_only = ROWS "active" },
	{ ROUTE_ADMIN_ADD, "/admins/add", .who = WHO_SUPER, .flags = ROUTE_BACK | ROUTE_MAKES | ROUTE_STEP_UP, .get = web_admin_add_form,
	    .post = web_admin_add_post, .body = &admin_in_fields, .body_only = "username password super active invite" },
	{ ROUTE_ADMIN_EDIT, "/admins/{id}/edit", .who = WHO_SUPER, .flags = ROUTE_BACK | ROUTE_STEP_UP, .get = web_admin_edit_form, .post = web_admin_edit_post,
	    .body = &admin_in_fields, .body_only = "super active rev" },
	{ ROUTE_ADMIN_PASSWORD, "/admins/{id}/password", .who = WHO_SUPER, .flags = ROUTE_BACK | ROUTE_STEP_UP, .get = web_admin_password_form,
	    .post = web_admin_password_post, .body = &admin_in_fields, .body_only = "password" },
	{ ROUTE_ADMIN_INVITE, "/admins/{id}/invite", .who = WHO_SUPER, .flags = ROUTE_BACK | ROUTE_MAKES | ROUTE_STEP_UP, .get = web_admin_invite_form,
	    .post = web_admin_invite_post },
	{ ROUTE_ADMIN_SECOND, "/admins/{id}/two-factor", .who = WHO_SUPER, .get = web_admin_second },
	{ ROUTE_ADMIN_SECOND_PROVISION, "/admins/{id}/two-factor/provision", .who = WHO_SUPER, .flags = ROUTE_PERSON, .get = web_admin_second_form,
	    .post = web_admin_second_post, .body = &second_in_fields },
	{ ROUTE_ADMIN_SECOND_RESET, "/admins/{id}/two-factor/reset", .who = WHO_SUPER, .flags = ROUTE_PERSON, .get = web_admin_second_form,
	    .post = web_admin_second_post, .body = &second_in_fields },
	{ ROUTE_ADMIN_SECOND_FORCE, "/admins/{id}/two-factor/force", .who = WHO_SUPER, .flags = ROUTE_PERSON, .get = web_admin_second_form,
	    .post = web_admin_second_post, .body = &second_in_fields },
	{ ROUTE_ADMIN_SECOND_UNFORCE, "/admins/{id}/two-factor/unforce", .who = WHO_SUPER, .flags = ROUTE_PERSON, .get = web_admin_second_form,
	    .post = web_admin_second_post, .body = &second_in_fields },
	{ ROUTE_ADMIN_DOMAINS, "/admins/{id}/domains", .who = WHO_SUPER, .get = web_admin_domains },
	{ ROUTE_ADMIN_DOMAIN_ASSIGN, "/admins/{id}/domains/assign", .who = WHO_SUPER, .flags = ROUTE_MAKES,
	    .post = web_admin_domain_assign, .body = &assign_in_fields, .body_only = "domain" },
	{ ROUTE_ADMIN_DOMAIN_REMOVE, "/admins/{id}/domains/remove", .who = WHO_SUPER, .flags = ROUTE_MAKES,
	    .post = web_admin_domain_remove, .body = &assign_in_fields, .body_only = "domain" },
	{ ROUTE_ADMIN_SESSIONS, "/admins/{id}/sessions", .who = WHO_SUPER, .get = web_admin_sessions },
	{ ROUTE_ADMIN_SESSION_END, "/admins/{id}/sessions/end", .who = WHO_SUPER, .post = web_admin_session_end,
	    .body = &session_in_fields },
	{ ROUTE_ADMIN_SESSIONS_END, "/admins/{id}/sessions/end-all", .who = WHO_SUPER, .post = web_admin_sessions_end },
	{ ROUTE_ADMIN_ENABLE, "/admins/{id}/enable", .who = WHO_SUPER, .post = web_admin_enable, .body = &back_in_fields },
	{ ROUTE_ADMIN_DISABLE, "/admins/{id}/disable", .who = WHO_SUPER, .post = web_admin_disable, .body = &back_in_fields },
	{ ROUTE_ADMIN_DELETE, "/admins/{id}/delete", .who = WHO_SUPER, .flags = ROUTE_BACK | ROUTE_STEP_UP, .get = web_admin_delete_form, .post = web_admin_delete_post },

	/* keys of programs: closed to programs themselves */
	{ ROUTE_TOKENS, "/tokens", .who = WHO_SUPER, .flags = ROUTE_PERSON, .get = web_tokens },
	{ ROUTE_TOKEN_ADD, "/tokens/add", .who = WHO_SUPER, .flags = ROUTE_MAKES | ROUTE_STEP_UP, .get = web_token_add_form,
	    .post = web_token_add_post, .body = &token_in_fields },
	{ ROUTE_TOKEN_ROTATE, "/tokens/{id}/rotate", .who = WHO_SUPER, .flags = ROUTE_MAKES | ROUTE_STEP_UP, .get = web_token_rotate_form,
	    .post = web_token_rotate_post, .body = &token_rotate_in_fields, .body_only = "overlap" },
	{ ROUTE_TOKEN_REVOKE, "/tokens/{id}/revoke", .who = WHO_SUPER, .flags = ROUTE_STEP_UP, .get = web_token_revoke_form,
	    .post = web_token_revoke_post },

	/* the trail */
	{ ROUTE_LOG, "/log", .get = web_log, .query = &list_in_fields, .query_only = LIST "domain actor action object door since until",
	    .csv = ROUTE_LOG_CSV },
	{ ROUTE_LOG_CSV, "/log/export.csv", .flags = ROUTE_DEAR, .get = web_export, .query = &list_in_fields, .query_only = ROWS "domain actor action object door since until" },
	{ ROUTE_LOG_ENTRY, "/log/{id}", .get = web_log_entry },
	{ ROUTE_LOG_UNDO, "/log/{id}/undo", .flags = ROUTE_STEP_UP, .get = web_log_undo_form, .post = web_log_undo_post, .body = &back_in_fields },

	/* who is refused for guessing */
	{ ROUTE_LIMITS, "/limits", .who = WHO_SUPER, .get = web_limits },
	{ ROUTE_LIMIT_CLEAR, "/limits/clear", .who = WHO_SUPER, .flags = ROUTE_MAKES, .post = web_limit_clear, .body = &limit_in_fields },
};
/* clang-format on */
const size_t routes_n = ARRAY_LEN(routes);
