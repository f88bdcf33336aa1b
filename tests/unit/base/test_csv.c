/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV: what is read, what is refused and at which line, and that what is written comes back as it was. */
#include "base/base.h"

#include "base/csv.h"
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct {
	const char *in, *out; /* out: cells and records, or where it broke off: "!line" */
} reads[] = {
	{ "", "" },
	{ "\n\r\n\n", "" },
	{ "a,b\n1,2\n", "a|b/1|2/" },
	{ "a,b\r\n1,2", "a|b/1|2/" },
	{ "\xef\xbb\xbf"
	  "a;b\r\n1;2,5\r\n",
	    "a|b/1|2,5/" },
	{ "a\tb\n1\t\n", "a|b/1|/" },
	{ "sep=;\r\na,x;b\r\n", "a,x|b/" },
	{ "\"a;x\",b,c\n", "a;x|b|c/" },
	{ "a,b\n\"x \"\"y\"\"\",\"1\r\n2\"\n\n3,4\n", "a|b/x \"y\"|1\r\n2/3|4/" },
	{ ",\n", "|/" },
	{ "\"\"\n", "/" },
	{ "\"\",\"\"", "|/" },
	{ " a , b \n", " a | b /" },
	{ "a\nb\"c\n", "a/!2" },
	{ "a\n\n\"b\nc\n", "a/!3" },
	{ "a\n\"b\"c\n", "a/!2" },
	{ "a\rb\n", "!1" },
	{ "a\n\"b\"\r", "a/!2" },
	{ "\"", "!1" },
	{ "a\nb\n\xff\n", "?3" },
	{ "\xff\xfe"
	  "a",
	    "?1" },
	{ "a\n\xc0\x80", "?2" },
};

static void
read_all(const char *in, size_t len, struct str *out)
{
	struct csv csv;
	struct csv_record r;
	const char *fault = NULL;
	enum csv_step step = CSV_BAD;
	char *text = malloc(len + 1);

	assert_non_null(text);
	memcpy(text, in, len);
	if (csv_open(&csv, text, len)) {
		str_addf(out, "?%zu", csv.line);
	} else {
		while ((step = csv_next(&csv, &r, &fault)) == CSV_RECORD)
			for (size_t i = 0; i < r.n; i++) {
				str_add(out, r.cells[i]);
				str_addc(out, i + 1 == r.n ? '/' : '|');
			}
		if (step == CSV_BAD) {
			assert_non_null(fault);
			str_addf(out, "!%zu", csv.line);
		}
	}
	free(text);
}

static void
test_reading(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(reads); i++) {
		struct str s = STR_INIT;

		read_all(reads[i].in, strlen(reads[i].in), &s);
		assert_string_equal(str_text(&s), reads[i].out);
		str_release(&s);
	}
}

static void
test_nul_is_no_text(void **state)
{
	struct str s = STR_INIT;

	(void)state;
	read_all("a,b\n1,\0x\n", 9, &s);
	assert_string_equal(str_text(&s), "?2");
	str_release(&s);
}

static void
test_too_many_cells(void **state)
{
	struct str in = STR_INIT, out = STR_INIT;

	(void)state;
	for (int i = 0; i < CSV_CELLS_MAX - 1; i++)
		str_addc(&in, ',');
	str_addc(&in, '\n');
	read_all(in.data, in.len, &out);
	assert_null(strchr(str_text(&out), '!'));
	str_clear(&out);
	in.len--;
	STR_LIT(&in, ",\n");
	read_all(in.data, in.len, &out);
	assert_string_equal(str_text(&out), "!1");
	str_release(&in);
	str_release(&out);
}

static const char *const values[] = { "", "plain", "=cmd|' /C calc'!A0", "+1", "-1", "@example.com",
	"\tx", "\rx", "\nx", "'", "'=1", "''=1", "' =1", "  =1", " x ", "\"", "\"=1\"", "a\"b",
	"a,b;c\td", "a\r\nb", "'quoted'", "\xef\xbc\x9d one", "'@b", "\xef\xbb\xbf" };

/* Written and read again, each value is what it was; and nothing that is written begins like a formula. */
static void
test_round_trip(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		struct str s = STR_INIT;
		struct csv csv;
		struct csv_record r;
		const char *fault;

		STR_LIT(&s, "\"first\",\"second\"\r\n\"x\",");
		str_add_csv(&s, values[i]);
		STR_LIT(&s, "\r\n");
		assert_null(csv_open(&csv, s.data, s.len));
		assert_int_equal(csv_next(&csv, &r, &fault), CSV_RECORD);
		assert_int_equal(csv_next(&csv, &r, &fault), CSV_RECORD);
		assert_int_equal(r.n, 2);
		assert_null(*r.cells[1] ? strchr("=+-@\t\r\n", *r.cells[1]) : NULL);
		assert_string_equal(csv_unguard(r.cells[1]), values[i]);
		str_release(&s);
	}
}

/* What nobody guarded is taken as it is. */
static void
test_foreign_files(void **state)
{
	(void)state;
	assert_string_equal(csv_unguard("=1"), "=1");
	assert_string_equal(csv_unguard("'tis"), "'tis");
	assert_string_equal(csv_unguard("'@example.com"), "@example.com");
	assert_string_equal(csv_unguard("'"), "'");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reading),
		cmocka_unit_test(test_nul_is_no_text),
		cmocka_unit_test(test_too_many_cells),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_foreign_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
