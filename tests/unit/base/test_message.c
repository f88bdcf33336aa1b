/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Faults that are stored with what stood in them, and said again in another language. */
#include "base/base.h"

#include "base/arena.h"
#include "base/lang.h"
#include "base/message.h"
#include "base/rc.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct lang *
german(void)
{
	const struct lang *lang = NULL;

	assert_true(lang_find("de", &lang));
	assert_non_null(lang);
	return lang;
}

static const char *
said(struct arena *arena, const char *kept)
{
	return message_say(arena, NULL, kept);
}

static void
test_kept(void **state UNUSED)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct errs errs = { .arena = arena, .keep = true };
	const char *words;

	(void)err_add(&errs, RC_INVALID, NULL, "Line %zu has %zu cells, the first line %zu.",
	    (size_t)7, (size_t)3, (size_t)2);
	assert_string_equal(errs.last->said, "Line %zu has %zu cells, the first line %zu.\n7\n3\n2");
	assert_string_equal(said(arena, errs.last->said), errs.last->text);
	words = message_say(arena, german(), errs.last->said);
	assert_string_not_equal(words, errs.last->text);
	assert_non_null(strstr(words, "7"));
	(void)err_add(&errs, RC_INVALID, NULL, "There is no field \"%s\" of %s.", "a\nb %s", "x");
	assert_string_equal(said(arena, errs.last->said), "There is no field \"a b %s\" of x.");
	(void)err_add(&errs, RC_INVALID, NULL, "%s", "There is no such domain.");
	assert_string_equal(errs.last->said, "There is no such domain.");
	assert_string_not_equal(message_say(arena, german(), errs.last->said), errs.last->text);
	(void)err_add(&errs, RC_INVALID, NULL, "%d %lld %ld %u %%", -1, (long long)1 << 40, -2L, 3U);
	assert_string_equal(said(arena, errs.last->said), "-1 1099511627776 -2 3 %");
}

/* What cannot be kept is not, nor what nobody asked to keep; whatever is stored is only text. */
static void
test_not_kept(void **state UNUSED)
{
	static const char *const odd[] = { "", "a text of before", "100 %", "%s", "%", "%9$s", "x\n" };
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct errs errs = { .arena = arena, .keep = true };

	(void)err_add(&errs, RC_INVALID, NULL, "%.3s of %s", "abcdef", "x");
	assert_null(errs.last->said);
	assert_string_equal(errs.last->text, "abc of x");
	errs.keep = false;
	(void)err_add(&errs, RC_INVALID, NULL, "There is no such domain.");
	assert_null(errs.last->said);
	assert_null(message_say(arena, german(), NULL));
	for (size_t i = 0; i + 1 < ARRAY_LEN(odd); i++)
		assert_string_equal(said(arena, odd[i]), odd[i]);
	assert_string_equal(said(arena, "x\n"), "x");
	assert_string_equal(said(arena, "%9$s and %s%\none"), " and %");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_not_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
