/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The time that goes with removing what is old: the log after log.keep_days, what deletions keep, imports, jobs. It follows the clock, but goes ahead of
 * where it was by a few hours at most each time, so that a clock that jumped ahead by years removes hardly anything before somebody sees it.
 */
#ifndef SVC_TIDY_H
#define SVC_TIDY_H

#include "base/op.h"

#define TIDY_STEP_S (INT64_C(4) * 3600)

struct tidy {
	int64_t now; /* in place of the clock; never ahead of it */
	int64_t was; /* 0: it is the first time */
};

/* Writes nothing; says in the process's log when the clock is far ahead. */
NODISCARD enum rc tidy_begin(struct op *op, struct tidy *ret);
/* All that was old by then is gone. RC_CONFLICT when another keeper was quicker. */
NODISCARD enum rc tidy_end(struct op *op, const struct tidy *t);

#endif
