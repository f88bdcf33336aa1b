/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A MariaDB server that a test of the driver has for itself and may freeze, with a certificate of its own, listening on 127.0.0.1, 127.0.0.2 and a
 * socket. A failure of anything here fails the test. For programs run from the top of the tree, as tests/run does.
 */
#ifndef TESTS_MYSQL_BED_H
#define TESTS_MYSQL_BED_H

#include "base/base.h"

#include "db/driver.h"

#include <sys/types.h>

#define D (&db_driver_mysql)
#define LOCK_MS 1000
#define STATEMENT_MS 2000
#define SLACK_MS 1500 /* a busy machine */

struct bed {
	char dir[64], url[256],
	    tcp[256]; /* the database `drv` as root over the socket, as `tester` over TCP */
	unsigned port;
	pid_t pid;
	struct db_conn *c, *other; /* both as root */
};

/* For cmocka: the group's server, and each test's two connections. */
int bed_setup(void **state);
int bed_teardown(void **state);
int bed_connect(void **state);
int bed_disconnect(void **state);

/* Settings of a pool that has that URL. */
struct db_conf bed_conf(const char *url);
/* Opens a connection within so many ms; NULL and the reason in e. */
struct db_conn *bed_try_open(const char *url, int64_t ms, struct db_error *e);
/* The same, but has to work; the deadline is 20 s away. */
struct db_conn *bed_open(const char *url);
/* Stops the server's process, or lets it go on. */
void bed_freeze(struct bed *b, bool on);

/* Runs one statement and leaves its rows. */
enum db_step bed_try(struct db_conn *c, const char *sql, struct db_error *e);
/* The same, but has to work. */
void bed_must(struct db_conn *c, const char *sql);
/* The same, but has to fail that way, with these words, the connection kept. */
void bed_refused(struct db_conn *c, const char *sql, enum rc rc, const char *words);

#endif
