/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file is taken in by the keeper. It owns what has to hold although the keeper may die at any moment and another one begin again: how far it is, what
 * came of the rows and the sealed passwords are written in the transaction of the rows themselves, and only from the place that was read.
 *
 * The surprising thing: between the rows the op acts as who asked, whose rights are looked up anew for each transaction.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/sealbox.h"
#include "base/str.h"
#include "db/tx.h"
#include "model/actor.h"
#include "store/admin.h"
#include "store/import.h"
#include "svc/app.h"
#include "svc/import.h"
#include "svc/import_live.h"
#include "svc/import_share.h"
#include "svc/import_task.h"

#include <time.h>

#define KEEP_S (INT64_C(24) * 3600)
#define ROWS_AT_ONCE 1000
#define MADE_AT_ONCE 20 /* each takes a good part of a second */
#define MADE_BYTES 600  /* an address and a password as CSV */
#define PART_BYTES ((size_t)256 << 10)
#define SHOWN_MAX 100
#define PAUSE_NS \
	5000000 /* between two transactions: whoever waits for the lock of an SQLite file looks each 2 ms */

struct taking {
	struct import_task task; /* as far as it is committed */
	struct import im;
	struct arena *arena;
	struct str text, report;
	size_t reported, faults_kept, made_kept; /* what is in the database */
	bool lost;                               /* cancelled, or another keeper has it */
	bool cancelled;                          /* as whoever looks on was told */
	struct app *app;
	struct import_share share;
};

static void
taking_end(struct taking *t)
{
	if (t->text.data)
		explicit_bzero(t->text.data, t->text.len);
	str_release(&t->text);
	str_release(&t->report);
	arena_free(t->arena);
}

/* ---- what came of it ---- */

static enum rc
keep_report(struct op *op, struct taking *t, const struct import *now)
{
	enum rc rc = RC_OK;
	size_t at = t->reported;

	for (int64_t n = t->task.done; at < now->report_len && rc == RC_OK; n++) {
		const char *from = now->report->data + at;
		size_t size = MIN(now->report_len - at, PART_BYTES);
		struct arena_mark mark = arena_mark(op->arena);

		while (at + size < now->report_len && from[size - 1] != '\n')
			size--;
		rc = store_import_part_add(op, t->task.id, IMPORT_RESULT, n,
		    arena_strndup(op->arena, from, size));
		arena_reset(op->arena, mark);
		at += size;
	}
	return rc;
}

static void
add_cells(struct str *s, const char *a, const char *b, const char *c)
{
	str_add_csv(s, a ? a : "");
	str_addc(s, ',');
	str_add_csv(s, b ? b : "");
	str_addc(s, ',');
	str_add_csv(s, c ? c : "");
	str_addc(s, '\n');
}

static enum rc
keep_rows(struct op *op, const struct taking *t, const char *what, const struct import_fault *at,
    size_t n)
{
	CLEANUP(str_release) struct str s = STR_INIT;

	for (size_t i = 0; i < n; i++) {
		str_addf(&s, "\"%lld\",", (long long)at[i].line);
		str_add_csv(&s, at[i].key);
		str_addc(&s, ',');
		add_cells(&s, at[i].field, at[i].text, at[i].said);
	}
	return s.len == 0 ? RC_OK : store_import_part_add(op, t->task.id, what, t->task.done, s.data);
}

static enum rc
keep_faults(struct op *op, const struct taking *t, const struct import *now)
{
	size_t n = MIN(now->n_faults, (size_t)SHOWN_MAX);

	if (n <= t->faults_kept)
		return RC_OK;
	return keep_rows(op, t, IMPORT_FAULT, now->faults + t->faults_kept, n - t->faults_kept);
}

/* Anew each time. */
static enum rc
keep_sorts(struct op *op, const struct taking *t, const char *what, const struct import_reason *at,
    size_t n)
{
	CLEANUP(str_release) struct str s = STR_INIT;
	enum rc rc;

	for (size_t i = 0; i < n; i++) {
		str_addf(&s, "\"%lld\",\"%lld\",", (long long)at[i].n, (long long)at[i].line);
		add_cells(&s, at[i].field, at[i].text, at[i].said);
	}
	if (s.len == 0 || (rc = store_import_part_drop(op, t->task.id, what)) != RC_OK)
		return s.len == 0 ? RC_OK : rc;
	return store_import_part_add(op, t->task.id, what, 0, s.data);
}

