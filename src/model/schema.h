/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands on the schema are asked for. */
#ifndef MODEL_SCHEMA_H
#define MODEL_SCHEMA_H

#include "base/field.h"

struct schema_in {
	uint64_t given;
	bool drop_legacy;
};
extern const struct fields schema_in_fields;

#endif
