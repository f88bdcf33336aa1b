/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Transactions and the pool when things go wrong, on the scripted driver: nothing half done is ever committed, a handle that broke is replaced, one that
 * is not to be had is refused by the op's deadline, and afterwards all is as before.
 */
#include "base/base.h"

#include "db_stage.h"

#include "base/clock.h"
#include "conf/conf.h"
#include "model/actor.h"
#include "svc/app.h"

#include <pthread.h>
#include <time.h>

static const struct query change = { "change", { { 0 }, { 0 }, { "UPDATE thing", NULL, 0 } }, true };

static void
sleep_ms(long ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };

	(void)nanosleep(&ts, NULL);
}

/* ---- transactions ---- */

static void
test_commit(void **state)
{
	const struct fake_answer answers[] = { { .sql = "BEGIN" }, { .sql = "UPDATE" },
		{ .sql = "COMMIT" } };

	(void)state;
	STAGE(s, answers, 1);
	s->op.run = 2;
	{
		TX tx = { 0 };

		assert_int_equal(tx_begin(&tx, &s->op), RC_OK);
		assert_int_equal(s->fake.run, 2); /* the engine may make later runs take turns */
		assert_int_equal(db_exec(&s->op, &change, DB_NONE, NULL), RC_OK);
		assert_int_equal(tx_commit(&tx), RC_OK);
	}
	assert_int_equal(s->fake.committed, 1);
	assert_int_equal(s->fake.rolled_back, 0);
	assert_true(s->fake.deadline == s->op.deadline);
}

static void
test_left_open(void **state)
{
	const struct fake_answer answers[] = { { .sql = "BEGIN" }, { .sql = "UPDATE" },
		{ .sql = "BEGIN" } };

	(void)state;
	STAGE(s, answers, 1);
	{
		TX tx = { 0 };

		assert_int_equal(tx_begin(&tx, &s->op), RC_OK);
		assert_int_equal(db_exec(&s->op, &change, DB_NONE, NULL), RC_OK);
	}
	assert_int_equal(s->fake.committed, 0);
	assert_int_equal(s->fake.rolled_back, 1);
	{
		struct tx forgotten;

		assert_int_equal(tx_begin(&forgotten, &s->op), RC_OK);
	}
	stage_give(s); /* the pool lends no handle with something open */
	assert_int_equal(s->fake.rolled_back, 2);
}

static void
test_nested(void **state)
{
	const struct fake_answer answers[] = { { .sql = "BEGIN" }, { .sql = "UPDATE" },
		{ .sql = "UPDATE" }, { .sql = "COMMIT" } };

	(void)state;
	STAGE(s, answers, 1);
	{
		TX outer = { 0 };

		assert_int_equal(tx_begin(&outer, &s->op), RC_OK);
		{
			TX inner = { 0 };

			assert_int_equal(tx_begin(&inner, &s->op), RC_OK);
			assert_int_equal(db_exec(&s->op, &change, DB_NONE, NULL), RC_OK);
			assert_int_equal(tx_commit(&inner), RC_OK);
			assert_int_equal(s->fake.committed, 0);
		}
		assert_int_equal(db_exec(&s->op, &change, DB_NONE, NULL), RC_OK);
		assert_int_equal(tx_commit(&outer), RC_OK);
	}
	assert_int_equal(s->fake.committed, 1);
}

/* Who leaves an inner one without a commit takes the whole with him, even if the outer one overlooks it. */
static void
test_nested_left_open(void **state)
{
	const struct fake_answer answers[] = { { .sql = "BEGIN" }, { .sql = "UPDATE" } };

	(void)state;
	STAGE(s, answers, 1);
	{
		TX outer = { 0 };

		assert_int_equal(tx_begin(&outer, &s->op), RC_OK);
		{
			TX inner = { 0 };

			assert_int_equal(tx_begin(&inner, &s->op), RC_OK);
			assert_int_equal(db_exec(&s->op, &change, DB_NONE, NULL), RC_OK);
		}
		assert_int_equal(tx_commit(&outer), RC_INTERNAL);
	}
	assert_int_equal(s->fake.committed, 0);
	assert_int_equal(s->fake.rolled_back, 1);
}

