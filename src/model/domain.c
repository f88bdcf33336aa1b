/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field tables of a domain, and the one check that needs more than a length: the transport. */
#include "base/base.h"

#include "model/domain.h"

#include <ctype.h>

/* "name" or "name:nexthop", as Postfix's transport(5) has it. */
static const char *
transport_check(const void *value)
{
	const char *p = value;

	if (!isalnum((unsigned char)*p))
		return N_("A transport looks like virtual or lmtp:inet:10.0.0.5:24.");
	while (isalnum((unsigned char)*p) || *p == '-' || *p == '_')
		p++;
	if (*p && *p != ':')
		return N_("A transport looks like virtual or lmtp:inet:10.0.0.5:24.");
	for (; *p; p++)
		if (!isgraph((unsigned char)*p))
			return N_("A transport holds no blanks and only ASCII characters.");
	return NULL;
}

#define COUNTER (FIELD_READONLY | FIELD_UNAUDITED)

/* clang-format off */
static const struct field domain_field_rows[] = {
	FIELD(domain, id, .kind = KIND_ID, .flags = FIELD_READONLY),
	FIELD(domain, domain, .kind = KIND_DOMAIN, .label = N_("Domain")),
	FIELD(domain, description, .label = N_("Description")),
	FIELD(domain, transport, .label = N_("Transport")),
	FIELD(domain, backupmx, .label = N_("Backup MX")),
	FIELD(domain, active, .label = N_("Active")),
	FIELD(domain, max_aliases, .flags = FIELD_UNLIMITED, .label = N_("Alias limit")),
	FIELD(domain, max_mailboxes, .flags = FIELD_UNLIMITED, .label = N_("Mailbox limit")),
	FIELD(domain, max_quota, .kind = KIND_BYTES, .flags = FIELD_UNLIMITED, .label = N_("Largest quota")),
	FIELD(domain, quota, .kind = KIND_BYTES, .flags = FIELD_UNLIMITED, .label = N_("Default quota")),
	FIELD(domain, total_quota, .kind = KIND_BYTES, .flags = FIELD_UNLIMITED, .label = N_("Quota of all mailboxes")),
	FIELD(domain, alias_count, .flags = COUNTER, .label = N_("Aliases")),
	FIELD(domain, mailbox_count, .flags = COUNTER, .label = N_("Mailboxes")),
	FIELD(domain, created, .kind = KIND_TIME, .flags = COUNTER, .label = N_("Created")),
	FIELD(domain, modified, .kind = KIND_TIME, .flags = COUNTER, .label = N_("Changed")),
};
FIELDS(domain);

static const struct field domain_in_field_rows[] = {
	FIELD(domain_in, domain, .kind = KIND_DOMAIN, .flags = FIELD_REQUIRED, .max = 1000, .label = N_("Domain"),
	    .help = N_("The part behind the @, such as example.com. It cannot be changed later.")),
	FIELD(domain_in, description, .label = N_("Description"), .help = N_("A note for administrators.")),
	FIELD(domain_in, transport, .check = transport_check, .label = N_("Transport"),
	    .help = N_("How Postfix delivers: virtual stands for its usual way.")),
	FIELD(domain_in, backupmx, .label = N_("Backup MX"),
	    .help = N_("Only keep mail for another server; nothing is delivered here.")),
	FIELD(domain_in, active, .label = N_("Active"), .help = N_("An inactive domain takes no mail and lets nobody in.")),
	FIELD(domain_in, max_aliases, .max = INT32_MAX, .flags = FIELD_UNLIMITED, .label = N_("Alias limit"),
	    .help = N_("How many aliases its administrators may make: a number or unlimited.")),
	FIELD(domain_in, max_mailboxes, .max = INT32_MAX, .flags = FIELD_UNLIMITED, .label = N_("Mailbox limit"),
	    .help = N_("How many mailboxes its administrators may make: a number or unlimited.")),
	FIELD(domain_in, max_quota, .kind = KIND_BYTES, .flags = FIELD_UNLIMITED, .label = N_("Largest quota"),
	    .help = N_("The largest quota one mailbox may get: such as 5 GB, or unlimited.")),
	FIELD(domain_in, quota, .kind = KIND_BYTES, .flags = FIELD_UNLIMITED, .label = N_("Default quota"),
	    .help = N_("The quota of new mailboxes: such as 500 MB, or unlimited.")),
	FIELD(domain_in, total_quota, .kind = KIND_BYTES, .flags = FIELD_UNLIMITED, .label = N_("Quota of all mailboxes"),
	    .help = N_("What they may have together: such as 50 GB, or unlimited. Its administrators are refused more, supers are warned of it.")),
	FIELD(domain_in, rev, .max = 16, .flags = FIELD_HIDDEN, .help = N_("Revision of the row that the change is based on.")),
};
FIELDS(domain_in);

static const struct field counted_field_rows[] = {
	FIELD(counted, id, .kind = KIND_ID),
	FIELD(counted, domain, .label = N_("Domain")),
	FIELD(counted, mailbox_count, .label = N_("Mailboxes stored")),
	FIELD(counted, alias_count, .label = N_("Aliases stored")),
	FIELD(counted, mailboxes, .flags = FIELD_READONLY | FIELD_UNAUDITED, .label = N_("Mailboxes")),
	FIELD(counted, aliases, .flags = FIELD_READONLY | FIELD_UNAUDITED, .label = N_("Aliases")),
};
FIELDS(counted);

static const struct field counters_in_field_rows[] = {
	FIELD(counters_in, fix, .flags = FIELD_SWITCH, .help = N_("Set them right, instead of only showing them.")),
};
FIELDS(counters_in);
/* clang-format on */
