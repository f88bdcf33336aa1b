/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailbox add|list|show|edit|passwd|invite|enable|disable|delete: the command line's door to svc/mailbox. */
#include "base/base.h"

#include "base/arena.h"
#include "cli/cli.h"
#include "svc/extra.h"
#include "svc/mail.h"
#include "svc/mailbox.h"
#include "svc/owner_invite.h"

static void
show(struct cli_call *call, const struct mailbox *m)
{
	call->out_fields = extras_of(call->conf, call->arena).row;
	call->out_rows = m;
	call->out_n = 1;
}

static enum rc
find(struct op *op, struct cli_call *call, struct mailbox **ret)
{
	*ret = ARENA_NEW(op->arena, struct mailbox);
	show(call, *ret);
	return mailbox_find(op, call->target, *ret);
}

enum rc
cmd_mailbox_add(struct op *op, struct cli_call *call)
{
	struct mailbox *m = ARENA_NEW(op->arena, struct mailbox);
	enum rc rc;

	show(call, m);
	if ((rc = warn_mailbox(op, NULL, call->in, &call->out_warnings)) != RC_OK)
		return rc;
	return mailbox_add(op, call->in, m, &call->out_secret);
}

enum rc
cmd_mailbox_list(struct op *op, struct cli_call *call)
{
	struct mailbox_list list;
	const struct list_in *in = call->in;
	enum rc rc;

	if (in->hashes)
		return op_fail_field(op, RC_INVALID, "hashes",
		    "Password hashes are written with --csv only.");
	if ((rc = mailbox_list(op, in, &list)) != RC_OK)
		return rc;
	cli_listed(call, &mailbox_fields, list.rows, list.n, &list.info, "mailboxes");
	return RC_OK;
}

enum rc
cmd_mailbox_show(struct op *op, struct cli_call *call)
{
	struct mailbox *m;

	return find(op, call, &m);
}

enum rc
cmd_mailbox_edit(struct op *op, struct cli_call *call)
{
	struct mailbox *m;
	enum rc rc = find(op, call, &m);

	if (rc == RC_OK)
		rc = warn_mailbox(op, m, call->in, &call->out_warnings);
	return rc == RC_OK ? mailbox_edit(op, m->id, call->in, m) : rc;
}

enum rc
cmd_mailbox_passwd(struct op *op, struct cli_call *call)
{
	struct mailbox *m;
	enum rc rc = find(op, call, &m);

	call->out_rows = NULL;
	call->out_note = "The new password is in force.";
	return rc == RC_OK ? mailbox_password(op, m->id, call->in, NULL, &call->out_secret) : rc;
}

enum rc
cmd_mailbox_invite(struct op *op, struct cli_call *call)
{
	struct mailbox *m;
	enum rc rc = find(op, call, &m);

	call->out_rows = NULL;
	if (rc == RC_OK)
		rc = owner_invite(op, m->id, m);
	call->out_note = arena_printf(op->arena,
	    "A mail with a link is on its way to %s, good for %lld days.",
	    rc == RC_OK ? owner_invite_to(op, m) : "", (long long)op->conf->invite_days);
	return rc;
}

/* To the mailbox itself, unless something else is said. */
enum rc
cmd_mailbox_send_settings(struct op *op, struct cli_call *call)
{
	struct settings_mail_in in = *(const struct settings_mail_in *)call->in;
	struct mailbox *m;
	const char *to = "";
	enum rc rc = find(op, call, &m);

	call->out_rows = NULL;
	if (!in.type || !*in.type)
		in.type = in.email && *in.email ? "other" : "username";
	if (rc == RC_OK)
		rc = mail_settings_send(op, m->id, &in, m, &to);
	call->out_note = arena_printf(op->arena, "The settings of %s wait to be mailed to %s.",
	    rc == RC_OK ? m->username : "", to);
	return rc;
}

static enum rc
set_active(struct op *op, struct cli_call *call, bool active)
{
	struct mailbox *m;
	enum rc rc = find(op, call, &m);

	return rc == RC_OK ? mailbox_set_active(op, m->id, active, m) : rc;
}

enum rc
cmd_mailbox_enable(struct op *op, struct cli_call *call)
{
	return set_active(op, call, true);
}

enum rc
cmd_mailbox_disable(struct op *op, struct cli_call *call)
{
	return set_active(op, call, false);
}

enum rc
cmd_mailbox_delete(struct op *op, struct cli_call *call)
{
	struct mailbox *m;
	enum rc rc = find(op, call, &m);

	call->out_rows = NULL;
	call->out_note = arena_printf(op->arena, "Removed %s. Stored mail is still on disk.",
	    rc == RC_OK ? m->username : "");
	return rc == RC_OK ? mailbox_delete(op, m->id) : rc;
}
