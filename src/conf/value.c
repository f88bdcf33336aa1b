/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One value of the configuration: from text into its member and back. What is written is always
 * read back to the same value. It knows the table's rows, not where a text came from. Sentences
 * about faults never hold the value: it may be a secret.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/pwhash.h"
#include "base/size.h"
#include "base/str.h"
#include "conf/conf_int.h"

#include <errno.h>
#include <strings.h>

static const struct unit {
	const char *name;
	int64_t bytes;
} units[] = {
	{ "B", 1 },
	{ "KB", INT64_C(1) << 10 },
	{ "MB", INT64_C(1) << 20 },
	{ "GB", INT64_C(1) << 30 },
	{ "TB", INT64_C(1) << 40 },
};

static void *
member(const struct conf_key *k, struct conf *c)
{
	return (char *)c + k->off;
}

static const void *
member_const(const struct conf_key *k, const struct conf *c)
{
	return (const char *)c + k->off;
}

static bool
read_bool(const char *text, bool *ret)
{
	static const char *const yes[] = { "yes", "true", "on", "1" },
				 *const no[] = { "no", "false", "off", "0" };

	for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
		if (strcasecmp(text, yes[i]) == 0 || strcasecmp(text, no[i]) == 0) {
			*ret = strcasecmp(text, yes[i]) == 0;
			return true;
		}
	}
	return false;
}

/* Decimal digits with an optional minus, nothing else: no blanks, plus, hexadecimal. */
static bool
read_number(const char *text, int64_t *ret)
{
	const char *digits = text + (*text == '-');
	char *end;

	if (strspn(digits, "0123456789") != strlen(digits) || !*digits)
		return false;
	errno = 0;
	*ret = strtoll(text, &end, 10);
	return errno == 0 && !*end;
}

static bool
read_unit(const char *text, int64_t *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (strcasecmp(text, units[i].name) == 0) {
			*ret = units[i].bytes;
			return true;
		}
	}
	return false;
}

static bool
read_int(const struct conf_key *k, const char *text, int64_t *ret)
{
	int64_t max = k->max ? k->max : INT64_MAX, v = 0;

	if (k->as == KEY_AS_UNIT)
		return read_unit(text, ret);
	if (k->as == KEY_AS_BYTES ? !*text || size_parse(text, 1, &v) != NULL : !read_number(text, &v))
		return false;
	if (v < k->min || v > max)
		return false;
	*ret = v;
	return true;
}

static const char *
read_text(const struct conf_key *k, const char *text, const char **ret, struct arena *arena)
{
	size_t len = strlen(text), max = k->max ? (size_t)k->max : CONF_TEXT_MAX;
	const char *expected;

	if (len < (size_t)k->min || len > max)
		return conf_value_expect(k, arena);
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return "text without control characters";
	}
	if (k->check && (expected = k->check(text)) != NULL)
		return expected;
	*ret = arena_strdup(arena, text);
	return NULL;
}

const char *
conf_value_read(const struct conf_key *k, const char *text, struct conf *c, struct arena *arena)
{
	bool ok = false;

	switch (k->type) {
	case KEY_TEXT:
		return read_text(k, text, member(k, c), arena);
	case KEY_BOOL:
		ok = read_bool(text, member(k, c));
		break;
	case KEY_INT:
		ok = read_int(k, text, member(k, c));
		break;
	case KEY_SCHEME:
		/* the fork's word for administrators' passwords; Dovecot's name for the same is BLF-CRYPT */
		ok = pw_scheme_parse(strcasecmp(text, "bcrypt") == 0 ? "BLF-CRYPT" : text, member(k, c));
		break;
	}
	return ok ? NULL : conf_value_expect(k, arena);
}

static const char *
expect_int(const struct conf_key *k, struct arena *arena)
{
	CLEANUP(str_release) struct str min = STR_INIT, max = STR_INIT;

	if (k->as == KEY_AS_UNIT)
		return "B, KB, MB, GB or TB";
	if (k->as == KEY_AS_BYTES && !k->max)
		return "a size such as 0, 500 MB or 5G";
	if (k->as == KEY_AS_BYTES) {
		size_exact(k->min, &min);
		size_exact(k->max, &max);
		return arena_printf(arena, "a size from %s to %s", str_text(&min), str_text(&max));
	}
	return arena_printf(arena, "a whole number from %lld to %lld", (long long)k->min,
	    (long long)(k->max ? k->max : INT64_MAX));
}

const char *
conf_value_expect(const struct conf_key *k, struct arena *arena)
{
	if (k->expect)
		return k->expect;
	switch (k->type) {
	case KEY_BOOL:
		return "yes or no";
	case KEY_INT:
		return expect_int(k, arena);
	case KEY_SCHEME:
		return "BLF-CRYPT, SHA512-CRYPT, SHA256-CRYPT or ARGON2ID";
	case KEY_TEXT:
		break;
	}
	return arena_printf(arena, "text of %lld to %lld bytes", (long long)k->min,
	    (long long)(k->max ? k->max : CONF_TEXT_MAX));
}

/* Outer blanks would be trimmed and a pair of quotes taken off, so such a text is put in quotes. */
static void
write_text(const char *text, struct str *out)
{
	size_t len = strlen(text);
	bool quotes = len &&
	    (text[0] == ' ' || text[len - 1] == ' ' ||
		(len > 1 && text[0] == '"' && text[len - 1] == '"'));

	if (quotes)
		str_addc(out, '"');
	str_add(out, text);
	if (quotes)
		str_addc(out, '"');
}

static void
write_int(const struct conf_key *k, int64_t v, struct str *out)
{
	if (k->as == KEY_AS_BYTES) {
		size_exact(v, out);
		return;
	}
	for (size_t i = 0; k->as == KEY_AS_UNIT && i < ARRAY_LEN(units); i++) {
		if (units[i].bytes == v) {
			str_add(out, units[i].name);
			return;
		}
	}
	str_addi(out, v);
}

void
conf_value_write(const struct conf_key *k, const struct conf *c, struct str *out)
{
	const void *m = member_const(k, c);

	switch (k->type) {
	case KEY_TEXT:
		write_text(*(const char *const *)m, out);
		break;
	case KEY_BOOL:
		str_add(out, *(const bool *)m ? "yes" : "no");
		break;
	case KEY_INT:
		write_int(k, *(const int64_t *)m, out);
		break;
	case KEY_SCHEME:
		str_add(out, pw_scheme_name(*(const enum pw_scheme *)m));
		break;
	}
}
