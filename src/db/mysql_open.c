/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connections to MariaDB and MySQL: the options of their URLs, the hosts in turn, TLS, and what every session is set to. A node of a cluster that is not
 * ready, or one that only reads while another host is named, is passed over.
 *
 * The surprising thing: isolation. REPEATABLE READ with innodb_snapshot_isolation makes the server refuse (error 1020, run again) a change to a row that
 * another transaction changed since this one looked, so read-then-write is safe without locking what is read, on one node and in a cluster alike.
 * Servers without it get the same by turns: see maria_begin() in mysql.c.
 */
#include "base/base.h"

#include "base/clock.h"
#include "db/mysql_int.h"

#include <errmsg.h>
#include <inttypes.h>
#include <mysqld_error.h>
#include <pthread.h>

#define CONNECT_MS 5000
#define IDLE_S \
	3600 /* the server's own limit may be a minute; what cannot be opened again (db_pool_seal()) is asked for more often (db_pool_tend()) */
#define AUTHENTICATION_PLUGIN \
	2 /* of mysql/client_plugin.h, which Debian installs without a header it includes */
#define PACKET_MAX ((size_t)64 << 20)

const char *const db_url_mysql[] = { "socket", "ssl_mode", "ssl_ca", "ssl_cert", "ssl_key", NULL };

enum tls { TLS_OFF, TLS_REQUIRE, TLS_VERIFY, TLS_UNKNOWN };

static enum tls
tls_of(const struct db_url *u)
{
	static const char *const names[] = { "off", "require", "verify" };
	const char *mode = db_url_option(u, "ssl_mode");
	enum tls tls = TLS_OFF;

	if (!mode)
		return db_url_option(u, "ssl_ca") ? TLS_VERIFY : TLS_OFF;
	while (tls < TLS_UNKNOWN && strcmp(names[tls], mode) != 0)
		tls++;
	return tls;
}

static bool
wrong(struct db_error *e, const char *text)
{
	e->rc = RC_CONFIG;
	(void)snprintf(e->text, sizeof(e->text), "%s", text);
	return false;
}

/* Parses and checks; on success *ret is to be released. */
static bool
read_url(const struct db_conf *conf, struct db_url *ret, struct db_error *e)
{
	char why[DB_URL_WHY];
	const char *bad = NULL;

	if (!db_url_parse(conf->url, db_url_mysql, ret, why))
		return wrong(e, why);
	if (tls_of(ret) == TLS_UNKNOWN)
		bad = "its option ssl_mode is off, require or verify";
	else if (tls_of(ret) == TLS_OFF && db_url_option(ret, "ssl_ca"))
		bad = "it gives an ssl_ca but turns TLS off";
	else if (!db_url_option(ret, "ssl_cert") != !db_url_option(ret, "ssl_key"))
		bad = "its options ssl_cert and ssl_key belong together";
	else if (ret->n_hosts > 0 && db_url_option(ret, "socket"))
		bad = "it names both a host and a socket";
	else if (!ret->user)
		bad = "it names no user";
	if (!bad)
		return true;
	db_url_release(ret);
	return wrong(e, bad);
}

bool
maria_check(const struct db_conf *conf, struct db_error *e)
{
	struct db_url u;

	if (!read_url(conf, &u, e))
		return false;
	db_url_release(&u);
	return true;
}

static void
init_library(void)
{
	(void)mysql_server_init(0, NULL, NULL);
}

static void
ready_library(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_once(&once, init_library);
}

/* Ways to prove who one is that the library has as modules; those that are not installed are passed over. */
static void
load_modules(void)
{
	static const char *const names[] = { "client_ed25519", "caching_sha2_password",
		"sha256_password", "parsec" };
	MYSQL *my = mysql_init(NULL);

	if (!my)
		abort();
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		(void)mysql_load_plugin(my, names[i], AUTHENTICATION_PLUGIN, 0);
	mysql_close(my);
}

void
maria_reach(const struct db_conf *conf, struct db_reach *r, struct arena *arena)
{
	struct db_error e;
	struct db_url u;

	if (!read_url(conf, &u, &e))
		return;
	r->server = true;
	db_reach_hosts(r, &u, MYSQL_PORT);
	db_reach_file(r, db_url_option(&u, "ssl_ca"), arena);
	db_reach_file(r, db_url_option(&u, "ssl_cert"), arena);
	db_reach_file(r, db_url_option(&u, "ssl_key"), arena);
	db_url_release(&u);
	ready_library();
	load_modules();
}

