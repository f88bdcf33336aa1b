/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may work on the schema: one process at a time. The server's own named lock goes with the connection that holds it, so whoever was killed holds
 * nothing; but on a Galera cluster each node has its own. There a row decides as well, which certification gives to one of those that ask: a
 * lease, kept alive by a thread, with the node written into it. Who has that node's lock takes the lease of a dead holder on the same node at once;
 * elsewhere it runs out.
 */
#ifndef DB_SCHEMA_LOCK_H
#define DB_SCHEMA_LOCK_H

#include "base/base.h"
#include "base/op.h"

struct schema_lease;

struct schema_lock {
	struct schema_lease *lease; /* NULL: the server's lock is enough */
};

/* Waits for the server's lock for some seconds; RC_UNAVAILABLE when somebody else works on this schema. */
NODISCARD enum rc schema_lock(struct op *op, struct schema_lock *ret);
/* Are there other nodes? What cannot be asked is for later to find out. */
bool schema_lock_is_shared(struct op *op);
/* Does a node hold that lock now? Then waits a moment and says true, as long as the op may go on. */
bool schema_lock_wait(struct op *op);
/* The same among nodes, if there are several. Writes, so only when there is something to do. Waits for as long as the op may, a minute at most. */
NODISCARD enum rc schema_lock_cluster(struct op *op, struct schema_lock *l);
/* Before each step: is it still ours? */
NODISCARD enum rc schema_lock_check(struct op *op, const struct schema_lock *l);
void schema_unlock(struct op *op, struct schema_lock *l);

#endif
