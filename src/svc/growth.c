/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The days' figures. Owns which days are kept and who sees which. The surprising thing: figures are read without a transaction and written in small
 * ones, because adding up a million boxes takes seconds, and on SQLite nobody else could write meanwhile. The installation's row comes last and says
 * that the day is complete; a job that died before starts the day anew and finds most of it done.
 */
#include "base/base.h"

#include "db/tx.h"
#include "store/growth.h"
#include "svc/growth.h"
#include "svc/perm.h"

#define BATCH 200 /* domains */

/* clang-format off */
static const struct { int64_t daily, ended, every; } all_kept = { 2 * 366, 20 * 366, 28 }, domains_kept = { 93, 2 * 366, 7 };
/* clang-format on */

static int64_t
today(const struct op *op)
{
	return op->now / GROWTH_DAY;
}

int64_t
growth_since(const struct op *op)
{
	return today(op) - GROWTH_DAYS + 1;
}

enum rc
growth_of(struct op *op, int64_t domains, struct growth_list *ret)
{
	int64_t scope = perm_scope(op);
	struct rows rows = { 0 };
	enum rc rc = perm_signed_in(op);

	*ret = (struct growth_list){ 0 };
	ret->too_many = rc == RC_OK && scope != 0 && domains > GROWTH_DOMAINS_MAX;
	if (rc != RC_OK || ret->too_many)
		return rc;
	if ((rc = store_growth_since(op, scope, growth_since(op), GROWTH_DAYS + 1, &rows)) != RC_OK)
		return rc;
	*ret = (struct growth_list){ rows.at, rows.n, false };
	return RC_OK;
}

static int64_t
plus(int64_t a, int64_t b)
{
	return b > INT64_MAX - a ? INT64_MAX : a + b;
}

static void
add(struct growth *sum, const struct growth *row)
{
	sum->domains = plus(sum->domains, row->domains);
	sum->mailboxes = plus(sum->mailboxes, row->mailboxes);
	sum->aliases = plus(sum->aliases, row->aliases);
	sum->used = plus(sum->used, row->used);
	sum->allotted = plus(sum->allotted, row->allotted);
}

static enum rc
put_domains(struct op *op, struct growth *rows, size_t n, struct growth *sum)
{
	TX tx = { 0 };
	enum rc rc = tx_begin(&tx, op);

	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		rows[i].day = sum->day;
		add(sum, &rows[i]);
		rc = store_growth_put_domain(op, &rows[i]);
	}
	return rc == RC_OK ? tx_commit(&tx) : rc;
}

/* The day is complete; what became old makes way for it. */
static enum rc
put_all(struct op *op, const struct growth *sum)
{
	const struct growth_thin all = { sum->day - all_kept.ended, sum->day - all_kept.daily,
		all_kept.every };
	const struct growth_thin domains = { sum->day - domains_kept.ended,
		sum->day - domains_kept.daily, domains_kept.every };
	TX tx = { 0 };
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = store_growth_put(op, sum)) != RC_OK ||
	    (rc = store_growth_thin(op, &all, &domains)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

enum rc
growth_take(struct op *op, bool *ret_taken)
{
	struct growth sum = { .day = today(op) };
	struct growth *at;
	int64_t after = 0;
	struct rows rows = { .n = BATCH };
	bool seen = false;
	enum rc rc;

	*ret_taken = false;
	if ((rc = perm_super(op)) != RC_OK ||
	    (rc = store_growth_seen(op, sum.day, &seen)) != RC_OK || seen)
		return rc;
	while (rows.n == BATCH) {
		if ((rc = store_growth_figures(op, after, BATCH, &rows)) != RC_OK)
			return rc;
		at = rows.at;
		if (rows.n > 0)
			after = at[rows.n - 1].domain_id;
		if ((rc = put_domains(op, at, rows.n, &sum)) != RC_OK)
			return rc;
	}
	*ret_taken = true;
	return put_all(op, &sum);
}
