/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a server has to do with our schema: can it take it at all, and what is told when it stops half-way? Private to src/db. */
#ifndef DB_SCHEMA_SERVER_H
#define DB_SCHEMA_SERVER_H

#include "base/op.h"

/*
 * To be asked before the first change; RC_CONFIG with a sentence. What speaks MariaDB's protocol need not be one, nor new enough, nor, where triggers are to
 * be made, let us.
 */
NODISCARD enum rc schema_server_check(struct op *op, bool triggers);

struct db_error;

/*
 * The fault of a statement that changes the schema; `what` names it. MariaDB has committed what came before, so it says that this is done and how to go on.
 * A lost race stays one, since the whole is run again.
 */
enum rc schema_stopped(struct op *op, const char *what, const struct db_error *e);

#endif
