/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field tables of an import. */
#include "base/base.h"

#include "model/import.h"

static const char *const modes[] = { "insert", "update", "upsert", NULL };
static const char *const kinds[] = { "domains", "mailboxes", "aliases", NULL };
static const char *const on_errors[] = { "stop", "skip", NULL };

const char *
import_phase_name(enum import_phase phase)
{
	static const char *const names[] = {
		[IMPORT_PHASE_ROWS] = "rows", [IMPORT_PHASE_MAKING] = "passwords", [IMPORT_PHASE_AGAIN] = "again"
	};

	return names[phase];
}

/* clang-format off */
static const struct field import_in_field_rows[] = {
	FIELD(import_in, mode, .kind = KIND_CHOICE, .choices = modes, .label = N_("Rows that exist"),
	    .help = N_("insert: only new ones; update: only those that are there; upsert: both. Without it insert.")),
	FIELD(import_in, on_error, .kind = KIND_CHOICE, .choices = on_errors, .label = N_("Bad rows"),
	    .help = N_("stop: all rows or none; skip: leave the bad ones out. Without it stop.")),
	FIELD(import_in, map, .max = 2000, .label = N_("Columns"),
	    .help = N_("Which column is which field: Mail=address,Remark= (nothing behind the sign: left out).")),
	FIELD(import_in, generate, .flags = FIELD_SWITCH, .label = N_("Make passwords"),
	    .help = N_("Mailboxes without a hash get a password that is made and shown once.")),
};
FIELDS(import_in);

static const struct field import_page_in_field_rows[] = {
	FIELD(import_page_in, kind, .kind = KIND_CHOICE, .choices = kinds, .flags = FIELD_REQUIRED, .label = N_("What the rows are")),
	FIELD(import_page_in, text, .kind = KIND_LINES, .max = INT32_MAX, .label = N_("Rows"),
	    .help = N_("Instead of a file: CSV as text. The first line names the columns.")),
	FIELD(import_page_in, mode, .kind = KIND_CHOICE, .choices = modes, .label = N_("Rows that exist")),
	FIELD(import_page_in, on_error, .kind = KIND_CHOICE, .choices = on_errors, .label = N_("Bad rows")),
	FIELD(import_page_in, map, .max = 2000, .flags = FIELD_SET, .label = N_("Columns"),
	    .help = N_("Which column is which field, where the names differ: Mail=address,Remark= (nothing behind the sign: left out).")),
	FIELD(import_page_in, generate, .label = N_("Make passwords"),
	    .help = N_("Mailboxes without a hash get a password that is made and shown once.")),
};
FIELDS(import_page_in);

static const struct field import_fault_field_rows[] = {
	FIELD(import_fault, line, .label = N_("Line")),
	FIELD(import_fault, key, .label = N_("Row")),
	FIELD(import_fault, field, .label = N_("Field")),
	FIELD(import_fault, text, .label = N_("What is wrong")),
};
FIELDS(import_fault);

static const struct field import_sum_field_rows[] = {
	FIELD(import_sum, rows, .label = N_("Rows")),
	FIELD(import_sum, done, .label = N_("Looked at")),
	FIELD(import_sum, added, .label = N_("Added")),
	FIELD(import_sum, changed, .label = N_("Changed")),
	FIELD(import_sum, unchanged, .label = N_("Unchanged")),
	FIELD(import_sum, failed, .label = N_("Refused")),
	FIELD(import_sum, kept, .label = N_("Kept")),
};
FIELDS(import_sum);
/* clang-format on */
