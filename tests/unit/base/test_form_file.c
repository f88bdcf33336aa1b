/* SPDX-License-Identifier: GPL-3.0-or-later */
/* multipart/form-data: what browsers send is read, all that could be read two ways is refused. */
#include "base/base.h"

#include "base/arena.h"
#include "base/form_file.h"
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define FIELD_HEAD(name) "Content-Disposition: form-data; name=\"" name "\"\r\n\r\n"
#define FILE_HEAD(name)                                                   \
	"Content-Disposition: form-data; name=\"file\"; filename=\"" name \
	"\"\r\nContent-Type: text/csv\r\n\r\n"
#define NEXT "\r\n--b\r\n"
#define END "\r\n--b--\r\n"

/* clang-format off */
static const struct {
	const char *body, *read; /* "name=text|" of each field, "name<file name>bytes|" of a file; NULL: refused */
} bodies[] = {
	{ "--b\r\n" FIELD_HEAD("a") "1" END, "a=1|" },
	{ "--b\r\n" FIELD_HEAD("a") "1" "\r\n--b--", "a=1|" },
	{ "--b\r\n" FIELD_HEAD("a") END, "a=|" },
	{ "--b\r\n" FIELD_HEAD("a") "x\r\ny\r\n" NEXT FIELD_HEAD("a") "\r\n--" END, "a=x\r\ny\r\n|a=\r\n--|" },
	{ "--b\r\n" FIELD_HEAD("k") "m" NEXT FILE_HEAD("x.csv") "1,2\r\n" END, "k=m|file<x.csv>1,2\r\n|" },
	{ "--b\r\n" FILE_HEAD("%22\xc3\xa4\\.csv") "\xff\xfe" END, "file<%22\xc3\xa4\\.csv>\xff\xfe|" },
	{ "--b\r\n" FILE_HEAD("") END, "" },
	{ "--b\r\n" FILE_HEAD("") "x" END, "file<>x|" },
	{ "--b\r\n" FILE_HEAD("") NEXT FILE_HEAD("y") "1" END, "file<y>1|" },
	{ "--b--\r\n", "" },
	{ "--b\r\ncontent-disposition:form-data; name=\"a\"\r\n\r\n1" END, "a=1|" },
	/* refused */
	{ "", NULL },
	{ "--b", NULL },
	{ "--b-", NULL },
	{ "--b--\r\nmore", NULL },
	{ "before\r\n--b--\r\n", NULL },
	{ "\r\n--b\r\n" FIELD_HEAD("a") "1" END, NULL },
	{ "--b \r\n" FIELD_HEAD("a") "1" END, NULL },
	{ "--b\n" FIELD_HEAD("a") "1" END, NULL },
	{ "--b\r\n" FIELD_HEAD("a") "1", NULL },
	{ "--b\r\n" FIELD_HEAD("a") "1\r\n--bc" END, NULL },
	{ "--b\r\n" FIELD_HEAD("a") "\xff" END, NULL },
	{ "--b\r\n" FIELD_HEAD("") "1" END, NULL },
	{ "--b\r\n" FIELD_HEAD("a\x01") "1" END, NULL },
	{ "--b\r\n\r\n1" END, NULL },
	{ "--b\r\nContent-Disposition: form-data\r\n\r\n1" END, NULL },
	{ "--b\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1" END, NULL },
	{ "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1" END, NULL },
	{ "--b\r\nContent-Disposition: form-data; name=\"a\"; name=\"b\"\r\n\r\n1" END, NULL },
	{ "--b\r\nContent-Disposition: form-data; name=\"a\"; filename*=UTF-8''x\r\n\r\n1" END, NULL },
	{ "--b\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n1" END, NULL },
	{ "--b\r\nContent-Transfer-Encoding: base64\r\n" FIELD_HEAD("a") "MQ==" END, NULL },
	{ "--b\r\nContent-Type: text/plain; charset=utf-16\r\n" FIELD_HEAD("a") "1" END, NULL },
	{ "--b\r\n" FILE_HEAD("x") "1" NEXT FILE_HEAD("y") "2" END, NULL },
};

