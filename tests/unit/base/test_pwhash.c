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
	/* by Dovecot's own `doveadm pw` */
	{ "{CRAM-MD5}ee7a55893bf56fcdcb2fd6907c34f6375686ea627f02300958aab7da8939739d", PASSWORD, true },
	{ "ee7a55893bf56fcdcb2fd6907c34f6375686ea627f02300958aab7da8939739d", PASSWORD, true },
	{ "{CRAM-MD5}ee7a55893bf56fcdcb2fd6907c34f6375686ea627f02300958aab7da8939739e", PASSWORD, false },
	{ "{SSHA}giisFcQOJouGx0OjEJlazACvIl28LrOZ", PASSWORD, true },
	{ "{SHA}28nLgzOKXZ4M3Y5vnI5bfo6n6iE=", PASSWORD, true },
	{ "{SMD5}EeUVjQxHxKZ2N4B45nAOUYWI90w=", PASSWORD, true },
	{ "{LDAP-MD5}xrVAK8ZEUV6fliPRyeU6jQ==", PASSWORD, true },
	{ "{PLAIN-MD5}c6b5402bc644515e9f9623d1c9e53a8d", PASSWORD, true },
	{ "{SSHA256}Vcy3YLym49xlnaNARTn0EyTic5Zv6/e4zAEALRezwq2BNYhF", PASSWORD, true },
	{ "{SSHA256}Vcy3YLym49xlnaNARTn0EyTic5Zv6/e4zAEALRezwq2BNYhF", "x", false },
	/* upstream took the prefix off what doveadm gave it */
	{ "Vcy3YLym49xlnaNARTn0EyTic5Zv6/e4zAEALRezwq2BNYhF", PASSWORD, true },
	{ "q8+Tj6+5bz/b4R/fF+Jz0V7KdCztSAmQ76aiILRCGI8=", PASSWORD, true },
	{ "28nLgzOKXZ4M3Y5vnI5bfo6n6iE=", PASSWORD, true },
	/* its own digests, the last ones with the name of the scheme for a salt */
	{ "c6b5402bc644515e9f9623d1c9e53a8d", PASSWORD, true },
	{ "dbc9cb83338a5d9e0cdd8e6f9c8e5b7e8ea7ea21", PASSWORD, true },
	{ "bd0692d2308ae87d5ba603f65e15217d", PASSWORD, true },
	{ "9df63f0642a073df6c611281022673d9d6b036a0", PASSWORD, true },
	{ "1b5794140f01166b4c011b9f264c7df4", PASSWORD, false },
	/* everybody can read it in the fork's source */
	{ "{PLAIN}!orphan-backup-no-login!", "!orphan-backup-no-login!", false },
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

/* What only the configuration tells: one salt for all, or that there is no hash at all. */
static void
test_old(void **state)
{
	const struct pw_old salted = { "s4lt", false }, plain = { NULL, true }, none = { NULL, false };

	(void)state;
	assert_true(pw_verify_old("1b5794140f01166b4c011b9f264c7df4", PASSWORD, &salted));
	assert_true(pw_verify_old("be00f6d0725c6509d8794f863bf28da92062e4ae", PASSWORD, &salted));
	assert_true(pw_verify_old("c6b5402bc644515e9f9623d1c9e53a8d", PASSWORD, &salted));
	assert_false(pw_verify_old("1b5794140f01166b4c011b9f264c7df4", "s4lt", &salted));
	assert_true(pw_verify_old("secret", "secret", &plain));
	assert_false(pw_verify_old("secret", "secret", &none));
	assert_false(pw_verify_old("secret", "Secret", &plain));
	assert_false(pw_verify_old("", "", &plain));
	assert_false(pw_verify_old("*0", "*0", &plain));
	assert_false(pw_verify_old("!", "!", &plain));
	assert_false(pw_verify_old("{CRAM-MD5}x", "{CRAM-MD5}x", &plain));
	assert_false(pw_verify_old("$2y$31$abcdefghijklmnopqrstuuUzKvLCMXuYY45Y6WyMZaLCf6A1xf85e",
	    "$2y$31$abcdefghijklmnopqrstuuUzKvLCMXuYY45Y6WyMZaLCf6A1xf85e", &plain));
}

static void
test_examine(void **state)
{
	static const struct {
		const char *stored;
		enum pw_state state;
		const char *name;
	} looks[] = {
		{ "$2a$12$abcdefghijklmnopqrstuuUzKvLCMXuYY45Y6WyMZaLCf6A1xf85e", PW_FINE, "BLF-CRYPT" },
		{ "$2a$09$abcdefghijklmnopqrstuuUzKvLCMXuYY45Y6WyMZaLCf6A1xf85e", PW_WEAK, "BLF-CRYPT" },
		{ "{blf-crypt}$2y$31$abcdefghijklmnopqrstuuUzKvLCMXuYY45Y6WyMZaLCf6A1xf85e",
		    PW_UNREADABLE, "BLF-CRYPT" },
		{ "$6$abcdefghijklmnop$TM3P2DrmPDq8F3f6yEyoJz", PW_FINE, "SHA512-CRYPT" },
		{ "$6$rounds=999999999$abcdefghijklmnop$TM3P2", PW_UNREADABLE, "SHA512-CRYPT" },
		{ "{CRYPT}$1$abcdefgh$6RlT0pkqP1ss.bWkPI8UL/", PW_WEAK, "CRYPT" },
		{ "$1$abcdefgh$6RlT0pkqP1ss.bWkPI8UL/", PW_WEAK, "MD5-CRYPT" },
		{ "abJnggxhB/yWI", PW_WEAK, "DES-CRYPT" },
		{ "c6b5402bc644515e9f9623d1c9e53a8d", PW_WEAK, "PLAIN-MD5" },
		{ "{PLAIN}secret", PW_WEAK, "PLAIN" },
		{ "{SSHA}giisFcQOJouGx0OjEJlazACvIl28LrOZ", PW_WEAK, "SSHA" },
		{ "{SSHA}x", PW_UNREADABLE, "SSHA" },
		{ "{SCRAM-SHA-256}4096,c2FsdA==,a,b", PW_UNREADABLE, "SCRAM-SHA-256" },
		{ "hunter2", PW_UNREADABLE, "unknown" },
		{ "", PW_LOCKED, "none" },
		{ "*0", PW_LOCKED, "none" },
		{ "{CRYPT}*", PW_LOCKED, "none" },
		{ "{PLAIN}!orphan-backup-no-login!", PW_WEAK, "PLAIN" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(looks); i++) {
		char name[PW_NAME_MAX];

		assert_int_equal(pw_examine(looks[i].stored, name), looks[i].state);
		assert_string_equal(name, looks[i].name);
	}
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
		cmocka_unit_test(test_old),
		cmocka_unit_test(test_examine),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_default_rounds_are_not_written),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_scheme_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
