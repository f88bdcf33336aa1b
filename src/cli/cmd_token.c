/* SPDX-License-Identifier: GPL-3.0-or-later */
/* token add|list|rotate|revoke: the command line's door to svc/token. */
#include "base/base.h"

#include "base/arena.h"
#include "cli/cli.h"
#include "svc/token.h"

static struct token *
show(struct op *op, struct cli_call *call)
{
	struct token *t = ARENA_NEW(op->arena, struct token);

	call->out_fields = &token_fields;
	call->out_rows = t;
	call->out_n = 1;
	return t;
}

/* Made once for the call, not for each run of the op: what a run before may have stored is then what is printed. */
static const char *
own_secret(struct cli_call *call)
{
	char raw[TOKEN_TEXT_MAX];

	if (!call->out_secret) {
		token_fresh(raw);
		call->out_secret = arena_strdup(call->arena, raw);
		call->out_secret_name = "token";
	}
	return call->out_secret;
}

enum rc
cmd_token_add(struct op *op, struct cli_call *call)
{
	return token_add(op, call->in, own_secret(call), show(op, call));
}

enum rc
cmd_token_rotate(struct op *op, struct cli_call *call)
{
	const struct token_rotate_in *in = call->in;
	const struct token_pick_in pick = { .name = in->name };

	return token_rotate(op, &pick, in, own_secret(call), show(op, call));
}

enum rc
cmd_token_list(struct op *op, struct cli_call *call)
{
	struct token_list list;
	enum rc rc = token_list(op, &list);

	if (rc != RC_OK)
		return rc;
	cli_listed(call, &token_fields, list.rows, list.n, &list.info, "tokens");
	return RC_OK;
}

enum rc
cmd_token_revoke(struct op *op, struct cli_call *call)
{
	return token_revoke(op, call->in, show(op, call));
}
