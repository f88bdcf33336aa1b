/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field tables: reading pairs into a struct with every fault at its field, and writing structs out without their secrets. */
#include "base/base.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/form.h"
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct thing {
	uint64_t given;
	const char *name, *text, *targets, *domain, *address, *colour, *password;
	int64_t count, size, when, id;
	bool active;
};
static const char *const colours[] = { "red", "blue", NULL };
static const struct field thing_field_rows[] = {
	FIELD(thing, name, .flags = FIELD_REQUIRED, .min = 2, .max = 10),
	FIELD(thing, text, .kind = KIND_LINES),
	FIELD(thing, targets, .kind = KIND_TARGETS),
	FIELD(thing, domain, .kind = KIND_DOMAIN),
	FIELD(thing, address, .kind = KIND_ADDRESS),
	FIELD(thing, colour, .kind = KIND_CHOICE, .choices = colours),
	FIELD(thing, password, .kind = KIND_PASSWORD),
	FIELD(thing, count, .max = 100),
	FIELD(thing, size, .kind = KIND_BYTES),
	FIELD(thing, when, .kind = KIND_TIME, .flags = FIELD_READONLY | FIELD_UNAUDITED),
	FIELD(thing, id, .kind = KIND_ID),
	FIELD(thing, active),
};
static FIELDS(thing);

struct fixture {
	struct arena *arena;
	struct errs errs;
	struct thing t;
};

static enum rc
parse(struct fixture *f, enum field_mode mode, const char *form)
{
	struct pairs pairs = { 0 };
	enum rc rc;

	f->errs = (struct errs){ .arena = f->arena };
	rc = form_parse(form, strlen(form), f->arena, &pairs, &f->errs);
	return rc == RC_OK
	    ? field_parse(&thing_fields, mode, pairs.at, pairs.n, &f->t, f->arena, &f->errs)
	    : rc;
}

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->arena = arena_new(0, ARENA_PLAIN);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	arena_free(f->arena);
	free(f);
	return 0;
}

static const struct {
	const char *form;
	enum rc rc;
	const char *field; /* of the first fault */
} cases[] = {
	{ "name=anna", RC_OK, NULL },
	{ "name=++anna++", RC_OK, NULL },
	{ "", RC_INVALID, "name" },
	{ "name=", RC_INVALID, "name" },
	{ "name=+++", RC_INVALID, "name" },
	{ "name=a", RC_INVALID, "name" },
	{ "name=abcdefghijk", RC_INVALID, "name" },
	{ "name=a%0Ab", RC_INVALID, "name" },
	{ "name=a%C2%85b", RC_INVALID, "name" },
	{ "name=a%E2%80%A8b", RC_INVALID, "name" },
	{ "name=anna&count=1abc", RC_INVALID, "count" },
	{ "name=anna&count=1e1", RC_INVALID, "count" },
	{ "name=anna&count=0x1", RC_INVALID, "count" },
	{ "name=anna&count=+1", RC_INVALID, "count" },
	{ "name=anna&count=%2B1", RC_INVALID, "count" },
	{ "name=anna&count=-1", RC_INVALID, "count" },
	{ "name=anna&count=101", RC_INVALID, "count" },
	{ "name=anna&count=100", RC_OK, NULL },
	{ "name=anna&count=", RC_OK, NULL },
	{ "name=anna&count=99999999999999999999", RC_INVALID, "count" },
	{ "name=anna&size=5G", RC_OK, NULL },
	{ "name=anna&size=-1", RC_INVALID, "size" },
	{ "name=anna&size=1,5G", RC_INVALID, "size" },
	{ "name=anna&id=0", RC_INVALID, "id" },
	{ "name=anna&id=", RC_INVALID, "id" },
	{ "name=anna&id=7", RC_OK, NULL },
	{ "name=anna&colour=red", RC_OK, NULL },
	{ "name=anna&colour=green", RC_INVALID, "colour" },
	{ "name=anna&active=maybe", RC_INVALID, "active" },
	{ "name=anna&active=on", RC_OK, NULL },
	{ "name=anna&domain=nodot", RC_INVALID, "domain" },
	{ "name=anna&address=*@example.com", RC_INVALID, "address" },
	{ "name=anna&address=@example.com", RC_INVALID, "address" },
	{ "name=anna&targets=a@example.com%0A%7C/bin/sh", RC_INVALID, "targets" },
	{ "name=anna&password=a%0Ab", RC_INVALID, "password" },
	{ "name=anna&when=2026-01-01", RC_MALFORMED, NULL },
	{ "name=anna&super=1", RC_MALFORMED, NULL },
	{ "name=anna&name=ben", RC_MALFORMED, "name" },
	{ "name=anna&name[]=ben", RC_MALFORMED, NULL },
	{ "name=%zz", RC_MALFORMED, NULL },
	{ "name=%00", RC_MALFORMED, NULL },
	{ "name=%4", RC_MALFORMED, NULL },
	{ "name=%ff", RC_MALFORMED, NULL },
	{ "name=anna;count=1", RC_MALFORMED, NULL },
	{ "&&", RC_MALFORMED, NULL },
};

static void
test_parse(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		enum rc rc = parse(f, FIELD_WHOLE, cases[i].form);

		if (rc != cases[i].rc)
			fail_msg("%s: %s, not %s", cases[i].form, rc_slug(rc), rc_slug(cases[i].rc));
		if (rc != RC_OK && cases[i].field)
			assert_string_equal(f->errs.first->field, cases[i].field);
		if (rc == RC_OK)
			assert_string_equal(f->t.name, "anna");
	}
}

