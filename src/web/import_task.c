/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that the keeper takes in (svc/import_task.h): a page that looks again by itself until it is over, what came of it, once more otherwise. It owns
 * the secret that passwords which are made are sealed for: it lives in a cookie of the browser and nowhere else.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/message.h"
#include "base/op.h"
#include "base/str.h"
#include "svc/import.h"
#include "svc/import_task.h"
#include "view/import.h"
#include "view/import_view.h"
#include "web/call.h"
#include "web/form.h"
#include "web/import_task.h"
#include "web/reply.h"
#include "web/web_int.h"

#define SECRET_SECONDS (2 * 24 * 3600) /* longer than anything is kept */
#define REFRESH_S 2

/* ---- the browser's secret ---- */

static const char *
secret_sent(const struct call *c)
{
	const char *value = cookie_value(c, c->web->cookie_import);

	return value && strlen(value) == IMPORT_SECRET_LEN &&
		strspn(value, "0123456789abcdef") == IMPORT_SECRET_LEN
	    ? value
	    : NULL;
}

/* The one it has, or a new one; either way it lasts as long again. */
static const char *
secret_of(struct call *c)
{
	const char *secret = secret_sent(c);

	if (!secret)
		secret = session_fresh(c);
	cookie_set(c, c->web->cookie_import, secret, SECRET_SECONDS);
	return secret;
}

/* ---- the page ---- */

static bool
is_under_way(const struct import_task *t)
{
	return strcmp(t->state, "waiting") == 0 || strcmp(t->state, "running") == 0;
}

static const char *
state_text(const struct import_task *t)
{
	if (strcmp(t->state, "waiting") == 0)
		return N_("Waits for its turn.");
	if (t->phase && strcmp(t->phase, "passwords") == 0)
		return N_("Passwords are being made.");
	if (t->phase && strcmp(t->phase, "again") == 0)
		return N_(
		    "A row is bad. All of them are looked at once more, to find every fault.");
	if (strcmp(t->state, "running") == 0)
		return t->check_only ? N_("The rows are being checked.")
				     : N_("The rows are being taken in.");
	if (strcmp(t->state, "cancelled") == 0)
		return t->done > 0 ? N_("Cancelled. The rows that were in before stay.")
				   : N_("Cancelled. Nothing was changed.");
	return t->message ? t->message : "";
}

/* What the keeper stored, in the language of who looks. */
static const char *
in_language(const struct call *c, const char *said, const char *text)
{
	return message_say(c->arena, c->lang, said ? said : text);
}

/* What a column may be: none, or one of the fields. */
static const struct option *
options_of(const struct call *c, const struct import_column *column, const struct field **fields,
    size_t n)
{
	struct option *ret = arena_array(c->arena, n + 1, sizeof(*ret));

	ret[0] = (struct option){ arena_printf(c->arena, "%s=", column->name), "\xe2\x80\x93",
		!column->field };
	for (size_t i = 0; i < n; i++)
		ret[i + 1] = (struct option){ arena_printf(c->arena, "%s=%s", column->name,
						  fields[i]->name),
			fields[i]->label ? call_text(c, fields[i]->label) : fields[i]->name,
			column->field && strcmp(column->field->name, fields[i]->name) == 0 };
	return ret;
}

void
import_pick_columns(const struct call *c, enum import_kind kind,
    const struct import_column *columns, size_t n, struct import_view *v)
{
	const struct field **fields = import_fields_of(kind, c->conf, c->arena);
	struct import_pick *picks;
	size_t n_fields = 0;

	while (fields[n_fields])
		n_fields++;
	picks = arena_array(c->arena, n, sizeof(*picks));
	for (size_t i = 0; i < n; i++)
		picks[i] = (struct import_pick){ columns[i].name, columns[i].first,
			options_of(c, &columns[i], fields, n_fields), n_fields + 1 };
	v->picks = picks;
	v->n_picks = n;
}

static enum rc
pick_columns(struct op *op, const struct call *c, const struct import_task *t, struct import_view *v)
{
	struct import_column *columns = NULL;
	size_t n = 0;
	enum rc rc = import_task_columns(op, t, &columns, &n);

	if (rc == RC_OK)
		import_pick_columns(c, import_kind_named(t->kind), columns, n, v);
	return rc;
}

static enum rc
show(struct op *op, struct call *c, enum rc rc)
{
	struct import_outcome o;
	struct import_task t;
	struct form_spec spec = {
		.in = &import_again_in_fields, .values = &import_task_fields, .obj = &t
	};
	struct import_sum sum;
	struct form form;
	struct import_view v = { .form = &form, .task = &t, .sum = &sum };
	enum rc found;

	if ((found = import_task_get(op, c->id, &t)) != RC_OK ||
	    (found = import_task_outcome(op, &t, &o)) != RC_OK)
		return found;
	v.again = !is_under_way(&t) && o.has_file && t.admin_id == c->actor.admin_id;
	if (v.again && (found = pick_columns(op, c, &t, &v)) != RC_OK)
		return found;
	import_rows_of(true, v.n_picks == 0, &spec);
	form_build(op, c, &spec, rc, &form);
	sum = (struct import_sum){ t.total, t.done, t.added, t.changed, t.unchanged, t.failed, t.kept };
	v.done = strcmp(t.state, "done") == 0;
	v.over = v.done || strcmp(t.state, "checked") == 0;
	v.fine = v.over && !v.done && t.failed == 0;
	v.under_way = is_under_way(&t);
	v.passwords = o.has_passwords;
	v.text = in_language(c, NULL, state_text(&t));
	v.reasons = o.reasons;
	v.n_reasons = o.n_reasons;
	for (size_t i = 0; i < o.n_reasons; i++)
		o.reasons[i].text = in_language(c, o.reasons[i].said, o.reasons[i].text);
	for (size_t i = 0; i < o.n_faults; i++)
		o.faults[i].text = in_language(c, o.faults[i].said, o.faults[i].text);
	for (size_t i = 0; i < o.n_warned; i++)
		o.warned[i].text = in_language(c, o.warned[i].said, o.warned[i].text);
	for (size_t i = 0; i < o.n_warnings; i++)
		o.warnings[i].text = in_language(c, o.warnings[i].said, o.warnings[i].text);
	v.warned = o.warned;
	v.n_warned = o.n_warned;
	v.warnings = o.warnings;
	v.n_warnings = o.n_warnings;
	v.faults = o.faults;
	v.n_faults = o.n_faults;
	c->page.refresh = v.under_way ? REFRESH_S : 0;
	view_import_task(reply_page(c, rc_http(rc), N_("Import")), &c->page, &v);
	return reply_page_end(c);
}

