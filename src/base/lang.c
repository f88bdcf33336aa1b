/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which languages there are and how each writes numbers. It must not know any text. The surprising thing: neither gettext() nor setlocale() of libc is
 * asked. They are of the whole process and read files; here each request has its language, and a cage around it.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/size.h"
#include "base/str.h"

#include <ctype.h>
#include <strings.h>

#define NBSP "\xc2\xa0"
#define NARROW_NBSP "\xe2\x80\xaf"

struct lang {
	const char *code, *name;
	const char *group; /* between thousands */
	char point;        /* in front of a fraction */
	const char *gap;   /* between a number and its unit */
	char byte;         /* last letter of units: GB, Go */
	const char *share; /* behind hundredths */
	const char *date;  /* D, M and Y stand for day, month and year */
};

static const struct lang langs[] = {
	{ "en", "English", ",", '.', " ", 'B', "%", "Y-M-D" },
	{ "de", "Deutsch", ".", ',', NBSP, 'B', NBSP "%", "D.M.Y" },
	{ "nl", "Nederlands", ".", ',', NBSP, 'B', "%", "D-M-Y" },
	{ "fr", "Français", NARROW_NBSP, ',', NBSP, 'o', NBSP "%", "D/M/Y" },
};

static const struct lang *
or_english(const struct lang *lang)
{
	return lang ? lang : &langs[0];
}

const struct lang *
lang_at(size_t i)
{
	return i < ARRAY_LEN(langs) ? &langs[i] : NULL;
}

size_t
lang_count(void)
{
	return ARRAY_LEN(langs);
}

const char *
lang_code(const struct lang *lang)
{
	return or_english(lang)->code;
}

const char *
lang_name(const struct lang *lang)
{
	return or_english(lang)->name;
}

static bool
find(const char *code, size_t len, const struct lang **ret)
{
	for (size_t i = 0; i < ARRAY_LEN(langs); i++)
		if (strlen(langs[i].code) == len && strncasecmp(langs[i].code, code, len) == 0) {
			*ret = i ? &langs[i] : NULL;
			return true;
		}
	return false;
}

bool
lang_find(const char *code, const struct lang **ret)
{
	return code && find(code, strlen(code), ret);
}

/* ---- Accept-Language ---- */

/* Thousandths out of ";q=0.8"; 1000 without one, 0 for what is no weight. */
static int
weight(const char *at, size_t len)
{
	const char *end = at + len, *q = memchr(at, '=', len);
	int n = 0, scale = 1000;

	if (!memchr(at, ';', len))
		return 1000;
	if (!q || q + 1 == end || (q[-1] != 'q' && q[-1] != 'Q'))
		return 0;
	for (q++; q < end && scale > 0; q++) {
		if (*q == '.')
			continue;
		if (!isdigit((unsigned char)*q))
			break;
		n += (*q - '0') * scale;
		scale /= 10;
	}
	return MIN(n, 1000);
}

const struct lang *
lang_accepted(const char *header, const struct lang *other)
{
	const struct lang *best = other, *found;
	int most = 0;

	for (const char *at = header; at && *at; at += *at == ',') {
		size_t len, tag;
		int w;

		at += strspn(at, " \t");
		len = strcspn(at, ",");
		tag = strcspn(at, ",;- \t"); /* de-AT is German */
		w = weight(at, len);
		if (w > most && find(at, tag, &found)) {
			most = w;
			best = found;
		}
		at += len;
	}
	return best;
}

/* ---- texts ---- */

static const struct lang_catalogue *
catalogue(const struct lang *lang)
{
	for (size_t i = 0; lang && i < lang_catalogues_n; i++)
		if (strcmp(lang_catalogues[i].code, lang->code) == 0)
			return &lang_catalogues[i];
	return NULL;
}

