/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows pasted as CSV or sent as a file: checked by a dry run, then taken in (svc/import.h). It must not know what rows mean. Few rows are done within
 * the request; more than that, and more than a few passwords, are handed over to the keeper (import_task.c).
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/op.h"
#include "base/str.h"
#include "svc/import.h"
#include "svc/import_task.h"
#include "view/import.h"
#include "view/import_view.h"
#include "web/call.h"
#include "web/form.h"
#include "web/handlers.h"
#include "web/import_task.h"
#include "web/reply.h"
#include "web/web_int.h"

#define ROWS_MAX 2000 /* within the request */
#define MADE_MAX 20   /* each takes a good part of a second */

static const struct option modes[] = {
	{ .value = "insert", .label = N_("are refused") },
	{ .value = "upsert", .label = N_("are changed") },
	{ .value = "update", .label = N_("are changed, and new ones refused") },
};
static const struct option on_errors[] = {
	{ .value = "stop", .label = N_("keep out all the others") },
	{ .value = "skip", .label = N_("are left out") },
};
static const struct option kinds[] = {
	{ .value = "domains", .label = N_("Domains") },
	{ .value = "mailboxes", .label = N_("Mailboxes") },
	{ .value = "aliases", .label = N_("Aliases") },
};

/* clang-format off */
static const struct form_row rows[] = {
	{ .name = "kind", .kind = WIDGET_SELECT, .half = true, .options = kinds, .n_options = ARRAY_LEN(kinds) },
	{ .name = "text" },
	{ .name = "mode", .kind = WIDGET_SELECT, .half = true, .options = modes, .n_options = ARRAY_LEN(modes) },
	{ .name = "on_error", .kind = WIDGET_SELECT, .half = true, .options = on_errors, .n_options = ARRAY_LEN(on_errors) },
	{ .name = "generate" },
	{ .name = "map" },
};
/* clang-format on */

void
import_rows_of(bool sent, bool typed, struct form_spec *spec)
{
	size_t from = sent ? 2 : 0;

	spec->rows = rows + from;
	spec->n = ARRAY_LEN(rows) - from - !typed;
}

static enum import_kind
kind_of(const struct import_page_in *in)
{
	if (strcmp(in->kind, "domains") == 0)
		return IMPORT_DOMAINS;
	return strcmp(in->kind, "aliases") == 0 ? IMPORT_ALIASES : IMPORT_MAILBOXES;
}

/* The states as people read them; programs get the words of model/import_task.h. */
static void
name_states(const struct call *c, struct import_task *tasks, size_t n)
{
	static const char *const states[] = { N_("waiting"), N_("running"), N_("checked"),
		N_("done"), N_("failed"), N_("cancelled") };

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < ARRAY_LEN(states); k++)
			if (strcmp(tasks[i].state, states[k]) == 0) {
				tasks[i].state = call_text(c, states[k]);
				break;
			}
}

/* The file, or the text as it came: trimming would cut empty cells off its last line. */
static const char *
sent_text(const struct call *c, size_t *ret_len)
{
	if (c->file.field) {
		*ret_len = c->file.len;
		return c->file.data;
	}
	for (size_t i = 0; i < c->body.n; i++)
		if (strcmp(c->body.at[i].name, "text") == 0) {
			*ret_len = c->body.at[i].len;
			return c->body.at[i].text;
		}
	*ret_len = 0;
	return "";
}

static struct import_in
how_of(const struct import_page_in *in)
{
	return (struct import_in){ .mode = in->mode,
		.on_error = in->on_error,
		.map = in->map,
		.generate = in->generate && kind_of(in) == IMPORT_MAILBOXES };
}

/* The columns of rows that were pasted: known once they are sent. */
static void
pick_columns(struct call *c, struct import_view *v)
{
	const struct import_page_in *in = c->post && !c->file.field ? c->in : NULL;
	struct import_column *columns = NULL;
	struct import_file file;
	size_t n;
	struct import_in how;
	const char *text;

	if (!in || c->in_rc != RC_OK || !in->text || !*in->text)
		return;
	how = how_of(in);
	text = sent_text(c, &file.len);
	file.kind = kind_of(in);
	file.text = arena_strndup(c->arena, text, file.len);
	file.conf = c->conf;
	n = import_columns(&file, &how, c->arena, &columns);
	import_pick_columns(c, file.kind, columns, n, v);
}

