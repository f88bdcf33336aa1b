/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Field tables of an alias: the row and what may be sent. It must not know which domains exist or
 * where a chain of aliases leads (svc does). The surprising thing: the outside calls the targets
 * "goto", a C keyword; only the member is goto_. An empty local part is meant: the catch-all.
 */
#include "base/base.h"

#include "model/alias.h"

bool
alias_is_self(const struct alias *a)
{
	return a->address && a->goto_ && strcmp(a->address, a->goto_) == 0;
}

#define JOINED (FIELD_READONLY | FIELD_UNAUDITED)

/* clang-format off */
static const struct field alias_field_rows[] = {
	FIELD(alias, id, .kind = KIND_ID, .flags = FIELD_READONLY | FIELD_HIDDEN),
	FIELD(alias, address, .kind = KIND_ADDRESS, .flags = FIELD_CATCH_ALL, .label = N_("Alias")),
	FIELD_AS(alias, goto_, "goto", .max = 65535, .label = N_("Targets")),
	FIELD(alias, active, .label = N_("Active")),
	FIELD(alias, created, .kind = KIND_TIME, .flags = JOINED | FIELD_HIDDEN, .label = N_("Created")),
	FIELD(alias, modified, .kind = KIND_TIME, .flags = JOINED | FIELD_HIDDEN, .label = N_("Changed")),
	FIELD(alias, domain_id, .kind = KIND_ID, .flags = FIELD_READONLY | FIELD_HIDDEN),
	FIELD(alias, domain, .kind = KIND_DOMAIN, .flags = JOINED, .label = N_("Domain")),
	FIELD(alias, domain_active, .flags = JOINED | FIELD_HIDDEN, .label = N_("Domain active")),
};
FIELDS(alias);

static const struct field alias_in_field_rows[] = {
	FIELD(alias_in, address, .kind = KIND_ADDRESS, .flags = FIELD_CATCH_ALL, .label = N_("Address"),
	    .help = N_("The whole address, @domain for all others of the domain; or give local part and domain.")),
	FIELD(alias_in, local_part, .kind = KIND_LOCAL_PART, .label = N_("Local part"),
	    .help = N_("What stands before the @; empty catches all addresses that are not there.")),
	FIELD(alias_in, domain, .kind = KIND_DOMAIN, .label = N_("Domain"),
	    .help = N_("What stands after the @; the domain must exist here.")),
	FIELD_AS(alias_in, goto_, "goto", .kind = KIND_TARGETS, .flags = FIELD_REQUIRED, .label = N_("Targets"),
	    .help = N_("Where the mail goes: addresses or @domains, one per line or joined by commas.")),
	FIELD(alias_in, active, .label = N_("Active"),
	    .help = N_("Mail to an inactive alias is refused.")),
	FIELD(alias_in, rev, .max = 16, .flags = FIELD_HIDDEN, .help = N_("Revision the change is based on.")),
};
FIELDS(alias_in);
/* clang-format on */
