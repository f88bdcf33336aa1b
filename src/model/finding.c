/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field tables of `doctor`. */
#include "base/base.h"

#include "model/finding.h"

/* clang-format off */
static const struct field finding_field_rows[] = {
	FIELD(finding, check, .label = N_("Check")),
	FIELD(finding, state, .label = N_("State")),
	FIELD(finding, found, .max = 1000, .label = N_("Found")),
	FIELD(finding, advice, .max = 1000, .label = N_("What to do")),
};
FIELDS(finding);

static const struct field doctor_in_field_rows[] = {
	FIELD(doctor_in, security, .flags = FIELD_SWITCH, .help = N_("Only what somebody could get in by.")),
};
FIELDS(doctor_in);
/* clang-format on */