static enum rc
show(struct op *op, struct call *c, const struct import *im, bool done, enum rc rc)
{
	const struct import_page_in *asked = c->post ? NULL : c->query;
	const struct import_page_in start = { .kind = asked && asked->kind ? asked->kind : "mailboxes" };
	struct form_spec spec = { .title = N_("Import"),
		.in = &import_page_in_fields,
		.values = &import_page_in_fields,
		.obj = &start };
	CLEANUP(str_release) struct str made = STR_INIT;
	struct form form;
	struct import_view v = { .form = &form, .done = done };
	struct import_task *tasks = NULL;
	enum rc found;

	pick_columns(c, &v);
	import_rows_of(false, c->post && v.n_picks == 0, &spec);
	form_build(op, c, &spec, rc, &form);
	found = import_task_list(op, &tasks, &v.n_tasks);
	if (found != RC_OK && !im)
		return found;
	if (found != RC_OK) /* what was done is said all the same: passwords made for it are shown once */
		err_clear(&op->errs);
	name_states(c, tasks, v.n_tasks);
	v.tasks = tasks;
	if (im) {
		v.sum = &im->sum;
		v.fine = !done && im->sum.failed == 0;
		v.faults = im->faults;
		v.n_faults = im->n_faults;
		if (im->warned) {
			v.warnings = im->warned->at;
			v.n_warnings = im->warned->n;
			v.warned = im->warned->kinds;
			v.n_warned = im->warned->n_kinds;
		}
		import_made_csv(im, 0, "\n", &made);
		v.made = im->n_made ? str_text(&made) : NULL;
	}
	view_import_page(reply_page(c, rc_http(rc), N_("Import")), &c->page, &v);
	return reply_page_end(c);
}

enum rc
web_import_form(struct op *op, struct call *c)
{
	if (c->json)
		return reply_object(c, 200, &import_page_in_fields,
		    &(struct import_page_in){ .kind = "mailboxes" });
	return show(op, c, NULL, false, RC_OK);
}

static enum rc
open_rows(struct op *op, struct call *c, struct import *im)
{
	const struct import_page_in *in = CALL_IN(c, import_page_in);
	const struct import_in how = how_of(in);
	size_t len;
	const char *text = sent_text(c, &len);
	enum rc rc;

	if (!c->file.field && (!in->text || !*in->text))
		return op_fail_field(op, RC_INVALID, "text", "Choose a file, or paste rows here.");
	if (c->file.field && in->text && *in->text)
		return op_fail_field(op, RC_INVALID, "text",
		    "There are a file and rows in this box. Send one of them.");
	rc = import_open(im,
	    &(const struct import_file){ kind_of(in), arena_strndup(c->arena, text, len), len, c->conf },
	    &how, c->arena, &op->errs);
	im->request_id = op->request_id_given ? arena_strdup(c->arena, op->request_id) : NULL;
	return rc;
}

/* Too much for one request; or a file, which a browser does not send again, in which only the columns are not clear. */
static bool
is_for_keeper(const struct op *op, const struct call *c, const struct import *im, enum rc rc)
{
	if (rc == RC_OK)
		return im->n_records > ROWS_MAX || import_to_make(im) > MADE_MAX;
	return rc == RC_INVALID && c->file.field && !c->json && err_for(&op->errs, "map");
}

static enum rc
hand_over(struct op *op, struct call *c, bool check_only)
{
	const struct import_page_in *in = CALL_IN(c, import_page_in);
	const struct import_in how = how_of(in);
	size_t len;
	const char *text = sent_text(c, &len);

	err_clear(&op->errs);
	op->flags &= ~(unsigned)OP_DRY_RUN; /* what is kept is only the file */
	return import_task_hand_over(op, c, in->kind, &how, text, len, check_only);
}

static enum rc
take_rows(struct op *op, struct call *c, bool done)
{
	struct import im = { 0 };
	enum rc rc = c->in_rc;

	if (rc == RC_OK) {
		rc = open_rows(op, c, &im);
		if (is_for_keeper(op, c, &im, rc))
			return hand_over(op, c, rc != RC_OK || !done);
	}
	if (rc == RC_OK)
		rc = import_rows(op, &im, SIZE_MAX);
	if (form_can_show(c, rc))
		return show(op, c, NULL, done, rc);
	if (rc != RC_OK)
		return rc;
	if (!c->json)
		return show(op, c, &im, done, RC_OK);
	import_json(&im, reply_json(c, 200));
	return RC_OK;
}

enum rc
web_import_check(struct op *op, struct call *c)
{
	op->flags |= OP_DRY_RUN;
	return take_rows(op, c, false);
}

enum rc
web_import_run(struct op *op, struct call *c)
{
	return take_rows(op, c, true);
}
