/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The PostgreSQL driver: statements prepared on the server, transactions, scripts of migrations. Connecting is in pgsql_open.c, waiting in
 * pgsql_wait.c, errors in pgsql_error.c. A connection is used by one thread at a time.
 *
 * The surprising thing: isolation. Transactions are SERIALIZABLE: the server refuses (40001, run again) what could not have happened one after the
 * other, so read-then-write is as safe as on SQLite, where writers do take turns. Ops that lost such a race take turns, too: each transaction locks
 * the table vimb_turn, the first run so that others may be beside it, the runs after it alone. Plain statements outside run as READ COMMITTED.
 *
 * Plans: the server makes one for a prepared statement and keeps it, which saves more than it costs, but not where the plan depends on what is looked
 * for. So statements with LIKE are planned anew each time they run.
 *
 * Rows come from the socket one by one, so while they are being read the connection can do nothing else, and reset() has to drain what was not read.
 */
#include "base/base.h"

#include "base/clock.h"
#include "db/pgsql_int.h"

#include <inttypes.h>
#include <poll.h>
#include <stdatomic.h>

#define GRACE_MS 500     /* the server ends a statement itself; ours is for when it does not */
#define ROLLBACK_MS 1000 /* also past the op's deadline */
#define IDLE_MS 10000 /* after this long without a word the server is asked whether it is there */
#define PING_MS 1000
#define PARAMS_MAX 64
#define NUMBER_MAX 24
#define NAME_MAX_LEN 16

/* Types as the server numbers them (catalog pg_type); they never change. */
enum { OID_BOOL = 16, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23 };

struct db_stmt {
	struct db_conn *conn;
	char name[NAME_MAX_LEN];
	char *sql; /* NULL unless planned anew each time */
	Oid types[PARAMS_MAX];
	PGresult *about; /* what the server says of it: parameters and columns */
	PGresult *res;   /* of the rows at hand */
	int row;         /* the one that is read */
	int64_t changed;
	bool streams; /* only reads: its rows come one by one */
};

/* ---- the connection ---- */

static bool
is_alive(struct db_conn *c)
{
	PGresult *res;
	bool ok;

	c->end = clock_mono_ms() + PING_MS;
	res = pgsql_query(c, "");
	ok = res && pgsql_ok(res);
	PQclear(res);
	return ok;
}

/* Has another server taken this one's place, as another connection found out? */
static bool
is_replaced(const struct db_conn *c)
{
	return c->epoch && c->line != 0 && c->line < atomic_load(&c->epoch->line);
}

static bool
pgsql_ping(struct db_conn *c)
{
	struct pollfd p = { .fd = PQsocket(c->pg), .events = POLLIN | POLLRDHUP };

	/* nobody was asked anything: what there is to read is a goodbye */
	if (c->lost || PQstatus(c->pg) != CONNECTION_OK || poll(&p, 1, 0) != 0 || is_replaced(c))
		return false;
	if (clock_mono_ms() - c->used_at < IDLE_MS)
		return true;
	c->used_at = clock_mono_ms();
	return is_alive(c);
}

static void
pgsql_set_deadline(struct db_conn *c, int64_t deadline)
{
	c->used_at = clock_mono_ms();
	c->deadline = deadline;
	c->end = MIN(deadline, c->used_at + c->statement_ms + GRACE_MS);
}

static enum rc
simple(struct db_conn *c, const char *sql, struct db_error *e)
{
	PGresult *res = pgsql_query(c, sql);
	enum rc rc = res && pgsql_ok(res) ? RC_OK : pgsql_error(c, res, e);

	PQclear(res);
	return rc;
}

static void
pgsql_rollback(struct db_conn *c)
{
	PGresult *res;

	if (PQtransactionStatus(c->pg) == PQTRANS_IDLE)
		return;
	c->end = MAX(c->end, clock_mono_ms() + ROLLBACK_MS);
	res = pgsql_query(c, "ROLLBACK");
	if (!res || !pgsql_ok(res))
		c->lost = true;
	PQclear(res);
}

/*
 * LOCK TABLE takes no snapshot, so who waited its turn sees what the others did. Before there is a schema there is no vimb_turn, and only what makes one
 * writes, behind a lock of its own.
 */
static enum rc
pgsql_begin(struct db_conn *c, unsigned run, struct db_error *e)
{
	PGresult *res = pgsql_query(c,
	    run == 0
		? "BEGIN ISOLATION LEVEL SERIALIZABLE; LOCK TABLE vimb_turn IN ROW EXCLUSIVE MODE"
		: "BEGIN ISOLATION LEVEL SERIALIZABLE; LOCK TABLE vimb_turn IN EXCLUSIVE MODE");
	bool no_schema = pgsql_is(res, "42P01"), standby = pgsql_is(res, "0A000");
	enum rc rc = res && pgsql_ok(res) ? RC_OK : pgsql_error(c, res, e);

	PQclear(res);
	if (no_schema)
		rc = simple(c, "ROLLBACK; BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock(1984769364)",
		    e);
	if (standby) { /* has no serializable transactions; another host may */
		rc = e->rc = RC_UNAVAILABLE;
		e->connection_lost = c->lost = true;
	}
	if (rc != RC_OK)
		pgsql_rollback(c);
	return rc;
}

