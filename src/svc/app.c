/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Owns what lives as long as the process: the configuration it was started with, the pool of
 * database handles, and the way a unit of work begins, runs again and ends. It must not know any
 * entity. The surprising thing: a body that answers RC_RETRY leaves no trace, not even its faults,
 * but keeps its request id, and from the second run on that id counts as given: a commit that took
 * place although its answer was lost is then found (change_replayed) instead of being made twice.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/nap.h"
#include "base/rand.h"
#include "db/db.h"
#include "svc/app_int.h"
#include "svc/breached.h"

#define RUNS_MAX 6 /* several writers of one row: each of the others may win once */
#define DEADLINE_MS 10000
#define PAUSE_MS 20 /* longest pause before the second run; twice as long before the third, ... */

enum rc
app_new(const struct conf *conf, struct app **ret, struct errs *errs)
{
	struct app *app = calloc(1, sizeof(*app));
	struct db_conf db = {
		.url = conf->database,
		.pool_size = (unsigned)conf->db_pool,
		.statement_ms = conf->db_statement_ms,
		.lock_ms = conf->db_lock_ms,
	};
	enum rc rc;

	if (!app)
		abort();
	app->conf = conf;
	app_tickets_init(&app->tickets, (unsigned)conf->hash_tickets);
	import_live_init(&app->import);
	pace_init(&app->pace);
	clock_zone(conf->timezone);
	app->breached = breached_open(conf->breached_file);
	rc = db_pool_new(&db, &app->pool, errs);
	if (rc != RC_OK) {
		app_free(app);
		return rc;
	}
	*ret = app;
	return RC_OK;
}

void
app_free(struct app *app)
{
	if (!app)
		return;
	db_pool_free(app->pool);
	app_tickets_release(&app->tickets);
	import_live_release(&app->import);
	pace_release(&app->pace);
	breached_close(app->breached);
	free(app);
}

const struct conf *
app_conf(const struct app *app)
{
	return app->conf;
}

void
app_waker(struct app *app, void (*wake)(void *ctx), void *ctx)
{
	app->wake = wake;
	app->wake_ctx = ctx;
}

void
app_whole(struct app *app)
{
	db_pool_whole(app->pool);
}

enum rc
app_fill(struct app *app, int64_t deadline, struct errs *errs)
{
	return db_pool_fill(app->pool, deadline, errs);
}

void
app_tend(struct app *app)
{
	db_pool_tend(app->pool);
}

void
app_part(struct app *app)
{
	db_pool_part(app->pool);
}

bool
app_seal(struct app *app, void (*lost)(void *ctx, unsigned left), void *ctx)
{
	return db_pool_seal(app->pool, lost, ctx);
}

/* Any text may be a client's key: what is not 32 hex digits already is folded into them. */
static void
take_request_id(struct op *op, const char *given)
{
	char hex[65];

	if (!given || !*given) {
		rand_hex(op->request_id, 16);
		return;
	}
	op->request_id_given = true;
	if (strlen(given) == 32 && strspn(given, "0123456789abcdef") == 32) {
		memcpy(op->request_id, given, 33);
		return;
	}
	sha256_hex(given, strlen(given), hex);
	memcpy(op->request_id, hex, 32);
	op->request_id[32] = '\0';
}

enum rc
app_op_begin(struct app *app, struct op *op, const struct op_start *start)
{
	*op = (struct op){ .app = app, .conf = app->conf, .actor = start->actor, .flags = start->flags };
	op->arena = arena_new(0, ARENA_SECRET);
	op->errs.arena = op->arena;
	op->errs.lang = start->lang;
	op->now = clock_now();
	op->deadline = clock_mono_ms() + (start->deadline_ms > 0 ? start->deadline_ms : DEADLINE_MS);
	take_request_id(op, start->request_id);
	return db_pool_take(app->pool, op->deadline, &op->db, &op->errs);
}

void
app_op_end(struct app *app, struct op *op)
{
	db_pool_give(app->pool, op->db);
	arena_free(op->arena);
	*op = (struct op){ 0 };
}

void
app_op_become(struct op *op, const struct actor *actor)
{
	op->actor = actor;
}

void
app_op_repeats(struct op *op, const char *request_id)
{
	if (request_id && *request_id)
		take_request_id(op, request_id);
}

/*
 * A short sleep of random length, so that two ops that met once do not meet again; never past the
 * deadline.
 */
static bool
pause_before(const struct op *op, int run)
{
	int64_t ms = 1 + (int64_t)rand_below((uint32_t)(PAUSE_MS * run));

	if (clock_mono_ms() + ms >= op->deadline)
		return false;
	nap_us(ms * 1000);
	return true;
}

/* Everything the last run left is given back, the handle too: it may be the broken thing. */
static enum rc
start_over(struct app *app, struct op *op, const struct op_start *start)
{
	db_pool_give(app->pool, op->db);
	op->db = NULL;
	op->changes = NULL;
	op->undoes = 0;
	err_clear(&op->errs);
	op->errs.lang = start->lang;
	arena_reset(op->arena, (struct arena_mark){ 0 });
	op->actor = start->actor;
	op->request_id_given = true;
	op->wait = 0;
	op->mine.domain_id = 0;
	op->run++;
	return db_pool_take(app->pool, op->deadline, &op->db, &op->errs);
}

/*
 * Out of runs or out of time: what is a matter between us and the database becomes a sentence for
 * people.
 */
static enum rc
give_up(struct op *op)
{
	const char *detail = op->errs.first ? op->errs.first->detail : NULL;

	detail = arena_strdup(op->arena, detail ? detail : "lost every race");
	err_clear(&op->errs);
	return err_detail(&op->errs, RC_UNAVAILABLE,
	    N_("The database is busy. Please try again in a moment."), "%s", detail);
}

/*
 * What stands in the way of a repeated request may be its own first run, committed after this one had looked for it: a second look finds it. Once.
 */
static bool
runs_again(const struct op *op, enum rc rc, bool *looked)
{
	if (rc == RC_CONFLICT && op->request_id_given && !*looked)
		return *looked = true;
	return rc == RC_RETRY;
}

enum rc
app_run(struct app *app, struct op *op, const struct op_start *start, op_body body, void *ctx)
{
	enum rc rc = app_op_begin(app, op, start);
	bool looked = false;

	if (rc != RC_OK)
		return rc;
	rc = body(op, ctx);
	for (int run = 1; run < RUNS_MAX && runs_again(op, rc, &looked) && pause_before(op, run);
	     run++) {
		rc = start_over(app, op, start);
		if (rc == RC_OK)
			rc = body(op, ctx);
	}
	if (op->queued && app->wake) /* also after a fault: a refused sign-in sends its notice */
		app->wake(app->wake_ctx);
	return rc == RC_RETRY ? give_up(op) : rc;
}
