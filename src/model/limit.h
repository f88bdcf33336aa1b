/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tries counted at one door, from one source or at one account, as people see them. */
#ifndef MODEL_LIMIT_H
#define MODEL_LIMIT_H

#include "base/field.h"

struct limit {
	const char *what; /* "source" or "account" */
	const char *name; /* address or network, account; "#..." stands for a name that is no address */
	const char *door; /* "sign-in" */
	int64_t tries, last;
	int64_t until; /* refused until then, 0 = not refused */
	const char *subject;
};
extern const struct fields limit_fields;

struct limit_in {
	uint64_t given;
	const char *name; /* an address, a network, an account, or a subject */
};
extern const struct fields limit_in_fields;

#endif
