/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What deletions took away, kept for a while (tables vimb_undo*). A record is made before the rows go, filled with copies of them, and tied
 * to its entry of the trail when that is written.
 */
#ifndef STORE_UNDO_H
#define STORE_UNDO_H

#include "db/db.h"
#include "model/alias.h"
#include "model/domain.h"
#include "model/mailbox.h"

/* One alias that was removed or cut, and what stands at its address now. */
struct undo_alias {
	int64_t id;                               /* of the alias there now, 0: none */
	const char *address, *goto_, *goto_after; /* goto_after NULL: it was removed */
	const char *goto_now;
	bool active, active_now;
	int64_t created;
	const char *domain;
	int64_t domain_id; /* 0: its domain is gone */
};

#define UNDO_ALIASES_MAX 10000 /* that named one mailbox */

NODISCARD enum rc store_undo_add(struct op *op, int64_t expires_at, int64_t *ret_undo_id);
NODISCARD enum rc store_undo_name(struct op *op, int64_t undo_id, int64_t log_id);
/* RC_NOT_FOUND when nothing is kept (any more). */
NODISCARD enum rc store_undo_of(struct op *op, int64_t log_id, int64_t *ret_undo_id);
NODISCARD enum rc store_undo_drop(struct op *op, int64_t undo_id);
NODISCARD enum rc store_undo_prune(struct op *op, int64_t now, int64_t *ret_removed);

/* The mailbox with its preferences and its directory entry. */
NODISCARD enum rc store_undo_keep_mailbox(struct op *op, int64_t undo_id, int64_t id);
/* goto_after NULL: it is removed, so what hangs on it is kept as well. */
NODISCARD enum rc store_undo_keep_alias(struct op *op, int64_t undo_id, const struct alias *before,
    const char *goto_after);
/* The domain with all that is in it. */
NODISCARD enum rc store_undo_keep_domain(struct op *op, int64_t undo_id, int64_t id);

/* As rows that could be added; RC_NOT_FOUND when the record holds none. domain_id is 0 when the domain is gone. */
NODISCARD enum rc store_undo_mailbox(struct op *op, int64_t undo_id, struct mailbox *ret);
NODISCARD enum rc store_undo_domain(struct op *op, int64_t undo_id, struct domain *ret);
NODISCARD enum rc store_undo_aliases(struct op *op, int64_t undo_id, struct rows *ret);
/* An address of the record that is there again, NULL: all are free. */
NODISCARD enum rc store_undo_taken(struct op *op, int64_t undo_id, const char **ret_address);
/* What hangs on the mailboxes of the record, after they were added. */
NODISCARD enum rc store_undo_put_details(struct op *op, int64_t undo_id);
/* What hung on one alias of the record, after it was added as `id`. */
NODISCARD enum rc store_undo_put_alias(struct op *op, int64_t undo_id, int64_t id);
/* All that was in the domain, after it was added as `id`. */
NODISCARD enum rc store_undo_put_domain(struct op *op, int64_t undo_id, int64_t id);

#endif
