/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where tidying is, kept in the database. The surprising thing: a machine that was off for a month is treated like a clock that is a month ahead, for
 * nobody can tell one from the other; what is late then is removed some hours later.
 */
#include "base/base.h"

#include "base/log.h"
#include "db/tx.h"
#include "store/tidy.h"
#include "svc/tidy.h"

enum rc
tidy_begin(struct op *op, struct tidy *ret)
{
	enum rc rc = store_tidied(op, &ret->was);

	if (rc != RC_OK)
		return rc;
	ret->now = ret->was == 0 ? op->now : MIN(op->now, ret->was + TIDY_STEP_S);
	if (ret->now < op->now)
		log_warn("tidy.clock_ahead", L_INT("clock", op->now), L_INT("removes_as_of", ret->now),
		    L_INT("days", (op->now - ret->now) / (24 * 3600)), L_END);
	return RC_OK;
}

enum rc
tidy_end(struct op *op, const struct tidy *t)
{
	TX tx = { 0 };
	enum rc rc;

	if (t->now == t->was)
		return RC_OK;
	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = store_tidied_move(op, t->was, t->now)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}
