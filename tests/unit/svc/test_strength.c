/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How hard passwords are to guess: only what must hold whatever the dictionaries. */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "svc/strength.h"

static void
test_order(void **state)
{
	(void)state;
	assert_int_equal(strength_of("", NULL), 0);
	assert_int_equal(strength_of("password", NULL), 0);
	assert_true(strength_of("qwertyuiop", NULL) <= 1);
	assert_true(strength_of("20.11.1984", NULL) <= 2);
	assert_int_equal(strength_of("gh7$Kq!v2Zp0xWm", NULL), STRENGTH_MAX);
	assert_true(strength_of("tr0ub4dour", NULL) < strength_of("tr0ub4dour vexing shale 88", NULL));
}

static void
test_words_of_its_owner(void **state)
{
	const char *words[] = { "anna.berg@example.com", "zyxquvwanna", NULL };

	(void)state;
	assert_true(strength_of("zyxquvwanna", words) < strength_of("zyxquvwanna", NULL));
}

static void
test_common(void **state)
{
	const char *const first[] = { "12345678", "password1", "Passw0rd!", "qwertyuiop", "1q2w3e4r",
		"iloveyou", "aaaaaaaa", "letmein1", "football1", "87654321", "changeme" };
	const char *words[] = { "zyxquvwanna", NULL };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(first); i++)
		assert_true(strength_is_common(first[i], NULL));
	assert_true(strength_is_common("Zyxquvwanna1", words));
	assert_false(strength_is_common("Zyxquvwanna1", NULL));
	assert_false(strength_is_common("gh7$Kq!v", NULL));
	assert_false(strength_is_common("three small grey boats", words));
}

static void
test_anything(void **state)
{
	char text[5000];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_true(strength_of(text, NULL) >= 0);
	for (int i = 1; i < 256; i++) {
		memset(text, i, 40);
		text[40] = '\0';
		assert_true(strength_of(text, NULL) <= STRENGTH_MAX);
	}
	assert_non_null(strength_text(-1));
	assert_string_equal(strength_text(STRENGTH_MAX + 1), strength_text(STRENGTH_MAX));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_words_of_its_owner),
		cmocka_unit_test(test_common),
		cmocka_unit_test(test_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
