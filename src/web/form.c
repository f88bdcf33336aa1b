/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Forms out of field tables: which kind of box a field gets, what stands in it, which fault belongs to it. Owns the rule that after a
 * refused input the boxes hold what was sent, letter by letter, except passwords, which are never sent back. It must not know any
 * entity. The surprising thing: values come as text from two places, the object (by its field table) or the input (by its pairs).
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/lang.h"
#include "base/op.h"
#include "base/size.h"
#include "base/str.h"
#include "svc/warn.h"
#include "view/forms.h"
#include "web/back.h"
#include "web/call.h"
#include "web/form.h"
#include "web/reply.h"
#include "web/web_int.h"

/* ---- values ---- */

static const char *
in_arena(struct call *c, struct str *s)
{
	const char *text = arena_strndup(c->arena, str_text(s), s->len);

	str_release(s);
	return text;
}

/* Stored as a comma list, shown with a line for each. */
static const char *
as_lines(struct call *c, const char *list)
{
	char *text = arena_strdup(c->arena, list);

	for (char *at = text; at && *at; at++)
		if (*at == ',')
			*at = '\n';
	return text;
}

const char *
form_value(struct call *c, const struct fields *f, const void *obj, const char *name)
{
	const struct field *row = f ? field_by_name(f, name) : NULL;
	struct str s = STR_INIT;

	if (!row || !obj || row->kind == KIND_PASSWORD || (row->flags & FIELD_SECRET))
		return NULL;
	if (row->type == FIELD_TEXT)
		return row->kind == KIND_TARGETS || strcmp(name, "goto") == 0
		    ? as_lines(c, field_text(row, obj))
		    : field_text(row, obj);
	field_format(row, obj, &s);
	if (row->kind == KIND_BYTES || (row->flags & FIELD_UNLIMITED))
		return lang_size_out(c->lang, in_arena(c, &s), c->arena);
	return in_arena(c, &s);
}

static const struct pair *
sent(const struct call *c, const char *name)
{
	for (size_t i = 0; i < c->body.n; i++)
		if (strcmp(c->body.at[i].name, name) == 0)
			return &c->body.at[i];
	return NULL;
}

static const char *
value_of(struct call *c, const struct form_spec *spec, const struct form_row *row)
{
	const struct pair *p = sent(c, row->name);

	if (p || row->blank || row->start)
		return p ? p->text : row->start;
	return form_value(c, spec->values, spec->obj, row->name);
}

static bool
means_yes(const char *text)
{
	return text && *text && strcmp(text, "0") != 0 && strcmp(text, "no") != 0 &&
	    strcmp(text, "false") != 0 && strcmp(text, "off") != 0;
}

/* ---- faults ---- */

static const char *
fault_for(const struct errs *e, const char *name)
{
	const struct err *err = err_for(e, name);

	return err ? err->text : NULL;
}

static const char *
fault_of(struct op *op, const struct call *c, const char *name)
{
	const char *text = fault_for(&c->errs, name);

	return text || !op ? text : fault_for(&op->errs, name);
}

static size_t
count(const struct errs *e)
{
	size_t n = 0;

	for (const struct err *at = e->first; at; at = at->next)
		n++;
	return n;
}

static void
add_faults(const struct call *c, const struct errs *e, const struct form_spec *spec,
    struct form_fault *at, size_t *n)
{
	for (const struct err *err = e->first; err; err = err->next) {
		const struct field *row = err->field ? field_by_name(spec->in, err->field) : NULL;
		const struct form_row *shown = NULL;

		for (size_t i = 0; row && i < spec->n; i++)
			if (strcmp(spec->rows[i].name, err->field) == 0)
				shown = &spec->rows[i];
		at[(*n)++] = (struct form_fault){ .field = shown ? err->field : NULL,
			.label = call_text(c,
			    shown && shown->label ? shown->label
				: row             ? row->label
						  : NULL),
			.text = err->text };
	}
}

static void
take_faults(struct op *op, struct call *c, const struct form_spec *spec, struct form *form)
{
	struct form_fault *at = arena_array(c->arena, count(&c->errs) + count(&op->errs), sizeof(*at));

	add_faults(c, &c->errs, spec, at, &form->n_faults);
	add_faults(c, &op->errs, spec, at, &form->n_faults);
	form->faults = at;
}

/* ---- widgets ---- */

static enum widget_kind
kind_of(const struct field *f)
{
	if (f->type == FIELD_BOOL)
		return WIDGET_SWITCH;
	if (f->kind == KIND_LINES || f->kind == KIND_TARGETS)
		return WIDGET_AREA;
	if (f->kind == KIND_PASSWORD)
		return WIDGET_PASSWORD;
	if (f->kind == KIND_CHOICE)
		return WIDGET_SELECT;
	if (f->type == FIELD_INT && f->kind == KIND_PLAIN)
		return WIDGET_NUMBER;
	return f->kind == KIND_ADDRESS ? WIDGET_EMAIL : WIDGET_TEXT;
}

