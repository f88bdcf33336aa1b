/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The application: what lives as long as the process (configuration, pool, hashing tickets), and
 * the way a unit of work runs. All doors call app_run(); it makes the op, runs the body, and runs
 * the whole body again (arena emptied, faults forgotten, at most 3 times) when it answers RC_RETRY.
 * Safe because a body changes nothing but the database.
 */
#ifndef SVC_APP_H
#define SVC_APP_H

#include "base/base.h"
#include "base/op.h"
#include "conf/conf.h"
#include "model/actor.h"

struct app;
struct lang;

/* conf is borrowed and must outlive the app. */
NODISCARD enum rc app_new(const struct conf *conf, struct app **ret, struct errs *errs);
void app_free(struct app *app);
const struct conf *app_conf(const struct app *app);
/* To be called when an op that queued a job is over, whatever came of it; before there are other threads. Without one nobody is told. */
void app_waker(struct app *app, void (*wake)(void *ctx), void *ctx);
/* db_pool_whole(), db_pool_fill(), db_pool_seal(), db_pool_tend() and db_pool_part() of its pool (db/db.h). */
void app_whole(struct app *app);
NODISCARD enum rc app_fill(struct app *app, int64_t deadline, struct errs *errs);
NODISCARD bool app_seal(struct app *app, void (*lost)(void *ctx, unsigned left), void *ctx);
void app_tend(struct app *app);
void app_part(struct app *app);

struct op_start {
	const struct actor *actor; /* borrowed for the op */
	unsigned flags;            /* enum op_flags */
	const char *request_id;    /* client's key for a harmless repeat, or NULL */
	int64_t deadline_ms;       /* from now; 0 = 10 s */
	const struct lang *lang;   /* faults are told in (base/lang.h) */
};
typedef enum rc (*op_body)(struct op *op, void *ctx);

/*
 * Begins an op (its arena, a handle from the pool). On failure op is still valid for reading its
 * faults and op_end().
 */
NODISCARD enum rc app_op_begin(struct app *app, struct op *op, const struct op_start *start);
/* Gives everything back. */
void app_op_end(struct app *app, struct op *op);
/* Runs body(op, ctx) between begin and end as said above; the op is left open for the caller to read results and faults
 * and to end with app_op_end(). */
NODISCARD enum rc app_run(struct app *app, struct op *op, const struct op_start *start,
    op_body body, void *ctx);
/* The actor may only be known after a look-up (session): sets it for the rest of the op. */
void app_op_become(struct op *op, const struct actor *actor);
/* The same of the client's key for a harmless repeat; NULL: there is none. */
void app_op_repeats(struct op *op, const char *request_id);

/*
 * Hashing tickets: only conf->hash_tickets password hashes run at once, a bounded number wait.
 * RC_UNAVAILABLE when the queue is full or the op's deadline comes first. Hash before tx_begin().
 */
/* The process serves with so many threads: of those, some are kept free of hashing and of waiting for it. Before the first op. */
void app_hash_threads(struct app *app, size_t threads);
NODISCARD enum rc app_hash_admin(struct op *op, const char *password, const char **ret_stored);
NODISCARD enum rc app_hash_mailbox(struct op *op, const char *password, const char **ret_stored);
/* stored NULL: the same work for nobody. *ret_ok tells whether it matches. */
NODISCARD enum rc app_verify(struct op *op, const char *stored, const char *password, bool *ret_ok);
/* The same with the work that mailboxes' passwords are. */
NODISCARD enum rc app_verify_mailbox(struct op *op, const char *stored, const char *password,
    bool *ret_ok);

#endif
