/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the master does once before there are children: faults in words, the account it runs as, the
 * database's state.
 */
#ifndef PROC_START_H
#define PROC_START_H

#include "base/base.h"
#include "conf/conf.h"

/* One line each on stderr, for whoever typed the command. */
void start_faults(const struct errs *errs);

/* Changes to conf's user and group when we are root, without a way back; RC_CONFIG when there are none such. */
NODISCARD enum rc start_become(const struct conf *conf, struct errs *errs);

/*
 * Is the schema exactly ours? A database that does not answer (RC_UNAVAILABLE) is no reason not to
 * start. When there is no administrator yet, *ret_link is the address of the first-run page with
 * its one-time token, in errs' arena.
 */
NODISCARD enum rc start_database(const struct conf *conf, const char **ret_link, struct errs *errs);

/*
 * All children are gone: a database in a file becomes one file again, without -wal and -shm. Web processes leave that to us, because their cage
 * forbids it.
 */
void start_tidy(const struct conf *conf);

#endif
