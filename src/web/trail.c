/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the trail says, in other languages. The stored sentence is English and stays so, as the PHP program has it; here another is made from the entry's
 * columns, action by action. One whose action is not in the table, or whose columns are those of older programs, is shown as it is stored.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "web/call.h"
#include "web/reply.h"
#include "web/trail.h"

#define TAKES_BACK " (takes back entry "

/* clang-format off */
static const struct { const char *action, *text; } sentences[] = {
	{ "DOMAIN_ADD", N_("%s added the domain %s") },
	{ "DOMAIN_EDIT", N_("%s edited the domain %s") },
	{ "DOMAIN_ACTIVATE", N_("%s activated the domain %s") },
	{ "DOMAIN_DEACTIVATE", N_("%s deactivated the domain %s") },
	{ "DOMAIN_PURGE", N_("%s deleted the domain %s") },
	{ "DOMAIN_RESTORE", N_("%s brought the domain %s back") },
	{ "MAILBOX_ADD", N_("%s added the mailbox %s") },
	{ "MAILBOX_EDIT", N_("%s edited the mailbox %s") },
	{ "MAILBOX_ACTIVATE", N_("%s activated the mailbox %s") },
	{ "MAILBOX_DEACTIVATE", N_("%s deactivated the mailbox %s") },
	{ "MAILBOX_PURGE", N_("%s deleted the mailbox %s") },
	{ "MAILBOX_RESTORE", N_("%s brought the mailbox %s back") },
	{ "MAILBOX_PW_CHANGE", N_("%s changed the password of the mailbox %s") },
	{ "MAILBOX_PW_CHANGE_FAILED", N_("%s failed to change the password of the mailbox %s") },
	{ "MAILBOX_LOCKOUT", N_("%s failed too often to change the password of the mailbox %s") },
	{ "MAILBOX_INVITE", N_("%s sent the owner of the mailbox %s a link to choose the password") },
	{ "MAILBOX_SETTINGS", N_("%s sent the settings of the mailbox %s") },
	{ "MAILBOX_EXPORT", N_("%s exported mailboxes with their password hashes: %s") },
	{ "FLUSH_FAILED", N_("%s could not have Dovecot forget %s") },
	{ "MAIL_FAILED", N_("%s could not send a mail to %s") },
	{ "ALIAS_ADD", N_("%s added the alias %s") },
	{ "ALIAS_EDIT", N_("%s edited the alias %s") },
	{ "ALIAS_ACTIVATE", N_("%s activated the alias %s") },
	{ "ALIAS_DEACTIVATE", N_("%s deactivated the alias %s") },
	{ "ALIAS_DELETE", N_("%s deleted the alias %s") },
	{ "ADMIN_ADD", N_("%s added the administrator %s") },
	{ "ADMIN_INVITE", N_("%s invited the administrator %s") },
	{ "ADMIN_INVITE_TAKEN", N_("%s chose the first password of the administrator %s with an invitation") },
	{ "ADMIN_ACTIVE", N_("%s activated the administrator %s") },
	{ "ADMIN_DEACTIVE", N_("%s deactivated the administrator %s") },
	{ "ADMIN_SUPER", N_("%s made %s a super administrator") },
	{ "ADMIN_NORMAL", N_("%s made %s a domain administrator") },
	{ "ADMIN_PURGE", N_("%s deleted the administrator %s") },
	{ "ADMIN_TO_DOMAIN_ADD", N_("%s assigned %s to the domain %s") },
	{ "ADMIN_TO_DOMAIN_REMOVE", N_("%1$s took the domain %3$s from %2$s") },
	{ "ADMIN_PASSKEY_ADD", N_("%s added a passkey for %s") },
	{ "ADMIN_PASSKEY_REMOVE", N_("%s removed a passkey of %s") },
	{ "TOKEN_ADD", N_("%s made the API token %s") },
	{ "TOKEN_ROTATE", N_("%s replaced the API token %s") },
	{ "TOKEN_REVOKE", N_("%s revoked the API token %s") },
	{ "TOKEN_REFUSED", N_("%s was refused with the API token %s") },
	{ "TOKEN_LEAKED", N_("%s sent the API token %s without https") },
	{ "ADMIN_PW_CHANGE", N_("%s changed the password of the administrator %s") },
	{ "ADMIN_PW_CHANGE_FAILED", N_("%s failed to give the current password of the administrator %s") },
	{ "ADMIN_PW_RESET", N_("%s set a new password of the administrator %s with a code from a mail") },
	{ "ADMIN_RESET_ASKED", N_("%s asked for a new password of %s by mail") },
	{ "ADMIN_RESET_FAILED", N_("%s failed to set a new password of %s with a code") },
	{ "ADMIN_LANGUAGE", N_("%s chose a language for %s") },
	{ "ADMIN_LOGIN", N_("%s signed in") },
	{ "ADMIN_LOGIN_FAILED", N_("%s failed to sign in as %s") },
	{ "ADMIN_LOGIN_PASSWORD", N_("%s gave the password of %s; the second factor is to come") },
	{ "ADMIN_LOGOUT", N_("%s signed out") },
	{ "ADMIN_LOCKOUT", N_("%s: too many failed tries for %s") },
	{ "ADMIN_PROOF", N_("%s proved once more who it is") },
	{ "ADMIN_PROOF_FAILED", N_("%s failed to prove who it is") },
	{ "ADMIN_SETUP_FAILED", N_("%s failed to give the token of the first run") },
	{ "ADMIN_SESSION_END", N_("%s ended sessions of %s") },
	{ "ADMIN_2FA_BEGIN", N_("%s began to set up a second factor for %s") },
	{ "ADMIN_2FA_ENABLE", N_("%s set up a second factor for %s") },
	{ "ADMIN_2FA_CODES", N_("%s made new backup codes for %s") },
	{ "ADMIN_2FA_DISABLE", N_("%s switched off the second factor of %s") },
	{ "ADMIN_2FA_RESET", N_("%s removed the second factor of %s") },
	{ "ADMIN_2FA_FAILED", N_("%s failed with the second factor of %s") },
	{ "ADMIN_2FA_PROVISION", N_("%s gave a new second factor to %s") },
	{ "ADMIN_2FA_FORCE", N_("%s requires a second factor of %s") },
	{ "ADMIN_2FA_UNFORCE", N_("%s no longer requires a second factor of %s") },
	{ "ADMIN_2FA_FORCE_DISABLED", N_("%s: the operator's configuration switched off the second factor of %s") },
	{ "CHANGE_LIMIT", N_("%s changed too much within a minute and is refused for now") },
	{ "LIMIT_CLEAR", N_("%s cleared the counted tries of %s") },
};
/* clang-format on */

