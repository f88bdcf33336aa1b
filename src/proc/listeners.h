/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sockets listened on, each with the address it was opened for, so that a reload keeps those
 * that stay.
 */
#ifndef PROC_LISTENERS_H
#define PROC_LISTENERS_H

#include "base/base.h"
#include "base/rc.h"
#include "proc/proc_int.h"

struct listeners {
	int fd[LISTEN_MAX];
	char *address[LISTEN_MAX]; /* "127.0.0.1:8080"; NULL: handed over by the service manager */
	size_t n;
};

/*
 * Opens each address of the blank-separated list; takes those that `have` has already (NULL: none).
 */
NODISCARD enum rc listeners_open(const char *list, const struct listeners *have,
    struct listeners *ret, struct errs *errs);
/* Closes all that `keep` (NULL: none) does not have, and removes their socket files. */
void listeners_close(struct listeners *l, const struct listeners *keep);

#endif
