/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pool of handles: opened as they are needed up to a maximum, lent to one op each, kept with their prepared statements. Waiting for one ends at the
 * op's own deadline.
 *
 * The surprising thing: a pool may be filled and sealed (db.h). What is lost then is not opened again, and who waits for a handle is told at once when
 * there is none left.
 */
#include "base/base.h"

#include "base/clock.h"
#include "db/db_int.h"

#include <pthread.h>

struct db_pool {
	struct db_conf conf;
	const struct db_driver *driver;
	pthread_mutex_t lock;
	pthread_cond_t given;
	struct db *free;
	unsigned opened; /* or being opened */
	unsigned ready;  /* ... and there */
	bool sealed;
	void (*lost)(void *ctx, unsigned left);
	void *lost_ctx;
	struct db_epoch epoch;
	char url[];
};

static const struct db_driver *const drivers[] = { &db_driver_sqlite, &db_driver_mysql,
	&db_driver_pgsql, &db_driver_fake };

static const struct db_driver *
driver_of(const char *url)
{
	for (size_t i = 0; i < ARRAY_LEN(drivers); i++) {
		size_t n = strlen(drivers[i]->scheme);

		if (strncmp(url, drivers[i]->scheme, n) == 0 && url[n] == ':')
			return drivers[i];
	}
	return NULL;
}

/* The driver of a URL that has been checked. */
static enum rc
find_driver(const struct db_conf *conf, const struct db_driver **ret, struct errs *errs)
{
	const struct db_driver *driver = *ret = driver_of(conf->url);
	struct db_error e = { .rc = RC_CONFIG };

	if (!driver)
		return err_add(errs, RC_CONFIG,
		    "database", "A database is sqlite:/path, mysql://... or postgresql://...; \"%.*s:\" is not known.",
		    (int)strcspn(conf->url, ":"), conf->url);
	if (driver->check && !driver->check(conf, &e))
		return err_add(errs, RC_CONFIG, "database",
		    "The database's URL cannot be used: %s.", e.text);
	return RC_OK;
}

enum rc
db_pool_new(const struct db_conf *conf, struct db_pool **ret_pool, struct errs *errs)
{
	const struct db_driver *driver;
	enum rc rc = find_driver(conf, &driver, errs);
	pthread_condattr_t attr;
	struct db_pool *p;

	if (rc != RC_OK)
		return rc;
	p = calloc(1, sizeof(*p) + strlen(conf->url) + 1);
	if (!p)
		abort();
	memcpy(p->url, conf->url, strlen(conf->url) + 1);
	p->conf = *conf;
	p->conf.url = p->url;
	p->conf.epoch = &p->epoch;
	p->conf.pool_size = MAX(conf->pool_size, 1U);
	p->driver = driver;
	(void)pthread_mutex_init(&p->lock, NULL);
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&p->given, &attr);
	(void)pthread_condattr_destroy(&attr);
	*ret_pool = p;
	return RC_OK;
}

void
db_pool_free(struct db_pool *pool)
{
	if (!pool)
		return;
	while (pool->free) {
		struct db *db = pool->free;

		pool->free = db->next;
		db_close(db);
	}
	(void)pthread_cond_destroy(&pool->given);
	(void)pthread_mutex_destroy(&pool->lock);
	free(pool);
}

enum rc
db_reach(const char *url, struct db_reach *ret, struct errs *errs)
{
	const struct db_conf conf = { .url = url };
	const struct db_driver *driver;
	enum rc rc = find_driver(&conf, &driver, errs);

	*ret = (struct db_reach){ 0 };
	if (rc == RC_OK && driver->reach)
		driver->reach(&conf, ret, errs->arena);
	return rc;
}

enum db_engine
db_pool_engine(const struct db_pool *pool)
{
	return pool->driver->engine;
}

static bool
wait_until(struct db_pool *pool, int64_t deadline)
{
	struct timespec ts = { .tv_sec = (time_t)(deadline / 1000),
		.tv_nsec = (long)(deadline % 1000) * 1000000 };

	return pthread_cond_timedwait(&pool->given, &pool->lock, &ts) == 0;
}

/* Is there nothing to wait for: a handle, leave to open one, or the certainty that there will be neither? */
static bool
settled(const struct db_pool *pool)
{
	return pool->free || (pool->sealed ? pool->opened == 0 : pool->opened < pool->conf.pool_size);
}

/* A handle to reuse, or leave to open one; false when the deadline came first, or a sealed pool has none. */
static bool
claim(struct db_pool *pool, int64_t deadline, struct db **ret_free)
{
	bool ok = true;

	(void)pthread_mutex_lock(&pool->lock);
	while (ok && !settled(pool))
		ok = wait_until(pool, deadline) || settled(pool);
	*ret_free = pool->free;
	ok = ok && (pool->free || !pool->sealed);
	if (ok && *ret_free)
		pool->free = (*ret_free)->next;
	else if (ok)
		pool->opened++;
	(void)pthread_mutex_unlock(&pool->lock);
	return ok;
}

static void
forget(struct db_pool *pool)
{
	unsigned left;
	bool sealed;

	(void)pthread_mutex_lock(&pool->lock);
	left = --pool->opened;
	sealed = pool->sealed;
	if (sealed)
		(void)pthread_cond_broadcast(&pool->given);
	else
		(void)pthread_cond_signal(&pool->given);
	(void)pthread_mutex_unlock(&pool->lock);
	if (sealed && pool->lost)
		pool->lost(pool->lost_ctx, left);
}

