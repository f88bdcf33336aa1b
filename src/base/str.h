/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Growing text buffer. It has a stated maximum; the first append that would pass it sets `failed`, drops that
 * append and all later ones, and the caller checks once at the end. All text that leaves the process for
 * another language (HTML, URL, JSON, CSV, log) goes through the escape sink of that language.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include "base/base.h"

#include <stdarg.h>

struct str {
	char *data; /* always NUL-terminated once anything was appended; may be NULL before */
	size_t len; /* bytes, without the NUL */
	size_t cap;
	size_t max; /* 0 stands for STR_MAX_DEFAULT */
	bool failed;
};

#define STR_MAX_DEFAULT ((size_t)64 << 20)
/* clang-format off */
#define STR_INIT { 0 }
/* clang-format on */

void str_init(struct str *s, size_t max);
/* Frees the memory; the buffer may be used again. Accepts an untouched one. */
void str_release(struct str *s);
/* Empties, keeps the memory. */
void str_clear(struct str *s);
/* Makes room for `more` further bytes in one go (a hint; appends grow by themselves). */
void str_reserve(struct str *s, size_t more);
/* The text, "" when empty. Valid until the next append. */
const char *str_text(const struct str *s);

void str_add(struct str *s, const char *text);                   /* NULL appends nothing */
void str_addn_slow(struct str *s, const char *text, size_t len); /* what str_addn() leaves */
void str_addc(struct str *s, char c);
void str_addf(struct str *s, const char *fmt, ...) PRINTFLIKE(2, 3);
void str_addi(struct str *s, int64_t value); /* decimal */
/* Here, so that the pieces of a page are copied without a call each. */
static inline void
str_addn(struct str *s, const char *text, size_t len)
{
	if (s->failed || len >= s->cap - s->len) {
		str_addn_slow(s, text, len);
		return;
	}
	memcpy(s->data + s->len, text, len);
	s->len += len;
	s->data[s->len] = '\0';
}
#define STR_LIT(s, lit) str_addn((s), "" lit, sizeof(lit) - 1)

/* & < > " ' become references; control characters other than TAB and LF, and bytes that are not UTF-8, become
 * U+FFFD. Fit for element content and quoted attribute values. */
void str_add_html(struct str *s, const char *text);
/* Everything but unreserved (RFC 3986 2.3) as %XX: fit for one path segment or one query value. */
void str_add_url(struct str *s, const char *text);
/* A JSON string with its quotes; also escapes / after <, U+2028, U+2029; NULL gives null; bad UTF-8 U+FFFD. */
void str_add_json(struct str *s, const char *text);
/* One CSV cell (RFC 4180), always quoted; what a spreadsheet would run gets a ' in front (base/csv.h). Bad UTF-8 U+FFFD. */
void str_add_csv(struct str *s, const char *text);
/* One log value: control characters, quotes, backslash and bad UTF-8 as \xNN, quoted when it holds a space. */
void str_add_log(struct str *s, const char *text);

#endif