/* A statement that failed cannot be overlooked. */
static void
test_failed_statement(void **state)
{
	const struct fake_answer answers[] = { { .sql = "BEGIN" },
		{ .sql = "UPDATE", .fail = RC_CONFLICT }, { .sql = "UPDATE" }, { .sql = "BEGIN" },
		{ .sql = "UPDATE" }, { .sql = "COMMIT" } };

	(void)state;
	STAGE(s, answers, 1);
	{
		TX tx = { 0 };

		assert_int_equal(tx_begin(&tx, &s->op), RC_OK);
		assert_int_equal(db_exec(&s->op, &change, DB_NONE, NULL), RC_CONFLICT);
		stage_expect_detail(s, "change: scripted: UPDATE thing");
		assert_int_equal(db_exec(&s->op, &change, DB_NONE, NULL), RC_OK);
		assert_int_equal(tx_commit(&tx), RC_INTERNAL);
	}
	assert_int_equal(s->fake.committed, 0);
	assert_int_equal(s->fake.rolled_back, 1);
	{
		TX tx = { 0 };

		/* the handle is sound; the next one starts clean */
		assert_int_equal(tx_begin(&tx, &s->op), RC_OK);
		assert_int_equal(db_exec(&s->op, &change, DB_NONE, NULL), RC_OK);
		assert_int_equal(tx_commit(&tx), RC_OK);
	}
	assert_int_equal(s->fake.committed, 1);
}

static void
test_dry_run(void **state)
{
	const struct fake_answer answers[] = { { .sql = "BEGIN" }, { .sql = "UPDATE" } };

	(void)state;
	STAGE(s, answers, 1);
	s->op.flags = OP_DRY_RUN;
	{
		TX outer = { 0 }, inner = { 0 };

		assert_int_equal(tx_begin(&outer, &s->op), RC_OK);
		assert_int_equal(tx_begin(&inner, &s->op), RC_OK);
		assert_int_equal(db_exec(&s->op, &change, DB_NONE, NULL), RC_OK);
		assert_int_equal(tx_commit(&inner), RC_OK);
		assert_int_equal(s->fake.rolled_back, 0);
		assert_int_equal(tx_commit(&outer), RC_OK);
	}
	assert_int_equal(s->fake.committed, 0);
	assert_int_equal(s->fake.rolled_back, 1);
}

static void
test_read_only(void **state)
{
	const struct fake_answer answers[] = { { .sql = "never" } };
	TX tx = { 0 };

	(void)state;
	STAGE(s, answers, 1);
	s->op.flags = OP_READ_ONLY;
	assert_int_equal(tx_begin(&tx, &s->op), RC_DENIED);
	assert_false(tx.open);
}

static void
test_begin_fails(void **state)
{
	const struct fake_answer answers[] = { { .sql = "BEGIN", .fail = RC_UNAVAILABLE },
		{ .sql = "BEGIN" }, { .sql = "COMMIT" } };
	TX tx = { 0 };

	(void)state;
	STAGE(s, answers, 1);
	assert_int_equal(tx_begin(&tx, &s->op), RC_UNAVAILABLE);
	assert_false(tx.open);
	stage_expect_detail(s, "begin: scripted");
	assert_int_equal(tx_begin(&tx, &s->op), RC_OK);
	assert_int_equal(tx_commit(&tx), RC_OK);
}

/* Refused at the end: rolled back, the outcome is the engine's. */
static void
test_commit_fails(void **state)
{
	const struct fake_answer answers[] = { { .sql = "BEGIN" },
		{ .sql = "COMMIT", .fail = RC_RETRY }, { .sql = "BEGIN" },
		{ .sql = "COMMIT", .fail = RC_UNAVAILABLE, .lost = true } };
	TX tx = { 0 };

	(void)state;
	STAGE(s, answers, 1);
	assert_int_equal(tx_begin(&tx, &s->op), RC_OK);
	assert_int_equal(tx_commit(&tx), RC_RETRY);
	stage_expect_detail(s, "commit: scripted");
	assert_int_equal(s->fake.rolled_back, 1);
	assert_false(s->op.db->broken);
	assert_int_equal(tx_begin(&tx, &s->op), RC_OK);
	assert_int_equal(tx_commit(&tx), RC_UNAVAILABLE);
	assert_true(s->op.db->broken);
	assert_int_equal(s->fake.committed, 0);
}

