/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cursors: what goes in comes out, whatever is in it; nothing else does. */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/op.h"
#include "conf/conf.h"
#include "svc/cursor.h"

static struct op
make_op(struct conf *conf, const char *salt)
{
	*conf = (struct conf){ .web_key = salt };
	return (struct op){ .arena = arena_new(0, ARENA_PLAIN), .conf = conf };
}

static void
test_round_trip(void **state)
{
	static const struct cursor cases[] = {
		{ "username", false, "anna@own.example", 1 },
		{ "name", true, "", INT64_MAX },
		{ "name", true, "Zoë \xf0\x9f\x98\x80\ntwo lines\n", 42 },
		{ "created", false, "-9223372036854775808", 7 },
	};
	struct conf conf;
	struct op op = make_op(&conf, "salt");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *text = cursor_make(&op, "mailbox", &cases[i]);
		struct cursor c;

		assert_int_equal(strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."),
		    strlen(text));
		assert_true(cursor_read(&op, "mailbox", text, &c));
		assert_string_equal(c.sort, cases[i].sort);
		assert_string_equal(c.key, cases[i].key);
		assert_int_equal(c.desc, cases[i].desc);
		assert_int_equal(c.id, cases[i].id);
		assert_false(cursor_read(&op, "alias", text, &c));
	}
	arena_free(op.arena);
}

static void
test_refused(void **state)
{
	struct conf conf, other_conf;
	struct op op = make_op(&conf, "salt"), other = make_op(&other_conf, "another salt");
	const struct cursor c = { "username", false, "anna@own.example", 1 };
	const char *text = cursor_make(&op, "mailbox", &c);
	struct cursor got;
	static const char *const bad[] = { "", ".", "....", "abc", "abc.", ".abc",
		"a.0000000000000000", "\xff.\xff", "dXNlcm5hbWUKYQoxCmFubmE=.0000000000000000" };
	char *longest = arena_alloc(op.arena, 5000);

	(void)state;
	memset(longest, 'A', 4999);
	longest[4900] = '.';
	assert_false(cursor_read(&other, "mailbox", text, &got));
	assert_false(cursor_read(&op, "mailbox", longest, &got));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(cursor_read(&op, "mailbox", bad[i], &got));
	for (size_t n = 0; n < strlen(text); n++)
		assert_false(cursor_read(&op, "mailbox", arena_strndup(op.arena, text, n), &got));
	arena_free(op.arena);
	arena_free(other.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_refused) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
