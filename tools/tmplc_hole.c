/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Holes: what may stand in one, and the C that writes it. The type of a value is the C compiler's to check.
 */
#include "base/base.h"

#include "base/lang.h"
#include "tmplc.h"

#include <ctype.h>

/* Length of the quoted text at p, 0 if there is none. */
static size_t
quoted(const struct state *s, const char *p, const char *e)
{
	size_t n = 1;

	if (*p != '"' && *p != '\'')
		return 0;
	for (; p[n] && p[n] != *p; n++)
		if (p[n] == '\\' && p[n + 1])
			n++;
	if (!p[n])
		tmplc_die(s, "a quote is not closed: %s", e);
	return n + 1;
}

/* A C expression without statements, assignments or braces. */
void
tmplc_check_expr(const struct state *s, const char *e)
{
	size_t n;

	if (!*e)
		tmplc_die(s, "an expression is missing");
	for (const char *p = e; *p; p += n) {
		if ((n = quoted(s, p, e)) > 0)
			continue;
		n = 1;
		if (strchr(";{}#`\\", *p))
			tmplc_die(s, "%c in an expression: %s", *p, e);
		if (strncmp(p, "==", 2) == 0 || strncmp(p, "!=", 2) == 0 ||
		    strncmp(p, "<=", 2) == 0 || strncmp(p, ">=", 2) == 0)
			n = 2;
		else if (*p == '=')
			tmplc_die(s, "an assignment in an expression: %s", e);
		if (strncmp(p, "++", 2) == 0 || strncmp(p, "--", 2) == 0 ||
		    strncmp(p, "<<=", 3) == 0 || strncmp(p, ">>=", 3) == 0)
			tmplc_die(s, "%.2s in an expression: %s", p, e);
	}
}

char *
tmplc_trim(char *text)
{
	size_t n;

	while (isspace((unsigned char)*text))
		text++;
	n = strlen(text);
	while (n > 0 && isspace((unsigned char)text[n - 1]))
		text[--n] = '\0';
	return text;
}

/* Does text begin with the word, followed by a blank? */
char *
tmplc_after_word(char *text, const char *word)
{
	size_t n = strlen(word);

	return strncmp(text, word, n) == 0 && isspace((unsigned char)text[n]) ? tmplc_trim(text + n)
									      : NULL;
}

/* The last | outside quotes and brackets that is not ||; the filter's name behind it. */
static char *
split_filter(char *text)
{
	char quote = '\0', *found = NULL;
	int depth = 0;

	for (char *p = text; *p; p++) {
		if (quote) {
			if (*p == quote)
				quote = '\0';
		} else if (*p == '"' || *p == '\'') {
			quote = *p;
		} else if (*p == '(' || *p == '[') {
			depth++;
		} else if (*p == ')' || *p == ']') {
			depth--;
		} else if (*p == '|' && p[1] == '|') {
			p++;
		} else if (*p == '|' && depth == 0) {
			found = p;
		}
	}
	if (!found)
		return NULL;
	*found = '\0';
	return tmplc_trim(found + 1);
}

static void
put_quoted(struct state *s, const char *text)
{
	fputc('"', s->c);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', s->c);
		fputc(*text == '\n' ? ' ' : *text, s->c);
	}
	fputc('"', s->c);
}

/* {{_ ONE || MANY, n }}: the form that n things take. */
static void
put_plural(struct state *s, char *one, char *many)
{
	char *n = strrchr(many, ',');

	if (!n)
		tmplc_die(s, "two forms of a text need their number: %s", many);
	*n++ = '\0';
	n = tmplc_trim(n);
	tmplc_check_expr(s, n);
	fprintf(s->c, "\tview_put_text(out, page_plural(p, ");
	put_quoted(s, tmplc_trim(one));
	fputs(", ", s->c);
	put_quoted(s, tmplc_trim(many));
	fprintf(s->c, ", (int64_t)(%s)));\n", n);
}

/* The key is computed here, so that a page need not. */
static void
put_translated(struct state *s, char *text)
{
	char *many = strstr(text, "||");

	tmplc_html_hole(s, HOLE_VALUE);
	tmplc_line_mark(s);
	if (many) {
		*many = '\0';
		put_plural(s, text, many + 2);
		return;
	}
	for (char *at = text; *at; at++)
		if (*at == '\n')
			*at = ' ';
	fprintf(s->c, "\tview_put_text(out, page_text_of(p, UINT64_C(%#llx), ",
	    (unsigned long long)lang_key(text));
	put_quoted(s, text);
	fprintf(s->c, "));\n");
}

static void
put_link(struct state *s, char *args)
{
	char *comma = strchr(args, ',');
	char *id = comma ? tmplc_trim(comma + 1) : NULL;

	if (comma)
		*comma = '\0';
	args = tmplc_trim(args);
	for (const char *p = args; *p; p++)
		if (!isupper((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '_')
			tmplc_die(s, "a link names a route in capitals: %s", args);
	if (id)
		tmplc_check_expr(s, id);
	tmplc_html_hole(s, HOLE_URL);
	tmplc_line_mark(s);
	fprintf(s->c, "\tview_link(out, p, ROUTE_%s, %s);\n", args, id ? id : "0");
}

static void
put_asset(struct state *s, char *name)
{
	size_t n = strlen(name);

	if (n < 3 || name[0] != '"' || name[n - 1] != '"' ||
	    strchr(name + 1, '"') != name + n - 1 || strchr(name, '\\'))
		tmplc_die(s, "an asset is named in quotes: %s", name);
	tmplc_html_hole(s, HOLE_URL);
	tmplc_line_mark(s);
	fprintf(s->c, "\tview_asset(out, p, %s);\n", name);
}

static void
put_value(struct state *s, char *text)
{
	static const char *const filters[] = { "bytes", "exact", "time", "minute", "date", "url",
		"shown", "targets", "said", "number", "percent", NULL };
	/* these depend on who looks */
	static const char *const with_page[] = { "bytes", "date", "said", "number", "percent", NULL };
	char *filter = split_filter(text);

	text = tmplc_trim(text);
	tmplc_check_expr(s, text);
	if (filter && !tmplc_is_one_of(filter, filters))
		tmplc_die(s, "no such filter: %s", filter);
	tmplc_html_hole(s, filter && strcmp(filter, "url") == 0 ? HOLE_ENCODED : HOLE_VALUE);
	tmplc_line_mark(s);
	if (filter)
		fprintf(s->c, "\tview_put_%s(out, %s%s(%s));\n", filter,
		    tmplc_is_one_of(filter, with_page) ? "p, " : "",
		    strcmp(filter, "number") == 0 ? "(int64_t)" : "", text);
	else
		fprintf(s->c, "\tVIEW_PUT(out, %s);\n", text);
}

void
tmplc_hole(struct state *s, char *text)
{
	char *rest;

	tmplc_html_no_open_tag(s);
	if (s->depth == 0)
		tmplc_die(s, "a hole outside a view");
	if (text[0] == '_' && isspace((unsigned char)text[1])) {
		put_translated(s, tmplc_trim(text + 1));
		return;
	}
	text = tmplc_trim(text);
	if ((rest = tmplc_after_word(text, "link"))) {
		put_link(s, rest);
	} else if ((rest = tmplc_after_word(text, "asset"))) {
		put_asset(s, rest);
	} else if ((rest = tmplc_after_word(text, "go"))) {
		tmplc_check_expr(s, rest);
		tmplc_html_hole(s, HOLE_URL);
		tmplc_line_mark(s);
		fprintf(s->c, "\tview_go(out, p, %s);\n", rest);
	} else {
		put_value(s, text);
	}
}
