/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A web process's side of the channel to the keeper: many threads ask, one reads the answers. A question waits a few seconds at
 * most; without an answer it is RC_UNAVAILABLE, never a guess. An answer that came too late is dropped.
 */
#ifndef PROC_ASK_H
#define PROC_ASK_H

#include "base/base.h"
#include "proc/chan.h"

#include <pthread.h>

struct ask_waiter;

struct asker {
	pthread_mutex_t lock;
	pthread_cond_t told;
	int fd;         /* -1: closed */
	uint64_t asked; /* number of the last question */
	struct ask_waiter *first;
};

void ask_init(struct asker *a, int fd);
void ask_release(struct asker *a);
/* The descriptor to read answers from, -1 when there is none any more. */
int ask_fd(struct asker *a);

/* Sends a question nobody waits for; gives it its number. */
NODISCARD enum chan_result ask_send(struct asker *a, struct chan_msg *msg);
/* An answer was read. False: nobody asked that, and the channel is in wrong hands. */
NODISCARD bool ask_told(struct asker *a, const struct chan_msg *msg);
/* There will be no answers any more: whoever waits is told so. The descriptor stays open. */
void ask_close(struct asker *a);

/* An import_asker; ctx is the struct asker. */
bool ask_import(void *ctx, const struct import_ask *ask, int64_t deadline, struct import_told *ret);
/* A second_asker; ctx is the struct asker. */
NODISCARD enum rc ask_second(void *ctx, const struct second_ask *ask, int64_t deadline,
    struct second_told *ret, struct errs *errs);

#endif
