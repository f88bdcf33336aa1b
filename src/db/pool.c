/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pool of handles: opened as they are needed up to a maximum, lent to one op each, kept with their prepared statements. Waiting for one ends at the
 * op's own deadline.
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
	unsigned opened;
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

/* A handle to reuse, or leave to open one; false when the deadline came first. */
static bool
claim(struct db_pool *pool, int64_t deadline, struct db **ret_free)
{
	bool ok = true;

	(void)pthread_mutex_lock(&pool->lock);
	while (!pool->free && pool->opened >= pool->conf.pool_size && ok)
		ok = wait_until(pool, deadline) || pool->free || pool->opened < pool->conf.pool_size;
	*ret_free = pool->free;
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
	(void)pthread_mutex_lock(&pool->lock);
	pool->opened--;
	(void)pthread_cond_signal(&pool->given);
	(void)pthread_mutex_unlock(&pool->lock);
}

enum rc
db_pool_take(struct db_pool *pool, int64_t deadline, struct db **ret_db, struct errs *errs)
{
	struct db_error e = { .rc = RC_UNAVAILABLE };
	struct db *db = NULL;

	if (!claim(pool, deadline, &db))
		return err_add(errs, RC_UNAVAILABLE, NULL,
		    "%s", N_("The database is busy at the moment. Nothing was changed; try again shortly."));
	if (db && pool->driver->ping(db->conn)) {
		*ret_db = db;
		return RC_OK;
	}
	db_close(db);
	db = db_open(pool, pool->driver, &pool->conf, deadline, &e);
	if (!db) {
		forget(pool);
		(void)err_add(errs, e.rc, NULL,
		    "%s", N_("The database is not available at the moment. Nothing was changed; try again shortly."));
		return err_detail(errs, e.rc, "", "open: %s", e.text);
	}
	*ret_db = db;
	return RC_OK;
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
	if (db->broken) {
		db_close(db);
		forget(pool);
		return;
	}
	db_rest(db);
	(void)pthread_mutex_lock(&pool->lock);
	db->next = pool->free;
	pool->free = db;
	(void)pthread_cond_signal(&pool->given);
	(void)pthread_mutex_unlock(&pool->lock);
}
