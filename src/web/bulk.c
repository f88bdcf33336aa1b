/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Many rows at once: what was picked in a list is shown once more with its number, then done, then told row by row, those that were refused
 * under their reasons. All three are answers to the same POST, so that it works without a script; the list's rows travel hidden.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/op.h"
#include "base/size.h"
#include "base/str.h"
#include "svc/bulk.h"
#include "view/bulk.h"
#include "web/call.h"
#include "web/choose.h"
#include "web/form.h"
#include "web/handlers.h"
#include "web/reply.h"

#define NAMES_MAX 20 /* shown before it is done, and under each reason */

static const struct kind {
	enum route_id bulk, list;
	enum bulk_kind kind;
	enum page_section section;
} kinds[] = {
	{ ROUTE_DOMAINS_BULK, ROUTE_DOMAINS, BULK_DOMAINS, SECTION_DOMAINS },
	{ ROUTE_MAILBOXES_BULK, ROUTE_MAILBOXES, BULK_MAILBOXES, SECTION_MAILBOXES },
	{ ROUTE_ALIASES_BULK, ROUTE_ALIASES, BULK_ALIASES, SECTION_ALIASES },
};

static const struct kind *
kind_of(const struct call *c)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (kinds[i].bulk == c->route->id)
			return &kinds[i];
	return &kinds[0];
}

/* ---- JSON ---- */

static enum rc
reply_result(struct call *c, const struct bulk_result *r, bool done)
{
	struct str *out = reply_json(c, 200);
	size_t failed = 0;

	STR_LIT(out, "{\"total\":");
	str_addi(out, r->total);
	str_add(out, r->total_at_least ? ",\"total_at_least\":true" : ",\"total_at_least\":false");
	STR_LIT(out, ",\"rows\":[");
	for (size_t i = 0; i < r->n; i++) {
		failed += r->rows[i].text != NULL;
		if (i > 0)
			str_addc(out, ',');
		field_json(&bulk_row_fields, &r->rows[i], out);
	}
	STR_LIT(out, "],\"done\":");
	str_addi(out, done ? (int64_t)(r->n - failed) : 0);
	STR_LIT(out, ",\"failed\":");
	str_addi(out, (int64_t)failed);
	STR_LIT(out, ",\"next\":");
	str_add_json(out, r->next);
	str_addc(out, '}');
	return RC_OK;
}

/* ---- pages ---- */

static const char *
verb_label(const char *verb)
{
	if (strcmp(verb, "enable") == 0)
		return N_("Switch on");
	if (strcmp(verb, "disable") == 0)
		return N_("Switch off");
	if (strcmp(verb, "quota") == 0)
		return N_("Set quota");
	return strcmp(verb, "access") == 0 ? N_("Set access") : N_("Delete");
}

/* Where to go back to: the list as it was. */
static const char *
back_of(struct call *c, const struct kind *kind, const struct bulk_in *in)
{
	const char *path = reply_safe_path(c, in->back);

	return path ? path : reply_path(c, kind->list, 0);
}

static const char *
ids_of(struct call *c, const struct bulk_result *r)
{
	struct str s = STR_INIT;
	const char *text;

	for (size_t i = 0; i < r->n; i++)
		str_addf(&s, "%s%lld", i > 0 ? "," : "", (long long)r->rows[i].id);
	text = arena_strdup(c->arena, str_text(&s));
	str_release(&s);
	return text;
}

static struct bulk_view
view_of(struct call *c, const struct kind *kind, const struct bulk_in *in)
{
	const char *back = back_of(c, kind, in), *query = strchr(back, '?');

	struct bulk_view v = { .in = in,
		.action = { kind->bulk, 0, "" },
		.list = { kind->list, 0, query ? query : "" },
		.back = back,
		.verb = call_text(c, verb_label(in->verb)),
		.asks_quota = strcmp(in->verb, "quota") == 0,
		.asks_access = strcmp(in->verb, "access") == 0,
		.deletes = strcmp(in->verb, "delete") == 0 };

	if (v.asks_access)
		v.access = choose_access(c, NULL, &v.n_access);
	return v;
}

/* Rows by what is said of them. */
static void
add_to(struct call *c, struct bulk_reason *at, size_t *n, const char *text, const char *name)
{
	size_t k = 0;

	while (k < *n && strcmp(at[k].text, text) != 0)
		k++;
	if (k == *n)
		at[(*n)++] = (struct bulk_reason){ .text = text,
			.names = arena_array(c->arena, NAMES_MAX, sizeof(*at->names)) };
	if (at[k].n < NAMES_MAX)
		at[k].names[at[k].n++] = *name ? name : "—";
	else
		at[k].more++;
}

