/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tmplc IN.tmpl OUT.c OUT.h: HTML templates to C functions. The format is in docs/templates.md.
 *
 * It walks the template once with two things in hand: where in HTML it stands (text, tag, attribute value, script, ...) and which blocks are open. The first
 * decides whether a hole is allowed there at all; the type of what stands in the hole is the C compiler's to check.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NAME = 40, DEPTH = 32, EXPR = 1000 };

enum html_state {
	TEXT,
	TAG_NAME,
	IN_TAG,
	ATTR_NAME,
	AFTER_ATTR,
	BEFORE_VALUE,
	DOUBLE,
	SINGLE,
	UNQUOTED,
	COMMENT,
	SCRIPT,
	RCDATA
};

/* Where in HTML the walk stands; two branches of an if must end in equal ones. */
struct html {
	enum html_state state;
	char tag[NAME], attr[NAME]; /* lower-case */
	bool closing;               /* of an end tag */
	bool value_begun;           /* something of the value was seen */
	bool url_safe;              /* the URL value began with a link, an asset or # */
};

enum block_kind { B_VIEW, B_ATTRIBUTES, B_IF, B_FOR };
struct block {
	enum block_kind kind;
	int line;
	bool has_else;
	char count[EXPR];     /* of a for */
	struct html at_start; /* for: before the body; if: before the first branch */
	struct html at_end;   /* if: after the first branch */
	bool end_known;
};

struct state {
	const char *path, *p;
	int line;
	struct html html;
	struct block blocks[DEPTH];
	int depth;
	FILE *c, *h;
	char *run; /* literal HTML not yet written */
	size_t run_len, run_cap;
	bool swallow; /* a line break right after a tag is dropped */
};

static _Noreturn void __attribute__((format(printf, 2, 3)))
die(const struct state *s, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s:%d: ", s->path, s->line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

/* ---- where in HTML ---- */

static bool
is_one_of(const char *name, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(name, *list) == 0)
			return true;
	return false;
}

static bool
is_url_attr(const char *name)
{
	static const char *const urls[] = { "href", "src", "action", "formaction", "hx-get",
		"hx-post", "hx-put", "hx-delete", "hx-patch", "srcset", "poster", "data", "cite",
		"background", "ping", "manifest", "xlink:href", "object", NULL };

	return is_one_of(name, urls);
}

static void
lower_add(const struct state *s, char name[NAME], char c)
{
	size_t n = strlen(name);

	if (n + 1 == NAME)
		die(s, "a name of more than %d characters", NAME - 1);
	name[n] = (char)tolower((unsigned char)c);
	name[n + 1] = '\0';
}

static void
begin_value(struct state *s)
{
	const char *a = s->html.attr;

	if (strncmp(a, "on", 2) == 0)
		die(s, "an event handler in HTML: %s (scripts are files)", a);
	if (strcmp(a, "style") == 0)
		die(s, "a style attribute (styles are files)");
	s->html.value_begun = false;
	s->html.url_safe = false;
}

/* The tag is complete: what follows it? */
static void
end_of_tag(struct state *s)
{
	static const char *const rcdata[] = { "textarea", "title", NULL };
	struct html *h = &s->html;

	h->attr[0] = '\0';
	h->state = TEXT;
	if (h->closing)
		return;
	if (strcmp(h->tag, "style") == 0)
		die(s, "a <style> element (styles are files)");
	if (strcmp(h->tag, "script") == 0)
		h->state = SCRIPT;
	else if (is_one_of(h->tag, rcdata))
		h->state = RCDATA;
}

/* Inside textarea, title or script: does its end tag stand here? */
static bool
at_end_tag(const struct state *s)
{
	size_t n = strlen(s->html.tag);

	return s->p[0] == '<' && s->p[1] == '/' && strncasecmp(s->p + 2, s->html.tag, n) == 0;
}

static void
html_text(struct state *s, char c)
{
	struct html *h = &s->html;

	if (c != '<')
		return;
	if (strncmp(s->p, "<!--", 4) == 0) {
		h->state = COMMENT;
	} else if (isalpha((unsigned char)s->p[1]) || s->p[1] == '/' || s->p[1] == '!') {
		h->state = TAG_NAME;
		h->tag[0] = h->attr[0] = '\0';
		h->closing = false;
	}
}

