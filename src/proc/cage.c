/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one way into the cage: first files and ports (cage_files.c), then system calls
 * (cage_calls.c), because the second wall forbids building the first. It does not know what the
 * roles do.
 */
#include "base/base.h"

#include "proc/cage_int.h"

enum rc
cage_enter_layer(enum proc_role role, const struct db_reach *db, enum cage_layer layer, struct errs *errs)
{
	enum rc rc = RC_OK;

	if (layer != CAGE_CALLS_ONLY)
		rc = cage_files(role, db, errs);
	if (rc == RC_OK && layer != CAGE_FILES_ONLY)
		rc = cage_calls(role, db, errs);
	return rc;
}

enum rc
cage_enter(enum proc_role role, const struct db_reach *db, struct errs *errs)
{
	return cage_enter_layer(role, db, CAGE_BOTH, errs);
}
