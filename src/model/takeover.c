/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field tables of what is read before a takeover. They bind columns only: nothing of this is input or printed as it is. */
#include "base/base.h"

#include "model/takeover.h"

/* clang-format off */
static const struct field takeover_mailbox_field_rows[] = {
	FIELD(takeover_mailbox, username), FIELD(takeover_mailbox, local_part),
	FIELD(takeover_mailbox, password, .flags = FIELD_SECRET),
	FIELD(takeover_mailbox, active), FIELD(takeover_mailbox, domain),
};
FIELDS(takeover_mailbox);

static const struct field takeover_alias_field_rows[] = {
	FIELD(takeover_alias, address), FIELD_AS(takeover_alias, goto_, "goto"), FIELD(takeover_alias, active),
	FIELD(takeover_alias, domain),
};
FIELDS(takeover_alias);

static const struct field takeover_domain_field_rows[] = {
	FIELD(takeover_domain, domain), FIELD(takeover_domain, active), FIELD(takeover_domain, backupmx),
	FIELD(takeover_domain, mailbox_count), FIELD(takeover_domain, alias_count),
	FIELD(takeover_domain, mailboxes), FIELD(takeover_domain, aliases),
};
FIELDS(takeover_domain);

static const struct field takeover_admin_field_rows[] = {
	FIELD(takeover_admin, username), FIELD(takeover_admin, password, .flags = FIELD_SECRET),
	FIELD(takeover_admin, super), FIELD(takeover_admin, active),
};
FIELDS(takeover_admin);

static const struct field takeover_factor_field_rows[] = {
	FIELD(takeover_factor, admin_id, .kind = KIND_ID), FIELD(takeover_factor, username), FIELD(takeover_factor, value, .flags = FIELD_SECRET),
};
FIELDS(takeover_factor);

static const struct field takeover_flight_field_rows[] = {
	FIELD(takeover_flight, object), FIELD(takeover_flight, what),
};
FIELDS(takeover_flight);
/* clang-format on */
