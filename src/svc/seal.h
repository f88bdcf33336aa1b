/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The chain over the trail. The keeper seals each row of the trail with a MAC over the row and the seal before it, under a key made of
 * `securitysalt` (svc/seal_keys.c), which no web process and no database user has. Who can write to the database can still take rows out or change
 * them, but not without audit_verify() naming the first.
 */
#ifndef SVC_SEAL_H
#define SVC_SEAL_H

#include "base/op.h"
#include "model/seal.h"

/*
 * Seals rows that have no seal yet, a bounded number, in one transaction; *ret_sealed how many, 0 when all are; *ret_head the end
 * of the chain then, SEQ:MAC, untouched when nothing was sealed. Needs `securitysalt`. RC_CONFLICT or RC_RETRY when another
 * keeper was quicker.
 */
NODISCARD enum rc audit_seal(struct op *op, int64_t *ret_sealed, const char **ret_head);
/*
 * Within a transaction: what is needed to verify the chain is kept under the securitysalt in force, so that the one before can be forgotten; audit_seal()
 * does the same. RC_CONFIG when that one is not in securitysalt.old.
 */
NODISCARD enum rc audit_rekey(struct op *op);
/*
 * Walks the chain from its beginning. Supers and the operator only. What does not fit is RC_CONFLICT, with a fault that names
 * the first bad row and, if there are more, how many; *ret is filled then, too. in->head: SEQ:MAC as an earlier call gave it,
 * or NULL; it shows whether the end of the chain was cut off.
 */
NODISCARD enum rc audit_verify(struct op *op, const struct verify_in *in, struct verify *ret);

/*
 * Removes a bounded number of rows older than log.keep_days at `now` (svc/tidy.h) with their seals, in one transaction, and moves the mark where the chain begins;
 * *ret_removed how many, 0 when there are no more. RC_CONFLICT when another keeper was quicker.
 */
NODISCARD enum rc audit_cut(struct op *op, int64_t now, int64_t *ret_removed);

#endif
