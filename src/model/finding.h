/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `doctor` found: one line per check. */
#ifndef MODEL_FINDING_H
#define MODEL_FINDING_H

#include "base/field.h"

struct finding {
	const char *check;  /* its name */
	const char *state;  /* ok, look or bad */
	const char *found;  /* one sentence */
	const char *advice; /* what to do, NULL when fine */
};
extern const struct fields finding_fields;

struct doctor_in {
	uint64_t given;
	bool security;
};
extern const struct fields doctor_in_fields;

#endif
