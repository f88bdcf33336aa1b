/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may be sent to doveadm as a user, and where an address of the configuration leads. The conversation itself: tests/http/doveadm.test.mjs. */
#include "base/base.h"

#include "base/arena.h"
#include "conf/conf_int.h"
#include "ext/doveadm.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
test_users(void **state UNUSED)
{
	static const char *const good[] = { "anna@example.com", "o'brien@example.com",
		"a+b@x.example", "a=b~c^d@x.example" };
	static const char *const bad[] = { "", "anna", "@example.com", "*@example.com", "?@example.com",
		"a*b@example.com", "[a]@example.com", "a\\b@example.com", "Anna@example.com",
		"anna@example.com ", "anna@example.com\n", "anna@*", "a@b.example,c@d.example",
		"%u@example.com", "/a@example.com", "a@\xc3\xa4.example", "-x", "sh" };

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_true(doveadm_user_ok(good[i]));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(doveadm_user_ok(bad[i]));
}

/* Every character in every place: whatever passes holds none that means something to doveadm. */
static void
test_any_character(void **state UNUSED)
{
	for (int c = 1; c < 256; c++)
		for (size_t at = 0; at <= strlen("a@b.example"); at++) {
			char text[16];

			(void)snprintf(text, sizeof(text), "%.*s%c%s", (int)at, "a@b.example", c,
			    &"a@b.example"[at]);
			if (doveadm_user_ok(text))
				assert_null(strpbrk(text, "*?[]{}\\/%\"`$;,:<>|& \t\r\n"));
		}
}

static void
test_refused_before_sending(void **state UNUSED)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	static const char *const users[] = { "anna@example.com", "*@example.com" };
	/* nobody listens there: what is refused for the user was not tried */
	const struct conf_doveadm conf = {
		.url = "http://127.0.0.1:1/doveadm/v1", .api_key = "k", .ca_file = "", .timeout = 1
	};
	const struct conf_doveadm keyless = { .url = conf.url, .api_key = "", .ca_file = "" };
	struct errs errs = { .arena = arena };

	assert_int_equal(doveadm_auth_flush(&conf, users, 1, 1000, &errs), RC_UNAVAILABLE);
	err_clear(&errs);
	assert_int_equal(doveadm_auth_flush(&conf, users, 2, 1000, &errs), RC_INVALID);
	err_clear(&errs);
	assert_int_equal(doveadm_auth_flush(&keyless, users, 1, 1000, &errs), RC_INVALID);
}

static void
test_address(void **state UNUSED)
{
	static const struct {
		const char *url, *host;
		unsigned port;
		bool tls;
	} cases[] = {
		{ "http://dovecot:8081/doveadm/v1", "dovecot", 8081, false },
		{ "https://mail.example.com/doveadm/v1", "mail.example.com", 443, true },
		{ "http://127.0.0.1/doveadm/v1", "127.0.0.1", 80, false },
		{ "https://[::1]:8081/doveadm/v1", "::1", 8081, true },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct conf_doveadm conf = { .url = cases[i].url, .api_key = "k" };
		const char *host;

		assert_null(conf_check_doveadm_url(cases[i].url));
		assert_int_equal(conf_doveadm_host(&conf, &host), strlen(cases[i].host));
		assert_memory_equal(host, cases[i].host, strlen(cases[i].host));
		assert_int_equal(conf_doveadm_port(&conf), cases[i].port);
		assert_int_equal(conf_doveadm_tls(&conf), cases[i].tls);
	}
	assert_null(conf_check_doveadm_url(""));
	assert_non_null(conf_check_doveadm_url("http://[::1/x"));
	assert_non_null(conf_check_doveadm_url("http://a:/x"));
	assert_non_null(conf_check_doveadm_url("http://a:0/x"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_users),
		cmocka_unit_test(test_any_character),
		cmocka_unit_test(test_refused_before_sending),
		cmocka_unit_test(test_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
