/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sinks of templates: what {{ }} becomes, chosen by the C type of the expression. Text is escaped, numbers are printed, struct html is taken as it
 * is; a type without a sink does not compile. Generated code is the only caller.
 */
#ifndef VIEW_PUT_H
#define VIEW_PUT_H

#include "base/base.h"
#include "base/str.h"
#include "view/page.h"

/* Markup that a view made; nothing else makes one. */
struct html {
	const char *text;
	size_t len;
};

void view_put_text(struct str *out, const char *text);
void view_put_int(struct str *out, int64_t n);
void view_put_size(struct str *out, size_t n);
void view_put_html(struct str *out, struct html html);
/* clang-format off */
#define VIEW_PUT(out, x) _Generic((x), \
	char *: view_put_text, const char *: view_put_text, \
	int: view_put_int, long: view_put_int, long long: view_put_int, \
	unsigned: view_put_size, unsigned long: view_put_size, unsigned long long: view_put_size, \
	struct html: view_put_html)((out), (x))
/* clang-format on */

/* Filters: {{ x | bytes }} and so on. */
void view_put_bytes(struct str *out, const struct page *p, int64_t bytes); /* "1.5 GB" */
void view_put_exact(struct str *out, int64_t bytes); /* "512 MB", reads back as the same */
void view_put_time(struct str *out, int64_t t); /* RFC 3339; app.js shows it in the viewer's zone */
void view_put_minute(struct str *out, int64_t t); /* the same without its seconds */
void view_put_date(struct str *out, const struct page *p, int64_t t); /* "2026-11-23 10:15" in UTC */
void view_put_number(struct str *out, const struct page *p, int64_t n);  /* "12,345" */
void view_put_percent(struct str *out, const struct page *p, int64_t n); /* "42%" */
void view_put_said(struct str *out, const struct page *p, const char *text); /* a N_() text known at run time */
void view_put_url(struct str *out, const char *text);                        /* percent-encoded */
void view_put_shown(struct str *out, const char *address); /* a domain or an address, with its U-label */
void view_put_targets(struct str *out, const char *list); /* a comma list of them, can break lines */

/* {{ link X }}, {{ link X, id }}, {{ go l }}, {{ asset "x" }}, {{_ text }} */
void view_link(struct str *out, const struct page *p, enum route_id route, int64_t id);
void view_go(struct str *out, const struct page *p, struct link to);
void view_asset(struct str *out, const struct page *p, const char *name);
/* The text in the page's language; the text itself where there is no catalogue. The first with its key (base/lang.h). */
const char *page_text_of(const struct page *p, uint64_t key, const char *text)
    __attribute__((format_arg(3)));
const char *page_text(const struct page *p, const char *text) __attribute__((format_arg(2)));
/* {{_ one || many, n }} */
const char *page_plural(const struct page *p, const char *one, const char *many, int64_t n);

#endif
