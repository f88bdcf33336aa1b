/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The field table of what a list is asked for; every list takes a part of it. It must not know which
 * sortings a list has (the statement's whitelist does). The surprising thing: "active" is a choice,
 * not a boolean, because absent means both.
 */
#include "base/base.h"

#include "model/list.h"

#define CURSOR_MAX 600

static const char *const directions[] = { "asc", "desc", NULL };
static const char *const yes_no[] = { "yes", "no", NULL };

/* clang-format off */
static const struct field list_in_field_rows[] = {
	FIELD(list_in, q, .max = 255, .label = N_("Search"),
	    .help = N_("Only rows that hold this text.")),
	FIELD(list_in, domain, .kind = KIND_DOMAIN, .label = N_("Domain"),
	    .help = N_("Only rows of this domain.")),
	FIELD(list_in, sort, .max = 64, .label = N_("Sort by"),
	    .help = N_("Column to sort by.")),
	FIELD(list_in, dir, .kind = KIND_CHOICE, .choices = directions, .label = N_("Direction"),
	    .help = N_("Ascending (asc) or descending (desc).")),
	FIELD(list_in, after, .max = CURSOR_MAX, .flags = FIELD_HIDDEN,
	    .help = N_("Cursor of the row the page starts after.")),
	FIELD(list_in, before, .max = CURSOR_MAX, .flags = FIELD_HIDDEN,
	    .help = N_("Cursor of the row the page ends before.")),
	FIELD(list_in, limit, .min = 1, .max = LIST_LIMIT_MAX, .label = N_("Rows per page"),
	    .help = N_("How many rows a page has at most.")),
	FIELD(list_in, active, .kind = KIND_CHOICE, .choices = yes_no, .label = N_("Active"),
	    .help = N_("Only active rows (yes) or only inactive ones (no).")),
	FIELD(list_in, self, .flags = FIELD_SWITCH, .label = N_("Those of mailboxes too"),
	    .help = N_("Also aliases that belong to mailboxes.")),
	FIELD(list_in, actor, .max = 255, .label = N_("By"),
	    .help = N_("Only what this user did.")),
	FIELD(list_in, action, .max = 100, .label = N_("Action"),
	    .help = N_("Only this action, such as MAILBOX_ADD.")),
};
FIELDS(list_in);
/* clang-format on */
