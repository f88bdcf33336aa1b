/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Insides of the application, shared by app.c (life cycle) and app_hash.c (hashing tickets). Nobody
 * else includes this.
 */
#ifndef SVC_APP_INT_H
#define SVC_APP_INT_H

#include "base/base.h"
#include "svc/app.h"
#include "svc/import_live.h"
#include "svc/pace.h"
#include "svc/second_keys.h"

#include <pthread.h>

struct breached;
struct db_pool;

/* How many hashes run, how many callers wait for one to end, and how many of either there may be. */
struct app_tickets {
	pthread_mutex_t lock;
	pthread_cond_t freed;
	unsigned max, max_waiting, taken, waiting;
};

struct app {
	const struct conf *conf;
	struct db_pool *pool;
	struct app_tickets tickets;
	struct pace pace;
	struct breached *breached; /* passwords that nobody may choose any more */
	second_asker ask;          /* NULL: answered in place */
	void *ask_ctx;
	struct import_live import; /* under way here */
	import_asker ask_import;   /* NULL: answered in place */
	void *ask_import_ctx;
	void (*wake)(void *ctx); /* NULL: nobody is told of jobs */
	void *wake_ctx;
};

void app_tickets_init(struct app_tickets *t, unsigned max);
void app_tickets_release(struct app_tickets *t);

#endif
