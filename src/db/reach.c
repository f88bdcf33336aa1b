/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What drivers of servers share in saying what they have to reach.
 *
 * The surprising thing: names are looked up here though nobody wants the answer. The C library loads its modules for names (mdns, resolve, ...) when a
 * lookup first needs them, and where code can no longer be loaded they would be missing.
 */
#include "base/base.h"

#include "base/arena.h"
#include "db/reach.h"

#include <netdb.h>
#include <sys/socket.h>

static void
look_up(const char *name)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *list = NULL;

	if (getaddrinfo(name, NULL, &hints, &list) == 0)
		freeaddrinfo(list);
}

void
db_reach_hosts(struct db_reach *r, const struct db_url *u, unsigned default_port)
{
	for (size_t i = 0; i < u->n_hosts; i++) {
		r->ports[r->n_ports++] = u->hosts[i].port ? u->hosts[i].port : default_port;
		look_up(u->hosts[i].name);
	}
}

void
db_reach_file(struct db_reach *r, const char *path, struct arena *arena)
{
	if (path && r->n_files < DB_REACH_FILES)
		r->files[r->n_files++] = arena_strdup(arena, path);
}

void
db_reach_port(struct db_reach *r, unsigned port)
{
	r->server = true;
	if (r->n_ports < DB_REACH_PORTS)
		r->ports[r->n_ports++] = port;
}
