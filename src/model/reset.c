/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field tables of a lost password. */
#include "base/base.h"

#include "model/reset.h"

#define TOKEN_MAX 128
#define PROOF_MAX 40

/* clang-format off */
static const struct field lost_in_field_rows[] = {
	FIELD(lost_in, username, .flags = FIELD_REQUIRED, .label = N_("Mail address")),
	FIELD(lost_in, proof, .max = PROOF_MAX, .flags = FIELD_HIDDEN),
};
FIELDS(lost_in);

static const struct field newpass_in_field_rows[] = {
	FIELD(newpass_in, username, .flags = FIELD_REQUIRED, .label = N_("Mail address")),
	FIELD(newpass_in, token, .flags = FIELD_REQUIRED | FIELD_SECRET, .max = TOKEN_MAX, .label = N_("Code"),
	    .help = N_("It stands in the mail.")),
	FIELD(newpass_in, password, .kind = KIND_PASSWORD, .flags = FIELD_REQUIRED, .label = N_("New password")),
};
FIELDS(newpass_in);
/* clang-format on */