static void
test_given(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(parse(f, FIELD_PATCH, "count=&size=0"), RC_OK);
	assert_true(FIELD_GIVEN(thing, &f->t, count));
	assert_true(FIELD_GIVEN(thing, &f->t, size));
	assert_false(FIELD_GIVEN(thing, &f->t, name));
	assert_int_equal(parse(f, FIELD_PATCH, "name="), RC_INVALID); /* required means: not emptied either */
}

static void
test_values(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(
	    parse(f, FIELD_PATCH,
		"targets=B%40Example.com%2C+a%40x.org%0D%0A%40y.org%2C%2Cb%40example.com&size=512&"
		"text=+one%0D%0Atwo+&address=O%27Brien%40Example.com&active=yes"),
	    RC_OK);
	assert_string_equal(f->t.targets, "b@example.com,a@x.org,@y.org");
	assert_int_equal(f->t.size, 512LL << 20);
	assert_string_equal(f->t.text, "one\ntwo");
	assert_string_equal(f->t.address, "o'brien@example.com");
	assert_true(f->t.active);
}

static void
test_all_faults(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(parse(f, FIELD_WHOLE, "count=x&size=y"), RC_INVALID);
	assert_non_null(err_for(&f->errs, "count"));
	assert_non_null(err_for(&f->errs, "size"));
	assert_non_null(err_for(&f->errs, "name"));
	assert_null(err_for(&f->errs, "text"));
}

static void
test_json_door(void **state)
{
	struct fixture *f = *state;
	static const char *const bad[] = { "[]", "{\"name\":\"a\",\"name\":\"b\"}",
		"{\"count\":1.5}", "{\"count\":1e1}", "{\"count\":NaN}", "{\"count\":1e999}",
		"{\"name\":\"a\\u0000\"}", "{\"name\":{}}", "{\"name\":\"\\ud800\"}", "{} x", "",
		"{\"name\":[[[[[]]]]]}", "\xef\xbb\xbf{}",
		"{\"count\":123456789012345678901234567890}", "{\"name\":\"\xff\"}" };
	static const char list[] = "{\"name\":[\"anna\"]}";
	static const char good[] = "{\"name\":\"anna\",\"size\":1024,\"active\":true,"
				   "\"targets\":[\"a@x.org\",\"b@x.org\"],\"text\":null}";
	struct pairs pairs = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		enum rc rc;

		f->errs = (struct errs){ .arena = f->arena };
		rc = form_parse_json(bad[i], strlen(bad[i]), f->arena, &pairs, &f->errs);
		if (rc != RC_MALFORMED)
			fail_msg("%s", bad[i]);
	}
	/* a list of one is a list */
	f->errs = (struct errs){ .arena = f->arena };
	assert_int_equal(form_parse_json(list, sizeof(list) - 1, f->arena, &pairs, &f->errs), RC_OK);
	assert_int_equal(field_parse(&thing_fields, FIELD_PATCH, pairs.at, pairs.n, &f->t, f->arena,
			     &f->errs),
	    RC_MALFORMED);
	f->errs = (struct errs){ .arena = f->arena };
	assert_int_equal(form_parse_json(good, sizeof(good) - 1, f->arena, &pairs, &f->errs), RC_OK);
	assert_int_equal(field_parse(&thing_fields, FIELD_WHOLE, pairs.at, pairs.n, &f->t, f->arena,
			     &f->errs),
	    RC_OK);
	assert_int_equal(f->t.size, 1024);
	assert_true(f->t.active);
	assert_string_equal(f->t.targets, "a@x.org,b@x.org");
	assert_string_equal(f->t.text, "");
}

static void
test_output(void **state)
{
	struct str a = STR_INIT, b = STR_INIT;
	struct thing one = { .name = "<a>", .password = "secret", .count = 1 }, two = one;
	char rev_one[17], rev_two[17];

	(void)state;
	field_json(&thing_fields, &one, &a);
	assert_null(strstr(str_text(&a), "secret"));
	assert_non_null(strstr(str_text(&a), "\"name\":\"\\u003ca>\""));
	assert_non_null(strstr(str_text(&a), "\"when\":null"));
	str_clear(&a);
	two.count = 2;
	two.password = "other";
	two.when = 5;
	assert_int_equal(field_diff(&thing_fields, &one, &two, &a, &b), 2);
	assert_string_equal(str_text(&a), "{\"password\":\"changed\",\"count\":1}");
	assert_string_equal(str_text(&b), "{\"password\":\"changed\",\"count\":2}");
	field_rev(&thing_fields, &one, rev_one);
	field_rev(&thing_fields, &two, rev_two);
	assert_string_not_equal(rev_one, rev_two);
	two = one;
	two.when = 9; /* moves without anybody editing */
	field_rev(&thing_fields, &two, rev_two);
	assert_string_equal(rev_one, rev_two);
	str_release(&a);
	str_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_parse, setup, teardown),
		cmocka_unit_test_setup_teardown(test_given, setup, teardown),
		cmocka_unit_test_setup_teardown(test_values, setup, teardown),
		cmocka_unit_test_setup_teardown(test_all_faults, setup, teardown),
		cmocka_unit_test_setup_teardown(test_json_door, setup, teardown),
		cmocka_unit_test(test_output),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
