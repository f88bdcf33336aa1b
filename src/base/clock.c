/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time: the wall clock (which tests may freeze), the monotonic one, and the three texts of a time that the program writes or reads. */
#include "base/base.h"

#include "base/clock.h"
#include "base/str.h"

#include <stdatomic.h>

static _Atomic int64_t frozen;

int64_t
clock_now(void)
{
	int64_t at = atomic_load_explicit(&frozen, memory_order_relaxed);

	return at ? at : (int64_t)time(NULL);
}

int64_t
clock_mono_ms(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_MONOTONIC, &ts) != 0)
		abort();
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void
clock_freeze(int64_t t)
{
	atomic_store(&frozen, t);
}

/* Fields of a UTC time, kept within four-digit years so that every text has its fixed width. */
static struct tm
utc(int64_t t)
{
	const int64_t last = INT64_C(253402300799); /* 9999-12-31T23:59:59Z */
	time_t at = (time_t)MAX(INT64_C(0), MIN(t, last));
	struct tm tm;

	if (!gmtime_r(&at, &tm))
		abort();
	return tm;
}

void
clock_rfc3339(int64_t t, struct str *out)
{
	struct tm tm = utc(t);

	str_addf(out, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900, tm.tm_mon + 1,
	    tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

void
clock_http_date(int64_t t, char buf[30])
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct tm tm = utc(t);
	char text[64];

	(void)snprintf(text, sizeof(text), "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT",
	    days + tm.tm_wday * 3, tm.tm_mday, months + tm.tm_mon * 3, tm.tm_year + 1900,
	    tm.tm_hour, tm.tm_min, tm.tm_sec);
	memcpy(buf, text, 29);
	buf[29] = '\0';
}

void
clock_sql(int64_t t, char buf[20])
{
	time_t at = (time_t)t;
	struct tm tm;

	if (!localtime_r(&at, &tm) || strftime(buf, 20, "%Y-%m-%d %H:%M:%S", &tm) != 19)
		memcpy(buf, "1970-01-01 00:00:00", 20);
}

/* Exactly n digits at *p; moves on. */
static bool
digits(const char **p, int n, int *ret)
{
	*ret = 0;
	for (; n > 0; n--, (*p)++) {
		if (**p < '0' || **p > '9')
			return false;
		*ret = *ret * 10 + (**p - '0');
	}
	return true;
}

static bool
letter(const char **p, char a, char b)
{
	if (**p != a && **p != b)
		return false;
	(*p)++;
	return true;
}

bool
clock_parse_sql(const char *text, int64_t *ret_t)
{
	struct tm tm = { .tm_isdst = -1 };
	time_t t;

	if (!digits(&text, 4, &tm.tm_year) || !letter(&text, '-', '-') ||
	    !digits(&text, 2, &tm.tm_mon) || !letter(&text, '-', '-') ||
	    !digits(&text, 2, &tm.tm_mday) || !letter(&text, ' ', 'T') ||
	    !digits(&text, 2, &tm.tm_hour) || !letter(&text, ':', ':') ||
	    !digits(&text, 2, &tm.tm_min) || !letter(&text, ':', ':') ||
	    !digits(&text, 2, &tm.tm_sec) || (*text && *text != '.'))
		return false;
	if (tm.tm_mon < 1 || tm.tm_mon > 12 || tm.tm_mday < 1 || tm.tm_mday > 31 ||
	    tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 60)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	t = mktime(&tm);
	*ret_t = (int64_t)t;
	return t != (time_t)-1;
}
