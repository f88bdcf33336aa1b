/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The only place that asks for the time. Tests may freeze the wall clock. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/base.h"

struct str;

int64_t clock_now(void);     /* UTC seconds */
int64_t clock_mono_ms(void); /* monotonic milliseconds, for deadlines */
/* Freezes clock_now() at t; 0 lets it run again. For tests only. */
void clock_freeze(int64_t t);

/* Local time is that of this zone from now on, NULL or "": of $TZ or the system. Before there are threads. */
void clock_zone(const char *name);
/* RFC 3339 in UTC, "2026-11-23T10:15:00Z". */
void clock_rfc3339(int64_t t, struct str *out);
/* RFC 9110 IMF-fixdate, "Mon, 23 Nov 2026 10:15:00 GMT". buf of 30 bytes. */
void clock_http_date(int64_t t, char buf[30]);
/* SQL DATETIME in the process's time zone (the schema's convention), "2026-11-23 11:15:00"; buf of 20 bytes. */
void clock_sql(int64_t t, char buf[20]);
/* Back from DATETIME (fractions ignored); false if it is none. */
bool clock_parse_sql(const char *text, int64_t *ret_t);

#endif
