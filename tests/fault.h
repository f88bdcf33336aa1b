/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes the n-th statement of this program fail, on each engine. A test that uses it has its own functions in front of those of the client libraries;
 * all that is not to fail goes through to them. With tests/http/lib/preload.c it becomes a library that is put in front of a whole panel.
 */
#ifndef TESTS_FAULT_H
#define TESTS_FAULT_H

#include "base/base.h"

#include <stdatomic.h>

enum fault {
	FAULT_NONE,
	FAULT_REFUSED, /* the engine has no room for it */
	FAULT_BUSY,    /* SQLite: a lock that does not come free; servers: it took too long */
	FAULT_LOST,  /* SQLite: the disk fails; servers: the connection breaks before it is sent */
	FAULT_AGAIN, /* another transaction was quicker: to be run again */
	FAULT_CALL,  /* nothing fails: see fault_call() */
	FAULT__MAX
};

/* What fails. Statements: prepared ones when they run (PostgreSQL: and when they are prepared), BEGIN, COMMIT; not ROLLBACK, not PostgreSQL's with LIKE. */
enum fault_what { FAULT_STATEMENTS, FAULT_MEMORY, FAULT_RANDOM, FAULT_CAGE };

/* The n-th statement from now on fails, if it comes. */
void fault_arm(unsigned at, enum fault how);
/* Before the n-th statement from now on, once, this is called; its own statements are not counted. */
void fault_call(unsigned at, void (*call)(void *ctx), void *ctx);
/* Nothing fails any more. Gives whether it came to that. */
bool fault_disarm(void);

/* For preload.c: this in memory shared with the test, numbers in this order. */
struct fault_state {
	_Atomic uint32_t what, at /* 0: nothing fails */, seen, how;
	_Atomic uint32_t on; /* not only that one: all from there on */
};
void fault_share(struct fault_state *state);
/* One of these is about to be done: how it fails. */
enum fault fault_due(enum fault_what what);

#endif
