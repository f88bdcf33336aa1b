/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Escape sinks of struct str. Each walks its input once and copies runs of harmless bytes; what needs care in which language is one table
 * of bits, so the common byte costs one look-up.
 */
#include "base/base.h"

#include "base/csv.h"
#include "base/str.h"
#include "base/utf8.h"

enum {
	CARE_HTML = 1,
	CARE_JSON = 2,
	CARE_LOG = 4,
	PLAIN_URL = 8, /* the other way round: unreserved */
};

#define REPLACEMENT "\xef\xbf\xbd"

/* clang-format off */
#define ALL (CARE_HTML | CARE_JSON | CARE_LOG)
#define X4(v) v, v, v, v
#define X16(v) X4(v), X4(v), X4(v), X4(v)
static const unsigned char care[256] = {
	[0] = X4(ALL), X4(ALL), ALL,
	['\t'] = CARE_JSON | CARE_LOG, ['\n'] = CARE_JSON | CARE_LOG,
	[11] = X16(ALL), X4(ALL), ALL,
	['"'] = ALL, ['&'] = CARE_HTML, ['<'] = CARE_HTML | CARE_JSON, ['>'] = CARE_HTML, ['\''] = CARE_HTML,
	['\\'] = CARE_JSON | CARE_LOG,
	['-'] = PLAIN_URL, ['.'] = PLAIN_URL, ['_'] = PLAIN_URL, ['~'] = PLAIN_URL,
	['0'] = X4(PLAIN_URL), X4(PLAIN_URL), PLAIN_URL, PLAIN_URL,
	['A'] = X16(PLAIN_URL), X4(PLAIN_URL), X4(PLAIN_URL), PLAIN_URL, PLAIN_URL,
	['a'] = X16(PLAIN_URL), X4(PLAIN_URL), X4(PLAIN_URL), PLAIN_URL, PLAIN_URL,
	[127] = ALL, X16(ALL), X16(ALL), X16(ALL), X16(ALL), X16(ALL), X16(ALL), X16(ALL), X16(ALL),
};
/* clang-format on */

typedef void (*special)(struct str *s, uint32_t cp, const char *p, size_t len);

/* Copies text, giving every special character to its language; len 0 says that p is no UTF-8. A NUL is special everywhere, so runs end there. */
static void
escape(struct str *s, const char *text, unsigned char mask, special put)
{
	const char *run = text, *p = text;

	for (;;) {
		uint32_t cp = 0;
		size_t len;

		while (!(care[(unsigned char)*p] & mask))
			p++;
		str_addn(s, run, (size_t)(p - run));
		if (!*p)
			return;
		len = utf8_next(p, strnlen(p, 4), &cp);
		put(s, cp, p, len);
		p += len ? len : 1;
		run = p;
	}
}

static void
put_html(struct str *s, uint32_t cp, const char *p, size_t len)
{
	if (cp == '&')
		STR_LIT(s, "&amp;");
	else if (cp == '<')
		STR_LIT(s, "&lt;");
	else if (cp == '>')
		STR_LIT(s, "&gt;");
	else if (cp == '"')
		STR_LIT(s, "&quot;");
	else if (cp == '\'')
		STR_LIT(s, "&#39;");
	else if (len == 0 || cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
		STR_LIT(s, REPLACEMENT);
	else
		str_addn(s, p, len);
}

void
str_add_html(struct str *s, const char *text)
{
	if (text)
		escape(s, text, CARE_HTML, put_html);
}

static void
put_json(struct str *s, uint32_t cp, const char *p, size_t len)
{
	if (len == 0)
		STR_LIT(s, REPLACEMENT);
	else if (cp == '"')
		STR_LIT(s, "\\\"");
	else if (cp == '\\')
		STR_LIT(s, "\\\\");
	else if (cp == '\n')
		STR_LIT(s, "\\n");
	else if (cp == '<')
		STR_LIT(s, "\\u003c");
	else if (utf8_is_control(cp) || utf8_is_turn(cp))
		str_addf(s, "\\u%04x", (unsigned)cp);
	else
		str_addn(s, p, len);
}

void
str_add_json(struct str *s, const char *text)
{
	if (!text) {
		STR_LIT(s, "null");
		return;
	}
	str_addc(s, '"');
	escape(s, text, CARE_JSON, put_json);
	str_addc(s, '"');
}

void
str_add_url(struct str *s, const char *text)
{
	static const char hex[] = "0123456789ABCDEF";

	for (const unsigned char *p = (const unsigned char *)text; p && *p; p++) {
		if (care[*p] & PLAIN_URL) {
			str_addc(s, (char)*p);
		} else {
			const char out[3] = { '%', hex[*p >> 4], hex[*p & 15] };

			str_addn(s, out, sizeof(out));
		}
	}
}

/* Line breaks are part of a cell; bytes that are not UTF-8 are replaced, since nobody could read the file back. */
static void
put_csv(struct str *s, uint32_t cp, const char *p, size_t len)
{
	if (len == 0)
		STR_LIT(s, REPLACEMENT);
	else if (cp == '"')
		STR_LIT(s, "\"\"");
	else
		str_addn(s, p, len);
}

void
str_add_csv(struct str *s, const char *text)
{
	text = text ? text : "";
	str_addc(s, '"');
	if (csv_needs_guard(text))
		str_addc(s, '\'');
	escape(s, text, CARE_JSON, put_csv);
	str_addc(s, '"');
}

static void
put_log(struct str *s, uint32_t cp, const char *p, size_t len)
{
	if (len == 0 || cp == '"' || cp == '\\' || utf8_is_control(cp) || utf8_is_turn(cp)) {
		for (size_t i = 0; i < (len ? len : 1); i++)
			str_addf(s, "\\x%02x", (unsigned)(unsigned char)p[i]);
	} else {
		str_addn(s, p, len);
	}
}

void
str_add_log(struct str *s, const char *text)
{
	bool quoted;

	text = text ? text : "";
	quoted = !*text || strchr(text, ' ') || strchr(text, '=');
	if (quoted)
		str_addc(s, '"');
	escape(s, text, CARE_LOG, put_log);
	if (quoted)
		str_addc(s, '"');
}
