/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far an import is, written down for other machines. The surprising thing: it is done by the thread that takes the rows in, within their
 * transaction but over another connection, so it may not wait long for the database, and what goes wrong with it is no matter of the import.
 */
#include "base/base.h"

#include "base/clock.h"
#include "db/db.h"
#include "store/import.h"
#include "svc/app.h"
#include "svc/import_share.h"

#define EACH_MS 1000
#define WAIT_MS 500    /* for the database */
#define PAUSE_MS 10000 /* after it did not answer */

enum rc
import_share_begin(struct op *op, const struct import_at *at, struct import_share *share, int64_t id)
{
	*share = (struct import_share){ 0 };
	if (db_engine(op->db) == DB_SQLITE)
		return RC_OK;
	*share = (struct import_share){ op->app, id, clock_mono_ms() + EACH_MS };
	return store_import_share_begin(op, id, at);
}

struct telling {
	int64_t id;
	const struct import_at *at;
	int64_t runs;
};

static enum rc
tell(struct op *op, void *ctx)
{
	struct telling *t = ctx;
	enum rc rc = store_import_share(op, t->id, t->at);

	return rc == RC_OK ? store_import_runs(op, t->id, &t->runs) : rc;
}

bool
import_share_at(struct import_share *share, const struct import_at *at)
{
	static const struct actor actor = {
		.kind = ACTOR_SYSTEM, .door = DOOR_JOB, .name = "vimbadmin", .source = ""
	};
	const struct op_start start = { .actor = &actor, .deadline_ms = WAIT_MS };
	struct telling t = { .id = share->id, .at = at };
	struct op op = { 0 };
	enum rc rc;

	if (!share->app || clock_mono_ms() < share->next)
		return true;
	rc = app_run(share->app, &op, &start, tell, &t);
	app_op_end(share->app, &op);
	share->next = clock_mono_ms() + (rc == RC_OK ? EACH_MS : PAUSE_MS);
	return rc != RC_OK || t.runs > 0;
}

enum rc
import_share_get(struct op *op, int64_t id, struct import_at *ret_at)
{
	enum rc rc;

	if (db_engine(op->db) == DB_SQLITE)
		return RC_OK;
	rc = store_import_shared(op, id, ret_at);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}
