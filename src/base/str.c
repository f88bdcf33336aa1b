/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The text buffer itself; its escape sinks are in str_escape.c. Growth doubles up to the stated maximum; the first append past it sets
 * `failed` and is dropped whole, so a cut text never looks complete.
 */
#include "base/base.h"

#include "base/str.h"

void
str_init(struct str *s, size_t max)
{
	*s = (struct str){ .max = max };
}

void
str_release(struct str *s)
{
	free(s->data);
	*s = (struct str){ .max = s->max };
}

void
str_clear(struct str *s)
{
	s->len = 0;
	s->failed = false;
	if (s->data)
		s->data[0] = '\0';
}

/* Room for `more` bytes and a NUL; false over the maximum. */
static bool
str_grow(struct str *s, size_t more)
{
	size_t max = s->max ? s->max : STR_MAX_DEFAULT;
	size_t want;
	char *data;

	if (s->failed || more > max || s->len > max - more) {
		s->failed = true;
		return false;
	}
	if (s->len + more < s->cap)
		return true;
	want = MAX(s->len + more + 1, MIN(s->cap * 2, max + 1));
	want = MIN(MAX(want, (size_t)64), max + 1); /* never more, so that appends need not look at max again */
	data = realloc(s->data, want);
	if (!data)
		abort();
	s->data = data;
	s->cap = want;
	s->data[s->len] = '\0';
	return true;
}

void
str_reserve(struct str *s, size_t more)
{
	size_t max = s->max ? s->max : STR_MAX_DEFAULT;

	if (!s->failed && more <= max && s->len <= max - more)
		(void)str_grow(s, more);
}

const char *
str_text(const struct str *s)
{
	return s->data ? s->data : "";
}

/* The first piece, one that does not fit, one too many. */
void
str_addn_slow(struct str *s, const char *text, size_t len)
{
	if (s->failed || !str_grow(s, len))
		return;
	memcpy(s->data + s->len, text, len);
	s->len += len;
	s->data[s->len] = '\0';
}

void
str_add(struct str *s, const char *text)
{
	if (text)
		str_addn(s, text, strlen(text));
}

void
str_addc(struct str *s, char c)
{
	str_addn(s, &c, 1);
}

void
str_addf(struct str *s, const char *fmt, ...)
{
	va_list ap, again;
	int len;

	va_start(ap, fmt);
	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (len >= 0 && str_grow(s, (size_t)len)) {
		(void)vsnprintf(s->data + s->len, (size_t)len + 1, fmt, ap);
		s->len += (size_t)len;
	}
	va_end(ap);
}

void
str_addi(struct str *s, int64_t value)
{
	static const char
	    pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233"
		      "34353637383940414243444546474849505152535455565758596061626364656667"
		      "6869707172737475767778798081828384858687888990919293949596979899";
	char digits[24];
	size_t at = sizeof(digits);
	uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	for (; left >= 100; left /= 100) {
		at -= 2;
		memcpy(digits + at, pairs + left % 100 * 2, 2);
	}
	if (left >= 10)
		digits[--at] = pairs[left * 2 + 1];
	digits[--at] = (char)('0' + (left >= 10 ? left / 10 : left));
	if (value < 0)
		digits[--at] = '-';
	str_addn(s, digits + at, sizeof(digits) - at);
}
