/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions as their owner sees and ends them; supers also those of others. Making them is svc/auth.h's. */
#ifndef SVC_SESSIONS_H
#define SVC_SESSIONS_H

#include "base/op.h"
#include "model/session.h"

struct session_list {
	struct session_row *rows; /* the one used last first; at most 200 */
	size_t n;
};

/* Not idle or old beyond its time, of an active administrator. */
bool sessions_alive(const struct op *op, const struct session *s);
/* current: id hash of the one that asks, or NULL. RC_NOT_FOUND for an administrator that is not there. */
NODISCARD enum rc sessions_list(struct op *op, int64_t admin_id, const char *current,
    struct session_list *ret);
/*
 * Ends the session of that name, or with NULL all of the administrator but `keep` (its id hash, or NULL).
 * RC_NOT_FOUND when there is none of that name.
 */
NODISCARD enum rc sessions_end(struct op *op, int64_t admin_id, const char *session, const char *keep);

#endif
