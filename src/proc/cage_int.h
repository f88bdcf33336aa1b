/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The walls of the cage: cage.c puts two of them together, cage_narrow.c is the third. */
#ifndef PROC_CAGE_INT_H
#define PROC_CAGE_INT_H

#include "base/base.h"
#include "proc/cage.h"

/*
 * Sanitizers and coverage read /proc, write reports and map memory of their own: builds for tests
 * get what these need.
 */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(VIMB_COVERAGE)
#define CAGE_INSTRUMENTED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CAGE_INSTRUMENTED 1
#endif
#endif
#ifndef CAGE_INSTRUMENTED
#define CAGE_INSTRUMENTED 0
#endif

/*
 * In the tables of both: who needs a line. Roles are bits too; SERVER: only if there is one, CURL: only if that library talks to it, FILE_DB: only if
 * the database is a file of ours.
 */
#define CAGE_WEB (1u << ROLE_WEB)
#define CAGE_KEEPER (1u << ROLE_KEEPER)
#define CAGE_SERVER (1u << ROLE__MAX)
#define CAGE_CURL (CAGE_SERVER << 1)
#define CAGE_FILE_DB (CAGE_SERVER << 2)

static inline unsigned
cage_who(enum proc_role role, const struct db_reach *db)
{
	return 1u << role | (db->server ? CAGE_SERVER : 0) | (db->curl ? CAGE_CURL : 0) |
	    (db->folder ? CAGE_FILE_DB : 0);
}

NODISCARD enum rc cage_files(enum proc_role role, const struct db_reach *db, struct errs *errs);
/* The filter that cage_calls() would load, in libseccomp's words: for tests. 0, or a negative errno. */
int cage_calls_write(enum proc_role role, const struct db_reach *db, int fd);
int cage_narrow_write(const struct db_reach *db, int fd);
NODISCARD enum rc cage_calls(enum proc_role role, const struct db_reach *db, struct errs *errs);

#endif
