/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field tables of API tokens. */
#include "base/base.h"

#include "model/token.h"

#define LIST_MAX 65535

/* clang-format off */
static const struct field token_field_rows[] = {
	FIELD(token, id, .kind = KIND_ID, .label = N_("ID")),
	FIELD(token, name, .label = N_("Name")),
	FIELD(token, token_hash, .flags = FIELD_SECRET | FIELD_HIDDEN),
	FIELD(token, scope, .label = N_("Scope")),
	FIELD(token, allowed_ips, .max = LIST_MAX, .label = N_("Networks")),
	FIELD(token, allowed_domains, .max = LIST_MAX, .label = N_("Domains")),
	FIELD(token, owner, .label = N_("Owner")),
	FIELD(token, state, .flags = FIELD_READONLY | FIELD_UNAUDITED, .label = N_("State")),
	FIELD(token, created, .kind = KIND_TIME, .flags = FIELD_UNAUDITED, .label = N_("Created")),
	FIELD(token, expires_at, .kind = KIND_TIME, .label = N_("Valid until")),
	FIELD(token, last_used_at, .kind = KIND_TIME, .flags = FIELD_UNAUDITED, .label = N_("Last used")),
	FIELD(token, made_by, .flags = FIELD_UNAUDITED, .label = N_("Made by")),
	FIELD(token, used_from, .flags = FIELD_UNAUDITED, .label = N_("Used from")),
	FIELD(token, revoked, .label = N_("Revoked")),
	FIELD(token, owner_id, .kind = KIND_ID, .flags = FIELD_HIDDEN | FIELD_UNAUDITED),
	FIELD(token, owner_active, .flags = FIELD_HIDDEN | FIELD_UNAUDITED),
	FIELD(token, owner_super, .flags = FIELD_HIDDEN | FIELD_UNAUDITED),
};
FIELDS(token);

static const struct field token_in_field_rows[] = {
	FIELD(token_in, name, .max = TOKEN_NAME_MAX, .flags = FIELD_REQUIRED, .label = N_("Name"),
	    .help = N_("What the token is for.")),
	FIELD(token_in, scope, .label = N_("Scope"), .help = N_("read (the default), write, both, or * for all there is.")),
	FIELD(token_in, ip, .max = LIST_MAX, .label = N_("Networks"),
	    .help = N_("Addresses and networks it may come from; without any: from everywhere.")),
	FIELD(token_in, domains, .max = LIST_MAX, .label = N_("Domains"),
	    .help = N_("Domains it is limited to; without any: all its owner may manage.")),
	FIELD(token_in, days, .max = 36500, .label = N_("Days"), .help = N_("How long it is valid, 365 unless given; 0: for ever.")),
	FIELD(token_in, owner, .kind = KIND_ADDRESS, .max = 1000, .label = N_("Owner"),
	    .help = N_("The administrator whose rights it has; without one it may what a super administrator may.")),
};
FIELDS(token_in);

static const struct field token_pick_in_field_rows[] = {
	FIELD(token_pick_in, id, .kind = KIND_ID, .label = N_("ID"), .help = N_("Number of the token.")),
	FIELD(token_pick_in, name, .label = N_("Name"), .help = N_("Name of the token.")),
};
FIELDS(token_pick_in);

static const struct field token_rotate_in_field_rows[] = {
	FIELD(token_rotate_in, name, .label = N_("Name"), .help = N_("Name of the token.")),
	FIELD(token_rotate_in, overlap, .max = 8760, .label = N_("Hours"),
	    .help = N_("How long the old token goes on beside the new one, 24 unless given; 0: it ends at once.")),
};
FIELDS(token_rotate_in);
/* clang-format on */
