/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the owner of a mailbox gives to change its password. Names are the PHP program's. */
#ifndef MODEL_OWNER_H
#define MODEL_OWNER_H

#include "base/field.h"

struct owner_in {
	uint64_t given;
	const char *username; /* the address */
	const char *current_password, *new_password, *confirm_new_password;
};
extern const struct fields owner_in_fields;

#endif
