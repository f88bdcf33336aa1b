/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field tables of sessions: as they are kept, and as people see them. */
#include "base/base.h"

#include "model/session.h"

static const struct field session_field_rows[] = {
	FIELD(session, id_hash, .flags = FIELD_SECRET),
	FIELD(session, admin_id, .kind = KIND_ID),
	FIELD(session, created_at),
	FIELD(session, seen_at),
	FIELD(session, expires_at),
	FIELD(session, proved_at),
	FIELD(session, source),
	FIELD(session, agent),
	FIELD(session, username),
	FIELD(session, super),
	FIELD(session, active),
	FIELD(session, language),
};
FIELDS(session);

/* clang-format off */
static const struct field session_row_field_rows[] = {
	FIELD(session_row, session),
	FIELD(session_row, source, .label = N_("From")),
	FIELD(session_row, browser, .label = N_("Browser")),
	FIELD(session_row, agent, .flags = FIELD_HIDDEN),
	FIELD(session_row, since, .kind = KIND_TIME, .label = N_("Since")),
	FIELD(session_row, seen, .kind = KIND_TIME, .label = N_("Last seen")),
	FIELD(session_row, current, .label = N_("This one")),
};
FIELDS(session_row);

static const struct field session_in_field_rows[] = {
	FIELD(session_in, session, .max = 64),
};
FIELDS(session_in);
/* clang-format on */