/* A transaction that failed answers COMMIT with "ROLLBACK", and no error. */
static enum rc
pgsql_commit(struct db_conn *c, struct db_error *e)
{
	PGresult *res = pgsql_query(c, "COMMIT");
	enum rc rc = RC_OK;

	if (!res || !pgsql_ok(res)) {
		rc = pgsql_error(c, res, e);
	} else if (strcmp(PQcmdStatus(res), "COMMIT") != 0) {
		rc = e->rc = RC_INTERNAL;
		(void)snprintf(e->text, sizeof(e->text), "the transaction had failed before");
	}
	PQclear(res);
	return rc;
}

/* Migrations may take as long as the op lets them: building an index over a million rows is one statement. */
static enum rc
pgsql_script(struct db_conn *c, const char *sql, struct db_error *e)
{
	enum rc rc;

	c->end = c->deadline;
	if ((rc = simple(c, "SET LOCAL statement_timeout TO 0", e)) != RC_OK)
		return rc;
	return simple(c, sql, e);
}

/* ---- preparing ---- */

static bool
busy(struct db_conn *c, struct db_error *e)
{
	if (!c->reading)
		return false;
	*e = (struct db_error){ .rc = RC_INTERNAL };
	(void)snprintf(e->text, sizeof(e->text), "rows of another statement are still being read");
	return true;
}

/* The server's word about the statement of that name, or what went wrong; NULL: the connection is lost. */
static PGresult *
parse_as(struct db_conn *c, const char *name, const char *sql, const Oid *types, int n)
{
	PGresult *res = pgsql_last(c, !c->lost && PQsendPrepare(c->pg, name, sql, n, types));

	if (!res || !pgsql_ok(res))
		return res;
	PQclear(res);
	return pgsql_last(c, PQsendDescribePrepared(c->pg, name));
}

/*
 * The server infers what a parameter is from where it stands, and takes `:id < 0` for a number of 32 bits. All our numbers have 64. Gives whether
 * there was such a parameter.
 */
static bool
widen(struct db_stmt *s)
{
	int n = MIN(PQnparams(s->about), PARAMS_MAX);
	bool wider = false;

	for (int i = 0; i < n; i++) {
		Oid type = PQparamtype(s->about, i);
		bool narrow = type == OID_INT2 || type == OID_INT4;

		s->types[i] = narrow ? OID_INT8 : type;
		wider = wider || narrow;
	}
	return wider;
}

/* libpq cannot close one statement; once all are finalized they go together. */
static bool
drop_stale(struct db_conn *c, struct db_error *e)
{
	if (c->stale && simple(c, "DEALLOCATE ALL", e) != RC_OK)
		return false;
	c->stale = false;
	return true;
}

static void
give_name(struct db_stmt *s)
{
	(void)snprintf(s->name, sizeof(s->name), "v%u", ++s->conn->named);
}

static bool
prepare_on_server(struct db_stmt *s, const char *sql, struct db_error *e)
{
	give_name(s);
	s->about = parse_as(s->conn, s->name, sql, NULL, 0);
	if (s->about && pgsql_ok(s->about) && widen(s)) {
		int n = PQnparams(s->about);

		PQclear(s->about);
		give_name(s);
		s->about = parse_as(s->conn, s->name, sql, s->types, n);
	}
	if (s->about && pgsql_ok(s->about))
		return true;
	(void)pgsql_error(s->conn, s->about, e);
	return false;
}

static struct db_stmt *
pgsql_prepare(struct db_conn *c, const char *sql, struct db_error *e)
{
	struct db_stmt *s;

	if (busy(c, e) || !drop_stale(c, e))
		return NULL;
	s = calloc(1, sizeof(*s));
	if (!s)
		abort();
	s->conn = c;
	s->streams = strncmp(sql, "SELECT", 6) == 0;
	if (!prepare_on_server(s, sql, e)) {
		PQclear(s->about);
		free(s);
		return NULL;
	}
	if (strstr(sql, " LIKE ") && !(s->sql = strdup(sql)))
		abort();
	c->live++;
	return s;
}

static void
pgsql_finalize(struct db_stmt *s)
{
	struct db_conn *c = s->conn;

	if (c->reading == s)
		c->reading = NULL;
	c->stale = --c->live == 0;
	PQclear(s->res);
	PQclear(s->about);
	free(s->sql);
	free(s);
}

/* ---- running ---- */

static enum db_step
failed(struct db_stmt *s, struct db_error *e)
{
	(void)pgsql_error(s->conn, s->res, e);
	return DB_STEP_ERROR;
}

