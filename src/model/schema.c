/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The field table of the commands on the schema. */
#include "base/base.h"

#include "model/schema.h"

static const struct field schema_in_field_rows[] = {
	FIELD(schema_in, drop_legacy,
	    .flags = FIELD_SWITCH, .help = N_("Also drop the columns that only ViMbAdmin 3 used (maildir, homedir, uid, gid, sizes).")),
};
FIELDS(schema_in);