/* ---- the pool ---- */

static void
test_broken_handle_replaced(void **state)
{
	const struct fake_answer answers[] = { { .sql = "BEGIN" },
		{ .sql = "UPDATE", .fail = RC_UNAVAILABLE, .lost = true }, { .sql = "UPDATE" } };

	(void)state;
	STAGE(s, answers, 1);
	{
		TX tx = { 0 };

		assert_int_equal(tx_begin(&tx, &s->op), RC_OK);
		assert_int_equal(db_exec(&s->op, &change, DB_NONE, NULL), RC_UNAVAILABLE);
	}
	assert_int_equal(s->fake.rolled_back, 0); /* there is nobody to tell */
	stage_give(s);
	assert_int_equal(s->fake.opened, 0);
	assert_int_equal(stage_take(s), RC_OK);
	assert_int_equal(s->fake.opened, 1);
	assert_int_equal(db_exec(&s->op, &change, DB_NONE, NULL), RC_OK);
	assert_int_equal(s->fake.prepared, 2); /* what the lost connection had prepared went with it */
}

static void
test_stale_handle_replaced(void **state)
{
	const struct fake_answer answers[] = { { .sql = "UPDATE" }, { .sql = "UPDATE" } };

	(void)state;
	STAGE(s, answers, 1);
	assert_int_equal(db_exec(&s->op, &change, DB_NONE, NULL), RC_OK);
	stage_give(s);
	s->fake.stale = true;
	assert_int_equal(stage_take(s), RC_OK);
	s->fake.stale = false;
	assert_int_equal(s->fake.opened, 1);
	assert_int_equal(db_exec(&s->op, &change, DB_NONE, NULL), RC_OK);
	assert_int_equal(s->fake.prepared, 2);
}

/* The database is away for a while: each op is told so, no place in the pool gets lost. */
static void
test_cannot_open(void **state)
{
	const struct fake_answer answers[] = { { .sql = "OPEN", .fail = RC_UNAVAILABLE },
		{ .sql = "OPEN", .fail = RC_UNAVAILABLE },
		{ .sql = "OPEN", .fail = RC_UNAVAILABLE }, { .sql = "OPEN" } };
	CLEANUP(stage_free) struct stage *s = stage_new(answers, ARRAY_LEN(answers), 1);

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(stage_take(s), RC_UNAVAILABLE);
		assert_null(s->op.db);
		stage_expect_detail(s, "open: scripted");
	}
	assert_int_equal(stage_take(s), RC_OK);
	assert_int_equal(s->fake.opened, 1);
}

static void
test_exhausted(void **state)
{
	const struct fake_answer answers[] = { { .sql = "UPDATE" } };
	int64_t begun, waited;
	struct db *second;

	(void)state;
	STAGE(s, answers, 1);
	begun = clock_mono_ms();
	assert_int_equal(db_pool_take(s->pool, begun + 60, &second, &s->op.errs), RC_UNAVAILABLE);
	waited = clock_mono_ms() - begun;
	assert_true(waited >= 55 && waited < 1000);
	assert_non_null(s->op.errs.first);
	/* a deadline that has passed waits for nothing */
	begun = clock_mono_ms();
	assert_int_equal(db_pool_take(s->pool, begun - 1, &second, &s->op.errs), RC_UNAVAILABLE);
	assert_true(clock_mono_ms() - begun < 50);
	stage_give(s);
	assert_int_equal(stage_take(s), RC_OK);
}

static void *
give_later(void *arg)
{
	struct stage *s = arg;

	sleep_ms(50);
	stage_give(s);
	return NULL;
}

