/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hashing tickets: a password hash burns a tenth of a second of a core on purpose, so only a few
 * run at once and only a few more callers wait; the rest are told to come back. Owns the counting
 * and the calls into base/pwhash; must not know whose password it is. The surprising thing: waiting
 * ends at the op's deadline on the monotonic clock, so a clock that is set does not strand anybody.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/cores.h"
#include "svc/app_int.h"

#define WAITING_PER_TICKET 16
#define FREE_SHARE 4 /* one thread in so many, at least one, is left to others */

void
app_tickets_init(struct app_tickets *t, unsigned max)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&t->freed, &attr);
	pthread_condattr_destroy(&attr);
	pthread_mutex_init(&t->lock, NULL);
	t->max = max > 0 ? max : MAX(cores_usable() - 1, 1U);
	t->max_waiting = t->max * WAITING_PER_TICKET;
}

/* Who waits here holds a thread. A flood of wrong passwords would hold them all, and nobody would be served. */
void
app_hash_threads(struct app *app, size_t threads)
{
	struct app_tickets *t = &app->tickets;
	unsigned n = (unsigned)threads, busy = n > 1 ? n - MAX(n / FREE_SHARE, 1U) : 1;

	t->max = MIN(t->max, busy);
	t->max_waiting = MIN(t->max_waiting, busy - t->max);
}

void
app_tickets_release(struct app_tickets *t)
{
	pthread_cond_destroy(&t->freed);
	pthread_mutex_destroy(&t->lock);
}

/*
 * With the lock held: waits for a ticket until `deadline` (monotonic ms); true when there is one.
 */
static bool
wait_until(struct app_tickets *t, int64_t deadline)
{
	struct timespec ts = { (time_t)(deadline / 1000), (long)(deadline % 1000) * 1000000 };

	t->waiting++;
	while (t->taken >= t->max && clock_mono_ms() < deadline)
		pthread_cond_timedwait(&t->freed, &t->lock, &ts);
	t->waiting--;
	return t->taken < t->max;
}

static enum rc
ticket_take(struct op *op)
{
	struct app_tickets *t = &op->app->tickets;
	bool got;

	pthread_mutex_lock(&t->lock);
	got = t->taken < t->max;
	if (!got && t->waiting < t->max_waiting)
		got = wait_until(t, op->deadline);
	if (got)
		t->taken++;
	pthread_mutex_unlock(&t->lock);
	return got
	    ? RC_OK
	    : op_fail(op, RC_UNAVAILABLE,
		  "Too many passwords are being checked right now. Please try again in a moment.");
}

static void
ticket_give(struct op *op)
{
	struct app_tickets *t = &op->app->tickets;

	pthread_mutex_lock(&t->lock);
	t->taken--;
	pthread_cond_signal(&t->freed);
	pthread_mutex_unlock(&t->lock);
}

static enum rc
hash(struct op *op, enum pw_scheme scheme, int64_t cost, bool prefix, const char *password,
    const char **ret)
{
	char stored[PW_HASH_MAX + 1];
	enum rc rc = ticket_take(op);
	bool done;

	if (rc != RC_OK)
		return rc;
	done = pw_hash(scheme, (int)cost, password, prefix, stored);
	ticket_give(op);
	if (!done)
		return op_fail(op, RC_INTERNAL, "The password could not be hashed.");
	*ret = arena_strdup(op->arena, stored);
	return RC_OK;
}

enum rc
app_hash_admin(struct op *op, const char *password, const char **ret_stored)
{
	return hash(op, op->conf->admin_scheme, op->conf->admin_cost, false, password, ret_stored);
}

enum rc
app_hash_mailbox(struct op *op, const char *password, const char **ret_stored)
{
	return hash(op, op->conf->mailbox_scheme, op->conf->mailbox_cost, true, password, ret_stored);
}

static enum rc
verify(struct op *op, const char *stored, const char *password, enum pw_scheme scheme, int64_t cost,
    bool *ret_ok)
{
	enum rc rc = ticket_take(op);

	if (rc != RC_OK)
		return rc;
	*ret_ok = false;
	if (stored)
		*ret_ok = pw_verify_old(stored, password,
		    &(const struct pw_old){ op->conf->old_salt, op->conf->old_plain });
	else
		pw_dummy(scheme, (int)cost, password);
	ticket_give(op);
	return RC_OK;
}

enum rc
app_verify(struct op *op, const char *stored, const char *password, bool *ret_ok)
{
	return verify(op, stored, password, op->conf->admin_scheme, op->conf->admin_cost, ret_ok);
}

enum rc
app_verify_mailbox(struct op *op, const char *stored, const char *password, bool *ret_ok)
{
	return verify(op, stored, password, op->conf->mailbox_scheme, op->conf->mailbox_cost, ret_ok);
}
