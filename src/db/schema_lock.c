/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lock over the schema. Owns the table vimb_schema_lock, which exists on clusters only. It must not know what is done under the lock. The surprising
 * thing: a long ALTER stops all other commits of a cluster, those of the thread that keeps the lease alive too; nobody can take it
 * meanwhile either, for taking it is a commit. Which of the two comes first afterwards is decided by the cluster, and the holder looks before its next step.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "db/db_int.h"
#include "db/schema_lock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <strings.h>

#define LEASE "30" /* seconds */
#define BEAT_MS 5000
#define ASK_EVERY_MS 300
#define WAIT_MS 60000

#define LOCK_NAME "concat('vimbadmin.schema.', database())"
#define LOCK_NUMBER "1984769364" /* PostgreSQL's locks have numbers; this one says "vimb" */
static const struct query q_lock = { "schema_lock",
	{ [DB_MYSQL] = { "SELECT get_lock(" LOCK_NAME ", 10)", NULL, 0 },
	    [DB_PGSQL] = { "SELECT count(*) FROM (SELECT pg_advisory_lock(" LOCK_NUMBER ")) x", NULL, 0 } },
	false };
static const struct query q_unlock = { "schema_unlock",
	{ [DB_MYSQL] = { "SELECT release_lock(" LOCK_NAME ")", NULL, 0 },
	    [DB_PGSQL] = { "SELECT pg_advisory_unlock(" LOCK_NUMBER ")", NULL, 0 } },
	false };

/* ---- the row ---- */

#define NODE "concat(@@hostname, ':', @@port, ':', @@datadir)"
#define OWNER (const char *const[]){ "owner" }, 1
static const struct query q_size = { "schema_cluster_size",
	{ [DB_MYSQL] = { "SHOW GLOBAL STATUS LIKE 'wsrep_cluster_size'", NULL, 0 } }, false };
static const struct query q_table = { "schema_lease_table",
	{ [DB_MYSQL] = { "CREATE TABLE IF NOT EXISTS vimb_schema_lock (id INT NOT NULL, owner "
			 "CHAR(32) NOT NULL, node VARCHAR(500) NOT NULL, "
			 "until_at BIGINT NOT NULL, PRIMARY KEY (id)) ENGINE = InnoDB DEFAULT "
			 "CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
	      NULL, 0 } },
	true };
static const struct query q_row = { "schema_lease_row",
	{ [DB_MYSQL] = { "INSERT IGNORE INTO vimb_schema_lock (id, owner, node, until_at) VALUES "
			 "(1, '', '', 0)",
	      NULL, 0 } },
	true };
static const struct query q_take = { "schema_lease_take",
	{ [DB_MYSQL] = { "UPDATE vimb_schema_lock SET owner = ?, node = " NODE
			 ", until_at = unix_timestamp() + " LEASE
			 " WHERE id = 1 AND (until_at < unix_timestamp() OR node = " NODE ")",
	      OWNER } },
	true };
static const struct query q_held = { "schema_lease_held",
	{ [DB_MYSQL] = { "SELECT count(*) FROM vimb_schema_lock WHERE until_at >= unix_timestamp()",
	      NULL, 0 } },
	false };
static const struct query q_beat = { "schema_lease_beat",
	{ [DB_MYSQL] = { "UPDATE vimb_schema_lock SET until_at = unix_timestamp() + " LEASE
			 " WHERE id = 1 AND owner = ?",
	      OWNER } },
	true };
static const struct query q_give = {
	"schema_lease_give", { [DB_MYSQL] = { "UPDATE vimb_schema_lock SET until_at = 0, node = '' WHERE id = 1 AND owner = ?", OWNER } },
	true
};

struct schema_lease {
	char owner[33];
	struct db_pool *pool;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t stopped;
	bool stop;
	atomic_bool lost;
};

struct status {
	const char *name, *value;
};
static const struct field status_field_rows[] = {
	{ .name = "Variable_name", .off = offsetof(struct status, name), .type = FIELD_TEXT },
	{ .name = "Value", .off = offsetof(struct status, value), .type = FIELD_TEXT },
};
static FIELDS(status);

bool
schema_lock_is_shared(struct op *op)
{
	struct status s = { 0 };
	enum rc rc;

	if (db_engine(op->db) != DB_MYSQL)
		return false;
	rc = db_one(op, &q_size, DB_NONE, &status_fields, &s);
	if (rc != RC_OK)
		err_clear(&op->errs);
	return rc == RC_OK && s.value && strtol(s.value, NULL, 10) > 1;
}

/* ---- keeping it alive ---- */

/* True: over. */
static bool
wait_for_stop(struct schema_lease *l)
{
	struct timespec until;
	bool stop;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += BEAT_MS / 1000;
	pthread_mutex_lock(&l->mutex);
	while (!l->stop && pthread_cond_timedwait(&l->stopped, &l->mutex, &until) == 0)
		;
	stop = l->stop;
	pthread_mutex_unlock(&l->mutex);
	return stop;
}

