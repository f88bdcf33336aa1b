/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Blocks: views, conditions, loops, calls. Branches must end where in HTML they began, so that what follows is read in one way only.
 */
#include "base/base.h"

#include "tmplc.h"

#include <ctype.h>

static struct block *
top(struct state *s)
{
	return s->depth > 0 ? &s->blocks[s->depth - 1] : NULL;
}

static struct block *
push(struct state *s, enum block_kind kind)
{
	struct block *b = &s->blocks[s->depth];

	if (s->depth == DEPTH)
		tmplc_die(s, "blocks nest too deeply");
	s->depth++;
	memset(b, 0, sizeof(*b));
	b->kind = kind;
	b->line = s->line;
	b->at_start = s->html;
	return b;
}

/* Blocks may stand between the attributes of a tag; what was being read there is complete then. */
static void
settle(struct state *s)
{
	struct html *h = &s->html;

	if ((h->state == TAG_NAME && h->tag[0]) || h->state == ATTR_NAME || h->state == AFTER_ATTR)
		h->state = IN_TAG;
}

/* A view, or a run of attributes for the inside of a tag. */
static void
open_view(struct state *s, char *text, enum block_kind kind)
{
	char *open = strchr(text, '('), *close = strrchr(text, ')');

	if (s->depth > 0)
		tmplc_die(s, "a view within a view");
	if (!open || !close || close[1] || open == text)
		tmplc_die(s, "a view looks like name(const struct x *v)");
	*close = '\0';
	*open = '\0';
	s->html = (struct html){ .state = kind == B_VIEW ? TEXT : IN_TAG };
	push(s, kind);
	for (int i = 0; i < 2; i++) {
		FILE *to = i ? s->c : s->h;
		char *params = tmplc_trim(open + 1);

		fprintf(to, "void%sview_%s%s(struct str *out, const struct page *p%s%s)%s",
		    i ? "\n" : " ", kind == B_VIEW ? "" : "attr_", text, *params ? ", " : "",
		    params, i ? "\n{\n\t(void)p;\n" : ";\n");
	}
}

static void
close_if_branch(struct state *s, struct block *b)
{
	if (!b->end_known) {
		b->at_end = s->html;
		b->end_known = true;
	} else if (!tmplc_html_same(&b->at_end, &s->html)) {
		tmplc_die(s, "the branches of the if in line %d end in different places of HTML",
		    b->line);
	}
}

static void
else_branch(struct state *s, char *cond)
{
	struct block *b = top(s);

	if (!b || b->kind < B_IF || b->has_else || (cond && b->kind == B_FOR))
		tmplc_die(s, "else without if or for");
	if (b->kind == B_FOR && !tmplc_html_same(&b->at_start, &s->html))
		tmplc_die(s,
		    "the body of the for in line %d ends in another place of HTML than it began",
		    b->line);
	if (b->kind == B_IF)
		close_if_branch(s, b);
	tmplc_line_mark(s);
	s->html = b->at_start;
	if (b->kind == B_FOR)
		fprintf(s->c, "\t}\n\tif ((size_t)(%s) == 0) {\n", b->count);
	else if (cond)
		fprintf(s->c, "\t} else if (%s) {\n", cond);
	else
		fprintf(s->c, "\t} else {\n");
	b->has_else = !cond;
}

static void
end_block(struct state *s)
{
	struct block *b = top(s);

	if (!b)
		tmplc_die(s, "end without a block");
	if (b->kind < B_IF && s->html.state != b->at_start.state)
		tmplc_die(s, "the view in line %d ends %s a tag", b->line,
		    b->kind == B_VIEW ? "inside" : "outside");
	if (b->kind == B_FOR && !tmplc_html_same(&b->at_start, &s->html))
		tmplc_die(s,
		    "the body of the for in line %d ends in another place of HTML than it began",
		    b->line);
	if (b->kind == B_IF) {
		close_if_branch(s, b);
		if (!b->has_else && !tmplc_html_same(&b->at_start, &s->html))
			tmplc_die(s, "the if in line %d has no else and ends in another place of HTML than it began",
			    b->line);
	}
	tmplc_run_flush(s);
	fprintf(s->c, b->kind < B_IF ? "}\n\n" : "\t}\n");
	s->depth--;
}

static void
open_for(struct state *s, char *text)
{
	char *in = strstr(text, " in "), *name = text;
	struct block *b;

	if (!in)
		tmplc_die(s, "a for looks like i in n");
	*in = '\0';
	for (const char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '_')
			tmplc_die(s, "a for looks like i in n");
	in = tmplc_trim(in + 4);
	tmplc_check_expr(s, in);
	tmplc_line_mark(s);
	b = push(s, B_FOR);
	if (strlen(in) >= EXPR)
		tmplc_die(s, "an expression of more than %d characters", EXPR);
	memcpy(b->count, in, strlen(in) + 1);
	fprintf(s->c, "\tfor (size_t %s = 0; %s < (size_t)(%s); %s++) {\n", name, name, in, name);
}

static void
call(struct state *s, char *text)
{
	char *open = strchr(text, '('), *close = strrchr(text, ')');

	if (!open || !close || close[1])
		tmplc_die(s, "a call looks like name(arguments)");
	if (s->html.state != TEXT && s->html.state != IN_TAG)
		tmplc_die(s, "a call stands between elements, or between attributes");
	*close = '\0';
	*open = '\0';
	open = tmplc_trim(open + 1);
	if (*open)
		tmplc_check_expr(s, open);
	tmplc_line_mark(s);
	fprintf(s->c, "\tview_%s%s(out, p%s%s);\n", s->html.state == IN_TAG ? "attr_" : "", text,
	    *open ? ", " : "", open);
}

void
tmplc_directive(struct state *s, char *text)
{
	char *rest;

	text = tmplc_trim(text);
	tmplc_html_no_open_tag(s);
	settle(s);
	if (strcmp(text, "end") == 0) {
		end_block(s);
	} else if (strcmp(text, "else") == 0) {
		else_branch(s, NULL);
	} else if ((rest = tmplc_after_word(text, "include"))) {
		if (s->depth > 0)
			tmplc_die(s, "includes stand before the views");
		fprintf(s->h, "#include %s\n", rest);
	} else if ((rest = tmplc_after_word(text, "view"))) {
		open_view(s, rest, B_VIEW);
	} else if ((rest = tmplc_after_word(text, "attributes"))) {
		open_view(s, rest, B_ATTRIBUTES);
	} else if (s->depth == 0) {
		tmplc_die(s, "only include and view stand outside a view: %s", text);
	} else if ((rest = tmplc_after_word(text, "elif"))) {
		tmplc_check_expr(s, rest);
		else_branch(s, rest);
	} else if ((rest = tmplc_after_word(text, "if"))) {
		tmplc_check_expr(s, rest);
		tmplc_line_mark(s);
		push(s, B_IF);
		fprintf(s->c, "\tif (%s) {\n", rest);
	} else if ((rest = tmplc_after_word(text, "for"))) {
		open_for(s, rest);
	} else if ((rest = tmplc_after_word(text, "call"))) {
		call(s, rest);
	} else {
		tmplc_die(s, "unknown: %s", text);
	}
}
