/* SPDX-License-Identifier: GPL-3.0-or-later */
/* archive list|show: the command line's door to svc/archive. */
#include "base/base.h"

#include "base/arena.h"
#include "cli/cli.h"
#include "model/list.h"
#include "svc/archive.h"

enum rc
cmd_archive_list(struct op *op, struct cli_call *call)
{
	const struct list_in *in = call->in;
	struct archive_list list;
	enum rc rc = archive_list(op, in->limit, &list);

	if (rc != RC_OK)
		return rc;
	cli_listed(call, &archive_view_fields, list.rows, list.n, &list.info, "archives");
	return RC_OK;
}

enum rc
cmd_archive_show(struct op *op, struct cli_call *call)
{
	struct archive_view *v = ARENA_NEW(op->arena, struct archive_view);

	call->out_fields = &archive_view_fields;
	call->out_rows = v;
	call->out_n = 1;
	return archive_find(op, call->target, v);
}
