/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The way of a web process into its narrow cage (cage_narrow() in cage.h): once all threads run and all connections to the database are open. Until then,
 * for instance while the database is away, it serves in its first cage, in which it can connect. What it loses in the narrow one it cannot get back, and
 * asks the master for another process in its place.
 */
#ifndef PROC_NARROW_H
#define PROC_NARROW_H

#include "base/base.h"
#include "db/reach.h"

#include <pthread.h>
#include <stdatomic.h>

struct app;
struct http_server;

struct narrow {
	struct app *app;
	struct http_server *server;
	struct db_reach db;
	pthread_t filler;
	bool filling; /* there is a filler to be joined */
	atomic_bool full, worn;
	bool entered;
};

/* Before there are threads, a cage, or an op. What is read by libraries when they are first asked, is read now. */
void narrow_prepare(struct app *app);
/* In the first cage: has the connections opened. app and server must live until the process ends, or narrow_over() says so. */
void narrow_begin(struct narrow *n);
/* Enters the narrow cage when it is time. By the main thread, again and again; true: it is entered. */
bool narrow_step(struct narrow *n);
/* The server is to be stopped: may everything be given back (true), or is the process to end as it is? */
bool narrow_over(struct narrow *n);
/* ... as it is. */
NORETURN void narrow_exit(int status);

#endif
