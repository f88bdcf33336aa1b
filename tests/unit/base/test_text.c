/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text buffer and its escape sinks, sizes, times, the arena: the small things every page is made of. */
#include "base/base.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/rand.h"
#include "base/size.h"
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <sodium.h>

typedef void (*sink)(struct str *, const char *);

static const struct {
	sink sink;
	const char *in, *out;
} escapes[] = {
	{ str_add_html, "a<b>&\"'c", "a&lt;b&gt;&amp;&quot;&#39;c" },
	{ str_add_html, "\xc3\xa9\t\n", "\xc3\xa9\t\n" },
	{ str_add_html, "a\x01\x7f\xff\xc3", "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
	{ str_add_html, "\xc0\xbc", "\xef\xbf\xbd\xef\xbf\xbd" }, /* overlong < */
	{ str_add_html, NULL, "" },
	{ str_add_json, "a\"\\\n\x01", "\"a\\\"\\\\\\n\\u0001\"" },
	{ str_add_json, "</script>\xe2\x80\xa8", "\"\\u003c/script>\\u2028\"" },
	{ str_add_json, "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" }, /* surrogate */
	{ str_add_json, NULL, "null" },
	{ str_add_url, "a b&c=d/e?\xc3\xa9~", "a%20b%26c%3Dd%2Fe%3F%C3%A9~" },
	{ str_add_csv, "plain", "\"plain\"" },
	{ str_add_csv, "a\"b", "\"a\"\"b\"" },
	{ str_add_csv, "=cmd|'x'", "\"'=cmd|'x'\"" },
	{ str_add_csv, "\tx", "\"'\tx\"" },
	{ str_add_csv, NULL, "\"\"" },
	{ str_add_csv, "  =1+1", "\"'  =1+1\"" },
	{ str_add_csv, "'=1", "\"''=1\"" },
	{ str_add_csv, "'tis", "\"'tis\"" },
	{ str_add_csv,
	    "\xef\xbc\x9d"
	    "1",
	    "\"'\xef\xbc\x9d"
	    "1\"" }, /* fullwidth = */
	{ str_add_csv, "a\r\nb,c;d", "\"a\r\nb,c;d\"" },
	{ str_add_csv, "a\xff\x01", "\"a\xef\xbf\xbd\x01\"" },
	{ str_add_log, "plain", "plain" },
	{ str_add_log, "a b\nc", "\"a b\\x0ac\"" },
	{ str_add_log, "\x1b[31m\"", "\\x1b[31m\\x22" },
	{ str_add_log, "", "\"\"" },
};

static void
test_escapes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(escapes); i++) {
		struct str s = STR_INIT;

		escapes[i].sink(&s, escapes[i].in);
		assert_string_equal(str_text(&s), escapes[i].out);
		str_release(&s);
	}
}

static void
test_limit(void **state)
{
	struct str s;

	(void)state;
	str_init(&s, 10);
	str_add(&s, "12345678");
	assert_false(s.failed);
	str_add(&s, "abc");
	assert_true(s.failed);
	str_add(&s, "9");
	assert_string_equal(str_text(&s), "12345678");
	str_clear(&s);
	str_add(&s, "1234567890");
	assert_false(s.failed);
	str_addf(&s, "%d", 1);
	assert_true(s.failed);
	str_release(&s);
}

static void
test_numbers(void **state)
{
	struct str s = STR_INIT;

	(void)state;
	str_addi(&s, INT64_MIN);
	str_addc(&s, ' ');
	str_addi(&s, 0);
	str_addc(&s, ' ');
	str_addi(&s, INT64_MAX);
	assert_string_equal(str_text(&s), "-9223372036854775808 0 9223372036854775807");
	str_release(&s);
}

static const struct {
	const char *in;
	int64_t bytes; /* -1: refused */
} sizes[] = {
	{ "0", 0 },
	{ "", 0 },
	{ "unlimited", 0 },
	{ "Unlimited", 0 },
	{ " ", 0 },
	{ "5", 5LL << 20 },
	{ "5G", 5LL << 30 },
	{ "5 gb", 5LL << 30 },
	{ "5GiB", 5LL << 30 },
	{ "500 MB", 500LL << 20 },
	{ "1.5GB", 1610612736 },
	{ "1b", 1 },
	{ "1048576B", 1048576 },
	{ "2TB", 2LL << 40 },
	{ "7P", 7LL << 50 },
	{ "8191P", 8191LL << 50 },
	{ "8192P", -1 },
	{ "0.1KB", -1 },
	{ "0.5KB", 512 },
	{ "9223372036854775807B", INT64_MAX },
	{ "9223372036854775808B", -1 },
	{ "18446744073709551616", -1 },
	{ "-1", -1 },
	{ "+1", -1 },
	{ "1e9", -1 },
	{ "1,5G", -1 },
	{ "5X", -1 },
	{ "5 GBB", -1 },
	{ "1.2.3", -1 },
	{ ".5G", -1 },
	{ "5.", -1 },
	{ "0x10", -1 },
	{ "five", -1 },
	{ "1\n", -1 },
	{ "G", -1 },
};