static enum rc
keep_reasons(struct op *op, const struct taking *t, const struct import *now)
{
	return keep_sorts(op, t, IMPORT_REASON, now->reasons, now->n_reasons);
}

static enum rc
keep_warnings(struct op *op, const struct taking *t, const struct import_warned *w)
{
	enum rc rc = w ? keep_rows(op, t, IMPORT_WARNING, w->at, w->n) : RC_OK;

	return w && rc == RC_OK ? keep_sorts(op, t, IMPORT_WARNED, w->kinds, w->n_kinds) : rc;
}

static enum rc
keep_made(struct op *op, const struct taking *t, const struct import *now)
{
	CLEANUP(str_release) struct str sealed = STR_INIT;
	struct str s = STR_INIT;
	bool ok;

	if (now->n_made <= t->made_kept)
		return RC_OK;
	str_reserve(&s, (now->n_made - t->made_kept) * MADE_BYTES); /* no copies are left where it grew */
	for (size_t i = t->made_kept; i < now->n_made; i++) {
		str_add_csv(&s, now->made[i].address);
		str_addc(&s, ',');
		str_add_csv(&s, now->made[i].password);
		STR_LIT(&s, "\r\n");
	}
	ok = sealbox_seal(t->task.public_key, s.data, s.len, &sealed);
	if (s.data)
		explicit_bzero(s.data, s.len);
	str_release(&s);
	if (!ok)
		return op_fail(op, RC_INTERNAL, "There is no key to seal passwords with.");
	return store_import_part_add(op, t->task.id, IMPORT_SECRET, t->task.done, sealed.data);
}

static void
add_up(struct import_task *task, const struct import_sum *sum)
{
	task->done = sum->done;
	task->added = sum->added;
	task->changed = sum->changed;
	task->unchanged = sum->unchanged;
	task->failed = sum->failed;
	task->kept = sum->kept;
}

static enum rc
end(struct op *op, struct import_task *task, const char *state, const char *message, bool *ret_lost)
{
	int64_t changed = 0;
	enum rc rc;

	task->state = state;
	task->message = message;
	task->expires_at = op->now + KEEP_S;
	rc = store_import_end(op, task, &changed);
	*ret_lost |= rc == RC_OK && changed == 0;
	return rc;
}

/* In the transaction of the rows. */
static enum rc
keep(struct op *op, const struct import *now, void *ctx)
{
	struct taking *t = ctx;
	struct import_task task = t->task;
	int64_t changed = 0;
	enum rc rc;

	add_up(&task, &now->sum);
	task.expires_at = op->now + KEEP_S;
	if ((rc = store_import_progress(op, &task, t->task.done, &changed)) != RC_OK)
		return rc;
	if (changed == 0) {
		t->lost = true;
		return op_fail(op, RC_UNAVAILABLE, "The import was cancelled.");
	}
	if ((rc = keep_report(op, t, now)) != RC_OK || (rc = keep_faults(op, t, now)) != RC_OK ||
	    (rc = keep_reasons(op, t, now)) != RC_OK || (rc = keep_made(op, t, now)) != RC_OK ||
	    now->at < now->n_records)
		return rc;
	if ((rc = end(op, &task, "done", NULL, &t->lost)) != RC_OK)
		return rc;
	return store_import_part_drop(op, task.id, IMPORT_FILE);
}

/* Nothing stays: what was found out is written by itself. */
static enum rc
keep_check(struct op *op, struct taking *t)
{
	const char *state = t->task.check_only ? "checked" : "failed";
	TX tx = { 0 };
	enum rc rc;

	t->task.done = 0;
	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = keep_report(op, t, &t->im)) != RC_OK ||
	    (rc = keep_faults(op, t, &t->im)) != RC_OK || (rc = keep_reasons(op, t, &t->im)) != RC_OK ||
	    (rc = keep_warnings(op, t, t->im.warned)) != RC_OK)
		return rc;
	add_up(&t->task, &t->im.sum);
	rc = end(op, &t->task, state,
	    t->task.check_only ? NULL : N_("Nothing was changed, because a row is bad. Mend it, or leave the bad rows out."),
	    &t->lost);
	if (rc != RC_OK || t->lost)
		return rc;
	return tx_commit(&tx);
}

