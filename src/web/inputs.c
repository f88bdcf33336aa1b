/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field tables of inputs.h. They know no entity; what a value means is checked by the handler that takes it. */
#include "base/base.h"

#include "web/inputs.h"

/* clang-format off */
static const struct field next_in_field_rows[] = {
	FIELD(next_in, next, .max = 1000),
};
FIELDS(next_in);

static const struct field back_in_field_rows[] = {
	FIELD(back_in, back, .max = 1000),
};
FIELDS(back_in);

static const struct field strength_in_field_rows[] = {
	FIELD(strength_in, password, .kind = KIND_PASSWORD),
};
FIELDS(strength_in);

static const struct field confirm_in_field_rows[] = {
	FIELD(confirm_in, confirm, .label = N_("Name of the domain"), .help = N_("Type the name again to confirm.")),
};
FIELDS(confirm_in);

static const struct field assign_in_field_rows[] = {
	FIELD(assign_in, admin_id, .kind = KIND_ID, .label = N_("Administrator")),
	FIELD(assign_in, domain, .kind = KIND_DOMAIN, .label = N_("Domain")),
};
FIELDS(assign_in);
/* clang-format on */
