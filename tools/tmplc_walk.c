/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * It walks the template once with two things in hand: where in HTML it stands (text, tag, attribute value, script, ...) and which blocks are open. The first
 * decides whether a hole is allowed there at all; the type of what stands in the hole is the C compiler's to check.
 */
#include "base/base.h"

#include "tmplc.h"

#include <ctype.h>

/* ---- literal runs ---- */

static void
run_add(struct state *s, char c)
{
	if (s->run_len + 1 >= s->run_cap) {
		s->run_cap = s->run_cap ? s->run_cap * 2 : 4096;
		s->run = realloc(s->run, s->run_cap);
		if (!s->run)
			abort();
	}
	s->run[s->run_len++] = c;
}

void
tmplc_run_flush(struct state *s)
{
	int column = 0;

	if (s->run_len == 0)
		return;
	fprintf(s->c, "\tstr_addn(out, \"");
	for (size_t i = 0; i < s->run_len; i++, column++) {
		unsigned char c = (unsigned char)s->run[i];

		if (c == '\n')
			fputs("\\n", s->c);
		else if (c == '"' || c == '\\')
			fprintf(s->c, "\\%c", c);
		else if (c < 0x20 || c >= 0x7f || c == '?')
			fprintf(s->c, "\\%03o", c);
		else
			fputc(c, s->c);
		if (column > 100) {
			fputs("\"\n\t    \"", s->c);
			column = 0;
		}
	}
	fprintf(s->c, "\", %zu);\n", s->run_len);
	s->run_len = 0;
}

/* White space that holds a line break becomes that one break, except where it shows. */
static void
literal(struct state *s, char c)
{
	bool squeeze = s->html.state == TEXT || s->html.state == IN_TAG;

	if (s->depth == 0) {
		if (!isspace((unsigned char)c))
			tmplc_die(s, "text outside a view");
		return;
	}
	tmplc_html_feed(s, c);
	if (squeeze && isspace((unsigned char)c) && s->run_len > 0 &&
	    isspace((unsigned char)s->run[s->run_len - 1])) {
		if (c == '\n')
			s->run[s->run_len - 1] = '\n';
		return;
	}
	run_add(s, c);
}

void
tmplc_line_mark(struct state *s)
{
	tmplc_run_flush(s);
	fprintf(s->c, "#line %d \"%s\"\n", s->line, s->path);
}

/* ---- the walk ---- */

/* Copies what stands between the marks and moves past them. */
static char *
inside(struct state *s, const char *end_mark)
{
	static char text[EXPR * 4];
	const char *end = strstr(s->p + 2, end_mark);
	size_t n;

	if (!end)
		tmplc_die(s, "%.2s is not closed by %s", s->p, end_mark);
	n = (size_t)(end - s->p - 2);
	if (n >= sizeof(text))
		tmplc_die(s, "too long between %.2s and %s", s->p, end_mark);
	memcpy(text, s->p + 2, n);
	text[n] = '\0';
	s->p = end + 2;
	return text;
}

static int
lines_in(const char *from, const char *to)
{
	int n = 0;

	for (; from < to; from++)
		n += *from == '\n';
	return n;
}

void
tmplc_walk(struct state *s)
{
	while (*s->p) {
		const char *from = s->p;

		if (strncmp(s->p, "{#", 2) == 0) {
			(void)inside(s, "#}");
			s->swallow = true;
		} else if (strncmp(s->p, "{%", 2) == 0) {
			tmplc_directive(s, inside(s, "%}"));
			s->swallow = true;
		} else if (strncmp(s->p, "{{", 2) == 0) {
			tmplc_hole(s, inside(s, "}}"));
			s->swallow = false;
		} else {
			if (!(s->swallow && *s->p == '\n'))
				literal(s, *s->p);
			s->swallow = false;
			s->p++;
		}
		s->line += lines_in(from, s->p);
	}
	if (s->depth > 0)
		tmplc_die(s, "the block in line %d is not closed", s->blocks[s->depth - 1].line);
}
