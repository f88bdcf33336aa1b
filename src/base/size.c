/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sizes as text. Arithmetic is exact: a fraction must come out as whole bytes, and what does not fit int64_t is refused, never cut. */
#include "base/base.h"

#include "base/size.h"
#include "base/str.h"

#include <ctype.h>
#include <strings.h>

static const char unit_letters[] = "BKMGTP";

#define SIZE_HINT N_("Enter a size such as 500 MB, 5 GB or unlimited.")

/* Bytes in the unit named by the rest of the text; 0 if it names none. */
static int64_t
unit_of(const char *text, int64_t bare_unit)
{
	char name[4] = "";
	size_t n = 0;

	for (; *text; text++) {
		if (*text == ' ')
			continue;
		if (n + 1 >= sizeof(name))
			return 0;
		name[n++] = *text;
	}
	if (n == 0)
		return bare_unit;
	for (size_t i = 0; unit_letters[i]; i++) {
		char with_b[3] = { unit_letters[i], i ? 'B' : '\0', '\0' };
		char with_ib[4] = { unit_letters[i], 'i', 'B', '\0' };

		if ((n == 1 && toupper((unsigned char)name[0]) == unit_letters[i]) ||
		    strcasecmp(name, with_b) == 0 || (i && strcasecmp(name, with_ib) == 0))
			return INT64_C(1) << (10 * i);
	}
	return 0;
}

/* number = whole + fraction / scale; how many digits stand behind the point decides scale. */
struct number {
	int64_t whole, fraction, scale;
};

static const char *
read_number(const char *p, struct number *ret)
{
	*ret = (struct number){ 0, 0, 1 };
	if (!isdigit((unsigned char)*p))
		return NULL;
	for (; isdigit((unsigned char)*p); p++)
		if (__builtin_mul_overflow(ret->whole, 10, &ret->whole) ||
		    __builtin_add_overflow(ret->whole, *p - '0', &ret->whole))
			return NULL;
	if (*p != '.')
		return p;
	if (!isdigit((unsigned char)*++p))
		return NULL;
	for (; isdigit((unsigned char)*p); p++) {
		if (ret->scale > 100000000)
			return NULL;
		ret->fraction = ret->fraction * 10 + (*p - '0');
		ret->scale *= 10;
	}
	return p;
}

const char *
size_parse(const char *text, int64_t bare_unit, int64_t *ret_bytes)
{
	struct number n;
	const char *rest;
	int64_t unit, bytes, part;

	while (*text == ' ')
		text++;
	if (!*text || strcasecmp(text, "unlimited") == 0) {
		*ret_bytes = 0;
		return NULL;
	}
	if (!(rest = read_number(text, &n)) || (unit = unit_of(rest, bare_unit)) == 0)
		return SIZE_HINT;
	if (__builtin_mul_overflow(n.whole, unit, &bytes) ||
	    __builtin_mul_overflow(n.fraction, unit, &part))
		return N_("That size is too large.");
	if (part % n.scale != 0)
		return N_("That size is not a whole number of bytes.");
	if (__builtin_add_overflow(bytes, part / n.scale, &bytes))
		return N_("That size is too large.");
	*ret_bytes = bytes;
	return NULL;
}

static void
add_unit(struct str *out, size_t i)
{
	str_addc(out, ' ');
	str_addc(out, unit_letters[i]);
	if (i > 0)
		str_addc(out, 'B');
}

void
size_exact(int64_t bytes, struct str *out)
{
	size_t i = 0;

	while (bytes != 0 && i < sizeof(unit_letters) - 2 && bytes % 1024 == 0) {
		bytes /= 1024;
		i++;
	}
	str_addi(out, bytes);
	add_unit(out, i);
}

void
size_human(int64_t bytes, struct str *out)
{
	int64_t tenths;
	size_t i = 0;

	while (i < sizeof(unit_letters) - 2 && bytes >= INT64_C(1024) << (10 * i))
		i++;
	/* whole and tenths apart, so that nothing overflows */
	tenths = (bytes >> (10 * i)) * 10 +
	    (((bytes & ((INT64_C(1) << (10 * i)) - 1)) >> (i ? 10 * (i - 1) : 0)) * 10 + 512) / 1024;
	if (i == 0)
		tenths = bytes * 10;
	str_addi(out, tenths / 10);
	if (tenths % 10) {
		str_addc(out, '.');
		str_addi(out, tenths % 10);
	}
	add_unit(out, i);
}
