/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Header values and bodies of mail: nothing ends a header early, all lines are short and ASCII, and what is encoded can be read back. */
#include "base/base.h"

#include "base/str.h"
#include "ext/mime.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>

#include <cmocka.h>

static void
test_refused(void **state UNUSED)
{
	static const char *const bad[] = { "a\rb", "a\nBcc: x@example.com", "a\r\nb", "a\tb",
		"a\x7f", "\xff", "a\xe2\x80\xa8z" };

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_non_null(mime_refuse(bad[i], strlen(bad[i])));
	assert_non_null(mime_refuse("a\0b", 3));
	assert_null(mime_refuse("", 0));
	assert_null(mime_refuse("J\xc3\xb6rg, 100 %", strlen("J\xc3\xb6rg, 100 %")));
}

static void
test_too_long(void **state UNUSED)
{
	char text[MIME_TEXT_MAX + 2];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_non_null(mime_refuse(text, MIME_TEXT_MAX + 1));
	text[MIME_TEXT_MAX] = '\0';
	assert_null(mime_refuse(text, MIME_TEXT_MAX));
}

static void
test_plain_stays(void **state UNUSED)
{
	CLEANUP(str_release) struct str s = STR_INIT;

	mime_add_text(&s, "Settings for your mailbox on example.com", 9);
	assert_string_equal(str_text(&s), "Settings for your mailbox on example.com");
	str_clear(&s);
	mime_add_mailbox(&s, "The panel", "panel@example.com", 6);
	assert_string_equal(str_text(&s), "The panel <panel@example.com>");
	str_clear(&s);
	mime_add_mailbox(&s, "", "panel@example.com", 6);
	assert_string_equal(str_text(&s), "panel@example.com");
}

/* Reads encoded words back, checking their shape on the way. */
static void
decode(const char *text, struct str *out)
{
	for (const char *at = text; *at;) {
		const char *end;
		char piece[100];
		size_t n = 0;

		assert_int_equal(strncmp(at, "=?UTF-8?B?", 10), 0);
		end = strstr(at, "?=");
		assert_non_null(end);
		assert_true(end + 2 - at <= 75);
		assert_int_equal(sodium_base642bin((unsigned char *)piece, sizeof(piece), at + 10,
				     (size_t)(end - at - 10), NULL, &n, NULL,
				     sodium_base64_VARIANT_ORIGINAL),
		    0);
		str_addn(out, piece, n);
		at = end + 2;
		if (*at) {
			assert_int_equal(strncmp(at, "\r\n ", 3), 0);
			at += 3;
		}
	}
}

static void
test_encoded(void **state UNUSED)
{
	static const char *const texts[] = { "Gr\xc3\xbc\xc3\x9f"
					     "e",
		"=?UTF-8?B?Zm9v?=", " blank in front",
		"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe3\x81\xae\xe4\xbb\xb6\xe5\x90\x8d\xe3\x81"
		"\xae\xe9\x95\xb7\xe3\x81\x84\xe4\xbb\xb6"
		"\xe5\x90\x8d\xe3\x81\xae\xe9\x95\xb7\xe3\x81\x84",
		"plain but longer than the sixty bytes up to which a subject stays as it is" };

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		CLEANUP(str_release) struct str s = STR_INIT, back = STR_INIT;

		mime_add_text(&s, texts[i], 9);
		decode(str_text(&s) + (strncmp(str_text(&s), "\r\n ", 3) == 0 ? 3 : 0), &back);
		assert_string_equal(str_text(&back), texts[i]);
	}
}

static void
expect_quoted(const char *text, const char *want)
{
	CLEANUP(str_release) struct str s = STR_INIT;

	mime_add_quoted(&s, text);
	assert_string_equal(str_text(&s), want);
}

static void
test_quoted(void **state UNUSED)
{
	expect_quoted("", "");
	expect_quoted("a = b", "a =3D b\r\n");
	expect_quoted("a \nb\t\n", "a=20\r\nb=09\r\n");
	expect_quoted(".\n..\n", "=2E\r\n=2E.\r\n");
	expect_quoted("\xc3\xbc", "=C3=BC\r\n");
	expect_quoted("a\rb", "a=0Db\r\n");
}

/* However long, no line is longer than 76 columns or begins with a dot. */
static void
test_quoted_lines(void **state UNUSED)
{
	for (size_t len = 60; len < 260; len++) {
		CLEANUP(str_release) struct str text = STR_INIT, out = STR_INIT;

		for (size_t i = 0; i < len; i++)
			str_addc(&text, i % 3 ? '.' : '=');
		mime_add_quoted(&out, str_text(&text));
		for (const char *at = str_text(&out); *at;) {
			size_t n = strcspn(at, "\r");

			assert_true(n <= 76);
			assert_int_not_equal(*at, '.');
			assert_int_equal(strncmp(at + n, "\r\n", 2), 0);
			at += n + 2;
		}
	}
}

static void
test_date(void **state UNUSED)
{
	CLEANUP(str_release) struct str s = STR_INIT;

	mime_add_date(&s, 1795428900);
	assert_string_equal(str_text(&s), "Mon, 23 Nov 2026 10:15:00 +0000");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_plain_stays),
		cmocka_unit_test(test_encoded),
		cmocka_unit_test(test_quoted),
		cmocka_unit_test(test_quoted_lines),
		cmocka_unit_test(test_date),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