/* Is the word one of the comma list? */
static bool
listed(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = list; at && *at; at += strcspn(at, ","), at += *at == ',')
		if (strncmp(at, word, n) == 0 && (at[n] == ',' || at[n] == '\0'))
			return true;
	return false;
}

static void
add_choices(struct call *c, const char *const *choices, struct widget *w)
{
	struct option *at;
	size_t n = 0;

	while (choices[n])
		n++;
	at = arena_array(c->arena, n, sizeof(*at));
	for (size_t i = 0; i < n; i++)
		at[i] = (struct option){ .value = choices[i],
			.label = choices[i],
			.selected = w->value && strcmp(w->value, choices[i]) == 0 };
	w->options = at;
	w->n_options = n;
}

static void
add_options(struct call *c, const struct form_row *row, struct widget *w)
{
	struct option *at = arena_array(c->arena, row->n_options, sizeof(*at));

	for (size_t i = 0; i < row->n_options; i++) {
		at[i] = row->options[i];
		at[i].label = call_text(c, at[i].label);
		at[i].selected = w->kind == WIDGET_SET
		    ? listed(w->value, at[i].value)
		    : w->value && strcmp(w->value, at[i].value) == 0;
	}
	w->options = at;
	w->n_options = row->n_options;
	w->suggest = w->kind == WIDGET_TEXT;
}

static const char *
first(const char *a, const char *b)
{
	return a ? a : b;
}

/* Browsers send CR LF from a box of several lines; in a page a CR is no character. */
static const char *
without_cr(struct call *c, const char *text)
{
	char *copy = arena_strdup(c->arena, text), *to = copy;

	for (const char *at = text; *at; at++)
		if (*at != '\r' || at[1] != '\n')
			*to++ = *at;
	*to = '\0';
	return copy;
}

/* What stands in the box: nothing in one for a password; a name that is only shown, as people read it. */
static const char *
box_value(struct call *c, const struct form_spec *spec, const struct form_row *row, enum widget_kind kind)
{
	const char *value;

	if (kind == WIDGET_PASSWORD || kind == WIDGET_SIGNIN_PASSWORD || kind == WIDGET_CODE)
		return NULL;
	value = value_of(c, spec, row);
	if (value && kind == WIDGET_AREA)
		return without_cr(c, value);
	return value && kind == WIDGET_FIXED ? reply_shown(c, value) : value;
}

static struct widget
widget(struct op *op, struct call *c, const struct form_spec *spec, const struct form_row *row)
{
	const struct field *f = field_by_name(spec->in, row->name);
	struct widget w = { .kind = row->kind,
		.name = row->name,
		.half = row->half,
		.focus = row->focus,
		.label = call_text(c, first(row->label, f ? f->label : NULL)),
		.help = call_text(c, first(row->help, f ? f->help : NULL)),
		.autocomplete = row->autocomplete,
		.prefix = row->prefix,
		.error = fault_of(op, c, row->name) };

	if (w.kind == WIDGET_AUTO)
		w.kind = f ? kind_of(f) : WIDGET_FIXED;
	if (f) {
		w.required = row->required || (f->flags & FIELD_REQUIRED);
		w.max = f->kind == KIND_PLAIN && f->type == FIELD_TEXT ? (f->max ? f->max : 255) : 0;
	}
	w.value = box_value(c, spec, row, w.kind);
	w.on = w.kind == WIDGET_SWITCH && means_yes(w.value);
	if (row->options)
		add_options(c, row, &w);
	else if (f && f->choices)
		add_choices(c, f->choices, &w);
	return w;
}

/* What only the markup needs. */
static void
dress(struct call *c, struct widget *w)
{
	bool secret = w->kind == WIDGET_PASSWORD || w->kind == WIDGET_SIGNIN_PASSWORD;

	w->type = secret ? "password" : "text";
	if (w->kind == WIDGET_EMAIL)
		w->inputmode = "email";
	else if (w->kind == WIDGET_NUMBER)
		w->inputmode = "numeric";
	if (w->error && w->help)
		w->described = arena_printf(c->arena, "e-%s h-%s", w->name, w->name);
	else if (w->error || w->help)
		w->described = arena_printf(c->arena, "%s-%s", w->error ? "e" : "h", w->name);
}

/* Names of all widgets of a kind, blank-separated: what the form's hidden list says. */
static const char *
names_of(struct call *c, const struct form *form, enum widget_kind kind)
{
	struct str s = STR_INIT;

	for (size_t i = 0; i < form->n; i++) {
		if (form->widgets[i].kind != kind)
			continue;
		if (s.len)
			str_addc(&s, ' ');
		str_add(&s, form->widgets[i].name);
	}
	return s.len ? in_arena(c, &s) : NULL;
}

/* The first box with a fault gets the cursor. */
static void
set_focus(const struct form *form, struct widget *w)
{
	for (size_t i = 0; i < form->n; i++) {
		if (!w[i].error)
			continue;
		for (size_t j = 0; j < form->n; j++)
			w[j].focus = j == i;
		return;
	}
}

bool
form_can_show(const struct call *c, enum rc rc)
{
	return !c->json && (rc == RC_INVALID || rc == RC_CONFLICT || rc == RC_LIMITED);
}

