/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Outcomes as text, HTTP status and exit code, and the list of faults of one operation. */
#include "base/base.h"

#include "base/arena.h"
#include "base/lang.h"
#include "base/message.h"
#include "base/op.h"
#include "base/rc.h"

static const struct {
	const char *slug;
	int http, exit;
} outcomes[] = {
#define RC_ROW(id, slug, http, ex) [RC_##id] = { slug, http, ex },
	RC_LIST(RC_ROW)
#undef RC_ROW
};
_Static_assert(ARRAY_LEN(outcomes) == RC__MAX, "one row per outcome");

const char *
rc_slug(enum rc rc)
{
	return outcomes[rc].slug;
}

int
rc_http(enum rc rc)
{
	return outcomes[rc].http;
}

int
rc_exit(enum rc rc)
{
	return outcomes[rc].exit;
}

static struct err *
err_new(struct errs *e, enum rc rc, const char *field)
{
	struct err *err = ARENA_NEW(e->arena, struct err);

	err->rc = rc;
	err->field = arena_strdup(e->arena, field);
	if (e->last)
		e->last->next = err;
	else
		e->first = err;
	e->last = err;
	return err;
}

static const char *format(struct arena *arena, const struct lang *lang, const char *fmt, va_list ap)
    PRINTFLIKE(3, 0);

/* "%s" alone shows a sentence that somebody else found (field checks, base/addr.h): that one is the text. */
static const char *
format(struct arena *arena, const struct lang *lang, const char *fmt, va_list ap)
{
	if (lang && strcmp(fmt, "%s") == 0)
		return arena_strdup(arena, lang_text(lang, va_arg(ap, const char *)));
	return arena_vprintf(arena, lang_text(lang, fmt), ap);
}

static void say(struct errs *e, struct err *err, const char *fmt, va_list ap) PRINTFLIKE(3, 0);

static void
say(struct errs *e, struct err *err, const char *fmt, va_list ap)
{
	va_list again;

	if (e->keep) {
		va_copy(again, ap);
		err->said = message_keep(e->arena, fmt, again);
		va_end(again);
	}
	va_copy(again, ap);
	err->text = format(e->arena, e->lang, fmt, ap);
	err->plain = e->lang ? format(e->arena, NULL, fmt, again) : err->text;
	va_end(again);
}

enum rc
err_add(struct errs *e, enum rc rc, const char *field, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(e, err_new(e, rc, field), fmt, ap);
	va_end(ap);
	return rc;
}

enum rc
err_detail(struct errs *e, enum rc rc, const char *text, const char *fmt, ...)
{
	va_list ap;

	if (!e->last) {
		err_new(e, rc, NULL);
		e->last->text = arena_strdup(e->arena, lang_text(e->lang, text));
		e->last->plain = arena_strdup(e->arena, text);
	}
	va_start(ap, fmt);
	e->last->detail = arena_vprintf(e->arena, fmt, ap);
	va_end(ap);
	return rc;
}

enum rc
err_rc(const struct errs *e)
{
	return e->first ? e->first->rc : RC_OK;
}

const struct err *
err_for(const struct errs *e, const char *field)
{
	for (const struct err *err = e->first; err; err = err->next)
		if (field ? err->field && strcmp(err->field, field) == 0 : !err->field)
			return err;
	return NULL;
}

void
err_clear(struct errs *e)
{
	e->first = e->last = NULL;
}

static enum rc op_fault(struct op *op, enum rc rc, const char *field, const char *fmt, va_list ap)
    PRINTFLIKE(4, 0);

static enum rc
op_fault(struct op *op, enum rc rc, const char *field, const char *fmt, va_list ap)
{
	say(&op->errs, err_new(&op->errs, rc, field), fmt, ap);
	return rc;
}

enum rc
op_fail(struct op *op, enum rc rc, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	rc = op_fault(op, rc, NULL, fmt, ap);
	va_end(ap);
	return rc;
}

enum rc
op_fail_field(struct op *op, enum rc rc, const char *field, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	rc = op_fault(op, rc, field, fmt, ap);
	va_end(ap);
	return rc;
}

const char *
op_text(const struct op *op, const char *text)
{
	return lang_text(op->errs.lang, text);
}

const char *
op_plural(const struct op *op, const char *one, const char *many, int64_t n)
{
	return lang_plural(op->errs.lang, one, many, n);
}
