/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of the plugins' keys: what is taken, and what comes out of it. */
#include "base/base.h"

#include "base/arena.h"
#include "conf/conf.h"
#include "conf/plugins.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
test_access_check(void **state)
{
	static const struct {
		const char *text;
		bool ok;
	} cases[] = {
		{ "IMAP", true },
		{ "SMTP = Sending mail , IMAP=, X-1", true },
		{ "", false },
		{ "IMAP,,SMTP", false },
		{ "imap", false },
		{ "IMAP, IMAP=again", false },
		{ "ALL", false },
		{ "NONE", false },
		{ "A B", false },
		{ "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA,BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB,"
		  "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC,D",
		    true },
		{ "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA,BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB,"
		  "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC,DD",
		    false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if ((conf_check_access_types(cases[i].text) == NULL) != cases[i].ok)
			fail_msg("%s", cases[i].text);
}

static void
test_access_types(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	const struct conf c = { .access_types = "SMTP = Sending mail , IMAP=, X-1" };
	size_t n;
	const struct conf_service_type *types = conf_access_types(&c, arena, &n);

	(void)state;
	assert_int_equal(n, 3);
	assert_string_equal(types[0].name, "SMTP");
	assert_string_equal(types[0].label, "Sending mail");
	assert_string_equal(types[1].label, "IMAP");
	assert_string_equal(types[2].name, "X-1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_access_check),
		cmocka_unit_test(test_access_types) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
