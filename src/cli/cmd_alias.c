/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alias add|list|show|edit|enable|disable|delete: the command line's door to svc/alias. */
#include "base/base.h"

#include "base/arena.h"
#include "cli/cli.h"
#include "svc/alias.h"
#include "svc/extra.h"

static void
show(struct cli_call *call, const struct alias *a)
{
	call->out_fields = extras_of_alias(call->conf, call->arena).row;
	call->out_rows = a;
	call->out_n = 1;
}

static enum rc
find(struct op *op, struct cli_call *call, struct alias **ret)
{
	*ret = ARENA_NEW(op->arena, struct alias);
	show(call, *ret);
	return alias_find(op, call->target, *ret);
}

enum rc
cmd_alias_add(struct op *op, struct cli_call *call)
{
	struct alias *a = ARENA_NEW(op->arena, struct alias);
	enum rc rc = warn_alias(op, NULL, call->in, &call->out_warnings);

	show(call, a);
	return rc == RC_OK ? alias_add(op, call->in, a) : rc;
}

enum rc
cmd_alias_list(struct op *op, struct cli_call *call)
{
	struct alias_list list;
	enum rc rc = alias_list(op, call->in, &list);

	if (rc != RC_OK)
		return rc;
	cli_listed(call, &alias_fields, list.rows, list.n, &list.info, "aliases");
	return RC_OK;
}

enum rc
cmd_alias_show(struct op *op, struct cli_call *call)
{
	struct alias *a;

	return find(op, call, &a);
}

enum rc
cmd_alias_edit(struct op *op, struct cli_call *call)
{
	struct alias *a;
	enum rc rc = find(op, call, &a);

	if (rc == RC_OK)
		rc = warn_alias(op, a, call->in, &call->out_warnings);
	return rc == RC_OK ? alias_edit(op, a->id, call->in, a) : rc;
}

static enum rc
set_active(struct op *op, struct cli_call *call, bool active)
{
	struct alias *a;
	enum rc rc = find(op, call, &a);

	return rc == RC_OK ? alias_set_active(op, a->id, active, a) : rc;
}

enum rc
cmd_alias_enable(struct op *op, struct cli_call *call)
{
	return set_active(op, call, true);
}

enum rc
cmd_alias_disable(struct op *op, struct cli_call *call)
{
	return set_active(op, call, false);
}

enum rc
cmd_alias_delete(struct op *op, struct cli_call *call)
{
	struct alias *a;
	enum rc rc = find(op, call, &a);

	call->out_rows = NULL;
	call->out_note = arena_printf(op->arena, "Removed %s.", rc == RC_OK ? a->address : "");
	return rc == RC_OK ? alias_delete(op, a->id) : rc;
}
