/* SPDX-License-Identifier: GPL-3.0-or-later */
/* schema status|plan|apply: what the database has of our schema, what is missing, and adding that. */
#include "base/base.h"

#include "base/arena.h"
#include "cli/cli.h"
#include "svc/system.h"

/* A step as it is printed. */
struct schema_row {
	const char *step;
	const char *state;
	int64_t applied;
};
static const struct field schema_row_field_rows[] = {
	FIELD(schema_row, step, .label = N_("Step")),
	FIELD(schema_row, state, .label = N_("State")),
	FIELD(schema_row, applied, .kind = KIND_TIME, .label = N_("Applied")),
};
static FIELDS(schema_row);

static void
show(struct op *op, struct cli_call *call, const struct system_schema *s, bool only_pending)
{
	const char *pending = call->dry_run ? "would be applied" : "pending";
	struct schema_row *rows = arena_array(op->arena, s->n, sizeof(*rows));
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct system_step *step = &s->steps[i];

		if (only_pending && step->applied)
			continue;
		rows[n++] = (struct schema_row){ step->name,
			step->changed       ? "changed since"
			    : step->applied ? "applied"
					    : pending,
			step->applied_at };
	}
	call->out_fields = &schema_row_fields;
	call->out_rows = rows;
	call->out_n = n;
	call->out_list = true;
	if (s->newer)
		call->out_total = "The database is newer than this program.";
	else if (s->pending && !call->dry_run)
		call->out_total = "Run `vimbadmin schema apply`.";
	else if (!s->pending)
		call->out_total = "The schema is up to date.";
}

enum rc
cmd_schema_status(struct op *op, struct cli_call *call)
{
	struct system_schema s;
	enum rc rc = system_schema_state(op, &s);

	if (rc == RC_OK)
		show(op, call, &s, false);
	return rc;
}

enum rc
cmd_schema_plan(struct op *op, struct cli_call *call)
{
	struct system_schema s;
	enum rc rc = system_schema_state(op, &s);

	if (rc == RC_OK)
		show(op, call, &s, true);
	return rc;
}

enum rc
cmd_schema_apply(struct op *op, struct cli_call *call)
{
	struct system_schema s;
	enum rc rc;

	/* some engines commit each step of a schema as it runs: nothing could be taken back */
	if (call->dry_run) {
		if ((rc = system_schema_state(op, &s)) == RC_OK && s.newer)
			rc = system_schema_check(op);
		if (rc == RC_OK)
			show(op, call, &s, true);
		return rc;
	}
	rc = system_schema_apply(op, &s);
	if (rc == RC_OK)
		show(op, call, &s, false);
	return rc;
}
