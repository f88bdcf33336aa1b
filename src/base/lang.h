/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Languages of people: texts, numbers, sizes and dates. A text in the code is its own key (N_() marks it); catalogues come from po/ and lie in the binary
 * as tables that are only read, so any thread may ask for any language at any time. What no catalogue has stays English. NULL is English everywhere.
 */
#ifndef BASE_LANG_H
#define BASE_LANG_H

#include "base/base.h"

struct arena;
struct lang;
struct str;

#define LANG_CODE_MAX 8

/* The language of that code ("de"); *ret NULL: English. False: there is none of it here. */
bool lang_find(const char *code, const struct lang **ret);
/* What of an Accept-Language header (RFC 9110) is here and wanted most; otherwise or without one `other`. */
const struct lang *lang_accepted(const char *header, const struct lang *other);
/* All of them, English first; NULL behind the last. */
const struct lang *lang_at(size_t i);
size_t lang_count(void);
const char *lang_code(const struct lang *lang); /* "de", for <html lang> */
const char *lang_name(const struct lang *lang); /* "Deutsch" */

/* The text in that language. A format's translation takes the same arguments: the build refuses any other. */
const char *lang_text(const struct lang *lang, const char *text) __attribute__((format_arg(2)));
/* The same where its key was computed before (tools/tmplc). */
const char *lang_text_of(const struct lang *lang, uint64_t key, const char *text)
    __attribute__((format_arg(3)));
/* One of the forms that a language has for a number of things; English has two. */
const char *lang_plural(const struct lang *lang, const char *one, const char *many, int64_t n)
    __attribute__((format_arg(2))) __attribute__((format_arg(3)));

/* "12,345" */
void lang_add_number(const struct lang *lang, int64_t n, struct str *out);
/* "42%" */
void lang_add_percent(const struct lang *lang, int64_t n, struct str *out);
/* "1.5 GB" as size_human() has it, with the language's comma and unit */
void lang_add_size(const struct lang *lang, int64_t bytes, struct str *out);
/* "2026-11-23 10:15" in UTC; the second of a text that begins with YYYY-MM-DD?HH:MM */
void lang_add_date(const struct lang *lang, int64_t t, struct str *out);
/* "2026-11-23" */
void lang_add_day(const struct lang *lang, int64_t t, struct str *out);
void lang_add_written(const struct lang *lang, const char *iso, struct str *out);
/* A size that the program wrote ("512 MB", "unlimited") for a box, and back to what base/size.h reads, as somebody typed it. */
const char *lang_size_out(const struct lang *lang, const char *text, struct arena *arena);
const char *lang_size_in(const struct lang *lang, const char *text, struct arena *arena);

/* ---- what tools/langc writes ---- */

enum lang_plurals { PLURAL_NOT_ONE, PLURAL_ABOVE_ONE }; /* n != 1; n > 1 */

/* One catalogue: the text of lang_keys[i] begins at texts + at[i]; 0: there is none. Plural forms follow each other, a NUL behind each. */
struct lang_catalogue {
	const char *code;
	enum lang_plurals plurals;
	const uint32_t *at;
	const char *texts;
};
extern const uint64_t lang_keys[]; /* rising */
extern const size_t lang_keys_n;
extern const struct lang_catalogue lang_catalogues[];
extern const size_t lang_catalogues_n;

/* The key of a text: FNV-1a. That no two texts of the catalogues share one is checked when they are built. */
static inline uint64_t
lang_key(const char *text)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return h;
}

#endif
