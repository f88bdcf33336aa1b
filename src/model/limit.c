/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field tables of counted tries. */
#include "base/base.h"

#include "model/limit.h"

/* clang-format off */
static const struct field limit_field_rows[] = {
	FIELD(limit, what, .label = N_("Kind")),
	FIELD(limit, name, .max = 300, .label = N_("Name")),
	FIELD(limit, door, .label = N_("Door")),
	FIELD(limit, tries, .label = N_("Tries")),
	FIELD(limit, last, .kind = KIND_TIME, .label = N_("Last")),
	FIELD(limit, until, .kind = KIND_TIME, .label = N_("Refused until")),
	FIELD(limit, subject, .max = 300, .flags = FIELD_HIDDEN),
};
FIELDS(limit);

static const struct field limit_in_field_rows[] = {
	FIELD(limit_in, name, .max = 300, .flags = FIELD_REQUIRED, .label = N_("Name"),
	    .help = N_("An address, a network or an account.")),
};
FIELDS(limit_in);
/* clang-format on */
