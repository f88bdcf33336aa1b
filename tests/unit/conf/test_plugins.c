/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of the plugins' keys: what is taken, and what comes out of it. */
#include "base/base.h"

#include "base/arena.h"
#include "conf/conf.h"
#include "conf/plugins.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
test_access_check(void **state)
{
	static const struct {
		const char *text;
		bool ok;
	} cases[] = {
		{ "IMAP", true },
		{ "SMTP = Sending mail , IMAP=, X-1", true },
		{ "", false },
		{ "IMAP,,SMTP", false },
		{ "imap", false },
		{ "IMAP, IMAP=again", false },
		{ "ALL", false },
		{ "NONE", false },
		{ "A B", false },
		{ "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA,BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB,"
		  "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC,D",
		    true },
		{ "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA,BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB,"
		  "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC,DD",
		    false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if ((conf_check_access_types(cases[i].text) == NULL) != cases[i].ok)
			fail_msg("%s", cases[i].text);
}

static void
test_access_types(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	const struct conf c = { .access_types = "SMTP = Sending mail , IMAP=, X-1" };
	size_t n;
	const struct conf_service_type *types = conf_access_types(&c, arena, &n);

	(void)state;
	assert_int_equal(n, 3);
	assert_string_equal(types[0].name, "SMTP");
	assert_string_equal(types[0].label, "Sending mail");
	assert_string_equal(types[1].label, "IMAP");
	assert_string_equal(types[2].name, "X-1");
}

static void
test_info_check(void **state)
{
	static const struct {
		const char *text;
		bool ok;
	} cases[] = {
		{ "", true },
		{ "id, first_name=First name|required, ext-no = Ext. no |digits|min:4|max:4", true },
		{ "grade=Grade|choice:A/B, born|date, room|off", true },
		{ "first name", false },
		{ "a|sometimes", false },
		{ "a|min:0", false },
		{ "a|min:5|max:4", false },
		{ "a|max:256", false },
		{ "a|choice:", false },
		{ "a|choice:x//y", false },
		{ "a,,b", false },
		{ "ext_no, EXT-NO", false },
		{ "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x", true },
		{ "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if ((conf_check_info_elements(cases[i].text) == NULL) != cases[i].ok)
			fail_msg("%s", cases[i].text);
	assert_null(conf_check_directory("CarLicense Pager"));
	assert_non_null(conf_check_directory("CarLicense,Pager"));
}

static void
test_info_elements(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct conf c = {
		.info_elements =
		    "ext-no = Ext. no |digits|min:4|max:5|required, grade|off|choice:A / B"
	};
	size_t n;
	const struct conf_info *info;

	(void)state;
	(void)conf_info_elements(&c, arena, &n);
	assert_int_equal(n, 0);
	c.info_on = true;
	info = conf_info_elements(&c, arena, &n);
	assert_int_equal(n, 2);
	assert_string_equal(info[0].name, "ext-no");
	assert_string_equal(info[0].label, "Ext. no");
	assert_true(info[0].digits && info[0].required && info[0].suggest && !info[0].date);
	assert_int_equal(info[0].min, 4);
	assert_int_equal(info[0].max, 5);
	assert_null(info[0].choices);
	assert_string_equal(info[1].label, "grade");
	assert_false(info[1].suggest);
	assert_string_equal(info[1].choices[0], "");
	assert_string_equal(info[1].choices[1], "A");
	assert_string_equal(info[1].choices[2], "B");
	assert_null(info[1].choices[3]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_access_check),
		cmocka_unit_test(test_access_types), cmocka_unit_test(test_info_check),
		cmocka_unit_test(test_info_elements) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
