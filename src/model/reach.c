/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The field table of an alias that reaches a mailbox. */
#include "base/base.h"

#include "model/reach.h"

/* clang-format off */
static const struct field reach_field_rows[] = {
	FIELD(reach, id, .kind = KIND_ID),
	FIELD(reach, address, .label = N_("Address")),
	FIELD_AS(reach, goto_, "goto", .max = 65535, .label = N_("Targets")),
	FIELD(reach, active, .label = N_("Active")),
	FIELD(reach, domain, .label = N_("Domain")),
	FIELD(reach, depth, .label = N_("Steps")),
	FIELD(reach, via, .label = N_("By way of")),
};
FIELDS(reach);
/* clang-format on */
