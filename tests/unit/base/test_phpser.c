/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Serialized PHP data: what serialize() of PHP 8.2 wrote comes out as JSON; everything else is refused and leaves nothing behind. */
#include "base/base.h"

#include "base/arena.h"
#include "base/phpser.h"
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct {
	const char *in, *json;
} good[] = {
	{ "N;", "null" },
	{ "b:1;", "true" },
	{ "b:0;", "false" },
	{ "i:-42;", "-42" },
	{ "i:9223372036854775807;", "9223372036854775807" },
	{ "d:0.5;", "0.5" },
	{ "d:1.0E+25;", "1.0E+25" },
	{ "s:0:\"\";", "\"\"" },
	{ "s:9:\"a\"b\\c\xc3\xa9 ;\";", "\"a\\\"b\\\\c\xc3\xa9 ;\"" },
	{ "a:0:{}", "{}" },
	{ "a:2:{i:0;s:1:\"x\";s:1:\"k\";a:1:{i:7;N;}}", "{\"0\":\"x\",\"k\":{\"7\":null}}" },
	{ "a:2:{s:9:\"className\";s:16:\"\\Entities\\Alias1\";s:6:\"params\";a:1:{s:6:\"domain\";a:"
	  "1:{s:2:\"id\";s:1:\"3\";}}}",
	    "{\"className\":\"\\\\Entities\\\\Alias1\",\"params\":{\"domain\":{\"id\":\"3\"}}}" },
};

static const char *const bad[] = { "", "N", "n;", "b:2;", "b:1", "i:;", "i:1", "i:1.5;", "i:+1;",
	"i:99999999999999999999;", "d:INF;", "d:NAN;", "d:;", "d:.5;", "d:5.;", "d:05;", "d:1e;",
	"d:1e999;", "s:3:\"ab\";", "s:1:\"ab\";", "s:-1:\"\";", "s:1:'a';", "s:1:\"a\"", "s:1:a;",
	"s:9223372036854775807:\"a\";", "a:1:{}", "a:0:{", "a:1:{i:0;}", "a:1:{N;N;}",
	"a:1:{b:1;N;}", "a:-1:{}", "a:99999999:{}", "a:1:{d:0.5;N;}", "N;N;", "N; ", " N;",
	"O:8:\"stdClass\":0:{}", "C:1:\"X\":0:{}", "E:3:\"A:B\";", "r:1;", "R:1;",
	"a:1:{i:0;O:1:\"X\":0:{}}", "a:2:{i:0;N;i:1;R:2;}", "S:1:\"\\41\";" };

static int
setup(void **state)
{
	*state = arena_new(0, ARENA_PLAIN);
	return 0;
}

static int
teardown(void **state)
{
	arena_free(*state);
	return 0;
}

static void
test_good(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		CLEANUP(str_release) struct str out = STR_INIT;
		struct errs errs = { .arena = *state };

		if (phpser_to_json(good[i].in, strlen(good[i].in), &out, &errs) != RC_OK)
			fail_msg("%s: %s", good[i].in, errs.first->text);
		assert_string_equal(str_text(&out), good[i].json);
	}
}

/* Every prefix of something good is bad, too. */
static void
test_bad(void **state)
{
	CLEANUP(str_release) struct str out = STR_INIT;
	struct errs errs = { .arena = *state };
	const char *last = good[ARRAY_LEN(good) - 1].in;

	str_add(&out, "before");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (phpser_to_json(bad[i], strlen(bad[i]), &out, &errs) != RC_INVALID)
			fail_msg("%s was read", bad[i]);
	for (size_t n = 0; n < strlen(last); n++)
		assert_int_equal(phpser_to_json(last, n, &out, &errs), RC_INVALID);
	assert_int_equal(phpser_to_json("s:3:\"a\0b\";", 10, &out, &errs), RC_INVALID);
	assert_int_equal(phpser_to_json("d:\0\0001;", 6, &out, &errs), RC_INVALID);
	assert_string_equal(str_text(&out), "before");
}

static void
test_depth(void **state)
{
	CLEANUP(str_release) struct str in = STR_INIT, out = STR_INIT;
	struct errs errs = { .arena = *state };

	for (int i = 0; i < 100000; i++)
		str_add(&in, "a:1:{i:0;");
	assert_int_equal(phpser_to_json(in.data, in.len, &out, &errs), RC_INVALID);
	assert_int_equal(out.len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_depth),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
