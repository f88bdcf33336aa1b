/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How often whoever is signed in, or an API token, may change something or ask for what is dear: conf->changes_per_minute, counted by the limiter
 * (svc/attempts.h), so all replicas count together and a restart forgets nothing. A process takes portions out of the common counter beforehand: the
 * first is free, so whoever changes little costs no statement.
 */
#ifndef SVC_PACE_H
#define SVC_PACE_H

#include "base/base.h"
#include "base/op.h"

#include <pthread.h>

#define PACE_SLOTS 128

/* One account, as this process has counted it since `since`. */
struct pace_slot {
	char key[65];
	bool over; /* the common counter said no; it is asked again each time, since somebody may clear it */
	int64_t since, used, taken; /* taken: out of the common counter */
};

struct pace {
	pthread_mutex_t lock;
	struct pace_slot slots[PACE_SLOTS];
};
void pace_init(struct pace *pace);
void pace_release(struct pace *pace);

/* Before it is done, whatever comes of it. RC_LIMITED: too often, op->wait seconds until it is worth trying again. dear: counts as a hundredth of the limit. */
NODISCARD enum rc pace_take(struct op *op, bool dear);

#endif
