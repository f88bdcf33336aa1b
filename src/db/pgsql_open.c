/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connections to PostgreSQL: the options of their URLs, TLS, and what every session is set to. Which host is taken of several is pgsql_hosts.c's.
 */
#include "base/base.h"

#include "base/clock.h"
#include "db/pgsql_int.h"

#include <inttypes.h>

#define PORT 5432
#define CONNECT_MS 5000
#define IDLE_MS \
	3600000 /* the server's own limit may be a minute; what cannot be opened again (db_pool_seal()) is asked for more often (db_pool_tend()) */
#define IDLE_IN_TRANSACTION_MS 30000 /* a client that was cut off or frozen gives its locks back */

const char *const db_url_pgsql[] = { "host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey",
	"connect_timeout", "target_session_attrs", NULL };

static bool
one_of(const char *value, const char *const *allowed)
{
	while (value && *allowed && strcmp(*allowed, value) != 0)
		allowed++;
	return !value || *allowed;
}

/* Of a server whose socket is in a folder: the number its name ends in. 0: not a number from 1 to 65535. */
static unsigned
port_of(const struct db_url *u)
{
	const char *text = db_url_option(u, "port");
	unsigned long port;

	if (!text)
		return PORT;
	if (strlen(text) > 5 || text[strspn(text, "0123456789")] != '\0')
		return 0;
	port = strtoul(text, NULL, 10);
	return port > 65535 ? 0 : (unsigned)port;
}

/* Seconds, as libpq has them; 0: not a number from 1 to 999. */
static int64_t
timeout_of(const struct db_url *u)
{
	const char *text = db_url_option(u, "connect_timeout");

	if (!text)
		return CONNECT_MS;
	if (strlen(text) > 3 || text[strspn(text, "0123456789")] != '\0')
		return 0;
	return (int64_t)strtol(text, NULL, 10) * 1000;
}

static const char *
objection(const struct db_url *u)
{
	static const char *const modes[] = { "disable", "allow", "prefer", "require", "verify-ca",
		"verify-full", NULL };
	static const char *const attrs[] = { "any", "read-write", "read-only", "primary", "standby",
		"prefer-standby", NULL };
	const char *folder = db_url_option(u, "host");

	if (!one_of(db_url_option(u, "sslmode"), modes))
		return "its option sslmode is disable, allow, prefer, require, verify-ca or "
		       "verify-full";
	if (!one_of(db_url_option(u, "target_session_attrs"), attrs))
		return "its option target_session_attrs is any, read-write, read-only, primary, "
		       "standby or prefer-standby";
	if (!db_url_option(u, "sslcert") != !db_url_option(u, "sslkey"))
		return "its options sslcert and sslkey belong together";
	if (folder && *folder != '/')
		return "its option host is the folder of a socket";
	if (folder && u->n_hosts > 0)
		return "it names both a host and the folder of a socket";
	if (u->n_hosts > 0 && db_url_option(u, "port"))
		return "the port of a host stands behind it and a colon, not in the option port";
	if (port_of(u) == 0)
		return "its option port is a number from 1 to 65535";
	return timeout_of(u) == 0 ? "its option connect_timeout is a number of seconds" : NULL;
}

/* Parses and checks; on success *ret is to be released. */
static bool
read_url(const struct db_conf *conf, struct db_url *ret, struct db_error *e)
{
	char why[DB_URL_WHY];
	const char *bad;

	e->rc = RC_CONFIG;
	if (!db_url_parse(conf->url, db_url_pgsql, ret, why)) {
		(void)snprintf(e->text, sizeof(e->text), "%s", why);
		return false;
	}
	bad = objection(ret);
	if (!bad)
		return true;
	(void)snprintf(e->text, sizeof(e->text), "%s", bad);
	db_url_release(ret);
	return false;
}

bool
pgsql_check(const struct db_conf *conf, struct db_error *e)
{
	struct db_url u;

	if (!read_url(conf, &u, e))
		return false;
	db_url_release(&u);
	return true;
}

void
pgsql_reach(const struct db_conf *conf, struct db_reach *r, struct arena *arena)
{
	struct db_error e;
	struct db_url u;

	if (!read_url(conf, &u, &e))
		return;
	r->server = true;
	db_reach_hosts(r, &u, PORT);
	db_reach_file(r, db_url_option(&u, "sslrootcert"), arena);
	db_reach_file(r, db_url_option(&u, "sslcert"), arena);
	db_reach_file(r, db_url_option(&u, "sslkey"), arena);
	db_url_release(&u);
}

