/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field tables of a mailbox, and what an access restriction looks like. */
#include "base/base.h"

#include "model/mailbox.h"

#define SERVICE_MAX 32 /* bytes of a service's name */

static bool
is_service(const char *name, size_t n)
{
	if (n == 0 || n > SERVICE_MAX || (n == 3 && memcmp(name, "ALL", 3) == 0))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!((name[i] >= 'A' && name[i] <= 'Z') || (name[i] >= 'a' && name[i] <= 'z') ||
			(name[i] >= '0' && name[i] <= '9') || strchr("_-", name[i])))
			return false;
	return true;
}

/* Does the name stand in the list before this place? */
static bool
stands_before(const char *list, const char *name, size_t n)
{
	for (const char *at = list; at < name; at += strcspn(at, ",") + 1)
		if (strcspn(at, ",") == n && memcmp(at, name, n) == 0)
			return true;
	return false;
}

const char *
mailbox_access_check(const void *text)
{
	if (strcmp(text, "ALL") == 0)
		return NULL;
	for (const char *at = text;; at++) {
		size_t n = strcspn(at, ",");

		if (!is_service(at, n) || stands_before(text, at, n))
			return N_("Access is ALL, or a list of services, each once, with commas "
				  "between them.");
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
	FIELD(mailbox_in, address, .kind = KIND_ADDRESS, .flags = FIELD_KEPT, .max = 1000, .label = N_("Address"),
	    .help = N_("The whole address, instead of local part and domain.")),
	FIELD(mailbox_in, local_part, .kind = KIND_LOCAL_PART, .flags = FIELD_KEPT, .label = N_("Local part"),
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
	FIELD(mailbox_in, invite, .flags = FIELD_SWITCH, .label = N_("Let the owner choose"),
	    .help = N_("Mail a link to the other address, with which the owner chooses the password.")),
	FIELD(mailbox_in, quota, .kind = KIND_BYTES, .flags = FIELD_UNLIMITED, .label = N_("Quota"),
	    .help = N_("Such as 500 MB or 5 GB, or unlimited.")),
	FIELD(mailbox_in, access_restriction, .max = 100, .flags = FIELD_SET, .check = mailbox_access_check, .label = N_("Access"),
	    .help = N_("ALL, or the services its owner may use, such as SMTP,IMAP.")),
	FIELD(mailbox_in, welcome_email, .flags = FIELD_SWITCH, .label = N_("Welcome mail"),
	    .help = N_("Send its settings as its first mail; the password is not in it.")),
	FIELD(mailbox_in, active, .label = N_("Active"), .help = N_("An inactive mailbox takes no mail and lets nobody in.")),
	FIELD(mailbox_in, rev, .max = 16, .flags = FIELD_HIDDEN, .help = N_("Revision of the row that the change is based on.")),
};
FIELDS(mailbox_in);
/* clang-format on */
