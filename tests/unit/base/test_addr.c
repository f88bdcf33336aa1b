/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses and domains: what is accepted and in which canonical form, and what is refused. */
#include "base/base.h"

#include "base/addr.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define L63 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg"
#define L64 L63 "h"

static const struct {
	const char *in, *out; /* out NULL: refused */
} addresses[] = {
	{ "anna@example.com", "anna@example.com" },
	{ "Anna.B@Example.COM", "anna.b@example.com" },
	{ "o'brien@example.com", "o'brien@example.com" },
	{ "a+tag@example.com", "a+tag@example.com" },
	{ "a_b-c=d~e^f@example.com", "a_b-c=d~e^f@example.com" },
	{ "anna@b\xc3\xbc"
	  "cher.example",
	    "anna@xn--bcher-kva.example" },
	{ "anna@B\xc3\x9c"
	  "CHER.example",
	    "anna@xn--bcher-kva.example" },
	{ "anna@bu\xcc\x88"
	  "cher.example",
	    "anna@xn--bcher-kva.example" }, /* NFD */
	{ "anna@xn--bcher-kva.example", "anna@xn--bcher-kva.example" },
	{ "anna@XN--BCHER-KVA.example", "anna@xn--bcher-kva.example" },
	{ L64 "@example.com", L64 "@example.com" },
	{ L64 "i@example.com", NULL },
	{ "a@" L63 ".example", "a@" L63 ".example" },
	{ "a@" L64 ".example", NULL },
	{ "*@example.com", NULL },
	{ "?@example.com", NULL },
	{ "a*b@example.com", NULL },
	{ "%u@example.com", NULL },
	{ "a%b@example.com", NULL },
	{ "a/b@example.com", NULL },
	{ "..@example.com", NULL },
	{ ".a@example.com", NULL },
	{ "a.@example.com", NULL },
	{ "a..b@example.com", NULL },
	{ "-a@example.com", NULL },
	{ "\"a b\"@example.com", NULL },
	{ "\"|cmd\"@example.com", NULL },
	{ "|cmd@example.com", NULL },
	{ "`id`@example.com", NULL },
	{ "$x@example.com", NULL },
	{ "a&b@example.com", NULL },
	{ "a<b@example.com", NULL },
	{ "a,b@example.com", NULL },
	{ "a;b@example.com", NULL },
	{ "a:b@example.com", NULL },
	{ "a\\b@example.com", NULL },
	{ "a b@example.com", NULL },
	{ "a\nb@example.com", NULL },
	{ "\xc3\xa4@example.com", NULL },
	{ "a@b@example.com", NULL },
	{ "anna", NULL },
	{ "@example.com", NULL },
	{ "anna@", NULL },
	{ "anna@exam\xc2\xa0ple.com", NULL }, /* blanks of other scripts, which IDNA's mapping drops */
	{ "anna@example.com\xe3\x80\x80", NULL },
	{ "anna@\xe2\x80\x83"
	  "example.com",
	    NULL },
	{ "anna@localhost", NULL },
	{ "anna@example.com.", NULL },
	{ "anna@.example.com", NULL },
	{ "anna@a..com", NULL },
	{ "anna@-a.com", NULL },
	{ "anna@a-.com", NULL },
	{ "anna@a_b.com", NULL },
	{ "anna@[127.0.0.1]", NULL },
	{ "anna@127.0.0.1", NULL },
	{ "anna@xn--zzzzzzzz-.example", NULL },
	{ "anna@xn--.example", NULL },
	{ "anna@\xff.example", NULL },
	{ "/var/mail/x", NULL },
	{ ":include:/etc/passwd", NULL },
	{ "", NULL },
};

static void
test_addresses(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(addresses); i++) {
		struct addr a = { 0 }, again;
		const char *fault = addr_parse(addresses[i].in, ADDR_PLAIN, &a);

		if (!addresses[i].out != (fault != NULL))
			fail_msg("\"%s\": %s", addresses[i].in, fault ? fault : a.full);
		if (fault)
			continue;
		assert_string_equal(a.full, addresses[i].out);
		assert_null(addr_parse(a.full, ADDR_PLAIN, &again)); /* canonical is canonical */
		assert_string_equal(again.full, a.full);
	}
}

static void
test_lengths(void **state)
{
	char text[400];
	struct addr a;

	(void)state;
	/* 64 + 1 + 190 bytes, one too many; then one less */
	(void)snprintf(text, sizeof(text), "%s@%s.%s.%s", L64, L63, L63,
	    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz.example.com");
	assert_int_equal(strlen(text), 257);
	assert_non_null(addr_parse(text, ADDR_PLAIN, &a));
	assert_null(addr_parse(text + 3, ADDR_PLAIN, &a));
	assert_int_equal(strlen(a.full), 254);
	(void)snprintf(text, sizeof(text), "%s.%s.%s.%s.example", L63, L63, L63, L63);
	assert_non_null(addr_domain_parse(text, a.domain));
}

static void
test_catch_all(void **state)
{
	struct addr a;

	(void)state;
	assert_null(addr_parse("@Example.com", ADDR_CATCH_ALL, &a));
	assert_string_equal(a.full, "@example.com");
	assert_string_equal(a.local, "");
	assert_non_null(addr_parse("@", ADDR_CATCH_ALL, &a));
	assert_non_null(addr_parse("*@example.com", ADDR_CATCH_ALL, &a));
}

static void
test_display(void **state)
{
	char buf[300];

	(void)state;
	assert_string_equal(addr_display("anna@xn--bcher-kva.example", buf, sizeof(buf)),
	    "anna@b\xc3\xbc"
	    "cher.example");
	assert_string_equal(addr_display("xn--bcher-kva.example", buf, sizeof(buf)),
	    "b\xc3\xbc"
	    "cher.example");
	assert_string_equal(addr_display("anna@example.com", buf, sizeof(buf)), "anna@example.com");
	assert_string_equal(addr_display("anna@xn--bcher-kva.example", buf, 4),
	    "anna@xn--bcher-kva.example");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_catch_all),
		cmocka_unit_test(test_display),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
