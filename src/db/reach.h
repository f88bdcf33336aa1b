/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a process has to be able to reach so that the database of a URL works: a folder, or a server's sockets, ports and certificates. Whoever shuts a
 * process in asks here what to leave open.
 */
#ifndef DB_REACH_H
#define DB_REACH_H

#include "base/base.h"
#include "base/rc.h"
#include "db/url.h"

#define DB_REACH_FILES 8
#define DB_REACH_PORTS (DB_URL_HOSTS + 3) /* room for servers beside the database's */

struct db_reach {
	const char *folder; /* holds the database's files, read and written; NULL: there is a server */
	bool server;        /* sockets are made and connected */
	bool curl;          /* libcurl is used for a further server (mail) */
	unsigned ports[DB_REACH_PORTS]; /* of TCP; none: a Unix socket */
	size_t n_ports;
	const char *files[DB_REACH_FILES]; /* certificates and keys, read for each connection; folders: what is in them */
	size_t n_files;
};

/*
 * Fills *ret from a URL; its texts live in the arena of errs. Loads meanwhile what the engine's library would load from files at the first connection
 * (modules for names, ways to prove who one is), so call it before anything is shut. RC_CONFIG as db_pool_new() has it.
 */
NODISCARD enum rc db_reach(const char *url, struct db_reach *ret, struct errs *errs);

/* For drivers: the ports of a server's hosts, names looked up once; and a file, if there is one. */
void db_reach_hosts(struct db_reach *r, const struct db_url *u, unsigned default_port);
void db_reach_file(struct db_reach *r, const char *path, struct arena *arena);
/* For processes that talk to a further server (mail): its port. */
void db_reach_port(struct db_reach *r, unsigned port);

#endif
