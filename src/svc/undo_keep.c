/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What deletions keep aside. The trail must not hold secrets, and a mailbox without its password's
 * hash would not be back; so whole rows are copied into tables of their own, where they end with
 * undo.days. It must not know what undoing means: undo.c does.
 */
#include "base/base.h"

#include "conf/conf.h"
#include "store/undo.h"
#include "svc/change.h"
#include "svc/undo_keep.h"

#define DAY_S (INT64_C(24) * 3600)

static enum rc
begin(struct op *op, int64_t *ret_undo_id)
{
	*ret_undo_id = 0;
	if (op->conf->undo_days == 0)
		return RC_OK;
	return store_undo_add(op, op->now + op->conf->undo_days * DAY_S, ret_undo_id);
}

enum rc
undo_keep_mailbox(struct op *op, int64_t id, int64_t *ret_undo_id)
{
	enum rc rc = begin(op, ret_undo_id);

	if (rc != RC_OK || *ret_undo_id == 0)
		return rc;
	return store_undo_keep_mailbox(op, *ret_undo_id, id);
}

enum rc
undo_keep_alias(struct op *op, int64_t undo_id, const struct alias *before, const char *goto_after)
{
	return undo_id != 0 ? store_undo_keep_alias(op, undo_id, before, goto_after) : RC_OK;
}

enum rc
undo_keep_domain(struct op *op, int64_t id, int64_t *ret_undo_id)
{
	enum rc rc = begin(op, ret_undo_id);

	if (rc != RC_OK || *ret_undo_id == 0)
		return rc;
	return store_undo_keep_domain(op, *ret_undo_id, id);
}

enum rc
undo_kept(struct op *op, int64_t undo_id)
{
	return undo_id != 0 ? store_undo_name(op, undo_id, change_entry(op)) : RC_OK;
}
