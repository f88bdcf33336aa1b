/* SPDX-License-Identifier: GPL-3.0-or-later */
/* admin add|invite|list|show|edit|passwd|language|reset-2fa|reseal-2fa|enable|disable|assign|unassign|delete, log list|undo: the command line's door to svc/admin and svc/audit. */
#include "base/base.h"

#include "base/arena.h"
#include "cli/cli.h"
#include "svc/admin.h"
#include "svc/audit.h"
#include "svc/undo.h"
#include "svc/domain.h"
#include "svc/invite.h"
#include "svc/language.h"
#include "svc/mail.h"
#include "svc/second.h"

static void
show(struct cli_call *call, const struct admin *a)
{
	call->out_fields = &admin_fields;
	call->out_rows = a;
	call->out_n = 1;
}

static enum rc
find(struct op *op, struct cli_call *call, struct admin **ret)
{
	*ret = ARENA_NEW(op->arena, struct admin);
	show(call, *ret);
	return admin_find(op, call->target, *ret);
}

/* The code of a link that is shown, NULL where it is mailed. Made once for the call, not for each run of the op, as a token is (cmd_token.c). */
static const char *
own_code(struct op *op, struct cli_call *call, const char **code)
{
	char fresh[INVITE_CODE_MAX];

	if (!*code && !mail_invite_offered(op->conf)) {
		invite_fresh(fresh);
		*code = arena_strdup(call->arena, fresh);
	}
	return *code;
}

static void
show_link(struct op *op, struct cli_call *call, const struct admin *a, const char *code)
{
	call->out_note = arena_printf(op->arena,
	    code ? "Good once, for %lld days:" : "A mail with a link is on its way, good for %lld days.",
	    (long long)op->conf->invite_days);
	if (code && !call->dry_run) {
		call->out_secret = invite_link(op, a->username, code);
		call->out_secret_name = "link";
	}
}

enum rc
cmd_admin_add(struct op *op, struct cli_call *call)
{
	struct admin *a = ARENA_NEW(op->arena, struct admin);
	struct admin_in *in = call->in;
	enum rc rc;

	show(call, a);
	if (in->invite)
		own_code(op, call, &in->invite_code);
	rc = admin_add(op, in, a);
	if (rc == RC_OK && in->invite)
		show_link(op, call, a, in->invite_code);
	return rc;
}

enum rc
cmd_admin_invite(struct op *op, struct cli_call *call)
{
	struct admin *a;
	enum rc rc = find(op, call, &a);

	if (rc == RC_OK && (rc = invite_again(op, a->id, own_code(op, call, &call->code), a)) == RC_OK)
		show_link(op, call, a, call->code);
	return rc;
}

enum rc
cmd_admin_list(struct op *op, struct cli_call *call)
{
	struct admin_list list;
	enum rc rc = admin_list(op, call->in, &list);

	if (rc != RC_OK)
		return rc;
	cli_listed(call, &admin_fields, list.rows, list.n, &list.info, "administrators");
	return RC_OK;
}

enum rc
cmd_admin_show(struct op *op, struct cli_call *call)
{
	struct admin *a;

	return find(op, call, &a);
}

enum rc
cmd_admin_edit(struct op *op, struct cli_call *call)
{
	struct admin *a;
	enum rc rc = find(op, call, &a);

	return rc == RC_OK ? admin_edit(op, a->id, call->in, a) : rc;
}

enum rc
cmd_admin_passwd(struct op *op, struct cli_call *call)
{
	struct admin *a;
	enum rc rc = find(op, call, &a);

	call->out_rows = NULL;
	call->out_note = "The new password is in force; open sessions were ended.";
	return rc == RC_OK ? admin_password(op, a->id, call->in, NULL, NULL) : rc;
}

static enum rc
set_active(struct op *op, struct cli_call *call, bool active)
{
	struct admin *a;
	enum rc rc = find(op, call, &a);

	return rc == RC_OK ? admin_set_active(op, a->id, active, a) : rc;
}

