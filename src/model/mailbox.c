/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Field tables of a mailbox: the row with what Dovecot tells about it, and what may be sent. Owns the
 * words of access_restriction. It must not know how a password is hashed, nor which of address and
 * local_part + domain was meant (svc does). The surprising thing: nothing is required here, because
 * an address may come in two ways and a password in three.
 */
#include "base/base.h"

#include "model/mailbox.h"

const char *const mailbox_access_types[] = { "SMTP", "IMAP", "POP3", "SIEVE", NULL };

/* Which of the types the `n` bytes at `text` name; -1 for none. */
static int
access_type(const char *text, size_t n)
{
	for (int i = 0; mailbox_access_types[i]; i++)
		if (strlen(mailbox_access_types[i]) == n && memcmp(mailbox_access_types[i], text, n) == 0)
			return i;
	return -1;
}

const char *
mailbox_access_check(const void *value)
{
	const char *text = value;
	unsigned seen = 0;

	if (strcmp(text, "ALL") == 0)
		return NULL;
	for (;;) {
		size_t n = strcspn(text, ",");
		int type = access_type(text, n);

		if (type < 0)
			return N_("Enter ALL, or some of SMTP, IMAP, POP3 and SIEVE, joined by commas.");
		if (seen & 1U << type)
			return N_("One of the protocols is named twice.");
		seen |= 1U << type;
		if (!text[n])
			return NULL;
		text += n + 1;
	}
}

#define JOINED (FIELD_READONLY | FIELD_UNAUDITED)

/* clang-format off */
static const struct field mailbox_field_rows[] = {
	FIELD(mailbox, id, .kind = KIND_ID, .flags = FIELD_READONLY | FIELD_HIDDEN),
	FIELD(mailbox, username, .kind = KIND_ADDRESS, .label = N_("Mailbox")),
	FIELD(mailbox, local_part, .kind = KIND_LOCAL_PART, .flags = FIELD_HIDDEN, .label = N_("Local part")),
	FIELD(mailbox, password, .max = 255, .flags = FIELD_SECRET | FIELD_HIDDEN),
	FIELD(mailbox, name, .max = 255, .label = N_("Name")),
	FIELD(mailbox, alt_email, .kind = KIND_ADDRESS, .flags = FIELD_HIDDEN, .label = N_("Alternative address")),
	FIELD(mailbox, quota, .kind = KIND_BYTES, .label = N_("Quota")),
	FIELD(mailbox, active, .label = N_("Active")),
	FIELD(mailbox, access_restriction, .max = 100, .flags = FIELD_HIDDEN, .check = mailbox_access_check,
	    .label = N_("Access")),
	FIELD(mailbox, delete_pending, .flags = FIELD_READONLY | FIELD_HIDDEN),
	FIELD(mailbox, created, .kind = KIND_TIME, .flags = JOINED | FIELD_HIDDEN, .label = N_("Created")),
	FIELD(mailbox, modified, .kind = KIND_TIME, .flags = JOINED | FIELD_HIDDEN, .label = N_("Changed")),
	FIELD(mailbox, domain_id, .kind = KIND_ID, .flags = FIELD_READONLY | FIELD_HIDDEN),
	FIELD(mailbox, domain, .kind = KIND_DOMAIN, .flags = JOINED, .label = N_("Domain")),
	FIELD(mailbox, domain_active, .flags = JOINED | FIELD_HIDDEN, .label = N_("Domain active")),
	FIELD(mailbox, used_bytes, .kind = KIND_BYTES, .flags = JOINED, .label = N_("Used")),
	FIELD(mailbox, used_messages, .flags = JOINED | FIELD_HIDDEN, .label = N_("Messages")),
	FIELD(mailbox, last_login, .kind = KIND_TIME, .flags = JOINED, .label = N_("Last login")),
};
FIELDS(mailbox);

static const struct field mailbox_in_field_rows[] = {
	FIELD(mailbox_in, address, .kind = KIND_ADDRESS, .label = N_("Address"),
	    .help = N_("The whole address; or give local part and domain.")),
	FIELD(mailbox_in, local_part, .kind = KIND_LOCAL_PART, .label = N_("Local part"),
	    .help = N_("What stands before the @.")),
	FIELD(mailbox_in, domain, .kind = KIND_DOMAIN, .label = N_("Domain"),
	    .help = N_("What stands after the @; the domain must exist here.")),
	FIELD(mailbox_in, name, .max = 255, .label = N_("Name"),
	    .help = N_("Who uses the mailbox.")),
	FIELD(mailbox_in, alt_email, .kind = KIND_ADDRESS, .label = N_("Alternative address"),
	    .help = N_("Where its user can be reached when the mailbox cannot.")),
	FIELD(mailbox_in, password, .kind = KIND_PASSWORD, .label = N_("Password"),
	    .help = N_("The password its user signs in with.")),
	FIELD(mailbox_in, hash, .kind = KIND_PASSWORD, .max = 255, .flags = FIELD_HIDDEN, .label = N_("Password hash"),
	    .help = N_("A password that is hashed already, with its {SCHEME} in front; stored as it is.")),
	FIELD(mailbox_in, generate, .flags = FIELD_SWITCH, .label = N_("Generate a password"),
	    .help = N_("Make a password and show it once.")),
	FIELD(mailbox_in, quota, .kind = KIND_BYTES, .label = N_("Quota"),
	    .help = N_("How much it may hold, such as 500 MB or 5 GB; 0 is unlimited.")),
	FIELD(mailbox_in, access_restriction, .max = 100, .check = mailbox_access_check, .label = N_("Access"),
	    .help = N_("ALL, or some of SMTP, IMAP, POP3 and SIEVE, joined by commas.")),
	FIELD(mailbox_in, active, .label = N_("Active"),
	    .help = N_("An inactive mailbox takes no mail and lets nobody sign in.")),
	FIELD(mailbox_in, rev, .max = 16, .flags = FIELD_HIDDEN, .help = N_("Revision the change is based on.")),
};
FIELDS(mailbox_in);
/* clang-format on */
