/* SPDX-License-Identifier: GPL-3.0-or-later */
/* May the user we connect as change the tables? Private to src/db. */
#ifndef DB_SCHEMA_RIGHTS_H
#define DB_SCHEMA_RIGHTS_H

#include "base/op.h"

/* MariaDB's account as information_schema names it, which has quotes around both halves. There may be an @ in the name, but none in the host. */
#define SCHEMA_GRANTEE                                                         \
	"concat('''', left(current_user(), char_length(current_user()) - 1 - " \
	"char_length(substring_index(current_user(), '@', -1))), '''@''', "    \
	"substring_index(current_user(), '@', -1), '''')"

/* To be asked before the first change; RC_CONFIG with a sentence that names what is lacking. What cannot be known, such as rights of a role, is not refused. */
NODISCARD enum rc schema_rights_check(struct op *op);

#endif