static const char *
look_up(const struct lang_catalogue *c, uint64_t key)
{
	size_t low = 0, high = lang_keys_n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (lang_keys[mid] == key)
			return c->at[mid] ? c->texts + c->at[mid] : NULL;
		if (lang_keys[mid] < key)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const char *
lang_text_of(const struct lang *lang, uint64_t key, const char *text)
{
	const struct lang_catalogue *c = catalogue(lang);
	const char *found = c ? look_up(c, key) : NULL;

	return found ? found : text;
}

const char *
lang_text(const struct lang *lang, const char *text)
{
	return lang && text ? lang_text_of(lang, lang_key(text), text) : text;
}

const char *
lang_plural(const struct lang *lang, const char *one, const char *many, int64_t n)
{
	const struct lang_catalogue *c = catalogue(lang);
	const char *found = c ? look_up(c, lang_key(one)) : NULL;
	bool single = c && c->plurals == PLURAL_ABOVE_ONE ? n >= -1 && n <= 1 : n == 1;

	if (!found)
		return single ? one : many;
	return single ? found : found + strlen(found) + 1;
}

/* ---- numbers ---- */

void
lang_add_number(const struct lang *lang, int64_t n, struct str *out)
{
	char digits[24];
	size_t len = (size_t)snprintf(digits, sizeof(digits), "%lld", (long long)n), minus = n < 0;

	for (size_t i = 0; i < len; i++) {
		if (i > minus && (len - i) % 3 == 0)
			str_add(out, or_english(lang)->group);
		str_addc(out, digits[i]);
	}
}

void
lang_add_percent(const struct lang *lang, int64_t n, struct str *out)
{
	lang_add_number(lang, n, out);
	str_add(out, or_english(lang)->share);
}

/* A text of base/size.h in the language's way of writing it. */
static void
add_size_text(const struct lang *lang, const char *text, struct str *out)
{
	for (; *text; text++) {
		if (*text == '.')
			str_addc(out, lang->point);
		else if (*text == ' ')
			str_add(out, lang->gap);
		else
			str_addc(out, *text == 'B' ? lang->byte : *text);
	}
}

void
lang_add_size(const struct lang *lang, int64_t bytes, struct str *out)
{
	CLEANUP(str_release) struct str s = STR_INIT;

	if (!lang) {
		size_human(bytes, out);
		return;
	}
	size_human(bytes, &s);
	add_size_text(lang, str_text(&s), out);
}

static void
add_day(const struct lang *lang, const char *iso, struct str *out)
{
	for (const char *at = or_english(lang)->date; *at; at++) {
		if (*at == 'Y')
			str_addn(out, iso, 4);
		else if (*at == 'M')
			str_addn(out, iso + 5, 2);
		else if (*at == 'D')
			str_addn(out, iso + 8, 2);
		else
			str_addc(out, *at);
	}
}

void
lang_add_written(const struct lang *lang, const char *iso, struct str *out)
{
	add_day(lang, iso, out);
	str_addc(out, ' ');
	str_addn(out, iso + 11, 5);
}

void
lang_add_date(const struct lang *lang, int64_t t, struct str *out)
{
	CLEANUP(str_release) struct str s = STR_INIT;

	clock_rfc3339(t, &s);
	lang_add_written(lang, str_text(&s), out);
}

void
lang_add_day(const struct lang *lang, int64_t t, struct str *out)
{
	CLEANUP(str_release) struct str s = STR_INIT;

	clock_rfc3339(t, &s);
	add_day(lang, str_text(&s), out);
}

/* ---- sizes in boxes ---- */

static const char *
is_size(const char *text)
{
	const char *unit = text + strspn(text, "0123456789.,");

	return unit > text && strspn(unit, " BKMGTPo") == strlen(unit) ? unit : NULL;
}

const char *
lang_size_out(const struct lang *lang, const char *text, struct arena *arena)
{
	CLEANUP(str_release) struct str s = STR_INIT;

	if (!lang || !text)
		return text;
	if (!is_size(text))
		return lang_text(lang, text);
	add_size_text(lang, text, &s);
	return arena_strdup(arena, str_text(&s));
}

/* Letters of units and the word for no limit count whatever their case; a gap is any blank. */
const char *
lang_size_in(const struct lang *lang, const char *text, struct arena *arena)
{
	CLEANUP(str_release) struct str s = STR_INIT;
	const char *none = lang_text(lang, "unlimited");

	if (!lang || !text)
		return text;
	for (const char *at = text; *at; at++) {
		size_t blank = strncmp(at, NBSP, 2) == 0 ? 2
		    : strncmp(at, NARROW_NBSP, 3) == 0   ? 3
							 : 0;

		if (blank > 0) {
			str_addc(&s, ' ');
			at += blank - 1;
		} else if (*at == lang->point) {
			str_addc(&s, '.');
		} else if (tolower((unsigned char)*at) == lang->byte) {
			str_addc(&s, 'B');
		} else {
			str_addc(&s, *at);
		}
	}
	text += strspn(text, " ");
	return strcasecmp(text, none) == 0 ? "unlimited" : arena_strdup(arena, str_text(&s));
}
