/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Taking back what an entry of the trail says was done. It is a change like any other: by the same
 * rules, with an entry of its own (its sentence names the one taken back), dry when the op is; and
 * so it can be taken back itself. Where something newer stands in the way it is refused, RC_CONFLICT
 * with the reason.
 */
#ifndef SVC_UNDO_H
#define SVC_UNDO_H

#include "base/op.h"

/* Is this the word of an action that can be taken back at all? Nothing is looked up. */
bool undo_known(const char *action);
/* The same of one that this op did; what undo.days = 0 did not keep does not come back. */
bool undo_offered(const struct op *op, const char *action);
/* The entry must be one that the actor may see, and the change one that it may make. */
NODISCARD enum rc undo_entry(struct op *op, int64_t log_id);
/* The same of an entry that audit_get() gave to this actor within this op: it need not be read again. */
struct audit;
NODISCARD enum rc undo_this(struct op *op, const struct audit *entry);
/* Forgets what was kept aside long enough. */
NODISCARD enum rc undo_prune(struct op *op, int64_t now, int64_t *ret_removed);

#endif