const char *
trail_actor(const struct call *c, const struct audit *a)
{
	return audit_by_nobody(a) ? call_text(c, N_("somebody")) : a->actor;
}

static const char *
text_of(const char *action)
{
	for (size_t i = 0; i < ARRAY_LEN(sentences); i++)
		if (strcmp(sentences[i].action, action) == 0)
			return sentences[i].text;
	return NULL;
}

/*
 * Who, what and in which domain, as the text has them: the table's texts are not known to the compiler as formats, so the places are filled by hand.
 */
static const char *
fill(struct call *c, const char *text, const struct audit *a)
{
	const char *const values[] = { trail_actor(c, a), reply_shown(c, a->object),
		a->domain ? reply_shown(c, a->domain) : "" };
	CLEANUP(str_release) struct str s = STR_INIT;
	size_t next = 0;

	for (const char *at = text; *at;) {
		size_t len = strcspn(at, "%");
		bool placed;

		str_addn(&s, at, len);
		at += len;
		if (!*at)
			break;
		placed = at[1] >= '1' && at[1] <= '3'; /* %2$s */
		len = placed ? (size_t)(at[1] - '1') : next++;
		str_add(&s, len < ARRAY_LEN(values) ? values[len] : "");
		at += placed ? strlen("%1$s") : strlen("%s");
	}
	return arena_strdup(c->arena, str_text(&s));
}

const char *
trail_kind(const struct call *c, const char *type)
{
	static const char *const kinds[] = { N_("domain"), N_("mailbox"), N_("alias"), N_("admin") };

	for (size_t i = 0; type && i < ARRAY_LEN(kinds); i++)
		if (strcmp(kinds[i], type) == 0)
			return call_text(c, kinds[i]);
	return type;
}

static void
translate(struct call *c, struct audit *a)
{
	const char *text = a->action && a->actor && a->object ? text_of(a->action) : NULL;
	const char *back = a->data ? strstr(a->data, TAKES_BACK) : NULL;

	a->object_type = trail_kind(c, a->object_type);
	if (!text)
		return;
	a->data = fill(c, call_text(c, text), a);
	if (back)
		a->data = call_printf(c, N_("%s (takes back entry %lld)"), a->data,
		    strtoll(back + strlen(TAKES_BACK), NULL, 10));
}

void
trail_translate(struct call *c, struct audit *rows, size_t n)
{
	for (size_t i = 0; c->lang && i < n; i++)
		translate(c, &rows[i]);
}
