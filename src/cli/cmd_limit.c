/* SPDX-License-Identifier: GPL-3.0-or-later */
/* limit list|clear: the command line's door to svc/limit. */
#include "base/base.h"

#include "base/arena.h"
#include "cli/cli.h"
#include "svc/limit.h"

enum rc
cmd_limit_list(struct op *op, struct cli_call *call)
{
	struct limit_list list;
	enum rc rc = limit_list(op, &list);

	if (rc != RC_OK)
		return rc;
	cli_listed(call, &limit_fields, list.rows, list.n, &list.info, "counters");
	return RC_OK;
}

enum rc
cmd_limit_clear(struct op *op, struct cli_call *call)
{
	int64_t cleared = 0;
	enum rc rc = limit_clear(op, call->target, &cleared);

	call->out_note = arena_printf(op->arena, "Cleared %lld counter%s.", (long long)cleared,
	    cleared == 1 ? "" : "s");
	return rc;
}