static void
wait_for_handle(struct stage *s, unsigned opened)
{
	int64_t begun = clock_mono_ms();
	pthread_t thread;
	struct db *second = NULL;

	assert_int_equal(pthread_create(&thread, NULL, give_later, s), 0);
	assert_int_equal(db_pool_take(s->pool, begun + 5000, &second, &(struct errs){ .arena = NULL }),
	    RC_OK);
	assert_true(clock_mono_ms() - begun < 2000);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(s->fake.opened, opened);
	s->op.db = second;
}

/* Who waits gets the handle that comes back, or a new one for one that broke. */
static void
test_waiter_gets_it(void **state)
{
	const struct fake_answer answers[] = {
		{ .sql = "UPDATE", .fail = RC_UNAVAILABLE, .lost = true }, { .sql = "UPDATE" }
	};

	(void)state;
	STAGE(s, answers, 1);
	wait_for_handle(s, 1);
	assert_int_equal(db_exec(&s->op, &change, DB_NONE, NULL), RC_UNAVAILABLE);
	wait_for_handle(s, 1);
	assert_int_equal(db_exec(&s->op, &change, DB_NONE, NULL), RC_OK);
}

/* ---- running again ---- */

static enum rc
change_body(struct op *op, void *ctx)
{
	unsigned *runs = ctx;
	TX tx = { 0 };
	enum rc rc;

	(*runs)++;
	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = db_exec(op, &change, DB_NONE, NULL)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

/* Runs the body on a script through the application, as a request does; gives how often it ran. */
static unsigned
run_app(const struct fake_answer *answers, size_t n, enum rc want, struct fake *fake)
{
	static const struct actor actor = {
		.kind = ACTOR_OPERATOR, .door = DOOR_CLI, .name = "operator", .source = ""
	};
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct op_start start = { .actor = &actor, .deadline_ms = 5000 };
	struct conf conf = { .db_pool = 1, .db_statement_ms = 1000, .db_lock_ms = 1000, .hash_tickets = 1 };
	struct errs errs = { .arena = arena };
	struct op op = { 0 };
	struct app *app;
	unsigned runs = 0;
	char url[64];

	*fake = (struct fake){ .answers = answers, .n = n };
	fake_url(fake, url);
	conf.database = url;
	assert_int_equal(app_new(&conf, &app, &errs), RC_OK);
	assert_int_equal(app_run(app, &op, &start, change_body, &runs), want);
	assert_int_equal(op.errs.first != NULL, want != RC_OK);
	app_op_end(app, &op);
	app_free(app);
	assert_int_equal(fake->opened, 0);
	return runs;
}

static void
test_run_again(void **state)
{
	const struct fake_answer answers[] = { { .sql = "BEGIN" },
		{ .sql = "UPDATE", .fail = RC_RETRY }, { .sql = "BEGIN" }, { .sql = "UPDATE" },
		{ .sql = "COMMIT", .fail = RC_RETRY }, { .sql = "BEGIN" }, { .sql = "UPDATE" },
		{ .sql = "COMMIT" } };
	struct fake fake;

	(void)state;
	assert_int_equal(run_app(answers, ARRAY_LEN(answers), RC_OK, &fake), 3);
	assert_int_equal(fake.committed, 1);
	assert_int_equal(fake.rolled_back, 2);
	assert_int_equal(fake.run, 2);
	assert_int_equal(fake.prepared, 1); /* the handle was kept */
}

/* A deadlock whose connection is gone as well: the next run has a new one. */
static void
test_run_again_elsewhere(void **state)
{
	const struct fake_answer answers[] = { { .sql = "BEGIN" },
		{ .sql = "UPDATE", .fail = RC_RETRY, .lost = true }, { .sql = "BEGIN" },
		{ .sql = "UPDATE" }, { .sql = "COMMIT" } };
	struct fake fake;

	(void)state;
	assert_int_equal(run_app(answers, ARRAY_LEN(answers), RC_OK, &fake), 2);
	assert_int_equal(fake.committed, 1);
	assert_int_equal(fake.prepared, 2);
}

/* It never ends well: some day the answer is "busy", not an endless loop and not "retry", which nobody outside knows. */
static void
test_run_again_in_vain(void **state)
{
	struct fake_answer answers[100];
	struct fake fake;
	unsigned runs;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(answers); i++)
		answers[i] = i % 2 ? (struct fake_answer){ .sql = "UPDATE", .fail = RC_RETRY }
				   : (struct fake_answer){ .sql = "BEGIN" };
	runs = run_app(answers, ARRAY_LEN(answers), RC_UNAVAILABLE, &fake);
	assert_in_range(runs, 2, 10);
	assert_int_equal(fake.committed, 0);
}

