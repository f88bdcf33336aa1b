/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Languages: which one a browser gets, texts and plural forms out of the real catalogues, numbers, and sizes that read back as what they were. */
#include "base/base.h"

#include "base/arena.h"
#include "base/lang.h"
#include "base/op.h"
#include "base/size.h"
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct lang *
lang(const char *code)
{
	const struct lang *l = NULL;

	assert_true(lang_find(code, &l));
	return l;
}

static void
test_find(void **state)
{
	const struct lang *l;

	(void)state;
	assert_null(lang("en"));
	assert_string_equal(lang_code(NULL), "en");
	assert_string_equal(lang_name(lang("de")), "Deutsch");
	assert_string_equal(lang_code(lang("FR")), "fr");
	assert_false(lang_find("", &l));
	assert_false(lang_find(NULL, &l));
	assert_false(lang_find("de-AT", &l));
	assert_false(lang_find("../de", &l));
	for (size_t i = 0; i < lang_count(); i++)
		assert_true(lang_find(lang_code(lang_at(i)), &l));
	assert_null(lang_at(lang_count()));
}

static void
test_accepted(void **state)
{
	static const struct {
		const char *header, *code;
	} cases[] = {
		{ NULL, "nl" },
		{ "", "nl" },
		{ "*", "nl" },
		{ "sv, da", "nl" },
		{ "de", "de" },
		{ "de-AT", "de" },
		{ "DE-at", "de" },
		{ "en-US,en;q=0.9,de;q=0.8", "en" },
		{ "sv,fr;q=0.5,de;q=0.7", "de" },
		{ "de;q=0.5, fr", "fr" },
		{ "fr;q=0, de;q=0.1", "de" },
		{ "de;q=0", "nl" },
		{ "de ; q=0.3 , fr ; q=0.4", "fr" },
		{ "de;q=1.000,fr;q=0.999", "de" },
		{ "de;q=0.5,fr;q=0.5", "de" },
		{ "de;level=1,fr;q=0.1", "fr" },
		{ "de;q=", "nl" },
		{ "deu, frank", "nl" },
		{ ",,,;;;=q,", "nl" },
		{ "de;q=99999999999999999999999999", "de" },
		{ "\xff\xfe,de", "de" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(lang_code(lang_accepted(cases[i].header, lang("nl"))),
		    cases[i].code);
}

static void
test_texts(void **state)
{
	(void)state;
	assert_string_equal(lang_text(NULL, "Mailboxes"), "Mailboxes");
	assert_string_equal(lang_text(lang("de"), "Mailboxes"), "Postfächer");
	assert_string_equal(lang_text(lang("de"), "no text of any catalogue"),
	    "no text of any catalogue");
	assert_string_equal(lang_text(lang("de"), ""), "");
	assert_null(lang_text(lang("de"), NULL));
	assert_string_equal(lang_text_of(lang("de"), lang_key("Save"), "Save"), "Speichern");
	for (size_t i = 1; i < lang_keys_n; i++)
		assert_true(lang_keys[i - 1] < lang_keys[i]);
}

static void
test_plurals(void **state)
{
	static const struct {
		const char *code;
		int64_t n;
		const char *text;
	} cases[] = {
		{ "en", 0, "mailboxes" },
		{ "en", 1, "mailbox" },
		{ "de", 0, "Postfächer" },
		{ "de", 1, "Postfach" },
		{ "de", 2, "Postfächer" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(lang_plural(lang(cases[i].code), "mailbox", "mailboxes",
					cases[i].n),
		    cases[i].text);
	/* a text that no catalogue has follows the language's rule all the same */
	assert_string_equal(lang_plural(lang("fr"), "thing", "things", 0), "thing");
	assert_string_equal(lang_plural(lang("de"), "thing", "things", 0), "things");
}

static const char *
number(const char *code, int64_t n, struct str *s)
{
	str_clear(s);
	lang_add_number(lang(code), n, s);
	return str_text(s);
}

static void
test_numbers(void **state)
{
	CLEANUP(str_release) struct str s = STR_INIT;

	(void)state;
	assert_string_equal(number("en", 0, &s), "0");
	assert_string_equal(number("en", 999, &s), "999");
	assert_string_equal(number("en", 1000, &s), "1,000");
	assert_string_equal(number("en", -123, &s), "-123");
	assert_string_equal(number("de", -1234567, &s), "-1.234.567");
	assert_string_equal(number("nl", 1234567, &s), "1.234.567");
	assert_string_equal(number("fr", 1234567, &s), "1\u202f234\u202f567");
	assert_string_equal(number("en", INT64_MIN, &s), "-9,223,372,036,854,775,808");
}

static void
test_shares(void **state)
{
	static const char *const cases[][2] = {
		{ "en", "1,250%" },
		{ "de", "1.250\u00a0%" },
		{ "nl", "1.250%" },
		{ "fr", "1\u202f250\u00a0%" },
	};
	CLEANUP(str_release) struct str s = STR_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		str_clear(&s);
		lang_add_percent(lang(cases[i][0]), 1250, &s);
		assert_string_equal(str_text(&s), cases[i][1]);
	}
}

static void
test_sizes_and_dates(void **state)
{
	CLEANUP(str_release) struct str s = STR_INIT;
	int64_t bytes = INT64_C(3) << 29;

	(void)state;
	lang_add_size(NULL, bytes, &s);
	assert_string_equal(str_text(&s), "1.5 GB");
	str_clear(&s);
	lang_add_size(lang("de"), bytes, &s);
	assert_string_equal(str_text(&s), "1,5\u00a0GB");
	str_clear(&s);
	lang_add_size(lang("fr"), bytes, &s);
	assert_string_equal(str_text(&s), "1,5\u00a0Go");
	str_clear(&s);
	lang_add_date(NULL, 1795428900, &s);
	str_addc(&s, ' ');
	lang_add_date(lang("de"), 1795428900, &s);
	assert_string_equal(str_text(&s), "2026-11-23 10:15 23.11.2026 10:15");
}

/* What a box shows is what the program reads, in each language. */
static void
test_sizes_in_boxes(void **state)
{
	CLEANUP(arena_freep) struct arena *a = arena_new(0, ARENA_PLAIN);
	static const int64_t sizes[] = { 1, 1023, 1024, INT64_C(500) << 20, INT64_C(5) << 30,
		INT64_C(1) << 50 };

	(void)state;
	for (size_t i = 0; i < lang_count(); i++) {
		const struct lang *l = lang(lang_code(lang_at(i)));

		for (size_t k = 0; k < ARRAY_LEN(sizes); k++) {
			CLEANUP(str_release) struct str s = STR_INIT;
			int64_t back = -1;

			size_exact(sizes[k], &s);
			assert_null(size_parse(lang_size_in(l, lang_size_out(l, str_text(&s), a), a),
			    1, &back));
			assert_int_equal(back, sizes[k]);
		}
		assert_string_equal(lang_size_in(l, lang_size_out(l, "unlimited", a), a), "unlimited");
		assert_string_equal(lang_size_in(l, "unlimited", a), "unlimited");
		assert_string_equal(lang_size_in(l, "", a), "");
	}
	assert_string_equal(lang_size_in(lang("de"), "1,5 GB", a), "1.5 GB");
	assert_string_equal(lang_size_in(lang("fr"), "1,5\u202fGo", a), "1.5 GB");
	assert_string_equal(lang_size_in(NULL, "1,5 GB", a), "1,5 GB");
}

/* A fault is told in the list's language, and kept in English beside it; "%s" alone shows a text of the catalogue. */
static void
test_faults(void **state)
{
	CLEANUP(arena_freep) struct arena *a = arena_new(0, ARENA_PLAIN);
	struct errs e = { .arena = a, .lang = lang("de") };

	(void)state;
	assert_int_equal(err_add(&e, RC_INVALID, "n", "Enter a number from %lld to %lld.", 1LL, 9LL),
	    RC_INVALID);
	assert_string_equal(e.first->text, "Geben Sie eine Zahl von 1 bis 9 ein.");
	assert_string_equal(e.first->plain, "Enter a number from 1 to 9.");
	(void)err_add(&e, RC_INVALID, "n", "%s", "The domain is missing.");
	assert_string_equal(e.last->text, "Die Domain fehlt.");
	assert_string_equal(e.last->plain, "The domain is missing.");
	(void)err_add(&e, RC_INVALID, "n", "%s", "100 %s of somebody's own");
	assert_string_equal(e.last->text, "100 %s of somebody's own");
	e.lang = NULL;
	(void)err_add(&e, RC_INVALID, "n", "%s", "The domain is missing.");
	assert_string_equal(e.last->text, "The domain is missing.");
	assert_ptr_equal(e.last->text, e.last->plain);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_plurals),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_shares),
		cmocka_unit_test(test_sizes_and_dates),
		cmocka_unit_test(test_sizes_in_boxes),
		cmocka_unit_test(test_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
