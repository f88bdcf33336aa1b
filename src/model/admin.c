/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field tables of an administrator, of signing in and of the first run. */
#include "base/base.h"

#include "model/admin.h"

#define JOINED (FIELD_READONLY | FIELD_UNAUDITED)
#define TOKEN_MAX 128

/* clang-format off */
static const struct field admin_field_rows[] = {
	FIELD(admin, id, .kind = KIND_ID, .flags = FIELD_READONLY),
	FIELD(admin, username, .kind = KIND_ADDRESS, .label = N_("Administrator")),
	FIELD(admin, password, .flags = FIELD_SECRET | FIELD_HIDDEN),
	FIELD(admin, super, .label = N_("Super")),
	FIELD(admin, active, .label = N_("Active")),
	FIELD(admin, created, .kind = KIND_TIME, .flags = JOINED, .label = N_("Created")),
	FIELD(admin, modified, .kind = KIND_TIME, .flags = JOINED, .label = N_("Changed")),
	FIELD(admin, last_login, .kind = KIND_TIME, .flags = JOINED, .label = N_("Last sign-in")),
	FIELD(admin, domains, .flags = JOINED, .label = N_("Domains")),
	FIELD(admin, invited, .flags = JOINED, .label = N_("Invited")),
};
FIELDS(admin);

static const struct field admin_in_field_rows[] = {
	FIELD(admin_in, username, .kind = KIND_ADDRESS, .max = 1000, .label = N_("Mail address"),
	    .help = N_("The administrator signs in with it.")),
	FIELD(admin_in, password, .kind = KIND_PASSWORD, .label = N_("Password")),
	FIELD(admin_in, current_password, .kind = KIND_PASSWORD, .label = N_("Current password")),
	FIELD(admin_in, super, .label = N_("Super"), .help = N_("Yes: may do everything. No: only the domains assigned.")),
	FIELD(admin_in, active, .label = N_("Active"), .help = N_("An inactive administrator cannot sign in.")),
	FIELD(admin_in, invite, .flags = FIELD_SWITCH, .label = N_("Invite"),
	    .help = N_("Instead of a password: a link with which the administrator chooses one, good for a few days.")),
	FIELD(admin_in, rev, .max = 16, .flags = FIELD_HIDDEN, .help = N_("Revision of the row that the change is based on.")),
};
FIELDS(admin_in);

static const struct field signin_in_field_rows[] = {
	FIELD(signin_in, username, .flags = FIELD_REQUIRED, .label = N_("Mail address")),
	FIELD(signin_in, password, .kind = KIND_PASSWORD, .flags = FIELD_REQUIRED, .label = N_("Password")),
};
FIELDS(signin_in);

static const struct field setup_in_field_rows[] = {
	FIELD(setup_in, token, .flags = FIELD_REQUIRED, .max = TOKEN_MAX, .label = N_("One-time token"),
	    .help = N_("The program printed it when it started.")),
	FIELD(setup_in, username, .kind = KIND_ADDRESS, .flags = FIELD_REQUIRED, .max = 1000, .label = N_("Mail address"),
	    .help = N_("You sign in with it.")),
	FIELD(setup_in, password, .kind = KIND_PASSWORD, .flags = FIELD_REQUIRED, .label = N_("Password")),
};
FIELDS(setup_in);
/* clang-format on */
