/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An administrator: row, input, and their field tables. */
#ifndef MODEL_ADMIN_H
#define MODEL_ADMIN_H

#include "base/field.h"

struct admin {
	int64_t id;
	const char *username; /* canonical mail address */
	const char *password; /* stored hash; secret */
	bool super, active;
	int64_t created, modified, last_login;
	/* joined, read-only */
	int64_t domains; /* how many are assigned */
	bool invited;    /* has not chosen a password yet */
};
extern const struct fields admin_fields;

struct admin_in {
	uint64_t given;
	const char *username;
	const char *password;         /* clear text */
	const char *current_password; /* when changing one's own */
	const char *hash; /* in place of a password; no field, so that no door but an import has it */
	bool super, active;
	bool invite; /* instead of a password: a link with which it is chosen */
	const char *invite_code; /* no field: the link is shown by who asked (svc/invite.h); NULL: it is mailed */
	const char *rev;
};
extern const struct fields admin_in_fields;

/* Sign-in and first run. */
struct signin_in {
	uint64_t given;
	const char *username, *password;
};
extern const struct fields signin_in_fields;
struct setup_in {
	uint64_t given;
	const char *token, *username, *password;
};
extern const struct fields setup_in_fields;

#endif
