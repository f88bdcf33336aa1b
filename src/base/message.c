/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages that are stored. It owns their form: lines. The surprising thing: a number is kept as the text it becomes, so whatever place a translation
 * has for it is filled alike.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/lang.h"
#include "base/message.h"
#include "base/str.h"

#include <ctype.h>

#define ARGS_MAX 8

struct args {
	va_list ap;
};

/* One place of a format, or of its translation: "%s", "%lld", "%2$s". */
struct place {
	size_t len;     /* 0: it is none */
	unsigned which; /* 1, 2, ... or 0: the next */
	char conversion;
	unsigned longs; /* l, ll */
	bool size;      /* z */
};

static struct place
place_at(const char *at)
{
	struct place p = { 0 };
	const char *end = at + 1;

	if (isdigit((unsigned char)*end) && end[1] == '$') {
		p.which = (unsigned)(*end - '0');
		end += 2;
	}
	for (; *end == 'l'; end++)
		p.longs++;
	if (*end == 'z') {
		p.size = true;
		end++;
	}
	if (!*end || !strchr("sdiu%", *end))
		return (struct place){ 0 };
	p.conversion = *end;
	p.len = (size_t)(end + 1 - at);
	return p;
}

static void
add_number(struct str *out, const struct place *p, struct args *a)
{
	bool is_signed = p->conversion != 'u';

	if (p->size)
		str_addf(out, "%zu", va_arg(a->ap, size_t));
	else if (p->longs == 2)
		str_addf(out, is_signed ? "%lld" : "%llu", va_arg(a->ap, long long));
	else if (p->longs == 1)
		str_addf(out, is_signed ? "%ld" : "%lu", va_arg(a->ap, long));
	else
		str_addf(out, is_signed ? "%d" : "%u", va_arg(a->ap, int));
}

/* A line of its own, so what is in it has none. */
static void
add_arg(struct str *out, const struct place *p, struct args *a)
{
	size_t from;

	str_addc(out, '\n');
	from = out->len;
	if (p->conversion != 's') {
		add_number(out, p, a);
		return;
	}
	str_add(out, va_arg(a->ap, const char *));
	for (size_t i = from; i < out->len; i++)
		if (out->data[i] == '\n')
			out->data[i] = ' ';
}

/* False when there is a place of another kind, or one that is not the next. */
static bool
add_args(struct str *out, const char *fmt, struct args *a)
{
	for (const char *at = strchr(fmt, '%'); at; at = strchr(at, '%')) {
		struct place p = place_at(at);

		if (p.len == 0 || p.which != 0)
			return false;
		if (p.conversion != '%')
			add_arg(out, &p, a);
		at += p.len;
	}
	return true;
}

const char *
message_keep(struct arena *arena, const char *fmt, va_list ap)
{
	CLEANUP(str_release) struct str out = STR_INIT;
	struct args a;
	bool ok;

	if (strcmp(fmt, "%s") == 0)
		return arena_strdup(arena, va_arg(ap, const char *));
	va_copy(a.ap, ap);
	str_add(&out, fmt);
	ok = add_args(&out, fmt, &a);
	va_end(a.ap);
	return ok ? arena_strdup(arena, str_text(&out)) : NULL;
}

/* The lines of a message: its text and what stood in it. */
static size_t
split(char *kept, const char *args[ARGS_MAX])
{
	size_t n = 0;

	for (char *at = strchr(kept, '\n'); at && n < ARGS_MAX; at = strchr(at, '\n')) {
		*at++ = '\0';
		args[n++] = at;
	}
	return n;
}

const char *
message_say(struct arena *arena, const struct lang *lang, const char *kept)
{
	CLEANUP(str_release) struct str out = STR_INIT;
	char *copy = arena_strdup(arena, kept);
	const char *args[ARGS_MAX], *text;
	size_t n, next = 0;

	if (!copy)
		return NULL;
	n = split(copy, args);
	text = lang_text(lang, copy);
	if (n == 0)
		return text;
	while (*text) {
		size_t plain = strcspn(text, "%");
		struct place p;
		size_t which;

		str_addn(&out, text, plain);
		text += plain;
		if (!*text)
			break;
		p = place_at(text);
		which = p.which ? p.which - 1 : next;
		if (p.len == 0 || p.conversion == '%')
			str_addc(&out, '%');
		else if (which < n)
			str_add(&out, args[which]);
		next += p.len > 0 && p.conversion != '%';
		text += p.len ? p.len : 1;
	}
	return arena_strdup(arena, str_text(&out));
}
