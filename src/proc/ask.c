/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asking the keeper. Owns the numbers of questions and who waits for which answer. It must not know what the questions mean. The
 * surprising thing: the thread that waits keeps its place in the list on its own stack, and takes itself out before it leaves.
 */
#include "base/base.h"

#include "base/clock.h"
#include "proc/ask.h"

#include <errno.h>
#include <sodium.h>

#define WAIT_MS \
	3000 /* the keeper answers within a millisecond, unless it is frozen or being replaced */

struct ask_waiter {
	uint64_t id;
	struct chan_msg msg; /* the question, then its answer */
	bool done;
	struct ask_waiter *next;
};

void
ask_init(struct asker *a, int fd)
{
	pthread_condattr_t clock;

	*a = (struct asker){ .lock = PTHREAD_MUTEX_INITIALIZER, .fd = fd };
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&a->told, &clock);
	pthread_condattr_destroy(&clock);
}

void
ask_release(struct asker *a)
{
	pthread_cond_destroy(&a->told);
	pthread_mutex_destroy(&a->lock);
}

int
ask_fd(struct asker *a)
{
	int fd;

	pthread_mutex_lock(&a->lock);
	fd = a->fd;
	pthread_mutex_unlock(&a->lock);
	return fd;
}

/* With the lock held. */
static enum chan_result
send_numbered(struct asker *a, struct chan_msg *msg)
{
	enum chan_result result;

	msg->id = a->asked + 1;
	result = a->fd < 0 ? CHAN_CLOSED : chan_send(a->fd, msg);
	if (result == CHAN_OK)
		a->asked++;
	return result;
}

enum chan_result
ask_send(struct asker *a, struct chan_msg *msg)
{
	enum chan_result result;

	pthread_mutex_lock(&a->lock);
	result = send_numbered(a, msg);
	pthread_mutex_unlock(&a->lock);
	return result;
}

bool
ask_told(struct asker *a, const struct chan_msg *msg)
{
	struct ask_waiter *w;
	bool ok;

	pthread_mutex_lock(&a->lock);
	ok = msg->id <= a->asked;
	for (w = a->first; w && w->id != msg->id; w = w->next)
		;
	if (w && (w->done || msg->type != w->msg.type || msg->ask.question != w->msg.ask.question))
		ok = false;
	if (ok && w) {
		w->msg = *msg;
		w->done = true;
		pthread_cond_broadcast(&a->told);
	}
	pthread_mutex_unlock(&a->lock);
	return ok;
}

void
ask_close(struct asker *a)
{
	pthread_mutex_lock(&a->lock);
	a->fd = -1;
	pthread_cond_broadcast(&a->told);
	pthread_mutex_unlock(&a->lock);
}

/* With the lock held: until the answer is there, the channel is closed, or it is that late. */
static void
wait_until(struct asker *a, const struct ask_waiter *w, int64_t deadline)
{
	const struct timespec ts = { (time_t)(deadline / 1000), (long)(deadline % 1000) * 1000000 };

	while (!w->done && a->fd >= 0 && pthread_cond_timedwait(&a->told, &a->lock, &ts) != ETIMEDOUT)
		;
}

static void
take_out(struct asker *a, const struct ask_waiter *w)
{
	struct ask_waiter **at = &a->first;

	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
}

/* Sends w->msg; NULL, or why there is no answer in it. */
static const char *
ask_and_wait(struct asker *a, struct ask_waiter *w, int64_t deadline)
{
	const char *why = "the question could not be sent";

	pthread_mutex_lock(&a->lock);
	if (send_numbered(a, &w->msg) == CHAN_OK) {
		w->id = w->msg.id;
		w->next = a->first;
		a->first = w;
		wait_until(a, w, MIN(deadline, clock_mono_ms() + WAIT_MS));
		take_out(a, w);
		why = w->done ? NULL : "no answer";
	}
	pthread_mutex_unlock(&a->lock);
	return why;
}

bool
ask_import(void *ctx, const struct import_ask *ask, int64_t deadline, struct import_told *ret)
{
	struct ask_waiter w = { .msg = { .type = CHAN_IMPORT, .import = *ask } };

	if (!import_ask_ok(ask) || ask_and_wait(ctx, &w, deadline))
		return false;
	*ret = w.msg.import_told;
	return true;
}

enum rc
ask_second(void *ctx, const struct second_ask *ask, int64_t deadline, struct second_told *ret,
    struct errs *errs)
{
	struct asker *a = ctx;
	struct ask_waiter w = { .msg = { .type = CHAN_SECOND, .ask = *ask } };
	const char *why;

	if (!second_ask_ok(ask))
		return err_detail(errs, RC_INTERNAL,
		    N_("Something went wrong in the program. Nothing was changed."),
		    "a question about a second factor that makes no sense");
	why = ask_and_wait(a, &w, deadline);
	*ret = w.done ? w.msg.told : (struct second_told){ 0 };
	sodium_memzero(&w.msg, sizeof(w.msg));
	if (w.done)
		return RC_OK;
	return err_detail(errs, RC_UNAVAILABLE,
	    N_("Second factors cannot be checked right now. Please try again in a moment."),
	    "keeper: %s", why);
}