/* Those that were refused, each under its reason. */
static void
group(struct call *c, const struct bulk_result *r, struct bulk_view *v)
{
	struct bulk_reason *at = arena_array(c->arena, r->n, sizeof(*at));

	for (size_t i = 0; i < r->n; i++) {
		if (r->rows[i].text)
			add_to(c, at, &v->n_reasons, r->rows[i].text, r->rows[i].name);
		else
			v->done++;
	}
	v->reasons = at;
}

static void
group_warnings(struct call *c, const struct bulk_result *r, struct bulk_view *v)
{
	struct bulk_reason *at = arena_array(c->arena, r->n, sizeof(*at));

	for (size_t i = 0; i < r->n; i++)
		if (r->rows[i].warning)
			add_to(c, at, &v->n_warned, r->rows[i].warning, r->rows[i].name);
	v->warned = at;
}

static const char *
typed(struct call *c, int64_t quota)
{
	CLEANUP(str_release) struct str s = STR_INIT;

	size_exact(quota, &s);
	return quota == 0 ? FIELD_NO_LIMIT : arena_strdup(c->arena, str_text(&s));
}

static enum rc
reply_preview(struct call *c, const struct kind *kind, const struct bulk_in *in,
    const struct bulk_result *r, const struct errs *errs)
{
	struct bulk_view v = view_of(c, kind, in);
	const struct err *err = errs->first;

	group_warnings(c, r, &v);
	v.held = in->confirm && v.n_warned > 0;
	v.quota = v.held ? typed(c, in->quota) : NULL;
	v.total = r->total;
	v.at_least = r->total_at_least;
	v.rows = r->rows;
	v.n = MIN(r->n, (size_t)NAMES_MAX);
	v.more = r->total - (int64_t)v.n;
	v.named = r->n > 0 && *r->rows[0].name;
	v.ids = in->all ? NULL : ids_of(c, r);
	v.fault = err ? err->text : NULL;
	view_bulk_ask(reply_page(c, err || v.held ? 422 : 200, v.verb), &c->page, &v);
	return reply_page_end(c);
}

static enum rc
reply_done_rows(struct call *c, const struct kind *kind, const struct bulk_in *in,
    const struct bulk_result *r)
{
	struct bulk_view v = view_of(c, kind, in);

	group(c, r, &v);
	v.next = r->next;
	view_bulk_done(reply_page(c, 200, v.verb), &c->page, &v);
	return reply_page_end(c);
}

/* What is to be set was not known when the page was made that asks for it. */
static bool
asks_once_more(const struct call *c, const struct bulk_in *in)
{
	return in->confirm && strcmp(in->verb, "quota") == 0 && !c->json && form_can_warn(c);
}

static bool
warns(const struct bulk_result *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->rows[i].warning)
			return true;
	return false;
}

enum rc
web_bulk(struct op *op, struct call *c)
{
	const struct kind *kind = kind_of(c);
	const struct bulk_in *in = CALL_IN(c, bulk_in);
	struct bulk_in ask;
	struct bulk_result r = { 0 };
	enum rc rc = c->in_rc;

	c->page.section = kind->section;
	if (rc == RC_OK && asks_once_more(c, in)) {
		rc = bulk_preview(op, kind->kind, in, &r);
		if (rc == RC_OK && warns(&r))
			return reply_preview(c, kind, in, &r, &op->errs);
	}
	if (rc == RC_OK)
		rc = in->confirm ? bulk_run(op, kind->kind, in, &r)
				 : bulk_preview(op, kind->kind, in, &r);
	if (c->json)
		return rc == RC_OK ? reply_result(c, &r, in->confirm) : rc;
	if (rc == RC_OK)
		return in->confirm ? reply_done_rows(c, kind, in, &r)
				   : reply_preview(c, kind, in, &r, &op->errs);
	if (rc != RC_INVALID || !in->verb)
		return rc;
	/* a value that is wrong is asked for again; no row at all has nothing to ask about */
	ask = *in;
	ask.confirm = false;
	if (bulk_preview(op, kind->kind, &ask, &r) == RC_OK)
		return reply_preview(c, kind, &ask, &r, c->errs.first ? &c->errs : &op->errs);
	reply_flash(c, FLASH_FAULT, "%s",
	    op->errs.first ? op->errs.first->text : N_("Nothing was changed."));
	return reply_to_path(c, back_of(c, kind, in));
}
