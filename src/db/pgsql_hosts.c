/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which of several PostgreSQL servers is worked with: one that can be written to, of the latest time line that was seen. A standby is passed over while there is
 * a better one; so is a primary whose standby has taken its place: started again it takes changes that nobody else will ever have. It must not know how
 * connections are made (pgsql_open.c).
 *
 * The surprising thing: the hosts are tried one by one here and not by libpq, which would let a frozen one eat all the time there is. And now and then all of them are
 * asked although the first was good enough, since only the others can tell that it is not.
 */
#include "base/base.h"

#include "base/clock.h"
#include "db/pgsql_int.h"

#include <stdatomic.h>

#define LOOK_EVERY_MS \
	10000 /* a connection is opened rarely: this is for the time after a loss, when all of them are */
#define OTHERS_MS 1000 /* for each of the others, when there is one to work with */

/* One time through the hosts. */
struct round {
	struct db_conn *c;
	struct db_epoch *epoch; /* NULL: one host only */
	PGconn *best, *reader;
	uint32_t line; /* of the best */
};

/* A server's time line counts up when it takes another's place; 0: it could not be asked. A standby's is its primary's, and does not matter. */
static uint32_t
line_of(struct db_conn *c)
{
	PGresult *res = pgsql_query(c,
	    "SELECT CASE WHEN pg_is_in_recovery() THEN '0' "
	    "ELSE substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END");
	uint32_t line = 0;

	if (res && pgsql_ok(res) && PQntuples(res) == 1)
		line = (uint32_t)strtoul(PQgetvalue(res, 0, 0), NULL, 16);
	PQclear(res);
	return line;
}

static void
drop(PGconn **pg)
{
	PQfinish(*pg); /* says goodbye without waiting; accepts NULL */
	*pg = NULL;
}

static void
keep(struct round *r, PGconn **slot)
{
	drop(slot);
	*slot = r->c->pg;
	r->c->pg = NULL;
}

/* The latest that any connection of this process was to. */
static uint32_t
known_line(struct round *r, uint32_t line)
{
	uint32_t known = atomic_load(&r->epoch->line);

	while (line > known && !atomic_compare_exchange_weak(&r->epoch->line, &known, line))
		;
	return MAX(line, known);
}

/* What a connection that stands is good for. */
static void
judge(struct round *r, bool reads_only, struct db_error *e)
{
	uint32_t line = 0, known;

	if (reads_only) {
		keep(r, &r->reader);
		return;
	}
	if (r->epoch && (line = line_of(r->c)) != 0 && line < (known = known_line(r, line))) {
		*e = (struct db_error){ .rc = RC_UNAVAILABLE };
		(void)snprintf(e->text, sizeof(e->text),
		    "the server is of the time line %u, and another has gone on with %u", line, known);
		return;
	}
	if (!r->best || line > r->line) {
		r->line = line;
		keep(r, &r->best);
	}
}

/* Each host gets its share of the time that is left, so that a frozen one leaves some for the others. */
static int64_t
share(const struct round *r, int64_t deadline, size_t left)
{
	int64_t now = clock_mono_ms();
	int64_t ms = MAX(deadline - now, (int64_t)0) / (int64_t)left;

	return now + (r->best ? MIN(ms, OTHERS_MS) : ms);
}

/* Who connects while the first look is still under way looks himself: nobody knows anything yet. */
static bool
look_is_due(struct db_epoch *epoch)
{
	int64_t last = atomic_load(&epoch->looked_at), now = clock_mono_ms();

	return !atomic_load(&epoch->looked) ||
	    (now - last >= LOOK_EVERY_MS &&
		atomic_compare_exchange_strong(&epoch->looked_at, &last, now));
}

static void
look_is_over(struct db_epoch *epoch)
{
	int64_t first = 0;

	(void)atomic_compare_exchange_strong(&epoch->looked_at, &first, clock_mono_ms());
	atomic_store(&epoch->looked, true);
}

static void
ask(struct round *r, const struct db_url *u, const struct db_url_host *host, struct db_error *e)
{
	struct db_conn *c = r->c;
	bool reads_only = false;

	if (!pgsql_connect_to(c, u, host))
		(void)pgsql_error(c, NULL, e);
	else if (pgsql_set_session(c, &reads_only, e))
		judge(r, reads_only, e);
	drop(&c->pg);
}

bool
pgsql_choose(struct db_conn *c, const struct db_url *u, struct db_epoch *epoch, int64_t deadline,
    struct db_error *e)
{
	size_t n = MAX(u->n_hosts, (size_t)1);
	struct round r = { .c = c, .epoch = n > 1 ? epoch : NULL };
	bool all = r.epoch && look_is_due(r.epoch);

	for (size_t i = 0; i < n && (all || !r.best); i++) {
		c->end = share(&r, deadline, n - i);
		ask(&r, u, u->n_hosts > 0 ? &u->hosts[i] : NULL, e);
	}
	if (all && r.best)
		look_is_over(r.epoch);
	c->pg = r.best ? r.best : r.reader;
	c->epoch = r.epoch;
	c->line = r.best ? r.line : 0;
	if (r.best)
		drop(&r.reader);
	c->lost = c->late = false;
	return c->pg != NULL;
}
