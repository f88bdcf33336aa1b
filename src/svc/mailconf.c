/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The database as mail servers are told about it. */
#include "base/base.h"

#include "conf/conf.h"
#include "svc/mailconf_int.h"

enum rc
mailconf_db_begin(const struct conf *conf, const char *url, struct mailconf_db *ret, struct errs *errs)
{
	char why[DB_URL_WHY];
	bool mysql;

	url = *url ? url : conf->database;
	mysql = strncmp(url, "mysql:", 6) == 0;
	*ret = (struct mailconf_db){ 0 };
	if (strncmp(url, "sqlite:", 7) == 0) {
		ret->engine = DB_SQLITE;
		ret->path = url + 7;
		return RC_OK;
	}
	ret->engine = mysql ? DB_MYSQL : DB_PGSQL;
	if (!db_url_parse(url, mysql ? db_url_mysql : db_url_pgsql, &ret->url, why))
		return err_add(errs, RC_CONFIG, "database",
		    "The database's URL cannot be used: %s.", why);
	ret->socket = db_url_option(&ret->url, mysql ? "socket" : "host");
	if (ret->socket && !mysql)
		ret->socket_port = db_url_option(&ret->url, "port");
	return RC_OK;
}

void
mailconf_db_end(struct mailconf_db *db)
{
	db_url_release(&db->url);
}

const char *
mailconf_host(const struct mailconf_db *db, const struct db_url_host *h)
{
	bool by_number = db->engine == DB_MYSQL && h->port && strcmp(h->name, "localhost") == 0;

	return by_number ? "127.0.0.1" : h->name;
}

struct mailconf_tls
mailconf_tls(const struct mailconf_db *db)
{
	const struct db_url *u = &db->url;
	bool mysql = db->engine == DB_MYSQL;
	struct mailconf_tls tls = { .ca = db_url_option(u, mysql ? "ssl_ca" : "sslrootcert"),
		.cert = db_url_option(u, mysql ? "ssl_cert" : "sslcert"),
		.key = db_url_option(u, mysql ? "ssl_key" : "sslkey"),
		.mode = db_url_option(u, mysql ? "ssl_mode" : "sslmode") };

	if (mysql) {
		tls.verify = tls.mode ? strcmp(tls.mode, "verify") == 0 : tls.ca != NULL;
		tls.on = tls.verify || (tls.mode && strcmp(tls.mode, "require") == 0);
	} else if (!tls.mode && tls.ca) {
		tls.mode = "verify-full";
	}
	return tls;
}

const char *
mailconf_driver(const struct mailconf_db *db)
{
	static const char *const names[DB_ENGINE__MAX] = { "sqlite", "mysql", "pgsql" };

	return names[db->engine];
}
