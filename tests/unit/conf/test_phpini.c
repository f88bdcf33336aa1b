/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * application.ini as PHP reads it: what PHP 8.2's parse_ini_string() said of each of these texts.
 */
#include "base/base.h"

#include "base/arena.h"
#include "conf/phpini.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static int
setup(void **state)
{
	*state = arena_new(0, ARENA_PLAIN);
	return setenv("PHPINI_TEST", "from outside", 1);
}

static int
teardown(void **state)
{
	arena_free(*state);
	return 0;
}

static enum rc
parse(struct arena *arena, const char *text, const char *section, struct phpini *ret, struct errs *errs)
{
	struct phpini_source src = { "application.ini", text, strlen(text), section, "/srv/app" };

	*errs = (struct errs){ .arena = arena };
	return phpini_read(&src, arena, ret, errs);
}

/* What PHP makes of `k=` and this; NULL: PHP gives up on the whole file. */
static const struct {
	const char *text, *value;
} values[] = {
	{ "", "" },
	{ "plain", "plain" },
	{ "5", "5" },
	{ "-3", "-3" },
	{ "two words ", "two words" },
	{ "value ; comment", "value" },
	{ "true", "1" },
	{ "On ", "1" },
	{ "YES", "1" },
	{ "false", "" },
	{ "no", "" },
	{ "none", "" },
	{ "null", "" },
	{ "\"false\"", "false" },
	{ "yesterday", "yesterday" },
	{ "on-line", "on-line" },
	{ "a yes", NULL },
	{ "no${HOME}", NULL },
	/* double quotes */
	{ "\"a;b|c&d#e{f}\"", "a;b|c&d#e{f}" },
	{ "\"a\\\\b\"", "a\\b" },
	{ "\"a\\\"b\"", "a\"b" },
	{ "\"a\\nb\"", "a\\nb" },
	{ "\"a\\$b\"", "a$b" },
	{ "\"a$b\"", "a$b" },
	{ "\"a\\\"", "a\\" },
	{ "\"a\\\" ", NULL },
	{ "\"two\nlines\"", "two\nlines" },
	{ "\"x${PHPINI_TEST}y\"", "xfrom outsidey" },
	{ "\"x${PHPINI_NOT_THERE}y\"", "xy" },
	{ "\"a${b\"", NULL },
	{ "\"never closed", NULL },
	{ "\"x\" \"y\"", "xy" },
	{ "a\"b\"c", "abc" },
	{ "\"x\"  /y", "x/y" },
	/* single quotes */
	{ "'a\\\\b ${HOME} \"'", "a\\\\b ${HOME} \"" },
	{ "''", "" },
	{ ":'y'", ":y" },
	{ "'never closed", NULL },
	{ "b'", "b" },
	/* constants and variables */
	{ "APPLICATION_PATH \"/../var/tmp\"", "/srv/app/../var/tmp" },
	{ "SOMETHING_ELSE", "SOMETHING_ELSE" },
	{ "${PHPINI_TEST}", "from outside" },
	{ "$5", "$5" },
	/* operators */
	{ "5|2", "7" },
	{ "6&3", "2" },
	{ "6^3", "5" },
	{ "a&b", "0" },
	{ "~1", "-2" },
	{ "!1", "0" },
	{ "!0", "1" },
	{ "(5|2)", "7" },
	{ "5|(2", NULL },
	{ "abc!", NULL },
	{ "a(b)", NULL },
	{ "a=b", NULL },
};

static void
test_values(void **state)
{
	struct phpini ini;
	struct errs errs;

	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		const char *text = arena_printf(*state, "k=%s\n", values[i].text);
		enum rc rc = parse(*state, text, NULL, &ini, &errs);

		if ((rc == RC_OK) != (values[i].value != NULL))
			fail_msg("%s: %s", text, rc == RC_OK ? "read" : errs.first->text);
		if (rc == RC_OK && strcmp(phpini_get(&ini, "k"), values[i].value) != 0)
			fail_msg("%s: <%s>", text, phpini_get(&ini, "k"));
	}
}

