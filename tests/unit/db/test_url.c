/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Database URLs: every part is found and decoded; what is not understood is refused, without a word of the password. */
#include "base/base.h"

#include "base/str.h"
#include "db/url.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char *const known[] = { "socket", "ssl_mode", "host", NULL };

static const struct {
	const char *url, *parts; /* user|password|host:port,...|name|key=value&... */
} good[] = {
	{ "mysql://u:p@h:3306/db", "u|p|h:3306|db|" },
	{ "mysql://h/db", "-|-|h:0|db|" },
	{ "mysql:///db", "-|-||db|" },
	{ "mysql://u@/db", "u|-||db|" },
	{ "mysql://u:@h/db", "u||h:0|db|" },
	{ "mysql://u:p%40ss%3A%2F%3F%23%25%26@h/db", "u|p@ss:/?#%&|h:0|db|" },
	{ "mysql://u:p%c3%A4@h/db", "u|p\xc3\xa4|h:0|db|" },
	{ "mysql://a%20b:%01%7f@h/d%2Fb", "a b|\x01\x7f|h:0|d/b|" },
	{ "mysql://u:+p+@h/db", "u|+p+|h:0|db|" },
	{ "postgresql://u@one:5432,two:5433,three/db", "u|-|one:5432,two:5433,three:0|db|" },
	{ "mysql://[::1]:3306,[fe80::1.2.3.4]/db", "-|-|::1:3306,fe80::1.2.3.4:0|db|" },
	{ "mysql://u@/db?socket=/run/my%20sqld.sock&ssl_mode=off",
	    "u|-||db|socket=/run/my sqld.sock&ssl_mode=off&" },
	{ "mysql://h/db?host=a:b%26c%3Fd", "-|-|h:0|db|host=a:b&c?d&" },
	{ "mysql://h:1,h:65535/db", "-|-|h:1,h:65535|db|" },
};

static const struct {
	const char *url, *words;
} bad[] = {
	{ "mysql:db", "of the form" },
	{ "mysql:/h/db", "of the form" },
	{ "mysql://h", "names no database" },
	{ "mysql://h/", "names no database" },
	{ "mysql://h/?socket=/x", "names no database" },
	{ "mysql://h/a/b", "database name holds a \"/\"" },
	{ "mysql://h/a#b", "database name holds a \"#\"" },
	{ "mysql://h/%00", "database name holds a %00" },
	{ "mysql://h/a%", "two hexadecimal digits" },
	{ "mysql://h/a%4", "two hexadecimal digits" },
	{ "mysql://h/a%4g", "two hexadecimal digits" },
	{ "mysql://@h/db", "user name in front of the @ is empty" },
	{ "mysql://:hidden@h/db", "user name in front of the @ is empty" },
	{ "mysql://u:hid@den@h/db", "two @" },
	{ "mysql://u:hid:den@h/db", "password holds a \":\"" },
	{ "mysql://u:hid/den@h/db", "no port" },
	{ "mysql://u:hidden%@h/db", "password holds a %" },
	{ "mysql://u:hid?den@h/db", "names no database" },
	{ "mysql://u:hid[den@h/db", "password holds a \"[\"" },
	{ "mysql://u:hid den@h/db", "blank" },
	{ "mysql://u:hid\nden@h/db", "blank" },
	{ "mysql://h:/db", "a number from 1" },
	{ "mysql://h:0/db", "a number from 1" },
	{ "mysql://h:65536/db", "a number from 1" },
	{ "mysql://h:123456/db", "no port" },
	{ "mysql://h:-1/db", "no port" },
	{ "mysql://h:1:2/db", "no port" },
	{ "mysql://h,/db", "host is empty" },
	{ "mysql://,h/db", "host is empty" },
	{ "mysql://h%41/db", "host is empty or holds" },
	{ "mysql://[::1/db", "brackets" },
	{ "mysql://[::1]x/db", "brackets" },
	{ "mysql://[h]/db", "no IPv6 address" },
	{ "mysql://[]/db", "no IPv6 address" },
	{ "mysql://1,2,3,4,5,6,7,8,9/db", "more than 8 hosts" },
	{ "mysql://h/db?", "not known" },
	{ "mysql://h/db?socket", "has no value" },
	{ "mysql://h/db?socket=", "has no value" },
	{ "mysql://h/db?socket=a&socket=b", "twice" },
	{ "mysql://h/db?socket=a&", "not known" },
	{ "mysql://h/db?Socket=a", "not known: Socket" },
	{ "mysql://h/db?socket=a?b", "socket holds a \"?\"" },
	{ "mysql://h/db?socket=a%00", "socket holds a %00" },
	{ "", "of the form" },
};

static void
put(const struct db_url *u, struct str *out)
{
	str_addf(out, "%s|%s|", u->user ? u->user : "-", u->password ? u->password : "-");
	for (size_t i = 0; i < u->n_hosts; i++)
		str_addf(out, "%s%s:%u", i ? "," : "", u->hosts[i].name, u->hosts[i].port);
	str_addf(out, "|%s|", u->name);
	for (size_t i = 0; i < u->n_options; i++)
		str_addf(out, "%s=%s&", u->options[i].key, u->options[i].value);
}

static void
test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		CLEANUP(str_release) struct str out = STR_INIT;
		char why[DB_URL_WHY] = "";
		struct db_url u;

		if (!db_url_parse(good[i].url, known, &u, why))
			fail_msg("%s: %s", good[i].url, why);
		put(&u, &out);
		assert_string_equal(str_text(&out), good[i].parts);
		db_url_release(&u);
		assert_null(u.text);
	}
}

static void
test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		char why[DB_URL_WHY] = "";
		struct db_url u = { 0 };

		if (db_url_parse(bad[i].url, known, &u, why))
			fail_msg("taken: %s", bad[i].url);
		if (!strstr(why, bad[i].words))
			fail_msg("%s: \"%s\" instead of \"%s\"", bad[i].url, why, bad[i].words);
		assert_null(strstr(why, "hid"));
		assert_null(u.text);
	}
}

static void
test_option(void **state)
{
	char why[DB_URL_WHY];
	struct db_url u;

	(void)state;
	assert_true(db_url_parse("mysql://h/db?ssl_mode=off", known, &u, why));
	assert_string_equal(db_url_option(&u, "ssl_mode"), "off");
	assert_null(db_url_option(&u, "socket"));
	db_url_release(&u);
	db_url_release(&u);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
