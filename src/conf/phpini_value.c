/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Values of application.ini, as PHP's scanner reads them in normal mode: reserved words, constants, quoted and bare text side by side, ${NAME}, and
 * the operators that make numbers of what they touch. The rules were checked against PHP 8.2.
 *
 * The surprising thing: "..." ends at a \" when that quote is the last character of its line, and then the backslash is part of the value.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "conf/phpini_int.h"

#define DEPTH_MAX 50

static const char *expression(struct phpini_scan *s, int depth);

static bool
at_end(const struct phpini_scan *s)
{
	const char *p = s->p + strspn(s->p, " \t");

	return *p ? strchr("\r\n;", *p) != NULL : p == s->p;
}

/* ---- operands ---- */

/* ${NAME} at p. */
static void
take_variable(struct phpini_scan *s, struct str *out)
{
	const char *from = s->p + 2;
	size_t n = strcspn(from, "}=\n\r;&|^$~(){!\"[]");

	if (from[n] != '}') {
		(void)phpini_fault(s, "${ without }");
		return;
	}
	str_add(out, getenv(arena_strndup(s->arena, from, n)));
	s->p = from + n + 1;
}

/* Does the quote at p end the value although a backslash stands before it? */
static bool
last_of_line(const char *p)
{
	return p[1] == '\0' || p[1] == '\n' || p[1] == '\r';
}

static void
take_escape(struct phpini_scan *s, struct str *out)
{
	char next = s->p[1];

	if (next == '\\' || next == '$' || (next == '"' && !last_of_line(s->p + 1))) {
		str_addc(out, next);
		s->p += 2;
	} else {
		str_addc(out, '\\');
		s->p++;
	}
}

static void
take_double(struct phpini_scan *s, struct str *out)
{
	for (s->p++; *s->p && *s->p != '"' && s->rc == RC_OK;) {
		if (*s->p == '\\') {
			take_escape(s, out);
		} else if (s->p[0] == '$' && s->p[1] == '{') {
			take_variable(s, out);
		} else {
			s->line += *s->p == '\n';
			str_addc(out, *s->p++);
		}
	}
	if (*s->p == '"')
		s->p += 1 + strspn(s->p + 1, " \t");
	else
		(void)phpini_fault(s, "a quote is not closed");
}

/* Does a quote stand at p that is never closed? PHP takes it for the end of the file, without a word. */
static bool
at_lone_quote(const struct phpini_scan *s)
{
	return *s->p == '\'' && !strchr(s->p + 1, '\'');
}

static void
take_single(struct phpini_scan *s, struct str *out)
{
	size_t n = strcspn(s->p + 1, "'");

	if (n == 0 && s->p[2] && !strchr(" \t\r\n;", s->p[2])) {
		(void)phpini_fault(s, "something follows an empty pair of quotes");
		return;
	}
	for (size_t i = 0; i < n; i++)
		s->line += s->p[1 + i] == '\n';
	str_addn(out, s->p + 1, n);
	s->p += n + 2;
}

/* What a name without quotes stands for. */
static const char *
constant(const struct phpini_scan *s, const char *name)
{
	if (strcmp(name, "APPLICATION_PATH") == 0 && s->src->application_path)
		return s->src->application_path;
	return strcmp(name, "DIRECTORY_SEPARATOR") == 0 ? "/" : name;
}

static const char *
reserved(const char *word)
{
	static const char *const words[][2] = { { "true", "1" }, { "on", "1" }, { "yes", "1" },
		{ "false", "" }, { "off", "" }, { "none", "" }, { "no", "" }, { "null", "" } };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcasecmp(word, words[i][0]) == 0)
			return words[i][1];
	return NULL;
}

/* Length of a dollar and what it takes along: whatever follows but a brace, and what a backslash hides. */
static size_t
dollar_length(const char *p)
{
	if (!p[1])
		return 1;
	return p[1] == '\\' && p[2] ? 3 : 2;
}

static size_t
bare_length(const char *p)
{
	size_t n = 0;

	while (p[n] && !strchr("= \t\n\r;&|^~()!\"'", p[n])) {
		if (p[n] == '$' && p[n + 1] == '{')
			break;
		n += p[n] == '$' ? dollar_length(p + n) : 1;
	}
	return n;
}

