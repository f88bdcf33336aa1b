/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The field table of an entry of the trail. */
#include "base/base.h"

#include "model/audit.h"

/* clang-format off */
static const struct field audit_field_rows[] = {
	FIELD(audit, id, .kind = KIND_ID),
	FIELD(audit, action, .max = 100, .label = N_("Action")),
	FIELD(audit, data, .kind = KIND_LINES, .max = 65535, .label = N_("What")),
	FIELD(audit, timestamp, .kind = KIND_TIME, .label = N_("When")),
	FIELD(audit, admin_id, .kind = KIND_ID, .flags = FIELD_HIDDEN),
	FIELD(audit, domain_id, .kind = KIND_ID, .flags = FIELD_HIDDEN),
	FIELD(audit, actor, .label = N_("Who")),
	FIELD(audit, door, .label = N_("Door")),
	FIELD(audit, source, .label = N_("From")),
	FIELD(audit, object_type, .label = N_("Kind")),
	FIELD(audit, object_id, .kind = KIND_ID, .flags = FIELD_HIDDEN),
	FIELD(audit, object, .label = N_("Object")),
	FIELD(audit, before, .kind = KIND_LINES, .label = N_("Before")),
	FIELD(audit, after, .kind = KIND_LINES, .label = N_("After")),
	FIELD(audit, request_id, .flags = FIELD_HIDDEN),
	FIELD(audit, domain, .label = N_("Domain")),
};
FIELDS(audit);
/* clang-format on */

bool
audit_by_nobody(const struct audit *a)
{
	return a->actor && strcmp(a->actor, AUDIT_NOBODY) == 0;
}
