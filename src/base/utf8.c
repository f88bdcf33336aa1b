/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strict UTF-8 (RFC 3629): each lead byte has its range of second bytes, which rules out overlong forms and surrogates. */
#include "base/base.h"

#include "base/utf8.h"

static size_t
utf8_length(unsigned char lead, unsigned char *ret_low, unsigned char *ret_high)
{
	*ret_low = 0x80;
	*ret_high = 0xbf;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef) {
		*ret_low = lead == 0xe0 ? 0xa0 : 0x80;
		*ret_high = lead == 0xed ? 0x9f : 0xbf;
		return 3;
	}
	if (lead >= 0xf0 && lead <= 0xf4) {
		*ret_low = lead == 0xf0 ? 0x90 : 0x80;
		*ret_high = lead == 0xf4 ? 0x8f : 0xbf;
		return 4;
	}
	return 0;
}

size_t
utf8_next(const char *p, size_t n, uint32_t *ret_cp)
{
	const unsigned char *s = (const unsigned char *)p;
	unsigned char low, high;
	size_t len = 1;
	uint32_t cp;

	if (n == 0)
		return 0;
	cp = s[0];
	if (s[0] >= 0x80) {
		len = utf8_length(s[0], &low, &high);
		if (len == 0 || len > n || s[1] < low || s[1] > high)
			return 0;
		cp = s[0] & (0x7fU >> len);
		for (size_t i = 1; i < len; i++) {
			if ((s[i] & 0xc0) != 0x80)
				return 0;
			cp = cp << 6 | (s[i] & 0x3fU);
		}
	}
	if (ret_cp)
		*ret_cp = cp;
	return len;
}

bool
utf8_valid(const char *p, size_t n)
{
	while (n > 0) {
		size_t step = utf8_next(p, n, NULL);

		if (step == 0)
			return false;
		p += step;
		n -= step;
	}
	return true;
}

size_t
utf8_cut(const char *text, size_t max)
{
	size_t n = strnlen(text, max + 1);

	if (n <= max)
		return n;
	for (n = max; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80; n--)
		;
	return n;
}

bool
utf8_is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 || cp == 0x2029;
}

bool
utf8_is_turn(uint32_t cp)
{
	return (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
}
