/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names of all pages, for links in templates: {{ link DOMAIN_EDIT, d->id }}. The route table (web/routes.c) says what each does; that its
 * paths are these is checked when the panel starts and by a test.
 */
#ifndef VIEW_ROUTE_ID_H
#define VIEW_ROUTE_ID_H

#include "base/base.h"

/* clang-format off */
#define ROUTE_LIST(X)                                                \
	X(HOME,                 "/")                                 \
	X(ABOUT,                "/about")                            \
	X(LOOK_STYLE,           "/look/style.css")                   \
	X(LOOK_LOGO,            "/look/logo")                        \
	X(STRENGTH,             "/password/strength")                \
	X(SEARCH,               "/search")                           \
	X(LANGUAGE,             "/language")                         \
	X(HEALTH,               "/health")                           \
	X(ROBOTS,               "/robots.txt")                       \
	X(FAVICON,              "/favicon.ico")                      \
	X(ASSET,                "/s/")                               \
	X(WORDS,                "/words/")                           \
	X(LOGIN,                "/auth/login")                       \
	X(LOGOUT,               "/auth/logout")                      \
	X(LOST,                 "/auth/lost-password")               \
	X(RESET,                "/auth/reset-password")              \
	X(RESET_LINK,           "/auth/reset-password/")             \
	X(INVITATION,           "/auth/invitation")                  \
	X(SETUP,                "/auth/setup")                       \
	X(TOTP,                 "/auth/totp")                        \
	X(TOTP_SETUP,           "/auth/totp-setup")                  \
	X(TOTP_SETUP_PASSKEY,   "/auth/totp-setup/passkey")          \
	X(TOTP_SETUP_ASK,       "/auth/totp-setup/passkey/ask")      \
	X(TOTP_PASSKEY,         "/auth/totp/passkey")                \
	X(TOTP_PASSKEY_ASK,     "/auth/totp/passkey/ask")            \
	X(PASSKEY,              "/auth/passkey")                     \
	X(PASSKEY_ASK,          "/auth/passkey/ask")                 \
	X(ACCOUNT_PASSWORD,     "/account/password")                 \
	X(PROOF_ASK,            "/account/proof/ask")                \
	X(TWO_FACTOR,           "/admin/two-factor")                 \
	X(TWO_FACTOR_SETUP,     "/admin/two-factor/setup")           \
	X(TWO_FACTOR_CONFIRM,   "/admin/two-factor/confirm")         \
	X(TWO_FACTOR_CODES,     "/admin/two-factor/codes")           \
	X(TWO_FACTOR_DISABLE,   "/admin/two-factor/disable")         \
	X(PASSKEYS,             "/admin/two-factor/passkeys")        \
	X(PASSKEY_ADD,          "/admin/two-factor/passkeys/add")    \
	X(PASSKEY_CONFIRM,      "/admin/two-factor/passkeys/confirm") \
	X(PASSKEY_CODES,        "/admin/two-factor/passkeys/codes")  \
	X(PASSKEY_REMOVE,       "/admin/two-factor/passkeys/remove") \
	X(ACCOUNT_SESSIONS,     "/account/sessions")                 \
	X(ACCOUNT_SESSION_END,  "/account/sessions/end")             \
	X(ACCOUNT_SESSIONS_END, "/account/sessions/end-others")      \
	X(ADMIN_SESSIONS,       "/admins/{id}/sessions")             \
	X(ADMIN_SESSION_END,    "/admins/{id}/sessions/end")         \
	X(ADMIN_SESSIONS_END,   "/admins/{id}/sessions/end-all")     \
	X(OWNER_PASSWORD,       "/auth/change-password")             \
	X(OWNER_INVITED,        "/auth/mailbox-invitation")          \
	X(DOMAINS,              "/domains")                          \
	X(DOMAINS_CSV,          "/domains/export.csv")               \
	X(DOMAINS_BULK,         "/domains/bulk")                     \
	X(DOMAIN_ADD,           "/domains/add")                      \
	X(DOMAIN_SHOW,          "/domains/{id}")                     \
	X(DOMAIN_EDIT,          "/domains/{id}/edit")                \
	X(DOMAIN_ENABLE,        "/domains/{id}/enable")              \
	X(DOMAIN_DISABLE,       "/domains/{id}/disable")             \
	X(DOMAIN_DELETE,        "/domains/{id}/delete")              \
	X(DOMAIN_ADMINS,        "/domains/{id}/admins")              \
	X(DOMAIN_ADMIN_ASSIGN,  "/domains/{id}/admins/assign")       \
	X(DOMAIN_ADMIN_REMOVE,  "/domains/{id}/admins/remove")       \
	X(MAILBOXES,            "/mailboxes")                        \
	X(MAILBOXES_CSV,        "/mailboxes/export.csv")             \
	X(MAILBOXES_BULK,       "/mailboxes/bulk")                   \
	X(MAILBOX_ADD,          "/mailboxes/add")                    \
	X(MAILBOX_SHOW,         "/mailboxes/{id}")                   \
	X(MAILBOX_EDIT,         "/mailboxes/{id}/edit")              \
	X(MAILBOX_PASSWORD,     "/mailboxes/{id}/password")          \
	X(MAILBOX_INVITE,       "/mailboxes/{id}/invite")            \
	X(MAILBOX_ALIASES,      "/mailboxes/{id}/aliases")           \
	X(MAILBOX_SETTINGS_MAIL, "/mailboxes/{id}/settings-mail")    \
	X(MAILBOX_ENABLE,       "/mailboxes/{id}/enable")            \
	X(MAILBOX_DISABLE,      "/mailboxes/{id}/disable")           \
	X(MAILBOX_DELETE,       "/mailboxes/{id}/delete")            \
	X(ALIASES,              "/aliases")                          \
	X(ALIASES_CSV,          "/aliases/export.csv")               \
	X(ALIASES_BULK,         "/aliases/bulk")                     \
	X(ALIAS_ADD,            "/aliases/add")                      \
	X(ALIAS_EDIT,           "/aliases/{id}/edit")                \
	X(ALIAS_ENABLE,         "/aliases/{id}/enable")              \
	X(ALIAS_DISABLE,        "/aliases/{id}/disable")             \
	X(ALIAS_DELETE,         "/aliases/{id}/delete")              \
	X(IMPORT,               "/import")                           \
	X(IMPORT_RUN,           "/import/run")                       \
	X(IMPORT_TASK,          "/import/{id}")                      \
	X(IMPORT_TASK_CHECK,    "/import/{id}/check")                \
	X(IMPORT_TASK_TAKE,     "/import/{id}/take")                 \
	X(IMPORT_TASK_CANCEL,   "/import/{id}/cancel")               \
	X(IMPORT_TASK_REMOVE,   "/import/{id}/remove")               \
	X(IMPORT_TASK_RESULT,   "/import/{id}/result.csv")           \
	X(IMPORT_TASK_PASSWORDS, "/import/{id}/passwords")           \
	X(ADMINS,               "/admins")                           \
	X(ADMINS_CSV,           "/admins/export.csv")                \
	X(ADMIN_ADD,            "/admins/add")                       \
	X(ADMIN_EDIT,           "/admins/{id}/edit")                 \
	X(ADMIN_PASSWORD,       "/admins/{id}/password")             \
	X(ADMIN_INVITE,         "/admins/{id}/invite")               \
	X(ADMIN_SECOND,         "/admins/{id}/two-factor")           \
	X(ADMIN_SECOND_PROVISION, "/admins/{id}/two-factor/provision") \
	X(ADMIN_SECOND_RESET,   "/admins/{id}/two-factor/reset")     \
	X(ADMIN_SECOND_FORCE,   "/admins/{id}/two-factor/force")     \
	X(ADMIN_SECOND_UNFORCE, "/admins/{id}/two-factor/unforce")   \
	X(ADMIN_DOMAINS,        "/admins/{id}/domains")              \
	X(ADMIN_DOMAIN_ASSIGN,  "/admins/{id}/domains/assign")       \
	X(ADMIN_DOMAIN_REMOVE,  "/admins/{id}/domains/remove")       \
	X(ADMIN_ENABLE,         "/admins/{id}/enable")               \
	X(ADMIN_DISABLE,        "/admins/{id}/disable")              \
	X(ADMIN_DELETE,         "/admins/{id}/delete")               \
	X(TOKENS,               "/tokens")                           \
	X(TOKEN_ADD,            "/tokens/add")                       \
	X(TOKEN_ROTATE,         "/tokens/{id}/rotate")               \
	X(TOKEN_REVOKE,         "/tokens/{id}/revoke")               \
	X(LIMITS,               "/limits")                           \
	X(LIMIT_CLEAR,          "/limits/clear")                     \
	X(LOG,                  "/log")                              \
	X(LOG_CSV,              "/log/export.csv")                   \
	X(LOG_ENTRY,            "/log/{id}")                         \
	X(LOG_UNDO,             "/log/{id}/undo")

enum route_id {
#define ROUTE_ENUM(id, path) ROUTE_##id,
	ROUTE_LIST(ROUTE_ENUM)
#undef ROUTE_ENUM
	ROUTE__MAX
};
/* clang-format on */

/* A place to go to that is only known at run time: {{ go v->next }}. query is "" or "?..." made with str_add_url(); NULL: no such place. */
struct link {
	enum route_id route;
	int64_t id;
	const char *query;
};

/* "/domains/{id}/edit" */
const char *route_path(enum route_id id);

#endif