static const struct {
	const char *type, *boundary; /* NULL: none */
} types[] = {
	{ "multipart/form-data; boundary=b", "b" },
	{ "Multipart/Form-Data;Boundary=\"----x-1\"", "----x-1" },
	{ "multipart/form-data; boundary=0123456789012345678901234567890123456789012345678901234567890123456789",
	    "0123456789012345678901234567890123456789012345678901234567890123456789" },
	{ "multipart/form-data; boundary=01234567890123456789012345678901234567890123456789012345678901234567890", NULL },
	{ "multipart/form-data", NULL },
	{ "multipart/form-data; boundary=", NULL },
	{ "multipart/form-data; boundary=\"\"", NULL },
	{ "multipart/form-data; boundary=\"b", NULL },
	{ "multipart/form-data; boundary=b; charset=utf-8", NULL },
	{ "multipart/form-data; charset=utf-8; boundary=b", NULL },
	{ "multipart/form-data; boundary=b b", NULL },
	{ "multipart/form-datax; boundary=b", NULL },
	{ "multipart/mixed; boundary=b", NULL },
};
/* clang-format on */

static void
test_bodies(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
		CLEANUP(str_release) struct str s = STR_INIT;
		struct errs errs = { .arena = arena };
		struct pairs pairs = { 0 };
		struct form_file file = { 0 };
		enum rc rc = form_parse_multipart(bodies[i].body, strlen(bodies[i].body), "b",
		    arena, &pairs, &file, &errs);

		assert_int_equal(rc, bodies[i].read ? RC_OK : RC_MALFORMED);
		for (size_t k = 0; k < pairs.n; k++)
			str_addf(&s, "%s=%s|", pairs.at[k].name, pairs.at[k].text);
		if (file.field)
			str_addf(&s, "%s<%s>%.*s|", file.field, file.name, (int)file.len, file.data);
		assert_string_equal(str_text(&s), bodies[i].read ? bodies[i].read : "");
	}
}

static void
test_a_nul_and_too_many(void **state)
{
	static const char nul[] = "--b\r\n" FIELD_HEAD("a") "x\0y" END;
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	CLEANUP(str_release) struct str s = STR_INIT;
	struct errs errs = { .arena = arena };
	struct pairs pairs;
	struct form_file file;

	(void)state;
	assert_int_equal(form_parse_multipart(nul, sizeof(nul) - 1, "b", arena, &pairs, &file, &errs),
	    RC_MALFORMED);
	STR_LIT(&s, "--b");
	for (int i = 0; i < FORM_PAIRS_MAX; i++)
		STR_LIT(&s, "\r\n" FIELD_HEAD("a") "\r\n--b");
	assert_int_equal(form_parse_multipart(s.data, s.len, "b", arena, &pairs, &file, &errs),
	    RC_MALFORMED);
	STR_LIT(&s, "--");
	assert_int_equal(form_parse_multipart(s.data, s.len, "b", arena, &pairs, &file, &errs), RC_OK);
	assert_int_equal(pairs.n, FORM_PAIRS_MAX);
	s.len -= 2;
	STR_LIT(&s, "\r\n" FIELD_HEAD("a") END);
	assert_int_equal(form_parse_multipart(s.data, s.len, "b", arena, &pairs, &file, &errs),
	    RC_MALFORMED);
}

static void
test_boundaries(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		char boundary[FORM_BOUNDARY_MAX + 1] = "";

		assert_int_equal(form_boundary(types[i].type, boundary), types[i].boundary != NULL);
		if (types[i].boundary)
			assert_string_equal(boundary, types[i].boundary);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_a_nul_and_too_many), cmocka_unit_test(test_boundaries) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