static void
html_tag_name(struct state *s, char c)
{
	struct html *h = &s->html;

	if (c == '/' && !h->tag[0])
		h->closing = true;
	else if (c == '>')
		end_of_tag(s);
	else if (isspace((unsigned char)c) || c == '/')
		h->state = IN_TAG;
	else
		lower_add(s, h->tag, c);
}

static void
html_in_tag(struct state *s, char c)
{
	struct html *h = &s->html;

	if (c == '>') {
		end_of_tag(s);
	} else if (c == '=' && h->state == AFTER_ATTR) {
		h->state = BEFORE_VALUE;
		begin_value(s);
	} else if (!isspace((unsigned char)c) && c != '/') {
		h->attr[0] = '\0';
		lower_add(s, h->attr, c);
		h->state = ATTR_NAME;
	}
}

static void
html_attr_name(struct state *s, char c)
{
	struct html *h = &s->html;

	if (c == '>') {
		end_of_tag(s);
	} else if (c == '=') {
		h->state = BEFORE_VALUE;
		begin_value(s);
	} else if (isspace((unsigned char)c)) {
		h->state = AFTER_ATTR;
	} else {
		lower_add(s, h->attr, c);
	}
}

static void
html_before_value(struct state *s, char c)
{
	struct html *h = &s->html;

	if (c == '"')
		h->state = DOUBLE;
	else if (c == '\'')
		h->state = SINGLE;
	else if (c == '>')
		die(s, "an attribute without a value: %s", h->attr);
	else if (!isspace((unsigned char)c)) {
		h->state = UNQUOTED;
		h->value_begun = true;
		if (is_url_attr(h->attr) && c != '#')
			die(s, "%s takes {{ link }}, {{ go }}, {{ asset }} or #part", h->attr);
	}
}

static void
html_value(struct state *s, char c)
{
	struct html *h = &s->html;
	char end = h->state == DOUBLE ? '"' : '\'';

	if (h->state == UNQUOTED) {
		if (c == '>')
			end_of_tag(s);
		else if (isspace((unsigned char)c))
			h->state = IN_TAG;
		return;
	}
	if (c == end) {
		h->state = IN_TAG;
		return;
	}
	if (!h->value_begun && is_url_attr(h->attr)) {
		if (c != '#')
			die(s, "%s takes {{ link }}, {{ go }}, {{ asset }} or #part", h->attr);
		h->url_safe = true;
	}
	h->value_begun = true;
}

static void
html_raw(struct state *s, char c)
{
	struct html *h = &s->html;

	if (at_end_tag(s)) {
		h->state = TAG_NAME;
		h->tag[0] = '\0';
		h->closing = false;
	} else if (h->state == SCRIPT && !isspace((unsigned char)c)) {
		die(s, "a script in HTML (scripts are files)");
	}
}

/* One literal character at s->p. */
static void
html_feed(struct state *s, char c)
{
	struct html *h = &s->html;

	switch (h->state) {
	case TEXT:
		html_text(s, c);
		break;
	case TAG_NAME:
		html_tag_name(s, c);
		break;
	case IN_TAG:
	case AFTER_ATTR:
		html_in_tag(s, c);
		break;
	case ATTR_NAME:
		html_attr_name(s, c);
		break;
	case BEFORE_VALUE:
		html_before_value(s, c);
		break;
	case DOUBLE:
	case SINGLE:
	case UNQUOTED:
		html_value(s, c);
		break;
	case COMMENT:
		if (c == '>' && s->p[-1] == '-' && s->p[-2] == '-')
			h->state = TEXT;
		break;
	case SCRIPT:
	case RCDATA:
		html_raw(s, c);
		break;
	}
}

enum hole { HOLE_VALUE, HOLE_ENCODED, HOLE_URL };

/* May a hole stand here? */
static void
html_hole(struct state *s, enum hole hole)
{
	static const char *const literal_attrs[] = { "hx-vals", "hx-vars", "hx-headers", "hx-trigger",
		"hx-push-url", "hx-replace-url", "hx-ext", "srcdoc", "http-equiv", NULL };
	struct html *h = &s->html;

	if (h->state == TEXT || h->state == RCDATA)
		return;
	if (h->state == BEFORE_VALUE || h->state == UNQUOTED)
		die(s, "a hole in a value without quotes");
	if (h->state == SCRIPT || h->state == COMMENT)
		die(s, "a hole in a script or comment");
	if (h->state != DOUBLE && h->state != SINGLE)
		die(s, "a hole in the name of a tag or attribute");
	if (is_one_of(h->attr, literal_attrs))
		die(s, "a hole in %s, which scripts read", h->attr);
	if (!is_url_attr(h->attr)) {
		h->value_begun = true;
		return;
	}
	if (!h->value_begun) {
		if (hole != HOLE_URL)
			die(s, "%s takes {{ link }}, {{ go }}, {{ asset }} or #part", h->attr);
		h->url_safe = h->value_begun = true;
	} else if (hole != HOLE_ENCODED &&
	    !(h->url_safe && h->attr[0] == 'h' && strcmp(h->attr, "href") == 0 && s->run_len > 0 &&
		s->run[s->run_len - 1] == '#')) {
		die(s, "inside %s a value goes through | url", h->attr);
	}
}

