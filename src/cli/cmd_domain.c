/* SPDX-License-Identifier: GPL-3.0-or-later */
/* domain add|list|show|edit|enable|disable|delete: the command line's door to svc/domain. */
#include "base/base.h"

#include "base/arena.h"
#include "cli/cli.h"
#include "svc/domain.h"

static void
show(struct cli_call *call, const struct domain *d)
{
	call->out_fields = &domain_fields;
	call->out_rows = d;
	call->out_n = 1;
}

enum rc
cmd_domain_add(struct op *op, struct cli_call *call)
{
	struct domain *d = ARENA_NEW(op->arena, struct domain);
	struct domain_in in;
	struct domain_in *given = call->in;

	domain_defaults(op, &in);
	for (size_t i = 0; i < domain_in_fields.n; i++) {
		const struct field *f = &domain_in_fields.at[i];

		if (!field_given(&domain_in_fields, given, f->off))
			continue;
		if (f->type == FIELD_TEXT)
			field_set_text(f, &in, field_text(f, given));
		else
			field_set_int(f, &in, field_int(f, given));
	}
	in.given |= given->given;
	show(call, d);
	return domain_add(op, &in, d);
}

enum rc
cmd_domain_list(struct op *op, struct cli_call *call)
{
	struct domain_list list;
	enum rc rc = domain_list(op, call->in, &list);

	if (rc != RC_OK)
		return rc;
	cli_listed(call, &domain_fields, list.rows, list.n, &list.info, "domains");
	return RC_OK;
}

enum rc
cmd_domain_show(struct op *op, struct cli_call *call)
{
	struct domain *d = ARENA_NEW(op->arena, struct domain);

	show(call, d);
	return domain_find(op, call->target, d);
}

enum rc
cmd_domain_edit(struct op *op, struct cli_call *call)
{
	struct domain *d = ARENA_NEW(op->arena, struct domain);
	enum rc rc = domain_find(op, call->target, d);

	show(call, d);
	if (rc == RC_OK)
		rc = warn_limits(op, d, call->in, &call->out_warnings);
	return rc == RC_OK ? domain_edit(op, d->id, call->in, d) : rc;
}

static enum rc
set_active(struct op *op, struct cli_call *call, bool active)
{
	struct domain *d = ARENA_NEW(op->arena, struct domain);
	enum rc rc = domain_find(op, call->target, d);

	show(call, d);
	return rc == RC_OK ? domain_set_active(op, d->id, active, d) : rc;
}

enum rc
cmd_domain_enable(struct op *op, struct cli_call *call)
{
	return set_active(op, call, true);
}

enum rc
cmd_domain_disable(struct op *op, struct cli_call *call)
{
	return set_active(op, call, false);
}

enum rc
cmd_domain_delete(struct op *op, struct cli_call *call)
{
	struct domain d;
	struct domain_impact impact;
	enum rc rc;

	if ((rc = domain_find(op, call->target, &d)) != RC_OK ||
	    (rc = domain_impact(op, d.id, &impact)) != RC_OK)
		return rc;
	call->out_note = arena_printf(op->arena,
	    "Removed %s with %lld mailboxes and %lld aliases. Stored mail is still on disk.",
	    d.domain, (long long)impact.mailboxes, (long long)impact.aliases);
	return domain_delete(op, d.id, d.domain);
}
