/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Password hashes: the vectors computed with the PHP programs, what must never match, and round trips of what we write. */
#include "base/base.h"

#include "base/pwhash.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define PASSWORD "Passw0rd-\xc3\xa9"

static const struct {
	const char *stored, *password;
	bool match;
} cases[] = {
	{ "$2a$04$abcdefghijklmnopqrstuuUzKvLCMXuYY45Y6WyMZaLCf6A1xf85e", PASSWORD, true },
	{ "$2y$04$abcdefghijklmnopqrstuuUzKvLCMXuYY45Y6WyMZaLCf6A1xf85e", PASSWORD, true },
	{ "$2b$04$abcdefghijklmnopqrstuuUzKvLCMXuYY45Y6WyMZaLCf6A1xf85e", PASSWORD, true },
	{ "{BLF-CRYPT}$2y$04$abcdefghijklmnopqrstuuUzKvLCMXuYY45Y6WyMZaLCf6A1xf85e", PASSWORD, true },
	{ "{crypt}$2y$04$abcdefghijklmnopqrstuuUzKvLCMXuYY45Y6WyMZaLCf6A1xf85e", PASSWORD, true },
	{ "$2a$05$/OK.fbVrR/bpIqNJ5ianF.nqd1wy.pTMdcvrRWxyiGL2eMz.2a85.", "\xff\xff\xa3", true },
	{ "$2y$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e", "\xff\xff\xa3", true },
	{ "$6$abcdefghijklmnop$"
	  "TM3P2DrmPDq8F3f6yEyoJzhXmX9vpFNma56Es8vlj5hSgXMolXR6v1SIUvKmI8RwwqzpvnCrPMaxu.mWMyXPx.",
	    PASSWORD, true },
	{ "$5$abcdefghijklmnop$YsWNdNhZQQGI0mBKgndUHpwpPCMPYN6GO4Mx/MtYJwC", PASSWORD, true },
	{ "$1$abcdefgh$6RlT0pkqP1ss.bWkPI8UL/", PASSWORD, true },
	{ "{SSHA512}iI+SEKn3vakJJuqkU/"
	  "HNIxvlcu2ZcFE0a061Hu7ujqGp8UqXY8K2Y3RHQxqDn2NNX06G3Ntb8jDbuHpyG3qYsnNhbHRzYWx0",
	    PASSWORD, true },
	{ "{SHA256}q8+Tj6+5bz/b4R/fF+Jz0V7KdCztSAmQ76aiILRCGI8=", PASSWORD, true },
	{ "{PLAIN}secret", "secret", true },
	{ "{PLAIN}secret", "Secret", false },
	{ "{SHA256}q8+Tj6+5bz/b4R/fF+Jz0V7KdCztSAmQ76aiILRCGI8=", "other", false },
	{ "", "", false },
	{ "", "x", false },
	{ "*", "*", false },
	{ "!", "!", false },
	{ "*0", "x", false },
	{ "*1", "x", false },
	{ "{CRYPT}*", "x", false },
	{ "{PLAIN}", "", false },
	{ "{UNKNOWN}secret", "secret", false },
	{ "secret", "secret", false },
	{ "{PLAIN", "x", false },
	/* costs that would take days are not tried */
	{ "$2y$31$abcdefghijklmnopqrstuuUzKvLCMXuYY45Y6WyMZaLCf6A1xf85e", PASSWORD, false },
	{ "$6$rounds=999999999$abcdefghijklmnop$"
	  "TM3P2DrmPDq8F3f6yEyoJzhXmX9vpFNma56Es8vlj5hSgXMolXR6v1S",
	    PASSWORD, false },
	{ "$argon2id$v=19$m=4194304,t=3,p=1$c2FsdHNhbHRzYWx0c2E$yv9yOMs8mBYkdcFe4q2C6Q", PASSWORD, false },
};

static void
test_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (pw_verify(cases[i].stored, cases[i].password) != cases[i].match)
			fail_msg("%s", cases[i].stored);
}

static void
test_round_trip(void **state)
{
	char stored[PW_HASH_MAX + 1];

	(void)state;
	for (int s = 0; s < PW__MAX; s++) {
		int cost = s == PW_BLF_CRYPT ? 4 : s == PW_ARGON2ID ? 1 : 1000;

		assert_true(pw_hash((enum pw_scheme)s, cost, PASSWORD, true, stored));
		assert_int_equal(stored[0], '{');
		assert_true(pw_verify(stored, PASSWORD));
		assert_false(pw_verify(stored, "Passw0rd-e"));
		assert_false(pw_outdated(stored, (enum pw_scheme)s, cost));
		assert_true(pw_outdated(stored, (enum pw_scheme)((s + 1) % PW__MAX), cost));
		assert_true(pw_outdated(stored, (enum pw_scheme)s, cost + 1));
	}
}

static void
test_default_rounds_are_not_written(void **state)
{
	char stored[PW_HASH_MAX + 1];

	(void)state;
	assert_true(pw_hash(PW_SHA512_CRYPT, 0, PASSWORD, false, stored));
	assert_int_equal(strncmp(stored, "$6$", 3), 0);
	assert_null(strstr(stored, "rounds="));
	assert_false(pw_outdated(stored, PW_SHA512_CRYPT, 0));
}

static void
test_refused(void **state)
{
	char longer[PW_MAX_BYTES + 2], stored[PW_HASH_MAX + 1];

	(void)state;
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_non_null(pw_refuse(PW_SHA512_CRYPT, longer));
	assert_false(pw_verify("{PLAIN}x", longer));
	longer[73] = '\0';
	assert_non_null(pw_refuse(PW_BLF_CRYPT, longer));
	assert_null(pw_refuse(PW_SHA512_CRYPT, longer));
	assert_false(pw_hash(PW_BLF_CRYPT, 4, longer, true, stored));
	longer[72] = '\0';
	assert_null(pw_refuse(PW_BLF_CRYPT, longer));
	assert_non_null(pw_refuse(PW_BLF_CRYPT, ""));
	assert_non_null(pw_refuse(PW_BLF_CRYPT, "a\nb"));
	assert_non_null(pw_refuse(PW_BLF_CRYPT, "\xff"));
}

static void
test_scheme_names(void **state)
{
	enum pw_scheme s = PW__MAX;

	(void)state;
	assert_true(pw_scheme_parse("dovecot:BLF-CRYPT", &s));
	assert_int_equal(s, PW_BLF_CRYPT);
	assert_true(pw_scheme_parse("argon2id", &s));
	assert_int_equal(s, PW_ARGON2ID);
	assert_true(pw_scheme_parse("bcrypt", &s));
	assert_int_equal(s, PW_BLF_CRYPT);
	assert_false(pw_scheme_parse("plain", &s));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_default_rounds_are_not_written),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_scheme_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
