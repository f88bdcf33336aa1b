/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The calendar of base/clock.c against the C library's: every day of four centuries, every hour around changes of clocks. */
#include "base/base.h"

#include "base/clock.h"
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define BERLIN "CET-1CEST,M3.5.0,M10.5.0/3" /* spelled out: a small machine has no zone files */

static void
test_utc(void **state)
{
	(void)state;
	for (int64_t t = 0; t < INT64_C(253402300799); t += 86400 + 3607) {
		time_t at = (time_t)t;
		struct str s = STR_INIT;
		char want[40], http[30];
		struct tm tm;

		assert_non_null(gmtime_r(&at, &tm));
		assert_int_equal(strftime(want, sizeof(want), "%Y-%m-%dT%H:%M:%SZ", &tm), 20);
		clock_rfc3339(t, &s);
		assert_string_equal(str_text(&s), want);
		str_release(&s);
		(void)strftime(want, sizeof(want), "%a, %d %b %Y %H:%M:%S GMT", &tm);
		clock_http_date(t, http);
		assert_string_equal(http, want);
	}
}

static void
test_bounds(void **state)
{
	struct str s = STR_INIT;

	(void)state;
	clock_rfc3339(INT64_MIN, &s);
	clock_rfc3339(INT64_MAX, &s);
	assert_string_equal(str_text(&s), "1970-01-01T00:00:00Z9999-12-31T23:59:59Z");
	str_release(&s);
}

/* What the library makes of a local time, in the form in which a database holds it. */
static void
check_local(int year, int month, int day, int hour, int min)
{
	struct tm tm = { .tm_year = year - 1900,
		.tm_mon = month - 1,
		.tm_mday = day,
		.tm_hour = hour,
		.tm_min = min,
		.tm_sec = 7,
		.tm_isdst = -1 };
	char text[64];
	int64_t got = -1;

	(void)snprintf(text, sizeof(text), "%04d-%02d-%02d %02d:%02d:07", year, month, day, hour, min);
	assert_true(clock_parse_sql(text, &got));
	if (got != (int64_t)mktime(&tm))
		fail_msg("%s", text);
}

/*
 * The hour that a change of clocks repeats is left out: of its two meanings the library gives the one
 * it gave last.
 */
static void
test_zones(void **state)
{
	static const char *const zones[] = { "UTC0", BERLIN, "EST5EDT,M3.2.0,M11.1.0",
		"NST3:30NDT,M3.2.0/0:01,M11.1.0/0:01", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
		"IST-5:30" };

	(void)state;
	for (size_t z = 0; z < ARRAY_LEN(zones); z++) {
		clock_zone(zones[z]);
		for (int n = 0; n < 2 * 366; n++)
			for (int hour = 3; hour < 24; hour++)
				check_local(2011 + n / 366, 1 + n % 366 / 31, 1 + n % 31, hour, n % 60);
		check_local(1910, 6, 1, 12, 0);
		check_local(2100, 2, 28, 23, 59);
	}
	clock_zone("UTC0");
}

static void
test_change_of_clocks(void **state)
{
	int64_t before, after;

	(void)state;
	clock_zone(BERLIN);
	assert_true(clock_parse_sql("2026-03-29 01:59:59", &before));
	assert_true(clock_parse_sql("2026-03-29 03:00:00", &after));
	assert_int_equal(after - before, 1);
	assert_true(clock_parse_sql("2026-10-25 01:00:00", &before));
	assert_true(clock_parse_sql("2026-10-25 04:00:00", &after));
	assert_int_equal(after - before, 4 * 3600);
	/* what was remembered of one zone is not said of another */
	assert_true(clock_parse_sql("2026-07-01 12:00:00", &before));
	clock_zone("UTC0");
	assert_true(clock_parse_sql("2026-07-01 12:00:00", &after));
	assert_int_equal(after - before, 2 * 3600);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_utc),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_change_of_clocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