static bool
is_sealed(struct db_pool *pool)
{
	bool sealed;

	(void)pthread_mutex_lock(&pool->lock);
	sealed = pool->sealed;
	(void)pthread_mutex_unlock(&pool->lock);
	return sealed;
}

/* A connection that is of no use any more; its place in the pool is still taken. */
static void
drop(struct db_pool *pool, struct db *db)
{
	bool sealed;

	if (!db)
		return;
	(void)pthread_mutex_lock(&pool->lock);
	pool->ready--;
	sealed = pool->sealed;
	(void)pthread_mutex_unlock(&pool->lock);
	if (sealed && pool->driver->forget)
		pool->driver->forget(db->conn);
	else
		db_close(db);
}

/* In a place that was claimed. */
static enum rc
open_one(struct db_pool *pool, int64_t deadline, struct db **ret_db, struct errs *errs)
{
	struct db_error e = { .rc = RC_UNAVAILABLE };
	struct db *db = db_open(pool, pool->driver, &pool->conf, deadline, &e);

	if (!db) {
		forget(pool);
		(void)err_add(errs, e.rc, NULL,
		    "%s", N_("The database is not available at the moment. Nothing was changed; try again shortly."));
		return err_detail(errs, e.rc, "", "open: %s", e.text);
	}
	(void)pthread_mutex_lock(&pool->lock);
	pool->ready++;
	(void)pthread_mutex_unlock(&pool->lock);
	*ret_db = db;
	return RC_OK;
}

enum rc
db_pool_take(struct db_pool *pool, int64_t deadline, struct db **ret_db, struct errs *errs)
{
	struct db *db = NULL;

	for (;;) {
		if (!claim(pool, deadline, &db))
			return err_add(errs, RC_UNAVAILABLE, NULL,
			    "%s", N_("The database is busy at the moment. Nothing was changed; try again shortly."));
		if (db && pool->driver->ping(db->conn)) {
			*ret_db = db;
			return RC_OK;
		}
		if (!is_sealed(pool))
			break;
		drop(pool, db);
		forget(pool);
	}
	drop(pool, db);
	return open_one(pool, deadline, ret_db, errs);
}

static void
put_back(struct db_pool *pool, struct db *db)
{
	(void)pthread_mutex_lock(&pool->lock);
	db->next = pool->free;
	pool->free = db;
	(void)pthread_cond_signal(&pool->given);
	(void)pthread_mutex_unlock(&pool->lock);
}

void
db_pool_whole(struct db_pool *pool)
{
	pool->conf.whole = true;
}

enum rc
db_pool_fill(struct db_pool *pool, int64_t deadline, struct errs *errs)
{
	struct db *db = NULL;
	bool room;
	enum rc rc;

	for (;;) {
		(void)pthread_mutex_lock(&pool->lock);
		room = pool->opened < pool->conf.pool_size;
		pool->opened += room;
		(void)pthread_mutex_unlock(&pool->lock);
		if (!room)
			return RC_OK;
		if ((rc = open_one(pool, deadline, &db, errs)) != RC_OK || !db)
			return rc;
		put_back(pool, db);
	}
}

bool
db_pool_seal(struct db_pool *pool, void (*lost)(void *ctx, unsigned left), void *ctx)
{
	bool full;

	(void)pthread_mutex_lock(&pool->lock);
	full = pool->ready == pool->conf.pool_size;
	if (full) {
		pool->sealed = true;
		pool->lost = lost;
		pool->lost_ctx = ctx;
	}
	(void)pthread_mutex_unlock(&pool->lock);
	return full;
}

/* The one that has lain longest. */
static struct db *
take_last(struct db_pool *pool)
{
	struct db **at = &pool->free, *last;

	(void)pthread_mutex_lock(&pool->lock);
	while (*at && (*at)->next)
		at = &(*at)->next;
	last = *at;
	*at = NULL;
	(void)pthread_mutex_unlock(&pool->lock);
	return last;
}

/* One after the other: the rest stays there for whoever wants it. */
void
db_pool_tend(struct db_pool *pool)
{
	struct db *db;

	for (unsigned i = 0; i < pool->conf.pool_size && is_sealed(pool); i++) {
		if (!(db = take_last(pool)))
			return;
		if (pool->driver->ping(db->conn)) {
			put_back(pool, db);
			continue;
		}
		drop(pool, db);
		forget(pool);
	}
}

void
db_pool_part(struct db_pool *pool)
{
	struct db *db;

	while (!pool->driver->forget && (db = take_last(pool)))
		db_close(db);
}

void
db_pool_give(struct db_pool *pool, struct db *db)
{
	if (!db)
		return;
	if (db->tx_depth > 0 && !db->broken)
		db->driver->rollback(db->conn);
	db->tx_depth = 0;
	db->tx_failed = false;
	if (db->at_length && !db->broken)
		db->driver->at_length(db->conn, false);
	db->at_length = false;
	if (db->broken) {
		drop(pool, db);
		forget(pool);
		return;
	}
	db_rest(db);
	put_back(pool, db);
}
