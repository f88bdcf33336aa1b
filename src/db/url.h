/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * URLs of database servers, as MariaDB's and PostgreSQL's drivers take them:
 *
 *     mysql://user:password@host:port/name?socket=/run/mysqld/mysqld.sock&ssl_mode=verify&ssl_ca=/etc/ssl/ca.pem
 *     postgresql://user:password@one:5432,two:5432/name?host=/run/postgresql&sslmode=verify-full
 *
 * Several hosts, by comma, are tried in turn. An IPv6 address stands in brackets. Whatever a name or password holds besides letters, digits and -._~
 * may be written as %XX, and : / ? # [ ] @ % & , must be. What is not understood is refused, in a sentence that shows nothing of the password.
 */
#ifndef DB_URL_H
#define DB_URL_H

#include "base/base.h"

#define DB_URL_HOSTS 8
#define DB_URL_OPTIONS 16
#define DB_URL_WHY 200

struct db_url_host {
	const char *name; /* without brackets */
	unsigned port;    /* 0: the engine's own */
};
struct db_url_option {
	const char *key, *value;
};
struct db_url {
	const char *user, *password; /* NULL: not given */
	const char *name;            /* of the database; never empty */
	struct db_url_host hosts[DB_URL_HOSTS];
	size_t n_hosts; /* 0: a socket, or the engine's own */
	struct db_url_option options[DB_URL_OPTIONS];
	size_t n_options;
	char *text; /* owns all of the above */
	size_t text_len;
};

/* The option keys of the servers' drivers, ended by NULL; what they mean is in mysql_open.c and pgsql_open.c. */
extern const char *const db_url_mysql[], *const db_url_pgsql[];

/*
 * Takes a URL apart. `known` are the option keys the driver has, ended by NULL. On false ret_why says what is wrong with it and nothing is to be
 * released.
 */
NODISCARD bool db_url_parse(const char *url, const char *const *known, struct db_url *ret,
    char ret_why[DB_URL_WHY]);
/* Wipes and frees. Accepts one that is all zeros. */
void db_url_release(struct db_url *u);
/* An option's value, NULL when it was not given. */
const char *db_url_option(const struct db_url *u, const char *key);

#endif
