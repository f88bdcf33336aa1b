/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What PostgreSQL's error codes mean for an op and for the connection. The codes are SQLSTATEs: two letters of a class, three of the case; THE table
 * names a class or a case, the first that fits counts.
 *
 * The surprising thing: a few that say nothing about the op say much about the connection. A standby refuses writes (another host may take them), and
 * statements that were prepared before a change of the schema or behind a pooler are void: prepared anew the op runs as if nothing had been.
 */
#include "base/base.h"

#include "base/clock.h"
#include "db/pgsql_int.h"

enum { KEEPS, LOSES, FORGETS };

/* clang-format off */
static const struct {
	const char *code;
	enum rc rc;
	int then;
} meanings[] = {
	{ "23",    RC_CONFLICT,    KEEPS }, /* a key, a check, a NOT NULL */
	{ "40002", RC_CONFLICT,    KEEPS },
	{ "40003", RC_UNAVAILABLE, LOSES }, /* nobody knows whether it was done */
	{ "40",    RC_RETRY,       KEEPS }, /* serialization failure, deadlock */
	{ "55P03", RC_RETRY,       KEEPS }, /* lock_timeout */
	{ "26000", RC_RETRY,       FORGETS }, /* no such prepared statement */
	{ "22021", RC_INVALID,     KEEPS }, /* no such character in the database's encoding */
	{ "22P05", RC_INVALID,     KEEPS },
	{ "25006", RC_UNAVAILABLE, LOSES }, /* read-only: a standby */
	{ "25P03", RC_UNAVAILABLE, LOSES }, /* idle in a transaction for too long */
	{ "55000", RC_UNAVAILABLE, LOSES }, /* a lock that a standby does not give */
	{ "57014", RC_UNAVAILABLE, KEEPS }, /* statement_timeout, or somebody cancelled it */
	{ "57",    RC_UNAVAILABLE, LOSES }, /* shut down, starting up, killed */
	{ "08",    RC_UNAVAILABLE, LOSES }, /* the connection */
	{ "28",    RC_UNAVAILABLE, LOSES }, /* user or password */
	{ "42501", RC_UNAVAILABLE, KEEPS }, /* a right that `config roles` gives */
	{ "3D",    RC_UNAVAILABLE, LOSES }, /* no such database */
	{ "53",    RC_UNAVAILABLE, KEEPS }, /* disk full, out of memory, too many connections */
	{ "58",    RC_UNAVAILABLE, KEEPS }, /* the system below */
	{ "XX001", RC_UNAVAILABLE, KEEPS }, /* data damaged */
	{ "XX002", RC_UNAVAILABLE, KEEPS },
};
/* clang-format on */

bool
pgsql_ok(const PGresult *res)
{
	ExecStatusType status = PQresultStatus(res);

	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
	    status == PGRES_SINGLE_TUPLE || status == PGRES_EMPTY_QUERY;
}

static const char *
sqlstate(const PGresult *res)
{
	const char *code = res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;

	return code ? code : "";
}

bool
pgsql_is(const PGresult *res, const char *code)
{
	return strcmp(sqlstate(res), code) == 0;
}

/* "cached plan must not change result type", in whatever language the server speaks */
static bool
is_outdated(const PGresult *res)
{
	const char *where = PQresultErrorField(res, PG_DIAG_SOURCE_FUNCTION);

	return pgsql_is(res, "0A000") && where && strcmp(where, "RevalidateCachedQuery") == 0;
}

static void
look_up(const PGresult *res, struct db_error *e)
{
	const char *code = sqlstate(res);

	e->rc = RC_INTERNAL;
	if (is_outdated(res)) {
		e->rc = RC_RETRY;
		e->outdated = true;
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(meanings); i++)
		if (strncmp(code, meanings[i].code, strlen(meanings[i].code)) == 0) {
			e->rc = meanings[i].rc;
			e->connection_lost = meanings[i].then == LOSES;
			e->outdated = meanings[i].then == FORGETS;
			return;
		}
}

/* The library's texts end in line ends and may have several lines. */
static void
put_text(struct db_error *e, const char *text, const char *code)
{
	(void)snprintf(e->text, sizeof(e->text), "%.220s%s%s%s", text && *text ? text : "no answer",
	    *code ? " (" : "", code, *code ? ")" : "");
	for (char *p = e->text; *p; p++)
		if (*p == '\n' || *p == '\t')
			*p = ' ';
	for (size_t n = strlen(e->text); n > 0 && e->text[n - 1] == ' ';)
		e->text[--n] = '\0';
}

enum rc
pgsql_error(struct db_conn *c, const PGresult *res, struct db_error *e)
{
	const char *code = sqlstate(res);

	e->connection_lost = e->outdated = false;
	if (*code) {
		look_up(res, e);
		put_text(e, PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY), code);
	} else {
		e->rc = RC_UNAVAILABLE;
		e->connection_lost = true;
		put_text(e,
		    c->late     ? "given up at the deadline"
			: c->pg ? PQerrorMessage(c->pg)
				: "",
		    "");
	}
	/* who waited for a lock as long as there was time need not wait again */
	if (e->rc == RC_RETRY && clock_mono_ms() >= c->deadline)
		e->rc = RC_UNAVAILABLE;
	e->connection_lost = e->connection_lost || c->lost || PQstatus(c->pg) != CONNECTION_OK;
	c->lost = e->connection_lost;
	return e->rc;
}
