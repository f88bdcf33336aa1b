/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audit verify: is the log as it was sealed? */
#include "base/base.h"

#include "base/arena.h"
#include "cli/cli.h"
#include "svc/seal.h"

enum rc
cmd_audit_verify(struct op *op, struct cli_call *call)
{
	struct verify *found = ARENA_NEW(op->arena, struct verify);

	call->out_fields = &verify_fields;
	call->out_rows = found;
	call->out_n = 1;
	return audit_verify(op, call->in, found);
}