static bool
html_same(const struct html *a, const struct html *b)
{
	bool value = a->state == DOUBLE || a->state == SINGLE;

	return a->state == b->state && (a->state == TEXT || strcmp(a->tag, b->tag) == 0) &&
	    (!value || (strcmp(a->attr, b->attr) == 0 && a->url_safe == b->url_safe));
}

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

static void
run_flush(struct state *s)
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
			die(s, "text outside a view");
		return;
	}
	html_feed(s, c);
	if (squeeze && isspace((unsigned char)c) && s->run_len > 0 &&
	    isspace((unsigned char)s->run[s->run_len - 1])) {
		if (c == '\n')
			s->run[s->run_len - 1] = '\n';
		return;
	}
	run_add(s, c);
}

/* ---- expressions ---- */

/* A C expression without statements, assignments or braces. */
static void
check_expr(const struct state *s, const char *e)
{
	char quote = '\0', prev = '\0';

	if (!*e)
		die(s, "an expression is missing");
	for (const char *p = e; *p; prev = *p, p++) {
		if (quote) {
			if (*p == '\\' && p[1])
				p++;
			else if (*p == quote)
				quote = '\0';
			continue;
		}
		if (*p == '"' || *p == '\'')
			quote = *p;
		else if (strchr(";{}#`\\", *p))
			die(s, "%c in an expression: %s", *p, e);
		else if (*p == '=' && p[1] == '=')
			p++;
		else if (*p == '=' && !strchr("!<>", prev ? prev : ' '))
			die(s, "an assignment in an expression: %s", e);
		else if ((*p == '+' && p[1] == '+') || (*p == '-' && p[1] == '-'))
			die(s, "%c%c in an expression: %s", *p, *p, e);
	}
	if (quote)
		die(s, "a quote is not closed: %s", e);
}

static char *
trim(char *text)
{
	size_t n;

	while (isspace((unsigned char)*text))
		text++;
	n = strlen(text);
	while (n > 0 && isspace((unsigned char)text[n - 1]))
		text[--n] = '\0';
	return text;
}

static void
line_mark(struct state *s)
{
	run_flush(s);
	fprintf(s->c, "#line %d \"%s\"\n", s->line, s->path);
}

/* Does text begin with the word, followed by a blank? */
static char *
after_word(char *text, const char *word)
{
	size_t n = strlen(word);

	return strncmp(text, word, n) == 0 && isspace((unsigned char)text[n]) ? trim(text + n) : NULL;
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
	return trim(found + 1);
}

static void
put_translated(struct state *s, char *text)
{
	html_hole(s, HOLE_VALUE);
	line_mark(s);
	fprintf(s->c, "\tview_put_text(out, page_text(p, \"");
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', s->c);
		fputc(*text == '\n' ? ' ' : *text, s->c);
	}
	fprintf(s->c, "\"));\n");
}