static void
test_sizes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		int64_t bytes = -1;
		const char *fault = size_parse(sizes[i].in, 1 << 20, &bytes);

		if (bytes != sizes[i].bytes || (fault != NULL) != (sizes[i].bytes == -1))
			fail_msg("\"%s\": %lld", sizes[i].in, (long long)bytes);
	}
}

static void
test_size_exact_reads_back(void **state)
{
	static const int64_t all[] = { 0, 1, 1023, 1024, 1025, 536870912, 1610612736, INT64_MAX,
		1000001, 5LL << 40 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		struct str s = STR_INIT;
		int64_t back = -1;

		size_exact(all[i], &s);
		assert_null(size_parse(str_text(&s), 1 << 20, &back));
		assert_int_equal(back, all[i]);
		str_release(&s);
	}
}

static void
test_size_human(void **state)
{
	static const struct {
		int64_t bytes;
		const char *out;
	} cases[] = { { 0, "0 B" }, { 1023, "1023 B" }, { 1024, "1 KB" }, { 1536, "1.5 KB" },
		{ 1610612736, "1.5 GB" }, { 5LL << 30, "5 GB" }, { INT64_MAX, "8192 PB" } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str s = STR_INIT;

		size_human(cases[i].bytes, &s);
		assert_string_equal(str_text(&s), cases[i].out);
		str_release(&s);
	}
}

static void
test_clock(void **state)
{
	struct str s = STR_INIT;
	char http[30], sql[20];
	int64_t back = 0;

	(void)state;
	clock_rfc3339(1700000000, &s);
	assert_string_equal(str_text(&s), "2023-11-14T22:13:20Z");
	clock_http_date(1700000000, http);
	assert_string_equal(http, "Tue, 14 Nov 2023 22:13:20 GMT");
	clock_sql(1700000000, sql);
	assert_true(clock_parse_sql(sql, &back));
	assert_int_equal(back, 1700000000);
	assert_true(clock_parse_sql("2023-11-14 22:13:20.123", &back));
	assert_false(clock_parse_sql("2023-13-14 22:13:20", &back));
	assert_false(clock_parse_sql("yesterday", &back));
	assert_false(clock_parse_sql("", &back));
	clock_freeze(42);
	assert_int_equal(clock_now(), 42);
	clock_freeze(0);
	assert_true(clock_now() > 1700000000);
	str_release(&s);
}

static void
test_arena(void **state)
{
	struct arena *a = arena_new(64, ARENA_SECRET);
	struct arena_mark mark;
	char *first, *second;

	(void)state;
	first = arena_strdup(a, "kept");
	mark = arena_mark(a);
	for (int i = 0; i < 100; i++) {
		char *p = arena_alloc(a, (size_t)i * 3);

		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (int k = 0; k < i * 3; k++)
			assert_int_equal(p[k], 0);
		memset(p, 'x', (size_t)i * 3);
	}
	arena_reset(a, mark);
	assert_string_equal(first, "kept");
	second = arena_printf(a, "%d-%s", 7, "x");
	assert_string_equal(second, "7-x");
	assert_null(arena_strdup(a, NULL));
	arena_reset(a, (struct arena_mark){ 0 });
	assert_int_equal(arena_used(a), 0);
	assert_non_null(arena_alloc(a, 0));
	arena_free(a);
	arena_free(NULL);
}

static void
test_digests(void **state)
{
	char hex[65], password[17];

	(void)state;
	rand_start();
	assert_int_equal(sodium_init(), 1); /* it was called before */
	sha256_hex("abababababababababababababababababababababababababababababababab", 64, hex);
	assert_string_equal(hex, "271a413bd339c5709fdceaec41f14f11e9fbfb5042d72d331c65f32b284cd09a");
	hmac_hex("key", "The quick brown fox jumps over the lazy dog", hex);
	assert_string_equal(hex, "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
	mac_hex("kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk",
	    "The quick brown fox jumps over the lazy dog", hex);
	assert_string_equal(hex, "2ff30b9124e759f10ecffbacd6222cdecdf1dc014d6d0626b17ede67219a24a6");
	assert_true(text_equal_ct("a", "a"));
	assert_false(text_equal_ct("a", "ab"));
	rand_password(password, 16);
	assert_int_equal(strlen(password), 16);
	assert_null(strpbrk(password, "01lIoO"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_size_exact_reads_back),
		cmocka_unit_test(test_size_human),
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_arena),
		cmocka_unit_test(test_digests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