/* A certificate to check against is there to be checked against. */
static const char *
mode_of(const struct db_url *u)
{
	const char *mode = db_url_option(u, "sslmode");

	return mode ? mode : db_url_option(u, "sslrootcert") ? "verify-full" : "prefer";
}

static void
ignore_notice(void *ctx, const PGresult *res)
{
	(void)ctx;
	(void)res;
}

bool
pgsql_connect_to(struct db_conn *c, const struct db_url *u, const struct db_url_host *host)
{
	char port[12];
	const char *const params[][2] = {
		{ "host", host ? host->name : db_url_option(u, "host") },
		{ "port", port },
		{ "dbname", u->name },
		{ "user", u->user },
		{ "password", u->password },
		{ "sslmode", mode_of(u) },
		{ "sslrootcert", db_url_option(u, "sslrootcert") },
		{ "sslcert", db_url_option(u, "sslcert") },
		{ "sslkey", db_url_option(u, "sslkey") },
		{ "target_session_attrs", db_url_option(u, "target_session_attrs") },
		{ "gssencmode", "disable" }, /* looks for tickets in files */
		{ "client_encoding", "UTF8" },
		{ "application_name", "vimbadmin" },
	};
	const char *names[ARRAY_LEN(params) + 1] = { 0 }, *values[ARRAY_LEN(params) + 1] = { 0 };
	size_t n = 0;

	(void)snprintf(port, sizeof(port), "%u", host && host->port ? host->port : port_of(u));
	for (size_t i = 0; i < ARRAY_LEN(params); i++) {
		if (!params[i][1])
			continue;
		names[n] = params[i][0];
		values[n++] = params[i][1];
	}
	c->lost = c->late = false;
	c->pg = PQconnectStartParams(names, values, 0);
	if (!c->pg)
		abort();
	(void)PQsetNoticeReceiver(c->pg, ignore_notice, NULL);
	return pgsql_connect(c);
}

/*
 * Where the server can (14 and later) it notices within a second that the client of a long statement has gone, and does not close a connection because
 * it lies idle.
 */
static void
be_watched(struct db_conn *c)
{
	char sql[80];

	PQclear(pgsql_query(c, "SET client_connection_check_interval TO 1000"));
	(void)snprintf(sql, sizeof(sql), "SET idle_session_timeout TO %d", IDLE_MS);
	PQclear(pgsql_query(c, sql));
}

bool
pgsql_set_session(struct db_conn *c, bool *ret_reads_only, struct db_error *e)
{
	char sql[512];
	PGresult *res;
	bool ok;

	be_watched(c);
	(void)snprintf(sql, sizeof(sql),
	    "SET TimeZone TO 'UTC'; SET DateStyle TO 'ISO, YMD'; SET standard_conforming_strings "
	    "TO on;"
	    " SET default_transaction_isolation TO 'read committed'; SET statement_timeout TO "
	    "%" PRId64 "; SET lock_timeout TO %" PRId64
	    "; SET idle_in_transaction_session_timeout TO %d; SET "
	    "max_parallel_workers_per_gather TO 0;"
	    " SHOW transaction_read_only",
	    c->statement_ms, c->lock_ms, IDLE_IN_TRANSACTION_MS);
	res = pgsql_query(c, sql);
	ok = res && pgsql_ok(res) && PQntuples(res) == 1;
	if (ok)
		*ret_reads_only = strcmp(PQgetvalue(res, 0, 0), "on") == 0;
	else
		(void)pgsql_error(c, res, e);
	PQclear(res);
	return ok;
}

struct db_conn *
pgsql_open(const struct db_conf *conf, int64_t deadline, struct db_error *e)
{
	struct db_conn *c;
	struct db_url u;

	if (!read_url(conf, &u, e))
		return NULL;
	c = calloc(1, sizeof(*c));
	if (!c)
		abort();
	c->statement_ms = conf->statement_ms;
	c->lock_ms = conf->lock_ms;
	c->used_at = clock_mono_ms();
	c->deadline = MIN(deadline, c->used_at + timeout_of(&u));
	if (!pgsql_choose(c, &u, conf->epoch, c->deadline, e)) {
		free(c);
		c = NULL;
	}
	db_url_release(&u);
	return c;
}

void
pgsql_close(struct db_conn *c)
{
	PQfinish(c->pg); /* says goodbye without waiting */
	free(c);
}
