/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files for Postfix and those for Dovecot share: the database they name, and the conditions under which a mailbox is alive. SQL differs
 * between the engines in how texts are put together (CAT) and searched (AT); those two are given to every query as macros.
 */
#ifndef SVC_MAILCONF_INT_H
#define SVC_MAILCONF_INT_H

#include "base/base.h"
#include "db/query.h"
#include "db/url.h"
#include "svc/mailconf.h"

#define CAT_PIPE(a, b) "(" a " || " b ")"
#define CAT_CALL(a, b) "concat(" a ", " b ")"
#define AT_INSTR(text, part) "instr(" text ", " part ")"
#define AT_STRPOS(text, part) "strpos(" text ", " part ")"
/* SQLite, MariaDB, PostgreSQL, in the order of enum db_engine */
#define FOR_ENGINES(X)                                                               \
	{                                                                            \
		X(CAT_PIPE, AT_INSTR), X(CAT_CALL, AT_INSTR), X(CAT_PIPE, AT_STRPOS) \
	}

/* A mailbox that may receive: the join every lookup of mailboxes shares. */
#define LIVE_MAILBOX                                                                              \
	"FROM mailbox m JOIN domain d ON d.id = m.Domain_id WHERE m.active = 1 AND d.active = 1 " \
	"AND coalesce(m.delete_pending, 0) = 0 AND m.username = "

struct mailconf_db {
	enum db_engine engine;
	const char *path;        /* SQLite */
	struct db_url url;       /* else */
	const char *socket;      /* of the server, or NULL; PostgreSQL: its folder */
	const char *socket_port; /* ... and the number its name ends in, or NULL: the usual one */
};

/* Takes url apart, or conf's database where that is empty; ended by mailconf_db_end(). */
NODISCARD enum rc mailconf_db_begin(const struct conf *conf, const char *url,
    struct mailconf_db *ret, struct errs *errs);
void mailconf_db_end(struct mailconf_db *db);
/*
 * What a host's name is in the files: libmariadb takes "localhost" for its socket even where a port is given, so that is spelled as a number.
 */
const char *mailconf_host(const struct mailconf_db *db, const struct db_url_host *h);
/* How the connection is guarded, as the driver of the panel takes the same URL. */
struct mailconf_tls {
	bool on, verify; /* MariaDB */
	const char *ca, *cert, *key;
	const char *mode; /* PostgreSQL: sslmode, NULL: libpq's own */
};
struct mailconf_tls mailconf_tls(const struct mailconf_db *db);
#define MAILCONF_CA_DIR \
	"/etc/ssl/certs" /* for a check without a file named: what the system trusts */
/* "sqlite", "mysql", "pgsql": what Postfix and Dovecot call the engine. */
const char *mailconf_driver(const struct mailconf_db *db);

#endif
