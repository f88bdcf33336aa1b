/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was sealed opens for its secret and name alone, and only whole. */
#include "base/base.h"

#include "base/sealbox.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define SECRET "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define OTHER "10112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void
test_round(void **state)
{
	static const char *const texts[] = { "", "x", "address,password\r\n\xc3\xa4" };
	char key[SEALBOX_KEY_MAX], again[SEALBOX_KEY_MAX];

	(void)state;
	sealbox_key(SECRET, "import 1", key);
	sealbox_key(SECRET, "import 1", again);
	assert_string_equal(key, again);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct str sealed = STR_INIT, open = STR_INIT;

		assert_true(sealbox_seal(key, texts[i], strlen(texts[i]), &sealed));
		assert_true(strlen(texts[i]) < 8 ||
		    !strstr(str_text(&sealed), texts[i])); /* one letter may be there by chance */
		assert_true(sealbox_open(SECRET, "import 1", str_text(&sealed), &open));
		assert_string_equal(str_text(&open), texts[i]);
		str_release(&sealed);
		str_release(&open);
	}
}

static void
test_others(void **state)
{
	struct str sealed = STR_INIT, open = STR_INIT;
	char key[SEALBOX_KEY_MAX];

	(void)state;
	sealbox_key(SECRET, "import 1", key);
	assert_true(sealbox_seal(key, "secret", 6, &sealed));
	assert_false(sealbox_open(OTHER, "import 1", str_text(&sealed), &open));
	assert_false(sealbox_open(SECRET, "import 2", str_text(&sealed), &open));
	assert_false(sealbox_open(SECRET, "import 1", "", &open));
	assert_false(sealbox_open(SECRET, "import 1", "no base64!", &open));
	sealed.data[10] = sealed.data[10] == 'A' ? 'B' : 'A';
	assert_false(sealbox_open(SECRET, "import 1", str_text(&sealed), &open));
	assert_int_equal(open.len, 0);
	assert_false(sealbox_seal("", "x", 1, &sealed));
	assert_false(sealbox_seal("AAAA", "x", 1, &sealed));
	str_release(&sealed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_round),
		cmocka_unit_test(test_others) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