/* What came of it, for programs: in English, as all of theirs. */
static enum rc
reply_outcome(struct op *op, struct call *c, struct import_task *t)
{
	struct str *out = &c->resp->body;
	struct import_outcome o;
	int64_t warned = 0;
	enum rc rc = import_task_outcome(op, t, &o);

	if (rc != RC_OK)
		return rc;
	t->message = message_say(c->arena, NULL, t->message);
	(void)reply_object(c, 200, &import_task_fields, t);
	for (size_t i = 0; i < o.n_warned; i++)
		warned += o.warned[i].n;
	out->len -= out->len > 0;
	STR_LIT(out, ",\"errors\":[");
	import_faults_json(o.faults, o.n_faults, out);
	str_addf(out, "],\"warned\":%lld,\"warnings\":[", (long long)warned);
	import_faults_json(o.warnings, o.n_warnings, out);
	STR_LIT(out, "]}");
	return RC_OK;
}

enum rc
web_import_task(struct op *op, struct call *c)
{
	struct import_task t;
	enum rc rc;

	if (!c->json)
		return show(op, c, RC_OK);
	rc = import_task_get(op, c->id, &t);
	if (rc != RC_OK)
		return rc;
	return reply_outcome(op, c, &t);
}

/* ---- handing over ---- */

static enum rc
reply_task(struct op *op, struct call *c, int64_t id)
{
	struct import_task t;
	enum rc rc;

	if (!c->json)
		return reply_to(c, ROUTE_IMPORT_TASK, id);
	rc = import_task_get(op, id, &t);
	if (rc != RC_OK)
		return rc;
	t.message = message_say(c->arena, NULL, t.message);
	return reply_object(c, 202, &import_task_fields, &t);
}

enum rc
import_task_hand_over(struct op *op, struct call *c, const char *kind, const struct import_in *how,
    const char *text, size_t len, bool check_only)
{
	const struct import_sent sent = { .kind = kind,
		.file_name = c->file.field ? c->file.name : NULL,
		.text = text,
		.len = len,
		.how = how,
		.check_only = check_only,
		.secret = how->generate ? secret_of(c) : NULL };
	int64_t id;
	enum rc rc = import_task_send(op, &sent, &id);

	return rc == RC_OK ? reply_task(op, c, id) : rc;
}

/* Whether passwords are to be made is only known to the task: the secret goes along anyway. */
static enum rc
again(struct op *op, struct call *c, bool check_only)
{
	enum rc rc = c->in_rc;

	if (rc == RC_OK)
		rc = import_task_again(op, c->id, CALL_IN(c, import_again_in), check_only,
		    secret_of(c));
	if (form_can_show(c, rc))
		return show(op, c, rc);
	return rc == RC_OK ? reply_task(op, c, c->id) : rc;
}

enum rc
web_import_task_check(struct op *op, struct call *c)
{
	return again(op, c, true);
}

enum rc
web_import_task_take(struct op *op, struct call *c)
{
	return again(op, c, false);
}

enum rc
web_import_task_cancel(struct op *op, struct call *c)
{
	enum rc rc = import_task_cancel(op, c->id);

	return rc == RC_OK ? reply_task(op, c, c->id) : rc;
}

enum rc
web_import_task_remove(struct op *op, struct call *c)
{
	enum rc rc = import_task_remove(op, c->id);

	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, N_("The import was removed; what it brought in stays."));
	return reply_done(c, reply_path(c, ROUTE_IMPORT, 0), NULL, NULL);
}

/* ---- files ---- */

static enum rc
reply_csv(struct call *c, const char *name, enum rc rc)
{
	if (rc != RC_OK) {
		str_clear(&c->resp->body);
		return rc;
	}
	c->answer.status = 200;
	c->answer.type = "text/csv; charset=utf-8; header=present";
	c->answer.disposition = arena_printf(c->arena, "attachment; filename=\"%s-%lld.csv\"", name,
	    (long long)c->id);
	return RC_OK;
}

enum rc
web_import_task_result(struct op *op, struct call *c)
{
	str_clear(&c->resp->body);
	STR_LIT(&c->resp->body, "\xef\xbb\xbf");
	return reply_csv(c, "import", import_task_result(op, c->id, &c->resp->body));
}

enum rc
web_import_task_passwords(struct op *op, struct call *c)
{
	str_clear(&c->resp->body);
	return reply_csv(c, "passwords",
	    import_task_passwords(op, c->id, secret_sent(c), &c->resp->body));
}
