/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field tables of a mailbox, and what an access restriction looks like. */
#include "base/base.h"

#include "model/mailbox.h"

const char *const mailbox_access_types[] = { "SMTP", "IMAP", "POP3", "SIEVE", NULL };

static int
type_index(const char *name, size_t n)
{
	for (int i = 0; mailbox_access_types[i]; i++)
		if (strlen(mailbox_access_types[i]) == n &&
		    strncmp(mailbox_access_types[i], name, n) == 0)
			return i;
	return -1;
}

const char *
mailbox_access_check(const void *text)
{
	unsigned seen = 0;

	if (strcmp(text, "ALL") == 0)
		return NULL;
	for (const char *at = text;; at++) {
		size_t n = strcspn(at, ",");
		int i = type_index(at, n);

		if (i < 0 || (seen >> i & 1))
			return N_("Access is ALL, or a list out of SMTP, IMAP, POP3 and SIEVE.");
		seen |= 1U << i;
		at += n;
		if (!*at)
			return NULL;
	}
}

#define JOINED (FIELD_READONLY | FIELD_UNAUDITED)

/* clang-format off */
static const struct field mailbox_field_rows[] = {
	FIELD(mailbox, id, .kind = KIND_ID, .flags = FIELD_READONLY),
	FIELD(mailbox, username, .kind = KIND_ADDRESS, .label = N_("Address")),
	FIELD(mailbox, local_part, .flags = FIELD_HIDDEN),
	FIELD(mailbox, password, .flags = FIELD_SECRET | FIELD_HIDDEN),
	FIELD(mailbox, name, .label = N_("Name")),
	FIELD(mailbox, alt_email, .kind = KIND_ADDRESS, .label = N_("Other address")),
	FIELD(mailbox, quota, .kind = KIND_BYTES, .flags = FIELD_UNLIMITED, .label = N_("Quota")),
	FIELD(mailbox, active, .label = N_("Active")),
	FIELD(mailbox, access_restriction, .max = 100, .label = N_("Access")),
	FIELD(mailbox, delete_pending, .flags = FIELD_READONLY | FIELD_HIDDEN),
	FIELD(mailbox, created, .kind = KIND_TIME, .flags = JOINED, .label = N_("Created")),
	FIELD(mailbox, modified, .kind = KIND_TIME, .flags = JOINED, .label = N_("Changed")),
	FIELD(mailbox, domain_id, .kind = KIND_ID, .flags = FIELD_READONLY | FIELD_HIDDEN),
	FIELD(mailbox, domain, .flags = JOINED, .label = N_("Domain")),
	FIELD(mailbox, domain_active, .flags = JOINED | FIELD_HIDDEN),
	FIELD(mailbox, used_bytes, .kind = KIND_BYTES, .flags = JOINED, .label = N_("Used")),
	FIELD(mailbox, used_messages, .flags = JOINED, .label = N_("Messages")),
	FIELD(mailbox, last_login, .kind = KIND_TIME, .flags = JOINED, .label = N_("Last sign-in")),
};
FIELDS(mailbox);

static const struct field mailbox_in_field_rows[] = {
	FIELD(mailbox_in, address, .kind = KIND_ADDRESS, .max = 1000, .label = N_("Address"),
	    .help = N_("The whole address, instead of local part and domain.")),
	FIELD(mailbox_in, local_part, .kind = KIND_LOCAL_PART, .label = N_("Local part"),
	    .help = N_("The part before the @. It cannot be changed later.")),
	FIELD(mailbox_in, domain, .kind = KIND_DOMAIN, .max = 1000, .label = N_("Domain")),
	FIELD(mailbox_in, name, .label = N_("Name"), .help = N_("Whose mailbox it is.")),
	FIELD(mailbox_in, alt_email, .kind = KIND_ADDRESS, .max = 1000, .label = N_("Other address"),
	    .help = N_("Where its owner is reached when this mailbox is not.")),
	FIELD(mailbox_in, password, .kind = KIND_PASSWORD, .label = N_("Password")),
	FIELD(mailbox_in, hash, .kind = KIND_PASSWORD, .max = 255, .label = N_("Password hash"),
	    .help = N_("A ready {SCHEME} hash, stored as it is.")),
	FIELD(mailbox_in, generate, .flags = FIELD_SWITCH, .label = N_("Make a password"),
	    .help = N_("Make a password and show it once.")),
	FIELD(mailbox_in, quota, .kind = KIND_BYTES, .flags = FIELD_UNLIMITED, .label = N_("Quota"),
	    .help = N_("Such as 500 MB or 5 GB, or unlimited.")),
	FIELD(mailbox_in, access_restriction, .max = 100, .check = mailbox_access_check, .label = N_("Access"),
	    .help = N_("ALL, or the protocols its owner may use: SMTP,IMAP,POP3,SIEVE.")),
	FIELD(mailbox_in, welcome_email, .flags = FIELD_SWITCH, .label = N_("Welcome mail"),
	    .help = N_("Send its settings as its first mail; the password is not in it.")),
	FIELD(mailbox_in, active, .label = N_("Active"), .help = N_("An inactive mailbox takes no mail and lets nobody in.")),
	FIELD(mailbox_in, rev, .max = 16, .flags = FIELD_HIDDEN, .help = N_("Revision of the row that the change is based on.")),
};
FIELDS(mailbox_in);
/* clang-format on */
