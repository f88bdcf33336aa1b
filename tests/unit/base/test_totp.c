/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One-time codes: the vectors of RFC 6238 and of the PHP program, what may be typed, what must not open. Case numbers are those
 * of the hostile cases.
 */
#include "base/base.h"

#include "base/str.h"
#include "base/totp.h"
#include "base/totp_seal.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define SALT "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SECRET "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
#define SEALED                                                           \
	"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXUX7iPStozDfdrNVURPzL5ED8hkydD+" \
	"nAuiE9PvlMp1VzTmVoHbPtzedWhkYBWWZS"

static const struct {
	const char *secret;
	int64_t at;
	const char *code;
} codes[] = {
	{ "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59, "287082" },
	{ "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 1111111109, "081804" },
	{ "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 1111111111, "050471" },
	{ "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 1234567890, "005924" },
	{ "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 2000000000, "279037" },
	{ "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 20000000000, "353130" },
	{ SECRET, 1700000000, "406058" },
	{ SECRET, 1780000000, "046969" },
};

static void
test_codes(void **state UNUSED)
{
	char code[TOTP_CODE_LEN + 1];

	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		int64_t step = codes[i].at / 30;

		assert_true(totp_code(codes[i].secret, step, code));
		assert_string_equal(code, codes[i].code);
		assert_int_equal(totp_match(codes[i].secret, code, codes[i].at), step);
		assert_int_equal(totp_match(codes[i].secret, code, (step - 1) * 30), step);
		assert_int_equal(totp_match(codes[i].secret, code, (step + 1) * 30 + 29), step);
		if (step > 1) /* before 1970 all is step 0 */
			assert_int_equal(totp_match(codes[i].secret, code, (step - 2) * 30 + 29), 0);
		assert_int_equal(totp_match(codes[i].secret, code, (step + 2) * 30), 0);
	}
	assert_int_equal(totp_match(SECRET, "40605", 1700000000), 0);
	assert_int_equal(totp_match(SECRET, "4060580", 1700000000), 0);
	assert_int_equal(totp_match("JBSWY3DP", "406058", 1700000000), 0);
}

/* C5, C6: no step below 1, however early the clock is; and far ahead all goes on. */
static void
test_edges_of_time(void **state UNUSED)
{
	static const int64_t times[] = { INT64_MIN, -1, 0, 29, 30, 59, 60, INT32_MAX, UINT32_MAX,
		INT64_C(1) << 40 };
	char code[TOTP_CODE_LEN + 1];

	assert_false(totp_code(SECRET, 0, code));
	assert_false(totp_code(SECRET, -1, code));
	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		int64_t step = totp_step_of(times[i]);

		assert_true(step >= 0);
		if (step > 0) {
			assert_true(totp_code(SECRET, step, code));
			assert_int_equal(totp_match(SECRET, code, times[i]), step);
		}
	}
	assert_true(totp_code(SECRET, 1, code));
	assert_int_equal(totp_match(SECRET, code, -5), 1); /* the next step of the first second */
}

/* C4 */
static void
test_reading(void **state UNUSED)
{
	static const struct {
		const char *text, *code;
	} cases[] = { { "123456", "123456" }, { " 123 456\t", "123456" }, { "000000", "000000" },
		{ "12345", NULL }, { "1234567", NULL }, { "", NULL }, { "12345a", NULL },
		{ "+12345", NULL }, { "-12345", NULL }, { "\xd9\xa1\xd9\xa2\xd9\xa3", NULL },
		{ "\xef\xbc\x91\xef\xbc\x92", NULL }, { "123456\xc2\xa0", NULL }, { NULL, NULL } };
	static const struct {
		const char *text, *code;
	} backups[] = { { "23456789AB", "23456789AB" }, { "2345-6789-ab", "23456789AB" },
		{ " 23456 789AB\n", "23456789AB" }, { "23456789A", NULL }, { "23456789ABC", NULL },
		{ "2345-6789-abcd-EFGH-jklm-npqr", "23456789ABCDEFGHJKLMNPQR" },
		{ "23456789ABCDEFGHJKLMNPQ", NULL }, { "23456789ABCDEFGHJKLMNPQRS", NULL },
		{ "23456789A0", NULL }, { "23456789AI", NULL }, { "23456789Ao", NULL },
		{ "", NULL }, { NULL, NULL }, { "123456", NULL } };
	char got[BACKUP_LEN + 1];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(totp_read_code(cases[i].text, got), cases[i].code != NULL);
		if (cases[i].code)
			assert_string_equal(got, cases[i].code);
	}
	for (size_t i = 0; i < ARRAY_LEN(backups); i++) {
		assert_int_equal(backup_read(backups[i].text, got), backups[i].code != NULL);
		if (backups[i].code)
			assert_string_equal(got, backups[i].code);
	}
}

static void
test_making(void **state UNUSED)
{
	char a[TOTP_SECRET_LEN + 1], b[TOTP_SECRET_LEN + 1];
	char code[BACKUP_LEN + 1], again[BACKUP_LEN + 1], shown[BACKUP_SHOWN_LEN + 1];

	totp_new_secret(a);
	totp_new_secret(b);
	assert_true(totp_secret_ok(a));
	assert_int_equal(strlen(a), TOTP_SECRET_LEN);
	assert_string_not_equal(a, b);
	/* ASVS V6.5.2: of 112 bits or more a plain hash is enough */
	assert_true(BACKUP_LEN * 5 >= 112);
	for (int i = 0; i < 200; i++) {
		backup_new(code);
		backup_show(code, shown);
		assert_int_equal(strlen(shown), BACKUP_SHOWN_LEN);
		assert_int_equal(strspn(code, "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"), BACKUP_LEN);
		assert_true(backup_read(shown, again));
		assert_string_equal(code, again);
		assert_true(backup_read(code, again));
		assert_string_equal(code, again);
	}
	assert_false(totp_secret_ok("abcdefghijklmnop"));
	assert_false(totp_secret_ok("AAAAAAAAAAAAAAA1"));
	assert_false(totp_secret_ok(""));
	assert_false(totp_secret_ok(NULL));
}

/* C10 */
static void
test_uri(void **state UNUSED)
{
	struct str s = STR_INIT;

	totp_uri(&s, "ViMbAdmin", "super@example.org", SECRET);
	assert_string_equal(str_text(&s),
	    "otpauth://totp/super%40example.org?secret=" SECRET
	    "&issuer=ViMbAdmin&period=30&algorithm=SHA1&digits=6");
	str_clear(&s);
	totp_uri(&s, "A&B#\"><script>", "\"><script>&#\xc3\xa9@x", SECRET);
	assert_string_equal(str_text(&s),
	    "otpauth://totp/%22%3E%3Cscript%3E%26%23%C3%A9%40x?secret=" SECRET
	    "&issuer=A%26B%23%22%3E%3Cscript%3E&period=30&algorithm=SHA1&digits=6");
	str_release(&s);
}

static void
hex(const unsigned char *bytes, char ret[65])
{
	for (size_t i = 0; i < 32; i++)
		(void)snprintf(ret + 2 * i, 3, "%02x", bytes[i]);
}

/* What the PHP program sealed opens, for whomever it stands; ours says whose it is. */
static void
test_fork(void **state UNUSED)
{
	struct totp_key key;
	char text[65], secret[TOTP_SECRET_MAX + 1], sealed[TOTP_SEALED_MAX + 1];

	totp_key_make(&key, SALT);
	hex(key.fork, text);
	assert_string_equal(text, "8b54528953665279aabd6190b5de3f69825bd4d0647a9bfda948b65168744eb0");
	assert_int_equal(totp_open(&key, TOTP_KEPT, 1, SEALED, secret), TOTP_OPENED_FORK);
	assert_string_equal(secret, SECRET);
	assert_int_equal(totp_open(&key, TOTP_PENDING, 1, SEALED, secret), TOTP_NOT_OPENED);
	assert_true(totp_seal_fork(&key, SECRET, sealed));
	assert_int_equal(strlen(sealed), 96);
	assert_int_equal(totp_open(&key, TOTP_KEPT, 9, sealed, secret), TOTP_OPENED_FORK);
	totp_key_make(&key, "another salt");
	assert_int_equal(totp_open(&key, TOTP_KEPT, 1, SEALED, secret), TOTP_NOT_OPENED);
}

/* C8: changed anywhere, cut anywhere, of another administrator, kind or key: it does not open. */
static void
test_own(void **state UNUSED)
{
	struct totp_key key, other;
	char secret[TOTP_SECRET_MAX + 1], sealed[TOTP_SEALED_MAX + 1], bad[TOTP_SEALED_MAX + 2];

	totp_key_make(&key, SALT);
	totp_key_make(&other, "another salt");
	assert_string_not_equal(key.id, other.id);
	assert_true(totp_seal(&key, TOTP_KEPT, 7, SECRET, sealed));
	assert_null(strstr(sealed, SECRET));
	assert_int_equal(totp_open(&key, TOTP_KEPT, 7, sealed, secret), TOTP_OPENED_OWN);
	assert_string_equal(secret, SECRET);
	assert_int_equal(totp_open(&key, TOTP_KEPT, 8, sealed, secret), TOTP_NOT_OPENED);
	assert_int_equal(totp_open(&key, TOTP_PENDING, 7, sealed, secret), TOTP_NOT_OPENED);
	assert_int_equal(totp_open(&other, TOTP_KEPT, 7, sealed, secret), TOTP_NOT_OPENED);
	for (size_t i = 0; sealed[i]; i++) {
		(void)snprintf(bad, sizeof(bad), "%s", sealed);
		bad[i] = bad[i] == 'A' ? 'B' : 'A';
		assert_int_equal(totp_open(&key, TOTP_KEPT, 7, bad, secret), TOTP_NOT_OPENED);
		bad[i] = '\0';
		assert_int_equal(totp_open(&key, TOTP_KEPT, 7, bad, secret), TOTP_NOT_OPENED);
	}
	bad[0] = 'p';
	(void)snprintf(bad + 1, sizeof(bad) - 1, "%s", sealed + 1);
	assert_int_equal(totp_open(&key, TOTP_PENDING, 7, bad, secret), TOTP_NOT_OPENED);
	memset(bad, 'A', sizeof(bad) - 1);
	bad[sizeof(bad) - 1] = '\0';
	assert_int_equal(totp_open(&key, TOTP_KEPT, 7, bad, secret), TOTP_NOT_OPENED);
	assert_int_equal(totp_open(&key, TOTP_KEPT, 7, NULL, secret), TOTP_NOT_OPENED);
	assert_false(totp_seal(&key, TOTP_KEPT, 7, "no secret", bad));
}

static void
test_backup(void **state UNUSED)
{
	struct totp_key key, other;
	char a[BACKUP_STORED_LEN + 1], b[BACKUP_STORED_LEN + 1];

	totp_key_make(&key, SALT);
	totp_key_make(&other, "another salt");
	backup_stored(&key, 7, "23456789AB", a);
	backup_stored(&key, 7, "23456789AB", b);
	assert_string_equal(a, b);
	assert_int_equal(strlen(a), BACKUP_STORED_LEN);
	backup_stored(&key, 8, "23456789AB", b);
	assert_string_not_equal(a, b);
	backup_stored(&key, 7, "23456789AC", b);
	assert_string_not_equal(a, b);
	backup_stored(&other, 7, "23456789AB", b);
	assert_string_not_equal(a, b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_codes),
		cmocka_unit_test(test_edges_of_time),
		cmocka_unit_test(test_reading),
		cmocka_unit_test(test_making),
		cmocka_unit_test(test_uri),
		cmocka_unit_test(test_fork),
		cmocka_unit_test(test_own),
		cmocka_unit_test(test_backup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
