/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Transactions: nested begins count on the handle, the outermost one talks to the engine. A statement that failed inside leaves the transaction only
 * one way out, so a caller that overlooks an error cannot commit half a change.
 */
#include "base/base.h"

#include "base/clock.h"
#include "db/db_int.h"
#include "db/tx.h"

#define FREE_MS 2 /* a commit in its last moments is waited for */

enum rc
tx_begin(struct tx *tx, struct op *op)
{
	struct db *db = op->db;
	struct db_error e = { .rc = RC_INTERNAL };

	if (op->flags & OP_READ_ONLY)
		return op_fail(op, RC_DENIED, N_("This account may only look."));
	if (db->tx_depth == 0) {
		db->driver->set_deadline(db->conn, op->deadline);
		if (db->driver->begin(db->conn, op->run, &e) != RC_OK)
			return db_failed(op, "begin", &e);
		db->tx_failed = false;
		op->flushes = 0;
		op->mine.domain_id = 0; /* what is to be changed is allowed by what stands within the transaction */
	}
	db->tx_depth++;
	*tx = (struct tx){ op, true, db->tx_depth };
	return RC_OK;
}

enum rc
tx_begin_if_free(struct tx *tx, struct op *op)
{
	int64_t deadline = op->deadline;
	enum rc rc;

	if (op->db->driver->engine == DB_SQLITE)
		op->deadline = MIN(deadline, clock_mono_ms() + FREE_MS);
	rc = tx_begin(tx, op);
	op->deadline = deadline;
	return rc;
}

static void
roll_back(struct db *db)
{
	db->tx_depth = 0;
	db->tx_failed = false;
	if (!db->broken)
		db->driver->rollback(db->conn);
}

enum rc
tx_commit(struct tx *tx)
{
	struct op *op = tx->op;
	struct db *db = op->db;
	struct db_error e = { .rc = RC_INTERNAL };

	tx->open = false;
	if (db->tx_depth > 1) {
		db->tx_depth--;
		return RC_OK;
	}
	if (db->tx_failed || (op->flags & OP_DRY_RUN)) {
		bool failed = db->tx_failed;

		roll_back(db);
		return failed ? op_fail(op, RC_INTERNAL,
				    N_("Something went wrong in the program. Nothing was changed."))
			      : RC_OK;
	}
	db->driver->set_deadline(db->conn, op->deadline);
	if (db->driver->commit(db->conn, &e) == RC_OK) {
		db->tx_depth = 0;
		return RC_OK;
	}
	roll_back(db);
	return db_failed(op, "commit", &e);
}

void
tx_end(struct tx *tx)
{
	struct db *db;

	if (!tx->open)
		return;
	tx->open = false;
	db = tx->op->db;
	/* an inner one that did not commit takes the outer ones with it */
	if (db->tx_depth > 1) {
		db->tx_depth--;
		db->tx_failed = true;
	} else if (db->tx_depth == 1) {
		roll_back(db);
	}
}

static enum rc
word(struct tx *tx, const char *sql)
{
	struct op *op = tx->op;
	struct db_error e = { .rc = RC_INTERNAL };

	op->db->driver->set_deadline(op->db->conn, op->deadline);
	if (op->db->driver->word(op->db->conn, sql, &e) == RC_OK)
		return RC_OK;
	return db_failed(op, sql, &e);
}

enum rc
tx_save(struct tx *tx)
{
	return word(tx, "SAVEPOINT one");
}

enum rc
tx_keep(struct tx *tx)
{
	return word(tx, "RELEASE SAVEPOINT one");
}

/* Transactions that were nested behind the place have ended with it, and whatever failed in them is undone. */
enum rc
tx_undo(struct tx *tx)
{
	struct db *db = tx->op->db;
	enum rc rc = word(tx, "ROLLBACK TO SAVEPOINT one");

	if (rc != RC_OK)
		return rc;
	db->tx_depth = tx->depth;
	db->tx_failed = false;
	tx->op->flushes = 0; /* those queued since may be gone: rather once too often */
	return word(tx, "RELEASE SAVEPOINT one");
}
