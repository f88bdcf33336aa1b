/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The field table of what lists are asked for. */
#include "base/base.h"

#include "model/list.h"

#define CURSOR_MAX 800

static const char *const directions[] = { "asc", "desc", NULL };
static const char *const yes_no[] = { "yes", "no", NULL };

static const char *const doors[] = { "web", "api", "cli", "job", NULL };

/* YYYY-MM-DD, a day that databases know (they are asked about it). */
static const char *
check_day(const void *value)
{
	const char *text = value;
	static const char shape[] = "dddd-dd-dd";
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	long year, month, day;

	if (*text == '\0')
		return NULL;
	for (size_t i = 0; i < sizeof(shape); i++) {
		bool ok = shape[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == shape[i];

		if (!ok)
			return N_("A day is written like 2026-11-23.");
	}
	year = strtol(text, NULL, 10);
	month = strtol(text + 5, NULL, 10);
	day = strtol(text + 8, NULL, 10);
	return year >= 1000 && month >= 1 && month <= 12 && day >= 1 &&
		day <= days[month - 1] + (month == 2 && year % 4 == 0)
	    ? NULL
	    : N_("There is no such day.");
}

/* clang-format off */
static const struct field list_in_field_rows[] = {
	FIELD(list_in, q, .label = N_("Search"), .help = N_("Any part of the text; on the command line --search.")),
	FIELD(list_in, domain, .kind = KIND_DOMAIN, .max = 1000, .label = N_("Domain"), .help = N_("Only this domain.")),
	FIELD(list_in, sort, .max = 64, .help = N_("Field to sort by.")),
	FIELD(list_in, dir, .kind = KIND_CHOICE, .choices = directions, .help = N_("asc or desc.")),
	FIELD(list_in, after, .max = CURSOR_MAX, .help = N_("The page after this cursor.")),
	FIELD(list_in, before, .max = CURSOR_MAX, .help = N_("The page before this cursor.")),
	FIELD(list_in, limit, .min = 1, .max = LIST_LIMIT_MAX, .help = N_("Rows on a page.")),
	FIELD(list_in, active, .kind = KIND_CHOICE, .choices = yes_no, .label = N_("Active"), .help = N_("yes or no.")),
	FIELD(list_in, self, .flags = FIELD_SWITCH, .help = N_("Aliases: also those that belong to mailboxes.")),
	FIELD(list_in, alone, .flags = FIELD_SWITCH, .help = N_("Domains: only those without an administrator of their own.")),
	FIELD(list_in, actor, .label = N_("Actor"), .help = N_("Log: who did it.")),
	FIELD(list_in, object, .label = N_("Object"), .help = N_("Log: name of what was changed.")),
	FIELD(list_in, door, .kind = KIND_CHOICE, .choices = doors, .label = N_("By way of"), .help = N_("Log: web, api, cli or job.")),
	FIELD(list_in, since, .max = 10, .check = check_day, .label = N_("From"), .help = N_("Log: the first day, such as 2026-11-23.")),
	FIELD(list_in, until, .max = 10, .check = check_day, .label = N_("To"), .help = N_("Log: the last day.")),
	FIELD(list_in, action, .max = 100, .label = N_("Action"), .help = N_("Log: such as MAILBOX_ADD.")),
	FIELD(list_in, hashes, .flags = FIELD_SWITCH, .help = N_("CSV of mailboxes: also the stored hashes of their passwords; stands in the log.")),
};
FIELDS(list_in);
/* clang-format on */
