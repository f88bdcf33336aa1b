/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keeping aside what a deletion takes away, for undo.days (store/undo.h has the rows). Called within
 * the deletion's transaction: undo_keep_*() before the rows go, undo_kept() after its change_add().
 * With undo.days = 0 nothing is kept: the record's number is 0 and all of these do nothing.
 */
#ifndef SVC_UNDO_KEEP_H
#define SVC_UNDO_KEEP_H

#include "base/op.h"

struct alias;

NODISCARD enum rc undo_keep_mailbox(struct op *op, int64_t id, int64_t *ret_undo_id);
/* An alias that goes with the mailbox; goto_after: what is left of its targets, NULL: it goes. */
NODISCARD enum rc undo_keep_alias(struct op *op, int64_t undo_id, const struct alias *before,
    const char *goto_after);
NODISCARD enum rc undo_keep_domain(struct op *op, int64_t id, int64_t *ret_undo_id);
NODISCARD enum rc undo_kept(struct op *op, int64_t undo_id);

#endif
