/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Starting one child process: fork, the descriptors it may have and no others, and the binary
 * executed anew.
 */
#ifndef PROC_SPAWN_H
#define PROC_SPAWN_H

#include "base/base.h"
#include "proc/proc_int.h"

#include <sys/types.h>

struct spawn {
	enum proc_role role;
	const char *argv0;
	const char *team;      /* its name */
	const char *conf_text; /* conf_dump() for this role */
	const int *listen;     /* web: listening sockets */
	size_t n_listen;
};

struct spawned {
	pid_t pid;
	int control; /* master's end of the control socket */
	int channel; /* web: the keeper's end of its channel, to be handed on; -1 for the keeper */
};

/* false with errno when the machine has no room for another process. */
NODISCARD bool spawn_child(const struct spawn *s, struct spawned *ret);

#endif
