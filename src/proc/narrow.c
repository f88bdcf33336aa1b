/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When a web process has all it needs, and what becomes of it when it loses some. It knows neither the calls nor the engines. The surprising thing:
 * a thread of its own opens the connections, because that may take long and the main thread gives signs of life; it ends before the cage is shut, since
 * no thread may end afterwards.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/nap.h"
#include "http/cage.h"
#include "proc/cage_int.h"
#include "proc/narrow.h"
#include "proc/proc_int.h"
#include "svc/app.h"

#include <errno.h>
#include <unistd.h>

#define TRY_MS 5000
#define PAUSE_US 500000

static int
by_byte(const void *a, const void *b)
{
	return *(const char *)a - *(const char *)b;
}

void
narrow_prepare(struct app *app)
{
	char much[4096] = { 1 };

	/* named, the time zone's file is read once and never looked at again */
	(void)setenv("TZ", ":/etc/localtime", 0);
	clock_zone("");
	qsort(much, sizeof(much), 1, by_byte); /* asks, once, how much memory there is */
	app_whole(app);
}

static void *
fill(void *arg)
{
	struct narrow *n = arg;

	for (;;) {
		CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
		struct errs errs = { .arena = arena };

		if (app_fill(n->app, clock_mono_ms() + TRY_MS, &errs) == RC_OK)
			break;
		nap_us(PAUSE_US);
	}
	atomic_store(&n->full, true);
	return NULL;
}

void
narrow_begin(struct narrow *n)
{
	if (n->db.server) /* what it loses it connects anew */
		return;
	atomic_store(&n->full, false);
	errno = pthread_create(&n->filler, NULL, fill, n);
	n->filling = errno == 0;
	if (!n->filling)
		log_error("cage.not_narrowed", L_TEXT("why", strerror(errno)), L_END);
}

/* By the thread that lost a connection. Without any, others serve better: those that come are left to them. */
static void
lost(void *ctx, unsigned left)
{
	struct narrow *n = ctx;

	http_server_retire(n->server, left == 0);
	if (atomic_exchange(&n->worn, true))
		return;
	log_warn("database.connection_lost", L_INT("left", left), L_END);
	(void)child_tell(CONTROL_WORN);
}

static void
enter(struct narrow *n)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct errs errs = { .arena = arena };

	n->entered = true;
	http_server_pin(n->server);
	if (cage_narrow(&n->db, &errs) == RC_OK)
		log_info("cage.narrowed", L_END);
	else
		child_log_faults(&errs);
}

bool
narrow_step(struct narrow *n)
{
	if (n->entered || !n->filling)
		return n->entered;
	if (!atomic_load(&n->full) || !http_server_complete(n->server))
		return false;
	pthread_join(n->filler, NULL);
	n->filling = false;
	if (app_seal(n->app, lost, n))
		enter(n);
	else
		narrow_begin(n);
	return n->entered;
}

bool
narrow_over(struct narrow *n)
{
	if (n->filling && atomic_load(&n->full)) {
		pthread_join(n->filler, NULL);
		n->filling = false;
	}
	return !n->entered && !n->filling;
}

/* What was counted for tests is written at an ordinary end. */
void
narrow_exit(int status)
{
	if (CAGE_INSTRUMENTED)
		exit(status);
	_exit(status);
}
