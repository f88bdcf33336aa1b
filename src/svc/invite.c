/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inviting administrators. Owns who can be. It must not know how a link is taken up. The surprising thing: who is invited has a password all the same,
 * one that nobody knows, so that trying to sign in takes as long as with any other.
 */
#include "base/base.h"

#include "base/rand.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "model/actor.h"
#include "store/admin.h"
#include "svc/admin.h"
#include "svc/change.h"
#include "svc/invite.h"
#include "svc/mail_int.h"
#include "svc/perm.h"

void
invite_fresh(char ret[INVITE_CODE_MAX])
{
	char hash[65];

	_Static_assert(INVITE_CODE_MAX == MAIL_TOKEN_MAX, "one kind of code");
	mail_token_make(ret, hash);
}

const char *
invite_link(struct op *op, const char *username, const char *code)
{
	return mail_link(op, INVITE_PAGE, username, code);
}

enum rc
invite_check(struct op *op, const char *code)
{
	if (!*op->conf->public_url)
		return op_fail_field(op, RC_INVALID, "invite",
		    "Nobody can be invited before public_url is set: the link begins with it.");
	if (!code && !mail_invite_offered(op->conf))
		return op_fail_field(op, RC_INVALID, "invite",
		    "This panel sends no mail: its configuration names no mail server.");
	return RC_OK;
}

enum rc
invite_begin(struct op *op, const struct admin *row, const char *code)
{
	const struct mail_job job = { .kind = "invite",
		.to = row->username,
		.by = op->actor->name ? op->actor->name : "",
		.at = op->now };
	char hash[65];
	enum rc rc;

	if ((rc = store_admin_invited(op, row->id, op->now)) != RC_OK ||
	    (rc = mail_links_void(op, row->id)) != RC_OK || !code)
		return rc == RC_OK ? mail_queue(op, &job) : rc;
	sha256_hex(code, strlen(code), hash);
	return mail_token_only(op, row->id, mail_invite_purpose(op, row->id), hash,
	    op->conf->invite_days * DAY_S);
}

enum rc
invite_again(struct op *op, int64_t id, const char *code, struct admin *ret)
{
	TX tx = { 0 };
	int64_t seen;
	enum rc rc;

	if ((rc = perm_super(op)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = change_replayed(op, "ADMIN_INVITE", &seen)) != RC_OK ||
	    (rc = admin_get(op, id, ret)) != RC_OK)
		return rc;
	if (seen)
		return tx_commit(&tx);
	if (!ret->invited)
		return op_fail(op, RC_CONFLICT, "%s has chosen a password already.", ret->username);
	if ((rc = invite_check(op, code)) != RC_OK || (rc = invite_begin(op, ret, code)) != RC_OK ||
	    (rc = change_add(op,
		 &(const struct change){ .action = "ADMIN_INVITE",
		     .verb = N_("invited"),
		     .type = "admin",
		     .id = id,
		     .object = ret->username })) != RC_OK)
		return rc;
	return tx_commit(&tx);
}
