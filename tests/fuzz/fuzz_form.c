/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a body's bytes to an input struct: form or JSON to pairs, pairs by a field table. Whatever the bytes: a refusal has a fault that says why, what
 * is accepted is within its table's limits, and what was read is read the same again from what it is shown as. The first byte chooses.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/form.h"
#include "base/rc.h"
#include "base/str.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "model/admin.h"
#include "model/alias.h"
#include "model/domain.h"
#include "model/list.h"
#include "model/mailbox.h"

#define CHECK(cond) ((cond) ? (void)0 : abort())

static const struct fields *const tables[] = {
	&mailbox_in_fields,
	&alias_in_fields,
	&domain_in_fields,
	&admin_in_fields,
	&list_in_fields,
};

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	form_prepare();
	return 0;
}

/* Each byte as %XX: the strictest form there is. */
static void
add_escaped(struct str *s, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		str_addf(s, "%%%02X", (unsigned)(unsigned char)text[i]);
}

/* Pairs of a form are text without NUL, and the same when written down and read again. */
static void
check_pairs(struct arena *arena, const struct pairs *pairs)
{
	struct str s = STR_INIT;
	struct errs errs = { .arena = arena };
	struct pairs again;

	CHECK(pairs->n <= FORM_PAIRS_MAX);
	for (size_t i = 0; i < pairs->n; i++) {
		const struct pair *p = &pairs->at[i];

		CHECK(p->type == PAIR_TEXT && strlen(p->text) == p->len && utf8_valid(p->text, p->len));
		if (i)
			str_addc(&s, '&');
		add_escaped(&s, p->name, strlen(p->name));
		str_addc(&s, '=');
		add_escaped(&s, p->text, p->len);
	}
	CHECK(form_parse(str_text(&s), s.len, arena, &again, &errs) == RC_OK && again.n == pairs->n);
	for (size_t i = 0; i < pairs->n; i++)
		CHECK(strcmp(pairs->at[i].name, again.at[i].name) == 0 &&
		    strcmp(pairs->at[i].text, again.at[i].text) == 0);
	str_release(&s);
}

static void
check_value(const struct field *f, const void *in)
{
	const char *text = f->type == FIELD_TEXT ? field_text(f, in) : NULL;

	if (f->type == FIELD_INT && (f->min || f->max))
		CHECK(field_int(f, in) >= f->min && field_int(f, in) <= f->max);
	if (!text)
		return;
	CHECK(utf8_valid(text, strlen(text)));
	CHECK(strlen(text) <= (size_t)(f->max > 0 ? f->max : 255) || f->kind == KIND_TARGETS);
	if (f->kind != KIND_PASSWORD && f->kind != KIND_LINES && f->kind != KIND_TARGETS)
		CHECK(strpbrk(text, "\r\n\t\x01\x1b\x7f") == NULL);
}

static void
same_value(const struct field *f, const void *a, const void *b)
{
	if (f->type == FIELD_TEXT)
		CHECK(strcmp(field_text(f, a) ? field_text(f, a) : "",
			  field_text(f, b) ? field_text(f, b) : "") == 0);
	else if (f->kind != KIND_BYTES) /* a size is shown rounded */
		CHECK(field_int(f, a) == field_int(f, b));
}

/* The field as people see it, read again. */
static void
check_again(struct arena *arena, const struct fields *table, const struct field *f, const void *in)
{
	struct str shown = STR_INIT;
	struct errs errs = { .arena = arena };
	struct pair pair = { .name = f->name, .type = PAIR_TEXT };
	void *again = arena_alloc(arena, table->size);

	field_format(f, in, &shown);
	pair.text = str_text(&shown);
	pair.len = shown.len;
	CHECK(field_parse(table, FIELD_PATCH, &pair, 1, again, arena, &errs) == RC_OK);
	same_value(f, in, again);
	str_release(&shown);
}

static void
check_fields(struct arena *arena, const struct fields *table, enum field_mode mode,
    const struct pairs *pairs)
{
	struct errs errs = { .arena = arena };
	void *in = arena_alloc(arena, table->size);

	if (field_parse(table, mode, pairs->at, pairs->n, in, arena, &errs) != RC_OK) {
		CHECK(errs.first);
		return;
	}
	for (size_t i = 0; i < table->n; i++) {
		const struct field *f = &table->at[i];

		if (!field_given(table, in, f->off))
			continue;
		check_value(f, in);
		if (f->kind != KIND_PASSWORD && !(f->flags & (FIELD_SECRET | FIELD_READONLY)))
			check_again(arena, table, f, in);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct errs errs = { .arena = arena };
	struct pairs pairs = { 0 };
	unsigned how = len ? data[0] : 0;
	const char *body = arena_strndup(arena, len ? (const char *)data + 1 : "", len ? len - 1 : 0);
	bool json = how & 1;
	enum rc rc = json ? form_parse_json(body, len ? len - 1 : 0, arena, &pairs, &errs)
			  : form_parse(body, len ? len - 1 : 0, arena, &pairs, &errs);

	if (rc != RC_OK) {
		CHECK(errs.first);
	} else {
		if (!json)
			check_pairs(arena, &pairs);
		check_fields(arena, tables[(how >> 2) % ARRAY_LEN(tables)],
		    how & 2 ? FIELD_PATCH : FIELD_WHOLE, &pairs);
	}
	arena_free(arena);
	return 0;
}
