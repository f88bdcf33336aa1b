/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Header values and bodies of mail. The surprising thing: a name that holds only letters and blanks stays as it is, all else becomes encoded words, because that
 * is one way of quoting instead of two.
 */
#include "base/base.h"

#include "base/clock.h"
#include "base/str.h"
#include "base/utf8.h"
#include "ext/mime.h"

#include <sodium.h>

#define LINE 76      /* RFC 2047: longest line with an encoded word */
#define PIECE 42     /* bytes that become one encoded word of at most 68 columns */
#define PLAIN_MAX 60 /* longer plain text is folded by being encoded */

const char *
mime_refuse(const char *text, size_t len)
{
	if (len > MIME_TEXT_MAX)
		return N_("is too long for a mail's header");
	if (strlen(text) != len)
		return N_("holds a NUL");
	for (size_t at = 0; at < len;) {
		uint32_t cp = 0;
		size_t n = utf8_next(text + at, len - at, &cp);

		if (n == 0)
			return N_("is not UTF-8");
		if (utf8_is_control(cp))
			return N_("holds a line break or another control character");
		at += n;
	}
	return NULL;
}

/* Letters, digits, blanks and harmless marks: fit for a header without any quoting. */
static bool
is_plain(const char *text)
{
	size_t len = strlen(text);

	return len <= PLAIN_MAX && (len == 0 || (text[0] != ' ' && text[len - 1] != ' ')) &&
	    strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -+_/!'") == len;
}

/* The same for a subject, where more is plain. */
static bool
is_subject(const char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	return len > 0 && len <= PLAIN_MAX && text[0] != ' ' && text[len - 1] != ' ' &&
	    !strstr(text, "=?");
}

/* How many bytes of the text fit into one word without cutting a character. */
static size_t
piece(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len) {
		size_t one = utf8_next(text + n, len - n, NULL);

		one = one > 0 ? one : 1;
		if (n + one > PIECE)
			break;
		n += one;
	}
	return n;
}

static void
add_encoded(struct str *out, const char *text, size_t used)
{
	char word[sodium_base64_ENCODED_LEN(PIECE, sodium_base64_VARIANT_ORIGINAL)];
	size_t len = strlen(text);

	for (size_t at = 0; at < len;) {
		size_t n = piece(text + at, len - at);

		sodium_bin2base64(word, sizeof(word), (const unsigned char *)text + at, n,
		    sodium_base64_VARIANT_ORIGINAL);
		if (at > 0 ||
		    used + strlen(word) +
			    sizeof("=?UTF-8?B?"
				   "?=") >
			LINE)
			STR_LIT(out, "\r\n ");
		str_addf(out, "=?UTF-8?B?%s?=", word);
		used = 0;
		at += n;
	}
}

void
mime_add_text(struct str *out, const char *text, size_t used)
{
	if (is_subject(text))
		str_add(out, text);
	else
		add_encoded(out, text, used);
}

void
mime_add_mailbox(struct str *out, const char *name, const char *address, size_t used)
{
	if (!name || !*name) {
		str_add(out, address);
		return;
	}
	if (is_plain(name))
		str_add(out, name);
	else
		add_encoded(out, name, used);
	if (!is_plain(name) || used + strlen(name) + strlen(address) + sizeof(" <>") > LINE)
		STR_LIT(out, "\r\n");
	str_addf(out, " <%s>", address);
}

/* As it is, unless it is at the end of a line (blanks get lost) or at its beginning (dots mean something to SMTP). */
static bool
is_quotable(const char *at, size_t column)
{
	char c = *at;

	if (c == ' ' || c == '\t')
		return at[1] != '\n' && at[1] != '\0';
	return c > ' ' && c <= '~' && c != '=' && (c != '.' || column > 0);
}

void
mime_add_quoted(struct str *out, const char *text)
{
	size_t column = 0;

	for (const char *at = text; *at; at++) {
		bool plain = is_quotable(at, column);

		if (*at == '\n') {
			STR_LIT(out, "\r\n");
			column = 0;
			continue;
		}
		if (column + (plain ? 1 : 3) > LINE - 1) {
			STR_LIT(out, "=\r\n");
			column = 0;
			plain = is_quotable(at, column);
		}
		if (plain)
			str_addc(out, *at);
		else
			str_addf(out, "=%02X", (unsigned)(unsigned char)*at);
		column += plain ? 1 : 3;
	}
	if (column > 0)
		STR_LIT(out, "\r\n");
}

void
mime_add_date(struct str *out, int64_t t)
{
	char date[30];

	clock_http_date(t, date);
	str_addn(out, date, strlen(date) - strlen("GMT"));
	STR_LIT(out, "+0000");
}
