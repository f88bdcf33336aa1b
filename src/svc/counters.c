/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counting anew. The surprising thing: the domain's row is written before its rows are counted. Whoever adds a mailbox writes it first, too, so nobody
 * adds one in between.
 */
#include "base/base.h"

#include "base/arena.h"
#include "db/tx.h"
#include "store/domain.h"
#include "svc/change.h"
#include "svc/counters.h"
#include "svc/perm.h"

enum rc
counters_look(struct op *op, int64_t after, struct counted_list *ret)
{
	struct rows rows;
	enum rc rc;

	*ret = (struct counted_list){ 0 };
	if ((rc = perm_super(op)) != RC_OK ||
	    (rc = store_domain_drifted(op, after, COUNTERS_MAX, &rows)) != RC_OK)
		return rc;
	ret->rows = rows.at;
	ret->n = rows.n;
	return RC_OK;
}

static enum rc
record(struct op *op, const struct counted *before)
{
	struct counted after = *before;

	after.mailbox_count = before->mailboxes;
	after.alias_count = before->aliases;
	return change_add(op,
	    &(const struct change){ .action = "DOMAIN_COUNT",
		.type = "domain",
		.id = before->id,
		.object = before->domain,
		.domain_id = before->id,
		.note = arena_printf(op->arena, "counted the domain %s anew: %lld mailboxes (%lld before), %lld aliases (%lld before)",
		    before->domain, (long long)before->mailboxes, (long long)before->mailbox_count,
		    (long long)before->aliases, (long long)before->alias_count),
		.fields = &counted_fields,
		.before = before,
		.after = &after });
}

enum rc
counters_fix(struct op *op, int64_t domain_id)
{
	TX tx = { 0 };
	struct counted row;
	enum rc rc;

	if ((rc = perm_super(op)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = store_domain_count_mailbox(op, domain_id, 0)) != RC_OK)
		return rc;
	rc = store_domain_counted(op, domain_id, &row);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc == RC_OK && (row.mailboxes != row.mailbox_count || row.aliases != row.alias_count) &&
	    (rc = store_domain_recount(op, &row)) == RC_OK)
		rc = record(op, &row);
	return rc == RC_OK ? tx_commit(&tx) : rc;
}
