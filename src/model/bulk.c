/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field tables of a bulk change. */
#include "base/base.h"

#include "model/bulk.h"
#include "model/mailbox.h"

#define IDS_MAX 16000 /* a thousand numbers */

static const char *const verbs[] = { "enable", "disable", "quota", "access", "delete", NULL };
static const char *const yes_no[] = { "yes", "no", NULL };

/* clang-format off */
static const struct field bulk_in_field_rows[] = {
	FIELD(bulk_in, verb, .kind = KIND_CHOICE, .choices = verbs, .flags = FIELD_REQUIRED, .label = N_("What to do")),
	FIELD(bulk_in, ids, .kind = KIND_LINES, .max = IDS_MAX, .flags = FIELD_SET, .label = N_("Rows"), .help = N_("Numbers of the rows, with commas between them.")),
	FIELD(bulk_in, all, .label = N_("All that match"), .help = N_("All rows that the filters let through, instead of ids.")),
	FIELD(bulk_in, q, .label = N_("Search")),
	FIELD(bulk_in, domain, .kind = KIND_DOMAIN, .max = 1000, .label = N_("Domain")),
	FIELD(bulk_in, active, .kind = KIND_CHOICE, .choices = yes_no, .label = N_("Active")),
	FIELD(bulk_in, alone, .help = N_("Domains: only those without an administrator of their own.")),
	FIELD(bulk_in, after, .max = 800, .help = N_("Goes on behind this cursor.")),
	FIELD(bulk_in, quota, .kind = KIND_BYTES, .flags = FIELD_UNLIMITED, .label = N_("Quota"), .help = N_("Such as 500 MB or 5 GB, or unlimited.")),
	FIELD(bulk_in, access_restriction, .max = 100, .flags = FIELD_SET, .check = mailbox_access_check, .label = N_("Access"),
	    .help = N_("What the owners may sign in with.")),
	FIELD(bulk_in, confirm, .help = N_("Do it; without it only the rows are counted.")),
	FIELD(bulk_in, back, .max = 1000),
};
FIELDS(bulk_in);

static const struct field bulk_row_field_rows[] = {
	FIELD(bulk_row, id, .kind = KIND_ID),
	FIELD(bulk_row, name),
	FIELD(bulk_row, code),
	FIELD(bulk_row, text),
	FIELD(bulk_row, warning),
};
FIELDS(bulk_row);

static const struct field bulk_found_field_rows[] = {
	FIELD(bulk_found, id, .kind = KIND_ID),
	FIELD(bulk_found, name),
	FIELD(bulk_found, domain),
	FIELD(bulk_found, domain_active),
	FIELD(bulk_found, quota, .flags = FIELD_UNLIMITED),
	FIELD(bulk_found, used_bytes),
};
FIELDS(bulk_found);
/* clang-format on */
