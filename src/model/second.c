/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field tables of second factors. */
#include "base/base.h"

#include "model/second.h"

#define CODE_MAX 64 /* with all the blanks and hyphens people put in */

/* clang-format off */
static const struct field second_field_rows[] = {
	FIELD(second, admin_id, .kind = KIND_ID),
	FIELD(second, secret, .flags = FIELD_SECRET),
	FIELD(second, backup, .flags = FIELD_SECRET),
	FIELD(second, last),
	FIELD(second, force),
	FIELD(second, passkeys),
	FIELD(second, username),
};
FIELDS(second);

static const struct field parked_field_rows[] = {
	FIELD(parked, id_hash, .flags = FIELD_SECRET),
	FIELD(parked, admin_id, .kind = KIND_ID),
	FIELD(parked, created_at),
	FIELD(parked, expires_at),
	FIELD(parked, tries),
	FIELD(parked, username),
	FIELD(parked, super),
	FIELD(parked, active),
};
FIELDS(parked);

static const struct field enrolment_field_rows[] = {
	FIELD(enrolment, id_hash, .flags = FIELD_SECRET),
	FIELD(enrolment, admin_id, .kind = KIND_ID),
	FIELD(enrolment, sealed, .flags = FIELD_SECRET),
	FIELD(enrolment, expires_at),
};
FIELDS(enrolment);

static const struct field second_state_field_rows[] = {
	FIELD(second_state, enrolled, .label = N_("Second factor")),
	FIELD(second_state, forced, .label = N_("Must be set up at the next sign-in")),
	FIELD(second_state, required, .label = N_("Required by the operator")),
	FIELD(second_state, backup_codes, .label = N_("Backup codes left")),
	FIELD(second_state, passkeys, .label = N_("Passkeys")),
};
FIELDS(second_state);

static const struct field reset_in_field_rows[] = {
	FIELD(reset_in, all, .flags = FIELD_SWITCH, .help = N_("Of all administrators who have one.")),
};
FIELDS(reset_in);

static const struct field second_in_field_rows[] = {
	FIELD(second_in, code, .kind = KIND_PASSWORD, .max = CODE_MAX, .label = N_("Code"),
	    .help = N_("Six digits from your authenticator program, or a backup code.")),
	FIELD(second_in, password, .kind = KIND_PASSWORD, .label = N_("Your password")),
};
FIELDS(second_in);
/* clang-format on */
