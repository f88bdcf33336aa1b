/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where in HTML a character of a template stands: text, tag, attribute, value, script. It decides whether a hole is allowed there at all.
 */
#include "base/base.h"

#include "tmplc.h"

#include <ctype.h>
#include <strings.h>

bool
tmplc_is_one_of(const char *name, const char *const *list)
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

	return tmplc_is_one_of(name, urls);
}

static void
lower_add(const struct state *s, char name[NAME], char c)
{
	size_t n = strlen(name);

	if (n + 1 == NAME)
		tmplc_die(s, "a name of more than %d characters", NAME - 1);
	name[n] = (char)tolower((unsigned char)c);
	name[n + 1] = '\0';
}

static void
begin_value(struct state *s)
{
	const char *a = s->html.attr;

	if (strncmp(a, "on", 2) == 0)
		tmplc_die(s, "an event handler in HTML: %s (scripts are files)", a);
	if (strcmp(a, "style") == 0)
		tmplc_die(s, "a style attribute (styles are files)");
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
		tmplc_die(s, "a <style> element (styles are files)");
	if (strcmp(h->tag, "script") == 0)
		h->state = SCRIPT;
	else if (tmplc_is_one_of(h->tag, rcdata))
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
		tmplc_die(s, "an attribute without a value: %s", h->attr);
	else if (!isspace((unsigned char)c)) {
		h->state = UNQUOTED;
		h->value_begun = true;
		if (is_url_attr(h->attr) && c != '#')
			tmplc_die(s, "%s takes {{ link }}, {{ go }}, {{ asset }} or #part", h->attr);
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
			tmplc_die(s, "%s takes {{ link }}, {{ go }}, {{ asset }} or #part", h->attr);
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
		tmplc_die(s, "a script in HTML (scripts are files)");
	}
}

/* One literal character at s->p. */
void
tmplc_html_feed(struct state *s, char c)
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

/* May a hole stand here? */
void
tmplc_html_hole(struct state *s, enum hole hole)
{
	static const char *const literal_attrs[] = { "hx-vals", "hx-vars", "hx-headers", "hx-trigger",
		"hx-push-url", "hx-replace-url", "hx-ext", "srcdoc", "http-equiv", NULL };
	struct html *h = &s->html;

	if (h->state == TEXT || h->state == RCDATA)
		return;
	if (h->state == BEFORE_VALUE || h->state == UNQUOTED)
		tmplc_die(s, "a hole in a value without quotes");
	if (h->state == SCRIPT || h->state == COMMENT)
		tmplc_die(s, "a hole in a script or comment");
	if (h->state != DOUBLE && h->state != SINGLE)
		tmplc_die(s, "a hole in the name of a tag or attribute");
	if (tmplc_is_one_of(h->attr, literal_attrs))
		tmplc_die(s, "a hole in %s, which scripts read", h->attr);
	if (!is_url_attr(h->attr)) {
		h->value_begun = true;
		return;
	}
	if (!h->value_begun) {
		if (hole != HOLE_URL)
			tmplc_die(s, "%s takes {{ link }}, {{ go }}, {{ asset }} or #part", h->attr);
		h->url_safe = h->value_begun = true;
	} else if (hole != HOLE_ENCODED &&
	    !(h->url_safe && h->attr[0] == 'h' && strcmp(h->attr, "href") == 0 && s->run_len > 0 &&
		s->run[s->run_len - 1] == '#')) {
		tmplc_die(s, "inside %s a value goes through | url", h->attr);
	}
}

bool
tmplc_html_same(const struct html *a, const struct html *b)
{
	bool value = a->state == DOUBLE || a->state == SINGLE;

	return a->state == b->state && (a->state == TEXT || strcmp(a->tag, b->tag) == 0) &&
	    (!value || (strcmp(a->attr, b->attr) == 0 && a->url_safe == b->url_safe));
}

void
tmplc_html_no_open_tag(const struct state *s)
{
	if ((s->html.state == TEXT || s->html.state == RCDATA) && s->run_len > 0 &&
	    s->run[s->run_len - 1] == '<')
		tmplc_die(s, "a < right before a hole or a block; write &lt; for the character");
}
