/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What Dovecot keeps of a mailbox (its auth cache) and has to forget when the mailbox changes: a job in the transaction of the change, which the keeper
 * works, since only it has the key. Nothing happens where the configuration has no doveadm API.
 */
#ifndef SVC_FLUSH_H
#define SVC_FLUSH_H

#include "base/field.h"
#include "base/op.h"

#define FLUSH_KIND "auth_flush" /* of the job */

struct flush_job {
	uint64_t given;
	const char *user; /* canonical address; "" = everybody */
};
extern const struct fields flush_job_fields;

/* A row of the trail was written: queues the job, if it is about a mailbox or a domain that people sign in with. */
struct change;
NODISCARD enum rc flush_after_change(struct op *op, const struct change *c);
/* For the worker: what flush_after_change() stored. RC_INVALID for anything else. */
NODISCARD enum rc flush_read_job(struct op *op, const char *args, struct flush_job *ret);
/* No further try is made: the trail says so and why. */
NODISCARD enum rc flush_given_up(struct op *op, const char *user, const char *why);

#endif