/* It cannot go on, and no further try would end otherwise: the fault is told, and is none of the job's. */
static enum rc
keep_fault(struct op *op, struct taking *t)
{
	const struct err *fault = op->errs.first;
	const char *why = arena_strdup(t->arena,
	    fault && fault->said ? fault->said
		: fault          ? fault->text
				 : NULL);

	err_clear(&op->errs);
	return import_task_give_up(op, t->task.id, why);
}

enum rc
import_task_give_up(struct op *op, int64_t id, const char *why)
{
	struct import_task task;
	bool lost = false;
	TX tx = { 0 };
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK)
		return rc;
	rc = store_import_get(op, id, &task);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc != RC_OK || (rc = end(op, &task, "failed", why, &lost)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

/* What was not in yet is rolled back; usually whoever cancelled it could not write it down before that. */
static enum rc
keep_cancelled(struct op *op, int64_t id)
{
	int64_t changed;
	TX tx = { 0 };
	enum rc rc;

	err_clear(&op->errs);
	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = store_import_cancel(op, id, &changed)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

/* ---- the rows ---- */

static enum rc
gather(void *ctx, const void *row)
{
	str_add(ctx, ((const struct import_part *)row)->data);
	return RC_OK;
}

static enum rc
open_file(struct op *op, struct taking *t)
{
	const struct import_task *task = &t->task;
	const struct import_in how = {
		.mode = task->mode, .on_error = task->on_error, .map = task->map, .generate = task->generate
	};
	enum rc rc = store_import_parts(op, task->id, IMPORT_FILE, gather, &t->text);

	if (rc != RC_OK)
		return rc;
	str_addc(&t->text, '\n'); /* room behind its end, to be written to */
	t->text.len--;
	rc = import_open(&t->im,
	    &(const struct import_file){
		import_kind_named(task->kind), t->text.data, t->text.len, op->conf },
	    &how, t->arena, &op->errs);
	if (rc != RC_OK)
		return rc;
	t->im.request_id = task->request_id;
	t->im.first = true;
	t->im.report = &t->report;
	return RC_OK;
}

static enum rc
share_begin(struct op *op, struct taking *t)
{
	const struct import_at at = { .done = t->task.done };

	return import_share_begin(op, &at, &t->share, t->task.id);
}

/* Goes on behind the rows that are in: what came of those is in the database. */
static enum rc
begin(struct op *op, struct taking *t)
{
	struct import_task *task = &t->task;
	struct import_outcome before;
	int64_t changed = 0;
	TX tx = { 0 };
	enum rc rc;

	task->total = (int64_t)t->im.n_records;
	if ((rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = store_import_begin(op, task->id, task->total, op->now + KEEP_S, &changed)) != RC_OK ||
	    (rc = import_task_outcome(op, task, &before)) != RC_OK ||
	    (changed > 0 && (rc = share_begin(op, t)) != RC_OK) || (rc = tx_commit(&tx)) != RC_OK)
		return rc;
	t->lost = changed == 0;
	t->im.at = (size_t)task->done;
	t->im.sum = (struct import_sum){ .rows = task->total,
		.done = task->done,
		.added = task->added,
		.changed = task->changed,
		.unchanged = task->unchanged,
		.failed = task->failed };
	t->im.n_reasons = before.n_reasons;
	for (size_t i = 0; i < before.n_reasons; i++) {
		t->im.reasons[i] = before.reasons[i];
		t->im.reasons[i].field = arena_strdup(t->arena, before.reasons[i].field);
		t->im.reasons[i].text = arena_strdup(t->arena, before.reasons[i].text);
		t->im.reasons[i].said = arena_strdup(t->arena, before.reasons[i].said);
	}
	t->im.n_faults = before.n_faults; /* only their number: they are shown from the database */
	t->faults_kept = before.n_faults;
	return RC_OK;
}

/* Before each row, also in the middle of a transaction of which nobody else sees anything. */
static bool
go_on(void *ctx, const struct import *now)
{
	struct taking *t = ctx;
	const struct import_at at = { .done = now->phase == IMPORT_PHASE_MAKING ? (int64_t)now->prepared
										: now->sum.done,
		.total = now->sum.rows,
		.phase = now->phase };

	t->cancelled = t->cancelled || !import_live_at(t->app, &at) || !import_share_at(&t->share, &at);
	return !t->cancelled;
}

/* Who asked, with the rights of this moment. */
static enum rc
asker(struct op *op, const struct taking *t, struct actor *ret)
{
	struct admin admin;
	enum rc rc = store_admin_get(op, t->task.admin_id, &admin);

	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	if (rc == RC_NOT_FOUND || !admin.active)
		return op_fail(op, RC_DENIED, "Whoever asked for this may not do it any more.");
	*ret = (struct actor){ .kind = ACTOR_ADMIN,
		.door = DOOR_JOB,
		.super = admin.super,
		.admin_id = admin.id,
		.name = arena_strdup(t->arena, admin.username),
		.source = t->task.source };
	return RC_OK;
}

static enum rc
take_some(struct op *op, struct taking *t)
{
	const struct actor *worker = op->actor;
	const unsigned flags = op->flags;
	size_t at_once = t->im.generate ? MADE_AT_ONCE : ROWS_AT_ONCE;
	struct actor actor;
	enum rc rc = asker(op, t, &actor);

	if (rc != RC_OK)
		return rc;
	app_op_become(op, &actor);
	op->flags |= t->task.check_only ? OP_DRY_RUN : 0;
	rc = import_rows(op, &t->im, t->im.skip && !t->task.check_only ? at_once : SIZE_MAX);
	app_op_become(op, worker);
	op->flags = flags;
	return rc;
}

/* Transactions, one after the other, until it is over, cancelled or late. */
static enum rc
take_all(struct op *op, struct taking *t, int64_t until, bool *ret_more)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	enum rc rc;

	do {
		struct arena_mark mark = arena_mark(op->arena);

		if ((rc = take_some(op, t)) != RC_OK)
			return rc;
		if (!t->im.sum.kept)
			return keep_check(op, t);
		add_up(&t->task, &t->im.sum);
		t->reported = t->im.report_len;
		t->faults_kept = t->im.n_faults;
		t->made_kept = t->im.n_made;
		*ret_more = t->im.at < t->im.n_records;
		arena_reset(op->arena, mark);
		(void)nanosleep(&pause, NULL);
	} while (*ret_more && clock_mono_ms() < until);
	return RC_OK;
}

static bool
is_over(const struct import_task *task)
{
	return strcmp(task->state, "waiting") != 0 && strcmp(task->state, "running") != 0;
}

/* Would another try end otherwise? */
static bool
is_passing(enum rc rc)
{
	return rc == RC_RETRY || rc == RC_UNAVAILABLE || rc == RC_INTERNAL;
}

enum rc
import_task_run(struct op *op, int64_t id, int64_t until, bool *ret_more)
{
	CLEANUP(taking_end)
	struct taking t = { .arena = arena_new(0, ARENA_SECRET), .app = op->app };
	const struct import_watch watch = { go_on, keep, &t };
	enum rc rc = store_import_get(op, id, &t.task);

	*ret_more = false;
	op->errs.keep = true;
	if (rc == RC_NOT_FOUND || (rc == RC_OK && is_over(&t.task)))
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	rc = open_file(op, &t);
	if (rc == RC_OK)
		rc = begin(op, &t);
	t.im.watch = &watch;
	if (rc == RC_OK && !t.lost) {
		import_live_begin(op->app, id);
		rc = take_all(op, &t, until, ret_more);
		import_live_end(op->app);
	}
	if (t.cancelled && rc == RC_UNAVAILABLE) {
		*ret_more = false;
		return keep_cancelled(op, id);
	}
	if (t.lost) {
		*ret_more = false;
		err_clear(&op->errs);
		return RC_OK;
	}
	return rc == RC_OK || is_passing(rc) ? rc : keep_fault(op, &t);
}
