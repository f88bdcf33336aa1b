/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Transactions. They belong to svc: `TX tx = {0}; tx_begin(&tx, op); ... return tx_commit(&tx);`. Nested begins count, the outermost
 * commit commits, leaving the scope without it rolls back. With OP_DRY_RUN the outermost commit rolls back and
 * answers RC_OK. All writes need one; on SQLite it takes the write lock at once (BEGIN IMMEDIATE).
 */
#ifndef DB_TX_H
#define DB_TX_H

#include "base/base.h"
#include "base/op.h"

struct tx {
	struct op *op;
	bool open;
	unsigned depth; /* 1: the outermost */
};
#define TX struct tx CLEANUP(tx_end)

NODISCARD enum rc tx_begin(struct tx *tx, struct op *op);
/*
 * The same for what may as well be written another time, so that no page stands in line behind an import: where one lock is all writers' (SQLite)
 * RC_UNAVAILABLE as soon as somebody else has it.
 */
NODISCARD enum rc tx_begin_if_free(struct tx *tx, struct op *op);
NODISCARD enum rc tx_commit(struct tx *tx);
void tx_end(struct tx *tx);
/*
 * A place in the transaction to go back to, for changes of which each may fail by itself while the others stay (import): tx_save(), the change, then
 * tx_keep() or tx_undo(). One at a time. What lost a race or the connection (RC_RETRY, RC_UNAVAILABLE) takes the whole transaction along, so it is
 * passed up and not undone.
 */
NODISCARD enum rc tx_save(struct tx *tx);
NODISCARD enum rc tx_keep(struct tx *tx);
NODISCARD enum rc tx_undo(struct tx *tx);

#endif
