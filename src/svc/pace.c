/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pace of who is signed in. Owns what a process has counted by itself, and the portions in which it takes from the common counter. It must
 * not know what is done. The surprising thing: a portion is counted before it is used, so processes that know nothing of each other never get more than
 * the limit, but for the free portion that each gives; a process that dies leaves its portion counted.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/rand.h"
#include "conf/conf.h"
#include "svc/app_int.h"
#include "svc/attempts.h"
#include "svc/pace.h"

#define WINDOW 60
#define PORTIONS 20 /* of the limit: a person stays within the first, which is free */
#define DEAR 100    /* so many within the limit */

void
pace_init(struct pace *pace)
{
	pthread_mutex_init(&pace->lock, NULL);
}

void
pace_release(struct pace *pace)
{
	pthread_mutex_destroy(&pace->lock);
}

/* The account's slot; else the one that began first is its from now on. A clock that is set back begins anew. */
static struct pace_slot *
slot_of(struct pace *pace, const char *key, int64_t now)
{
	struct pace_slot *slot = &pace->slots[0];

	for (size_t i = 0; i < PACE_SLOTS; i++) {
		if (strcmp(pace->slots[i].key, key) == 0) {
			slot = &pace->slots[i];
			break;
		}
		if (pace->slots[i].since < slot->since)
			slot = &pace->slots[i];
	}
	if (strcmp(slot->key, key) != 0 || now - slot->since >= WINDOW || now < slot->since) {
		*slot = (struct pace_slot){ .since = now };
		memcpy(slot->key, key, sizeof(slot->key));
	}
	return slot;
}

/* How much is to be counted for all before these are used; 0: they are within what is. */
static int64_t
portion(struct pace_slot *slot, int64_t n, int64_t max)
{
	int64_t step = MAX(max / PORTIONS, 1), missing;

	slot->used += n;
	if (slot->used <= MAX(slot->taken, step))
		return 0;
	missing = (slot->used - slot->taken + step - 1) / step * step;
	slot->taken += missing;
	return missing;
}

/* What the common counter says: no, from now on for as long as it may stay; or yes, and it is counted anew. */
static void
heard(struct pace *pace, const char *key, int64_t now, bool over)
{
	struct pace_slot *slot;

	pthread_mutex_lock(&pace->lock);
	slot = slot_of(pace, key, now);
	slot->since = now;
	slot->over = over;
	slot->used = slot->taken = 0;
	pthread_mutex_unlock(&pace->lock);
}

static bool
is_over(struct pace *pace, const char *key, int64_t now)
{
	bool over;

	pthread_mutex_lock(&pace->lock);
	over = slot_of(pace, key, now)->over;
	pthread_mutex_unlock(&pace->lock);
	return over;
}

static int64_t
count(struct pace *pace, const char *key, int64_t now, int64_t n, int64_t max)
{
	int64_t more;

	pthread_mutex_lock(&pace->lock);
	more = portion(slot_of(pace, key, now), n, max);
	pthread_mutex_unlock(&pace->lock);
	return more;
}

enum rc
pace_take(struct op *op, bool dear)
{
	struct pace *pace = &op->app->pace;
	int64_t max = op->conf->changes_per_minute, more;
	char key[65];
	enum rc rc;

	if (max == 0)
		return RC_OK;
	sha256_hex(op->actor->name, strlen(op->actor->name), key);
	if (is_over(pace, key, op->now)) {
		if ((rc = attempts_pace_now(op, max)) != RC_OK)
			return rc;
		heard(pace, key, op->now, false); /* somebody cleared it */
	}
	more = count(pace, key, op->now, dear ? MAX(max / DEAR, 1) : 1, max);
	if (more == 0)
		return RC_OK;
	if ((rc = attempts_pace(op, more, max, WINDOW)) == RC_LIMITED)
		heard(pace, key, op->now, true);
	return rc;
}
