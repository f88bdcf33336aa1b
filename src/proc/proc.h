/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `vimbadmin serve`: master, web and keeper, three kinds of process of one binary
 * (docs/architecture.md). The master starts the others by running the binary again with --role;
 * only then do role-specific code and secrets meet.
 */
#ifndef PROC_PROC_H
#define PROC_PROC_H

#include "base/base.h"
#include "conf/conf.h"

struct proc_start {
	const char *argv0;     /* name shown in the process list */
	const char *conf_path; /* -c, or NULL */
	const struct conf_set *set;
	size_t n_set;
	const char *role; /* --role of a child, NULL in the process people start */
};

/*
 * Runs until told to stop; the exit status (base/rc.h). Faults of the configuration, the database's
 * schema and the listening addresses go to stderr, one a line.
 */
int proc_serve(const struct proc_start *start);

#endif
