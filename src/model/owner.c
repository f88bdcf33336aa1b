/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field table of a mailbox owner's new password. */
#include "base/base.h"

#include "model/owner.h"

/* clang-format off */
static const struct field owner_in_field_rows[] = {
	FIELD(owner_in, username, .flags = FIELD_REQUIRED, .max = 1000, .label = N_("Address of the mailbox")),
	FIELD(owner_in, current_password, .kind = KIND_PASSWORD, .flags = FIELD_REQUIRED, .label = N_("Current password")),
	FIELD(owner_in, new_password, .kind = KIND_PASSWORD, .flags = FIELD_REQUIRED, .label = N_("New password")),
	FIELD(owner_in, confirm_new_password, .kind = KIND_PASSWORD, .flags = FIELD_REQUIRED, .label = N_("New password once more")),
};
FIELDS(owner_in);
/* clang-format on */
