/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field tables of files on their way in. */
#include "base/base.h"

#include "model/import_task.h"

static const char *const modes[] = { "insert", "update", "upsert", NULL };
static const char *const on_errors[] = { "stop", "skip", NULL };

/* clang-format off */
static const struct field import_task_field_rows[] = {
	FIELD(import_task, id, .kind = KIND_ID),
	FIELD(import_task, admin_id, .kind = KIND_ID),
	FIELD(import_task, source),
	FIELD(import_task, kind),
	FIELD(import_task, file_name),
	FIELD(import_task, mode),
	FIELD(import_task, on_error),
	FIELD(import_task, map),
	FIELD(import_task, generate),
	FIELD(import_task, check_only),
	FIELD(import_task, request_id, .flags = FIELD_SECRET),
	FIELD(import_task, public_key, .flags = FIELD_SECRET),
	FIELD(import_task, state),
	FIELD(import_task, phase),
	FIELD(import_task, total),
	FIELD(import_task, done),
	FIELD(import_task, added),
	FIELD(import_task, changed),
	FIELD(import_task, unchanged),
	FIELD(import_task, failed),
	FIELD(import_task, kept),
	FIELD(import_task, message),
	FIELD(import_task, created_at, .kind = KIND_TIME),
	FIELD(import_task, finished_at, .kind = KIND_TIME),
	FIELD(import_task, expires_at, .kind = KIND_TIME),
};
FIELDS(import_task);

static const struct field import_part_field_rows[] = {
	FIELD(import_part, what),
	FIELD(import_part, n),
	FIELD(import_part, data),
};
FIELDS(import_part);

static const struct field import_again_in_field_rows[] = {
	FIELD(import_again_in, mode, .kind = KIND_CHOICE, .choices = modes, .label = N_("Rows that exist")),
	FIELD(import_again_in, on_error, .kind = KIND_CHOICE, .choices = on_errors, .label = N_("Bad rows")),
	FIELD(import_again_in, map, .max = 2000, .flags = FIELD_SET, .label = N_("Columns"),
	    .help = N_("Which column is which field, where the names differ: Mail=address,Remark= (nothing behind the sign: left out).")),
	FIELD(import_again_in, generate, .label = N_("Make passwords"),
	    .help = N_("Mailboxes without a hash get a password that is made and shown once.")),
};
FIELDS(import_again_in);
/* clang-format on */