static void
set_tls(struct db_conn *c, const struct db_url *u)
{
	enum tls tls = tls_of(u);
	my_bool yes = 1, verify = tls == TLS_VERIFY;

	if (tls == TLS_OFF)
		return;
	(void)mysql_ssl_set(c->my, db_url_option(u, "ssl_key"), db_url_option(u, "ssl_cert"),
	    db_url_option(u, "ssl_ca"), NULL, NULL);
	(void)mysql_optionsv(c->my, MYSQL_OPT_SSL_ENFORCE, &yes);
	(void)mysql_optionsv(c->my, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
}

/* Whole seconds, at least one: the server and the library know no finer. */
static int64_t
seconds(int64_t ms)
{
	return MAX((ms + 999) / 1000, (int64_t)1);
}

static bool
connect_to(struct db_conn *c, const struct db_url *u, const struct db_url_host *host)
{
	enum mysql_protocol_type protocol = host ? MYSQL_PROTOCOL_TCP : MYSQL_PROTOCOL_SOCKET;
	unsigned files = 0, limit = (unsigned)seconds(c->end - clock_mono_ms());
	size_t packet = PACKET_MAX;

	c->lost = false;
	c->my = mysql_init(NULL);
	if (!c->my)
		abort();
	(void)mysql_optionsv(c->my, MYSQL_OPT_NONBLOCK, NULL);
	(void)mysql_optionsv(c->my, MYSQL_OPT_CONNECT_TIMEOUT, &limit); /* see mysql_wait.c */
	(void)mysql_optionsv(c->my, MYSQL_OPT_PROTOCOL, &protocol);
	(void)mysql_optionsv(c->my, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	(void)mysql_optionsv(c->my, MYSQL_OPT_LOCAL_INFILE, &files); /* no server reads files of ours */
	(void)mysql_optionsv(c->my, MYSQL_OPT_MAX_ALLOWED_PACKET, &packet);
	set_tls(c, u);
	return maria_connect(c, u, host);
}

bool
maria_limit_statements(struct db_conn *c, int64_t ms)
{
	char sql[96];

	if (c->mariadb)
		(void)snprintf(sql, sizeof(sql), "SET SESSION max_statement_time = %" PRId64 ".%03d",
		    ms / 1000, (int)(ms % 1000));
	else
		(void)snprintf(sql, sizeof(sql), "SET SESSION max_execution_time = %" PRId64, ms);
	/* MySQL before 5.7 has no limit, and schema_server_check() is to say that it is too old */
	return maria_query(c, sql) || (!c->mariadb && mysql_errno(c->my) == ER_UNKNOWN_SYSTEM_VARIABLE);
}

static bool
set_session(struct db_conn *c)
{
	char sql[400];

	c->mariadb = strstr(mysql_get_server_info(c->my), "MariaDB") != NULL;
	(void)snprintf(sql, sizeof(sql),
	    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,"
	    "NO_ENGINE_SUBSTITUTION,NO_BACKSLASH_ESCAPES',"
	    " time_zone = '+00:00', innodb_lock_wait_timeout = %" PRId64
	    ", lock_wait_timeout = %" PRId64 ", wait_timeout = %d",
	    seconds(c->lock_ms), seconds(c->lock_ms), IDLE_S);
	if (!maria_query(c, sql) || !maria_limit_statements(c, c->statement_ms) ||
	    !maria_query(c, "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
		return false;
	c->snapshots = maria_query(c, "SET SESSION innodb_snapshot_isolation = ON");
	return c->snapshots || mysql_errno(c->my) == ER_UNKNOWN_SYSTEM_VARIABLE;
}

/*
 * On a node of a cluster, what another node was told is done may not be applied yet: a session that ended there would still be good here. Reading, updating
 * and deleting wait until it is. Without a cluster the variable does nothing; MySQL has none.
 */
static bool
read_own_cluster(struct db_conn *c)
{
	return maria_query(c, "SET SESSION wsrep_sync_wait = 3") ||
	    mysql_errno(c->my) == ER_UNKNOWN_SYSTEM_VARIABLE;
}

/* Does the first row of the answer, if there is one, end in this text? */
static bool
answers(struct db_conn *c, const char *sql, const char *text, bool when_empty)
{
	MYSQL_RES *res = maria_query(c, sql) ? maria_store_result(c) : NULL;
	MYSQL_ROW row = res ? mysql_fetch_row(res) : NULL;
	const char *last = row ? row[mysql_num_fields(res) - 1] : NULL;
	bool ret = row ? last && strcmp(last, text) == 0 : when_empty;

	mysql_free_result(res);
	return ret;
}

/* Fit to work with? Hosts that follow may be better than one that only reads. */
static bool
fit(struct db_conn *c, bool more, struct db_error *e)
{
	if (!set_session(c) || !read_own_cluster(c)) {
		maria_set_error(c, mysql_errno(c->my), mysql_error(c->my), e);
		return false;
	}
	if (!answers(c, "SHOW GLOBAL STATUS WHERE variable_name = 'wsrep_ready' AND @@wsrep_on",
		"ON", true)) {
		maria_set_error(c, ER_UNKNOWN_COM_ERROR, "the node is not ready for queries", e);
		return false;
	}
	if (more && !answers(c, "SELECT @@global.read_only", "0", false)) {
		maria_set_error(c, ER_OPTION_PREVENTS_STATEMENT, "the server only reads", e);
		return false;
	}
	return true;
}

/* Each host gets its share of the time that is left, so that a frozen one leaves some for the others. */
static bool
try_hosts(struct db_conn *c, const struct db_url *u, int64_t deadline, struct db_error *e)
{
	size_t n = MAX(u->n_hosts, (size_t)1);

	for (size_t i = 0; i < n; i++) {
		int64_t now = clock_mono_ms();

		c->end = now + MAX(deadline - now, (int64_t)0) / (int64_t)(n - i);
		if (!connect_to(c, u, u->n_hosts > 0 ? &u->hosts[i] : NULL))
			maria_set_error(c, mysql_errno(c->my), mysql_error(c->my), e);
		else if (fit(c, i + 1 < n, e))
			return true;
		maria_disconnect(c);
	}
	return false;
}

struct db_conn *
maria_open(const struct db_conf *conf, int64_t deadline, struct db_error *e)
{
	struct db_conn *c;
	struct db_url u;

	ready_library();
	if (!read_url(conf, &u, e))
		return NULL;
	c = calloc(1, sizeof(*c));
	if (!c)
		abort();
	c->statement_ms = conf->statement_ms;
	c->lock_ms = conf->lock_ms;
	c->used_at = clock_mono_ms();
	if (!try_hosts(c, &u, MIN(deadline, c->used_at + CONNECT_MS), e)) {
		free(c);
		c = NULL;
	}
	db_url_release(&u);
	return c;
}

void
maria_close(struct db_conn *c)
{
	maria_disconnect(c);
	free(c);
}
