/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field table of a day's figures. */
#include "base/base.h"

#include "model/growth.h"

/* clang-format off */
static const struct field growth_field_rows[] = {
	FIELD(growth, day),
	FIELD(growth, domain_id, .kind = KIND_ID),
	FIELD(growth, domains),
	FIELD(growth, mailboxes),
	FIELD(growth, aliases),
	FIELD(growth, used),
	FIELD(growth, allotted),
};
FIELDS(growth);
/* clang-format on */
