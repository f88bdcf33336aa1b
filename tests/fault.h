/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes the n-th statement of this program fail, on each engine. A test that uses it has its own functions in front of those of the client libraries;
 * all that is not to fail goes through to them. One thread only.
 */
#ifndef TESTS_FAULT_H
#define TESTS_FAULT_H

#include "base/base.h"
#include "db/db.h"

enum fault {
	FAULT_NONE,
	FAULT_REFUSED, /* the engine has no room for it */
	FAULT_BUSY,    /* SQLite: a lock that does not come free; servers: as above */
	FAULT_LOST,  /* SQLite: the disk fails; servers: the connection breaks before it is sent */
	FAULT_AGAIN, /* another transaction was quicker: to be run again */
	FAULT__MAX
};

/* The n-th statement from now on fails, if it comes: prepared ones when they run (PostgreSQL: and when they are prepared), BEGIN, COMMIT. Not ROLLBACK, and not PostgreSQL's with LIKE. */
void fault_arm(enum db_engine engine, int at, enum fault how);
/* Nothing fails any more. Gives whether it came to that. */
bool fault_disarm(void);

#endif