/* Only what the engine calls a lost race runs again. */
static void
test_other_failures_run_once(void **state)
{
	static const enum rc failures[] = { RC_CONFLICT, RC_UNAVAILABLE, RC_INTERNAL };
	struct fake fake;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(failures); i++) {
		const struct fake_answer answers[] = { { .sql = "BEGIN" },
			{ .sql = "UPDATE", .fail = failures[i] } };

		assert_int_equal(run_app(answers, ARRAY_LEN(answers), failures[i], &fake), 1);
		assert_int_equal(fake.rolled_back, 1);
	}
}

/* ---- URLs ---- */

static void
test_unknown_engine(void **state)
{
	static const char *const urls[] = { "", "oracle://x", "sqlitex:/a", "/var/lib/v.db",
		"SQLITE:/a" };
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct db_pool *pool = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
		struct errs errs = { .arena = arena };

		assert_int_equal(db_pool_new(&(struct db_conf){ .url = urls[i], .pool_size = 1 },
				     &pool, &errs),
		    RC_CONFIG);
		assert_null(pool);
		assert_string_equal(errs.first->field, "database");
	}
}

struct losses {
	unsigned times, left;
};

static void
count_loss(void *ctx, unsigned left)
{
	struct losses *l = ctx;

	l->times++;
	l->left = left;
}

/* What a sealed pool loses is not opened again, and nobody waits for what cannot come. */
static void
test_sealed_pool(void **state)
{
	const struct fake_answer answers[] = { { .sql = "not asked" } };
	struct losses losses = { 0 };

	(void)state;
	STAGE(s, answers, 3);
	assert_false(db_pool_seal(s->pool, count_loss, &losses)); /* two are missing */
	assert_int_equal(db_pool_fill(s->pool, clock_mono_ms() + 1000, &s->op.errs), RC_OK);
	assert_int_equal(s->fake.opened, 3);
	assert_true(db_pool_seal(s->pool, count_loss, &losses));
	s->op.db->broken = true;
	stage_give(s);
	assert_int_equal(losses.times, 1);
	assert_int_equal(losses.left, 2);
	assert_int_equal(stage_take(s), RC_OK); /* with what is left */
	stage_give(s);
	s->fake.stale = true;
	assert_int_equal(stage_take(s), RC_UNAVAILABLE);
	assert_int_equal(losses.times, 3);
	assert_int_equal(losses.left, 0);
	s->fake.stale = false;
	assert_int_equal(stage_take(s), RC_UNAVAILABLE);
	assert_int_equal(s->fake.opened, 0);
	assert_int_equal(losses.times, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commit),
		cmocka_unit_test(test_left_open),
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_nested_left_open),
		cmocka_unit_test(test_failed_statement),
		cmocka_unit_test(test_dry_run),
		cmocka_unit_test(test_read_only),
		cmocka_unit_test(test_begin_fails),
		cmocka_unit_test(test_commit_fails),
		cmocka_unit_test(test_broken_handle_replaced),
		cmocka_unit_test(test_stale_handle_replaced),
		cmocka_unit_test(test_sealed_pool),
		cmocka_unit_test(test_cannot_open),
		cmocka_unit_test(test_exhausted),
		cmocka_unit_test(test_waiter_gets_it),
		cmocka_unit_test(test_run_again),
		cmocka_unit_test(test_run_again_elsewhere),
		cmocka_unit_test(test_run_again_in_vain),
		cmocka_unit_test(test_other_failures_run_once),
		cmocka_unit_test(test_unknown_engine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
