/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The field table of what lists are asked for. */
#include "base/base.h"

#include "model/list.h"

#define CURSOR_MAX 800

static const char *const directions[] = { "asc", "desc", NULL };
static const char *const yes_no[] = { "yes", "no", NULL };

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
	FIELD(list_in, actor, .label = N_("Actor"), .help = N_("Log: who did it.")),
	FIELD(list_in, action, .max = 100, .label = N_("Action"), .help = N_("Log: such as MAILBOX_ADD.")),
	FIELD(list_in, hashes, .flags = FIELD_SWITCH, .help = N_("CSV of mailboxes: also the stored hashes of their passwords; stands in the log.")),
};
FIELDS(list_in);
/* clang-format on */
