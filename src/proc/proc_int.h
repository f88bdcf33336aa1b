/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of proc share: the numbers a child finds its descriptors under, and the two roles'
 * ways in.
 *
 * Each child has a control socket to the master (one-byte words, CONTROL_*; the master may send the
 * keeper a descriptor with one) and a web process also a channel to the keeper (chan.h).
 */
#ifndef PROC_PROC_INT_H
#define PROC_PROC_INT_H

#include "base/base.h"
#include "proc/proc.h"

enum proc_role { ROLE_WEB, ROLE_KEEPER, ROLE__MAX };

enum {
	FD_CONF = 3,    /* the configuration as text, read to its end and closed */
	FD_CONTROL = 4, /* SOCK_SEQPACKET to the master */
	FD_CHANNEL = 5, /* web: SOCK_SEQPACKET to the keeper */
	FD_LISTEN = 6,  /* web: the first of the listening sockets */
	LISTEN_MAX = 16,
};

enum control_word {
	CONTROL_READY = 'R', /* child: I serve; once */
	CONTROL_ALIVE = 'A', /* child: I am not frozen; each HEARTBEAT_MS */
	CONTROL_WORN = 'W',  /* web: I lost what I may not open again; let another take my place */
	CONTROL_CHANNEL = 'C', /* master to keeper: here is the other end of a web process's channel */
};

#define TEAM_NAME_LEN 16 /* hex digits */

#define HEARTBEAT_MS 2000
#define FROZEN_MS 20000 /* no heartbeat for so long: killed and replaced */
#define DRAIN_MS 9000   /* a child told to stop finishes what it has within this */
#define KILL_MS 10000   /* after this it is killed */

/* master.c */
int master_run(const struct proc_start *start);
/* web.c, keeper.c; n: listening sockets inherited; team: its name */
int web_run(unsigned n);
int keeper_run(const char *team);

/*
 * child.c: what both roles do first: limits, title, configuration. NULL after saying why on stderr.
 */
struct conf *child_begin(enum proc_role role);
/* Sends a word to the master; false when there is no master any more. */
bool child_tell(enum control_word word);

/*
 * The main thread's wait, once there are other threads and a cage: gives signs of life, notices
 * when to stop. Made by child_watch() before either, because it blocks the signals that it reads.
 */
struct child_main {
	int signals;
	int epoll;       /* of child_watch_fd() */
	int64_t beat_at; /* monotonic milliseconds */
};
enum child_event {
	CHILD_TICK,  /* at least once each HEARTBEAT_MS */
	CHILD_INPUT, /* one of the descriptors given has something */
	CHILD_STOP,  /* told to, or the master is gone */
};
NODISCARD bool child_watch(struct child_main *m);
struct pollfd;
enum child_event child_wait(struct child_main *m, struct pollfd *fds, size_t n);
/* The same for what was given to child_watch_fd() and is still open, without poll(); for most_ms at the longest. */
NODISCARD bool child_watch_fd(struct child_main *m, int fd);
enum child_event child_wait_watched(struct child_main *m, int64_t most_ms);
/* It has nothing more to say. */
void child_unwatch_fd(const struct child_main *m, int fd);

/* Faults that end a child, to the log with their details. */
void child_log_faults(const struct errs *errs);

const char *proc_role_name(enum proc_role role);

#endif
