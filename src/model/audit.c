/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The field table of one entry of the trail. It must not know what the objects in `before` and
 * `after` look like: they are text here. The surprising thing: everything is read-only, and the
 * detail may be absent, since rows the PHP programs wrote have none.
 */
#include "base/base.h"

#include "model/audit.h"

#define SHOWN FIELD_READONLY
#define BEHIND (FIELD_READONLY | FIELD_HIDDEN)

/* clang-format off */
static const struct field audit_field_rows[] = {
	FIELD(audit, id, .kind = KIND_ID, .flags = SHOWN, .label = N_("Entry")),
	FIELD(audit, action, .max = 100, .flags = SHOWN, .label = N_("Action")),
	FIELD(audit, data, .max = 65535, .flags = SHOWN, .label = N_("What happened")),
	FIELD(audit, timestamp, .kind = KIND_TIME, .flags = SHOWN | FIELD_UNAUDITED, .label = N_("Time")),
	FIELD(audit, admin_id, .kind = KIND_ID, .flags = BEHIND),
	FIELD(audit, domain_id, .kind = KIND_ID, .flags = BEHIND),
	FIELD(audit, actor, .max = 255, .flags = SHOWN, .label = N_("By")),
	FIELD(audit, door, .max = 16, .flags = BEHIND, .label = N_("Through")),
	FIELD(audit, source, .max = 255, .flags = BEHIND, .label = N_("From")),
	FIELD(audit, object_type, .max = 32, .flags = BEHIND, .label = N_("Kind of object")),
	FIELD(audit, object_id, .kind = KIND_ID, .flags = BEHIND),
	FIELD(audit, object, .max = 255, .flags = SHOWN, .label = N_("Object")),
	FIELD(audit, before, .kind = KIND_LINES, .max = INT32_MAX, .flags = BEHIND, .label = N_("Before")),
	FIELD(audit, after, .kind = KIND_LINES, .max = INT32_MAX, .flags = BEHIND, .label = N_("After")),
	FIELD(audit, request_id, .max = 32, .flags = BEHIND, .label = N_("Request")),
	FIELD(audit, domain, .kind = KIND_DOMAIN, .flags = SHOWN | FIELD_UNAUDITED, .label = N_("Domain")),
};
FIELDS(audit);
/* clang-format on */
