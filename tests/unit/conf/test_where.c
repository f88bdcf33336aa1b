/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the panel is: what is taken for its address, and for what proxies do with its path. */
#include "base/base.h"

#include "conf/conf_int.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
test_where(void **state)
{
	static const struct {
		const char *(*check)(const char *text);
		const char *value;
		bool ok;
	} cases[] = {
		{ conf_check_public_url, "", true },
		{ conf_check_public_url, "https://mail.example.com", true },
		{ conf_check_public_url, "https://mail.example.com:8443/admin", true },
		{ conf_check_public_url, "http://[::1]:8080", true },
		{ conf_check_public_url, "https://mail.example.com/", false },
		{ conf_check_public_url, "ftp://mail.example.com", false },
		{ conf_check_public_url, "https://user@mail.example.com", false },
		{ conf_check_public_url, "https://mail.example.com/a?b", false },
		{ conf_check_public_url, "https://mail.example.com/../x", false },
		{ conf_check_public_url, "https://", false },
		{ conf_check_public_url, "https://mail.example.com/apiary", true },
		{ conf_check_public_url, "https://mail.example.com/api", false },
		{ conf_check_public_url, "https://mail.example.com/s", false },
		{ conf_check_prefix, "kept", true },
		{ conf_check_prefix, "stripped", true },
		{ conf_check_prefix, "", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if ((cases[i].check(cases[i].value) == NULL) != cases[i].ok)
			fail_msg("%s", cases[i].value);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_where) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
