/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cage of each role: which system calls (seccomp) and which files and ports (landlock) are left
 * to it. There is no way out of it, and it holds for every thread started afterwards, so it is
 * entered before there are any.
 */
#ifndef PROC_CAGE_H
#define PROC_CAGE_H

#include "base/base.h"
#include "base/rc.h"
#include "db/reach.h"
#include "proc/proc_int.h"

enum cage_layer { CAGE_BOTH, CAGE_FILES_ONLY, CAGE_CALLS_ONLY }; /* the latter two are for tests */

/*
 * Leaves what `db` says the database needs (db_reach()). RC_INTERNAL when the kernel refuses. A kernel without landlock is logged and lived with:
 * seccomp holds nonetheless.
 */
NODISCARD enum rc cage_enter(enum proc_role role, const struct db_reach *db, struct errs *errs);
/*
 * The second, narrow one of a web process, for all its threads at once: nothing can be opened, begun or ended any more. To be entered when everything
 * is there; RC_INTERNAL: the first one holds alone, and the process
 * is to be replaced.
 */
NODISCARD enum rc cage_narrow(const struct db_reach *db, struct errs *errs);
/* One layer alone, so that a test can see that each holds without the other. */
NODISCARD enum rc cage_enter_layer(enum proc_role role, const struct db_reach *db,
    enum cage_layer layer, struct errs *errs);

#endif
