/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The import that is under way in this process, for others to look at and to end: what is taken in all or nothing is not in the database before it is
 * over, and on SQLite nobody else could write down that it is to end. The keeper works on one at a time; a web process asks it over their channel.
 * Where other machines look on, the keeper writes it down for them besides (import_share.h).
 */
#ifndef SVC_IMPORT_LIVE_H
#define SVC_IMPORT_LIVE_H

#include "base/op.h"
#include "model/import.h"

#include <pthread.h>

struct app;

struct import_ask {
	int64_t id;
	bool cancel; /* end it; otherwise: how far is it? */
};
struct import_told {
	bool here; /* it is under way there; else all is 0 */
	struct import_at at;
};
bool import_ask_ok(const struct import_ask *ask);
bool import_told_ok(const struct import_told *told);
/* false: no answer by the deadline (monotonic ms). */
typedef bool (*import_asker)(void *ctx, const struct import_ask *ask, int64_t deadline,
    struct import_told *ret);

struct import_live {
	pthread_mutex_t lock;
	int64_t id; /* 0: none */
	struct import_at at;
	bool cancel;
};
void import_live_init(struct import_live *live);
void import_live_release(struct import_live *live);

/* Who works on it. import_live_at() is false when it is to end. */
void import_live_begin(struct app *app, int64_t id);
bool import_live_at(struct app *app, const struct import_at *at);
void import_live_end(struct app *app);

/* Who is asked: what is under way in this process. */
void import_live_answer(struct app *app, const struct import_ask *ask, struct import_told *ret);
/* Who asks: this process itself, unless another was named. */
void app_import_asker(struct app *app, import_asker ask, void *ctx);
void import_live_ask(struct op *op, const struct import_ask *ask, struct import_told *ret);

#endif
