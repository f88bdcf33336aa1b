/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The database as mail servers are told about it. */
#include "base/base.h"

#include "conf/conf.h"
#include "svc/mailconf_int.h"

static const char *const mysql_options[] = { "socket", "ssl_mode", "ssl_ca", "ssl_cert", "ssl_key",
	NULL };
static const char *const pgsql_options[] = { "host", "sslmode", "sslrootcert", "sslcert", "sslkey",
	"connect_timeout", "target_session_attrs", NULL };

enum rc
mailconf_db_begin(const struct conf *conf, struct mailconf_db *ret, struct errs *errs)
{
	char why[DB_URL_WHY];
	bool mysql = strncmp(conf->database, "mysql:", 6) == 0;

	*ret = (struct mailconf_db){ 0 };
	if (strncmp(conf->database, "sqlite:", 7) == 0) {
		ret->engine = DB_SQLITE;
		ret->path = conf->database + 7;
		return RC_OK;
	}
	ret->engine = mysql ? DB_MYSQL : DB_PGSQL;
	if (!db_url_parse(conf->database, mysql ? mysql_options : pgsql_options, &ret->url, why))
		return err_add(errs, RC_CONFIG, "database",
		    "The database's URL cannot be used: %s.", why);
	ret->socket = db_url_option(&ret->url, mysql ? "socket" : "host");
	return RC_OK;
}

void
mailconf_db_end(struct mailconf_db *db)
{
	db_url_release(&db->url);
}

const char *
mailconf_driver(const struct mailconf_db *db)
{
	static const char *const names[DB_ENGINE__MAX] = { "sqlite", "mysql", "pgsql" };

	return names[db->engine];
}
