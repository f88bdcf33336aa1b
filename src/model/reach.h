/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An alias through which mail reaches a mailbox. */
#ifndef MODEL_REACH_H
#define MODEL_REACH_H

#include "base/field.h"

struct reach {
	int64_t id; /* of the alias */
	const char *address, *goto_;
	bool active;
	const char *domain;
	int64_t depth;   /* 1: it names the mailbox itself */
	const char *via; /* the next address on the way, NULL: not the reader's to know */
};
extern const struct fields reach_fields;

#endif
