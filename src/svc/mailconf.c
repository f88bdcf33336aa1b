/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The database as mail servers are told about it. */
#include "base/base.h"

#include "conf/conf.h"
#include "svc/mailconf_int.h"

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
	if (!db_url_parse(conf->database, mysql ? db_url_mysql : db_url_pgsql, &ret->url, why))
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
mailconf_driver(const struct mailconf_db *db)
{
	static const char *const names[DB_ENGINE__MAX] = { "sqlite", "mysql", "pgsql" };

	return names[db->engine];
}