/* Over a connection of its own. What could not be asked is asked again; only the row's word counts as lost. */
static void
beat_once(struct schema_lease *l)
{
	struct op op = { .arena = arena_new(0, ARENA_PLAIN), .deadline = clock_mono_ms() + BEAT_MS };
	int64_t changed = 1;

	op.errs.arena = op.arena;
	if (db_pool_take(l->pool, op.deadline, &op.db, &op.errs) == RC_OK &&
	    db_exec(&op, &q_beat, DB_ARGS(DB_T("owner", l->owner)), &changed) == RC_OK && changed == 0)
		atomic_store(&l->lost, true);
	db_pool_give(l->pool, op.db);
	arena_free(op.arena);
}

static void *
beat(void *ctx)
{
	struct schema_lease *l = ctx;

	while (!wait_for_stop(l))
		beat_once(l);
	return NULL;
}

static struct schema_lease *
start(struct op *op, const char *owner)
{
	struct schema_lease *l = calloc(1, sizeof(*l));
	pthread_condattr_t attr;

	if (!l)
		abort();
	memcpy(l->owner, owner, sizeof(l->owner));
	l->pool = op->db->pool;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&l->stopped, &attr);
	pthread_condattr_destroy(&attr);
	pthread_mutex_init(&l->mutex, NULL);
	if (pthread_create(&l->thread, NULL, beat, l) != 0)
		abort();
	return l;
}

static void
stop(struct schema_lease *l)
{
	pthread_mutex_lock(&l->mutex);
	l->stop = true;
	pthread_cond_signal(&l->stopped);
	pthread_mutex_unlock(&l->mutex);
	pthread_join(l->thread, NULL);
	pthread_mutex_destroy(&l->mutex);
	pthread_cond_destroy(&l->stopped);
	free(l);
}

/* ---- the lock ---- */

static enum rc
busy(struct op *op)
{
	return op_fail(op,
	    RC_UNAVAILABLE, N_("Another process is working on the schema of this database; try again when it is done."));
}

/*
 * Where each statement is committed as it runs, and where a transaction sees what was there when it began, two starting replicas would get into each
 * other's way.
 */
enum rc
schema_lock(struct op *op, struct schema_lock *ret)
{
	int64_t got = 1;
	enum rc rc = RC_OK;

	*ret = (struct schema_lock){ 0 };
	if (db_engine(op->db) != DB_SQLITE)
		rc = db_number(op, &q_lock, DB_NONE, &got);
	return rc == RC_OK && !got ? busy(op) : rc;
}

/* Lost a race to another node, or asked while a step of its was applied here: that is to be asked again. */
static enum rc
take(struct op *op, const char *owner, int64_t *ret_got)
{
	enum rc rc = db_exec(op, &q_take, DB_ARGS(DB_T("owner", owner)), ret_got);

	if (rc != RC_RETRY)
		return rc;
	err_clear(&op->errs);
	*ret_got = 0;
	return RC_OK;
}

enum rc
schema_lock_cluster(struct op *op, struct schema_lock *l)
{
	const struct timespec pause = { 0, ASK_EVERY_MS * 1000000L };
	int64_t until = MIN(op->deadline, clock_mono_ms() + WAIT_MS), got = 0;
	char owner[33];
	enum rc rc;

	if (!schema_lock_is_shared(op))
		return RC_OK;
	rand_hex(owner, 16);
	if ((rc = db_exec(op, &q_table, DB_NONE, NULL)) != RC_OK ||
	    (rc = db_exec(op, &q_row, DB_NONE, NULL)) != RC_OK)
		return rc;
	while ((rc = take(op, owner, &got)) == RC_OK && !got && clock_mono_ms() < until)
		nanosleep(&pause, NULL);
	if (rc != RC_OK || !got)
		return rc != RC_OK ? rc : busy(op);
	l->lease = start(op, owner);
	return RC_OK;
}

bool
schema_lock_wait(struct op *op)
{
	const struct timespec pause = { 0, ASK_EVERY_MS * 1000000L };
	int64_t held = 0;

	if (db_number(op, &q_held, DB_NONE, &held) != RC_OK || held == 0 ||
	    op->deadline - clock_mono_ms() < 2 * ASK_EVERY_MS)
		return false;
	nanosleep(&pause, NULL);
	return true;
}

enum rc
schema_lock_check(struct op *op, const struct schema_lock *l)
{
	if (!l->lease || !atomic_load(&l->lease->lost))
		return RC_OK;
	log_warn("schema.lease_lost", L_END);
	return op_fail(op,
	    RC_UNAVAILABLE, N_("Another node took over the work on the schema, since this one did not answer for too long."));
}

/* A connection that is lost or closed lets go by itself. */
void
schema_unlock(struct op *op, struct schema_lock *l)
{
	struct errs said = op->errs; /* that it could not be let go would only hide why */
	int64_t released;

	op->errs = (struct errs){ .arena = op->arena };
	if (l->lease) {
		(void)!db_exec(op, &q_give, DB_ARGS(DB_T("owner", l->lease->owner)), NULL);
		stop(l->lease);
		l->lease = NULL;
	}
	if (db_engine(op->db) != DB_SQLITE)
		(void)!db_number(op, &q_unlock, DB_NONE, &released);
	op->errs = said;
}
