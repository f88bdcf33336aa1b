/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A signed-in browser. Only the SHA-256 of its id is stored. Joined with its administrator, read afresh on each request. */
#ifndef MODEL_SESSION_H
#define MODEL_SESSION_H

#include "base/field.h"

struct session {
	const char *id_hash; /* 64 hex digits */
	int64_t admin_id;
	int64_t created_at, seen_at, expires_at; /* Unix seconds */
	int64_t proved_at; /* when its administrator last proved to be the one */
	const char *source, *agent;
	/* joined */
	const char *username;
	bool super, active;
	const char *language; /* that was chosen, or NULL */
};
extern const struct fields session_fields;

/* The same for people: one's own or, for supers, somebody's. */
struct session_row {
	const char *session; /* names it, but is no use as a cookie */
	const char *source;
	const char *browser, *agent; /* "Firefox, Linux"; and what it said */
	int64_t since, seen;
	bool current; /* the one that asks */
};
extern const struct fields session_row_fields;

struct session_in {
	uint64_t given;
	const char *session; /* NULL: all of them */
};
extern const struct fields session_in_fields;

#endif