static void
put_link(struct state *s, char *args)
{
	char *comma = strchr(args, ',');
	char *id = comma ? trim(comma + 1) : NULL;

	if (comma)
		*comma = '\0';
	args = trim(args);
	for (const char *p = args; *p; p++)
		if (!isupper((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '_')
			die(s, "a link names a route in capitals: %s", args);
	if (id)
		check_expr(s, id);
	html_hole(s, HOLE_URL);
	line_mark(s);
	fprintf(s->c, "\tview_link(out, p, ROUTE_%s, %s);\n", args, id ? id : "0");
}

static void
put_asset(struct state *s, char *name)
{
	size_t n = strlen(name);

	if (n < 3 || name[0] != '"' || name[n - 1] != '"' ||
	    strchr(name + 1, '"') != name + n - 1 || strchr(name, '\\'))
		die(s, "an asset is named in quotes: %s", name);
	html_hole(s, HOLE_URL);
	line_mark(s);
	fprintf(s->c, "\tview_asset(out, %s);\n", name);
}

static void
put_value(struct state *s, char *text)
{
	static const char *const filters[] = { "bytes", "exact", "time", "date", "url", NULL };
	char *filter = split_filter(text);

	text = trim(text);
	check_expr(s, text);
	if (filter && !is_one_of(filter, filters))
		die(s, "no such filter: %s", filter);
	html_hole(s, filter && strcmp(filter, "url") == 0 ? HOLE_ENCODED : HOLE_VALUE);
	line_mark(s);
	if (filter)
		fprintf(s->c, "\tview_put_%s(out, %s);\n", filter, text);
	else
		fprintf(s->c, "\tVIEW_PUT(out, %s);\n", text);
}

static void
hole(struct state *s, char *text)
{
	char *rest;

	if (s->depth == 0)
		die(s, "a hole outside a view");
	if (text[0] == '_' && isspace((unsigned char)text[1])) {
		put_translated(s, trim(text + 1));
		return;
	}
	text = trim(text);
	if ((rest = after_word(text, "link"))) {
		put_link(s, rest);
	} else if ((rest = after_word(text, "asset"))) {
		put_asset(s, rest);
	} else if ((rest = after_word(text, "go"))) {
		check_expr(s, rest);
		html_hole(s, HOLE_URL);
		line_mark(s);
		fprintf(s->c, "\tview_go(out, p, %s);\n", rest);
	} else {
		put_value(s, text);
	}
}

/* ---- blocks ---- */

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
		die(s, "blocks nest too deeply");
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
		die(s, "a view within a view");
	if (!open || !close || close[1] || open == text)
		die(s, "a view looks like name(const struct x *v)");
	*close = '\0';
	*open = '\0';
	s->html = (struct html){ .state = kind == B_VIEW ? TEXT : IN_TAG };
	push(s, kind);
	for (int i = 0; i < 2; i++) {
		FILE *to = i ? s->c : s->h;
		char *params = trim(open + 1);

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
	} else if (!html_same(&b->at_end, &s->html)) {
		die(s, "the branches of the if in line %d end in different places of HTML", b->line);
	}
}

static void
else_branch(struct state *s, char *cond)
{
	struct block *b = top(s);

	if (!b || b->kind < B_IF || b->has_else || (cond && b->kind == B_FOR))
		die(s, "else without if or for");
	if (b->kind == B_FOR && !html_same(&b->at_start, &s->html))
		die(s, "the body of the for in line %d ends in another place of HTML than it began",
		    b->line);
	if (b->kind == B_IF)
		close_if_branch(s, b);
	line_mark(s);
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
		die(s, "end without a block");
	if (b->kind < B_IF && s->html.state != b->at_start.state)
		die(s, "the view in line %d ends %s a tag", b->line,
		    b->kind == B_VIEW ? "inside" : "outside");
	if (b->kind == B_FOR && !html_same(&b->at_start, &s->html))
		die(s, "the body of the for in line %d ends in another place of HTML than it began",
		    b->line);
	if (b->kind == B_IF) {
		close_if_branch(s, b);
		if (!b->has_else && !html_same(&b->at_start, &s->html))
			die(s, "the if in line %d has no else and ends in another place of HTML than it began",
			    b->line);
	}
	run_flush(s);
	fprintf(s->c, b->kind < B_IF ? "}\n\n" : "\t}\n");
	s->depth--;
}

static void
open_for(struct state *s, char *text)
{
	char *in = strstr(text, " in "), *name = text;
	struct block *b;

	if (!in)
		die(s, "a for looks like i in n");
	*in = '\0';
	for (const char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '_')
			die(s, "a for looks like i in n");
	in = trim(in + 4);
	check_expr(s, in);
	line_mark(s);
	b = push(s, B_FOR);
	if (strlen(in) >= EXPR)
		die(s, "an expression of more than %d characters", EXPR);
	memcpy(b->count, in, strlen(in) + 1);
	fprintf(s->c, "\tfor (size_t %s = 0; %s < (size_t)(%s); %s++) {\n", name, name, in, name);
}

static void
call(struct state *s, char *text)
{
	char *open = strchr(text, '('), *close = strrchr(text, ')');

	if (!open || !close || close[1])
		die(s, "a call looks like name(arguments)");
	if (s->html.state != TEXT && s->html.state != IN_TAG)
		die(s, "a call stands between elements, or between attributes");
	*close = '\0';
	*open = '\0';
	open = trim(open + 1);
	if (*open)
		check_expr(s, open);
	line_mark(s);
	fprintf(s->c, "\tview_%s%s(out, p%s%s);\n", s->html.state == IN_TAG ? "attr_" : "", text,
	    *open ? ", " : "", open);
}

static void
directive(struct state *s, char *text)
{
	char *rest;

	text = trim(text);
	settle(s);
	if (strcmp(text, "end") == 0) {
		end_block(s);
	} else if (strcmp(text, "else") == 0) {
		else_branch(s, NULL);
	} else if ((rest = after_word(text, "include"))) {
		if (s->depth > 0)
			die(s, "includes stand before the views");
		fprintf(s->h, "#include %s\n", rest);
	} else if ((rest = after_word(text, "view"))) {
		open_view(s, rest, B_VIEW);
	} else if ((rest = after_word(text, "attributes"))) {
		open_view(s, rest, B_ATTRIBUTES);
	} else if (s->depth == 0) {
		die(s, "only include and view stand outside a view: %s", text);
	} else if ((rest = after_word(text, "elif"))) {
		check_expr(s, rest);
		else_branch(s, rest);
	} else if ((rest = after_word(text, "if"))) {
		check_expr(s, rest);
		line_mark(s);
		push(s, B_IF);
		fprintf(s->c, "\tif (%s) {\n", rest);
	} else if ((rest = after_word(text, "for"))) {
		open_for(s, rest);
	} else if ((rest = after_word(text, "call"))) {
		call(s, rest);
	} else {
		die(s, "unknown: %s", text);
	}
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
		die(s, "%.2s is not closed by %s", s->p, end_mark);
	n = (size_t)(end - s->p - 2);
	if (n >= sizeof(text))
		die(s, "too long between %.2s and %s", s->p, end_mark);
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

static void
walk(struct state *s)
{
	while (*s->p) {
		const char *from = s->p;

		if (strncmp(s->p, "{#", 2) == 0) {
			(void)inside(s, "#}");
			s->swallow = true;
		} else if (strncmp(s->p, "{%", 2) == 0) {
			directive(s, inside(s, "%}"));
			s->swallow = true;
		} else if (strncmp(s->p, "{{", 2) == 0) {
			hole(s, inside(s, "}}"));
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
		die(s, "the block in line %d is not closed", s->blocks[s->depth - 1].line);
}

static char *
read_all(const char *path)
{
	FILE *in = fopen(path, "r");
	char *text = malloc(1 << 20);
	size_t n;

	if (!in || !text) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(1);
	}
	n = fread(text, 1, (1 << 20) - 1, in);
	text[n] = '\0';
	fclose(in);
	return text;
}

static FILE *
create(const char *path)
{
	FILE *out = fopen(path, "w");

	if (!out) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(1);
	}
	return out;
}

/* src/view/mailbox.tmpl -> mailbox */
static void
base_name(const char *path, char out[NAME])
{
	const char *slash = strrchr(path, '/');
	size_t n;

	path = slash ? slash + 1 : path;
	n = strcspn(path, ".");
	(void)snprintf(out, NAME, "%.*s", (int)(n < NAME ? n : NAME - 1), path);
}

int
main(int argc, char **argv)
{
	struct state s = { .line = 1 };
	char name[NAME];

	if (argc != 4) {
		fprintf(stderr, "usage: tmplc IN.tmpl OUT.c OUT.h\n");
		return 2;
	}
	s.path = argv[1];
	base_name(argv[1], name);
	s.p = read_all(argv[1]);
	s.c = create(argv[2]);
	s.h = create(argv[3]);
	fprintf(s.h, "/* Made by tools/tmplc from %s; do not edit. */\n#ifndef VIEW_TMPL_%s_H\n#define VIEW_TMPL_%s_H\n\n#include \"base/str.h\"\n#include \"view/page.h\"\n",
	    s.path, name, name);
	fprintf(s.c, "/* Made by tools/tmplc from %s; do not edit. */\n#include \"base/base.h\"\n\n#include \"view/put.h\"\n#include \"view/%s.h\"\n\n",
	    s.path, name);
	walk(&s);
	fprintf(s.h, "\n#endif\n");
	if (fclose(s.c) != 0 || fclose(s.h) != 0)
		die(&s, "cannot write: %s", strerror(errno));
	return 0;
}
