/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field tables of the first page. */
#include "base/base.h"

#include "model/overview.h"

/* clang-format off */
static const struct field overview_field_rows[] = {
	FIELD(overview, domains, .label = N_("Domains")),
	FIELD(overview, mailboxes, .label = N_("Mailboxes")),
	FIELD(overview, aliases, .label = N_("Aliases")),
	FIELD(overview, domains_off),
	FIELD(overview, domains_alone),
	FIELD(overview, sessions),
	FIELD(overview, locked),
};
FIELDS(overview);

static const struct field overview_item_field_rows[] = {
	FIELD(overview_item, kind),
	FIELD(overview_item, id, .kind = KIND_ID),
	FIELD(overview_item, name),
	FIELD(overview_item, detail),
	FIELD(overview_item, n),
	FIELD(overview_item, of_n),
};
FIELDS(overview_item);
/* clang-format on */