/* Takes the result that comes next; without rows in it the statement is done. */
static enum db_step
take_result(struct db_stmt *s, struct db_error *e)
{
	PQclear(s->res);
	s->row = 0;
	s->res = pgsql_result(s->conn);
	if (!s->res || !pgsql_ok(s->res))
		return failed(s, e);
	s->changed = strtoll(PQcmdTuples(s->res), NULL, 10);
	return PQntuples(s->res) > 0 ? DB_STEP_ROW : DB_STEP_DONE;
}

static enum db_step
pgsql_next(struct db_stmt *s, struct db_error *e)
{
	if (++s->row < PQntuples(s->res))
		return DB_STEP_ROW;
	return PQresultStatus(s->res) == PGRES_SINGLE_TUPLE ? take_result(s, e) : DB_STEP_DONE;
}

static bool
send_run(struct db_stmt *s, const struct db_value *params, size_t n)
{
	char numbers[PARAMS_MAX][NUMBER_MAX];
	const char *values[PARAMS_MAX];
	int sent;

	for (size_t i = 0; i < n; i++) {
		values[i] = params[i].type == DB_NULL ? NULL
		    : params[i].type == DB_INT        ? numbers[i]
						      : params[i].text;
		if (params[i].type == DB_INT)
			(void)snprintf(numbers[i], NUMBER_MAX, "%" PRId64, params[i].i);
	}
	if (s->conn->lost)
		return false;
	sent = s->sql ? PQsendQueryParams(s->conn->pg, s->sql, (int)n, s->types, values, NULL, NULL, 0)
		      : PQsendQueryPrepared(s->conn->pg, s->name, (int)n, values, NULL, NULL, 0);
	return sent && (!s->streams || PQsetSingleRowMode(s->conn->pg));
}

static enum db_step
pgsql_run(struct db_stmt *s, const struct db_value *params, size_t n, struct db_error *e)
{
	if (busy(s->conn, e))
		return DB_STEP_ERROR;
	if (n > PARAMS_MAX || (int)n != PQnparams(s->about)) {
		*e = (struct db_error){ .rc = RC_INTERNAL };
		(void)snprintf(e->text, sizeof(e->text), "%zu parameters given", n);
		return DB_STEP_ERROR;
	}
	s->conn->reading = s;
	if (!send_run(s, params, n)) {
		s->conn->lost = true;
		return failed(s, e);
	}
	return take_result(s, e);
}

static size_t
pgsql_columns(struct db_stmt *s)
{
	return (size_t)PQnfields(s->about);
}

static const char *
pgsql_column_name(struct db_stmt *s, size_t i)
{
	return PQfname(s->about, (int)i);
}

static struct db_value
pgsql_column(struct db_stmt *s, size_t i)
{
	int at = (int)i;
	const char *text;

	if (PQgetisnull(s->res, s->row, at))
		return (struct db_value){ 0 };
	text = PQgetvalue(s->res, s->row, at);
	switch (PQftype(s->res, at)) {
	case OID_INT8:
	case OID_INT4:
	case OID_INT2:
		return (struct db_value){ DB_INT, strtoll(text, NULL, 10), NULL, 0 };
	case OID_BOOL:
		return (struct db_value){ DB_INT, *text == 't', NULL, 0 };
	default:
		return (struct db_value){ DB_TEXT, 0, text, (size_t)PQgetlength(s->res, s->row, at) };
	}
}

static void
pgsql_reset(struct db_stmt *s)
{
	PQclear(s->res);
	s->res = NULL;
	if (s->conn->reading != s)
		return;
	while ((s->res = pgsql_result(s->conn)))
		PQclear(s->res);
	s->conn->reading = NULL;
}

static int64_t
pgsql_changed(struct db_stmt *s)
{
	return s->changed;
}

/* The statement ends in RETURNING id. */
static int64_t
pgsql_last_id(struct db_stmt *s)
{
	return s->res && PQntuples(s->res) > 0 ? pgsql_column(s, 0).i : 0;
}

const struct db_driver db_driver_pgsql = {
	.scheme = "postgresql",
	.engine = DB_PGSQL,
	.check = pgsql_check,
	.reach = pgsql_reach,
	.open = pgsql_open,
	.close = pgsql_close,
	.ping = pgsql_ping,
	.set_deadline = pgsql_set_deadline,
	.begin = pgsql_begin,
	.commit = pgsql_commit,
	.rollback = pgsql_rollback,
	.word = simple,
	.prepare = pgsql_prepare,
	.finalize = pgsql_finalize,
	.run = pgsql_run,
	.next = pgsql_next,
	.columns = pgsql_columns,
	.column_name = pgsql_column_name,
	.column = pgsql_column,
	.reset = pgsql_reset,
	.changed = pgsql_changed,
	.last_id = pgsql_last_id,
	.script = pgsql_script,
};
