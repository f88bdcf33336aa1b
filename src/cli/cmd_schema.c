/* SPDX-License-Identifier: GPL-3.0-or-later */
/* schema status|plan|apply: what the database has of our schema, what is missing, and adding that. */
#include "base/base.h"

#include "base/arena.h"
#include "cli/cli.h"
#include "model/schema.h"
#include "svc/system.h"

/* A step as it is printed. */
struct schema_row {
	const char *step;
	const char *state;
	int64_t applied;
	const char *sql;
};
static const struct field schema_row_field_rows[] = {
	FIELD(schema_row, step, .label = N_("Step")),
	FIELD(schema_row, state, .label = N_("State")),
	FIELD(schema_row, applied, .kind = KIND_TIME, .label = N_("Applied")),
	FIELD(schema_row, sql, .label = N_("Statement")),
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
		rows[n++] = (struct schema_row){ .step = step->name,
			.state = step->changed ? "changed since"
			    : step->applied    ? "applied"
					       : pending,
			.applied = step->applied_at };
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

static bool
drop_legacy(const struct cli_call *call)
{
	const struct schema_in *in = call->in;

	return in && in->drop_legacy;
}

/* The sentences of a takeover, or the statements themselves as JSON. */
static void
show_actions(struct op *op, struct cli_call *call, const struct system_schema *s)
{
	const struct schema_row *steps = call->out_rows;
	struct schema_row *rows = arena_array(op->arena, s->n_actions + call->out_n, sizeof(*rows));
	size_t n = 0;

	for (size_t i = 0; i < s->n_actions; i++)
		rows[n++] = (struct schema_row){
			.step = "takeover", .state = s->actions[i].what, .sql = s->actions[i].sql
		};
	for (size_t i = 0; i < call->out_n; i++)
		rows[n++] = steps[i];
	call->out_rows = rows;
	call->out_n = n;
	if (s->n_actions)
		call->out_total = "Make a backup, then run `vimbadmin schema apply`. (--json shows "
				  "the statements.)";
}

static enum rc
plan(struct op *op, struct cli_call *call)
{
	struct system_schema s;
	enum rc rc = system_schema_plan(op, drop_legacy(call), &s);

	if (rc != RC_OK)
		return rc;
	show(op, call, &s, true);
	show_actions(op, call, &s);
	return RC_OK;
}

enum rc
cmd_schema_plan(struct op *op, struct cli_call *call)
{
	return plan(op, call);
}

/* Dry is the plan: some engines commit each step of a schema as it runs, so that nothing could be taken back. */
enum rc
cmd_schema_apply(struct op *op, struct cli_call *call)
{
	struct system_schema s;
	enum rc rc;

	if (call->dry_run)
		return plan(op, call);
	if ((rc = system_schema_apply(op, &s)) == RC_OK && drop_legacy(call))
		rc = system_schema_drop_legacy(op);
	if (rc == RC_OK)
		show(op, call, &s, false);
	return rc;
}
