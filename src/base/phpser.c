/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One pass over the text, a function for each kind of value, JSON written as it goes. Nothing is trusted: every length is compared with what is
 * left, every count is bounded, and nothing is allocated but the result.
 */
#include "base/base.h"

#include "base/phpser.h"
#include "base/str.h"

#include <math.h>

struct ser {
	const char *p, *end;
	struct str *out;
	size_t items;
};

static bool value(struct ser *s, int depth);

static bool
take(struct ser *s, const char *literal)
{
	size_t n = strlen(literal);

	if ((size_t)(s->end - s->p) < n || memcmp(s->p, literal, n) != 0)
		return false;
	s->p += n;
	return true;
}

/* Digits up to `stop`, which is taken too. */
static bool
number(struct ser *s, char stop, int64_t *ret)
{
	bool negative = take(s, "-");
	uint64_t n = 0;
	int digits = 0;

	for (; s->p < s->end && *s->p >= '0' && *s->p <= '9'; s->p++, digits++) {
		if (digits == 19)
			return false;
		n = n * 10 + (uint64_t)(*s->p - '0');
	}
	if (digits == 0 || n > (uint64_t)INT64_MAX || s->p == s->end || *s->p++ != stop)
		return false;
	*ret = negative ? -(int64_t)n : (int64_t)n;
	return true;
}

static size_t
digits(const struct ser *s, size_t at)
{
	size_t n = at;

	while (s->p + n < s->end && s->p[n] >= '0' && s->p[n] <= '9')
		n++;
	return n - at;
}

static bool
at_char(const struct ser *s, size_t at, const char *set)
{
	return s->p + at < s->end && s->p[at] && strchr(set, s->p[at]);
}

/* d:0.5; as it stands, if it is a number in JSON's eyes (RFC 8259 6). */
static bool
fraction(struct ser *s)
{
	size_t n = at_char(s, 0, "-") ? 1 : 0, m = digits(s, n);
	char text[40] = { 0 };

	if (m == 0 || (m > 1 && s->p[n] == '0'))
		return false;
	n += m;
	if (at_char(s, n, ".")) {
		if ((m = digits(s, n + 1)) == 0)
			return false;
		n += 1 + m;
	}
	if (at_char(s, n, "eE")) {
		n += at_char(s, n + 1, "+-") ? 2 : 1;
		if ((m = digits(s, n)) == 0)
			return false;
		n += m;
	}
	if (!at_char(s, n, ";") || n >= sizeof(text))
		return false;
	memcpy(text, s->p, n);
	if (!isfinite(strtod(text, NULL)))
		return false;
	str_addn(s->out, s->p, n);
	s->p += n + 1;
	return true;
}

/* s:LENGTH:"BYTES", the first colon behind us. */
static bool
string(struct ser *s)
{
	char *copy;
	int64_t n;

	if (!number(s, ':', &n) || n < 0 || n > s->end - s->p - 2 || *s->p != '"' || s->p[1 + n] != '"')
		return false;
	if (memchr(s->p + 1, '\0', (size_t)n)) /* names of an object's private members, which this is not for */
		return false;
	copy = malloc((size_t)n + 1);
	if (!copy)
		abort();
	memcpy(copy, s->p + 1, (size_t)n);
	copy[n] = '\0';
	str_add_json(s->out, copy);
	free(copy);
	s->p += n + 2;
	return true;
}

static bool
key(struct ser *s)
{
	int64_t n;

	if (take(s, "s:"))
		return string(s) && take(s, ";");
	if (!take(s, "i:") || !number(s, ';', &n))
		return false;
	str_addc(s->out, '"');
	str_addi(s->out, n);
	str_addc(s->out, '"');
	return true;
}

/* a:COUNT:{KEY VALUE ...}, the first colon behind us. */
static bool
array(struct ser *s, int depth)
{
	int64_t n;

	if (!number(s, ':', &n) || n < 0 || n > PHPSER_ITEMS_MAX || !take(s, "{"))
		return false;
	str_addc(s->out, '{');
	for (int64_t i = 0; i < n; i++) {
		if (i > 0)
			str_addc(s->out, ',');
		if (!key(s))
			return false;
		str_addc(s->out, ':');
		if (!value(s, depth + 1))
			return false;
	}
	str_addc(s->out, '}');
	return take(s, "}");
}

static bool
value(struct ser *s, int depth)
{
	int64_t n;

	if (depth > PHPSER_DEPTH_MAX || ++s->items > PHPSER_ITEMS_MAX)
		return false;
	if (take(s, "N;")) {
		STR_LIT(s->out, "null");
		return true;
	}
	if (take(s, "b:0;") || take(s, "b:1;")) {
		str_add(s->out, s->p[-2] == '1' ? "true" : "false");
		return true;
	}
	if (take(s, "i:")) {
		if (!number(s, ';', &n))
			return false;
		str_addi(s->out, n);
		return true;
	}
	if (take(s, "d:"))
		return fraction(s);
	if (take(s, "s:"))
		return string(s) && take(s, ";");
	return take(s, "a:") && array(s, depth);
}

enum rc
phpser_to_json(const char *text, size_t len, struct str *out, struct errs *errs)
{
	struct ser s = { .p = text, .end = text + len, .out = out };
	size_t before = out->len;

	if (value(&s, 0) && s.p == s.end && !out->failed)
		return RC_OK;
	out->len = before;
	if (out->data)
		out->data[before] = '\0';
	return err_add(errs, RC_INVALID, NULL, "Serialized PHP data cannot be read at byte %zu.",
	    (size_t)(s.p - text));
}
