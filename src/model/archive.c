/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field tables of archives: as they are kept, and as people see them. */
#include "base/base.h"

#include "model/archive.h"

/* clang-format off */
static const struct field archive_field_rows[] = {
	FIELD(archive, id, .kind = KIND_ID),
	FIELD(archive, username),
	FIELD(archive, status),
	FIELD(archive, archived_at, .kind = KIND_TIME),
	FIELD(archive, status_changed_at, .kind = KIND_TIME),
	FIELD(archive, maildir_server),
	FIELD(archive, maildir_file),
	FIELD(archive, homedir_file),
	FIELD(archive, maildir_orig_size),
	FIELD(archive, maildir_size),
	FIELD(archive, data, .flags = FIELD_SECRET),
	FIELD(archive, autoprune),
	FIELD(archive, domain_id, .kind = KIND_ID),
	FIELD(archive, domain),
	FIELD(archive, admin),
	FIELD(archive, taken),
};
FIELDS(archive);

static const struct field archive_view_field_rows[] = {
	FIELD(archive_view, username, .label = N_("Address")),
	FIELD(archive_view, status, .label = N_("Status")),
	FIELD(archive_view, made_by, .label = N_("Made by")),
	FIELD(archive_view, type, .label = N_("Kind")),
	FIELD(archive_view, restorable, .label = N_("Can be restored")),
	FIELD(archive_view, why, .max = 1000, .label = N_("Why not")),
	FIELD(archive_view, archived_at, .kind = KIND_TIME, .label = N_("Archived")),
	FIELD(archive_view, status_changed_at, .kind = KIND_TIME, .label = N_("Changed")),
	FIELD(archive_view, file, .label = N_("Mail")),
	FIELD(archive_view, size, .kind = KIND_BYTES, .label = N_("Size")),
	FIELD(archive_view, autoprune, .label = N_("Removed in time")),
	FIELD(archive_view, domain, .label = N_("Domain")),
	FIELD(archive_view, admin, .label = N_("Archived by")),
	FIELD(archive_view, name, .label = N_("Name")),
	FIELD(archive_view, alt_email, .label = N_("Other address")),
	FIELD(archive_view, access_restriction, .label = N_("Access")),
	FIELD(archive_view, password_scheme, .label = N_("Password hash")),
	FIELD(archive_view, quota, .kind = KIND_BYTES, .flags = FIELD_UNLIMITED, .label = N_("Quota")),
	FIELD(archive_view, active, .label = N_("Active")),
	FIELD(archive_view, created, .kind = KIND_TIME, .label = N_("Created")),
	FIELD(archive_view, aliases, .label = N_("Aliases")),
	FIELD(archive_view, preferences, .label = N_("Preferences")),
};
FIELDS(archive_view);
/* clang-format on */
