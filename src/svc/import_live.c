/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far an import is and whether it is to end, between the thread that works on it and those that are asked. It must not touch the database. */
#include "base/base.h"

#include "svc/app_int.h"
#include "svc/import_live.h"

void
import_live_init(struct import_live *live)
{
	*live = (struct import_live){ .lock = PTHREAD_MUTEX_INITIALIZER };
}

void
import_live_release(struct import_live *live)
{
	pthread_mutex_destroy(&live->lock);
}

bool
import_ask_ok(const struct import_ask *ask)
{
	return ask->id > 0;
}

bool
import_told_ok(const struct import_told *told)
{
	const struct import_at *at = &told->at;

	if (!told->here)
		return at->done == 0 && at->total == 0 && at->phase == 0;
	return at->done >= 0 && at->done <= at->total && (unsigned)at->phase < IMPORT_PHASE__MAX;
}

/* ---- who works on it ---- */

void
import_live_begin(struct app *app, int64_t id)
{
	struct import_live *live = &app->import;

	pthread_mutex_lock(&live->lock);
	live->id = id;
	live->at = (struct import_at){ 0 };
	live->cancel = false;
	pthread_mutex_unlock(&live->lock);
}

bool
import_live_at(struct app *app, const struct import_at *at)
{
	struct import_live *live = &app->import;
	bool cancel;

	pthread_mutex_lock(&live->lock);
	live->at = *at;
	live->at.done = MIN(at->done, at->total);
	cancel = live->cancel;
	pthread_mutex_unlock(&live->lock);
	return !cancel;
}

void
import_live_end(struct app *app)
{
	import_live_begin(app, 0);
}

/* ---- who asks ---- */

void
import_live_answer(struct app *app, const struct import_ask *ask, struct import_told *ret)
{
	struct import_live *live = &app->import;

	*ret = (struct import_told){ 0 };
	pthread_mutex_lock(&live->lock);
	if (ask->id != 0 && live->id == ask->id) {
		*ret = (struct import_told){ true, live->at };
		live->cancel |= ask->cancel;
	}
	pthread_mutex_unlock(&live->lock);
}

void
app_import_asker(struct app *app, import_asker ask, void *ctx)
{
	app->ask_import = ask;
	app->ask_import_ctx = ctx;
}

void
import_live_ask(struct op *op, const struct import_ask *ask, struct import_told *ret)
{
	struct app *app = op->app;

	*ret = (struct import_told){ 0 };
	if (!app)
		return;
	if (!app->ask_import)
		import_live_answer(app, ask, ret);
	else if (!app->ask_import(app->ask_import_ctx, ask, op->deadline, ret))
		*ret = (struct import_told){ 0 }; /* whoever has it will find in the database what was asked for */
}
