/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inputs that belong to pages, not to an entity: where to go back to, a confirmation, an assignment. */
#ifndef WEB_INPUTS_H
#define WEB_INPUTS_H

#include "base/field.h"

/* ?next= of the sign-in page. */
struct next_in {
	uint64_t given;
	const char *next;
};
extern const struct fields next_in_fields;

/* The list a switch stands in, with its filters. */
struct back_in {
	uint64_t given;
	const char *back;
};
extern const struct fields back_in_fields;

/* The password that somebody is typing. */
struct strength_in {
	uint64_t given;
	const char *password;
};
extern const struct fields strength_in_fields;

struct confirm_in {
	uint64_t given;
	const char *confirm; /* the name typed again */
};
extern const struct fields confirm_in_fields;

struct assign_in {
	uint64_t given;
	int64_t admin_id;
	const char *domain;
};
extern const struct fields assign_in_fields;

#endif
