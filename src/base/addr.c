/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Addresses and domain names (RFC 5321 4.1.2 and 4.5.3.1, RFC 5890). Everything here ends in the one canonical text that is stored and looked up.
 *
 * The surprising thing: a canonical ASCII domain, which is nearly every one, never sees libidn2; the rest is mapped by it, turned into A-labels and then
 * checked by the same code, so that both ways accept the same names.
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/utf8.h"

#include <ctype.h>
#include <idn2.h>
#include <strings.h>

#define LABEL_MAX 63

/* Not <ctype.h>: what is a letter in an address does not depend on the locale. */
static bool
is_letter(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_letter_digit(unsigned char c)
{
	return is_letter(c) || (c >= '0' && c <= '9');
}

static bool
local_char(unsigned char c, bool odd)
{
	return is_letter_digit(c) || (c && strchr("_-+=~^'", c)) ||
	    (odd && c && strchr(ADDR_ODD_CHARS, c));
}

static const char *
local_parse(const char *text, bool odd, char ret_local[ADDR_LOCAL_MAX + 1])
{
	char local[ADDR_LOCAL_MAX + 1];
	size_t n = strlen(text);

	if (n == 0)
		return N_("The part before the @ is missing.");
	if (n > ADDR_LOCAL_MAX)
		return N_("The part before the @ has at most 64 characters.");
	if (text[0] == '-')
		return N_("The part before the @ cannot start with a hyphen.");
	if (text[0] == '.' || text[n - 1] == '.' || strstr(text, ".."))
		return N_("Dots stand only between other characters, one at a time.");
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= 0x80)
			return N_("The part before the @ takes only ASCII characters.");
		if (c != '.' && !local_char(c, odd))
			return N_("The part before the @ takes letters, digits and . _ - + = ~ ^ ' "
				  "only.");
		local[i] = (char)tolower(c);
	}
	memcpy(ret_local, local, n);
	ret_local[n] = '\0';
	return NULL;
}

const char *
addr_local_parse(const char *text, char ret_local[ADDR_LOCAL_MAX + 1])
{
	return local_parse(text, false, ret_local);
}

const char *
addr_local_parse_odd(const char *text, char ret_local[ADDR_LOCAL_MAX + 1])
{
	return local_parse(text, true, ret_local);
}

/* Length of the label at p if it is well formed (LDH, no hyphen at its ends), else 0. */
static size_t
label_length(const char *p)
{
	size_t n = 0;

	while (is_letter_digit((unsigned char)p[n]) || p[n] == '-')
		n++;
	if (n == 0 || n > LABEL_MAX || p[0] == '-' || p[n - 1] == '-' || (p[n] && p[n] != '.'))
		return 0;
	return n;
}

/* The form of a lower-case ASCII name: two labels at least, the last one not a number. */
static const char *
domain_check(const char *text)
{
	size_t labels = 0, n = 0;
	const char *p = text;
	bool alpha = false;

	if (strlen(text) > ADDR_DOMAIN_MAX)
		return N_("A domain name has at most 253 characters.");
	for (;; p += n + 1) {
		if ((n = label_length(p)) == 0)
			return N_("This is not a domain name.");
		labels++;
		if (!p[n])
			break;
	}
	for (size_t i = 0; i < n; i++)
		alpha = alpha || is_letter((unsigned char)p[i]);
	if (labels < 2)
		return N_("A domain name has at least one dot, such as example.com.");
	return alpha ? NULL : N_("This is not a domain name.");
}

/* Does the ASCII name need no mapping at all? */
static bool
domain_is_plain(const char *text)
{
	for (const char *p = text; *p; p++)
		if ((unsigned char)*p >= 0x80)
			return false;
	if (strncasecmp(text, "xn--", 4) == 0)
		return false;
	for (const char *dot = text; (dot = strchr(dot, '.')); dot++)
		if (strncasecmp(dot + 1, "xn--", 4) == 0)
			return false;
	return true;
}

/* Blanks of other scripts: the mapping would drop them without a word. */
static bool
has_blank(const char *text)
{
	static const uint32_t blanks[] = { 0xa0, 0x1680, 0x202f, 0x205f, 0x3000 };
	size_t n = strlen(text), step;
	uint32_t cp = 0;

	for (; n > 0 && (step = utf8_next(text, n, &cp)) > 0; text += step, n -= step) {
		if (cp >= 0x2000 && cp <= 0x200a)
			return true;
		for (size_t i = 0; i < ARRAY_LEN(blanks); i++)
			if (cp == blanks[i])
				return true;
	}
	return false;
}