/* A run of bare characters; reserved words stand alone. */
static void
take_bare(struct phpini_scan *s, struct str *out)
{
	size_t n = bare_length(s->p);
	const char *word = arena_strndup(s->arena, s->p, n);

	if (n == 0 || s->p[n + strspn(s->p + n, " \t")] == '=') {
		(void)phpini_fault(s, "a value with special characters needs quotes");
	} else if (reserved(word)) {
		(void)phpini_fault(s, "a reserved word stands beside something else");
	} else {
		str_add(out, constant(s, word));
		for (size_t i = 0; i < n; i++)
			s->line += s->p[i] == '\n';
		s->p += n;
	}
}

/* Texts side by side; blanks between bare ones stay, blanks around a double-quoted one go. */
static const char *
operand(struct phpini_scan *s)
{
	CLEANUP(str_release) struct str out = STR_INIT;
	size_t taken = 0;

	for (; s->rc == RC_OK && !at_end(s) && !strchr("&|^~()!", *s->p); taken++) {
		size_t blanks = strspn(s->p, " \t");

		if (taken > 0 && at_lone_quote(s)) {
			s->p += strlen(s->p);
		} else if (at_lone_quote(s)) {
			(void)phpini_fault(s, "a quote is not closed");
		} else if (blanks > 0) {
			if (s->p[blanks] != '"')
				str_addn(&out, s->p, blanks);
			s->p += blanks;
		} else if (*s->p == '"') {
			take_double(s, &out);
		} else if (*s->p == '\'') {
			take_single(s, &out);
		} else if (s->p[0] == '$' && s->p[1] == '{') {
			take_variable(s, &out);
		} else {
			take_bare(s, &out);
		}
	}
	if (taken == 0)
		(void)phpini_fault(s, "an operator has nothing to work on");
	return arena_strdup(s->arena, str_text(&out));
}

/* ---- operators ---- */

static const char *
number(struct phpini_scan *s, int value)
{
	return arena_printf(s->arena, "%d", value);
}

/* As C's atoi, which PHP uses here. */
static int
whole(const char *text)
{
	return (int)strtol(text, NULL, 10);
}

static const char *
unary(struct phpini_scan *s, int depth)
{
	const char *value;
	char op = *s->p;

	if (depth > DEPTH_MAX) {
		(void)phpini_fault(s, "brackets nest too deeply");
		return "";
	}
	if (!op || !strchr("~!(", op))
		return operand(s);
	s->p += 1 + strspn(s->p + 1, " \t");
	if (op != '(') {
		value = unary(s, depth + 1);
		return number(s, op == '~' ? ~whole(value) : !whole(value));
	}
	value = expression(s, depth + 1);
	if (*s->p == ')')
		s->p += 1 + strspn(s->p + 1, " \t");
	else
		(void)phpini_fault(s, "a bracket is not closed");
	return value;
}

static const char *
expression(struct phpini_scan *s, int depth)
{
	const char *left = unary(s, depth);

	while (s->rc == RC_OK && *s->p && strchr("|&^", *s->p)) {
		char op = *s->p;
		int a = whole(left), b;

		s->p += 1 + strspn(s->p + 1, " \t");
		b = whole(unary(s, depth));
		left = number(s, op == '|' ? (a | b) : op == '&' ? (a & b) : (a ^ b));
	}
	return left;
}

/* The reserved word that is the whole value: what it stands for, NULL if there is none. */
static const char *
reserved_alone(struct phpini_scan *s)
{
	size_t n = bare_length(s->p);
	const char *value = reserved(arena_strndup(s->arena, s->p, n));

	n += strspn(s->p + n, " \t");
	if (!value || (s->p[n] && !strchr("\r\n;'", s->p[n])))
		return NULL;
	s->p += n;
	if (at_lone_quote(s))
		s->p += strlen(s->p);
	return value;
}

const char *
phpini_value(struct phpini_scan *s)
{
	const char *value = at_end(s) ? "" : reserved_alone(s);

	if (!value)
		value = expression(s, 0);
	s->p += strspn(s->p, " \t");
	phpini_comment(s);
	if (*s->p && *s->p != '\n' && *s->p != '\r')
		(void)phpini_fault(s, "something follows the value");
	return s->rc == RC_OK ? value : "";
}
