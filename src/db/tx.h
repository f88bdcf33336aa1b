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
};
#define TX struct tx CLEANUP(tx_end)

NODISCARD enum rc tx_begin(struct tx *tx, struct op *op);
NODISCARD enum rc tx_commit(struct tx *tx);
void tx_end(struct tx *tx);

#endif
