/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counting of tries at a secret, per source and per account, for every door that takes one. Private
 * to svc.
 */
#ifndef SVC_ATTEMPTS_H
#define SVC_ATTEMPTS_H

#include "base/base.h"
#include "base/op.h"

/* One try: made before the secret is looked at, told afterwards when it was right. */
struct attempt_try {
	const char *source, *account; /* keys of the two counters; "" = not counted */
	bool last;                    /* this try reached a limit: from now on that key is locked */
};

/*
 * Counts the try (one short transaction). RC_LIMITED over the limit, *ret_wait seconds until it is
 * worth trying again. account NULL: only the source counts.
 */
NODISCARD enum rc attempts_begin(struct op *op, const char *account, struct attempt_try *ret,
    int64_t *ret_wait);
/* The secret was right: forgets both counters; within the caller's transaction. */
NODISCARD enum rc attempts_clear(struct op *op, const struct attempt_try *t);
/* Key of a client address: IPv4 as it is, IPv6 by its /64; buffer of 64 bytes. */
void attempts_source(const char *address, char ret[64]);

#endif
