/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Field tables of an administrator, of signing in and of the first run. It must not know how long a
 * password has to be (svc reads that from the configuration). The surprising thing: signing in takes
 * any text as user name, so that a mistyped address gets the same answer as an unknown one.
 */
#include "base/base.h"

#include "model/admin.h"

/* clang-format off */
static const struct field admin_field_rows[] = {
	FIELD(admin, id, .kind = KIND_ID, .flags = FIELD_READONLY | FIELD_HIDDEN),
	FIELD(admin, username, .kind = KIND_ADDRESS, .label = N_("Administrator")),
	FIELD(admin, password, .max = 255, .flags = FIELD_SECRET | FIELD_HIDDEN),
	FIELD(admin, super, .label = N_("Super")),
	FIELD(admin, active, .label = N_("Active")),
	FIELD(admin, created, .kind = KIND_TIME, .flags = FIELD_READONLY | FIELD_UNAUDITED | FIELD_HIDDEN,
	    .label = N_("Created")),
	FIELD(admin, modified, .kind = KIND_TIME, .flags = FIELD_READONLY | FIELD_UNAUDITED | FIELD_HIDDEN,
	    .label = N_("Changed")),
	FIELD(admin, last_login, .kind = KIND_TIME, .flags = FIELD_READONLY | FIELD_UNAUDITED,
	    .label = N_("Last login")),
	FIELD(admin, domains, .flags = FIELD_READONLY | FIELD_UNAUDITED, .label = N_("Domains")),
};
FIELDS(admin);

static const struct field admin_in_field_rows[] = {
	FIELD(admin_in, username, .kind = KIND_ADDRESS, .label = N_("User name (e-mail address)"),
	    .help = N_("The address the administrator signs in with.")),
	FIELD(admin_in, password, .kind = KIND_PASSWORD, .label = N_("Password"),
	    .help = N_("The password the administrator signs in with.")),
	FIELD(admin_in, current_password, .kind = KIND_PASSWORD, .label = N_("Current password"),
	    .help = N_("Needed to change your own password.")),
	FIELD(admin_in, super, .label = N_("Super"),
	    .help = N_("May do everything, in all domains.")),
	FIELD(admin_in, active, .label = N_("Active"),
	    .help = N_("An inactive administrator cannot sign in.")),
	FIELD(admin_in, rev, .max = 16, .flags = FIELD_HIDDEN, .help = N_("Revision the change is based on.")),
};
FIELDS(admin_in);

static const struct field signin_in_field_rows[] = {
	FIELD(signin_in, username, .max = 255, .flags = FIELD_REQUIRED, .label = N_("User name (e-mail address)")),
	FIELD(signin_in, password, .kind = KIND_PASSWORD, .flags = FIELD_REQUIRED, .label = N_("Password")),
};
FIELDS(signin_in);

static const struct field setup_in_field_rows[] = {
	FIELD(setup_in, token, .max = 128, .flags = FIELD_REQUIRED, .label = N_("Setup token"),
	    .help = N_("Shown where the server was started.")),
	FIELD(setup_in, username, .kind = KIND_ADDRESS, .flags = FIELD_REQUIRED,
	    .label = N_("User name (e-mail address)"),
	    .help = N_("The address of the first administrator.")),
	FIELD(setup_in, password, .kind = KIND_PASSWORD, .flags = FIELD_REQUIRED, .label = N_("Password"),
	    .help = N_("The password of the first administrator.")),
};
FIELDS(setup_in);
/* clang-format on */
