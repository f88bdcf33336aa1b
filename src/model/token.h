/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A key for programs: a row of the fork's mcp_token with its owner. Only the SHA-256 of what its holder sends is stored. Lists are separated by
 * blanks or commas, as the fork has them; an empty one limits nothing.
 */
#ifndef MODEL_TOKEN_H
#define MODEL_TOKEN_H

#include "base/field.h"

#define TOKEN_NAME_MAX 64
#define TOKEN_DAYS 365   /* unless said otherwise */
#define TOKEN_OVERLAP 24 /* hours, likewise */

struct token {
	int64_t id;
	const char *name;
	const char *token_hash; /* 64 hex digits */
	const char *scope;      /* of read, write, * */
	const char *allowed_ips, *allowed_domains;
	int64_t created, expires_at, last_used_at; /* 0: never */
	bool revoked;
	/* ours */
	const char *owner; /* an administrator's name; NULL: nobody's, it acts as the operator who made it */
	const char *made_by;
	const char *used_from; /* address of the last use; NULL: unknown */
	/* joined */
	int64_t owner_id; /* 0 although there is an owner: that administrator is gone */
	bool owner_active, owner_super;
	const char *state; /* "active", or why it opens nothing */
};
extern const struct fields token_fields;

struct token_in {
	uint64_t given;
	const char *name, *scope;
	const char *ip, *domains; /* what the fork calls its options */
	int64_t days;             /* 0: for ever */
	const char *owner;
};
extern const struct fields token_in_fields;

struct token_pick_in {
	uint64_t given;
	int64_t id;
	const char *name;
};
extern const struct fields token_pick_in_fields;

/* A new token in place of one: how long that goes on. */
struct token_rotate_in {
	uint64_t given;
	const char *name; /* or number; on the command line */
	int64_t overlap;  /* hours */
};
extern const struct fields token_rotate_in_fields;

#endif
