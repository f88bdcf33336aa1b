/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The field table of a session. */
#include "base/base.h"

#include "model/session.h"

static const struct field session_field_rows[] = {
	FIELD(session, id_hash, .flags = FIELD_SECRET),
	FIELD(session, admin_id, .kind = KIND_ID),
	FIELD(session, created_at),
	FIELD(session, seen_at),
	FIELD(session, expires_at),
	FIELD(session, source),
	FIELD(session, agent),
	FIELD(session, username),
	FIELD(session, super),
	FIELD(session, active),
};
FIELDS(session);
