/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A signed-in browser. Only the SHA-256 of its id is stored. Joined with its administrator, read afresh on each request. */
#ifndef MODEL_SESSION_H
#define MODEL_SESSION_H

#include "base/field.h"

struct session {
	const char *id_hash; /* 64 hex digits */
	int64_t admin_id;
	int64_t created_at, seen_at, expires_at; /* Unix seconds */
	const char *source, *agent;
	/* joined */
	const char *username;
	bool super, active;
};
extern const struct fields session_fields;

#endif
