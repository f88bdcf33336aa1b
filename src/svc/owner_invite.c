/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sending the owner of a mailbox a link to choose the password. Owns who can be sent one, and where to. It must not know how a link is taken up, nor make one: that is
 * done when the mail is (svc/mail_owner.c), so that no secret lies in the queue.
 */
#include "base/base.h"

#include "base/arena.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "model/actor.h"
#include "svc/change.h"
#include "svc/mail.h"
#include "svc/mailbox.h"
#include "svc/owner_invite.h"

bool
owner_invite_offered(const struct conf *conf)
{
	return mail_invite_offered(conf) && !conf->no_change_password;
}

const char *
owner_invite_to(struct op *op, const struct mailbox *row)
{
	const char *list = row->alt_email ? row->alt_email : "";

	return arena_strndup(op->arena, list, strcspn(list, ","));
}

/* NULL: there is no reason. */
static const char *
why_not(struct op *op, const struct mailbox *row)
{
	const char *to = owner_invite_to(op, row);

	if (!owner_invite_offered(op->conf))
		return N_("No links are sent to owners: this panel has no mail server or no "
			  "public_url, or their page is switched off.");
	if (!*to || *to == '@')
		return N_("The link goes to the other address of the mailbox, and there is none.");
	return strcmp(to, row->username) == 0
	    ? N_("The other address is the mailbox itself, which nobody can open yet.")
	    : NULL;
}

enum rc
owner_invite_check(struct op *op, const struct mailbox *row, const char *field)
{
	const char *why = why_not(op, row);

	return why ? op_fail_field(op, RC_INVALID, field, "%s", why) : RC_OK;
}

enum rc
owner_invite_queue(struct op *op, const struct mailbox *row)
{
	const struct mail_job job = { .kind = "first",
		.to = owner_invite_to(op, row),
		.mailbox_id = row->id,
		.domain_id = row->domain_id,
		.by = op->actor->name ? op->actor->name : "",
		.at = op->now };

	return mail_queue(op, &job);
}

static bool
is_open(const struct mailbox *row)
{
	return row->active && row->domain_active && !row->delete_pending;
}

const char *
owner_invite_why_not(struct op *op, const struct mailbox *row)
{
	const char *why = why_not(op, row);

	if (!why && !is_open(row))
		why = N_("The mailbox is switched off.");
	return why;
}

static enum rc
check_open(struct op *op, const struct mailbox *row)
{
	if (is_open(row))
		return RC_OK;
	return op_fail(op, RC_CONFLICT, "The mailbox %s is switched off.", row->username);
}

enum rc
owner_invite(struct op *op, int64_t id, struct mailbox *ret)
{
	TX tx = { 0 };
	int64_t seen;
	enum rc rc;

	if ((rc = mailbox_get(op, id, ret)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = change_replayed(op, "MAILBOX_INVITE", &seen)) != RC_OK ||
	    (rc = mailbox_get(op, id, ret)) != RC_OK)
		return rc;
	if (seen)
		return tx_commit(&tx);
	if ((rc = check_open(op, ret)) != RC_OK ||
	    (rc = owner_invite_check(op, ret, "username")) != RC_OK ||
	    (rc = owner_invite_queue(op, ret)) != RC_OK ||
	    (rc = change_add(op,
		 &(const struct change){ .action = "MAILBOX_INVITE",
		     .type = "mailbox",
		     .id = id,
		     .object = ret->username,
		     .domain_id = ret->domain_id,
		     .note = arena_printf(op->arena,
			 "sent the owner of mailbox %s a link to choose the password, to %.200s",
			 ret->username, owner_invite_to(op, ret)) })) != RC_OK)
		return rc;
	return tx_commit(&tx);
}
