/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field tables of an import from PostfixAdmin. */
#include "base/base.h"

#include "model/postfixadmin.h"

/* clang-format off */
static const struct field pfa_domain_field_rows[] = {
	FIELD(pfa_domain, domain), FIELD(pfa_domain, description), FIELD(pfa_domain, transport),
	FIELD(pfa_domain, backupmx), FIELD(pfa_domain, active), FIELD(pfa_domain, max_aliases),
	FIELD(pfa_domain, max_mailboxes), FIELD(pfa_domain, max_quota), FIELD(pfa_domain, total_quota),
};
FIELDS(pfa_domain);

static const struct field pfa_mailbox_field_rows[] = {
	FIELD(pfa_mailbox, username), FIELD(pfa_mailbox, password, .flags = FIELD_SECRET), FIELD(pfa_mailbox, name),
	FIELD(pfa_mailbox, alt_email), FIELD(pfa_mailbox, quota), FIELD(pfa_mailbox, active),
};
FIELDS(pfa_mailbox);

static const struct field pfa_alias_field_rows[] = {
	FIELD(pfa_alias, address), FIELD_AS(pfa_alias, goto_, "goto"), FIELD(pfa_alias, active),
};
FIELDS(pfa_alias);

static const struct field pfa_admin_field_rows[] = {
	FIELD(pfa_admin, username), FIELD(pfa_admin, password, .flags = FIELD_SECRET), FIELD(pfa_admin, super),
	FIELD(pfa_admin, active),
};
FIELDS(pfa_admin);

static const struct field pfa_assignment_field_rows[] = {
	FIELD(pfa_assignment, username), FIELD(pfa_assignment, domain), FIELD(pfa_assignment, active),
};
FIELDS(pfa_assignment);

static const struct field pfa_other_field_rows[] = { FIELD(pfa_other, object) };
FIELDS(pfa_other);

static const struct field pfa_in_field_rows[] = {
	FIELD(pfa_in, from, .max = 1000, .flags = FIELD_SECRET, .label = N_("Database"),
	    .help = N_("PostfixAdmin's database: mysql://user@host/name, postgresql://user@host/name or sqlite:/path.")),
	FIELD(pfa_in, from_file, .max = 1000, .label = N_("File"),
	    .help = N_("A file whose first line is that address, for one with a password in it; - is standard input.")),
};
FIELDS(pfa_in);

static const struct field pfa_note_field_rows[] = {
	FIELD(pfa_note, what, .label = N_("What")), FIELD(pfa_note, object, .label = N_("Name")),
	FIELD(pfa_note, text, .label = N_("Why")),
};
FIELDS(pfa_note);
/* clang-format on */