enum rc
cmd_admin_enable(struct op *op, struct cli_call *call)
{
	return set_active(op, call, true);
}

enum rc
cmd_admin_disable(struct op *op, struct cli_call *call)
{
	return set_active(op, call, false);
}

enum rc
cmd_admin_language(struct op *op, struct cli_call *call)
{
	struct language *row = ARENA_NEW(op->arena, struct language);
	struct admin *a;
	enum rc rc = find(op, call, &a);

	call->out_fields = &language_fields;
	call->out_rows = row;
	return rc == RC_OK ? language_set(op, a->id, call->in, row) : rc;
}

static enum rc
reset_all(struct op *op, struct cli_call *call)
{
	int64_t n;
	enum rc rc = second_remove_all(op, &n);

	if (rc == RC_OK)
		call->out_note = arena_printf(op->arena, "Second factors removed: %lld.", (long long)n);
	return rc;
}

enum rc
cmd_admin_reset_2fa(struct op *op, struct cli_call *call)
{
	const struct reset_in *in = call->in;
	struct admin *a;
	enum rc rc;

	if (in->all == (call->target != NULL))
		return op_fail(op, RC_INVALID, "Name the administrator, or give --all.");
	if (in->all)
		return reset_all(op, call);
	rc = find(op, call, &a);
	call->out_rows = NULL;
	call->out_note =
	    "The second factor is gone and open sessions were ended; the password alone lets in.";
	return rc == RC_OK ? admin_reset_second_factor(op, a->id) : rc;
}

enum rc
cmd_admin_reseal_2fa(struct op *op, struct cli_call *call)
{
	struct second_resealed did;
	enum rc rc = second_reseal(op, &did);

	if (rc != RC_OK)
		return rc;
	call->out_note = arena_printf(op->arena,
	    "Sealed again: %lld; as they should be: %lld; unreadable: %lld%s%s.", (long long)did.sealed,
	    (long long)did.fine, (long long)did.unreadable, *did.names ? ": " : "", did.names);
	return RC_OK;
}

static enum rc
assign(struct op *op, struct cli_call *call, bool assigned)
{
	const struct list_in *in = call->in;
	struct domain d;
	struct admin *a;
	enum rc rc;

	if (!in->domain)
		return op_fail_field(op, RC_INVALID, "domain", "Name the domain with --domain.");
	if ((rc = find(op, call, &a)) != RC_OK || (rc = domain_find(op, in->domain, &d)) != RC_OK)
		return rc;
	call->out_rows = NULL;
	call->out_note = arena_printf(op->arena, "%s %s %s.", a->username,
	    assigned ? "now manages" : "no longer manages", d.domain);
	return domain_assign(op, d.id, a->id, assigned);
}

enum rc
cmd_admin_assign(struct op *op, struct cli_call *call)
{
	return assign(op, call, true);
}

enum rc
cmd_admin_unassign(struct op *op, struct cli_call *call)
{
	return assign(op, call, false);
}

enum rc
cmd_admin_delete(struct op *op, struct cli_call *call)
{
	struct admin *a;
	enum rc rc = find(op, call, &a);

	call->out_rows = NULL;
	call->out_note = arena_printf(op->arena, "Removed %s.", rc == RC_OK ? a->username : "");
	return rc == RC_OK ? admin_delete(op, a->id) : rc;
}

enum rc
cmd_log_list(struct op *op, struct cli_call *call)
{
	struct audit_list list;
	enum rc rc = audit_list(op, call->in, &list);

	if (rc != RC_OK)
		return rc;
	cli_listed(call, &audit_fields, list.rows, list.n, &list.info, "entries");
	return RC_OK;
}

enum rc
cmd_log_undo(struct op *op, struct cli_call *call)
{
	char *end;
	long long id = strtoll(call->target, &end, 10);

	if (*call->target < '0' || *call->target > '9' || *end || id < 1)
		return op_fail(op, RC_INVALID, "This is not the number of an entry: \"%s\".",
		    call->target);
	call->out_note = "It is taken back.";
	return undo_entry(op, id);
}
