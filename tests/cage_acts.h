/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a caged process may try: acts on a small world of files and servers. Each tells DONE when it succeeded, REFUSED when the kernel said no; some
 * end the process instead.
 */
#ifndef TESTS_CAGE_ACTS_H
#define TESTS_CAGE_ACTS_H

#include "base/base.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cmocka.h>

enum { DONE = 0, REFUSED = 77, NO_CAGE = 99 };

struct world {
	char dir[64];     /* the database's folder */
	char outside[80]; /* a file beside it */
	char inside[80];
	int server; /* listens on a loopback port */
	struct sockaddr_in address;
	int foreign; /* listens on another, where no database is */
	struct sockaddr_in foreign_address;
	struct sockaddr_un abstract; /* ... and on an abstract address */
	int abstract_server;
	socklen_t abstract_len;
};

void world_make(struct world *w);
void world_remove(struct world *w);

/* ---- what has to fail ---- */

int read_shadow(const struct world *w);
int read_proc(const struct world *w);
int write_outside(const struct world *w);
int create_outside(const struct world *w);
int truncate_outside(const struct world *w);
int remove_outside(const struct world *w);
int climb_out(const struct world *w);
int make_link(const struct world *w);
int make_folder(const struct world *w);
int execute(const struct world *w);
int execute_fd(const struct world *w);
int fork_child(const struct world *w);
int vfork_child(const struct world *w);
int clone3_child(const struct world *w);
int trace_self(const struct world *w);
int read_parent(const struct world *w);
int kill_parent(const struct world *w);
int tgkill_parent(const struct world *w);
int packet_socket(const struct world *w);
int new_socket(const struct world *w);
int new_unix_pair(const struct world *w);
int do_connect(const struct world *w);
int do_listen(const struct world *w);
int do_mount(const struct world *w);
int do_unshare(const struct world *w);
int do_bpf(const struct world *w);
int map_code(const struct world *w);
int make_code(const struct world *w);
int raise_limit(const struct world *w);
int make_dumpable(const struct world *w);
int io_ring(const struct world *w);
int become_root(const struct world *w);
int tiocsti(const struct world *w);
int tcp_out(const struct world *w);
int tcp_bind(const struct world *w);
int abstract_out(const struct world *w);
int tcp_foreign(const struct world *w);
int netlink_socket(const struct world *w);
int raw_socket(const struct world *w);
int execute_file(const struct world *w);

/* ---- what has to work ---- */

int use_database(const struct world *w);
int look_up(const struct world *w);
int start_thread(const struct world *w);
int use_time_zone(const struct world *w);
int use_random(const struct world *w);
int do_abort(const struct world *w);

#endif
