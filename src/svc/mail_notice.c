/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which changes administrators and owners of mailboxes are told of by mail. Owns the table of them. It is asked with every row of the trail, so that no
 * door can forget it: what stands in the log of an account's security is what its owner is told.
 */
#include "base/base.h"

#include "base/addr.h"
#include "conf/conf.h"
#include "model/actor.h"
#include "store/admin.h"
#include "svc/change.h"
#include "svc/mail_int.h"

static const struct {
	const char *action, *event;
	bool supers; /* told to all active supers instead of the account itself */
	bool owner;  /* of a mailbox: where administrators sit is not his business */
} notices[] = {
	{ "ADMIN_ADD", "admin_added", true, false },
	{ "ADMIN_PW_CHANGE", "password", false, false },
	{ "ADMIN_INVITE_TAKEN", "password", false, false },
	{ "ADMIN_PW_RESET", "password_reset", false, false },
	{ "ADMIN_LOCKOUT", "lockout", false, false },
	{ "ADMIN_2FA_ENABLE", "second_factor", false, false },
	{ "ADMIN_2FA_DISABLE", "second_factor", false, false },
	{ "ADMIN_2FA_PROVISION", "second_factor", false, false },
	{ "ADMIN_2FA_CODES", "second_factor", false, false },
	{ "ADMIN_2FA_RESET", "second_factor", false, false },
	{ "ADMIN_2FA_FORCE_DISABLED", "second_factor", false, false },
	{ "ADMIN_PASSKEY_ADD", "second_factor", false, false },
	{ "ADMIN_PASSKEY_REMOVE", "second_factor", false, false },
	{ "MAILBOX_PW_CHANGE", "password", false, true },
};

/* Names that are no addresses come from older programs: nobody can be mailed there. */
static enum rc
tell(struct op *op, const char *to, const char *event, const char *about, bool owner)
{
	struct addr a;

	return addr_parse(to, ADDR_ODD, &a) == NULL ? mail_notice(op, to, event, about, owner) : RC_OK;
}

static enum rc
tell_supers(struct op *op, const struct change *c, const char *event)
{
	struct rows rows;
	const struct admin *at;
	enum rc rc = store_admin_supers(op, &rows);

	at = rc == RC_OK ? rows.at : NULL;
	for (size_t i = 0; rc == RC_OK && i < rows.n; i++)
		if (at[i].id != op->actor->admin_id && at[i].id != c->id)
			rc = tell(op, at[i].username, event, c->object, false);
	return rc;
}

enum rc
mail_after_change(struct op *op, const struct change *c)
{
	if (!op->conf->mail.notices || !conf_mail_on(&op->conf->mail) || !c->type ||
	    (strcmp(c->type, "admin") != 0 && strcmp(c->type, "mailbox") != 0) || c->id == 0)
		return RC_OK;
	for (size_t i = 0; i < ARRAY_LEN(notices); i++)
		if (strcmp(notices[i].action, c->action) == 0)
			return notices[i].supers
			    ? tell_supers(op, c, notices[i].event)
			    : tell(op, c->object, notices[i].event, c->object, notices[i].owner);
	return RC_OK;
}
