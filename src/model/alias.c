/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field tables of an alias. */
#include "base/base.h"

#include "model/alias.h"

#define JOINED (FIELD_READONLY | FIELD_UNAUDITED)
#define GOTO_MAX 65535

/* clang-format off */
static const struct field alias_field_rows[] = {
	FIELD(alias, id, .kind = KIND_ID, .flags = FIELD_READONLY),
	FIELD(alias, address, .label = N_("Address")),
	FIELD_AS(alias, goto_, "goto", .max = GOTO_MAX, .label = N_("Targets")),
	FIELD(alias, active, .label = N_("Active")),
	FIELD(alias, created, .kind = KIND_TIME, .flags = JOINED, .label = N_("Created")),
	FIELD(alias, modified, .kind = KIND_TIME, .flags = JOINED, .label = N_("Changed")),
	FIELD(alias, domain_id, .kind = KIND_ID, .flags = FIELD_READONLY | FIELD_HIDDEN),
	FIELD(alias, domain, .flags = JOINED, .label = N_("Domain")),
	FIELD(alias, domain_active, .flags = JOINED | FIELD_HIDDEN),
};
FIELDS(alias);

static const struct field alias_in_field_rows[] = {
	FIELD(alias_in, address, .kind = KIND_ADDRESS, .flags = FIELD_CATCH_ALL | FIELD_KEPT, .max = 1000, .label = N_("Address"),
	    .help = N_("The whole address, instead of local part and domain; @example.com takes all that nothing else takes.")),
	FIELD(alias_in, local_part, .kind = KIND_LOCAL_PART, .flags = FIELD_KEPT, .label = N_("Local part"),
	    .help = N_("The part before the @; empty for a catch-all.")),
	FIELD(alias_in, domain, .kind = KIND_DOMAIN, .max = 1000, .label = N_("Domain")),
	FIELD_AS(alias_in, goto_, "goto", .kind = KIND_TARGETS, .flags = FIELD_REQUIRED | FIELD_KEPT, .max = GOTO_MAX, .label = N_("Targets"),
	    .help = N_("Where the mail goes: one address on each line, or @example.org for the same local part there.")),
	FIELD(alias_in, active, .label = N_("Active"), .help = N_("An inactive alias delivers nothing.")),
	FIELD(alias_in, rev, .max = 16, .flags = FIELD_HIDDEN, .help = N_("Revision of the row that the change is based on.")),
};
FIELDS(alias_in);
/* clang-format on */

bool
alias_is_self(const struct alias *a)
{
	return a->address && a->goto_ && strcmp(a->address, a->goto_) == 0;
}
