/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The language that an administrator wants, as its code. */
#ifndef MODEL_LANGUAGE_H
#define MODEL_LANGUAGE_H

#include "base/field.h"

struct language {
	int64_t admin_id;
	const char *language; /* "" or NULL: as the browser says */
};
extern const struct fields language_fields;

struct language_in {
	uint64_t given;
	const char *language;
};
extern const struct fields language_in_fields;

#endif
