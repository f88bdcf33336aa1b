/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CBOR out of authenticators: what is whole, and what claims more than there is. */
#include "base/base.h"

#include "base/cbor.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define IN(text) text, sizeof(text) - 1
#define OF(text) of("" text, sizeof(text) - 1)

static struct cbor
of(const char *text, size_t n)
{
	const unsigned char *at = (const unsigned char *)text;

	return (struct cbor){ at, at + n };
}

static const struct {
	const char *name;
	const char *in;
	size_t n;
	bool whole; /* one item and nothing behind */
} items[] = {
	{ "0", IN("\x00"), true },
	{ "-8", IN("\x27"), true },
	{ "65536", IN("\x1a\x00\x01\x00\x00"), true },
	{ "bytes",
	    IN("\x42"
	       "ab"),
	    true },
	{ "text",
	    IN("\x63"
	       "abc"),
	    true },
	{ "[1, [2, 3]]", IN("\x82\x01\x82\x02\x03"), true },
	{ "{\"a\": 1}",
	    IN("\xa1"
	       "\x61"
	       "a\x01"),
	    true },
	{ "tagged", IN("\xc1\x00"), true },
	{ "true", IN("\xf5"), true },
	{ "a float", IN("\xfa\x47\xc3\x50\x00"), true },
	{ "nothing", IN(""), false },
	{ "something behind", IN("\x00\x00"), false },
	{ "bytes, cut",
	    IN("\x43"
	       "ab"),
	    false },
	{ "a length, cut", IN("\x1a\x00\x01"), false },
	{ "a list, cut", IN("\x82\x01"), false },
	{ "a list of 2^64 - 1", IN("\x9b\xff\xff\xff\xff\xff\xff\xff\xff\x01"), false },
	{ "a map of 2^63", IN("\xbb\x80\x00\x00\x00\x00\x00\x00\x00\x01\x01"), false },
	{ "bytes of 2^64 - 1", IN("\x5b\xff\xff\xff\xff\xff\xff\xff\xff\x01"), false },
	{ "of no length", IN("\x9f\x01\xff"), false },
	{ "a reserved length", IN("\x1c"), false },
	{ "nested as deep as it may be", IN("\x81\x81\x81\x81\x81\x00"), true },
	{ "nested deeper", IN("\x81\x81\x81\x81\x81\x81\x00"), false },
	{ "tags, nested", IN("\xc1\xc1\xc1\xc1\xc1\xc1\xc1\x00"), false },
};

static void
test_skip(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(items); i++) {
		struct cbor c = of(items[i].in, items[i].n);
		bool whole = cbor_skip(&c) && c.at == c.end;

		if (whole != items[i].whole)
			fail_msg("%s", items[i].name);
	}
}

static void
test_read(void **state UNUSED)
{
	struct cbor c = OF("\xa2\x63"
			   "key\x26\x41\x07\x39\x01\x00");
	const char *text;
	const unsigned char *bytes;
	size_t n;
	int64_t number;

	assert_true(cbor_map(&c, &n));
	assert_int_equal(n, 2);
	assert_true(cbor_text(&c, &text, &n));
	assert_int_equal(n, 3);
	assert_memory_equal(text, "key", 3);
	assert_true(cbor_int(&c, &number));
	assert_int_equal(number, -7);
	assert_true(cbor_bytes(&c, &bytes, &n));
	assert_int_equal(n, 1);
	assert_int_equal(*bytes, 7);
	assert_true(cbor_int(&c, &number));
	assert_int_equal(number, -257);
	assert_ptr_equal(c.at, c.end);
	assert_false(cbor_int(&c, &number));
}

/* What is there is another kind, or a number that does not fit. */
static void
test_kinds(void **state UNUSED)
{
	struct cbor number = OF("\x01"),
		    text = OF("\x61"
			      "a"),
		    large = OF("\x1b\x80\x00\x00\x00\x00\x00\x00\x00"), map = OF("\xa2\x01\x01");
	const char *t;
	const unsigned char *b;
	size_t n;
	int64_t i;

	assert_false(cbor_text(&number, &t, &n));
	assert_false(cbor_bytes(&text, &b, &n));
	assert_false(cbor_int(&large, &i));
	assert_false(cbor_map(&map, &n)); /* two pairs in two bytes */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_skip),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