/* Maps to A-labels and back once, so that an A-label that stands for nothing, or for another name, is refused. */
static const char *
domain_map(const char *text, char ret[ADDR_DOMAIN_MAX + 1])
{
	const int flags = IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL | IDN2_USE_STD3_ASCII_RULES;
	char *ascii = NULL, *unicode = NULL, *again = NULL;
	const char *fault = N_("This is not a valid internationalised domain name.");

	if (idn2_to_ascii_8z(text, &ascii, flags) == IDN2_OK && strlen(ascii) <= ADDR_DOMAIN_MAX &&
	    idn2_to_unicode_8z8z(ascii, &unicode, 0) == IDN2_OK &&
	    idn2_to_ascii_8z(unicode, &again, flags) == IDN2_OK && strcasecmp(ascii, again) == 0) {
		size_t n = strlen(ascii);

		for (size_t i = 0; i <= n; i++)
			ret[i] = (char)tolower((unsigned char)ascii[i]);
		fault = NULL;
	}
	idn2_free(ascii);
	idn2_free(unicode);
	idn2_free(again);
	return fault;
}

const char *
addr_domain_parse(const char *text, char ret_domain[ADDR_DOMAIN_MAX + 1])
{
	char name[ADDR_DOMAIN_MAX + 1] = { 0 };
	size_t n = strlen(text);
	const char *fault;

	if (n == 0)
		return N_("The domain is missing.");
	if (n > 4 * ADDR_DOMAIN_MAX)
		return N_("A domain name has at most 253 characters.");
	if (text[n - 1] == '.')
		return N_("A domain name here ends without a dot.");
	if (has_blank(text))
		return N_("This is not a domain name.");
	if (!domain_is_plain(text)) {
		if ((fault = domain_map(text, name)))
			return fault;
	} else if (n > ADDR_DOMAIN_MAX) {
		return N_("A domain name has at most 253 characters.");
	} else {
		for (size_t i = 0; i <= n; i++)
			name[i] = (char)tolower((unsigned char)text[i]);
	}
	if ((fault = domain_check(name)))
		return fault;
	memcpy(ret_domain, name, strlen(name) + 1);
	return NULL;
}

const char *
addr_parse(const char *text, enum addr_flags flags, struct addr *ret)
{
	const char *at = strrchr(text, '@');
	struct addr a = { 0 };
	char local[ADDR_LOCAL_MAX + 2];
	const char *fault;
	size_t n;

	if (!at || strchr(text, '@') != at)
		return N_("An address looks like name@example.com.");
	n = (size_t)(at - text);
	if (n == 0 && !(flags & ADDR_CATCH_ALL))
		return N_("The part before the @ is missing.");
	if (n > ADDR_LOCAL_MAX)
		return N_("The part before the @ has at most 64 characters.");
	memcpy(local, text, n);
	local[n] = '\0';
	if (n > 0 && (fault = local_parse(local, flags & ADDR_ODD, a.local)))
		return fault;
	if ((fault = addr_domain_parse(at + 1, a.domain)))
		return fault;
	if (strlen(a.local) + 1 + strlen(a.domain) > ADDR_MAX)
		return N_("An address has at most 254 characters.");
	n = strlen(a.local);
	memcpy(a.full, a.local, n);
	a.full[n] = '@';
	memcpy(a.full + n + 1, a.domain, strlen(a.domain) + 1);
	*ret = a;
	return NULL;
}

const char *
addr_display(const char *canonical, char *buf, size_t n)
{
	const char *at = strrchr(canonical, '@');
	const char *domain = at ? at + 1 : canonical;
	char *unicode = NULL;
	const char *shown = canonical;

	if (strstr(domain, "xn--") && idn2_to_unicode_8z8z(domain, &unicode, 0) == IDN2_OK &&
	    (size_t)(domain - canonical) + strlen(unicode) < n) {
		(void)snprintf(buf, n, "%.*s%s", (int)(domain - canonical), canonical, unicode);
		shown = buf;
	}
	idn2_free(unicode);
	return shown;
}