static const char *const unreadable[] = { "=1\n", "off=1\n", "null = 2\n", "a\n=2\n", "a b c\n&\n",
	"[s\na=1\n", "{a=1\n", "a[x=1\n", "x=1\noff\ny=2\n" };

static void
test_unreadable(void **state)
{
	struct phpini ini;
	struct errs errs;

	for (size_t i = 0; i < ARRAY_LEN(unreadable); i++)
		if (parse(*state, unreadable[i], NULL, &ini, &errs) != RC_CONFIG)
			fail_msg("%s was read", unreadable[i]);
	assert_int_equal(parse(*state, "a=1\nb=2\n\nc=d=e\n", NULL, &ini, &errs), RC_CONFIG);
	assert_non_null(strstr(errs.first->text, "application.ini:4: "));
}

static void
test_keys(void **state)
{
	static const char text[] = "; a comment\n\n  a b = 1\nbare\na.c[]=x\na.c[] = "
				   "y\na.c[n]=z\nlast=1\nlast=2\r\nn[]=1\nn=2\n";
	struct phpini ini;
	struct errs errs;

	assert_int_equal(parse(*state, text, NULL, &ini, &errs), RC_OK);
	assert_string_equal(phpini_get(&ini, "a b"), "1");
	assert_null(phpini_get(&ini, "bare"));
	assert_string_equal(phpini_get(&ini, "a.c[1]"), "y");
	assert_string_equal(phpini_item(&ini, "a.c", 2), "z");
	assert_null(phpini_item(&ini, "a.c", 3));
	assert_string_equal(phpini_get(&ini, "last"), "2");
	assert_null(phpini_item(&ini, "n", 0));
	assert_true(phpini_true(&ini, "last", false));
	assert_true(phpini_true(&ini, "not there", true));
}

/* Parents first; a child's list replaces element by element and keeps the longer tail. */
static void
test_sections(void **state)
{
	static const char text[] =
	    "k=base\nl[]=a\nl[]=b\n[one]\nk=1\nx=1\n[two : one]\nk=2\nl[]=c\n[three:two]\ny=3\n";
	struct phpini ini;
	struct errs errs;

	assert_int_equal(parse(*state, text, "three", &ini, &errs), RC_OK);
	assert_string_equal(phpini_get(&ini, "k"), "2");
	assert_string_equal(phpini_get(&ini, "x"), "1");
	assert_string_equal(phpini_get(&ini, "y"), "3");
	assert_string_equal(phpini_item(&ini, "l", 0), "c");
	assert_string_equal(phpini_item(&ini, "l", 1), "b");
	assert_int_equal(parse(*state, text, "absent", &ini, &errs), RC_OK);
	assert_string_equal(phpini_get(&ini, "k"), "base");
	assert_int_equal(parse(*state, "[a : b]\n[b : a]\n", "a", &ini, &errs), RC_CONFIG);
	assert_int_equal(parse(*state, "[a : gone]\n", "a", &ini, &errs), RC_CONFIG);
	assert_int_equal(parse(*state, "[a : b : c]\n", "a", &ini, &errs), RC_CONFIG);
}

static void
test_limits(void **state)
{
	struct phpini ini;
	struct errs errs = { .arena = *state };
	struct phpini_source nul = { "application.ini", "a=1\0b", 5, NULL, NULL };
	char deep[400];

	assert_int_equal(phpini_read(&nul, *state, &ini, &errs), RC_CONFIG);
	memset(deep, '(', sizeof(deep));
	memcpy(deep, "k=", 2);
	deep[sizeof(deep) - 1] = '\0';
	assert_int_equal(parse(*state, deep, NULL, &ini, &errs), RC_CONFIG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_sections),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
