/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Field tables, the part that reads members and writes them out: text, JSON, differences, revisions. Reading outside input is field_parse.c.
 * What is secret is decided here once, so no output can forget it.
 */
#include "base/base.h"

#include "base/clock.h"
#include "base/field.h"
#include "base/size.h"
#include "base/str.h"

#include <sodium.h>

#define NAME_SHOWN 64

static bool
is_secret(const struct field *f)
{
	return f->kind == KIND_PASSWORD || (f->flags & FIELD_SECRET);
}

bool
field_given(const struct fields *f, const void *in, size_t off)
{
	uint64_t given;

	memcpy(&given, in, sizeof(given));
	for (size_t i = 0; i < f->n; i++)
		if (f->at[i].off == off)
			return given >> i & 1;
	return false;
}

void
field_give(const struct fields *f, void *in, size_t off)
{
	uint64_t given;

	memcpy(&given, in, sizeof(given));
	for (size_t i = 0; i < f->n; i++)
		if (f->at[i].off == off)
			given |= UINT64_C(1) << i;
	memcpy(in, &given, sizeof(given));
}

const struct field *
field_by_name(const struct fields *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->at[i].name, name) == 0)
			return &f->at[i];
	return NULL;
}

enum rc
field_unknown(struct errs *errs, const char *name)
{
	static const char
	    plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.[]";
	size_t n = strnlen(name, NAME_SHOWN + 1);

	if (n > NAME_SHOWN || strspn(name, plain) != n)
		return err_add(errs, RC_MALFORMED, NULL, "There is a field that nobody asked for.");
	return err_add(errs, RC_MALFORMED, NULL, "There is no field \"%s\" here.", name);
}

int64_t
field_int(const struct field *f, const void *obj)
{
	const char *at = (const char *)obj + f->off;
	int64_t v;

	if (f->type == FIELD_BOOL)
		return *(const bool *)(const void *)at;
	memcpy(&v, at, sizeof(v));
	return v;
}

const char *
field_text(const struct field *f, const void *obj)
{
	const char *v;

	memcpy(&v, (const char *)obj + f->off, sizeof(v));
	return v;
}

void
field_set_int(const struct field *f, void *obj, int64_t v)
{
	char *at = (char *)obj + f->off;

	if (f->type == FIELD_BOOL)
		*(bool *)(void *)at = v != 0;
	else
		memcpy(at, &v, sizeof(v));
}

void
field_set_text(const struct field *f, void *obj, const char *v)
{
	memcpy((char *)obj + f->off, &v, sizeof(v));
}

static void
format_int(const struct field *f, int64_t v, struct str *out)
{
	if (f->type == FIELD_BOOL)
		str_add(out, v ? "yes" : "no");
	else if (v <= 0 && (f->flags & FIELD_UNLIMITED))
		str_add(out, FIELD_NO_LIMIT);
	else if (f->kind == KIND_BYTES)
		size_exact(v, out);
	else if (f->kind == KIND_TIME && v)
		clock_rfc3339(v, out);
	else if (f->kind != KIND_TIME)
		str_addi(out, v);
}

void
field_format(const struct field *f, const void *obj, struct str *out)
{
	if (is_secret(f))
		STR_LIT(out, "******");
	else if (f->type == FIELD_TEXT)
		str_add(out, field_text(f, obj));
	else
		format_int(f, field_int(f, obj), out);
}

static void
json_value(const struct field *f, const void *obj, struct str *out)
{
	int64_t v;

	if (f->type == FIELD_TEXT) {
		str_add_json(out, field_text(f, obj));
		return;
	}
	v = field_int(f, obj);
	if (f->type == FIELD_BOOL) {
		str_add(out, v ? "true" : "false");
	} else if (f->kind == KIND_TIME && v == 0) {
		STR_LIT(out, "null");
	} else if (f->kind == KIND_TIME) {
		str_addc(out, '"');
		clock_rfc3339(v, out);
		str_addc(out, '"');
	} else {
		str_addi(out, v);
	}
}

static void
json_key(const struct field *f, struct str *out, char *sep)
{
	str_addc(out, *sep);
	*sep = ',';
	str_addc(out, '"');
	str_add(out, f->name); /* names are ours: letters and underscores */
	STR_LIT(out, "\":");
}

void
field_json(const struct fields *f, const void *obj, struct str *out)
{
	char sep = '{';

	for (size_t i = 0; i < f->n; i++) {
		if (is_secret(&f->at[i]))
			continue;
		json_key(&f->at[i], out, &sep);
		json_value(&f->at[i], obj, out);
	}
	str_add(out, sep == '{' ? "{}" : "}");
}

size_t
field_csv(const struct fields *f, const void *obj, struct str *out)
{
	struct str cell = STR_INIT;
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++) {
		if (is_secret(&f->at[i]) || (f->at[i].flags & FIELD_HIDDEN))
			continue;
		if (n++ > 0)
			str_addc(out, ',');
		str_clear(&cell);
		if (obj)
			field_format(&f->at[i], obj, &cell);
		str_add_csv(out, obj ? str_text(&cell) : f->at[i].name);
	}
	str_release(&cell);
	return n;
}

static bool
same(const struct field *f, const void *a, const void *b)
{
	const char *ta, *tb;

	if (f->type != FIELD_TEXT)
		return field_int(f, a) == field_int(f, b);
	ta = field_text(f, a);
	tb = field_text(f, b);
	return ta && tb ? strcmp(ta, tb) == 0 : ta == tb;
}

static void
diff_value(const struct field *f, const void *obj, struct str *out, char *sep)
{
	json_key(f, out, sep);
	if (is_secret(f))
		STR_LIT(out, "\"changed\"");
	else
		json_value(f, obj, out);
}

size_t
field_diff(const struct fields *f, const void *before, const void *after, struct str *ret_before,
    struct str *ret_after)
{
	char sep_before = '{', sep_after = '{';
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++) {
		const struct field *row = &f->at[i];

		if ((row->flags & FIELD_UNAUDITED) || (before && after && same(row, before, after)))
			continue;
		/* an object made or removed: that it had a secret says nothing */
		if (is_secret(row) && !(before && after))
			continue;
		n++;
		if (before)
			diff_value(row, before, ret_before, &sep_before);
		if (after)
			diff_value(row, after, ret_after, &sep_after);
	}
	str_add(ret_before, sep_before == '{' ? "{}" : "}");
	str_add(ret_after, sep_after == '{' ? "{}" : "}");
	return n;
}

void
field_rev(const struct fields *f, const void *obj, char ret_rev[17])
{
	crypto_generichash_state state;
	unsigned char digest[crypto_generichash_BYTES_MIN];

	(void)crypto_generichash_init(&state, NULL, 0, sizeof(digest));
	for (size_t i = 0; i < f->n; i++) {
		const struct field *row = &f->at[i];
		const char *text = row->type == FIELD_TEXT ? field_text(row, obj) : NULL;
		int64_t v = row->type == FIELD_TEXT ? text != NULL : field_int(row, obj);

		if (row->flags & FIELD_UNAUDITED)
			continue;
		(void)crypto_generichash_update(&state, (const unsigned char *)&v, sizeof(v));
		if (text)
			(void)crypto_generichash_update(&state, (const unsigned char *)text,
			    strlen(text) + 1);
	}
	(void)crypto_generichash_final(&state, digest, sizeof(digest));
	(void)sodium_bin2hex(ret_rev, 17, digest, 8);
}
