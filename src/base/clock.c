/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Time: the wall clock (which tests may freeze), the monotonic one, and the three texts of a time that the program writes or reads.
 *
 * The surprising thing: the calendar is computed here. The C library's functions take one lock for the whole process in gmtime_r() and mktime(), and
 * look at /etc/localtime each time; a page of 50 rows met at that lock 150 times. mktime() is only asked how far local time is from UTC on a day, and
 * its answer is remembered; days on which clocks are changed are asked for each time.
 */
#include "base/base.h"

#include "base/clock.h"
#include "base/str.h"

#include <stdatomic.h>

static _Atomic int64_t frozen;
static _Atomic int64_t offsets[2048]; /* by day; only a memory of what mktime() says */

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

/* Days since 1970-01-01 of a date of the Gregorian calendar; months 1 to 12. Years begin in March here, so that a leap day is their last. */
static int64_t
days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t y = month > 2 ? year : year - 1, m = (month + 9) % 12;

	return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 - 719468;
}

/* Fields of a UTC time, kept within four-digit years so that every text has its fixed width. */
static struct tm
utc(int64_t t)
{
	const int64_t last = INT64_C(253402300799); /* 9999-12-31T23:59:59Z */
	int64_t at = MAX(INT64_C(0), MIN(t, last)), days = at / 86400;
	int64_t z = days + 719468, era = z / 146097, in_era = z % 146097; /* 400 years */
	int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int64_t in_year = in_era - (year * 365 + year / 4 - year / 100), m = (in_year * 5 + 2) / 153;

	return (struct tm){ .tm_year = (int)(era * 400 + year + (m >= 10) - 1900),
		.tm_mon = (int)((m + 2) % 12),
		.tm_mday = (int)(in_year - (m * 153 + 2) / 5 + 1),
		.tm_hour = (int)(at / 3600 % 24),
		.tm_min = (int)(at / 60 % 60),
		.tm_sec = (int)(at % 60),
		.tm_wday = (int)((days + 4) % 7) };
}

static void
two_digits(char *at, int value)
{
	at[0] = (char)('0' + value / 10);
	at[1] = (char)('0' + value % 10);
}

/* By hand: printf's way took a quarter of the time of a list as JSON. */
void
clock_rfc3339(int64_t t, struct str *out)
{
	char text[] = "0000-00-00T00:00:00Z";
	struct tm tm = utc(t);

	two_digits(text, (tm.tm_year + 1900) / 100);
	two_digits(text + 2, tm.tm_year % 100);
	two_digits(text + 5, tm.tm_mon + 1);
	two_digits(text + 8, tm.tm_mday);
	two_digits(text + 11, tm.tm_hour);
	two_digits(text + 14, tm.tm_min);
	two_digits(text + 17, tm.tm_sec);
	str_addn(out, text, sizeof(text) - 1);
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
	char text[80];

	/* not strftime(), which looks at /etc/localtime each time */
	if (!localtime_r(&at, &tm) ||
	    snprintf(text, sizeof(text), "%04d-%02d-%02d %02d:%02d:%02d", tm.tm_year + 1900,
		tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec) != 19)
		memcpy(text, "1970-01-01 00:00:00", 20);
	memcpy(buf, text, 20);
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

static bool
parse_fields(const char *text, struct tm *tm)
{
	if (!digits(&text, 4, &tm->tm_year) || !letter(&text, '-', '-') ||
	    !digits(&text, 2, &tm->tm_mon) || !letter(&text, '-', '-') ||
	    !digits(&text, 2, &tm->tm_mday) || !letter(&text, ' ', 'T') ||
	    !digits(&text, 2, &tm->tm_hour) || !letter(&text, ':', ':') ||
	    !digits(&text, 2, &tm->tm_min) || !letter(&text, ':', ':') ||
	    !digits(&text, 2, &tm->tm_sec) || (*text && *text != '.'))
		return false;
	return tm->tm_mon >= 1 && tm->tm_mon <= 12 && tm->tm_mday >= 1 && tm->tm_mday <= 31 &&
	    tm->tm_hour <= 23 && tm->tm_min <= 59 && tm->tm_sec <= 60;
}

/* How far ahead of UTC a local time is, by the C library; false if it cannot say. */
static bool
ask_offset(const struct tm *tm, int64_t local, int64_t *ret)
{
	struct tm copy = *tm;
	time_t t;

	copy.tm_year -= 1900;
	copy.tm_mon -= 1;
	copy.tm_isdst = -1;
	t = mktime(&copy);
	*ret = local - (int64_t)t;
	return t != (time_t)-1;
}

/* A day's word: the day times OFFSET_ALL, plus the offset in seconds from the middle of that. Never 0. */
#define OFFSET_ALL (INT64_C(1) << 20)
#define OFFSET_MID (OFFSET_ALL / 2)

/* Is the offset the same from the day's first second to its last? */
static bool
remember_offset(const struct tm *tm, int64_t day, int64_t *ret)
{
	struct tm first = *tm, last = *tm;
	int64_t end;

	first.tm_hour = first.tm_min = first.tm_sec = 0;
	last.tm_hour = 23;
	last.tm_min = last.tm_sec = 59;
	if (!ask_offset(&first, day * 86400, ret) ||
	    !ask_offset(&last, day * 86400 + 86399, &end) || *ret != end)
		return false;
	atomic_store_explicit(&offsets[(uint64_t)day % ARRAY_LEN(offsets)],
	    day * OFFSET_ALL + OFFSET_MID + *ret, memory_order_relaxed);
	return true;
}

static bool
offset_of(const struct tm *tm, int64_t day, int64_t local, int64_t *ret)
{
	int64_t word = atomic_load_explicit(&offsets[(uint64_t)day % ARRAY_LEN(offsets)],
	    memory_order_relaxed);

	*ret = (word & (OFFSET_ALL - 1)) - OFFSET_MID;
	if (word && word - *ret - OFFSET_MID == day * OFFSET_ALL)
		return true;
	return remember_offset(tm, day, ret) || ask_offset(tm, local, ret);
}

bool
clock_parse_sql(const char *text, int64_t *ret_t)
{
	struct tm tm = { 0 };
	int64_t day, local, offset;

	if (!parse_fields(text, &tm))
		return false;
	day = days_of(tm.tm_year, tm.tm_mon, tm.tm_mday);
	local = day * 86400 + tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec;
	if (!offset_of(&tm, day, local, &offset))
		return false;
	*ret_t = local - offset;
	return true;
}

void
clock_zone(const char *name)
{
	if (name && *name)
		(void)setenv("TZ", name, 1);
	tzset();
	for (size_t i = 0; i < ARRAY_LEN(offsets); i++)
		atomic_store_explicit(&offsets[i], 0, memory_order_relaxed);
}
