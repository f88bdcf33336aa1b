/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When a web process has all it needs, and what becomes of it when it loses some. It knows neither the calls nor the engines. The surprising thing:
 * a thread of its own opens the connections, because that may take long and the main thread gives signs of life. Where the database is a file it ends
 * before the cage is shut, since no thread may end afterwards; connections to a server it tends as long as the process lives, so that none is closed for
 * lying idle, and that a server which went away is noticed before somebody asks for a page.
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
#define PAUSE_MS 500 /* before the second try, twice as long before the third, ... */
#define PAUSE_MAX_MS 4000
#define TEND_US 2000000

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

/* Gives whether all are there. Said once: a server may be away for long, or never give as many as there are to be. */
static bool
open_all(struct narrow *n, bool say)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct errs errs = { .arena = arena };

	if (app_fill(n->app, clock_mono_ms() + TRY_MS, &errs) == RC_OK)
		return true;
	if (say)
		log_warn("cage.waits",
		    L_TEXT("why", errs.first && errs.first->detail ? errs.first->detail : ""), L_END);
	return false;
}

static void *
fill(void *arg)
{
	struct narrow *n = arg;

	do {
		int64_t pause = PAUSE_MS;

		for (; !open_all(n, pause == PAUSE_MS); pause = MIN(pause * 2, (int64_t)PAUSE_MAX_MS))
			nap_us(pause * 1000);
		atomic_store(&n->full, true);
		while (n->db.server && atomic_load(&n->full)) {
			nap_us(TEND_US);
			app_tend(n->app);
		}
	} while (n->db.server);
	return NULL;
}

void
narrow_begin(struct narrow *n)
{
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

/* Without it nobody is served for longer than it takes another process to begin. */
static void
enter(struct narrow *n)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct errs errs = { .arena = arena };

	n->entered = true;
	http_server_pin(n->server);
	if (cage_narrow(&n->db, &errs) == RC_OK) {
		log_info("cage.narrowed", L_END);
		return;
	}
	child_log_faults(&errs);
	if (!atomic_exchange(&n->worn, true))
		(void)child_tell(CONTROL_WORN);
}

static void
filler_ends(struct narrow *n)
{
	pthread_join(n->filler, NULL);
	n->filling = false;
}

bool
narrow_step(struct narrow *n)
{
	if (n->entered || !n->filling)
		return n->entered;
	if (!atomic_load(&n->full) || !http_server_complete(n->server))
		return false;
	if (!n->db.server)
		filler_ends(n);
	if (app_seal(n->app, lost, n))
		enter(n);
	else if (n->filling)
		atomic_store(&n->full, false); /* for the filler to see */
	else
		narrow_begin(n);
	return n->entered;
}

bool
narrow_over(struct narrow *n)
{
	if (n->filling && atomic_load(&n->full) && !n->db.server)
		filler_ends(n);
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
