/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Second factors: the rows they are made of, their state as people see it, and what pages and programs send. */
#ifndef MODEL_SECOND_H
#define MODEL_SECOND_H

#include "base/field.h"

/* Out of the fork's admin_pref; NULL: there is no such row. */
struct second {
	int64_t admin_id;
	const char *secret; /* sealed; not empty: enrolled */
	const char *backup; /* JSON array of hashes */
	const char *last;   /* step of the last code accepted, decimal */
	const char *force;
	int64_t passkeys;     /* how many, in second_get alone */
	const char *username; /* joined, in lists only */
};
extern const struct fields second_fields;

/* A sign-in whose password was right. Not a session. */
struct parked {
	const char *id_hash;
	int64_t admin_id;
	int64_t created_at, expires_at;
	int64_t tries;
	/* joined */
	const char *username;
	bool super, active;
};
extern const struct fields parked_fields;

/* A secret that may still be shown, to one browser. */
struct enrolment {
	const char *id_hash; /* of its session or parked sign-in */
	int64_t admin_id;
	const char *sealed;
	int64_t expires_at;
};
extern const struct fields enrolment_fields;

/* What is told about somebody's second factor. */
struct second_state {
	bool enrolled;        /* an authenticator program */
	bool forced;          /* must enrol at the next sign-in */
	bool required;        /* by twofactor.required */
	int64_t backup_codes; /* left */
	int64_t passkeys;
};
extern const struct fields second_state_fields;

/* The command that removes second factors: somebody's, or everybody's. */
struct reset_in {
	uint64_t given;
	bool all;
};
extern const struct fields reset_in_fields;

struct second_in {
	uint64_t given;
	const char *code;     /* of an authenticator program, or a backup code */
	const char *password; /* of whoever asks */
};
extern const struct fields second_in_fields;

#endif