bool
form_can_warn(const struct call *c)
{
	return !c->anyway;
}

bool
form_held(struct op *op, struct call *c, const struct warnings *w)
{
	c->warnings = w->n > 0 ? w : NULL;
	if (c->json || w->n == 0)
		return false;
	op->flags |= OP_DRY_RUN;
	return true;
}

/* A box and a row may say the same in two ways: lines end differently, absent is empty. */
static bool
same_text(const char *a, const char *b)
{
	a = a ? a : "";
	b = b ? b : "";
	for (;; a++, b++) {
		a += *a == '\r';
		b += *b == '\r';
		if (*a != *b)
			return (*a == '\0' && *b == '\n' && b[1] == '\0') ||
			    (*b == '\0' && *a == '\n' && a[1] == '\0');
		if (*a == '\0')
			return true;
	}
}

/* The row was saved by somebody else since this form was opened: what differs stands side by side, and what is sent next counts as seen. */
static void
take_clashes(struct call *c, const struct form_spec *spec, struct form *form)
{
	struct form_clash *at;
	const struct pair *rev = sent(c, "rev");

	if (!rev || !spec->rev || !spec->obj || strcmp(rev->text, spec->rev) == 0)
		return;
	at = arena_array(c->arena, spec->n, sizeof(*at));
	for (size_t i = 0; i < spec->n; i++) {
		const struct field *f = field_by_name(spec->in, spec->rows[i].name);
		const struct pair *p = sent(c, spec->rows[i].name);
		const char *now = form_value(c, spec->values, spec->obj, spec->rows[i].name);

		if (!f || !p || f->kind == KIND_PASSWORD ||
		    (f->type == FIELD_BOOL ? means_yes(p->text) == means_yes(now)
					   : same_text(p->text, now)))
			continue;
		at[form->n_clashes++] = (struct form_clash){
			call_text(c, first(spec->rows[i].label, f->label)), now ? now : "",
			without_cr(c, p->text)
		};
	}
	form->clashes = at;
	form->rev = spec->rev;
}

/* What is opened from here leads back to the same list. */
static struct link
with_back(struct call *c, struct link to)
{
	struct str s = STR_INIT;

	if (!c->back || *to.query || !(route_of(to.route)->flags & ROUTE_BACK))
		return to;
	STR_LIT(&s, "?back=");
	str_add_url(&s, c->back);
	to.query = in_arena(c, &s);
	return to;
}

static const struct form_act *
acts_of(struct call *c, const struct form_spec *spec)
{
	struct form_act *at = arena_array(c->arena, spec->n_acts, sizeof(*at));

	for (size_t i = 0; i < spec->n_acts; i++) {
		at[i] = spec->acts[i];
		at[i].label = call_text(c, at[i].label);
		at[i].to = with_back(c, at[i].to);
	}
	return at;
}

void
form_build(struct op *op, struct call *c, const struct form_spec *spec, enum rc rc, struct form *ret)
{
	struct widget *w = arena_array(c->arena, spec->n, sizeof(*w));
	const struct pair *rev = sent(c, "rev");
	struct form form = { .widgets = w,
		.n = spec->n,
		.intro = call_text(c, spec->intro),
		.warning = call_text(c, spec->warning),
		.preview_title = call_text(c, spec->preview_title),
		.proof = spec->proof,
		.more = call_text(c, spec->more),
		.more_to = spec->more_to,
		.acts = acts_of(c, spec),
		.n_acts = spec->n_acts,
		.also = call_text(c, spec->also),
		.also_to = spec->also_to,
		.action = spec->action.query ? &spec->action : NULL,
		.preview = spec->preview,
		.secret = spec->secret,
		.rev = rev ? rev->text : spec->rev,
		.submit = call_text(c, spec->submit),
		.warnings = spec->warnings,
		.n_warnings = spec->n_warnings,
		.effects = spec->effects,
		.n_effects = spec->n_effects,
		.more_effects = spec->more_effects,
		.danger = spec->danger,
		.narrow = spec->narrow,
		.back = c->back,
		.cancel = back_link(c, spec->cancel) };

	for (size_t i = 0; i < spec->n; i++) {
		w[i] = widget(op, c, spec, &spec->rows[i]);
		dress(c, &w[i]);
	}
	form.switches = names_of(c, &form, WIDGET_SWITCH);
	form.sets = names_of(c, &form, WIDGET_SET);
	if (rc != RC_OK) {
		take_faults(op, c, spec, &form);
		if (rc == RC_CONFLICT)
			take_clashes(c, spec, &form);
		set_focus(&form, w);
	}
	if (!spec->narrow)
		c->page.request = arena_strndup(c->arena, session_fresh(c), 32);
	*ret = form;
}

enum rc
form_reply(struct op *op, struct call *c, const struct form_spec *spec, enum rc rc)
{
	struct form form;

	form_build(op, c, spec, rc, &form);
	view_form(reply_page(c, rc == RC_OK && spec->n_warnings > 0 ? 422 : rc_http(rc), spec->title),
	    &c->page, &form);
	return reply_page_end(c);
}
