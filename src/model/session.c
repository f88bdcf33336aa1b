/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The field table of a signed-in browser; only SQL goes through it, people never see it. It must not
 * know how an id is made or hashed. The surprising thing: its times are plain integers, since the
 * table is ours alone and no DATETIME of the fork's has to be matched.
 */
#include "base/base.h"

#include "model/session.h"

/* clang-format off */
static const struct field session_field_rows[] = {
	FIELD(session, id_hash, .max = 64, .flags = FIELD_SECRET | FIELD_HIDDEN),
	FIELD(session, admin_id, .kind = KIND_ID),
	FIELD(session, created_at, .flags = FIELD_UNAUDITED),
	FIELD(session, seen_at, .flags = FIELD_UNAUDITED),
	FIELD(session, expires_at, .flags = FIELD_UNAUDITED),
	FIELD(session, source, .max = 255),
	FIELD(session, agent, .max = 255),
	FIELD(session, username, .max = 255, .flags = FIELD_READONLY | FIELD_UNAUDITED),
	FIELD(session, super, .flags = FIELD_READONLY | FIELD_UNAUDITED),
	FIELD(session, active, .flags = FIELD_READONLY | FIELD_UNAUDITED),
};
FIELDS(session);
/* clang-format on */
